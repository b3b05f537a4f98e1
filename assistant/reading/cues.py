"""Words that say what is meant of the thing beside them: wanted, ruled out, more, less, allowed."""

from __future__ import annotations

import re

NOT = r"(?:not|never|cannot|(?:do|does|did|would|could|can|wo|is|are|was|were|ai|have|has|should)n'?t)"
_VERB = (
    r"(?:want(?:ed|ing)?|lik(?:e[ds]?|ing)|lov(?:e[ds]?|ing)|need(?:ed|ing)?|looking for|in the mood for|"
    r"feel(?:ing)? like|into|(?:an? )?(?:big |huge |great )?fans? of|keen on|interested in|"
    r"enjoy(?:ed|ing)?|"
    r"car(?:e|ing) (?:much )?(?:for|about)|watch(?:ing)?|listen(?:ing)? to|see(?:ing)?|after|fancy|get|use|"
    r"show(?: me)?|give(?: me)?|recommend(?: me)?|suggest(?: me)?|includ(?:e|ing)|stand|bear|"
    r"take|handle|do|"
    r"have|having|buy(?:ing)?|go for|play(?:ing)?|up for|deal with|read(?:ing)?|hear(?:ing)?)"
)
_THEN = r"(?:(?: to)? (?:see|watch|hear|have|listen to|read|play|use|buy|anything|any|more|another|be))*"

