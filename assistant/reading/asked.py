"""For whom the picks are, and how many are asked for."""

from __future__ import annotations

import re

from assistant.intents import Audience
from assistant.reading.numerals import NUMBER, value_of
from assistant.reading.polarity import stance_at

MAX_PICKS = 20
MOST = 1000  # a greater number counts nothing
KID_AGE, TEEN_AGE = 13, 18  # first ages that are no longer kids', no longer teens'

_AGE = re.compile(
    rf"(?<![\w.])(?P<age>{NUMBER})(?:\s*(?:-|to|and|or|到|至|"
    rf"和)\s*(?P<age2>{NUMBER}))?[- ]?(?:year|yr)s?[- ]?olds?\b|"
    rf"\b(?:aged?|ages) (?P<aged>{NUMBER})|\b(?:who|she|he|they)(?:'?s|'re| is| are) (?:only |just "
    rf"|nearly )?(?P<who>{NUMBER})(?! (?:films?|"
    rf"kg|euro))|\b(?P<turn>{NUMBER})[- ]?y\.?o\b|"
    rf"\b(?:son|daughter|kid|child|nephew|niece|boy|girl|brother|sister|cousin|grandson|granddaughter)"
    rf"(?:'s| is)?,? ?\(?(?P<kin>\d{{1,2}})\)?(?=\W| and)|"
    rf"(?P<zh>{NUMBER})岁|\bturn(?:s|ing) (?P<turns>{NUMBER})\b"
)
_OF_ITEMS = re.compile(r"^ ?(?:films?|movies?|songs?|whisk|wine|model|warranty)")
_KIDS = re.compile(
    r"(?<![\w'])(?:(?:my|our|the|his|her|their|with|for|little|small|young|young(?:er)?|suit(?:s|"
    r"able|ed)? (?:for|to)|of) )*(?:"
    r"(?:kids?|kiddos?|children|toddlers?|preschoolers?|pre-schoolers?|little ones|youngsters?|"
    r"tots?|bab(?:y|ies)|school ?kids|infants?)(?![\w])|"
    r"(?:child|(?:little|small|young|younger|baby) (?:son|daughter|brother|sister|boy|girl|"
    r"nephew|niece|cousin|grandson|granddaughter|child|one)s?)(?![\w])|"
    r"grand(?:kids|children|child)|kid[- ]friendly|child[- ]friendly|kid[- ]safe|kids'|"
    r"children's|first[- ]graders?|kindergart\w+)|"
    r"小孩子?|孩子们?|小朋友们?|儿童|宝宝|娃娃?|小学生|幼儿|小盆友|小女儿|小儿子|少儿|孙子|孙女|小侄|小外甥"
)
_FAMILY = re.compile(
    r"(?<![\w'])(?:(?:the |my |our )?(?:whole|entire) family|family[- ](?:friendly|night|"
    r"movie night|film night|evening|viewing|time|film|films|movie|movies|fun|watch)|(?:with|"
    r"for) (?:the|my|our) (?:whole |entire )?family|"
    r"all (?:the family|ages)|everyone in the family|family together|for families|"
    r"a family (?:\w+ )?(?:film|movie|song|outing|game|comedy|adventure|drama)s?|"
    r"grandma to the kids|young and old|parents and (?:the )?(?:kids|children)|kids and (?:the )?(?:pa"
    r"rents|grandparents|adults))(?![\w])|"
    r"全家人?(?!抢|都(?:爱|喜欢|很|说|觉得)|爱|喜欢|一致)|一家人?(?=.{0,4}[看听用玩])|一家[老大三四五]|合家欢?|家庭(?:电影|片|观影|聚会)|"
    r"(?:爸妈|父母|老人|老婆)(?:和|跟|与|带)(?:小?孩子?|娃)|家里人|老少皆宜|跟家人|和家人|陪家人|与家人"
)
_TEENS = re.compile(
    r"(?<![\w'])(?:teen(?:ager|age)?s?|teenaged?|adolescents?|high ?schoolers?|tweens?|"
    r"young adults)(?![\w'-])|青少年|中学生|初中生|高中生|十几岁"
)
_ADULTS = re.compile(
    r"(?<![\w'])(?:(?:for|only|just|us|strictly) (?:us )?(?:adults?|grown[- ]?ups?)(?: only)?|"
    r"adults?[- ]only|adults? (?:film|films|movie|movies|audience|night|only|viewers?)|"
    r"grown[- ]?ups?(?: only| night)?|without the kids|no kids (?:around|present|in the room|"
    r"with us)|kids (?:are )?(?:asleep|in bed|away)|over 18s?|18\+)(?![\w])|"
    r"成年人|大人看|成人(?!礼|教育)|给大人|孩子(?:不在|睡了|们睡了)"
)
_BY_OTHER_NAME = re.compile(
    r"\b(?:kids?|children|toddlers?|teens?|family) (?:are |is |is also |were |was )?(?:screaming|yelli"
    r"ng|crying|loved?|likes?|hated?|"
    r"adored?|gave|recommended|told|drive|driving)\b|(?:孩子|儿子|女儿|小孩)(?:很|都|也|超)?(?:喜欢|爱看|讨厌|看过)|"
    r"\bkids? in\b|\bkidding\b|\bkid cudi\b|\bsince i was (?:a )?(?:kid|child)\b|\b(?:as|"
    r"when i was) a (?:kid|child)\b|\babout (?:a |the |some )?(?:kids?|child(?:ren)?|teens?|"
    r"teenagers?|famil(?:y|ies))\b|孩子气|关于孩子|小时候"
)
_NOT_FOR = re.compile(
    r"(?:\bnot|n't|\bno longer|\bnever)(?: (?:be|really|meant|just|only|suitable|made))* (?:for|"
    r"with)(?: the| my| our)? *$|不是给|不适合|不给|别给|不是为"
)


