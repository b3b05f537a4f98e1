"""Years and decades in a message, with the words that bound them."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from assistant.reading.numerals import HAN_DIGITS
from assistant.reading.polarity import stance_at

DECADES = {
    "twenties": 1920, "thirties": 1930, "forties": 1940, "fifties": 1950, "sixties": 1960,
    "seventies": 1970, "eighties": 1980, "nineties": 1990, "noughties": 2000, "aughts": 2000,
    "naughties": 2000,
}  # fmt: skip
AROUND = 2  # years each way
_YEAR = (
    r"(?<!\d[.,])(?<![\d/:€$£])(?:1[89]|20)\d\d(?![\d/]|[.,]\d|'?s\b| ?(?:euros?|dollars?|eur|"
    r"usd|kg|km|min|pages|bpm|块|元))年?|(?:[一二][零〇九八][零〇一二三四五六七八九]{2})年|"
    r"(?<!\d)[5-9]\d年(?!代)"
)
_HAN_TEN = r"[二三四五六七八九]十|[二三四五六七八九〇零]〇|[2-9〇0]0"
_DECADE = (
    rf"(?<![\d零〇一二三四五六七八九十])[5-9五六七八九]0?几年|(?:\b(?:los|años|anos|années|annees|der|die|"
    rf"den) (?:19)?\d0(?!\d)|(?<!\w)(?:19)?\d0er(?:n|[- ]?jahren?)?(?!\w)|(?<![\d.])(?:18|19|20)\d0'?s|"
    rf"(?<![\w.])'?\d0'?s)(?!\w)|(?<!\w)(?:{'|'.join(DECADES)})(?!\w)|"
    rf"[二三四五六七八][三四五六七八九]十年代|(?:(?:上个?世纪|二十世纪|20世纪|19)?(?:{_HAN_TEN})|"
    rf"(?:20[0-2]0|二零[零一二]零))年代"
)
_PART = r"(?:(?:early|late|mid|middle|the end of the|the start of the|the beginning of the)[- ](?:the )?)"
_PART_ZH = r"(?:初期?|早期|前期|中期?|末期?|后期|晚期)"
POINT = re.compile(rf"(?P<part>{_PART})?(?:(?P<decade>{_DECADE})(?P<part_zh>{_PART_ZH})?|(?P<year>{_YEAR}))")
_TO = re.compile(r"\s*(?:-|~|to|and|until|till|through|up to|thru|到|至|和)\s*(?:the )?")
_NOW = re.compile(
    r"\s*(?:-|to|until|till|through|up to|到|至)\s*(?:today|now|the present|present|date|"
    r"this year|现在|今天|今年|如今)"
)
_GAP = r"(?: (?:the|year|years|about|around|of|in))*\s*$"
_NEGATED = (
    r"(?:\bneither|\bno|\bnot|\bnothing|\bnever|n't|\bnone|\bwithout)(?: (?:anything|be|is|was|made|want|"
    r"films?|movies?|songs?|stuff|released|from|any|one|ones|it|come|from|can|take|stand|us|me|of|seriously|anything|older|we))*\s*$"
)
_BEFORE = re.compile(
    rf"(?:\bbefore|\bolder than|\bearlier than|\bprior to|\bpre-?|\bpreceding|早于|老于){_GAP}"
)
_UNTIL = re.compile(rf"(?:\buntil|\btill|\bup to|\bup until|\bthrough|\bby|截至|截止到?){_GAP}")
_AFTER = re.compile(
    rf"(?:\bafter|\bnewer than|\blater than|\bmore recent than|\byounger than|\bpast|\bpost-?|"
    rf"\bfollowing|晚于|新于){_GAP}"
)
_SINCE = re.compile(
    rf"(?:\bsince|\bstarting(?: in| from)?|\bno earlier than|\bfrom at least|\bat the earliest|"
    rf"自|自从|从){_GAP}"
)
_NEAR = re.compile(
    rf"(?:\baround|\babout|\bcirca|\bca\.?|\bc\.|\broughly|\bapproximately|~|\bsomewhere (?:in|"
    rf"around)|大概|大约|差不多){_GAP}"
)
_OR_LATER = re.compile(
    r"\s*(?:(?:or|and|&) (?:later|newer|after|more recent|above|up|since|onwards?|beyond)|"
    r"onwards?|on\b(?! the)|\+|以来|(?:以|之)?后(?!期)|起|开始|往后|及(?:以|之)后|或更?(?:新|晚))"
)
_OR_EARLIER = re.compile(
    r"\s*(?:(?:or|and) (?:earlier|older|before|below|prior)|at the latest|(?:以|之)?前(?!期)|"
    r"往前|或更?早|及(?:以|之)前)"
)
_NEAR_AFTER = re.compile(r"\s*(?:左右|前后|上下|or so|or thereabouts|-?ish\b)")
_SAYS_YEAR = re.compile(
    r"(?:\b(?:in|of|year|from|the|a|an|made|released|back in|dated|around|only|like|want|circa|"
    r"not|no|nothing|or|and|with|love|either|,|until|till)|\(|[是在要看听找到的和、,])\s*$"
)
_THING_AFTER = re.compile(
    r"\s*(?:\)|films?|movies?|songs?|music|releases?|tracks?|albums?|books?|ones?|vintage|"
    r"models?|comed|drama|thriller|horror|jazz|rock|的|出|上映|拍|发|那|版|电影|年)"
)


_THIS_CENTURY = re.compile(
    r"\b(?:from |in |of )?(?:this|the 21st|the twenty-first) century\b|(?:二十一|21|本|"
    r"这个?)世纪(?:的|以来)?"
)
_LAST_CENTURY = re.compile(
    r"\b(?:from |in |of )?(?:last|the 20th|the twentieth) century\b|上个?世纪(?!\d|"
    r"[二三四五六七八九])"
)
_THIS_DECADE = re.compile(r"\b(?:from |in |of )?(?:this|the current) decade\b|这个?十年")


class Stretch(NamedTuple):
    """Hold a stretch of years.

    Attributes:
        start: Where its words begin, bound words included.
        end: Where they end.
        low: First year, None where open.
        high: Last year, None where open.
        ruled_out: Whether it is what no pick may be.
        bounded: Whether words bound it ("before 1990").
        taken_back: Whether it is "fine" or "need not be": no bound at all.
        fine: The years that are fine besides what stands ("80s works too").
    """

    start: int
    end: int
    low: int | None
    high: int | None
    ruled_out: bool = False
    bounded: bool = False
    taken_back: bool = False
    fine: tuple[int, int] | None = None


class _Point(NamedTuple):
    start: int
    end: int
    low: int
    high: int
    decade: bool


def read_years(plain: str) -> list[Stretch]:
    """Return the stretches of years that a message speaks of, in order."""
    return sorted([*_read_points(plain), *_this_decade(plain)])


def _this_decade(plain: str) -> list[Stretch]:
    """Read "this decade", "the 21st century"."""
    low = date.today().year // 10 * 10
    found = [Stretch(m.start(), m.end(), low, low + 9) for m in _THIS_DECADE.finditer(plain)]
    found += [Stretch(m.start(), m.end(), 2000, None, bounded=True) for m in _THIS_CENTURY.finditer(plain)]
    return found + [Stretch(m.start(), m.end(), 1900, 1999) for m in _LAST_CENTURY.finditer(plain)]


def _read_points(plain: str) -> list[Stretch]:
    points = [_point(match) for match in POINT.finditer(plain)]
    found: list[Stretch] = []
    at = 0
    while at < len(points):
        point, step = points[at], 1
        if at + 1 < len(points) and (pair := _pair(plain, point, points[at + 1])):
            step = 2
            found.append(pair)
        elif alone := _bounded(plain, point) or _plain(plain, point):
            found.append(alone)
        at += step
    return found


def _point(match: re.Match[str]) -> _Point:
    if match["decade"]:
        low = _decade_start(match["decade"])
        if pair := re.fullmatch(r"([二三四五六七八])([三四五六七八九])十年代", match["decade"]):
            return _Point(
                match.start(),
                match.end(),
                1900 + 10 * HAN_DIGITS[pair[1]],
                1909 + 10 * HAN_DIGITS[pair[2]],
                True,
            )
        part = f"{match['part'] or ''}{match['part_zh'] or ''}"
        first, last = 0, 9
        if re.search(r"early|start|begin|初|早|前", part):
            last = 4
        elif re.search(r"mid|中", part):
            first, last = 3, 7
        elif re.search(r"late|end|末|后|晚", part):
            first = 5
        return _Point(match.start(), match.end(), low + first, low + last, True)
    year = _year_of(match["year"])
    return _Point(match.start("year"), match.end(), year, year, False)


def _decade_start(text: str) -> int:
    if text in DECADES:
        return DECADES[text]
    if text.endswith("几年"):
        text = text[0] + "0"
    digits = _in_digits(text.replace("世纪", ""))
    if "世纪" in text and len(digits) > 2:
        digits = digits[2:]
    if len(digits) == 4:
        return int(digits)
    return int(digits) + (2000 if int(digits) < 30 else 1900)


def _in_digits(text: str) -> str:
    text = text.replace("二十世纪", "").replace("20世纪", "").replace("十", "0")
    return "".join(
        str(HAN_DIGITS[c]) if c in HAN_DIGITS else c for c in text if c.isdigit() or c in HAN_DIGITS
    )


def _year_of(text: str) -> int:
    digits = int(_in_digits(text))
    return digits if digits > 99 else 1900 + digits


def _pair(plain: str, first: _Point, second: _Point) -> Stretch | None:
    """Read "between 1980 and 1990", "1980-1990", "from the 70s to the 80s"."""
    gap = plain[first.end : second.start]
    match = _TO.fullmatch(gap)
    before = plain[max(0, first.start - 16) : first.start]
    if match is None or (
        gap.strip().split(" ")[0] in ("and", "和") and not re.search(r"between (?:the )?$|在$", before)
    ):
        return None
    lead = re.search(r"(?:\bbetween|\bfrom|从|在)(?: the| years?)*\s*$", before)
    start = first.start - (len(before) - lead.start() if lead else 0)
    low, high = min(first.low, second.low), max(first.high, second.high)
    return Stretch(start, second.end, low, high, stance_at(plain, start, second.end) in ("unwant", "less"))


def _bounded(plain: str, point: _Point) -> Stretch | None:
    """Read a year or a decade beside a word that bounds it."""
    before, end = plain[max(0, point.start - 48) : point.start], point.end
    if match := _NOW.match(plain, end):
        return Stretch(point.start, match.end(), point.low, None, bounded=True)
    if not point.decade and (match := _NEAR_AFTER.match(plain, end)):
        return Stretch(point.start, match.end(), point.low - AROUND, point.high + AROUND, bounded=True)
    if (match := _OR_EARLIER.match(plain, end)) and stance_at(plain, point.start, match.end()) == "unwant":
        chinese = re.search(r"前", match.group()) is not None and "及" not in match.group()
        return Stretch(point.start, match.end(), point.low if chinese else point.high + 1, None, bounded=True)
    if (match := _OR_LATER.match(plain, end)) and stance_at(plain, point.start, match.end()) == "unwant":
        return Stretch(point.start, match.end(), None, point.low - 1, bounded=True)
    if match := _OR_LATER.match(plain, end):
        after = 1 if match.group().strip() == "之后" else 0
        return Stretch(_from(plain, point), match.end(), point.low + after, None, bounded=True)
    if match := _OR_EARLIER.match(plain, end):
        chinese = re.search(r"前", match.group()) is not None and "及" not in match.group()
        return Stretch(
            _from(plain, point), match.end(), None, point.low - 1 if chinese else point.high, bounded=True
        )
    return _after_bound_word(before, point)


def _from(plain: str, point: _Point) -> int:
    """Return where "from 1990 on" begins."""
    match = re.search(r"(?:\bfrom|\bsince|从|自)(?: the)?\s*$", plain[: point.start])
    return match.start() if match else point.start


def _after_bound_word(before: str, point: _Point) -> Stretch | None:
    for pattern, whole, lower in (
        (_BEFORE, False, False),
        (_UNTIL, True, False),
        (_AFTER, False, True),
        (_SINCE, True, True),
    ):
        match = pattern.search(before)
        if match is None or (pattern is _SINCE and match.group().strip() == "从"):
            continue
        negated = re.search(_NEGATED, before[: match.start()])
        if negated:  # "not before 1990" allows 1990
            lower, whole = not lower, True
        start = point.start - (len(before) - (negated or match).start())
        if lower:
            return Stretch(start, point.end, point.low if whole else point.high + 1, None, bounded=True)
        return Stretch(start, point.end, None, point.high if whole else point.low - 1, bounded=True)
    near = _NEAR.search(before)
    if near is not None:
        spread = 0 if point.decade else AROUND
        start = point.start - (len(before) - near.start())
        return Stretch(start, point.end, point.low - spread, point.high + spread, bounded=True)
    return None


def _plain(plain: str, point: _Point) -> Stretch | None:
    """Read a year or a decade that no word bounds; a bare number must look like a year."""
    stance = stance_at(plain, point.start, point.end)
    if stance in ("open", "allow"):
        fine = (point.low, point.high) if stance == "allow" else None
        return Stretch(point.start, point.end, None, None, taken_back=stance == "allow", fine=fine)
    before = plain[: point.start]
    alone = not re.search(r"\w", before) and re.match(r"[\s?.!]*$", plain[point.end :])
    han = plain[point.end - 1] == "年"
    if not point.decade and not (
        alone or han or _SAYS_YEAR.search(before) or _THING_AFTER.match(plain, point.end)
    ):
        return None
    lead = re.search(
        r"(?:\b(?:in|of|from|made in|released in|back in|during)(?: the)?(?: year)?|\bthe)\s*$", before
    )
    start = lead.start() if lead else point.start
    return Stretch(start, point.end, point.low, point.high, ruled_out=stance in ("unwant", "less"))