_OPEN = (
    rf"{NOT} (?:really |at all |actually )?mind|wouldn't say no to|{NOT} (?:only|just|merely|"
    rf"necessarily|always|all|every)|"
    r"not to say|whether|if it'?s|not that i (?:don't|hate|dislike)(?: \w+)?"
)
_OPEN_ZH = (
    r"不介意|不只是?|不光是?|不仅仅?是?|不止|不一定(?:要|非要|得|非得|是)?|不反对|不排斥|"
    r"不是非要|也不是非|并非|不是(?:说?我?)?(?:不|讨厌)(?:喜欢|爱看?|想看?|要|好)?|也不是不"
)
_ALLOW = (
    rf"(?:{NOT}|no longer)(?: really)? (?:have|has|need|needs|got) to be|needn'?t be|no need for|"
    rf"{NOT} (?:matter|care) (?:if|whether)(?: it'?s| it is)?|not need(?: any| an?)?|"
    rf"no longer (?:need|want)|"
    r"forget (?:about )?(?:the )?(?!it\b|that\b|what\b|all\b|every)|"
    r"never mind (?:about )?(?:the )?(?!it\b|that\b)|"
    r"(?:forget|scrap|cancel|remove|drop|lift|ditch|lose|undo)(?: about)? (?:the|that|my)|"
    r"never ?mind (?:the|about)|(?:you|we) (?:can|may|could) (?:also )?(?:include|add|show(?: me)?|"
    r"bring back|allow)|"
    r"feel free to (?:include|add|show)|bring back|(?:fine|ok|okay|cool|alright|happy|good) with|open "
    r"to|live with|forget (?:what|everything|all) i said about|(?:don't|do not|dont) need (?:it|them) "
    r"(?:in|to be|with)|"
    rf"{NOT} (?:the )?(?:worst|a problem with)|"
    r"no objections? to|(?:don't|not) (?:object|opposed) to|nothing against|used to hate"
)
_ALLOW_ZH = (
    r"不用(?:再)?(?:非得?)?(?:是|要)?(?![看听说想担])|不必(?:是|要)?|不需要是|不非得|取消|去掉|不限于?"
    r"|不局限于?|别管|不管"
)
_LESS = (
    rf"less|fewer|{NOT} (?:so|as|that|quite so)(?: much| many)?|"
    r"weniger|menos|sin tant[oa]s?|nicht so viel|moins(?: de)?|pas trop(?: de)?|"
    r"(?:way |far |a bit |a little |bit |much |just |all |still )*too(?: much| many)?|tone down(?: the)?|"
    r"(?:cut|dial|go|ease) (?:down|back|easy|off)(?: on)?(?: the)?"
)
_LESS_ZH = (
    r"没那么|没有那么|不那么|(?:不要|别)(?:那么|这么)|"
    r"少(?:来)?一?[点些]儿?|太(?!喜欢|好|棒|爱|赞|精彩|经典|感谢|谢|想|多)|过于|减少"
)
_SOFT = (
    rf"{NOT} (?:too|overly|particularly|terribly|super|very|all that)(?: much| many)?|(?:nothing|"
    rf"anything|none|no) (?:too|overly|that|very)|"
    rf"{NOT} (?:be|want anything|want it|want something|like it|make it|get|have) (?:too|so|"
    rf"overly|that)|without being too|isn't too"
)
_SOFT_ZH = (
    r"(?:不要|别|(?<!能)不能|不想|(?<!可)不可以|(?<!会)不会|不必)(?:太|过于|过分)|不太(?!喜欢|想|爱|要)|不是(?:很|太|"
    r"特别)(?!喜欢|想|爱)|不很|不怎么(?!喜欢|想|爱|看|听)"
)
_MORE = (
    r"(?:etwas )?mehr|(?:un poco )?más|un peu plus(?: de)?|plus de|"
    r"(?:a bit |a little |much |some |even |lots? |way |far |slightly |somewhat |"
    r"bit )*more(?! than)(?: of (?:the|that|a))?(?: like)?"
)
_MORE_ZH = r"多(?:来)?一?[点些]儿?|更加?|再(?=.{1,4}[点些])|稍微|增加|不够"
_UNWANT_VERB = rf"{NOT}(?: \w+)?(?: \w+)? {_VERB}{_THEN}"
_UNWANT = (
    rf"(?:can't|cannot|can not|cant|couldn't) (?:stand|bear|take|handle|do|deal with)|"
    r"no(?! problem| worries| idea| matter| rush| thanks| preference|,)(?: more| longer| other)?|"
    rf"{NOT}|nothing|none|without(?: any)?|neither|nor|non|"
    r"avoid(?:ing|s|ed)?|except(?:ing)?(?: for)?|exclud(?:e|ing|es)|(?:anything|everything|all|"
    r"any|anyone|whatever|anywhere|everywhere|anybody|everyone|any \w+) (?:but|except)|"
    r"else than|different (?:from|than)|other than|apart from|aside from|instead of|rather than|"
    r"as opposed to|over and above|"
    r"sick (?:and tired )?of|tired of|fed up (?:with|of)|bored (?:of|with|by)|hat(?:e[ds]?|ing)|"
    r"dislik(?:e[ds]?|ing)|"
    r"loath(?:e[ds]?|ing)|detest(?:s|ed)?|despise[ds]?|skip(?:ping)?|leave out|leaving out|minus|"
    r"sans|ohne|kein(?:e[nrms]?)?|nichts mit|sin|nada(?: de)?|pas(?: de)?|rien de|sauf|außer|excepto|salvo|"
    r"enough(?: of| with)?|ban|"
    r"get rid of|(?:stay|keep) away from|steer clear of|allergic to|had my fill of|(?:rule|"
    r"ruling|filter) out|"
    r"put off by|no thanks to|absolutely no|zero"
)
_UNWANT_ZH = (
    r"不要(?!求)|(?<![特区级类个分])别(?![的人处墅忘致样])(?:给我|再|来|推荐|放|要|有)*|"
    r"不想(?:再)?(?:要|看|听|买|读|用|玩)?|(?<![能会要是爱])不(?:能|爱|可以|想|太能)?[吃喝学](?!够|腻|完)|"
    r"对(?=.{1,4}过敏)|忌口?|不(?:太|怎么|是很|是太)?(?:喜欢|爱|想要?|感兴趣)(?:看|"
    r"听|用)?|"
    r"讨厌|厌倦了?|烦|受够了?|受不了|[看听]腻了?|腻了|拒绝|除[了去开]|不含|不带|"
    r"(?<!有)没有?(?!看过|听过|关系|问题|看|听)|无(?!论|所谓|聊)|非(?!常)|"
    r"(?<![是能可])不是|避免|避开|排除|除掉|不[看听买去坐种养玩住骑爬跑](?!过)|少来|不考虑|(?<!能)不能(?:有|是)?|"
    r"不可以(?:有|是)?|不准|而不是|不再|恨|怕|反感|绝不"
)
_WANT = (
    r"want(?:s|ed)?|lik(?:e[ds]?|ing)|lov(?:e[ds]?|ing)|need(?:s|ed)?|prefer(?:s|red|ably)?|looking for|"
    r"give me|show me|find me|recommend|suggest|only|just|in the mood for|feel(?:ing)? like|"
    r"fancy|go for|get me|"
    r"why not|not bad|how about|what about|maybe|but|please|however|though|although|yet|so|then|"
    r"instead|because|"
    r"enjoy(?:s|ed)?|make it|switch to|change (?:it )?to|rather|also|try"
)
_WANT_ZH = (
    r"想[要看听买读用玩找]?|(?<!不)要|喜欢|爱[看听]|来|推荐|给我|找|换成?|改成?|只[要看听]|"
    r"有没有|有|[看听]看?|是不是|要不|不如|"
    r"但是?|不过|而是|还是|就|最好|偏爱|需要|希望"
)
_TABLE = (
    ("open", _OPEN, _OPEN_ZH),
    ("allow", _ALLOW, _ALLOW_ZH),
    ("soft", _SOFT, _SOFT_ZH),
    ("less", _LESS, _LESS_ZH),
    ("unwant_", _UNWANT_VERB, ""),
    ("more", _MORE, _MORE_ZH),
    ("unwant", _UNWANT, _UNWANT_ZH),
    ("want", _WANT, _WANT_ZH),
)  # what stands first is tried first, where several begin at the same place

