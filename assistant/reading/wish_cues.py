"""Turns of phrase around adjectives for numeric columns."""

from __future__ import annotations

import re

# Turns of phrase in which an adjective says nothing of the items.
IDIOMS = re.compile(
    r"\b(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|"
    r"fifteen|sixteen)"
    r"[- ]?(?:years?|yrs?|months?)[- ]olds?|\byears? old|\bhow (?:old|long|heavy|fast|big|high|"
    r"new|expensive|cheap|light|much|short)\b(?: (?:is|are|was|does))?|"
    r"\b(?:as|so) long as|\bno longer|\ba long time|\bfor long\b|\blong (?:day|week|drive|flight|"
    r"trip|time|journey|ride|run|walk|story|ago|distance|haul|weekend|way)\b|"
    r"\bnew (?:to|york|zealand|orleans|here|garden|house|home|job|hobby|year|year's)\b|\b(?:i'm|"
    r"i am|we're) new\b|\bwhat(?:'s| is) new\b|\bold (?:man|friend|friends|lady|house|times|"
    r"job)\b|"
    r"\bmy old\b|\bin short\b|\bshort (?:on|of)\b|\b(?:quick|fast) (?:question|one,)|"
    r"\bslow (?:cooker|down)\b|\bbig (?:fan|deal|thanks)\b|\blarge[- ]scale\b|"
    r"\bhard (?:time|to say|work)\b|\bheavy (?:metal|duty)\b|\bheavy-duty\b|"
    r"\blight[- ]?(?:hearted|bulb|saber)\b|\bhigh (?:energy|school|time)\b|\bthe other day\b|"
    r"\bto be fair\b|\bold enough\b|\b(?:getting|growing|grow|grew|got|get|gets|gone|go|feel|"
    r"feeling) old(?:er)?\b|\bold age\b|\bin the long run\b|\bdear (?:friend|palate|all)\b|"
    r"\bat (?:last|least|most)\b|"
    r"\b(?:small|little|young|big|older|younger|old|new|grown) (?:children|child|kids?|boys?|girls?|"
    r"sons?|daughters?|"
    r"brothers?|sisters?|nephews?|nieces?|cousins?|folks|parents|people|person|"
    r"search|start|topic)\b|\bnew (?:request|idea)\b|\bcheap and nasty\b|"
    r"\bnew (?:plan|evening|me|day|week|start|topic|direction|flat|dog|baby|boss|phone|place|kitchen|"
    r"one on me)\b|"
    r"最近(?!的|几|两|三|五|十|出|上映|发|拍|新|流行|年)|(?:厚|长|短|贵|难|老|旧|慢|重)一?[点些](?=也?(?:没关系|没事|可以|行|无所谓|不要紧))|附近|就近|小众|别致|轻食|大众|高中|重点|长途|长大|"
    r"重新|重要|重复|年轻|轻松|轻柔|轻快|长大|成长|家长|校长|快乐|欢快|愉快|快点|尽快|凉快|痛快|"
    r"老婆|老公|老师|老人|老板|老爸|老妈|老家|老是|老少|早上|早点|大家|大人|大概|大约|小时|小孩|"
    r"小朋友|小说|小伙|小心|新手|新年|新鲜|刚才|厉害|多少|长什么|多久|多长|多重|多大|多贵|从小|"
    r"大小|沉重|难过|难受|难道|好久|经济适用"
)
RECENT = re.compile(
    r"\b(?:the |these |in the )?(?:last|past|recent) (?:few |couple (?:of )?|several |\d+ |two |"
    r"three |five |ten |twenty )?(?:years?|decades?)\b|\bin recent years\b|\bthese days\b|"
    r"\bnowadays\b|\blately released\b|"
    r"[近这][几一二三四五六七八九十两\d]+年|最近[几一二三四五六七八九十两\d]*年|"
    r"过去[几一二三四五六七八九十两\d]+年"
)
NOT_RECENT = re.compile(r"(?:\bfor|\bover|\bin all) $")