def read_audience(plain: str) -> Audience | None:
    """Read for whom the picks are; None where nothing says so."""
    plain = _BY_OTHER_NAME.sub(lambda m: " " * len(m.group()), plain)
    adults = _ADULTS.search(plain)
    family = _FAMILY.search(plain)
    if adults and not family:
        return "adults"
    if (age := _age(plain)) is not None:
        return age
    for audience, pattern in (("family", _FAMILY), ("teens", _TEENS), ("kids", _KIDS)):
        for match in pattern.finditer(plain):
            if not _NOT_FOR.search(plain[: match.start()]) and stance_at(
                plain, match.start(), match.end()
            ) not in ("unwant", "allow", "open"):
                return audience  # type: ignore[return-value]
    return None


def says_audience(plain: str, audience: str) -> bool:
    """Say whether words for an audience stand in a plain message, whatever is said of them."""
    words = {"kids": _KIDS, "family": _FAMILY, "teens": _TEENS, "adults": _ADULTS}
    return (audience in words and words[audience].search(plain) is not None) or _age(plain) == audience


def ages_in(plain: str) -> list[tuple[int, int]]:
    """Return where ages of people stand."""
    return [match.span() for match in _AGE.finditer(plain) if not _OF_ITEMS.match(plain[match.end() :])]


def _age(plain: str) -> Audience | None:
    for match in _AGE.finditer(plain):
        said = next(
            (match[g] for g in ("age", "aged", "who", "kin", "turn", "zh", "turns") if match[g]), None
        )
        years = value_of(said) if said else None
        if years is None or _OF_ITEMS.match(plain[match.end() :]) or years > 99:
            continue
        if match["who"] and not re.search(
            r"\b(?:son|daughter|kid|child|nephew|niece|boy|girl|brother|sister|mum|mom|dad|wife|"
            r"husband)\b",
            plain,
        ):
            continue
        return "kids" if years < KID_AGE else "teens" if years < TEEN_AGE else "adults"
    return None