_THING = (
    r"(?: ?(?:films?|movies?|songs?|tracks?|tunes?|stuff|music|things?|ones?|genres?|parts?|"
    r"books?|games?|models?))?"
)
_IS = r"(?:'s| is| are|'re| was| were| would be| will be| has to be)"
_DAMPED = (
    r"(?: (?:also|totally|perfectly|now|actually|just|really|absolutely|completely|so|very|"
    r"definitely|quite))*"
)
_OUT = (
    rf"{_THING}[, ]*(?:{_IS}{_DAMPED} (?:out\b|out of the question|off the (?:table|menu|list)|"
    rf"a no[- ]?go|a no\b|boring|"
    r"awful|terrible|overrated|stupid|dull|forbidden|banned|(?:a )?turn[- ]?offs?|"
    r"not (?:my (?:thing|cup of tea|style|taste)|for me|for us|"
    r"an option|ok\b|okay|wanted|allowed|welcome|needed|what i (?:want|need)|good\b|interesting))|"
    r"(?: ?(?:isn't|aren't|ain't|is not|are not|isnt|arent) (?:really )?(?:my (?:thing|"
    r"cup of tea|style|taste)|for me|for us|an option|ok\b|allowed|"
    r"what i (?:want|need|am after)))|(?: just| really)? (?:bores?|puts?|leaves?|gives?|scares?|"
    r"annoys?|irritates?) (?:me|us)\b(?! (?:joy|life|a))|"
    r" ?(?:don't|doesn't|do not|does not|dont|doesnt) (?:really )?(?:do it for me|interest me|"
    r"appeal|work for me|grab me|excite me)|"
    r"(?:,|\?|:) ?(?:no(?: thanks| thank you| way)|no(?=[\s?)\"']*$|[.!;]| ?,)|nah|nope|not (?:today|tonight|"
    r"again|now|for me))\b|[- ]free\b|(?: ones?)? not\b$|[, ]*(?:but |and |which )?(?:i|we|she|he|they|"
    r"my \w+) (?:really |just |absolutely )*(?:(?:can't|cannot|couldn't|can not) (?:stand|bear|"
    r"take)|hates?|dislikes?|loathes?|detests?|(?:don't|do not|doesn't|dont|"
    r"never) (?:really )?(?:like|want|enjoy|need|watch|care for|listen to)|(?:am|are|is|'m|"
    r"'re)(?: not|n't) (?:into|a fan of|keen on))(?: (?:them|those|that|it|these|any of (?:them|"
    r"that)))?(?=\W*$|[.,!;]| (?:and|but|so|we|i)\b))"
)
_FINE = (
    rf"{_THING}[, ]*(?:(?:(?:is|are|'s|would be|can be){_DAMPED} (?:fine|ok|okay|alright|"
    rf"all right|allowed|acceptable|welcome|possible|no problem|"
    r"back in|back on)(?: too| now| again| as well| after all| by me| with me| for me)*\b)|"
    r" ?(?:doesn't|don't|does not|do not|doesnt|dont) (?:really )?matter|"
    r" ?(?:isn't|aren't|is not|are not|isnt|arent) (?:that |so )?(?:important|necessary|needed|"
    r"required|a must|a requirement)|(?: can)? works? too)"
)
_TAIL = (
    r"(?:的?(?:新闻|报道|节目|视频|故事|小说|区|剧|书|课|文章|菜|电影|影片|片子|片|类型|类|歌曲|歌|音乐|那种|这种|之类的?|东西|元素|内容|成分|戏|"
    r"款|型|的))*"
)
_OUT_ZH = (
    rf"{_TAIL}(?:就|都|也|我|可|真的?|通通|全部|一律)*(?:不要(?!太|那么|这么)|不用了|不用(?=$|[,.!;])|算了|免了|不行|"
    rf"不[看听买考]虑?|不(?:太|怎么|是很)?(?:喜欢|爱|感兴趣)|除外|"
    r"没兴趣|受不了|[看听]腻了|看够了|听够了|[以之]外|不合适|不适合我|无感|去掉|排除|跳过|不想[看听要])"
)
_FINE_ZH = (
    rf"{_TAIL}(?:其实|现在|的话)*也(?:行|可以(?!吗)|没问题|没关系|无所谓|能接受|不要紧|ok|好|"
    rf"没事|不重要)(?:了|啊|的|吧)*(?=$|[,.!;])"
)
_MUCH_ZH = rf"{_TAIL}太多了?"
_LESS_AFTER_ZH = rf"{_TAIL}(?:少|弱)(?:一?[点些]儿?)"
_MORE_AFTER_ZH = (
    rf"{_TAIL}(?:多)?一?[点些]儿?(?=的|吧|行|好|可以|$|[,.!;?了啊])|{_TAIL}不够|{_TAIL}再?多一?[点些]"
)


