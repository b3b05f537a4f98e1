"""Messages that ask for what does harm."""

from __future__ import annotations

import re

_HOW = (
    r"(?:how (?:do|can|could|would|to|does|should)|ways? (?:to|of)|best way to|teach me|"
    r"show me how|help me|instructions?|steps? (?:to|for)|explain how|tell me how|recipe for|"
    r"guide (?:to|for|on)|where (?:can|do|could|to)|i want to|i(?:'m| am) going to|i(?:'ll|"
    r" will)|can you|tutorial|step by step|give me)"
)
_HARM = (
    r"(?:(?:mak|build|construct|assembl|creat|cook|synthesi[sz]|produc|mix|us|plant|detonat|"
    r"set off|get|buy|3d[- ]print|print)\w* (?:\w+ ){0,4}(?:bombs?|explosives?|meth|"
    r"methamphetamine|napalm|grenades?|molotov\w*|nerve gas|poison|ricin|sarin|anthrax|"
    r"ghost guns?|guns?|weapons?|drugs?|heroin|cocaine|fentanyl|lsd|malware|virus|ransomware|"
    r"bioweapon|pipe bomb)|"
    r"(?:kill|murder|poison|strangle|stab|shoot|hurt|harm|torture|kidnap|drug|rape|attack|"
    r"assault|beat up|blackmail|stalk|burn|smother|suffocate|dispose of|get rid of|hide|bury|"
    r"dissolve)\w* (?:\w+ ){0,3}(?:myself|my ?self|someone|somebody|people|person|my (?:wife|"
    r"husband|neighbou?r(?:'s \w+)?|boss|ex|girlfriend|boyfriend|teacher|sister|brother|mother|"
    r"father|mum|mom|dad|kids?|child|children|dog|cat|roommate|colleague|classmate)|him|her|them|"
    r"an? (?:man|woman|child|person|body|cop|policeman|dog|cat|animal|ex|neighbou?r|colleague|kid|"
    r"stranger)|my \w+'s \w+|animals|the (?:body|neighbou?r(?:'s \w+)?|"
    r"corpse)|(?:a )?(?:dead )?bod(?:y|ies)|the neighbou?rs?)|"
    r"make (?:someone|somebody|him|her|them|people|my \w+|an? \w+) (?:pass out|faint|sick|ill|"
    r"unconscious|disappear|suffer)|"
    r"knock (?:someone|somebody|him|her|my \w+) out|"
    r"(?:commit|end) (?:suicide|my life|a murder|murder)|kill(?:ing)? myself|hang myself|"
    r"overdose|self[- ]harm|hurt(?:ing)? myself|cut(?:ting)? myself|"
    r"(?:hack|break|crack|phish)\w* (?:in(?:to)? )?(?:\w+ ){0,3}(?:account|bank|phone|wifi|wi-fi|"
    r"password|email|house|car|computer|server|facebook|instagram|network|home|system)|"
    r"steal\w* (?:\w+ ){0,3}(?:car|money|identity|credit card|password|bike|from|data)|pick (?:a|"
    r"the|my \w+'s|someone's) lock|get away with (?:murder|kill|strangl|poison|stealing)\w*|rig (?:the"
    r"|an|a) (?:vote|election)|(?:set|start) (?:a )?fires? (?:to|in) (?:an? |the |my )?(?:house|"
    r"building|car|school|office)|burn down|(?:get|buy|make|print) (?:a )?(?:fake|false|counterfeit|"
    r"forged) \w+|shoplift\w*|launder\w* money|forge\w* (?:\w+ ){0,2}(?:passport|"
    r"money|id|document|signature)|evade (?:tax|police)|"
    r"make (?:a )?(?:bomb|explosive)|sell drugs|buy (?:illegal )?(?:drugs|a gun|cocaine|heroin|weed))"
)
_UNSAFE = re.compile(
    rf"\bhow (?:did|do) (?:they|he|she|you) (?:cook|make|build) (?:the |a )?(?:meth|bomb|drugs?|poison)"
    rf"\b|\brig (?:the|an) (?:vote|"
    rf"election)\b|\b(?:slip|put) (?:\w+ ){{0,5}}so (?:\w+ ){{1,5}}(?:in hospital|sick|ill|die|dies|dead)\b|"
    rf"\b(?:ends? up|land) in hospital\b|活着(?:好|太|真)?(?:累|没意思|没意义)|不想(?:再)?(?:继续|活|"
    rf"醒)|活不下去|轻生|"
    rf"结束(?:自己的?)?生命|了结自己|走得不痛苦|"
    rf"{_HOW}\b.{{0,60}}\b{_HARM}|^\W*(?:please )?(?:make|build|cook|kill|hack) (?:a |me a |"
    rf"some )?(?:bomb|meth|explosive|someone)|\b(?:child|kiddie|underage|minors?|preteen|"
    rf"lolita?)\b.{{0,20}}\b(?:porn|sex|nude|naked|erotic)\w*|\b(?:porn|nudes?|naked|sexual|"
    rf"erotic) \w*(?: \w+){{0,3}} (?:child|children|kids?|minors?|teens?|underage|"
    rf"schoolgirls?)\b|\bi want to (?:die|kill|end it all|hurt)\b|\bkill myself\b|"
    rf"\bsuicide (?:method|note|pact)s?\b|"
    r"\bhow (?:much|many) .{0,30}(?:lethal|to kill|overdose|fatal|to die)|\b(?:which|"
    r"what) .{0,30}(?:poison|kill)s? (?:a |my |the |an )?(?:person|people|someone|somebody|landlord|"
    r"boss|ex|teacher|colleague|neighbou?r|dog|cat|human|"
    r"husband|wife)|\b(?:poison|strangle|stab|kill|murder|hurt) my (?:wife|husband|neighbou?r|"
    r"boss|ex|girlfriend|boyfriend|sister|brother|mother|father)|\bwithout (?:being|"
    r"getting) caught\b.{0,40}\b(?:my|neighbou?r|wife|husband|boss)|\b(?:there's|theres|"
    r"there is) a (?:dead )?body\b|\b(?:dead|human|a|the) bod(?:y|ies) (?:to (?:hide|bury|move)|"
    r"involved)|\b(?:get rid of|dispose of|hide|bury|cut up|saw up|dismember) (?:a |the |this |"
    r"my )?(?:\w+ )?(?:bod(?:y|ies)|corpse)|\bprais\w+ (?:the )?(?:kill|murder|genocide|hitler|"
    r"nazi|terror)\w*|\b(?:sexy|sexual|erotic|naked|nude) (?:\w+ ){0,3}(?:little|young|small|underage)"
    r" (?:girls?|boys?|kids?|children)\b|"
    r"\b(?:make|makes|making) (?:people|everyone|others) hate\b|\b(?:kill|exterminat|gas|murder)\w* "
    r"(?:all )?(?:the )?(?:immigrants|jews|"
    r"muslims|blacks|gays|foreigners|women|people)\b(?=.*\b(?:lyrics|song|how|want)|)|\b(?:can't|"
    r"cannot|can not|don't want to) (?:go on|live|be alive)(?: any ?more| like this)?\b|"
    r"\bend it (?:all|to)\b|\b(?:end my life|not want to live)\b|\b(?:nerve agent|dirty bomb|"
    r"build a bomb|make a bomb|make explosives|cook meth|home-?made explosive)|"
    r"(?:怎么|如何|怎样|教我|教一下|告诉我|帮我|想要?|方法|步骤|哪里(?:能|可以)?买到?|有没有教人?).{0,14}(?:炸弹|炸药|"
    r"毒品|冰毒|制毒|海洛因|武器|假币|假钞|入室|盗窃|撬锁|开别人的?锁|放火|纵火|毒药|杀人|杀死|杀掉|杀了|弄死|自杀|自残|枪支|枪|制枪|黑进|黑掉|盗号|盗取|"
    r"偷窃|偷车|偷东西|下毒|毒死|毒害|绑架|诈骗|洗钱|伪造|强奸|燃烧瓶|勒死|砍人|伤害(?:自己|别人|"
    r"他人|邻居)|报复社会)|(?:炸弹|炸药|毒品|冰毒|毒药).{0,6}(?:怎么|如何|做法|制作|配方)|"
    r"(?:煽动|宣扬|鼓吹|挑起).{0,3}(?:仇恨|暴力|歧视|种族)|(?:教|鼓励|怂恿|煽动|指导).{0,5}(?:自杀|制毒|造假|盗窃|诈骗|自残|杀人|犯罪|恐怖袭击)|不想活了|想死|儿童色情|(?:未成年|幼女).{0,6}(?:色情|裸|性)"
)
_FICTION = re.compile(
    r"\b(?:films?|movies?|songs?|books?|novels?|stor(?:y|ies)|series|documentar\w+|game|one|"
    r"something) (?:\w+ ){0,3}(?:about|where|in which|with|on how|that)\b|(?:关于|"
    r"讲).{0,20}(?:电影|片|歌|书|故事)"
)

_IN_EARNEST = re.compile(
    r"\bwithout (?:being|getting) caught\b|\bi need (?:it|this|to)\b|\bso (?:that )?i can\b|"
    r"\bin real life\b|\bfor real\b|\bmy neighbou?r|真的要|我要用"
)


def is_unsafe(plain: str) -> bool:
    """Say whether a message asks for what does harm; a film about it does none."""
    match = _UNSAFE.search(plain)
    return match is not None and not (_FICTION.search(plain[: match.end()]) and not _IN_EARNEST.search(plain))
