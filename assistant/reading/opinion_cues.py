"""Words of praise and blame, and words that say that something is known, before and after a title."""

from __future__ import annotations

import re

from assistant.reading.message import MASK

_ADV = (
    r"(?:(?:really|so|very|quite|absolutely|totally|just|also|still|pretty|a bit|a little|"
    r"kind of|kinda|rather|such|truly|simply|way|far|too|all|actually|honestly|never|always|both|"
    r"to be) )*"
)
_GOOD = (
    r"great|amazing|brilliant|awesome|fantastic|wonderful|excellent|superb|perfect|lovely|"
    r"incredible|outstanding|terrific|"
    r"beautiful|good|fun|fab|fabulous|gorgeous|magnificent|stunning|cool|nice|the best|"
    r"my favou?rites?|a masterpiece|masterpieces?|a classic|classics|a gem|"
    r"underrated|spot on|a treat|my (?:jam|thing|kind of)|a joy|not bad|not half bad|"
    r"unforgettable|a blast|a hit|better|(?:one|some) of (?:my|the) (?:favou?rites?|best)|solid|"
    r"sublime"
)
_BAD = (
    r"boring|awful|terrible|overrated|bad|the worst|worst|disappointing|a disappointment|stupid|"
    r"dull|meh|horrible|dreadful|rubbish|garbage|trash|crap|crappy|"
    r"lame|tedious|a bore|a let ?down|not (?:very |that |so |really |particularly |"
    r"all that )?(?:good|great|for me|my (?:thing|taste|style|cup of tea)|funny|interesting|"
    r"impressed|what i)|unwatchable|unbearable|"
    r"a waste(?: of \w+)?|mediocre|forgettable|cheesy|annoying|ridiculous|nonsense|pretentious|"
    r"weak|poor|too (?:long|slow|short|heavy|expensive|violent|dark|sad|loud|boring|scary|weird|"
    r"silly|fast|old|pricey|big|noisy|soft)|underwhelming|painful|ugly|flimsy|so-so|no good|cheap "
    r"and nasty|naff|a dud|a flop|"
    r"not worth \w+|a mess"
)
_PRAISE = (
    r"lov(?:e[ds]?|ing)|luv(?:ed)?|lik(?:e[ds]?|ing)|enjoy(?:ed|s|ing)?|ador(?:e[ds]?|ing)|"
    r"favou?rites?|fave|(?:big |huge )?fans? of|similar to|same \w+ as|as good as|"
    r"in the (?:style|vein|spirit|manner) of|along the lines of|"
    r"reminds? me of|reminiscent of|great|amazing|brilliant|awesome|fantastic|wonderful|"
    r"masterpiece|excellent|superb|into|appreciate[ds]?|not bad|impressed by|obsessed with|"
    r"crazy about|"
    r"feel of|vibes? of|mood of|spirit of|akin to|close to|inspired by|resembl(?:es?|ing)|"
    r"comparable to|rewatch(?:ed|ing)?|grew up (?:with|on)|can't get enough of|"
    r"never (?:get )?tired? of|hooked on|cherish|treasure|"
    r"happy with|pleased with|delighted with|swear by|more of|(?:works?|worked) (?:well|great)|"
    r"recommend(?:ed)?|thumbs[- ]up (?:for|to)|couldn'?t put|soft spot for|suckers? for|partial to|"
    r"blown away by|"
    r"moved by|(?:can't|couldn't|cannot|never) (?:stop|put down) \w+(?: to)?|coming back to|back to|"
    r"favou?rite \w+ "
    r"(?:is|are|was|were)(?: probably| definitely)?|followed by|won over by|yes to|yay to|in love with|"
    r"addicted to"
)
_NOT = (
    r"(?:(?:do|does|did|was|is|were|could|would|ca|has|have)(?:n'?t| not)(?! bad| only| half| the worst)|"
    r"never|not|didnt|dont|cannot)"
)
_BLAME = (
    rf"hat(?:e[ds]?|ing)|dislik(?:e[ds]?|ing)|loath(?:e[ds]?|ing)|detest(?:ed)?|despise[ds]?|"
    rf"{_NOT}(?: \w+){{0,2}} (?:like[ds]?|love[ds]?|enjoy(?:ed)?|into|(?:a )?(?:big |"
    rf"huge )?fan of|care for|get (?:into|on with|through)|finish|click with|impressed (?:by|"
    rf"with)|stand|bear|happy with|recommend|want)|"
    r"thumbs[- ]down (?:for|to|on)|can't stand|cant stand|couldn'?t (?:stand|bear|finish|get into)|"
    r"bored? (?:by|to \w+ by|me)|boring|"
    r"awful|terrible|overrated|worst|disappoint(?:ing|ed)(?: by| with| in)?|sick of|tired of|"
    r"fed up with|"
    r"unlike|nothing like|anything but|n't (?:want )?anything like|not (?:another|more like|like)|"
    r"regret(?:ted)?|"
    r"walked out (?:of|on)|fell asleep (?:during|in|watching)|gave up on|stopped watching|"
    r"returned|sent back|avoid|put off by|instead of|rather than|other than|except|no more|skip|"
    r"swap|replace|change|exchange|never (?:again|ever)|(?:no|not) more|spare me|"
    r"keep me away from|drop|lose|take out|anything except|bored (?:\w+ )?(?:by|with)|wast(?:e|"
    r"ed) \w+(?: \w+){0,3} on|"
    r"neither|nor|(?:don't|didn't|do not|never) (?:get|got|understand|understood|see|saw) (?:the|what|"
    r"why) (?:\w+ ){0,3}"
    r"(?:about|of|in|with|around)?|forced to (?:\w+ )?(?:watch|see|read|sit through)|sit through|"
    r"if i have to \w+|(?:had|have had|quite) enough of|"
    r"no (?:thanks |thank you )?to|high hopes for|waste of \w+(?: \w+)?|care less (?:about|for)|"
    r"rather not (?:\w+ )?(?:see|watch|have|get|hear|read)|no to|nay to|"
    r"not (?:so much|much)(?: of)?|not (?:too |very |that |really )?keen on|(?:turned|switched) off|"
    r"quit|dropped out of|"
    r"stopped \w+ing|(?:can|could) do without|(?:don't|didn't|never) rated?|let down by|fan of anything but"
)
_KNOWN = (
    r"(?:(?:already|do|all) (?:have|got|own)|(?:already |just |recently |all |only |have |'ve |ve |i |"
    r"we )*(?:seen|saw|watched|"
    r"own(?:ed|s)?|bought|heard|read|played|tried|listened to|know|knew|(?<!you )got|finished|did|done|"
    r"made|cooked|ate|eaten|taken|visited|been (?:to|on)|"
    r"completed|rewatched|have watched|through with|familiar with|used|ticked off|sat through))\b"
)
BEFORE = re.compile(
    rf"(?P<disliked>(?<![\w'])(?:{_BLAME})(?![\w']))|"
    rf"(?P<liked>(?<![\w'])(?<!'d )(?<!would )(?:{_PRAISE})(?![\w']))|"
    rf"(?P<seen>(?<![\w])(?:{_KNOWN})(?!\w)|(?<![\w'])(?:i|we)(?:'ve|"
    rf" have) (?:already )?(?:got )?(?:the |a )?$)|"
    r"(?P<dis_zh>不(?:太|怎么|是很|是太)?(?:喜欢|爱看?|爱听|想[看要听])|讨厌|烦|受不了|"
    r"不要(?:再来|再推荐|像)?|(?:千万|绝对)?别(?:再)?(?:来|推荐|给我|像)(?:再)?像?|恨|反感|看不下去|听不下去|不像|除了)|"
    r"(?P<lik_zh>(?:最|很|超|特别|非常|也|都|挺|真)?(?:喜欢|爱看?|爱听|迷)|像|类似于?|跟|和|与|"
    r"同|如|推荐.{0,4}像|风格像|好比|参考)|"
    r"(?P<see_zh>(?:已经|都|刚|早就?|以前|之前)?(?<!没)(?<!没有)(?:看|听|读|买|玩|用|刷|做|吃|学|上|去)(?:过|完|"
    r"了)|已经有|我(?:家)?有(?!点|没|个)|家里有|知道|手上有|拥有)"
)
_WAS = (
    r"(?:,? ?(?:which |that |it |they |both |all |both of which |both of them |but |and |"
    r"i (?:found|find|thought|think)(?: it| they)?(?: was| is)? ?)?)?(?: ?(?:was|is|were|are|"
    r"wasn't|isn't|weren't|felt|seems?|seemed|'s|being|has been|turned out|ended up)\s+)"
)
AFTER = re.compile(
    rf"[\"')*]*(?:\s*\((?:\d{{4}})\))?(?:"
    rf"(?P<disliked>(?:{_WAS}| (?:sounds?|looks?|looked) |"
    rf"[ ,?!.]+(?:- )?){_ADV}(?:{_BAD})(?![\w'])(?! (?:funny|for))|"
    rf"{_WAS}{_ADV}(?:n't|not)(?! (?:at all )?(?:so )?bad| only| half)|[ ,]+(?:wasn't|isn't|weren't|"
    rf"aren't|didn't|doesn't|"
    rf"did not|does not|don't|didnt) (?!(?:so |too |half |at all )?bad|disappoint)\w+|[,.!?:; -]*(?:whi"
    rf"ch |that |and |but |,|i )*(?:i |"
    rf"we )?(?:really |just |absolutely |have to say i )?(?:hated|disliked|loathed|hate|"
    rf"detested)(?: (?:it|them|that|this|both)\b|(?=\s*$|[.,!;]))|[,.!?:; -]*(?:and |but |"
    rf"which )?(?:i |we )?(?:didn't|did not|don't|do not|never|couldn't|can't) (?:really |"
    rf"much )?(?:like|enjoy|love|care|get into|finish|stand)(?= ?(?:$|[.,!;?]|it\b|that\b|them\b|this\b|"
    rf"much\b|at all|"
    r"either|one\b|for it|the (?:ending|plot|story|acting|music|characters?|end|book|film)|though|but|"
    r"and|because|so|\ufffd))|"
    r"[,]? (?:really |just |totally )*(?:bored|disappointed|annoyed|depressed|scared|lost|"
    r"left) (?:me|us)\b|[ ,?!]+(?:(?:no|nope|nah)(?= ?(?:$|[.,!?;)]|thank|way|for ))|not (?:so much|"
    r"really|again|for me)|never again|no thank"
    r"s|is out|"
    r"are out|can go)\b|,? (?:just |really |totally |almost )?(?:put|sent) (?:me|us) to sleep|"
    r" (?:is |was )?a (?:bit|little|tad) (?:much|meh|dull|slow|long)|(?: just| really| totally)? bores"
    r"? me|(?: just| really)? (?:bored|annoyed|irritated) me(?: (?:stiff|to \w+))?| (?:sucks?|sucked|"
    r"stinks?|stank|dragged|drags|flopped)\b)|"
    rf"(?P<liked>(?:{_WAS}|[ ,?!.]+(?:- )?){_ADV}(?:{_GOOD})(?![\w'])(?! (?:than|for (?:kids|"
    rf"me))| or\b)|[,.!?:; -]*(?:which |that |and |but |,|i )*(?:i |we )?(?:really |just |"
    rf"absolutely |both )?(?:loved|liked|enjoyed|adored|love|adore)(?: (?:it|them|that|both|"
    rf"all of (?:it|them)|every)\b|(?=\s*$|[.,!;]))|"
    r" (?:rocks|rules|is a bit (?:of )?(?:alright|special)|blew me away|blew my mind|made me (?:laugh|"
    r"cry|smile)|moved me|"
    r"stuck with me|works (?:well|great|for me))|(?:,| is| are| was| were)? ?(?:my|"
    r"our) (?:all[- ]time )?(?:favou?rites?|childhood|jam|go-to)|[ -](?:style|like|esque|vibes?|"
    r"type|-ish)\b)|"
    r"(?P<seen>(?: to death| by heart)|[,.!? -]*(?:(?:i|we|which i|which we|that i)(?:'ve| have|ve)? "
    r")?(?:already |both |"
    r"all )*(?:seen|saw|watched|know|own|have|got|heard|read|played|done|made|did|had|cooked|taken|finishe"
    r"d)(?: (?:it|that|them|those|"
    r"both|one|all|already|before))*(?= ?(?:$|[,.!?]|already|before|and|so|too|by heart|twice|"
    r"last|yesterday|but))|[, ]*(?:i|we) (?:already )?(?:have|own|know)(?: it| that|"
    r" already)*(?= ?(?:$|[,.!?]))|[ ,]+(?:is|are) (?:one i|something i)(?:'ve|"
    r" have)? (?:already )?(?:seen|know|watched)|[, ]+already\b)|"
    r"(?P<dis_zh>[》」\"']*(?:我|真|实在|就|都|也|是|的|,|这部?电影|那部?|有点|太|很|比较|挺|"
    r"觉得|,?我?觉得)*(?:无聊|难看|丑|烂|差劲?(?!不多)|一般般?|失望|难听|没意思|不好看|不好听|"
    r"不怎么样|不行|不喜欢|讨厌|不爱|看不下去|看不懂|听不懂|看不进去|后悔|不值|坑|沉闷|闷|垃圾|"
    r"算了|不要|没劲|不感兴趣|太长|太慢|太吵|太重|太贵|高估|被高估|看睡着|不好吃|难吃|太(?!好|棒|精彩|赞|喜欢|爱|感人|经典)[^,.!?]{1,4}了?))|"
    r"(?P<see_zh>[》」\"']*(?:和.{0,2})?(?:我|们|都|已经|早就?|以前|之前|也|刚|,|全|去年|上次|上周|昨天)*(?:看|听|读|做|吃|学|上|去|"
    r"买|玩|用|刷)(?:过|完|了)|[》」\"']*,?我?(?:家里?)?(?:已经|早就)?(?:有了|知道|有一[把个台]|"
    r"家有|有(?=$|[,.!])))|"
    r"(?P<lik_zh>[》」\"']*(?:我|真|实在|就|都|也|是|的|,|这部?电影|那部?|有点|太|很|超级?|比较|"
    r"挺|特别|非常|觉得|,?我?觉得|最)*(?:好看|不错|好听|棒|赞|经典|精彩|喜欢|神作|好|爱|最爱|"
    r"绝了|牛|感人|感动|惊艳|过瘾|合我意|正合我意|好笑|有意思|满意|合适|好吃|印象.{0,2}深|意犹未尽)|(?:让|给)我(?:印象.{0,2}深|哭)|"
    r"[》」\"']*(?:这|那)(?:样|种|类)的?|[》」\"']*(?:之类|类似|差不多|一样|同类|的?风格|的?感觉|"
    r"那种|这种|类型)))"
)
# "I have a Heron already and love it": what comes after counts more than that it is known.
LATER = re.compile(
    rf"[^.;!?]{{0,30}}?(?:[,.!;-]|\band|\bbut) ?(?:it|that|they|this|which|and it|but it)(?:'s| was|"
    rf" were| is| are) {_ADV}"
    rf"(?:(?P<good2>{_GOOD})|(?P<bad2>{_BAD}))(?![\w'])|[^.;!?]{{0,20}}?[.!-] ?(?:absolutely |just "
    rf"|so |really )?(?:(?P<good3>gorgeous|"
    rf"delicious|brilliant|excellent|loved it|fantastic|amazing|lovely|great|superb|wonderful)|(?P<bad3"
    rf">awful|terrible|boring|"
    rf"hated it|dull|horrible|rubbish|meh))\b(?! \w)|"
    r"[^.;!?]{0,40}?\b(?:and|but|,)(?: i| we)?(?: really| just| absolutely| still| do|"
    r" have to say)* (?:(?P<good>lov(?:ed?|ing)|lik(?:ed?|ing)|enjoy(?:ed)?|ador(?:ed?))|"
    r"(?P<bad>hat(?:ed?|ing)|dislik(?:ed?)|(?:don't|didn't|can't|couldn't|wasn't) (?:like|love|"
    r"enjoy|stand|impressed)|regret(?:ted)?))(?: (?:it|them|that|both|every|so much|a lot)\b|"
    r"(?= *(?:$|[.,!;?])))|"
    r".{0,12}(?:,|但|不过|而且)?.{0,4}(?:(?P<bad_zh>(?:很|太|真|有点)?(?:无聊|难看|失望|后悔|"
    r"不喜欢|没意思|不好用|噪音太大|难用|不感兴趣|没兴趣))|(?P<good_zh>很喜欢|喜欢得|特别顺手|"
    r"很好用|很不错|听哭|看哭|百看不厌|循环|特别喜欢|超喜欢|非常喜欢|好用))"
)
JOINED = re.compile(
    r"[\s\"'*》」]*(?:,|and|or|nor|&|y|e|und|et|oder|ou|\+|/|,\s*and|,\s*or|plus|as well as|also|、|和|跟|与|"
    r"还有|以及|或者?|,还有)?[\s\"'*]*(?:the |also |both |《)*[\"'《]*"
)
RATHER = re.compile(
    r"\b(?:cheaper|lighter|shorter|longer|older|newer|heavier|faster|slower|better|funnier|"
    r"scarier|more|less|\w+er)(?: \w+){0,2} than(?: the)? *$|比$|比起$"
)
NEGATED_REF = re.compile(
    r"(?:^|[,.;!?] ?|\b(?:but|just|and|anything|please) )not(?: the)? *[\"'《*]*$|\b(?:not|isn't|"
    r"aren't) *[\"'《*]*$|不是[《「\"']*$|不要[《「\"']*$"
)
SAME_VIBE = re.compile(
    r"[^.;!?]{0,24}\b(?:same|similar)(?: \w+)? (?:vibe|style|kind|feel(?:ing)?|mood|sort|spirit|taste|"
    r"sound|idea|thing|genre)|"
    r"[^.;!?]{0,16}\b(?:but|and) (?:otherwise |still )?(?:similar|like (?:it|that))\b|[^.;!?]{0,8}(?:但|"
    r"而且|不过)?.{0,4}(?:类似|差不多|一样|同样)"
)
AGAIN = re.compile(r"[\"'》*]* (?:again|any ?more|once more)\b|[》」\"']*(?:(?:这|那)(?:样|种|类)|之类|类似)")
# What others say of a title is no opinion of the person.
HEARSAY = re.compile(
    r"\b(?:everyone|everybody|people|critics|others|they|friends?|colleagues?)(?: \w+){0,2} (?:told|"
    r"tells?|says?|said|think|"
    r"thinks|thought|claims?|claimed|reckons?|insists?)(?: \w+){0,4} $|"
    r"(?:都说|别人说|听说|据说|人家说)[^,.;]{0,4}$"
)
# "no Titanic": turned down, unless what follows says that it is known.
NO_TITLE = re.compile(
    r"(?:^|[,;:] ?|\b(?:please|but|and|want|definitely|absolutely|ok|so) )no(?: more)? *[\"'《*]*$|"
    r"\bno more *[\"'《*]*$"
)
UNKNOWN = re.compile(r"(?:没有?|还没|从没|未)(?:[看听读玩用吃去]过?)[\s《「\"']*$")
HOPED = re.compile(
    r"\b(?:want(?:ed)?|hop(?:ed|ing)|tried|supposed|meant|expect(?:ed|ing)?|going) (?:so much |really |"
    r"hard )?to\s*$"
)
ONCE_MORE = re.compile(
    r"(?:'d|would|could|can) (?:\w+ )?(?:(?:re)?watch|see|read|play|hear|listen to|cook|make|eat|"
    r"use)(?: the)? *[\"'《*]*$"
)
SINGULAR = re.compile(
    r"[\"'》*)]*(?: (?:is|was|has|had|does|did|isn't|wasn't|doesn't|didn't|bored|left|put|sounds|looks|"
    r"seems|feels|felt)|'s)\b"
)
WEAK = re.compile(r"[像跟和与同如]$|^(?:more of|into|works? (?:well|great)|great|similar to)$")
ALIKE = re.compile(
    r"[^.!?]{0,60}[.,;!?-]?\s*[^.!?,]{0,40}?\b(?:(?:something|anything|some|any|more|others?|films?|"
    r"movies?|ones?|stuff|want|algo) (?:\w+ )?"
    r"(?:similar|like (?:it|that)|along (?:those|these|the same) lines|parecid[oa]s?|comparable)|"
    r"in the same vein|ähnlich\w*|"
    r"(?:dans le|du) même (?:genre|style))(?!\w)|[^.!?]{0,16}(?:类似|差不多|同类|同款|这种|这样|相似)的"
)
FLIPPED = re.compile(r"(?:n't|\bnot|\bnever)(?: (?:really|actually|exactly|even))?\s*$")
OTHERS = re.compile(
    r"\b(?:everyone|everybody|people|critics|others|they all)(?: \w+){0,5} $|(?:大家|别人|人家)[^,.;]{0,6}$"
)
NOT_YET = re.compile(
    r"\b(?:never|not|haven't|havent|hasn't|hadn't|didn't|have yet to|yet to)(?: (?:even|actually|ever|"
    r"\w+ly))?\s*$|没有?\s*$"
)
NOT_BEHIND = re.compile(r"[\"'》*]*[^.,;!?]{0,24}?\b(?:nicht|pas)\b")
# Transitive verbs, and what shows that one governs the title behind it instead of the one before it.
GOVERNS = re.compile(
    r"(?:喜欢|讨厌|爱看?|爱听|不要|看过|听过|读过|(?:lov|lik|hat|enjoy|ador|dislik|loath)(?:e[ds]?|ed)|seen|"
    r"watched|know|own|read|heard|played)$"
)
OBJECT = re.compile(rf"\s*[\"'《*]*{MASK}")
BUT_NOT = re.compile(r"\bbut not(?: the)? [\"'《*]*$|但不(?:喜欢|要|爱)[\"'《*]*$")
# In a question only what a person tells of themselves is an opinion: "why Heat? I hated it".
TELLS = re.compile(
    r"(?<!would )(?<!will )(?<!should )(?<!might )(?<!could )(?<!do )(?<!did )\b(?:i|we|my \w+)(?:'ve|"
    r" have| really| just| absolutely| also| already| never| both)* (?:lov|lik|hat|"
    r"enjoy|ador|dislik|saw\b|seen\b|watched|own\b|read\b|heard|played|know\b|couldn't|can't|didn't)|"
    r"我(?:很|最|也|都|特别|非常|已经|早就)*(?:喜欢|讨厌|爱|不喜欢|看过|听过|读过|有了?)"
)
# Marks out of ten, of a hundred or in stars.
SCORED = re.compile(
    r"[\"')*》]*[\s,:=!.-]*(?:is |was |gets |i'd give (?:it )?|i give (?:it )?|an? |a solid |给|打)*(?:"
    r"(?P<mark>\d{1,3}(?:\.\d)?)"
    r"\s?(?:/|out of|分?满分)\s?(?P<of>5|10|100)\b|(?P<stars>\d|one|two|three|four|five) ?(?:stars?\b|颗?星)|"
    r"(?P<zh>\d{1,3})分)"
)


def is_high(match: re.Match[str]) -> bool:
    """Say whether what `SCORED` matched is a good mark: above half of the whole."""
    if match["stars"]:
        words = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
        return (words.get(match["stars"]) or int(match["stars"])) > 2
    if match["zh"]:
        value = int(match["zh"])
        return value > (5 if value <= 10 else 50)
    return float(match["mark"]) > int(match["of"]) / 2


# 别像《X》那样: the likeness behind a title keeps what stands before it.
LIKENESS = re.compile(r"[》」\"']*(?:(?:这|那)(?:样|种|类)|之类|类似|的?风格|的?感觉)")
MORE_LIKE = re.compile(r"(?:(?<!i )(?<!we )(?<!really )\blike|similar to|像|类似) *$")