_MEASURE = (
    r"(?:个|盆|株|棵|束|部|首|款|瓶|碗|盘|盒|袋|本|把|件|台|张|条|双|只|支|项|种|副|位|片|辆|根|套|曲|家|门|篇|节|道|期|趟|场|"
    r"间|份|堂|则|档)"
)
_THING = (
    r"(?:films?|movies?|titles?|picks?|recommendations?|suggestions?|options?|things?|ideas?|"
    r"choices?|examples?|"
    r"songs?|tracks?|tunes?|pieces?|artists?|albums?|books?|novels?|games?|products?|articles?|"
    r"tools?|items?|ones|flicks?|results?|names?|models?|numbers?|alternatives?|possibilities|"
    r"candidates?|essentials|must-sees|classics|gems|hits|bangers|pairs|sets|copies|selections|"
    r"proposals)"
)
_GIVE = (
    r"(?:give(?: me| us)?|show(?: me| us)?|recommend(?: me| us)?|suggest(?: me| us)?|pick(?: me|"
    r" out)?|name(?: me)?|list|find(?: me| us)?|get me|need|want|i'd like|top|best|just|only|"
    r"exactly|maybe|make that|make them|send me|tell me|throw me|how about|say|another|make it|"
    r"at least|up to|least)"
)
_NUM = (
    r"(?P<n>(?<![\w.])\d{1,3}(?![\d.:%])|(?<!\w)(?:one|two|three|four|five|six|seven|eight|nine|"
    r"ten|eleven|twelve|fifteen|twenty|half a dozen|a dozen|dozen|a couple(?: of)?|"
    r"couple(?: of)?|a pair of(?! (?:shears|gloves|scissors|clippers|secateurs|shoes|boots|"
    r"headphones|trousers|jeans|pliers|glasses)))(?!\w))"
)
_UNITLESS = (
    r"(?!\s*(?:%|euros?|€|dollars?|bucks|quid|pounds?|kg|kilos?|g\b|minutes?|mins?|hours?|hrs?|"
    r"seconds?|secs?|years?|yrs?|bpm|pages?|stars?|o'clock|cm|mm|m\b|inch|litres?|watts?|"
    r"[- ]year|st\b|nd\b|rd\b|th\b|of (?:the|these|those|them|my)\b(?! (?:best|top|most|"
    r"greatest))))"
)
_COUNTED = re.compile(
    rf"{_NUM}(?: of)?{_UNITLESS}(?:[ -](?!of\b|for\b|and\b|or\b|with\b|from\b|to\b|in\b|"
    rf"that\b)[\w'-]+){{0,4}}? {_THING}\b"
)
_ASKED = re.compile(
    rf"\b{_GIVE}(?: the)?(?: top| best)? {_NUM}{_UNITLESS}(?! (?:or|and) (?:two|three|\d)|"
    rf"-)(?![-:])"
)
_MORE = re.compile(
    rf"{_NUM}{_UNITLESS} (?:more|other|others|different|please|will do|is enough|is plenty|"
    rf"would do|max|tops)\b(?! than)"
)
_OF_THEM = re.compile(
    rf"(?:^|[,.;:-] ?|\b(?:give me|show me|just|only|about|maybe|say) ){_NUM} (?:of (?:them|"
    rf"those|these)|please|would be (?:nice|great|good|enough)|is fine|are enough)\b"
)
_ALONE = re.compile(
    rf"\W*(?:and |ok |just |only |maybe |please )*{_NUM}(?: please| is enough| will do| only|"
    rf" would be enough)?\W*"
)
_KINDS_COUNTED = re.compile(
    rf"(?:^|[,.!?:] ?|\b(?:for|me|us|and) ){_NUM}{_UNITLESS} (?:[\w'-]+ ){{0,3}}?(?P<kind>{{}})"
)
_ZH = re.compile(
    rf"(?P<verb>(?:再|多|就|只|仅)?(?:推荐|来|给我?|要|找|列|选|挑|说|看|听|介绍|想要|想看|想听|"
    rf"换|需要|有没有|买)(?:我|点|出|个|一下|看|听)?)?(?:大概|差不多|至少|"
    rf"最多)?(?P<n>{NUMBER})(?P<n2>[两三四五六七八九])?{_MEASURE}"
)


