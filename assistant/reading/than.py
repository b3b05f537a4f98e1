"""Bounds set by the value of an item: "cheaper than the Heron", "newer than Alien", 比第二个便宜."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import NamedTuple

from assistant.intents import REFERENCE, Range
from assistant.reading.columns import Columns
from assistant.reading.message import Span
from assistant.reading.numeric import YEAR
from assistant.reading.references import Reference
from assistant.reading.toward import Wish

# Between an adjective and the item it is measured against.
_THAN = re.compile(
    r"(?: [\w'-]+){0,3}? (?:than|then|als|que)(?: (?:the|my|our|your|that|this|le|la|el|das|die|der|"
    r"den))*[ \"'《*]*$"
)
_NOT = re.compile(
    r"(?:\bno|\bnot|n't|\bnicht|\bkein\w*|\bpas|\bno sea)(?: (?:any|be|much|a|an|cost|costing|plus|"
    r"más))*\s*$|不要?(?:比)?$|别$"
)
_BI = re.compile(r"(?:还要?|更加?|再|要|也要)*(?:稍微?)?$")


class Limit(NamedTuple):
    """Hold a bound that an item sets: the column, its range, and where the words for the item stand."""

    column: str
    range: Range
    start: int


def read_limits(
    plain: str,
    columns: Columns,
    wishes: Sequence[Wish],
    titles: Sequence[Span],
    references: Sequence[Reference],
    shown: Sequence[str],
) -> list[Limit]:
    """Return the bounds that items named behind "than" set, in the order of the wishes.

    Args:
        plain: The message, made plain, with the titles covered.
        columns: Hold the numbers of the items.
        wishes: Adjectives for numeric columns.
        titles: Titles named.
        references: What points at picks.
        shown: Labels of the last picks.
    """
    items = [(t.start, t.end, t.item or t.text) for t in titles]
    for reference in references:
        label = _pick(reference, shown)
        items += [(reference.start, reference.end, label)] if label else []
    limits = []
    for wish in wishes:
        if wish.side is None:
            continue
        for start, end, name in items:
            beside = end <= wish.start and _is_measured_zh(plain, end, wish.start, start)
            if not beside and not (wish.end <= start and _THAN.fullmatch(plain[wish.end : start])):
                continue
            value = columns.value(name, wish.column)
            if value is not None:
                negated = _NOT.search(plain[max(0, wish.start - 16) : wish.start]) is not None
                limits.append(Limit(wish.column, _range(wish, value, negated), start))
            break
    return limits


def _is_measured_zh(plain: str, end: int, wish: int, start: int) -> bool:
    return (
        re.search(r"比[\s《「\"']*$", plain[:start]) is not None
        and _BI.fullmatch(plain[end:wish].strip("》」\"' ")) is not None
    )


def _pick(reference: Reference, shown: Sequence[str]) -> str | None:
    """Return the label of the one pick that a reference means; None where that is not sure."""
    target = reference.targets[0]
    if len(reference.targets) != 1 or not REFERENCE.fullmatch(target) or target == "#*":
        return None
    if target == "#it":
        return shown[0] if len(shown) == 1 else None
    place = int(target[1:])
    index = place - 1 if place > 0 else len(shown) + place
    return shown[index] if 0 <= index < len(shown) else None


def _range(wish: Wish, value: float, negated: bool) -> Range:
    """Return what lies beyond a value; "not longer than X" allows the value itself."""
    step = 0.0 if negated else 1.0
    if wish.column == YEAR:
        year = int(value)
        return (None, year - int(step)) if wish.side == "lower" else (year + int(step), None)
    beyond = math.nextafter(value, -math.inf if wish.side == "lower" else math.inf) if step else value
    return (None, beyond) if wish.side == "lower" else (beyond, None)
