"""From what stands in a session to picks: candidates, scores, diversity, reasons, and what to relax."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from assistant import explain
from assistant.dialogue import DialogueState
from assistant.people import Person
from assistant.ranking import FloatArray, Scale, Terms, combine, diverse, share
from assistant.rooms import Rooms
from assistant.types import Pick, Timings
from retriever.catalog import Constraints

CANDIDATES = 200
PERSONAL = 100
NEAREST = 40
ALL = "your other conditions"
Rows = NDArray[np.int64]
T = TypeVar("T")


@dataclass(frozen=True)
class Choice:
    """Picks, and what had to be given up for them.

    Attributes:
        picks: Best first.
        notes: Lines for the person: what was relaxed, what is short.
    """

    picks: list[Pick]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Request:
    """What the score of an item depends on, beside the person.

    Attributes:
        query: Free words.
        implied: Facet name -> values that the words suggest.
    """

    query: str = ""
    implied: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, state: DialogueState) -> Request:
        """Return the standing request of a session."""
        return cls(state.query, dict(state.implied))

    @property
    def words(self) -> explain.Words:
        """Return the request as the explanations quote it."""
        return explain.Words(self.query, tuple(v for values in self.implied.values() for v in values))


def choose(
    rooms: Rooms, person: Person, state: DialogueState, n: int, exclude: frozenset[int], timings: Timings
) -> Choice:
    """Choose n picks that satisfy every hard constraint; where none exist, relax one and say which.

    Args:
        rooms: The loaded parts.
        person: Whose picks.
        state: What stands in the session.
        n: How many.
        exclude: Rows that must not come back, beside those the person knows.
        timings: Filled with the milliseconds of search, score and pick.
    """
    request = Request.of(state)
    constraints = state.constraints(exclude | person.known)
    notes: tuple[str, ...] = ()
    if not rooms.catalog.mask(constraints).any():
        relaxed = relax(rooms, constraints)
        if relaxed is None:
            return Choice([], ("Everything that fits has been shown or turned down.",))
        constraints, notes = relaxed.constraints, (relaxed.note,)
    rows = _timed(timings, "search", lambda: candidates(rooms, person, request, constraints))
    terms = _timed(timings, "score", lambda: score(rooms, person, request, rows))
    picks = _timed(timings, "pick", lambda: _picks(rooms, person, request.words, rows, terms, n))
    if len(picks) < n and not notes:
        notes = (f"Only {len(picks)} {'item fits' if len(picks) == 1 else 'items fit'} all you asked for.",)
    return Choice(picks, notes)


def candidates(rooms: Rooms, person: Person, request: Request, constraints: Constraints) -> Rows:
    """Return candidate rows that satisfy the constraints: those of the search and the personal best."""
    liked = [rooms.catalog.row(e.item_id) for e in person.events if e.kind == "like" and e.item_id]
    found = rooms.retriever.search(request.query, liked, constraints, CANDIDATES).rows
    allowed = np.flatnonzero(rooms.catalog.mask(constraints))
    best = allowed[np.argsort(-person.scores[allowed], kind="stable")[:PERSONAL]]
    return np.unique(np.concatenate([found, best])).astype(np.int64)


def score(rooms: Rooms, person: Person, request: Request, rows: Rows) -> Terms:
    """Return the additive terms of the scores of `rows`."""
    parts = rooms.adapter.contributions(person.state, rows)
    similarity: FloatArray | None = None
    query: Scale | None = None
    if request.query:
        cosines = rooms.vectors @ rooms.encode_query(request.query)
        similarity, query = cosines[rows], Scale.of(cosines)
    return combine(parts.base, parts.events, person.scale, similarity, query, _implied(rooms, request, rows))


def _implied(rooms: Rooms, request: Request, rows: Rows) -> FloatArray | None:
    """Return the share of the suggested facet values that each row has; None where none are suggested."""
    shares = [
        share(rooms.catalog.facet_matrix(facet), rows, [rooms.facet_values[facet].index(v) for v in values])
        for facet, values in request.implied.items()
        if values
    ]
    return np.asarray(np.mean(shares, axis=0), dtype=np.float32) if shares else None


def _picks(
    rooms: Rooms, person: Person, words: explain.Words, rows: Rows, terms: Terms, n: int
) -> list[Pick]:
    chosen = diverse(terms.total(), rooms.vectors[rows], n)
    return [_pick(rooms, person, words, rows, terms, position) for position in chosen]


def _pick(
    rooms: Rooms, person: Person, words: explain.Words, rows: Rows, terms: Terms, position: int
) -> Pick:
    parts = explain.reasons(terms, position, person.events, rooms.catalog, words)
    return explain.make_pick(rooms.catalog, int(rows[position]), parts)


def score_items(
    rooms: Rooms, person: Person, rows: Sequence[int], request: Request | None = None
) -> list[Pick]:
    """Return given items as picks of a person, best first."""
    request, unique = request or Request(), np.array(list(dict.fromkeys(rows)), np.int64)
    terms = score(rooms, person, request, unique)
    picks = [_pick(rooms, person, request.words, unique, terms, position) for position in range(len(unique))]
    return sorted(picks, key=lambda pick: -pick.score)


def similar(rooms: Rooms, person: Person, row: int, n: int, exclude: frozenset[int]) -> list[Pick]:
    """Return n items like `row`, ranked for the person among its nearest."""
    constraints = Constraints(exclude_rows=exclude | person.known | {row})
    found = rooms.retriever.similar(row, NEAREST, constraints)
    parts = rooms.adapter.contributions(person.state, np.asarray(found.rows, np.int64))
    likeness = found.collab + found.content
    terms = combine(parts.base, parts.events, person.scale, likeness, Scale.of(likeness))
    words = explain.Words(similar_to=rooms.catalog.item(row).label)
    return _picks(rooms, person, words, found.rows, terms, n)


@dataclass(frozen=True)
class Relaxed:
    """Constraints that something satisfies, and the line that says what was given up."""

    constraints: Constraints
    note: str


def relax(rooms: Rooms, constraints: Constraints) -> Relaxed | None:
    """Give up the one constraint that opens most of the catalogue; all of them where one is not enough.

    What was ruled out stays ruled out as long as giving up something else helps.
    """
    sized = [(name, option, int(rooms.catalog.mask(option).sum())) for name, option in _options(constraints)]
    open_ones = [entry for entry in sized if entry[2] > 0]
    if not open_ones:
        return None
    gentle = [entry for entry in open_ones if not entry[0].startswith("“no ")] or open_ones
    singles = [entry for entry in gentle if entry[0] != ALL]
    name, relaxed, _ = max(singles, key=lambda entry: entry[2]) if singles else gentle[0]
    note = f"Nothing in the catalogue fits all you asked for. Without {name} there is; here is the nearest."
    return Relaxed(relaxed, note)


def _options(constraints: Constraints) -> list[tuple[str, Constraints]]:
    """Return each constraint by name with the others alone, and last the case without any."""
    options: list[tuple[str, Constraints]] = []
    if constraints.year_min is not None or constraints.year_max is not None:
        options.append((_years_name(constraints), replace(constraints, year_min=None, year_max=None)))
    for facet, value in _pairs(constraints.include_all):
        left = replace(constraints, include_all=_less(constraints.include_all, facet, value))
        options.append((f"“{value}”", left))
    for facet, value in _pairs(constraints.include_any):
        left = replace(constraints, include_any=_less(constraints.include_any, facet, value))
        options.append((f"“{value}”", left))
    for facet, value in _pairs(constraints.exclude):
        left = replace(constraints, exclude=_less(constraints.exclude, facet, value))
        options.append((f"“no {value}”", left))
    everything = Constraints(exclude=constraints.exclude, exclude_rows=constraints.exclude_rows)
    return [*options, (ALL, everything)] if options else []


def _pairs(facets: Mapping[str, frozenset[str]]) -> list[tuple[str, str]]:
    return [(facet, value) for facet, values in facets.items() for value in sorted(values)]


def _less(facets: Mapping[str, frozenset[str]], facet: str, value: str) -> dict[str, frozenset[str]]:
    left = {**facets, facet: facets[facet] - {value}}
    return {name: values for name, values in left.items() if values}


def _years_name(constraints: Constraints) -> str:
    low, high = constraints.year_min, constraints.year_max
    if low is None:
        return f"the limit to {high} and before"
    return f"the limit to {low} and later" if high is None else f"the limit to {low}-{high}"


def _timed(timings: Timings, name: str, call: Callable[[], T]) -> T:
    start = time.perf_counter()
    result = call()
    setattr(timings, name, (time.perf_counter() - start) * 1000)
    return result
