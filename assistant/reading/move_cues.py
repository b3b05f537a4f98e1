"""Words that tell which kind of move a message makes."""

from __future__ import annotations

import re

from assistant.reading.message import MASK

RESET = re.compile(
    r"\b(?:start(?:ing)? (?:over|again|afresh|fresh|anew|from (?:scratch|zero|the beginning))|"
    r"from scratch|begin again|clean (?:slate|sheet)|slate clean|fresh start|wipe (?:the slate|it|"
    r"everything)|new plan|different plan|reset|restart|new search|"
    r"(?:forget|scrap|drop|ignore|clear|erase|wipe|delete|disregard|throw out|scratch|"
    r"cancel) (?:about )?(?:all(?: of)? (?:that|this|it)|everything|it all|all|"
    r"what i(?:'ve)? (?:said|told you|asked)(?! about)|everything i(?:'ve)? said|the lot|all (?:my|"
    r"the) (?:filters|wishes|constraints|requirements|conditions|criteria)|(?:my|the|"
    r"all) (?:filters|previous (?:wishes|requests|filters|criteria)|search|conversation|history)|"
    r"that all))\b|"
    r"重新(?:开始|来过?|选|找)|从头(?:开始|再来|来)|重来|清空|重置|(?:全部?|都|之前.{0,6}|"
    r"刚才.{0,6}|前面.{0,6})(?:忘掉|忘了|作废|不算|清除|取消)|(?:忘掉|忘了|忘记)(?:之前|刚才|"
    r"前面|所有|一切|全部|我说)|推倒重来|一切从新"
)
COMPARE = re.compile(
    r"\bcompar(?:e|ed|ing|ison)\b|\bdifferences? between\b|\bdiffer(?:ent)? from\b|\bhow (?:does|"
    r"do|is|are) .* (?:differ|different from|compare)|\bvs\.?(?!\w)|\bversus\b|\b(?:stack|"
    r"stacks) up\b|\bwhat's the difference\b|\bside by side\b|\bsets? .{1,60} apart\b|\bhead[- ]to[- ]head\b|"
    r"\b(?:pick|choose) (?:one|between)\b|\btorn between\b|"
    r"放(?:在)?一起比|比比|比一比|差在哪|(?:有何|有啥|哪里|哪儿|什么)(?:不一样|不同)|"
    r"比较一?下?(?![\u4e00-\u9fff]*[的点些])|对比|相比|区别|差别|有什么不同|有啥不同|二选一|哪里不同|怎么选"
)
WHICH = re.compile(
    r"\bwhich (?:one|ones|of (?:these|those|them|the)|is|are|would|should|do|does|has|have|"
    r"weighs|costs|lasts|was|will|came|can|could|runs|takes|film|movie|song|tool|model|book|course|article|"
    r"recipe|trip)\b|\bwhat(?:'s| is) (?:better|"
    r"the better|best)\b|\bwhich\?|"
    r"哪[一个部首款把本件台张种](?:个|部|首|款|更|比较|最|好|值|适合|轻|便宜|新|长|短|是|该|"
    r"值得)*|哪个|谁(?:更|比较|最)|选哪|买哪|看哪|听哪"
)
CHOICE = re.compile(
    r"[\"'*》\s]*(?:\(\d{4}\))?,? ?(?:or|vs\.?|versus|against)\b(?: (?:the|rather|is it|maybe|number|"
    r"should i (?:get|"
    r"take|pick|watch|read)|do i (?:get|take)|with|go (?:with|for)))*[\s\"'*《]*|[》\"'\s]*,?(?:还是|"
    r"或者?)[\s《\"']*"
)
BETTER = re.compile(
    r"\b(?:better|worse|scarier|funnier|longer|shorter|cheaper|lighter|heavier|older|newer|"
    r"faster|slower|sadder|darker|more \w+) (?:than|or)\b|比.*[更好]|更"
)
WHY = re.compile(
    r"\bwhy\b(?! not (?:a|an|some|something|just|try)\b)(?! don't (?:we|you|i)\b)|\bhow come\b|"
    r"\bwhat makes you\b|\bwhat made you\b|\bexplain\b|\breasons?\b|\bwhat for\b|\bwhat(?:'s| is) "
    r"(?:so )?(?:special|good|great|interesting) about\b|\bwhat makes\b|"
    r"\bon what basis\b|\bwhere did (?:you|that|this) (?:get|come)|"
    r"为什么|为啥|怎么会|凭什么|理由|原因|何以|为何|咋(?:会|推)|好在哪|哪里好|哪儿好|有什么(?:好|特别|亮点)"
)
FACTS = re.compile(
    r"\bwhat(?:'s| is| are| was| were|s)? .{0,40}\b(?:about|like)\b(?! to)|\btell me (?:a bit |"
    r"a little |something )?(?:more|about)\b|\bmore (?:info|information|details?|about)\b|"
    r"\bdetails?\b|\bwho (?:is|are|was|were|directed|stars?|starred|plays?|played|sings?|sang|"
    r"wrote|made|makes|composed|performs?|performed|recorded|acts?)\b|"
    r"\bwhen (?:was|were|did|is)\b|\bwhat year\b|\bhow (?:long|old|tall|wide|deep|strong|hot|spicy|"
    r"far|difficult|easy|heavy|much|often|expensive|fast|big|"
    r"tall|loud|scary|violent|sad|funny|good|dark|slow|many|well|is|was|does|do|are)\b|"
    r"\bwhat(?:'s| is| are|s) (?:the|its|their|that|this|it|in)\b|\bwhat (?:does|do|did|kind|"
    r"sort|genre|colou?r|material|brand|tempo|key|power|mood|artist|warranty)\b|\bdescribe\b|"
    r"\bplot\b|\bsummary\b|\bsynopsis\b|\bwhat happens\b|\bwhich (?:genre|year|brand|artist|"
    r"material)\b|"
    r"^(?:and |so |but |ok |hmm |wait )*(?:is|are|was|does|do|did|has|can|would|will) (?:it|that|"
    r"this|they|the|he|she|these|those|\ufffd+)\b|(?:^|[,.] ?)(?:is|does|has|was) \ufffd|"
    r"[,.;!] ?(?:is|was|are|does|should|would) (?:it|that|this|they|i|we)\b[^?.;!]*\?|"
    r"\bhow \w+ (?:is|are|was|does|do) (?:it|that|this|they|the|\ufffd)|\bworth (?:it|watching|reading"
    r"|buying|"
    r"listening|taking|doing|the)\b|\bany good\b(?=\W*$)|\bin stock\b|"
    r"\b(?:would|will|does) (?:\ufffd+|it|that|this|the \w+(?: one)?) (?:suit|work for|be (?:good|"
    r"ok|right|too)|fit)\b|"
    r"\bwho's\b|\bdoes (?:it|that|the|this)\b|\bwhere (?:is|was|does|are)\b|"
    r"讲(?:的是)?(?:什么|啥|了什么)|关于什么|介绍一?下|说说|说一下|讲讲|聊聊|谁(?:演|导|唱|写|拍|"
    r"作|是|的)|哪[一]?年(?!代)|什么时候|多少钱|多[重长大久贵快高](?!一?[点些])|(?:什么|啥)(?:类型|内容|"
    r"故事|风格|牌子|品牌|材质|材料|剧情|节奏|意思)|怎么样$|怎么样[?]|好[看听用]吗|(?:是|能|"
    r"会|用).{0,8}吗\??$|值不?值(?:得)?|值得.{0,4}吗|资料|难不难|贵不贵|长不长|几分钟|几公斤|(?:要|有|是|得|"
    r"花|需要|长)几(?:天|页|块|个?小时|公里|个?人|集|章)|多少(?:分钟|公斤|年|钱)|详细|详情|更多信息|简介|剧情"
)
ELSE = re.compile(
    r"\b(?:something|anything|someone|somebody|what) else\b|\banother(?! (?:\d|two|three|few|"
    r"couple))\b(?! (?:like|one like))|\b(?:other|different|new) (?:ones?|options?|suggestions?|"
    r"choices?|picks?|ideas?|films?|movies?|songs?|tracks?|titles?|things?|recommendations?|"
    r"stuff|results|tools?|books?|games?|artists?|list|set|batch)\b|\b(?:something|"
    r"anything) different\b|"
    r"\bothers?(?= please|\W*$)|\breplacements?\b|\balternatives?\b|\bnot the (?!same|best|right|worst"
    r")\w+\b|\bnone of (?:these|those|them|that)\b|"
    r"\bnot (?:that|this|these|those|it|them|any of|"
    r"the \w+ one|quite|really|what i|convinced|what we)\b|\bneither\b(?= of|\W*$|,)|"
    r"(?<!what )(?<!what's )(?<!whats"
    r" )\bnext\b(?! (?:week|month|"
    r"year|weekend|time|to))|\bnope\b|\bnah\b|\btry (?:again|harder|something)\b|\bskip\b|"
    r"\b(?:swap|replace|refresh|reroll|re-roll|shuffle|redo)\b|\bother than (?:these|those|that|"
    r"this)\b|"
    r"\b(?:don't|didn't|do not|dont) (?:really )?(?:like|want|fancy|care for|feel|love) (?:that|"
    r"this|these|those|any|them|it|either|the (?:first|second|third|last))\b|\bno good\b|"
    r"\b(?:keep|go on) looking\b|\bonce more\b|^\W*again\W*$|\bno,? thanks?,? (?:something|"
    r"another|next)|\binstead of (?:these|those|that|this|it)\b|\bwrong\b|\bway off\b|"
    r"\bnot (?:it|there yet)\b|\bmove on\b|"
    r"换(?!句话|成|为|作|到)|别的|其[他它](?!条件|都|也|随|不变|可以|要求|的?(?:都|也|不变|无所谓))的?|另外|另一|下一[个部首]|都不(?:喜欢|行|好|想|要|合适|对|"
    r"感兴趣|太)|不要这|不是这|不想要?这|不喜欢这|没有?喜欢的|没有?合适的|没兴趣|不合适|不对胃口|"
    r"不太对|不是我想要|再找找|^\W*(?:[这那][^,.]{0,3})?不行|pass"
)
TOO = re.compile(
    r"\btakes? (?:forever|ages)\b|\bgo(?:es)? on (?:and on|forever)\b|\bcosts? a (?:fortune|bomb|packe"
    r"t)\b|\byou must be "
    r"joking\b|\brip-?offs?\b|"
    r"(?:'s|\bis|\bare|looks?|seems?|feels?|sounds?) (?:a (?:bit|little|tad|touch)|rather|somewhat) (?!more|"
    r"of|like)[a-z]+|"
    r"(?<!me )(?<!that )(?<!you )\b(?:too|overly) (?!\b(?:please|and|but|or|with|if)\b)[a-z]+|"
    r"\bnot \w+ enough\b|\b(?:less|fewer) (?!than\b)\w+|\bnot (?:so|as|that) (?!much\W*$|much[,.;])\w+|"
    r"(?<!\bno )(?<!enough )\bmore (?!then\b|now\b|again\b|for\b|so\b|or\b|and\b|but\b|if\b|"
    r"per\b|each\b|time\b|like|of|please|than|info|about|details|films?|movies?|"
    r"songs?|like|ones|options|suggestions|to|from|by|recommendations|in|with|$)[a-z]+\b|"
    r"\b(?:bit|little|much|lot|way|something|bit more|even|anything|one|make it|slightly|"
    r"somewhat|any|ones?|but|bit) (?:bit )?[a-z]{2,}(?:ier|[^aeiou\W]er)\b(?! (?:by|with|one|of|"
    r"about|set|where|who))|^\W*(?:(?:a|bit|little|much|way|even|please|make|it|no|and|ok|hmm|"
    r"still) )*[a-z]{2,}er(?: (?:one|ones|please|films?|movies?|songs?|ones please))?\W*$|"
    r"(?<!不要)(?<!别)(?<!不能)太(?!喜欢|好|棒|爱|赞|精彩|感谢|谢)[\u4e00-\u9fff]+|没那么|不那么|不够|"
    r"(?<!不)更[\u4e00-\u9fff]+|[\u4e00-\u9fff]一[点些]|[\u4e00-\u9fff]点[的儿]?(?:$|[,.!吧])"
)
NOT_COMPARATIVES = re.compile(
    r"\b(?:other|another|either|neither|rather|whether|together|over|under|after|ever|never|"
    r"however|thriller|thrillers|number|remember|dinner|summer|winter|weather|mother|father|"
    r"brother|sister|daughter|water|paper|power|mower|trimmer|leather|rubber|timber|copper|"
    r"silver|beer|river|order|super|singer|performer|composer|director|actor|user|offer|former|"
    r"later|per|her|easter|october|november|december|september|hammer|answer|matter|prefer|"
    r"better (?:than|still)|consider|discover|cover|killer|monster|gangster|spider|wonder|gender|center|"
    r"theater|"
    r"character|chapter|master|sober|beginner|gardener|partner|lover|corner|clever|bitter|tender|"
    r"teenager|soccer|letter|butter|danger|stranger|hunter|soldier|lawyer|teacher|newer to)\b"
)
MORE = re.compile(
    r"\bmore (?:like|of|please|in that|along|by|from)\b|\b(?:show|give|send|list|see|get|want|"
    r"any|some|few|two|three|five|\d+|have|tell)(?: me| us)?(?: a few| some|"
    r" any)? more\b(?! (?:\w+y|\w+ing|\w+ic|\w+ous)\b)|^\W*more(?: (?:please|of (?:that|this|"
    r"these|those|the same|them)|like (?:that|this|these|those|it)))?\W*$|\b(?:keep (?:going|"
    r"them coming|it coming))\b|\bwhat else\b|\bcontinue\b|(?<!\bi )(?<!\bwe )\b(?:similar|same|"
    r"like) (?:to )?(?:these|those|that|this|it|the (?:first|second|third|last))\b|\bmore ones\b|"
    r"\bgo on\b|(?<!\bi )(?<!\bwe )(?<!also )(?<!really )\blike the (?:first|second|third|fourth|"
    r"last)\b|\bsimilar ones\b|\bsame (?:again|kind|sort|vibe|style|mood)\b|"
    r"再来[几两三四五些一](?!.{0,2}别)|再(?:推荐|给我|找|多)|多来|还有(?:吗|没有|么|别|什么|其他|"
    r"类似|更多)|更多|继续|类似的|像.{0,8}(?:这样|那样|一样)|跟.{0,8}(?:差不多|类似|一样)|同样的|"
    r"多推荐|多给"
)
NEW_REQUEST = re.compile(
    r"\b(?:recommend|suggest|find me|looking for|i'd like to (?:see|watch|hear|buy)|i would like|"
    r"i(?:'m| am) (?:after|in the mood|looking)|can you (?:find|recommend|suggest|give|show)|"
    r"could you|do you have|have you got|what (?:should|can|could|would|do|other|next|now)\b|"
    r"what's next|are there|"
    r"is there|got any|i(?: also)? (?:also )?need|i want to (?:see|watch|hear|listen|buy|laugh|"
    r"cry)|help me|let's|tonight|this weekend|for (?:my|a|the) \w+)\b|^(?:now|next|"
    r"ok(?:ay)?,? now|then an?|also|and now|and an?|and some|an?|some|any|top|best(?! (?:\w+ )?(?:i|we|"
    r"ive|i've|ever)\b))\b|"
    r"推荐|想[看听买找要](?!点别|些别)|我要|有没有|找[一个部首些]|来[一点个部首些]|给我|今晚|"
    r"今天|求|帮我|我想|需要"
)
ADDS = re.compile(
    r"\W*(?:but|and(?! an?\b| some\b)|only|no|not|without|instead|actually|also|make it|"
    r"make them|just|from|after|"
    r"before|with|under|over|in|for|ok but|okay but|yes but|yes,? and|but also|at (?:least|most)|"
    r"between|around|about|up to|max|nothing|none|rather|preferably|ideally|keep|limit|exclude|"
    r"any|maybe|should|must|it (?:should|must|has|needs)|they (?:should|must|have|"
    r"need)|i (?:don't|do not|prefer|hate|only)|by|something|on second thoughts?|on reflection|"
    r"forget|never mind|drop|remove|show only|it's for|it is for|its for|they're for|this is for|now "
    r"with|let's say|let's keep|"
    r"let's make|say|how about|what about|and only|don't|swap|switch|change|less|more)\b|"
    r"(?:the |an? )?(?:\w+ ){1,3}(?:then|instead)\b(?! (?:an?|some)\b)|"
    r"\W*(?:只|不要|别|但|而且|还要|最好|另外|再|要|必须|不|也|都|就|改|换成|限|没有|除了|去掉|"
    r"还是|其实|算了|加上|并且|同时|如果)"
)
VERDICT = re.compile(
    r"\W*(?:(?:i|we|it's|its|it|that|that's|this|they|oh|well|hmm|yeah|yes|haha|wow|the|was|were|"
    r"is|really|so|just|both|all|have|'ve|ve|i've|already|actually|honestly|quite|pretty|very|"
    r"absolutely|totally|not|what|a|an|one|kind|kinda|of|bit|little|ok|okay|them|these|those|and|"
    r"but|too|for|me|my|taste|must|say) ?|[,.!]\s*)*"
    r"(?:loved?|lov(?:ed)? it|liked?|hated?|meh+|boring|dull|awful|terrible|great|amazing|"
    r"brilliant|awesome|fantastic|wonderful|excellent|perfect|bad|good|nice|cool|fun|funny|so-so|"
    r"alright|decent|fine|overrated|underrated|masterpiece|disappoint(?:ing|ed|ment)|enjoyed|"
    r"adored?|disliked?|favou?rites?|seen|watched|heard|own|best|worst|rubbish|garbage|trash|"
    r"crap|ugh|yuck|bleh|blah|mediocre|superb|gem|weird|lame|thumbs (?:up|down)|\d+(?:\.\d)?/\d+|"
    r"\d stars?)\b"
)


