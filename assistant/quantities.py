"""Numbers with or without units, and the bounds that the words around them set on a numeric column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from assistant import lexicon, units
from assistant.intents import Range
from assistant.message import overlaps, sentence_end
from assistant.numerals import NUMBER, value_of
from assistant.numeric import YEAR, ColumnWords
from assistant.polarity import stance_at
from assistant.units import MONEY, Unit, unit_of

NEAR_SHARE = 0.1  # "about 30" is 27 to 33
_CURRENCY = r"[€$£¥]"
_LOW, _HIGH = "low", "high"  # which bound a word sets
_NEGATED = re.compile(
    r"(?:\bno|\bnot|\bnothing|\bnever|n't|\bnone|\bwithout|\bcannot)(?: (?!but\b|just\b|only\b|and\b)[\w']+){0,4}\s*$|(?:不要?|别|不能|不想|不可以|不会|没有?)$"
)
_THAN = (
    (_HIGH, r"less|fewer|lower|cheaper|lighter|shorter|smaller|slower|quicker|younger|thinner|quieter|easier"),
    (_LOW, r"more|greater|higher|bigger|larger|longer|heavier|faster|pricier|dearer|older|thicker|louder|better|stronger"),
)
_UPPER = (
    rf"(?:\bunder|\bbelow|\bbeneath|(?:{_THAN[0][1]}|less expensive|less) (?:than|then)|<=?|≤|\binside|低于|少于|小于|轻于|短于|便宜于|慢于)"
)
_LOWER = rf"(?:\bover|\babove|\bbeyond|\bexceed(?:s|ing)?|\bpast|(?:{_THAN[1][1]}|more expensive) (?:than|then)|>=?|≥|\bnorth of|超过|高于|多于|大于|重于|长于|快于|超)"
_MOST = (
    r"(?:\bat most|\bup to|\bmax(?:imum)?\.?(?: of| is)?|\bwithin|\bno more than|\blimit(?: of| is)?|\bcap(?:ped)? (?:of|at)|\ba ceiling of|\bas much as|\bkeep it (?:to|at)|"
    r"最多|至多|不到|最高|上限是?|控制在|别超|封顶)"
)
_SPEND = (
    r"(?:\bspend(?:ing)?|\bafford|\bpay|\bbudget(?:'s| is| of|:)*|\b(?:only|just) (?:have|got)|\bi(?: have|'ve got)|预算(?:是|在|为|只有|就|有|,)*|只有|只出|手头有?)"
)
_LEAST = (
    r"(?:\bat least|\bat the least|\bmin(?:imum)?\.?(?: of| is)?|\bno less than|\bstarting (?:at|from)|\bupwards? of|\bnot less than|\bas from|"
    r"至少|最少|起码|最低|最起码)"
)
_ABOUT = r"(?:\babout|\baround|\broughly|\bapproximately|\bapprox\.?|\bcirca|\bca\.?|~|\bclose to|\bin the region of|\bsomewhere (?:around|near)|\bnearly|\balmost|\bsomething like|大概|大约|差不多|约|接近|将近)"
_FILL = r"(?:\s*(?:a|an|the|about|around|of|just|say|only|是|在|是在|[:：]))*\s*$"
_BEFORE = tuple(
    (side, flips, re.compile(rf"{words}{_FILL}"))
    for side, flips, words in (
        (_HIGH, False, _MOST), (_LOW, False, _LEAST), (_HIGH, True, _UPPER), (_LOW, True, _LOWER), ("about", False, _ABOUT),
        (_HIGH, False, _SPEND),
    )
)  # fmt: skip
_AFTER = tuple(
    (side, re.compile(rf"\s*{words}"))
    for side, words in (
        (_HIGH, rf"(?:(?:or|and|&) (?:less|under|below|lower|down|{_THAN[0][1]})|(?:at )?max(?:imum)?\b|tops\b|at (?:the )?(?:very )?most|and no more|or nothing over|limit\b|以下|以内|之内|以里|内(?!容)|封顶|打住|往下|之下|budget)"),
        (_LOW, rf"(?:(?:or|and|&) (?:more|above|over|up|upwards?|{_THAN[1][1]})|\+|plus\b|upwards?\b|(?:at )?min(?:imum)?\b|at (?:the )?(?:very )?least|以上|之上|起步?|往上|开外)"),
        ("about", r"(?:or so|or thereabouts|give or take|-?ish\b|左右|上下|前后|的样子)"),
    )
)  # fmt: skip
_TO = re.compile(r"\s*(?:-|~|to|and|until|or|till|到|至|和)\s*")
_BETWEEN = re.compile(r"(?:\bbetween|\bfrom|\banywhere from|\bin the range(?: of)?|从|在|介于)\s*$")
_CLOCK = r"\d{1,3}:[0-5]\d"


class Quantity(NamedTuple):
    """Hold a number of a message: its value, its unit where one is said, where it stands, whether it is "-ish"."""

    start: int
    end: int
    value: float
    unit: Unit | None
    word: str
    about: bool = False


class Bound(NamedTuple):
    """Hold what a message says of one numeric column.

    Attributes:
        start: Where the words begin.
        end: Where they end.
        column: Name of the column.
        range: Lowest and highest value in the unit of the column, None where open.
        ruled_out: Whether picks must lie outside.
    """

    start: int
    end: int
    column: str
    range: Range
    ruled_out: bool = False


@cache
def _pattern() -> re.Pattern[str]:
    unit = units.pattern()
    return re.compile(
        rf"(?P<cur>{_CURRENCY}\s?)?(?:(?P<clock>{_CLOCK})|(?P<num>{NUMBER}))(?P<ish>-?ish\b)?(?:[ -]?(?P<unit>{unit}))?(?P<half>半)?"
    )


def find_quantities(plain: str) -> list[Quantity]:
    """Return the numbers of a message with their units; numbers inside words are left out."""
    found = []
    for match in _pattern().finditer(plain):
        word = (match["unit"] or (match["cur"] or "").strip()).strip()
        if match["clock"]:
            minutes, seconds = match["clock"].split(":")
            found.append(Quantity(*match.span(), int(minutes) * 60 + int(seconds), Unit("time", 1.0), "s"))
            continue
        value = value_of(match["num"])
        if match["num"] in ("一", "半") and not match["unit"]:
            continue
        glued = match.end("num") < len(plain) and not match["unit"] and re.match(r"(?!ish\b)[a-z']", plain[match.end("num") :])
        if value is not None and not glued:
            value += 0.5 if match["half"] else 0
            found.append(Quantity(*match.span(), value, unit_of(word) if word else None, word, bool(match["ish"])))
    return found


def read_bounds(
    plain: str,
    columns: Sequence[ColumnWords],
    taken: Sequence[tuple[int, int]] = (),
    wished: frozenset[str] = frozenset(),
) -> list[Bound]:
    """Return the bounds on numeric columns other than the year, in order.

    Args:
        plain: The message, made plain.
        columns: The numeric columns.
        taken: Stretches that were read as something else.
        wished: Columns that adjectives of the message speak of: "faster, above 120".
    """
    usable = [c for c in columns if c.kind != YEAR]
    spoken = [c for c in usable if c.name in wished]
    numbers = [q for q in find_quantities(plain) if not overlaps((q.start, q.end), taken)]
    found: list[Bound] = []
    at = 0
    while usable and at < len(numbers):
        first, step = numbers[at], 1
        second = numbers[at + 1] if at + 1 < len(numbers) else None
        bound = _between(plain, first, second, usable) if second else None
        if bound is not None:
            step = 2
        else:
            bound = _single(plain, first, usable, spoken)
        at += step
        if bound is not None:
            found.append(bound)
    return found


def _between(plain: str, first: Quantity, second: Quantity, columns: Sequence[ColumnWords]) -> Bound | None:
    gap = plain[first.end : second.start]
    lead = _BETWEEN.search(plain[max(0, first.start - 24) : first.start])
    if not _TO.fullmatch(gap) or (gap.strip() in ("and", "or", "和") and not (lead and gap.strip() != "or")):
        return None
    first = first if first.unit else first._replace(unit=second.unit, word=second.word)
    second = second if second.unit else second._replace(unit=first.unit, word=first.word)
    start = first.start - (min(24, first.start) - lead.start() if lead else 0)
    column = _column(plain, start, second, columns, lead is not None)
    if column is None:
        return None
    low, high = sorted((_in_unit(first, column), _in_unit(second, column)))
    return Bound(start, second.end, column.name, (low, high), stance_at(plain, start, second.end) == "unwant")


def _single(
    plain: str, quantity: Quantity, columns: Sequence[ColumnWords], spoken: Sequence[ColumnWords]
) -> Bound | None:
    side, start, end = _side(plain, quantity)
    column = _column(plain, start, quantity, columns, side is not None)
    if column is None and side is not None and quantity.unit is None and len(spoken) == 1:
        column = None if _counts(plain, quantity) else spoken[0]
    if column is None:
        return None
    value = _in_unit(quantity, column)
    if side is None:
        side = _side_unsaid(plain, quantity, column)
        if side is None:
            return None
    if side == "about":
        spread = abs(value) * NEAR_SHARE
        limits: Range = (_tidy(value - spread), _tidy(value + spread))
    else:
        limits = {_HIGH: (None, value), _LOW: (value, None)}.get(side, (value, value))
    ruled_out = limits[0] is not None and limits[1] is not None and stance_at(plain, start, end) == "unwant"
    return Bound(start, end, column.name, limits, ruled_out)


def _side(plain: str, quantity: Quantity) -> tuple[str | None, int, int]:
    """Return which bound the words around a number set, and where they begin and end."""
    if quantity.about:
        return "about", quantity.start, quantity.end
    for side, after in _AFTER:
        if match := after.match(plain, quantity.end):
            return side, quantity.start, match.end()
    before = plain[max(0, quantity.start - 44) : quantity.start]
    offset = quantity.start - len(before)
    for side, flips, pattern in _BEFORE:
        if match := pattern.search(before):
            negated = _NEGATED.search(before[: match.start()]) if flips else None
            if negated:
                return (_LOW if side == _HIGH else _HIGH), offset + negated.start(), quantity.end
            return side, offset + match.start(), quantity.end
    return None, quantity.start, quantity.end


def _side_unsaid(plain: str, quantity: Quantity, column: ColumnWords) -> str | None:
    """Return what a bare "50 euros" or "120 bpm" says: money is a limit, everything else is exact."""
    if quantity.unit is None and not _names(plain, quantity, column):
        return None
    if column.kind == "price":
        return _HIGH if re.search(r"\b(?:for|with|have|got|of)\s*$|[有给]$", plain[: quantity.start]) else "about"
    return "exact"


def _column(
    plain: str, start: int, quantity: Quantity, columns: Sequence[ColumnWords], bounded: bool
) -> ColumnWords | None:
    """Return the column that a number is about: one that is named beside it, or that its unit fits."""
    fitting = [c for c in columns if _fits(quantity, c)]
    named = [c for c in fitting if _names(plain, quantity._replace(start=start), c)]
    compared = [c for c in fitting if _is_compared(plain[start : quantity.start], c)]
    if named or compared:
        return (compared or named)[0]
    if quantity.unit is not None:
        plausible = [c for c in fitting if c.number.may_hold(_in_unit(quantity, c))] or fitting
        return plausible[0] if plausible else None
    if not bounded or _counts(plain, quantity):
        return None
    prices = [c for c in fitting if c.kind == "price"]
    likely = prices or [c for c in fitting if c.number.may_hold(quantity.value)]
    return likely[0] if len(likely) == 1 or prices else None


def _fits(quantity: Quantity, column: ColumnWords) -> bool:
    if quantity.unit is None:
        return True
    if quantity.word in ("pound", "pounds", "£") and column.unit is not None and column.unit.dimension == MONEY:
        return True
    if column.unit is None:
        return quantity.word in column.said
    return quantity.unit.dimension == column.unit.dimension


def _in_unit(quantity: Quantity, column: ColumnWords) -> float | int:
    """Return the value in the unit of the column; whole numbers as such."""
    if quantity.unit is None or column.unit is None or quantity.unit.dimension != column.unit.dimension:
        return _tidy(quantity.value)
    if column.unit.dimension == MONEY:
        return _tidy(quantity.value * quantity.unit.factor)
    return _tidy(quantity.value * quantity.unit.factor / column.unit.factor)


def _tidy(value: float) -> float | int:
    rounded = round(value, 4)
    return int(rounded) if rounded == int(rounded) else rounded


@cache
def _said(words: tuple[str, ...]) -> re.Pattern[str]:
    latin = "|".join(re.escape(w) for w in words if not lexicon.is_chinese(w))
    chinese = "|".join(re.escape(w) for w in words if lexicon.is_chinese(w))
    return re.compile("|".join(p for p in (rf"(?<!\w)(?:{latin})(?!\w)" if latin else "", chinese) if p))


def _names(plain: str, quantity: Quantity, column: ColumnWords) -> bool:
    """Say whether a word for the column stands right before or after a number, in its clause."""
    left = re.split(r"[,;!?\n]|\b(?:and|but|or)\b", plain[max(0, quantity.start - 30) : quantity.start])[-1]
    right = re.split(r"[,.;!?\n]|\b(?:and|but|or)\b", plain[quantity.end : min(quantity.end + 22, sentence_end(plain, quantity.end))])[0]
    words = _said(column.said)
    near_right = words.search(right)
    return bool(words.search(left)) or (near_right is not None and len(right[: near_right.start()].split()) <= 2)


def _is_compared(words: str, column: ColumnWords) -> bool:
    """Say whether a comparative between bound and number belongs to the column: "lighter than 2"."""
    for match in re.finditer(r"\b([a-z]+?)(?:i?er) than", words):
        stem = match[1]
        if any(stem in (adj, adj.rstrip("e"), adj[:-1], adj + adj[-1:]) for adj in column.sides if adj):
            return True
    return False


def _counts(plain: str, quantity: Quantity) -> bool:
    """Say whether a number counts things: "at least 3 films"."""
    rest = re.match(r"\s*(?:(?:of|more|other)\s+)?([a-z]+)", plain[quantity.end :])
    stops = ("please", "and", "but", "if", "for", "or", "with", "in", "only", "at", "on", "that", "too", "is", "max", "if", "thanks", "would", "no", "from", "which", "so", "then", "made", "by")
    return rest is not None and rest[1] not in stops
