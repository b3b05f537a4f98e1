"""Which kind of move a message makes: what stands first in the order of moves wins."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant import topics
from assistant.intents import Move
from assistant.message import MASK

_RESET = re.compile(
    r"\b(?:start(?:ing)? (?:over|again|afresh|fresh|anew|from (?:scratch|zero|the beginning))|from scratch|begin again|clean slate|fresh start|reset|restart|new search|"
    r"(?:forget|scrap|drop|ignore|clear|erase|wipe|delete|disregard|throw out|scratch|cancel) (?:about )?(?:all(?: of)? (?:that|this|it)|everything|it all|all|what i(?:'ve)? (?:said|told you|asked)|everything i(?:'ve)? said|the lot|all (?:my|the) (?:filters|wishes|constraints|requirements|conditions|criteria)|(?:my|the|all) (?:filters|previous (?:wishes|requests|filters|criteria)|search|conversation|history)|that all))\b|"
    r"重新(?:开始|来过?|选|找)|从头(?:开始|再来|来)|重来|清空|重置|(?:全部?|都|之前.{0,6}|刚才.{0,6}|前面.{0,6})(?:忘掉|忘了|作废|不算|清除|取消)|(?:忘掉|忘了|忘记)(?:之前|刚才|前面|所有|一切|全部|我说)|推倒重来|一切从新"
)
_COMPARE = re.compile(
    r"\bcompar(?:e|ed|ing|ison)\b|\bdifferences? between\b|\bdiffer(?:ent)? from\b|\bhow (?:does|do|is|are) .* (?:differ|different from|compare)|\bvs\.?(?!\w)|\bversus\b|\b(?:stack|stacks) up\b|\bwhat's the difference\b|\bside by side\b|"
    r"比较一?下?(?![\u4e00-\u9fff]*[的点些])|对比|相比|区别|差别|有什么不同|有啥不同|二选一|哪里不同|怎么选"
)
_WHICH = re.compile(
    r"\bwhich (?:one|ones|of (?:these|those|them|the)|is|are|would|should|do|does|has|have|weighs|costs|lasts|was|will|came|film|movie|song|tool|model)\b|\bwhat(?:'s| is) (?:better|the better|best)\b|\bwhich\?|"
    r"哪[一个部首款把本件台张种](?:个|部|首|款|更|比较|最|好|值|适合|轻|便宜|新|长|短|是|该|值得)*|哪个|谁(?:更|比较|最)|选哪|买哪|看哪|听哪"
)
_OR = re.compile(rf"{MASK}[\"'*》]*(?: \(\d{{4}}\))?,? (?:or|vs\.?|versus)(?: (?:the|rather|is it|maybe))* [\"'*《]*{MASK}|{MASK}[》\"']*(?:还是|或者?|和){MASK}|{MASK}[》\"']*还是[《\"']*{MASK}")
_BETTER = re.compile(rf"\b(?:better|worse|scarier|funnier|longer|shorter|cheaper|lighter|heavier|older|newer|faster|slower|sadder|darker|more \w+) (?:than|or)\b|比.*[更好]|更")
_WHY = re.compile(
    r"\bwhy\b(?! not (?:a|an|some|something|just|try)\b)(?! don't (?:we|you|i)\b)|\bhow come\b|\bwhat makes you\b|\bwhat made you\b|\bexplain\b|\breasons?\b|\bwhat for\b|\bon what basis\b|\bwhere did (?:you|that|this) (?:get|come)|"
    r"为什么|为啥|怎么会|凭什么|理由|原因|何以|为何|咋(?:会|推)"
)
_FACTS = re.compile(
    r"\bwhat(?:'s| is| are| was| were|s)? .{0,40}\b(?:about|like)\b(?! to)|\btell me (?:a bit |a little |something )?(?:more|about)\b|\bmore (?:info|information|details?|about)\b|\bdetails?\b|\bwho (?:is|are|was|were|directed|stars?|starred|plays?|played|sings?|sang|wrote|made|makes|composed|performs?|performed|recorded|acts?)\b|"
    r"\bwhen (?:was|were|did|is)\b|\bwhat year\b|\bhow (?:long|old|heavy|much|expensive|fast|big|tall|loud|scary|violent|sad|funny|good|dark|slow|many|well|is|was|does|do|are)\b|\bwhat(?:'s| is| are|s) (?:the|its|their|that|this|it|in)\b|\bwhat (?:does|do|did|kind|sort|genre|colou?r|material|brand|tempo|key|power|mood|artist|warranty)\b|\bdescribe\b|\bplot\b|\bsummary\b|\bsynopsis\b|\bwhat happens\b|\bwhich (?:genre|year|brand|artist|material)\b|"
    r"^(?:and |so |but |ok |hmm |wait )*(?:is|are|was|does|do|did|has|can|would|will) (?:it|that|this|they|the|he|she|these|those|\ufffd+)\b|(?:^|[,.] ?)(?:is|does|has|was) \ufffd|\bwho's\b|\bdoes (?:it|that|the|this)\b|\bwhere (?:is|was|does|are)\b|"
    r"讲(?:的是)?(?:什么|啥|了什么)|关于什么|介绍一?下|说说|说一下|讲讲|聊聊|谁(?:演|导|唱|写|拍|作|是|的)|哪[一]?年(?!代)|什么时候|多少钱|多[重长大久贵快高](?!一?[点些])|什么(?:类型|内容|故事|风格|牌子|品牌|材质|材料|剧情|节奏|意思)|怎么样$|怎么样[?]|好[看听用]吗|(?:是|有|能|会|用).{0,8}吗\??$|几分钟|几公斤|多少(?:分钟|公斤|年|钱)|详细|详情|更多信息|简介|剧情"
)
_ELSE = re.compile(
    r"\b(?:something|anything|someone|somebody|what) else\b|\banother(?! (?:\d|two|three|few|couple))\b(?! (?:like|one like))|\b(?:other|different|new) (?:ones?|options?|suggestions?|choices?|picks?|ideas?|films?|movies?|songs?|tracks?|titles?|things?|recommendations?|stuff|results|tools?|books?|games?|artists?|list|set|batch)\b|\b(?:something|anything) different\b|"
    r"\bnone of (?:these|those|them|that)\b|\bnot (?:that|this|these|those|it|them|any of|the \w+ one|quite|really|what i|convinced|what we)\b|\bneither\b|\bnext\b(?! (?:week|month|year|weekend|time|to))|\bnope\b|\bnah\b|\btry (?:again|harder|something)\b|\bskip\b|\b(?:swap|replace|refresh|reroll|re-roll|shuffle|redo)\b|\bother than (?:these|those|that|this)\b|"
    r"\b(?:don't|didn't|do not|dont) (?:really )?(?:like|want|fancy|care for|feel|love) (?:that|this|these|those|any|them|it|either|the (?:first|second|third|last))\b|\bno good\b|\b(?:keep|go on) looking\b|\bonce more\b|^\W*again\W*$|\bno,? thanks?,? (?:something|another|next)|\binstead of (?:these|those|that|this|it)\b|\bwrong\b|\bway off\b|\bnot (?:it|there yet)\b|\bmove on\b|"
    r"换(?!句话)|别的|其他的?|其它的?|另外|另一|下一[个部首]|都不(?:喜欢|行|好|想|要|合适|对|感兴趣|太)|不要这|不是这|不想要?这|不喜欢这|没有?喜欢的|没有?合适的|没兴趣|不合适|不对胃口|不太对|不是我想要|再找找|不行|pass"
)
_TOO = re.compile(
    r"(?<!me )(?<!that )(?<!you )\b(?:too|overly) (?!\b(?:please|and|but|or|with|if)\b)[a-z]+|\bnot \w+ enough\b|\bless \w+|\bnot (?:so|as|that) \w+|(?<!\bno )(?<!enough )\bmore (?!like|of|please|than|info|about|details|films?|movies?|songs?|like|ones|options|suggestions|to|from|by|recommendations|in|with|$)[a-z]+\b|"
    r"\b(?:bit|little|much|lot|way|something|bit more|even|anything|one|make it|slightly|somewhat|any|ones?|but|bit) (?:bit )?[a-z]{2,}(?:ier|[^aeiou\W]er)\b(?! (?:by|with|one|of|about|set|where|who))|^\W*(?:(?:a|bit|little|much|way|even|please|make|it|no|and|ok|hmm|still) )*[a-z]{2,}er(?: (?:one|ones|please|films?|movies?|songs?|ones please))?\W*$|"
    r"太(?!喜欢|好|棒|爱|赞|精彩|感谢|谢)[\u4e00-\u9fff]+|没那么|不那么|不够|(?<!不)更[\u4e00-\u9fff]+|[\u4e00-\u9fff]一[点些]|[\u4e00-\u9fff]点[的儿]?(?:$|[,.!吧])"
)
_NOT_COMPARATIVES = re.compile(r"\b(?:other|another|either|neither|rather|whether|together|over|under|after|ever|never|however|thriller|thrillers|number|remember|dinner|summer|winter|weather|mother|father|brother|sister|daughter|water|paper|power|mower|trimmer|leather|rubber|timber|copper|silver|beer|river|order|super|singer|performer|composer|director|actor|user|offer|former|later|per|her|easter|october|november|december|september|hammer|answer|matter|prefer|consider|discover|cover|killer|monster|gangster|spider|wonder|gender|center|theater|character|chapter|master|sober|beginner|gardener|partner|lover|corner|clever|bitter|tender|teenager|soccer|letter|butter|danger|stranger|hunter|soldier|lawyer|teacher|newer to)\b")
_MORE = re.compile(
    r"\bmore (?:like|of|please|in that|along|by|from)\b|\b(?:show|give|send|list|see|get|want|any|some|few|two|three|five|\d+|have|tell)(?: me| us)?(?: a few| some| any)? more\b(?! (?:\w+y|\w+ing|\w+ic|\w+ous)\b)|^\W*more(?: (?:please|of (?:that|this|these|those|the same|them)|like (?:that|this|these|those|it)))?\W*$|\b(?:keep (?:going|them coming|it coming))\b|\bwhat else\b|\bcontinue\b|(?<!\bi )(?<!\bwe )\b(?:similar|same|like) (?:to )?(?:these|those|that|this|it|the (?:first|second|third|last))\b|\bmore ones\b|\bgo on\b|(?<!\bi )(?<!\bwe )(?<!also )(?<!really )\blike the (?:first|second|third|fourth|last)\b|\bsimilar ones\b|\bsame (?:again|kind|sort|vibe|style|mood)\b|"
    r"再来[几两三四五些一](?!.{0,2}别)|再(?:推荐|给我|找|多)|多来|还有(?:吗|没有|么|别|什么|其他|类似|更多)|更多|继续|类似的|像.{0,8}(?:这样|那样|一样)|跟.{0,8}(?:差不多|类似|一样)|同样的|多推荐|多给"
)
_NEW_REQUEST = re.compile(
    r"\b(?:recommend|suggest|find me|looking for|i'd like to (?:see|watch|hear|buy)|i would like|i(?:'m| am) (?:after|in the mood|looking)|can you (?:find|recommend|suggest|give|show)|could you|do you have|have you got|what (?:should|can|could|would|do|other)|are there|is there|got any|i(?: also)? (?:also )?need|i want to (?:see|watch|hear|listen|buy|laugh|cry)|help me|let's|tonight|this weekend|for (?:my|a|the) \w+)\b|^(?:now|next|ok(?:ay)?,? now|also|and now|an?|some|any|top|best)\b|"
    r"推荐|想[看听买找要](?!点别|些别)|我要|有没有|找[一个部首些]|来[一点个部首些]|给我|今晚|今天|求|帮我|我想|需要"
)
_ADDS = re.compile(
    r"\W*(?:but|and|only|no|not|without|instead|actually|also|make it|make them|just|from|after|before|with|under|over|in|for|ok but|okay but|yes but|yes,? and|but also|at (?:least|most)|between|around|about|up to|max|nothing|none|rather|preferably|ideally|keep|limit|exclude|any|maybe|let's|now|should|must|it (?:should|must|has|needs)|they (?:should|must|have|need)|i (?:don't|do not|prefer|hate|only)|by|something|on second thoughts?|on reflection|forget|never mind|drop|remove|show only|and only|don't|oh|wait|hmm|fine|great|good|cool|nice|sorry)\b|"
    r"\W*(?:只|不要|别|但|而且|还要|最好|另外|再|要|必须|不|也|都|就|改|换成|限|没有|除了|去掉|还是|其实|算了|那|好的?,|嗯|可以,|加上|并且|同时)"
)
_VERDICT = re.compile(
    r"\W*(?:(?:i|we|it's|its|it|that|that's|this|they|oh|well|hmm|yeah|yes|haha|wow|the|was|were|is|really|so|just|both|all|have|'ve|ve|i've|already|actually|honestly|quite|pretty|very|absolutely|totally|not|what|a|an|one|kind|kinda|of|bit|little|ok|okay|them|these|those|and|but|too|for|me|my|taste|must|say) ?|[,.!]\s*)*"
    r"(?:loved?|lov(?:ed)? it|liked?|hated?|meh+|boring|dull|awful|terrible|great|amazing|brilliant|awesome|fantastic|wonderful|excellent|perfect|bad|good|nice|cool|fun|funny|so-so|alright|decent|fine|overrated|underrated|masterpiece|disappoint(?:ing|ed|ment)|enjoyed|adored?|disliked?|favou?rites?|seen|watched|heard|own|best|worst|rubbish|garbage|trash|crap|ugh|yuck|bleh|blah|mediocre|superb|gem|weird|lame|thumbs (?:up|down)|\d+(?:\.\d)?/\d+|\d stars?)\b"
)


_VERDICT_ZH = re.compile(
    r"\W*(?:这[个部首些]?|那[个部首些]?|都|全|我|觉得|还|很|真|太|挺|有点|非常|特别|超级?|蛮|比较|不|不怎么|不太|一般|确实|,)*(?:好看|好听|好用|不错|难听|难看|无聊|喜欢|讨厌|失望|一般般?|精彩|经典|烂|没意思|绝了|爱了|可以|满意|感人|看过|听过)(?:了|啊|呀|吧|哦|的|极了|死了)*\W*"
)
_TAKES = re.compile(r"\W*(?:(?:ok|okay|great|perfect|good|yes|nice|cool|then),? )*(?:i'll|i will|let's|we'll|i'm going to|i think i'll) (?:take|have|go (?:with|for)|watch|buy|get|listen to|try|pick|choose)\b|就(?:要|选|买|看|听)?(?:这|那|第)")


@dataclass(frozen=True)
class Signs:
    """Hold what was read of a message, as far as its move depends on it.

    Attributes:
        plain: The message, made plain, with the titles covered.
        whole: The same with what is marked as an order.
        fresh: Whether nothing was shown.
        titles: Number of titles named.
        references: Number of references to picks.
        opinions: Whether titles or picks are liked, disliked or seen.
        rejects: Whether picks are disliked or known.
        asks: Whether values, people, ranges, wishes, a number or an audience are said.
        wanted: Whether values, people or ranges are said.
        compared: Whether a wish or a shift is measured against picks.
        withdrawn: Whether something is taken back.
        free: Whether words of mood or theme are left.
        domain: What the catalogue holds, as `topics` calls it.
        own: Words of the catalogue, which are never off topic.
    """

    plain: str
    whole: str
    fresh: bool
    titles: int
    references: int
    opinions: bool
    rejects: bool
    asks: bool
    wanted: bool
    compared: bool
    withdrawn: bool
    free: bool
    domain: str
    own: frozenset[str]


def read_move(signs: Signs) -> Move:
    """Return the move of a message."""
    plain = signs.plain
    if topics.is_unsafe(plain):
        return "unsafe"
    if _RESET.search(plain) and not topics.gives_orders(signs.whole):
        return "reset"
    if topics.is_chat(plain):
        return "chat"
    if topics.is_off_topic(signs.whole, signs.domain, signs.own, signs.asks):
        return "off-topic"
    if _compares(signs):
        return "compare"
    if _asks_facts(signs):
        return "why"
    return "ask" if signs.fresh else _move_after_picks(signs)


def _compares(signs: Signs) -> bool:
    plain, things = signs.plain, signs.titles + signs.references
    if _COMPARE.search(plain) and (things > 0 or not signs.fresh):
        return True
    if not signs.fresh and re.match(r"\W*(?:so |and |ok |but |hmm )*which (?:one|of (?:these|those|them))\b", plain):
        return True
    if _WHICH.search(plain) and (things > 1 or (not signs.fresh and not signs.wanted)):
        return not re.search(r"\bwhich (?:is|was) (?:why|a|an|my|so|great)\b|, which\b", plain)
    if things > 1 and _BETTER.search(plain) and plain.rstrip().endswith("?"):
        return True
    return _either(signs)


def _either(signs: Signs) -> bool:
    return signs.titles > 1 and _OR.search(signs.plain) is not None and not re.search(r"\b(?:like|similar|loved?|liked?|hated?|seen|enjoyed|fan)\b|喜欢|像|类似|看过", signs.plain)


def _asks_facts(signs: Signs) -> bool:
    plain, things = signs.plain, signs.titles + signs.references
    if _WHY.search(plain) and (things or not signs.fresh or re.match(r"\W*why\W*$|\W*为什么", plain)):
        return True
    asked = _FACTS.search(plain) is not None
    return asked and (things > 0 or (not signs.fresh and len(plain.split()) <= 6 and not signs.asks)) and not _asks_for_more(plain)


def _asks_for_more(plain: str) -> bool:
    return bool(re.search(r"\b(?:something|anything|similar|recommend|suggest|find me|what (?:else|next|should)|any(?:thing)? (?:more|other)|more like|how about|what about)\b|类似|推荐|还有|再来|有没有|想看|想听", plain))


def _move_after_picks(signs: Signs) -> Move:
    plain = signs.plain
    requests = _NEW_REQUEST.search(plain) is not None
    if _turns_down(signs):
        return "critique"
    if signs.opinions and not signs.asks and not _MORE.search(plain) and not requests and not plain.rstrip().endswith("?"):
        return "rate"
    if _MORE.search(plain) or signs.withdrawn:
        return "refine"
    if _TAKES.match(plain) and signs.references and not signs.asks:
        return "rate"
    if _VERDICT_ZH.fullmatch(plain):
        return "rate"
    verdict = _VERDICT.match(plain)
    if verdict and not signs.asks and not requests and "?" not in plain and len(plain[verdict.end() :].split()) <= 4:
        return "chat" if re.search(r"\bthank|\bthx\b|谢", plain) and not signs.opinions else "rate"
    if not signs.asks and not signs.titles:
        return "ask" if requests or not _ADDS.match(plain) else "refine"
    short = len(plain.split()) <= 4 and len(plain) <= 40
    adds = _ADDS.match(plain) is not None
    return "refine" if adds or (not signs.titles and (short or not requests)) else "ask"


def _turns_down(signs: Signs) -> bool:
    plain = signs.plain
    if signs.compared:
        return True
    if _ELSE.search(plain):
        return True
    words = _NOT_COMPARATIVES.sub(" ", plain)
    if _TOO.search(words) and not signs.withdrawn:
        return True
    return signs.rejects and bool(re.search(r"\b(?:more|another|next|other|else|instead|any|something|got|give|show|find)\b|再|换|别|还有", plain))