# A title that shall not come (again) is turned down as a pick is: "not Heat again", 别再推《Heat》了.
NOT_AGAIN = re.compile(
    rf"\b(?:not|no more|anything but)(?: the)? [\"'《*]*{MASK}+[\"'》*]*(?: (?:again|any ?more|"
    rf"please))?\W*(?:$|[,.!;])|"
    rf"{MASK}[\"'》*]*(?:就|可|也)?(?:千万|请)?(?:别|不要|不用|甭)(?:再)?(?:给我)?(?:推|提|来|放|出现)|"
    rf"(?:别|不要|不用)(?:再)?(?:给我)?(?:推荐?|提|来|放)[\"'《]*{MASK}|"
    rf"{MASK}.*\bno,? thank(?:s| you)\b"
)
# What is told of a person (covered by \x01 here) who made the picks: "Quill isn't for me".
BLAMED = re.compile(
    "\x01[^,.;!?]{0,12}(?:isn't|is not|wasn't|aren't) (?:really )?"
    "(?:for (?:me|us)|my (?:thing|style|cup|taste))|"
    "\x01 (?:just |really )?(?:bores?|bored|annoys?|puts me|leaves me|gets on)\\b|"
    "\x01(?:[写唱演拍]的?)?(?:[太真]|不合|没意思|无聊)"
)
VERDICT_ZH = re.compile(
    r"\W*(?:这[个部首些]?|那[个部首些]?|都|全|我|觉得|还|很|真|太|挺|有点|非常|特别|超级?|蛮|"
    r"比较|不|不怎么|不太|一般|确实|,)*(?:好看|好听|好用|不错|难听|难看|无聊|喜欢|讨厌|失望|"
    r"一般般?|精彩|经典|烂|没意思|绝了|爱了|可以|满意|感人|看过|听过)(?:了|啊|呀|吧|哦|的|极了|"
    r"死了)*\W*"
)
LUKEWARM = re.compile(
    r"\b(?:was|were|is|are|'s) (?:just |only |kind of |sort of |pretty |quite )?(?:fine|ok|okay|alright|"
    r"average|decent|bearable|"
    r"nothing special|so-so)(?=\W*$|[,.;] )"
)
TAKES = re.compile(
    r"\W*(?:(?:ok|okay|great|perfect|good|yes|nice|cool|then),? )*(?:i'll|i will|let's|we'll|"
    r"i'm going to|i think i'll) (?:take|have|go (?:with|for)|watch|buy|get|listen to|try|pick|"
    r"choose)\b|就(?:要|选|买|看|听)?(?:这|那|第)"
)
INTERJECTION = re.compile(
    r"\W*(?:(?:ok|okay|fine|great|good|cool|nice|h?m+|hmm+|oh|ah|well|yes|yeah|yep|no|sorry|wait|"
    r"lol|haha|alright|"
    r"all right|right|hey|hi|thanks|thank you|perfect|awesome|actually|please)\b[\s,.!-]*|"
    r"(?:好吧|好的?|嗯+|哦|行|可以|谢谢|那么?|哈哈|不错|太好了)[\s,.!]+)+"
)
ONES = re.compile(r"\W*ones?\b|\W*(?:的|款)\W*$")

# 短一点的 inside a whole request is a modifier, no word on the picks.
SOFT_ZH = re.compile(
    r"(?:推荐|找|来[一点几个部首些]|给我|想[看听买找要]|有没有|求).*[\u4e00-\u9fff]一?[点些]的[\u4e00-\u9fffA-Za-z]"
)
LISTED = re.compile(rf"{MASK}[》\"'*]* ?(?:,? or\b|、|还是)|(?:\bor|、|还是) ?[\"'《*]*{MASK}")