def read_count(plain: str, kinds: frozenset[str] = frozenset()) -> int | None:
    """Read how many picks are asked for, at most 20; None where no number is said.

    Args:
        plain: The message, made plain, titles and other numbers covered.
        kinds: Words for kinds of items ("comedies", "spades"), plural.
    """
    if re.search(
        r"\b(?:just|only) (?:the )?one(?: (?:film|movie|song|pick|please|tool|suggestion|"
        r"recommendation|good|thing)\w*)?[^\w?]*(?:$|[,.!])",
        plain,
    ) and not re.search(r"not (?:just|only) one|the only one", plain):
        return 1
    for pattern in (_COUNTED, _ASKED, _MORE, _OF_THEM):
        for match in pattern.finditer(plain):
            number = _number(match["n"])
            rest = plain[match.start() :]
            if (
                number is None
                or not 1 <= number <= (MAX_PICKS if pattern is _ASKED else MOST)
                or re.match(r"one of|one (?:more time|day|another|that|where|which|with)", rest)
            ):
                continue
            if match["n"] == "one" and re.search(
                r"\b(?:the|that|this|first|second|third|last|another|which|no|any|every|each|good|other) $",
                plain[: match.start()],
            ):
                continue
            if (
                match["n"] == "one"
                and pattern is _ASKED
                and re.search(
                    r"\b(?:another|want|need|best|top|least|i'd like) (?:the )?$", plain[: match.start("n")]
                )
            ):
                continue
            return min(number, MAX_PICKS)
    alone = _ALONE.fullmatch(plain)
    if alone and alone["n"] not in ("one",) and (number := _number(alone["n"])):
        return min(number, MAX_PICKS) if number >= 1 else None
    return _counted_kind(plain, kinds) or _chinese_count(plain)


def _number(text: str) -> int | None:
    text = text.replace("couple of", "couple")
    if "couple" in text or "pair" in text:
        return 2
    value = value_of("a dozen" if text == "dozen" else text)
    return None if value is None or value != int(value) else int(value)


def _counted_kind(plain: str, kinds: frozenset[str]) -> int | None:
    for match in re.finditer(
        rf"{_NUM}{_UNITLESS} (?:(?!of\b|for\b|and\b|or\b|with\b|"
        rf"from\b)[\w'-]+ ){{0,3}}?(?P<kind>[a-z][\w-]+s)\b",
        plain,
    ):
        number = _number(match["n"])
        if match["kind"] in kinds and number and number > 1:
            return min(number, MAX_PICKS)
    return None


def _chinese_count(plain: str) -> int | None:
    for match in _ZH.finditer(plain):
        before = plain[max(0, match.start() - 1) : match.start()]
        value = value_of(match["n"])
        if (
            value is None
            or value < 1
            or value != int(value)
            or before in ("第", "前", "这", "那", "每", "后", "上", "下", "几", "哪", "头")
        ):
            continue
        if (
            match["n2"]
            or plain.startswith(("人", "家人"), match.end())
            or plain[match.end() - 1 : match.end() + 1] == "个人"
        ):
            continue
        verb = match["verb"] or ""
        if value == 1 and not (
            re.match(r"就|只|仅", verb)
            or re.match(r".{0,3}(?:就够|就行|就好|就可以|足够)", plain[match.end() :])
            or re.search(r"(?:就|只|仅)(?:要|需要|推荐|来|给我|看|想要)?$", plain[: match.start("n")])
        ):
            continue
        if "换" in verb and value == 1:
            continue
        return min(int(value), MAX_PICKS)
    return None
