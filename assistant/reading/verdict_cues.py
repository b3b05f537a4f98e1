"""Words that praise, blame or tell of knowing in a clause about a title, in five languages."""

from __future__ import annotations

import re

_ME = r"(?:me|us|my \w+|him|her|them|everyone)"
_GOOD_EN = (
    r"(?:still|always|can't stop|cannot stop|keep|kept) (?:talking|thinking|raving|dreaming|laughing|going on|smiling|humming|singing)"
    r"(?: (?:about|of|at) (?:it|that|this|them))?|(?:won't|wont|doesn't|never|not|can't) (?:shut up|stop (?:talking|going on|raving)) about|"
    r"(?:in|out of) my head (?:for|ever|all)|stayed in (?:my|our) heads?|ruin(?:ed|s) (?:every|all|any|most) other|"
    r"(?:nothing|little|no (?:other )?\w+) (?:comes close|beats|tops|touches|compares)|(?:hard|tough|impossible) to (?:beat|top)|"
    r"(?:comes?|came) (?:a close |in )?(?:second|third|close)|number one|no\.? ?1\b|kill(?:s|ed) it|hits? home|"
    r"(?:never|not once) (?:let (?:me|us) down|disappoints?|disappointed|fails?|failed)|(?:grew|growing|grows) on (?:me|us)|"
    r"(?:still )?going strong|thriv(?:es|ing|ed)|(?:lives?|lived) up to|exceeded|the reason (?:i|we)|(?:got|turned) (?:me|us) (?:into|onto|on to)|"
    r"(?:changed|made|saved) (?:my|our) (?:life|lives|year|summer|day|week|evening|night)|everything (?:i|we) (?:want|wanted|look for|hoped)|"
    r"(?:the )?(?:whole|entire) (?:family|table|class|house) (?:\w+ )?(?:loved|laughed|cried|sang|danced|cheered|asked|wanted)|clean plates|plates? (?:were )?(?:clean|empty)|"
    r"(?:just|exactly) (?:right|what (?:i|we) (?:want|need)(?:ed)?|my)|"
    rf"bl(?:ew|own|ows) (?:{_ME} )?away|bl(?:ew|own) (?:my|our) minds?|won (?:{_ME} )(?:over|round)|"
    rf"holds? up|"
    r"never (?:gets?|got) (?:old|boring|tired)|(?:gets|got) better (?:every|each|with)|hooked|"
    r"gripp(?:ing|ed)|"
    rf"had {_ME} (?:hooked|glued|gripped|in (?:stitches|tears)|laughing|crying|smiling|on the edge|from the)|"
    rf"made {_ME} (?:laugh|cry|smile|think|happy|chuckle|giggle|weep)|crack(?:ed|s) {_ME} up|flew by|"
    rf"flies by|"
    r"(?:on the )?edge of (?:my|our) seats?|(?:a|an?)(?: \w+){0,2} (?:gem|treasure|delight|banger|"
    r"winner|keeper|"
    r"masterpiece|masterclass|triumph|pleasure|joy|treat|cracker|stunner|classic)|masterpiece|masterclass|"
    r"(?:can't|cannot|can not|couldn't|could not|cant|couldnt) (?:stop|put (?:it|them|this|that) down|"
    r"get enough)|"
    r"on (?:repeat|(?:a )?loop)|religiously|over and over|again and again|time and again|"
    r"in one (?:sitting|go)|"
    r"(?:could|can|would|i'd) (?:happily |gladly |easily )?(?:(?:re)?watch|(?:re)?read|listen to|play|"
    r"eat|hear) "
    r"(?:it |that |them |this |\ufffd+ )?(?:again|every|all|for (?:ever|hours)|a hundred|any)|unputdownable|"
    r"up (?:my|our) (?:street|alley)|hits? the spot|hits? different|close to (?:my|our) hearts?|soft spot|"
    rf"(?:stayed|stuck|stays|sticks) with {_ME}|made my (?:day|week|year|evening|night)|wow|whoa|"
    r"went down (?:well|a treat|a storm)|"
    r"(?:asked|begged|asking|begging|back) for (?:more|seconds)|licked the|(?:wolfed|gobbled|"
    r"lapped) (?:it|them|that)|"
    r"devoured|nailed it|spot[- ]on|top[- ]notch|first[- ]rate|(?:five|5|four|4) stars|thumbs[- ]up|"
    r"goosebumps|chills|"
    r"in (?:the best|a good) way|worth every|worth (?:it|the)|chef's kiss|slaps|belter|cracking|"
    r"smashing|stellar|brill|"
    r"charming|delightful|touching|hilarious|riveting|captivating|mesmeri[sz]ing|compelling|enthralling|"
    r"heart[- ]?warming|iconic|legendary|phenomenal|impressive|exquisite|tasty|delicious|yum(?:my)?|"
    r"scrumptious|"
    r"catchy|addictive|addicted|sturdy|reliable|works? (?:like a charm|a treat|great|well)|does the job|"
    r"obsessed|ador(?:ed?|es|ing|able)|lov(?:ed|es|ing)|(?<!would )(?<!'d )love|enjoy(?:ed|s|ing)?|"
    r"(?<!would )(?<!'d )(?<!looks )(?<!sounds )(?<!feels )(?<!else )(?<!something )(?<!anything )(?<!more )"
    r"like[ds]?(?= (?:it|them|that|this)\b)|liked|great|amazing|brilliant|awesome|fantastic|wonderful|"
    r"excellent|"
    r"superb|perfect|lovely|incredible|outstanding|terrific|beautiful|fabulous|gorgeous|magnificent|stunning|"
    r"(?:so|really|pretty|very|quite|actually|damn) (?:good|fun|nice|cool|funny|moving|clever)|(?:was|were) "
    r"(?:good|fun|nice|cool|class|ace|mint)|"
    r"appeals|tempts|unforgettable|a blast|sublime|underrated|(?:all[- ]?time )?favou?rites?|faves?|"
    r"(?:what|such) an? "
    r"(?:film|movie|book|song|tune|game|show|read|ride|story|dish|meal|recipe|ending|voice)|not (?:half )?bad"
)
_BAD_EN = (
    rf"(?:did|does|do|doing|done) (?:absolutely )?nothing for {_ME}|"
    rf"(?:gave|gives|offered|brought|taught|told|said to) {_ME} (?:absolutely |precisely |almost )?nothing|"
    rf"nobody (?:\w+ )?(?:laughed|liked|thanked|ate|finished|touched|enjoyed|smiled|wanted|asked|was impressed|slept)|"
    rf"no ?one (?:\w+ )?(?:laughed|liked|thanked|ate|finished|touched|enjoyed|smiled|asked)|"
    rf"(?:nearly |almost |practically )(?:ended|killed|broke|ruined|finished|cost|put|gave|made) {_ME}|"
    rf"gave {_ME} an? (?:rash|migraine|allergy|stomach ?ache|bad \w+|sore \w+|hard time)|made {_ME} (?:sick|ill|angry|yawn|sneeze|itch|leave|wince|regret)|"
    rf"(?:died|wilted|withered|rotted|leaked|jammed|cracked|collapsed|froze) (?:on|in|within|after|at|over|straight|right)|died\b(?! laughing)|"
    rf"(?:took|takes|cost|costs|ate) (?:{_ME} )?(?:for ?ever|ages|(?:all|the whole) (?:day|morning|afternoon|evening|night|weekend))|"
    rf"left {_ME} (?:cold|bored|flat|"
    rf"indifferent)|"
    rf"bored|bor(?:es|ing) {_ME}|fell asleep|nodded off|dozed off|(?:put|puts|sent) {_ME} (?:right |"
    rf"straight )?to sleep|"
    r"(?:switched|turned)(?: it| that| them| this)? off|gave up|given up|walked out|dropped it|"
    r"(?:stopped|quit|bailed|abandoned)(?: (?:it|that|watching|reading|listening|playing))*(?: (?:after|"
    r"half|at|on|about|"
    r"within|before)|(?=\W*$))|(?:couldn't|could not|can't|cannot|couldnt|cant|didn't|did not|didnt|"
    r"never|not) (?:even )?"
    r"(?:finish(?:ed)?|get (?:into|through|on with|past)|stand|sleep|sit through|follow|bear|stomach|"
    r"be bothered|see "
    r"(?:it|the (?:appeal|point|fuss|hype))|get (?:the|it|why)|connect|gel|click)|don't see it(?! on|"
    r" in| here)|"
    r"a slog|a drag|dragg(?:ed|y|ing)|drags|a chore|snooze\w*|yawn\w*|snor(?:e|ed|ing)|zz+|paint dry|"
    r"wast(?:e|ed) (?:of )?(?:my |our )?(?:\w+ )?(?:time|money|hours?|evening|night|energy|space|"
    r"minutes)|overhyped|more hype|all hype|hype than|lives? up to nothing|"
    r"over[- ]hyped|over[- ]?rated|over (?:my|our) heads?|lost (?:me|us|interest)|(?:made|"
    r"makes) no sense|ruined (?!every|all|any|most|other|the rest)|ruined(?=\W*$|[.,;!])|spoil[et]\w*|"
    rf"(?:gave|gives|giving) {_ME} (?:nightmares|a headache|the creeps)|(?:scared|freaked|creeped|"
    rf"terrified) {_ME}(?: out| "
    r"to death| stiff| silly)?(?! in (?:the best|a good))|cring\w+|unlisten\w+|unread\w+|unwatch\w+|"
    r"broke (?:after|within|in|"
    r"on)|snapped|fell apart|rust(?:ed|s)|useless|(?:sent|took|taken|brought) (?:it |them )?back|"
    r"returned (?:it|them)|refund|"
    r"bland|tasteless|soggy|stodgy|flavou?rless|inedible|binned|chucked|ugh+|yuck\w*|eww*|bleh|gross|disgusting|depressing|"
    r"predictable|clich\S+|shallow|pointless|(?:drove|drives) (?:me|us) (?:mad|crazy|nuts|up the)|"
    r"on my nerves|grating|"
    r"never again|not my (?:thing|bag|jam|scene|style|taste|cup|kind)|not for (?:me|us)|no thanks|"
    r"not so much|not really|"
    r"nah|nope|boring|awful|terrible|horrible|horrid|dreadful|rubbish|garbage|trash|crap\w*|atrocious|abysmal|dire|"
    r"lame|tedious|a bore|let[- ]?down|dud|flop|mess|mediocre|forgettable|cheesy|annoying|ridiculous|"
    r"nonsense|pretentious|"
    r"weak|underwhelming|painful|ugly|flimsy|so-so|meh+|dull|stupid|disappoint\w+|hat(?:ed|es)|(?:i|we|"
    r"she|he|kids?) hate|"
    r"forgot (?:it|about it|all)|banned|forbidden|off the (?:menu|list|table)|dislike[ds]?|loath\w+|"
    r"detest\w*|despis\w+|(?:the )?worst|bad|regret(?:ted)?|thumbs[- ]down|(?:one|1) star|"
    r"just (?:\w+ )?(?:blokes|people|noise|shouting|talking|screaming|hours|a bunch|some|one long)|"
    r"too (?!good|much (?:fun|love)|$)\w+(?: \w+)?|a bit (?:much|meh|dull|slow|long|flat|silly)|"
    r"not (?:impressed|convinced|keen|"
    r"a fan|into it|great|good|funny|worth)"
)
_KNOWN_EN = (
    r"(?:been|were|was) there(?: already| before|,? done that| last| in \d+|(?=\W*$|[.,;!]))|"
    r"(?:(?:must|might|may) have |'ve |have |i |we )(?:already )?(?:seen|watched|read|heard|played|had|done) (?:it|that|them) (?:five|ten|\w+) times|"
    r"(?:already |just |both |all )*(?:seen|saw|watched|own(?:ed)?|bought|heard|read|played|finished|"
    r"cooked|made|ate|eaten|"
    r"visited|completed|got|have|know|knew|done) (?:it|them|that|this|both|all|already|those|one)\b|"
    r"(?:seen|watched|heard|read|"
    r"played|know|knew|owned?|done)(?= (?:a|two|three|so|too|every|many|twice)\b|\W*$)|by heart|"
    r"inside out|back to front|"
    r"to death|on (?:my|our) (?:shelf|shelves|wall|(?:watched|seen|read|done) (?:list|pile))|on (?:dvd|"
    r"blu-?ray|vinyl|cd)|(?:a dozen|a million|a hundred|\d+|three|"
    r"four|five|ten|many) times|at home already|in (?:my|our) (?:collection|shed|cupboard|kitchen)|"
    r"already (?:got|have|own|"
    r"seen|read|know|at home|here|had)|(?:been )?ticked off|in the cinema"
)
_GOOD_ZH = (
    r"[看听读玩刷做吃](?:了|过)?(?:好|很多|许多|无数|不知道?多少|七八|五六|十几|几十|上百)[几]?(?:遍|次|回)|念念不忘|难忘|忘不了|"
    r"怎么[看听吃玩]都不[腻厌够]|没[看听吃玩]够|全靠它|救[了星]|养得(?:很|挺|特别|超)?好|长得(?:很|挺|特别|超)?(?:好|旺|快)|省心|(?:从没|从来没|没)(?:让我)?失望|挺好|"
    r"心头好|本命|宝藏|封为|首选|第一名|"
    r"👍|❤|😍|🔥|🥰|💯|✅|不腻|脑洞大开|爽|一口气|上头|抢着|百[看听读玩]不[厌腻]|停不下来|神作|yyds|绝绝子|单曲循环|循环|欲罢不能|回味|封神|惊艳|惊喜|感动|"
    r"看哭|听哭|泪目|哭得|笑[死得]|笑到|过瘾|精彩|经典|好[看听吃用玩笑]|喜欢|最爱|超爱|爱了|爱死|迷上|入坑|入迷|安利|推荐给|"
    r"满意|不错|很棒|太棒|超棒|真棒|棒极|赞|绝了|牛|意犹未尽|印象深|有意思|有趣|顺手|值得|津津有味|光盘|点赞|一流|完美"
)
_BAD_ZH = (
    r"(?:没|不)(?:觉得|感觉|看出来?|get到)[^,.;!?]{0,6}(?:好|特别|厉害|意思|过人|亮点)|好在哪|(?:也|都)?就那[样么](?:回事)?|不过如此|没啥|没(?:那么|这么|多)好|"
    r"没什么(?:意思|特别|亮点|感觉|印象)|(?:看|听|吃|玩|读)(?:得)?(?:我)?(?:吐|烦|困|累|懵|头疼|想睡)|吃不消|名不副实|言过其实|(?:就|都)?(?:坏|断|死|枯|烂|蔫|散架)了|养死|"
    r"(?:就)?(?:别|不要|不用|甭)(?:再)?(?:给我)?(?:推|提|来|放)(?:荐)?(?:这个)?了|不敢恭维|一言难尽|沉闷|"
    r"👎|🤮|😴|💩|🙄|😒|❌|[看听吃玩]腻|腻了|云里雾里|打瞌睡|打哈欠|睡着|睡过去|催眠|没[看听读玩吃]完|[看听读玩]到?一半(?:就|我)?(?:跑|走|关|弃|放弃|睡|退|溜)|弃[了坑剧]|放弃|关掉|关了|退了|"
    r"退货|无感|吹(?:得)?(?:太|过)|过誉|高估|劝退|踩雷|雷人|太雷|浪费|无聊|没劲|没意思|不下去|看不懂|不知所云|失望|后悔|"
    r"难[看听吃用]|不好[看听吃用玩笑]|不怎么样|不喜欢|讨厌|受不了|不感兴趣|没兴趣|不爱|不太行|不行|算了|一般般?|垃圾|烂|"
    r"怕得|吓[死坏哭得到]|吓得|做噩梦|失眠|坑[爹钱人]|智商税|差评|尴尬|拖沓|冗长|太(?:长|慢|吵|重|贵|闷|吓人|可怕|暴力|血腥|"
    r"咸|辣|油|甜|难)|嫌|闷|不值|跳过|吐了|没感觉|不合(?:胃口|口味)|不对胃口|欣赏不来|get不到"
)
_KNOWN_ZH = (
    r"(?:[看听读玩做吃学刷]|用|去|买)(?:过|完了|了(?!一|半))|"
    r"早就有|已经有|家里有|有了|刷[了过]?.{0,2}遍|倒背如流"
)
_GOOD_XX = (
    r"(?:me|nos) (?:encant\w+|gust\w+|fascin\w+|flip\w+)|encant(?:ó|a|an|aron|o)|ador[oéóa](?:mos)?|"
    r"genial(?:es)?|buen[íi]sim\w+|"
    r"fantástic\w+|increíble\w*|maravillos\w+|obra maestra|favorit[oae]\w*|(?:qué|muy) (?:buen|bonit|"
    r"divertid)\w*|"
    r"lieb(?:e|te|en)|geliebt|(?:ich|wir) (?:mag|mochte|mochten|mögen)|mag ich|mochte ich|super|toll\w*|"
    r"klasse|großartig\w*|fantastisch\w*|"
    r"wunderbar\w*|hervorragend\w*|spitze|gefallen|gefällt|gefiel|begeister\w*|lieblings\w*|"
    r"(?:j'ai|on a|nous avons|j'|je l'ai|l'ai)(?: \w+)? ?(?:ador|aim|kiff)(?:é|e)\w*|j'adore|j'aime|"
    r"ador(?:é|e)\w*|aimé\w*|génial\w*|"
    r"formidable\w*|magnifique\w*|excellente?s?|chef[- ]d'(?:œ|oe)uvre|(?:m'a|nous a) (?:beaucoup |"
    r"bien |vraiment )?plu|coup de c(?:œ|oe)ur"
)
_BAD_XX = (
    r"aburri\w+|(?:un|qué) (?:rollo|coñazo|bodrio|tostón)|odi(?:o|é|a|amos)|detest(?:o|é|a)|"
    r"mal[íi]sim\w+|peor|pésim\w*|decepcion\w+|"
    r"(?:no (?:lo |la |los |las )?(?:soporto|aguanto|aguanté|pude|terminé|acabé))|me dorm[íi]|"
    r"pesad[oa]s?|sobrevalorad\w+|"
    r"hass(?:e|t|en|te)|gehasst|langweilig\w*|gelangweilt|schlecht\w*|furchtbar\w*|schrecklich\w*|"
    r"enttäusch\w*|(?:zum )?einschlafen|"
    r"eingeschlafen|doof\w*|öde\w*|blöd\w*|überbewertet|überschätzt|nervt\w*|genervt|abgebrochen|"
    r"ausgemacht|abgeschaltet|nichts für (?:mich|uns)|"
    r"(?:m'a|nous a) pas (?:du tout |vraiment )?plu|nicht (?:ausstehen|leiden|ertragen|mehr sehen)|"
    r"nicht mein(?:s|e| )|kann ich nicht|détest\w+|nul(?:le|s|les)?|ennuy\w+|déç\w+|mauvais\w*|"
    r"barbant\w*|navet|(?:arrêté|abandonné)|"
    r"endormi\w*|pas terrible|surcoté\w*|bof|trop (?:long|lent|nul|violent)\w*|demasiado \w+|"
    r"muy (?:lent|larg|mal)\w*|zu (?:lang|langsam|"
    r"brutal|laut|teuer|gruselig)\w*"
)
_KNOWN_XX = (
    r"ya (?:la |lo |los |las |l[ao]s? )?(?:he|hemos|vi|vimos|tengo|tenemos|conozco)|(?:la|lo|las|"
    r"los) (?:he|hemos) (?:visto|leído|oído|"
    r"jugado)|(?:he|hemos) (?:visto|leído|oído|jugado)|"
    r"(?:schon|bereits)(?: \w+){0,2} (?:gesehen|gelesen|gehört|gespielt|gekocht)|kenn(?:e|en) (?:ich|"
    r"wir)|(?:ich|wir) kenn(?:e|en)|"
    r"(?:habe?n?|hab) (?:ich|wir) (?:schon|bereits)|schon gesehen|"
    r"déjà (?:vu|lu|entendu|joué|fait|regardé|mangé)\w*|(?:je|on) (?:les? |la )?connais|connais déjà"
)


