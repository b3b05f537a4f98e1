"""Messages that ask for what is no matter of the catalogue."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from assistant.reading.message import MASK, sentence_end, sentence_start
from assistant.reading.orders import gives_orders

_OTHER = re.compile(
    r"\b(?:weather|forecast|temperature outside|will it rain|is it raining|going to rain)\b|"
    r"\b(?:write|compose|draft|generate|make up|create|give me|tell me|sing)(?: me|"
    r" us)? (?:\w+ ){0,3}(?:poem|poetry|haiku|limerick|essay|email|e-mail|letter|code|script|"
    r"program|function|story|sonnet|speech|cv|resume|joke|riddle|summary of the news|"
    r"bedtime story|cover letter|lyrics|song lyrics|rap about|blog|tweet|regex|sql|python|html|"
    r"javascript|quicksort|tongue twister|fun fact)\b|"
    r"\b(?:translate|translation of)\b|\bhow do you say\b|\b(?:capital|president|prime minister|"
    r"population|king|queen|currency|chancellor|mayor|area) of\b|\b(?:what|how much|whats)(?:'s|"
    r" is)? (?:\d+|\w+) ?(?:[*x×+/÷^-]|times|plus|minus|divided by) ?\d+|^\W*(?:what(?:'s|"
    r" is)) ?\d+ ?[*x×+/÷^-] ?\d+|\bcan you (?:also )?(?:do|wash|clean|cook|drive|feed|walk|iron|"
    r"mow|paint) (?:the|my|our|some)\b|\b(?:square root|cube root|derivative|integral|"
    r"prime number|"
    r"solve (?:this|the|for|x)|equation|percent of \d+|calculate|compute|algebra|calculus|"
    r"pythagor\w*)\b|\bconvert \d+|\b\d+ (?:celsius|fahrenheit|miles|euros|dollars|usd) (?:in|to|"
    r"into)\b|"
    r"\b(?:stock (?:price|market)s?|share price|bitcoin|crypto\w*|exchange rate|interest rate|"
    r"mortgage|invest(?:ing|ment)? (?:in|tips|advice)|lottery|horoscope|zodiac sign|star sign)\b|"
    r"\b(?:news|headlines) (?:today|about|from)|\b(?:the|latest|today's) (?:news|headlines)\b|"
    r"\bwho (?:won|is winning|will win|invented|discovered|is the (?:president|king|queen|pope|"
    r"ceo|prime minister|richest))\b|\b(?:football|soccer|basketball|tennis|cricket|"
    r"premier league) (?:score|result|match|game|fixture)s?\b|\bscore of the\b|\belections?\b|"
    r"\bvote for\b|"
    r"\bwhat time is it\b|\bwhat(?:'s| is) the (?:time|date|day)\b|\bwhat day is\b|"
    r"\bwhat year is it\b|\bset (?:a|an|my) (?:alarm|timer|reminder)\b|\bremind me\b|"
    r"\bcall (?:my|me a|a) \w+\b|\bsend (?:a|an) (?:email|text|message)\b|\b(?:book|reserve|"
    r"order|buy|get)(?: me| us)? (?:a |an |some |the |two |2 )?(?:cheap |"
    r"last-minute )?(?:flights?|hotel(?: room)?|table|taxi|cab|uber|pizza|train tickets?|"
    r"plane tickets?|tickets?|room|sushi|burger|takeaway|takeout|food|groceries|dinner|"
    r"restaurant)\b|\bflights? (?:to|from)\b|\bhotels? in\b|\btrains? to\b|\brestaurants? (?:in|"
    r"near|nearby|around|for)\b|\b(?:good|nice|best|recommend a|recommend some|any|"
    r"find me a) restaurants?\b|\bnear me\b|\bdirections to\b|\bhow (?:far|tall|high|old|big|"
    r"deep|many people|many calories|hot|cold) (?:is|are|away|does|was|live)\b(?! (?:it|that|"
    r"this|the (?:first|second|third|last|one)))|"
    r"\b(?:recipe|recipes) for\b|\bhow (?:do|can|should|to) (?:i |you |we )?(?:cook|bake|boil|"
    r"roast|lose weight|get rid of|fix (?:my|a)|repair my|install|learn|make (?:a |an |"
    r"some )?(?:cake|bread|pasta|pancakes?|coffee|pizza|omelette|tea|lasagne|lasagna|carbonara|"
    r"money)|tie|change a|invest|file my|write|get over|ask|apply|train|stop smoking|"
    r"sleep better|grow|remove|clean)\b|\b(?:headache|fever|toothache|stomach ?ache|symptoms?|"
    r"medicine|medication|ibuprofen|paracetamol|aspirin|antibiotics?|dosage|diagnos\w+|"
    r"my (?:doctor|back hurts|head hurts|knee|tooth)|see a doctor|sore throat|rash|vaccin\w+|"
    r"tetanus|allerg(?:y|ic) (?:to )?(?:pollen|nuts)|pregnan\w+)\b|"
    r"\btimetables?\b|\bbus (?:to|times?|stop)\b|\btrain times?\b|\b(?:lawyer|sue|legal advice|tax(?:e"
    r"s)? (?:return|advice)|divorce papers|visa application|"
    r"landlord)\b|"
    r"\b(?:homework|my essay|meaning of life|does god exist|define the word|what does \w+ mean|"
    r"what is the (?:definition|meaning) of|wikipedia|quantum|photosynthesis|black holes?\?|"
    r"theory of relativity|speed of light|distance (?:to|from|between)|periodic table|"
    r"world war (?:i|ii|1|2|one|two) (?:start|end|begin))\b|\bfix my (?:code|computer|car|laptop|"
    r"phone|bike|sink|printer|wifi)\b|\bdebug\b|\bmy (?:wifi|printer|laptop|computer|internet|"
    r"phone) (?:is|isn't|won't|doesn't|keeps|has)\b|\bplay (?:chess|a game|tic|hangman|"
    r"20 questions)\b|\bdating advice\b|\bask (?:her|him) out\b|\btell (?:me )?(?:a|"
    r"another) (?:joke|story|secret|riddle|fun fact)\b|\bjokes?\W*$|"
    r"房价|股价|油价|天气|下雨|气温|写.{0,5}(?:诗|作文|代码|邮件|文章|程序|小说|情书|简历|信|"
    r"论文|故事|python|"
    r"脚本|报告|总结|周报|检讨|祝福|文案)|翻译|等于(?:多少|几)|几乘|乘以|加上?\d|减去|除以\d|"
    r"\d+ ?[*x×+÷] ?\d+|算一下|平方根|解(?:方程|题)|股票|股市|比特币|汇率|彩票|星座运势|新闻|"
    r"笑话|脑筋急转弯|怎么做(?:菜|饭|蛋糕|红烧|番茄)|菜谱怎么|(?:做|炒|煮|炖)(?:一?[个道]?)(?:菜|"
    r"饭|红烧肉|番茄)|餐厅|饭馆|外卖|订(?:一?[张个间])?(?:票|机票|酒店|火车票|房|餐|桌)|机票|"
    r"酒店|火车票|打车|首都|总统|总理|主席|几点了?|今天(?:星期|几号|周几)|星期几|几号|作业|医生|"
    r"头疼|头痛|发烧|感冒|肚子疼|吃什么药|律师|打官司|世界杯|比赛(?:结果|比分)|比分|谁赢|人口|"
    r"多高的?山|珠穆朗玛|宇宙|相对论|编程|写个?程序|修(?:电脑|手机|车|水管)|减肥|怎么追|"
    r"快递|外卖|查一下.{0,6}(?:航班|订单|余额)|闹钟|怎么去[\u4e00-\u9fff]|人生的意义|唱(?:一)?首|讲个(?:故事|笑话)"
)
# Kinds of goods, by what a catalogue of them holds; those of other catalogues are off topic.
_GOODS: Mapping[str, str] = {
    "films": r"films?|movies?|tv (?:series|shows?)|series|sitcom|电影|电视剧|影片|连续剧|剧集",
    "music": r"songs?|music|albums?|playlists?|bands?|concerts?|tracks to|歌曲?|音乐|专辑|歌单|演唱会",
    "books": r"books?|novels?|audiobooks?|书籍?|小说|图书",
    "games": r"video ?games?|board ?games?|ps5 games?|游戏|桌游",
    "tools": r"lawn ?mowers?|spades?|rakes?|shovels?|garden(?:ing)? tools?|hoses?|wheelbarrows?|secateurs|"
r"割草机|铲子|园艺工具|锄头",
    "phones": r"phones?|smartphones?|laptops?|headphones?|tablets?|tvs?|cameras?|手机|笔记本电脑|电脑|耳机|"
r"相机|平板",
    "clothes": r"shoes|sneakers|trainers|dress(?:es)?|jackets?|jeans|t-?shirts?|coats?|handbags?|鞋子?|衣服|"
r"裙子|外套",
    "food": r"restaurants?|pizza|wines?|beers?|cocktails?|dinner|lunch|recipes?|餐厅|红酒|菜|火锅|奶茶",
    "travel": r"hotels?|flights?|holidays?|vacations?|beach resorts?|酒店|机票|旅馆|景点",
    "cars": r"cars?|motorbikes?|bicycles?|bikes?|汽车|自行车|车子",
    "people": r"dentists?|plumbers?|doctors?|lawyers?|therapists?|girlfriend|boyfriend|医生|律师",
}  # fmt: skip
_WANTS = (
    r"(?:recommend|suggest|find|need|want|looking for|buy|get|show|give|know|any|good|best|after|"
    r"which|what)(?: me| us| to (?:buy|get|find|watch|hear|listen to|read))?(?: (?:a|an|some|any|"
    r"good|nice|new|cheap|the|best|great|decent|of|pair|me|used|second-hand|few|romantic|"
    r"other))* "
)
_WANTS_ZH = (
    r"(?:推荐|想[买看听吃订]|要买|找|来|买|给我|有没有|有什么)(?:我|一?[部首本双台个辆家张款]|点|"
    r"些|几|好[看听吃用]?的?|便宜的?|不错的?)*"
)


def is_off_topic(plain: str, domain: str, own: frozenset[str], asks: bool, said: Sequence[int] = ()) -> bool:
    """Say whether a message wants something that is no matter of the catalogue.

    Args:
        plain: The message, made plain.
        domain: What the catalogue holds; see `domain_of`.
        own: Words of its values.
        asks: Whether values, people or ranges are said; then orders to the assistant count for nothing.
        said: Where values and ranges are said; one in another sentence is a request that counts.
    """
    if gives_orders(plain):
        return not asks
    match = _OTHER.search(plain)
    own_topic = match is not None and _is_own(match.group(), own) and not _is_command(plain, match)
    if match is not None and not own_topic and not _is_theme(plain, match, asks):
        start, end = sentence_start(plain, match.start()), sentence_end(plain, match.end())
        return all(start <= place < end for place in said)
    return not asks and (_wants_other_goods(plain, domain, own) or _asks_of_the_world(plain))


_COMMAND = re.compile(
    r"(?:write|compose|draft|generate|create|translate|calculate|compute|solve|convert|sing)\b|写|翻译"
)
_BEFORE_COMMAND = re.compile(
    r"(?:^|[.!?,;] ?)\W*(?:(?:please|now|ok|hey|and|then|also|just|can you|could you|would you|will "
    r"you|i want you to|"
    r"i need you to)[ ,]+)*$|(?:^|[,.!?])(?:请|帮我|给我|麻烦|你能|能不能|可以)*$"
)


def _is_command(plain: str, match: re.Match[str]) -> bool:
    """Say whether the assistant itself is told to write or reckon something."""
    return bool(_COMMAND.match(match.group()) and _BEFORE_COMMAND.search(plain[: match.start()]))


def _is_own(words: str, own: frozenset[str]) -> bool:
    return any(word in own for word in re.findall(r"\w+", words))


_WORLD = re.compile(
    r"^\W*(?:(?:hey|hi|ok|so|and|please|can you tell me|do you know|tell me),? )*(?:how (?:many|"
    r"much|far|tall|old|big|deep|fast|hot|cold|do you (?:spell|say|make|cook|get)|do (?:birds|"
    r"bees|planes|people|cats|dogs|fish|plants))|who (?:is|was|are|invented|discovered|wrote|"
    r"painted|built|won)|when (?:is|was|did|does|do|will)|where (?:is|are|was|do|does|can i)|"
    r"why (?:is|are|do|does|did) (?:the|a|an|we|people|my|cats|dogs|water|birds|sky|it)|"
    r"what (?:is|are|was|were|does|do|'s) (?:the (?:capital|meaning|weather|time|date|difference|"
    r"population|best way|largest|biggest|longest|highest|tallest|fastest|chemical)|a |an |"
    r"your (?:opinion|view)))\b"
)
_OURS = re.compile(
    rf"{MASK}|\x01|\b(?:films?|movies?|songs?|music|tracks?|artists?|bands?|singers?|albums?|"
    rf"books?|games?|tools?|recommend\w*|suggest\w*|picks?|options?|should i|you got|do you have|"
    rf"these|those|them|it|they|that one|this one|good|first|second|third|last|one|ones|watch|"
    rf"listen|titles?|catalogue|catalog|shop|stock|cheapest|best)\b"
)


def _asks_of_the_world(plain: str) -> bool:
    """Say whether a message asks a question of general knowledge: "how many legs has a spider"."""
    return _WORLD.search(plain) is not None and _OURS.search(plain) is None


def _is_theme(plain: str, match: re.Match[str], asks: bool) -> bool:
    """Say whether the words stand in a wish for an item: "a film about the weather"."""
    before = plain[: match.start()]
    items = (
        r"\b(?:films?|movies?|songs?|tracks?|music|books?|novels?|games?|something|anything|comed\w+|"
        r"dramas?|stor(?:y|ies)|documentar\w+|thrillers?|courses?|class(?:es)?|lessons?|workshops?|articles?|"
        r"pieces?|reports?|reads?|guides?|videos?|podcasts?|recipes?|trips?|tours?|stuff|ones?)\b[^.?!]*\b"
        r"(?:about|for|where|with|in|that|on|set|like|to|of)\b|关于|讲|适合|有关"
    )
    if re.search(items, before):
        return True
    return bool(
        re.search(
            r"(?:天气|下雨|医生|律师|作业).{0,10}(?:听|看|的(?:电影|歌|片|音乐|曲))|(?:听|"
            r"看).{0,4}(?:的歌|的电影|音乐)",
            plain,
        )
    ) or (asks and bool(re.search(r"\bweather\b|天气|下雨", match.group())))


def _wants_other_goods(plain: str, domain: str, own: frozenset[str]) -> bool:
    for kind, words in _GOODS.items():
        if kind == domain:
            continue
        match = re.search(
            rf"\b{_WANTS}(?:\w+ ){{0,2}}?(?P<a>{words})(?!\w)(?! (?:about|for|with|like|that))|"
            rf"{_WANTS_ZH}[\u4e00-\u9fff]{{0,4}}?(?P<b>{words})(?![\u4e00-\u9fff]{{0,6}}(?:课|书|菜|文章|片|歌|电影|视频|新闻|报道)|的)",
            plain,
        )
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
