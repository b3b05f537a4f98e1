"""Checks of one played turn of a labelled dialogue: picks, references, prose, questions."""

from __future__ import annotations

import math
import re
import statistics
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from assistant.intents import Range
from assistant.types import Pick
from prompts.cases import Must, MustNot, Turn
from retriever.columns import PEOPLE, YEAR

SEPARATOR = "|"
AT = re.compile(r"(#(?:-?[1-9]\d*|\*|it))@([1-9]\d*)")
Resolve = Callable[[str], tuple[str, ...]]


@dataclass
class Played:
    """What has happened in a dialogue so far.

    Attributes:
        picks: New picks of every turn, in order; empty lists where a turn showed none.
        last: Picks of the last turn that showed new ones.
        shown: Item ids shown so far.
        rejected: Item ids that must not come back.
        questioned: Whether the last reply asked a question.
        label: Title or label of the catalogue -> item ids.
    """

    label: Resolve
    picks: list[list[Pick]] = field(default_factory=list)
    last: list[Pick] = field(default_factory=list)
    shown: set[str] = field(default_factory=set)
    rejected: set[str] = field(default_factory=set)
    questioned: bool = False

    def resolve(self, name: str) -> tuple[str, ...]:
        """Return the items that a label, title or reference may mean; `|` parts alternatives."""
        return tuple(dict.fromkeys(item for part in name.split(SEPARATOR) for item in self._one(part)))

    def _one(self, name: str) -> tuple[str, ...]:
        at = AT.fullmatch(name)
        picks = self.picks[int(at[2]) - 1] if at and int(at[2]) <= len(self.picks) else self.last
        reference = at[1] if at else name
        ids = [pick.item_id for pick in picks]
        if reference in ("#*", "#it"):
            return tuple(ids)
        if re.fullmatch(r"#-?[1-9]\d*", reference):
            place = int(reference[1:])
            index = place - 1 if place > 0 else len(ids) + place
            return (ids[index],) if 0 <= index < len(ids) else ()
        return self.label(reference)


def disobeyed(picks: Sequence[Pick], turn: Turn, played: Played) -> list[str]:
    """Return what the picks of a turn break of its `must` and `must_not`, one line each."""
    faults = [f"{pick.label}: {fault}" for pick in picks for fault in _faults(pick, turn.must, turn.must_not)]
    faults += _against_the_last(picks, turn.must, played)
    banned = {item for name in turn.must_not.titles for item in played.resolve(name)}
    faults += [f"{pick.label} must not be there" for pick in picks if pick.item_id in banned]
    if turn.must_not.shown:
        faults += [f"{pick.label} was shown before" for pick in picks if pick.item_id in played.shown]
    return faults


def _faults(pick: Pick, must: Must, must_not: MustNot) -> Iterator[str]:
    for facet, value in _pairs(must.facets):
        if not _has(pick, facet, value):
            yield f"is not {value}"
    if must.any and not any(_has(pick, facet, value) for facet, value in _pairs(must.any)):
        yield f"is none of {dict(must.any)}"
    for name in must.people:
        if not _is_by(pick, name):
            yield f"is not by {name}"
    for column, bounds in must.ranges.items():
        if not _within(pick, column, bounds):
            yield f"has {column} {value_of(pick, column):g}, outside {list(bounds)}"
    for facet, value in _pairs(must_not.facets):
        if _has(pick, facet, value):
            yield f"is {value}"
    for name in must_not.people:
        if _is_by(pick, name):
            yield f"is by {name}"
    for column, bounds in must_not.ranges.items():
        if _within(pick, column, bounds):
            yield f"has {column} within {list(bounds)}"


def _against_the_last(picks: Sequence[Pick], must: Must, played: Played) -> Iterator[str]:
    """Check `toward` against the median of the last picks, and `same` against an item shown."""
    for column, side in must.toward.items():
        known = [v for pick in played.last if not math.isnan(v := value_of(pick, column))]
        if not known:
            continue
        middle = statistics.median(known)
        for pick in picks:
            value = value_of(pick, column)
            if not (value < middle if side == "lower" else value > middle):
                yield f"{pick.label} has {column} {value:g}, not {side} than {middle:g}"
    everything = {pick.item_id: pick for shown in played.picks for pick in shown}
    for column, name in must.same.items():
        held = {
            v for item in played.resolve(name) if item in everything for v in _cells(everything[item], column)
        }
        for pick in picks:
            if held and not held & _cells(pick, column):
                yield f"{pick.label} does not share the {column}"


def reoffered(picks: Sequence[Pick], played: Played) -> list[str]:
    """Return the picks that were turned down before."""
    return [f"{pick.label} was turned down" for pick in picks if pick.item_id in played.rejected]


def turned_down(turn: Turn, played: Played) -> set[str]:
    """Return the items that a turn turns down: disliked, seen, or all last picks at "something else"."""
    names = (*turn.slots.disliked, *turn.slots.seen)
    gone = {item for name in names if SEPARATOR not in name for item in played.resolve(name)}
    compares = turn.slots.toward or turn.slots.more or turn.slots.less
    names_none = not (names or turn.slots.liked or turn.slots.about or turn.may.disliked)
    if turn.move == "critique" and names_none and not compares:
        gone |= {pick.item_id for pick in played.last}
    return gone


def miscounted(picks: Sequence[Pick], turn: Turn, left: int) -> list[str]:
    """Return a fault where too few or too many new picks are shown.

    Args:
        picks: The new picks.
        turn: The turn.
        left: Number of items that the turn allows and that were not shown before.
    """
    if turn.picks is not None:
        least, most = turn.picks
    elif turn.move in ("ask", "refine", "critique"):
        least, most = 1, 100
    else:
        return []
    least = min(least, left) if turn.picks is None or left < least else least
    return [] if least <= len(picks) <= most else [f"{len(picks)} picks instead of {least} to {most}"]


def misreferred(about: Iterable[Pick], turn: Turn, played: Played) -> list[str]:
    """Return a fault where the answer is not about the items it should be about."""
    found = {pick.item_id for pick in about}
    wanted = [set(played.resolve(name)) for name in turn.refers_to if played.resolve(name)]
    missed = [
        items for items in wanted if not items <= found and not (len(items) > 3 and found <= items and found)
    ]
    extra = found - set[str]().union(*wanted) if wanted else set()
    return [f"is about {sorted(found)} instead of {list(turn.refers_to)}"] if missed or extra else []


def value_of(pick: Pick, column: str) -> float:
    """Return a number of a pick, NaN where it is not known."""
    if column == YEAR:
        return float(pick.year) if pick.year else math.nan
    return pick.numbers.get(column, math.nan)


def _within(pick: Pick, column: str, bounds: Range) -> bool:
    value, (low, high) = value_of(pick, column), bounds
    return not math.isnan(value) and (low is None or value >= low) and (high is None or value <= high)


def _has(pick: Pick, facet: str, value: str) -> bool:
    wanted = {part.strip().casefold() for part in value.split(SEPARATOR)}
    return bool(wanted & {held.casefold() for held in pick.facets.get(facet, ())})


def _is_by(pick: Pick, name: str) -> bool:
    return any(_has(pick, column, name) for column in pick.facets if column.casefold() in PEOPLE)


def _cells(pick: Pick, column: str) -> set[str]:
    values = {value.casefold() for value in pick.facets.get(column, ())}
    number = value_of(pick, column)
    return values if math.isnan(number) else values | {f"{number:g}"}


def _pairs(facets: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    return [(facet, value) for facet, values in facets.items() for value in values]