def _either(latin: str, chinese: str = "") -> str:
    words = rf"(?<![\w'])(?:{latin})(?!\w)"
    return f"{words}|{chinese}" if chinese else words


CUE = re.compile(
    rf"(?P<bad>{_either(_BAD_EN + '|' + _BAD_XX, _BAD_ZH)})|"
    rf"(?P<good>{_either(_GOOD_EN + '|' + _GOOD_XX, _GOOD_ZH)})|"
    rf"(?P<known>{_either(_KNOWN_EN + '|' + _KNOWN_XX, _KNOWN_ZH)})"
)
# The same without the English words, for what stands before a title.
CUE_BEFORE = re.compile(
    rf"(?P<bad>{_either(_BAD_XX, _BAD_ZH)})|(?P<good>{_either(_GOOD_XX, _GOOD_ZH)})|"
    rf"(?P<known>{_either(_KNOWN_XX, _KNOWN_ZH)})"
)
FLIP = re.compile(
    r"(?:\bnot|n't|\bnever|\bhardly|\bno|\bcannot|\bneither|\bnothing|\bfar from|\bdidnt|\bdont|\bwasnt|"
    r"\bisnt|\bnicht|\bnie|"
    r"\bkein\w*|\bpas|\bjamais|\bnunca|\bno (?:me|nos|le|les)|没有?|不是?|并不|别|未)(?: ?(?:half|so|very|"
    r"that|"
    r"all that|really|"
    r"particularly|exactly|quite|too|at all|me|mir|uns|be|been|the|an?|sehr|so|très|tan|muy|很|太|怎么|那么|"
    r"是))*\s*$"
)
FLIP_AFTER = re.compile(r"[^.,;!?]{0,30}?\b(?:nicht|gar nicht|pas)\b(?! nur| que| seulement)")
# What was hoped, said by others or meant for later tells nothing of the person.
UNREAL = re.compile(
    r"(?:\b(?:wanted|want|hoped|hoping|tried|supposed|meant|expected|going|used|need|like|ready|thought|"
    r"expecting)(?: (?:it|that|"
    r"this|them|they|\w+))? (?:to|was|would|is)(?: \w+){0,2}|\b(?:would|might|could|should|will|'ll|"
    r"if)(?: \w+){0,3}|"
    r"\b(?:everyone|everybody|people|critics|others|they|my (?:friends?|colleagues?|"
    r"boss))(?: else)?(?: (?:all|always|just|who|on))?"
    r"(?: \w+){0,4}|大家都?|都说|别人(?:都)?|人家(?:都)?|据说|听说.{0,4}|没有?|还没|"
    r"alle (?:sagen|finden)|tout le monde|"
    r"todo el mundo)\s*$"
)
CONTRAST = re.compile(r"\b(?:but|yet|though|however|although|until|pero|aber|mais)\b|但是?|不过|可是|却|结果")
REQUEST = re.compile(
    r"\b(?:something|anything|some(?! of)|any(?! (?:good|more))|show|recommend|suggest|find(?: me| us)|"
    r"looking|"
    r"(?:i|we|i'd|we'd|would|now) (?:\w+ )?(?:want|need|like to|like an?|fancy)\b|more (?:like|of|in)|"
    r"similar|along (?:those|the|these) "
    r"lines|what(?:'s|s)? (?:else|next|other|should|can|would|could|about|similar|now)|(?:got|give me|"
    r"give us)|another|instead|"
    r"have you|do you|is there|are there|how about|next one|go\b|"
    r"algo|quiero|busco|otra|recomi\w+|etwas|(?:et)?was (?:anderes|passt|ruhiges|ähnliches)|suche|"
    r"empf\w+|quelque chose|autre|cherche|"
    r"conseill\w+)\b|推荐(?!给)|有没有|还有|想(?!起|到|不到)(?:看|听|要|吃|找|换|玩|买|来)|换[个一成点]|来[点个部首]|求|给我|帮我|(?:那种|类似|同款)"
)
# A sentence of its own is still about the title before it: "It was dull", "Loved every minute", "Wow".
ABOUT_IT = re.compile(
    r"\s*(?:-|–|—|…)*\s*(?:(?:and|but|so|honestly|actually|man|god|oh|well|yeah|yes|no|absolutely|really|just|still|both|all|also|now|"
    r"ok|again|omg|then|already|been|have|i've|we've|but|sadly|unfortunately|personally|frankly)\b[ ,]*)*"
    r"(?:(?:it|that|this|they|them|these|those|which|both|he|she)(?:'s|'re|\b)|(?:i|we|my \w+|our \w+|"
    r"the (?:kids?|children|family|whole \w+|"
    r"boys|girls|ending|acting|music|plot|story|pacing))\b|es|sie|er|war|ist|c'|ça|on|je|j'|la|lo|me|nos|fue|era|est|$)|"
    r"\s*(?:我|全家|孩子|老公|老婆|朋友|真|太|很|超|简直|确实|实在|但|不过|就|都|也|结果|可惜|结局|剧情)"
)
STOP = re.compile(r"[.!?;\n…]+|--+|[。！？；]")
BOUNDARY = re.compile(
    r"[.;!?\n,:，。；！？]+|(?<= )[-–—]+(?= )|\b(?:but|and|while|whereas|though|although|pero|aber|mais|und|"
    r"et|y|plus)\b|但是?|不过|而|可是"
)
YES = re.compile(
    r"[\"')*》]*[ ,:?!-]*(?:yes|yep|yeah|yup|definitely|absolutely|sí|oui|ja)\b(?! (?:but|it|i|we|please))"
)
NO = re.compile(
    r"[\"')*》]*[ ,:?!-]*(?:please )?(?:no|nope|nah|nein|non)\b(?= ?(?:$|[.,;!?)]|thanks|thank|way|"
    r"for me|please))"
)
