"""Messages that ask for nothing of the catalogue: small talk, other matters, orders to the assistant, harm."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from assistant.message import MASK, sentence_end

_HOW = r"(?:how (?:do|can|could|would|to|does|should)|ways? (?:to|of)|best way to|teach me|show me how|help me|instructions?|steps? (?:to|for)|explain how|tell me how|recipe for|guide (?:to|for|on)|where (?:can|do|could|to)|i want to|i(?:'m| am) going to|i(?:'ll| will)|can you|tutorial|step by step|give me)"
_HARM = (
    r"(?:(?:mak|build|construct|assembl|creat|cook|synthesi[sz]|produc|mix|us|plant|detonat|set off|get|buy|3d[- ]print|print)\w* (?:\w+ ){0,4}(?:bombs?|explosives?|meth|methamphetamine|napalm|grenades?|molotov\w*|nerve gas|poison|ricin|sarin|anthrax|ghost guns?|guns?|weapons?|drugs?|heroin|cocaine|fentanyl|lsd|malware|virus|ransomware|bioweapon|pipe bomb)|"
    r"(?:kill|murder|poison|strangle|stab|shoot|hurt|harm|torture|kidnap|drug|rape|attack|assault|beat up|blackmail|stalk|dispose of|get rid of|hide|bury|dissolve)\w* (?:\w+ ){0,3}(?:myself|my ?self|someone|somebody|people|person|my (?:wife|husband|neighbou?r(?:'s \w+)?|boss|ex|girlfriend|boyfriend|teacher|sister|brother|mother|father|mum|mom|dad|kids?|child|children|dog|cat|roommate|colleague|classmate)|him|her|them|a (?:man|woman|child|person|body|cop|policeman|dog|cat)|the (?:body|neighbou?r(?:'s \w+)?|corpse)|(?:a )?(?:dead )?bod(?:y|ies)|the neighbou?rs?)|"
    r"(?:commit|end) (?:suicide|my life|a murder|murder)|kill(?:ing)? myself|hang myself|overdose|self[- ]harm|hurt(?:ing)? myself|cut(?:ting)? myself|"
    r"(?:hack|break|crack|phish)\w* (?:in(?:to)? )?(?:\w+ ){0,3}(?:account|bank|phone|wifi|wi-fi|password|email|house|car|computer|server|facebook|instagram|network|home|system)|steal\w* (?:\w+ ){0,3}(?:car|money|identity|credit card|password|bike|from|data)|pick (?:a|the|my neighbou?r's) lock|shoplift\w*|launder\w* money|forge\w* (?:\w+ ){0,2}(?:passport|money|id|document|signature)|evade (?:tax|police)|"
    r"make (?:a )?(?:bomb|explosive)|sell drugs|buy (?:illegal )?(?:drugs|a gun|cocaine|heroin|weed))"
)
_UNSAFE = re.compile(
    rf"{_HOW}\b.{{0,60}}\b{_HARM}|^\W*(?:please )?(?:make|build|cook|kill|hack) (?:a |me a |some )?(?:bomb|meth|explosive|someone)|\b(?:child|kiddie|underage|minors?|preteen|lolita?)\b.{{0,20}}\b(?:porn|sex|nude|naked|erotic)\w*|\b(?:porn|nudes?|naked|sexual|erotic) \w*(?: \w+){{0,3}} (?:child|children|kids?|minors?|teens?|underage|schoolgirls?)\b|\bi want to (?:die|kill|end it all|hurt)\b|\bkill myself\b|\bsuicide (?:method|note|pact)s?\b|"
    r"\bhow (?:much|many) .{0,30}(?:lethal|to kill|overdose|fatal|to die)|\b(?:which|what) .{0,30}(?:poison|kill)s? (?:a |my |the )?(?:person|people|neighbou?r|dog|cat|human|husband|wife)|\b(?:poison|strangle|stab|kill|murder|hurt) my (?:wife|husband|neighbou?r|boss|ex|girlfriend|boyfriend|sister|brother|mother|father)|\bwithout (?:being|getting) caught\b.{0,40}\b(?:my|neighbou?r|wife|husband|boss)|\b(?:there's|theres|there is) a (?:dead )?body\b|\b(?:dead|human|a|the) bod(?:y|ies) (?:to (?:hide|bury|move)|involved)|\b(?:get rid of|dispose of|hide|bury|cut up|saw up|dismember) (?:a |the |this |my )?(?:\w+ )?(?:bod(?:y|ies)|corpse)|\bprais\w+ (?:the )?(?:kill|murder|genocide|hitler|nazi|terror)\w*|\b(?:kill|exterminat|gas|murder)\w* (?:all )?(?:the )?(?:immigrants|jews|muslims|blacks|gays|foreigners|women|people)\b(?=.*\b(?:lyrics|song|how|want)|)|\b(?:can't|cannot|can not|don't want to) (?:go on|live|be alive)(?: any ?more| like this)?\b|\bend it (?:all|to)\b|\b(?:end my life|not want to live)\b|\b(?:nerve agent|dirty bomb|build a bomb|make a bomb|make explosives|cook meth|home-?made explosive)|"
    r"(?:怎么|如何|怎样|教我|教一下|告诉我|帮我|想要?|方法|步骤|哪里能?买).{0,14}(?:炸弹|炸药|毒品|冰毒|海洛因|毒药|杀人|杀死|杀掉|杀了|弄死|自杀|自残|枪支|制枪|黑进|黑掉|盗号|盗取|偷窃|偷车|偷东西|下毒|毒死|毒害|绑架|诈骗|洗钱|伪造|强奸|燃烧瓶|勒死|砍人|伤害(?:自己|别人|他人|邻居)|报复社会)|(?:炸弹|炸药|毒品|冰毒|毒药).{0,6}(?:怎么|如何|做法|制作|配方)|不想活了|想死|儿童色情|(?:未成年|幼女).{0,6}(?:色情|裸|性)"
)
_FICTION = re.compile(r"\b(?:films?|movies?|songs?|books?|novels?|stor(?:y|ies)|series|documentar\w+|game|one|something) (?:\w+ ){0,3}(?:about|where|in which|with|on how|that)\b|(?:关于|讲).{0,20}(?:电影|片|歌|书|故事)")

_IN_EARNEST = re.compile(r"\bwithout (?:being|getting) caught\b|\bi need (?:it|this|to)\b|\bso (?:that )?i can\b|\bin real life\b|\bfor real\b|\bmy neighbou?r|真的要|我要用")
_HELLO = (
    r"hi|hiya|hello|helo|hey+|yo|howdy|greetings|sup|good (?:morning|evening|afternoon|night|day)|morning|evening|thanks?|thx|ty|cheers|thank (?:you|u)|many thanks|much appreciated|ok(?:ay)?|k|okey|alright|all right|cool|great|nice|perfect|awesome|lovely|brilliant|wonderful|excellent|fantastic|good|fine|sure|right|gotcha|got it|i see|understood|noted|"
    r"bye|goodbye|good ?bye|see (?:you|ya)(?: later| soon| tomorrow)?|later|ciao|take care|have a (?:nice|good|great) (?:day|evening|one|night|weekend)|lol|lmao|haha+|hehe+|ha|wow|oh|ah|hm+|hmm+|um+|yes|yep|yeah|yup|no|nope|nah|not really|maybe|of course|exactly|indeed|please|never ?mind|no worries|no problem|you're welcome|sounds good|"
    r"nice to meet you|pleased to meet you|what's up|whats up|long time no see|who are you|who're you|what are you|what(?:'s| is) your name|what can you do|what do you do|how do you work|how does this work|how are you(?: doing)?(?: today)?|how's it going|how is it going|help|can you help(?: me)?|are you (?:a |an )?(?:real |human|bot|robot|ai|person|there|chatgpt|gpt|ok|okay|sure|alive|machine|computer|program)+(?: person| human)?|"
    r"do you (?:speak|understand|know) (?:chinese|english|french|german|spanish|me)|you(?:'re| are) (?:great|awesome|the best|funny|helpful|cute|amazing|smart|very helpful|so helpful|a star|useless|stupid|good|nice|welcome|quick|fast|clever)|well done|good (?:job|bot|work)|i love you|that(?:'s| is| was) (?:all|it|great|nice|good|perfect|helpful|very helpful|kind|everything|fine|enough|cool|lovely|very kind|wonderful|fantastic|brilliant|awesome|so helpful|really helpful|what i wanted|just what i (?:needed|wanted))(?: for (?:now|today))?|"
    r"i(?:'m| am) (?:bored|back|good|fine|done|happy|ok|okay|just testing|testing)|test|testing|let me think|just a (?:moment|second|minute)|one moment|hold on|wait|who made you|who built you|how old are you|where are you from|tell me about yourself|what(?:'s| is) this|what is palate|i(?:'ll| will) (?:take|try|watch|get|buy|go with|listen to) (?:it|that|this|that one|this one|them)|will do|deal|that works|works for me|it works|talk (?:to you )?(?:later|soon)|until next time|good to know|"
    r"what languages do you speak|can you (?:speak|understand) (?:chinese|english)|do you have (?:feelings|a name|memory)|can you hear me|anyone there|are you listening|do you remember me|do you learn"
)
_HELLO_ZH = (
    r"你好啊?|您好|嗨|哈喽|哈罗|早上好|早安|早|晚上好|下午好|中午好|晚安|谢谢(?:你|您|啦|了)?|多谢|感谢|谢了|谢啦|辛苦了|好的?|好吧|好呀|好啊|好嘞|行|行吧|可以|嗯+|哦+|噢|对|对的|是|是的|不是|不|不用|不用了|没有|没事了?|没关系|不客气|再见|拜拜|回见|回头见|下次见|明天见|哈哈+|呵呵|嘻嘻|哇|厉害|太好了|太棒了|真棒|不错|很好|真好|挺好|棒|赞|收到|明白了?|知道了|懂了|了解|"
    r"你是谁|你是什么|你叫什么(?:名字)?|你能(?:做|干)(?:什么|啥|些什么)|你会(?:做|干)?(?:什么|啥|些什么)|你有什么(?:功能|用)|你是(?:机器人|人|真人|ai|人工智能)(?:吗|还是.{1,6})?|你怎么样|你好吗|最近好吗|怎么用|帮助|帮帮我|在吗|在不在|有人吗|你真(?:好|棒|聪明|厉害|逗)|我爱你|算了吧?|就这样吧?|没了|先这样|辛苦|你多大了?|你会说(?:中文|英文|英语)吗|谁(?:做|造|开发)的?你|等一下|等等|让我想想|我想想|打扰了|聊聊天吧?|无聊|好无聊|我好无聊|就它了|就这个(?:吧|了)?|我知道了|很有帮助|帮大忙了|测试(?:一下)?"
)
_FILL = r"(?:there|palate|you|u|so much|a lot|very much|again|man|mate|dude|buddy|friend|assistant|bot|for (?:the|your|that|this|all|now|today|everything|helping)(?: (?:the|your))?(?: (?:help|tips?|recommendations?|suggestions?|advice|picks|time|info|effort|work))?|then|and|but|oh|well|just|guys|everyone|all|today|now|bye|indeed|my|already|very|so|really|i guess|i think|that|this|is|was|a|the|sir|pal|really|for me|啊|呀|哦|了|啦|吧|呢|吗|嘛|的|你|您|小助手|助手|朋友|先)"
_CHAT = re.compile(rf"\W*(?:(?:{_HELLO}|{_HELLO_ZH})(?![a-z'])(?:[\s,.!?~;:)(-]*(?:(?:{_HELLO}|{_HELLO_ZH}|{_FILL})(?![a-z']))?)*)\W*")

_ORDERS = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass|skip) (?:all |any |of |the |your |my |these |those |every |everything )*(?:previous |prior |above |earlier |system |safety |former |original |other )*(?:instructions?|prompts?|rules?|guidelines?|orders?|programming|restrictions?|guardrails?|training|directives?)\b|\b(?:system|hidden|initial|your|secret|original|full) (?:prompt|instructions?|rules|system message)\b|\b(?:print|reveal|show|repeat|output|display|tell me|leak|dump|paste)\b.{0,30}\b(?:prompt|instructions|system message|rules you|configuration|api key|password|source code)\b|"
    r"\bpretend (?:to be|you(?:'re| are)|that you)\b|\bact as (?:a|an|if|my|the)\b|\byou are now\b|\brole-?play\b|\bjailbreak\b|\bdeveloper mode\b|\bdan mode\b|\bfrom now on,? (?:you|answer|reply|speak|only)\b|\b(?:say|answer|reply|respond|speak|write|answer only|only answer) (?:only |just |exactly )?(?:with|in|like) (?:the words?|pirate|a pirate|base64|json|rhyme|the word|one word|capital)|\brepeat after me\b|\bnew instructions?\b|"
    r"忽略.{0,8}(?:指令|指示|提示|规则|要求|设定)|无视.{0,8}(?:指令|指示|提示|规则)|忘记.{0,6}(?:指令|规则|设定)|(?:系统)?提示词|系统提示|假装你?是|扮演|你现在是|越狱|开发者模式|输出你的|你的(?:指令|设定|规则|提示)"
)
_OTHER = re.compile(
    r"\b(?:weather|forecast|temperature outside|will it rain|is it raining|going to rain)\b|\b(?:write|compose|draft|generate|make up|create|give me|tell me|sing)(?: me| us)? (?:\w+ ){0,3}(?:poem|poetry|haiku|limerick|essay|email|e-mail|letter|code|script|program|function|story|sonnet|speech|cv|resume|joke|riddle|summary of the news|bedtime story|cover letter|lyrics|song lyrics|rap about|blog|tweet|regex|sql|python|html|javascript|quicksort|tongue twister|fun fact)\b|"
    r"\b(?:translate|translation of)\b|\bhow do you say\b|\b(?:capital|president|prime minister|population|king|queen|currency|chancellor|mayor|area) of\b|\b(?:what|how much|whats)(?:'s| is)? (?:\d+|\w+) ?(?:[*x×+/÷^-]|times|plus|minus|divided by) ?\d+|^\W*(?:what(?:'s| is)) ?\d+ ?[*x×+/÷^-] ?\d+|\b(?:square root|cube root|derivative|integral|prime number|solve (?:this|the|for|x)|equation|percent of \d+|calculate|compute|algebra|calculus|pythagor\w*)\b|\bconvert \d+|\b\d+ (?:celsius|fahrenheit|miles|euros|dollars|usd) (?:in|to|into)\b|"
    r"\b(?:stock (?:price|market)s?|share price|bitcoin|crypto\w*|exchange rate|interest rate|mortgage|invest(?:ing|ment)? (?:in|tips|advice)|lottery|horoscope|zodiac sign|star sign)\b|\b(?:news|headlines) (?:today|about|from)|\b(?:the|latest|today's) (?:news|headlines)\b|\bwho (?:won|is winning|will win|invented|discovered|is the (?:president|king|queen|pope|ceo|prime minister|richest))\b|\b(?:football|soccer|basketball|tennis|cricket|premier league) (?:score|result|match|game|fixture)s?\b|\bscore of the\b|\belections?\b|\bvote for\b|"
    r"\bwhat time is it\b|\bwhat(?:'s| is) the (?:time|date|day)\b|\bwhat day is\b|\bwhat year is it\b|\bset (?:a|an|my) (?:alarm|timer|reminder)\b|\bremind me\b|\bcall (?:my|me a|a) \w+\b|\bsend (?:a|an) (?:email|text|message)\b|\b(?:book|reserve|order|buy|get)(?: me| us)? (?:a |an |some |the |two |2 )?(?:cheap |last-minute )?(?:flights?|hotel(?: room)?|table|taxi|cab|uber|pizza|train tickets?|plane tickets?|tickets?|room|sushi|burger|takeaway|takeout|food|groceries|dinner|restaurant)\b|\bflights? (?:to|from)\b|\bhotels? in\b|\btrains? to\b|\brestaurants? (?:in|near|nearby|around|for)\b|\b(?:good|nice|best|recommend a|recommend some|any|find me a) restaurants?\b|\bnear me\b|\bdirections to\b|\bhow (?:far|tall|high|old|big|deep|many people|many calories|hot|cold) (?:is|are|away|does|was|live)\b(?! (?:it|that|this|the (?:first|second|third|last|one)))|"
    r"\b(?:recipe|recipes) for\b|\bhow (?:do|can|should|to) (?:i |you |we )?(?:cook|bake|boil|roast|lose weight|get rid of|fix (?:my|a)|repair my|install|learn|make (?:a |an |some )?(?:cake|bread|pasta|pancakes?|coffee|pizza|omelette|tea|lasagne|lasagna|carbonara|money)|tie|change a|invest|file my|write|get over|ask|apply|train|stop smoking|sleep better|grow|remove|clean)\b|\b(?:headache|fever|toothache|stomach ?ache|symptoms?|medicine|medication|ibuprofen|paracetamol|aspirin|antibiotics?|dosage|diagnos\w+|my (?:doctor|back hurts|head hurts|knee|tooth)|see a doctor|sore throat|rash)\b|\b(?:lawyer|sue|legal advice|tax(?:es)? (?:return|advice)|divorce papers|visa application|landlord)\b|"
    r"\b(?:homework|my essay|meaning of life|does god exist|define the word|what does \w+ mean|what is the (?:definition|meaning) of|wikipedia|quantum|photosynthesis|black holes?\?|theory of relativity|speed of light|distance (?:to|from|between)|periodic table|world war (?:i|ii|1|2|one|two) (?:start|end|begin))\b|\bfix my (?:code|computer|car|laptop|phone|bike|sink|printer|wifi)\b|\bdebug\b|\bmy (?:wifi|printer|laptop|computer|internet|phone) (?:is|isn't|won't|doesn't|keeps|has)\b|\bplay (?:chess|a game|tic|hangman|20 questions)\b|\bdating advice\b|\bask (?:her|him) out\b|\btell (?:me )?(?:a|another) (?:joke|story|secret|riddle|fun fact)\b|\bjokes?\W*$|"
    r"天气|下雨|气温|写.{0,5}(?:诗|作文|代码|邮件|文章|程序|小说|情书|简历|信|论文|故事|python|脚本|报告|总结|周报|检讨|祝福|文案)|翻译|等于(?:多少|几)|几乘|乘以|加上?\d|减去|除以\d|\d+ ?[*x×+÷] ?\d+|算一下|平方根|解(?:方程|题)|股票|股市|比特币|汇率|彩票|星座运势|新闻|笑话|脑筋急转弯|怎么做(?:菜|饭|蛋糕|红烧|番茄)|菜谱怎么|(?:做|炒|煮|炖)(?:一?[个道]?)(?:菜|饭|红烧肉|番茄)|餐厅|饭馆|外卖|订(?:一?[张个间])?(?:票|机票|酒店|火车票|房|餐|桌)|机票|酒店|火车票|打车|首都|总统|总理|主席|几点了?|今天(?:星期|几号|周几)|星期几|几号|作业|医生|头疼|头痛|发烧|感冒|肚子疼|吃什么药|律师|打官司|世界杯|比赛(?:结果|比分)|比分|谁赢|人口|多高的?山|珠穆朗玛|宇宙|相对论|编程|写个?程序|修(?:电脑|手机|车|水管)|减肥|怎么追|人生的意义|唱(?:一)?首|讲个(?:故事|笑话)"
)
# Kinds of goods, by what a catalogue of them holds; those of other catalogues are off topic.
_GOODS: Mapping[str, str] = {
    "films": r"films?|movies?|tv (?:series|shows?)|series|sitcom|电影|电视剧|影片|连续剧|剧集",
    "music": r"songs?|music|albums?|playlists?|bands?|concerts?|tracks to|歌曲?|音乐|专辑|歌单|演唱会",
    "books": r"books?|novels?|audiobooks?|书籍?|小说|图书",
    "games": r"video ?games?|board ?games?|ps5 games?|游戏|桌游",
    "tools": r"lawn ?mowers?|spades?|rakes?|shovels?|garden(?:ing)? tools?|hoses?|wheelbarrows?|secateurs|割草机|铲子|园艺工具|锄头",
    "phones": r"phones?|smartphones?|laptops?|headphones?|tablets?|tvs?|cameras?|手机|笔记本电脑|电脑|耳机|相机|平板",
    "clothes": r"shoes|sneakers|trainers|dress(?:es)?|jackets?|jeans|t-?shirts?|coats?|handbags?|鞋子?|衣服|裙子|外套",
    "food": r"restaurants?|pizza|wines?|beers?|cocktails?|dinner|lunch|recipes?|餐厅|红酒|菜|火锅|奶茶",
    "travel": r"hotels?|flights?|holidays?|vacations?|beach resorts?|酒店|机票|旅馆|景点",
    "cars": r"cars?|motorbikes?|bicycles?|bikes?|汽车|自行车|车子",
    "people": r"dentists?|plumbers?|doctors?|lawyers?|therapists?|girlfriend|boyfriend|医生|律师",
}  # fmt: skip
_WANTS = r"(?:recommend|suggest|find|need|want|looking for|buy|get|show|give|know|any|good|best|after|which|what)(?: me| us| to (?:buy|get|find|watch|hear|listen to|read))?(?: (?:a|an|some|any|good|nice|new|cheap|the|best|great|decent|of|pair|me|used|second-hand|few|romantic|other))* "
_WANTS_ZH = r"(?:推荐|想[买看听吃订]|要买|找|来|买|给我|有没有|有什么)(?:我|一?[部首本双台个辆家张款]|点|些|几|好[看听吃用]?的?|便宜的?|不错的?)*"


_MARKED_ORDERS = re.compile(
    r"<\s*/?\s*(?:system|user|assistant|inst|im_start|im_end|admin)\b[^>]*>(?:[^<]*<\s*/\s*(?:system|inst|admin)\s*>)?|\[/?(?:system|inst|admin)\][^\[\]]*(?:\[/(?:system|inst|admin)\])?|"
    r"\[?【(?:系统|管理员|指令|提示)[^】]*】[^.!?;]*[.!?;]?|(?:^|[.!?] ?)(?:system|assistant|admin|sys) ?(?:prompt|message|note|override)? ?: [^.!?]*[.!?]?"
)


def orders_in(plain: str) -> list[tuple[int, int]]:
    """Return where text stands that is marked as if it came from the system; nothing in it is a wish."""
    marked = [match.span() for match in _MARKED_ORDERS.finditer(plain)]
    return marked + [(match.start(), sentence_end(plain, match.end())) for match in _ORDERS.finditer(plain)]


def is_unsafe(plain: str) -> bool:
    """Say whether a message asks for what does harm; a film about it does none."""
    match = _UNSAFE.search(plain)
    return match is not None and not (_FICTION.search(plain[: match.end()]) and not _IN_EARNEST.search(plain))


def is_chat(plain: str) -> bool:
    """Say whether a message is small talk and nothing else, or holds no word at all."""
    if not re.search(rf"[^\W_]|{MASK}", plain):
        return True
    return len(plain) < 200 and _CHAT.fullmatch(plain) is not None


def gives_orders(plain: str) -> bool:
    """Say whether a message tells the assistant how to behave."""
    return _ORDERS.search(plain) is not None


def is_off_topic(plain: str, domain: str, own: frozenset[str], asks: bool) -> bool:
    """Say whether a message wants something that is no matter of the catalogue.

    Args:
        plain: The message, made plain.
        domain: What the catalogue holds; see `domain_of`.
        own: Words of its values.
        asks: Whether values, people or ranges are said; then orders to the assistant count for nothing.
    """
    if _ORDERS.search(plain):
        return not asks
    match = _OTHER.search(plain)
    if match is not None and not any(word in own for word in re.findall(r"\w+", match.group())) and not _is_theme(plain, match, asks):
        return True
    return not asks and (_wants_other_goods(plain, domain, own) or _asks_of_the_world(plain))


_WORLD = re.compile(
    r"^\W*(?:(?:hey|hi|ok|so|and|please|can you tell me|do you know|tell me),? )*(?:how (?:many|much|far|tall|old|big|deep|fast|hot|cold|do you (?:spell|say|make|cook|get)|do (?:birds|bees|planes|people|cats|dogs|fish|plants))|who (?:is|was|are|invented|discovered|wrote|painted|built|won)|when (?:is|was|did|does|do|will)|where (?:is|are|was|do|does|can i)|why (?:is|are|do|does|did) (?:the|a|an|we|people|my|cats|dogs|water|birds|sky|it)|what (?:is|are|was|were|does|do|'s) (?:the (?:capital|meaning|weather|time|date|difference|population|best way|largest|biggest|longest|highest|tallest|fastest|chemical)|a |an |your (?:opinion|view)))\b"
)
_OURS = re.compile(
    rf"{MASK}|\x01|\b(?:films?|movies?|songs?|music|tracks?|artists?|bands?|singers?|albums?|books?|games?|tools?|recommend\w*|suggest\w*|picks?|options?|should i|you got|do you have|these|those|them|it|they|that one|this one|good|first|second|third|last|one|ones|watch|listen|titles?|catalogue|catalog|shop|stock|cheapest|best)\b"
)


def _asks_of_the_world(plain: str) -> bool:
    """Say whether a message asks a question of general knowledge: "how many legs has a spider"."""
    return _WORLD.search(plain) is not None and _OURS.search(plain) is None


def _is_theme(plain: str, match: re.Match[str], asks: bool) -> bool:
    """Say whether the words stand in a wish for an item: "a film about the weather"."""
    before = plain[: match.start()]
    items = r"\b(?:films?|movies?|songs?|tracks?|music|books?|novels?|games?|something|anything|comed\w+|dramas?|stor(?:y|ies)|documentar\w+|thrillers?)\b[^.?!]*\b(?:about|for|where|with|in|that|on|set|like|to)\b|关于|讲|适合"
    if re.search(items, before):
        return True
    return bool(re.search(r"(?:天气|下雨|医生|律师|作业).{0,10}(?:听|看|的(?:电影|歌|片|音乐|曲))|(?:听|看).{0,4}(?:的歌|的电影|音乐)", plain)) or (asks and bool(re.search(r"\bweather\b|天气|下雨", match.group())))


def _wants_other_goods(plain: str, domain: str, own: frozenset[str]) -> bool:
    for kind, words in _GOODS.items():
        if kind == domain:
            continue
        match = re.search(rf"\b{_WANTS}(?:\w+ ){{0,2}}?(?P<a>{words})(?!\w)(?! (?:about|for|with|like|that))|{_WANTS_ZH}[\u4e00-\u9fff]{{0,4}}?(?P<b>{words})", plain)
        if match is None:
            continue
        word = match["a"] or match["b"]
        if word in own or word.rstrip("s") in own or _says_own(plain, domain):
            continue
        return True
    return False


def _says_own(plain: str, domain: str) -> bool:
    """Say whether a message also speaks of what the catalogue holds."""
    return domain in _GOODS and re.search(rf"(?<!\w)(?:{_GOODS[domain]})(?!\w)", plain) is not None


def domain_of(facets: Mapping[str, Sequence[str]], people: Sequence[str], numbers: Sequence[str]) -> str:
    """Guess what a catalogue holds from its columns; "shop" where that is not clear."""
    values = {value.casefold() for some in facets.values() for value in some}
    columns = {name.casefold() for name in (*facets, *people, *numbers)}
    if columns & {"tempo", "bpm", "album", "artist", "artists", "key"} or len(values & {"jazz", "rock", "folk", "blues", "pop"}) > 2:
        return "music"
    if columns & {"pages", "author", "authors", "isbn", "publisher"}:
        return "books"
    if columns & {"players", "platform", "platforms", "mechanics"}:
        return "games"
    if columns & {"director", "directors"} or len(values & {"comedy", "drama", "horror", "western", "thriller"}) > 2:
        return "films"
    if values & {"spade", "rake", "mower", "spades", "rakes", "mowers", "hammer", "drill"}:
        return "tools"
    return "shop"