def _words(english: str, chinese: str) -> str:
    parts = [rf"(?<![\w'])(?:{english})(?![\w'])"] + ([chinese] if chinese else [])
    return "|".join(parts)


BEFORE = re.compile(
    "|".join(rf"(?P<{stance}>{_words(english, chinese)})" for stance, english, chinese in _TABLE), re.ASCII
)
AFTER = re.compile(
    rf"(?P<less>{_MUCH_ZH}|{_LESS_AFTER_ZH})|(?P<unwant>{_OUT}|{_OUT_ZH})|(?P<allow>{_FINE}|"
    rf"{_FINE_ZH})|(?P<more>{_MORE_AFTER_ZH})"
)
ENOUGH = re.compile(r" enough\b")
CHAIN = re.compile(
    r"\s*(?:[,/&+]|,?\s*\b(?:and/or|and|or|nor|n)\b|、|,?(?:以及|或者是?|或是?|和|跟|与|还有|及|、))\s*"
    r"(?:(?:(?<=or )an?|(?<=nor )an?|or|and|any|no|even|also|too much|much|either|other|the|of|"
    r"both|films?|movies?|songs?|stuff|music|songs)\b\s*|的|片|类)*|"
    r"[\s-]*(?:films?|movies?|songs?|music|的|片|类|电影|歌|音乐)?[\s-]*(?:/|,|\band\b|\bor\b|"
    r"\bnor\b|和|或者?|跟|与|还有|以及)?\s*(?:(?:any|even|other|also)\b\s*)?|\s*"
)
NEW_ITEM = re.compile(r",\s*(?:an?|the|some|something|just|only)\b|\band (?:an?|some|something)\b")
OR = re.compile(
    r"[\s\w-]{0,14}?(?:,|/)?\s*(?:\bor\b|and/or|或者是?|或是?|还是|/|、或)\s*(?:maybe |perhaps |"
    r"even |possibly |else |also |alternatively |"
    r"something |anything |an? |some |any |the |from |in |with |made of |of |by |another |good |"
    r"really |nice |just |rather |either |一[个部首]|也)*"
)
# "comedies. no wait, thrillers": what stands before it of the same column no longer counts.
CORRECTION = re.compile(
    r"\b(?:no,? wait|wait,? no|no no|wait|scratch that|strike that|on second thoughts?|i mean|"
    r"i meant|make that|correction|or rather|no,? actually|sorry,|oops|my mistake|hang on|"
    r"change of plan|no,? make it|nah,|hmm,? no)\b|"
    r"[.,;!?-] ?actually,? (?=an?\b|some|make|let|rather)|\bbut (?:today|tonight|this time|now|right "
    r"now|for once)\b|"
    r"但(?:是)?(?:今天|今晚|这次|现在|这回)|不对|等等|等一下|说错了|我是说|我的意思是|"
    r"算了[,.]?(?:还是|要|来|看|换)|啊不|哦不|不不|改主意了|还是(?:看|听|来|要|换).{0,8}吧"
)
