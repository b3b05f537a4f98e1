"""Bounds that the words around a number set on a numeric column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from assistant.intents import Range
from assistant.reading import bound_cues as cues
from assistant.reading import lexicon
from assistant.reading.message import overlaps, sentence_end
from assistant.reading.numeric import YEAR, ColumnWords
from assistant.reading.polarity import stance_at
from assistant.reading.quantities import Quantity, find_quantities
from assistant.reading.units import MONEY

FEW = 20  # picks; "two is plenty" counts them
_ENOUGH = re.compile(
    r"\s*(?:(?:is|are|would be|'s) )?(?:plenty|enough|fine)\b|\s*(?:will|would|'ll|should) do\b"
)
NEAR_SHARE = 0.1  # "about 30" is 27 to 33


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
    lead = cues.BETWEEN.search(plain[max(0, first.start - 24) : first.start])
    if not cues.TO.fullmatch(gap) or (
        gap.strip() in ("and", "or", "和") and not (lead and gap.strip() != "or")
    ):
        return None
    first = first if first.unit else first._replace(unit=second.unit, word=second.word)
    second = second if second.unit else second._replace(unit=first.unit, word=first.word)
    start = first.start - (min(24, first.start) - lead.start() if lead else 0)
    both = [c for c in columns if c.number.holds(first.value) and c.number.holds(second.value)]
    column = _column(plain, start, second, columns if second.unit or not both else both, True)
    if column is None:
        return None
    if second.unit is None and not column.number.holds(first.value):
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
        if _is_past(plain, start):
            return None
        if column in spoken:  # "30 euros? cheaper!" speaks of a pick
            return None
        side = _side_unsaid(plain, quantity, column)
        if side is None:
            return None
    if side == "about":
        spread = abs(value) * NEAR_SHARE
        spent = cues.TO_SPEND.search(plain[: quantity.start])
        limits: Range = (None if spent else _tidy(value - spread), _tidy(value + spread))
    else:
        limits = {cues.HIGH: (None, value), cues.LOW: (value, None)}.get(side, (value, value))
    ruled_out = limits[0] is not None and limits[1] is not None and stance_at(plain, start, end) == "unwant"
    return Bound(start, end, column.name, limits, ruled_out)


def _side(plain: str, quantity: Quantity) -> tuple[str | None, int, int]:
    """Return which bound the words around a number set, and where they begin and end."""
    if quantity.about:
        return "about", quantity.start, quantity.end
    for side, after in cues.AFTER:
        if match := after.match(plain, quantity.end):
            return side, quantity.start, match.end()
    before = plain[max(0, quantity.start - 44) : quantity.start]
    offset = quantity.start - len(before)
    for side, flips, pattern in cues.BEFORE:
        if match := pattern.search(before):
            negated = cues.NEGATED.search(before[: match.start()]) if flips else None
            if negated:
                return (cues.LOW if side == cues.HIGH else cues.HIGH), offset + negated.start(), quantity.end
            return side, offset + match.start(), quantity.end
    return None, quantity.start, quantity.end


def _side_unsaid(plain: str, quantity: Quantity, column: ColumnWords) -> str | None:
    """Return what a bare "50 euros" or "120 bpm" says: money is a limit, everything else is exact."""
    if quantity.unit is None and not _names(plain, quantity, column):
        return None
    if column.kind == "price":
        return (
            cues.HIGH
            if re.search(r"\b(?:for|with|have|got|of)\s*$|[有给]$", plain[: quantity.start])
            else "about"
        )
    if column.kind == "duration" and cues.DONE_IN.match(plain, quantity.end):
        return cues.HIGH
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
    within = [c for c in fitting if c.number.holds(quantity.value)]
    likely = prices or within or [c for c in fitting if c.number.may_hold(quantity.value)]
    return likely[0] if len(likely) == 1 or prices else None


def _fits(quantity: Quantity, column: ColumnWords) -> bool:
    if quantity.unit is None:
        return True
    if (
        quantity.word in ("pound", "pounds", "£")
        and column.unit is not None
        and column.unit.dimension == MONEY
    ):
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
    right = re.split(
        r"[,.;!?\n]|\b(?:and|but|or)\b",
        plain[quantity.end : min(quantity.end + 22, sentence_end(plain, quantity.end))],
    )[0]
    words = _said(column.said)
    near_right = words.search(right)
    return bool(words.search(left)) or (
        near_right is not None and len(right[: near_right.start()].split()) <= 2
    )


def _is_compared(words: str, column: ColumnWords) -> bool:
    """Say whether a comparative between bound and number belongs to the column: "lighter than 2"."""
    for match in re.finditer(r"\b([a-z]+?)(?:i?er) than", words):
        stem = match[1]
        if any(stem in (adj, adj.rstrip("e"), adj[:-1], adj + adj[-1:]) for adj in column.sides if adj):
            return True
    return False


def _is_past(plain: str, start: int) -> bool:
    """Say whether a number tells what was, as in 用了一个月 and "it lasted two weeks"."""
    return (
        re.search(r"[了过]$|\b(?:lasted|took|cost|paid|for over|waited|had it(?: for)?) $", plain[:start])
        is not None
    )


def _counts(plain: str, quantity: Quantity) -> bool:
    """Say whether a number counts things: "at least 3 films"."""
    if quantity.value <= FEW and _ENOUGH.match(plain, quantity.end):
        return True  # "two is plenty"
    rest = re.match(r"\s*(?:(?:of|more|other)\s+)?([a-z]+)", plain[quantity.end :])
    return rest is not None and (rest[1] in _COUNTED or (rest[1].endswith("s") and rest[1] not in _NO_NOUNS))


_COUNTED = frozenset(("of", "more", "other", "different", "good", "new", "nice", "great", "random", "short"))
_NO_NOUNS = frozenset(
    (
        "is",
        "was",
        "tops",
        "thanks",
        "pls",
        "as",
        "plus",
        "us",
        "this",
        "yes",
        "has",
        "does",
        "its",
        "always",
        "perhaps",
    )
)
