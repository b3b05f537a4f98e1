"""One range for each numeric column, of all that a message says of it."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.intents import Range
from assistant.reading.bounds import Bound
from assistant.reading.cues import CORRECTION
from assistant.reading.numeric import YEAR
from assistant.reading.years import Stretch


def join_ranges(
    plain: str, years: Sequence[Stretch], bounds: Sequence[Bound], *, ruled_out: bool
) -> dict[str, Range]:
    """Return one range for each column: of the year the span of all that are said, else the last word.

    Bounds of either side ("over 20, under 50") are joined.
    """
    corrections = [match.start() for match in CORRECTION.finditer(plain)]
    out: dict[str, Range] = {}
    spans = [Bound(y.start, y.end, YEAR, (y.low, y.high), y.ruled_out) for y in years]
    said = [b for b in (*spans, *bounds) if b.range != (None, None)]
    for column in dict.fromkeys(b.column for b in said):
        some = [b for b in said if b.column == column and b.ruled_out == ruled_out]
        for place in corrections:
            later = [b for b in some if b.start >= place]
            some = later or some
        if some:
            out[column] = _span(some) if column == YEAR else _last(some)
    return out


def _span(some: Sequence[Bound]) -> Range:
    closed = [b.range for b in some if b.range[0] is not None and b.range[1] is not None]
    low = max((b.range[0] for b in some if b.range[0] is not None and b.range[1] is None), default=None)
    high = min((b.range[1] for b in some if b.range[1] is not None and b.range[0] is None), default=None)
    if closed and low is None and high is None:
        return min(r[0] for r in closed if r[0] is not None), max(r[1] for r in closed if r[1] is not None)
    if closed and (low is None or high is None):
        low = low if low is not None else min(r[0] for r in closed if r[0] is not None)
        high = high if high is not None else max(r[1] for r in closed if r[1] is not None)
        # "The 90s, no, nothing from the 90s on": the last word counts.
        return some[-1].range if low > high else (low, high)
    return _in_order(low, high)


def _last(some: Sequence[Bound]) -> Range:
    low, high = some[0].range
    for bound in some[1:]:
        if None not in bound.range:
            low, high = bound.range
        else:
            low = bound.range[0] if bound.range[0] is not None else low
            high = bound.range[1] if bound.range[1] is not None else high
    return _in_order(low, high)


def _in_order(low: float | int | None, high: float | int | None) -> Range:
    return (high, low) if low is not None and high is not None and low > high else (low, high)
