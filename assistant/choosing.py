"""From what stands in a session to picks: candidates, scores, diversity, reasons."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from assistant import explain, folding
from assistant.conversation import Decision
from assistant.dialogue import DialogueState
from assistant.exploring import GOOD, Dice, explore
from assistant.people import Person
from assistant.questions import CONTENDERS
from assistant.ranking import Apart, FloatArray, Scale, Terms, combine, diverse
from assistant.reading import audience
from assistant.reading.screening import addresses_machine
from assistant.rooms import Rooms
from assistant.scoring import Request, Rows, banned, candidates, liked_rows, pool_of, score
from assistant.shortage import Obstacle, obstacle
from assistant.types import Pick, Reason, Timings
from retriever.constraints import Constraints
from retriever.ruled import alike

NEAREST = 40
STILL = Dice()
T = TypeVar("T")


@dataclass(frozen=True)
class Choice:
    """Picks, and how many there could have been.

    Attributes:
        picks: Best first; each satisfies every hard constraint.
        fits: Number of items that satisfy the constraints and were not shown or turned down.
        obstacle: The constraint that keeps most out, where there are fewer picks than asked for.
        repeated: True when there was nothing new, so that the picks have been shown before.
        used_up: True when there are no picks because all that fits has been shown or turned down.
        contenders: Rows of the best candidates by score, best first.
        rows: int64 [k], all candidates, best first.
        scores: float32 [k], their scores.
        chances: Probability that each pick is shown at its place.
        pool: Rows among which the last place was drawn; empty where nothing was drawn.
        usual: Row that the last place has without chance; -1 where nothing was drawn.
        teams: Where two rankers share the list, which of them ("A" or "B") drafted each pick.
    """

    picks: list[Pick]
    fits: int = 0
    obstacle: Obstacle | None = None
    repeated: bool = False
    used_up: bool = False
    contenders: tuple[int, ...] = ()
    rows: Rows = field(default_factory=lambda: np.zeros(0, np.int64), repr=False)
    scores: FloatArray = field(default_factory=lambda: np.zeros(0, np.float32), repr=False)
    chances: tuple[float, ...] = ()
    pool: tuple[int, ...] = ()
    usual: int = -1
    teams: tuple[str, ...] = ()


@dataclass(frozen=True)
class Gone:
    """Rows that must not come back.

    Attributes:
        rejected: Turned down or named by the person: never.
        shown: Shown before: only where there is nothing new.
        may_repeat: Whether what was shown may come back at all.
    """

    rejected: frozenset[int] = frozenset()
    shown: frozenset[int] = frozenset()
    may_repeat: bool = True


def choose(
    rooms: Rooms,
    person: Person,
    state: DialogueState,
    n: int,
    gone: Gone,
    timings: Timings,
    dice: Dice = STILL,
) -> Choice:
    """Choose up to n picks that satisfy every hard constraint; fewer where fewer do.

    Args:
        rooms: The loaded parts.
        person: Whose picks.
        state: What stands in the session.
        n: How many.
        gone: Rows that must not come back, beside those the person knows.
        timings: Filled with the milliseconds of search, score and pick.
        dice: How much chance there is in the last place.
    """
    early = rooms.knowledge.too_early(person.known)
    rejected, ruled_out = gone.rejected | person.known | early, banned(rooms, person, state)
    constraints = state.constraints(rejected | gone.shown, ruled_out)
    fits = int(np.count_nonzero(rooms.catalog.mask(constraints)))
    repeated = fits == 0 and gone.may_repeat and bool(gone.shown)
    if repeated:
        constraints = state.constraints(rejected, ruled_out)
        fits = int(np.count_nonzero(rooms.catalog.mask(constraints)))
    ranked = _best(rooms, person, state, n, constraints, timings, dice) if fits else Choice([])
    picks = ranked.picks
    hindrance = None
    if len(picks) < n:
        never = constraints.exclude_rows
        hindrance = obstacle(rooms.catalog, state, lambda s: banned(rooms, person, s), never, fits)
    fitting = rooms.catalog.mask(state.constraints(frozenset(), ruled_out))
    used_up = not picks and bool(fitting.any())
    return replace(ranked, fits=fits, obstacle=hindrance, repeated=repeated and bool(picks), used_up=used_up)


def _best(
    rooms: Rooms,
    person: Person,
    state: DialogueState,
    n: int,
    constraints: Constraints,
    timings: Timings,
    dice: Dice,
) -> Choice:
    request = Request.of(state, rooms.columns)
    constraints = _suited(rooms, state, constraints, n)
    rows = _timed(timings, "search", lambda: candidates(rooms, person, request, constraints))
    terms = _timed(timings, "score", lambda: score(rooms, person, request, rows, rows))
    scores = terms.total()
    order = np.argsort(-scores, kind="stable")
    near, keeps, still = rooms.groups[rows], apart(rooms, rows), _silent(rooms, rows)
    chosen = diverse(scores, rooms.vectors[rows], n, apart=keeps, groups=near, silent=still)
    shown = explore(chosen, _beside(rooms, rows, chosen[:-1], order[: GOOD + n]).tolist(), dice)
    picks = _timed(
        timings,
        "pick",
        lambda: [_pick(rooms, person, request.words, rows, terms, position) for position in shown.positions],
    )
    contenders = tuple(rows[order[:CONTENDERS]].tolist())
    return Choice(
        picks,
        contenders=contenders,
        rows=rows[order],
        scores=scores[order],
        chances=shown.chances,
        pool=tuple(int(rows[position]) for position in shown.pool),
        usual=int(rows[shown.usual]) if shown.pool else -1,
    )


def apart(rooms: Rooms, rows: Rows) -> Apart | None:
    """Return what says which positions of `rows` the rules keep apart; None where they keep none."""
    rulings = rooms.knowledge.rulings
    if rulings is None or rulings.shared is None:
        return None
    shared = rulings.shared
    return lambda positions: alike(shared, rows[positions])


def spaced(rooms: Rooms, rows: Sequence[int]) -> list[int]:
    """Return rows in their order, without those that the rules keep apart from an earlier one."""
    keeps = apart(rooms, np.array(rows, np.int64))
    if keeps is None:
        return list(rows)
    rivals, kept = keeps(np.arange(len(rows))), list[int]()
    for at in range(len(rows)):
        if not rivals[at, kept].any():
            kept.append(at)
    return [rows[at] for at in kept]


def _beside(rooms: Rooms, rows: Rows, kept: Sequence[int], order: Rows) -> Rows:
    """Return those of the positions in `order` that the rules let stand beside the kept ones."""
    keeps = apart(rooms, rows)
    if keeps is None or not kept:
        return order
    rivals = keeps(np.concatenate([np.array(kept, np.int64), order]))
    return order[~rivals[len(kept) :, : len(kept)].any(axis=1)]


def _suited(rooms: Rooms, state: DialogueState, constraints: Constraints, n: int) -> Constraints:
    """Keep to what is made for the audience where there is enough of it."""
    made_for = audience.suited(state.audience, rooms.catalog)
    if not made_for:
        return constraints
    group = folding.sets(made_for)
    closer = Constraints(**{**vars(constraints), "either": (*constraints.either, group)})
    return closer if np.count_nonzero(rooms.catalog.mask(closer)) >= n else constraints


def _silent(rooms: Rooms, rows: Rows) -> NDArray[np.bool_]:
    """Return which rows have titles that give orders, bool [k]; they move no other item."""
    return np.array([addresses_machine(rooms.catalog.titles[row]) for row in rows.tolist()], bool)


def _picks(
    rooms: Rooms, person: Person, words: explain.Words, rows: Rows, terms: Terms, n: int
) -> list[Pick]:
    totals = terms.total()
    near, keeps, still = rooms.groups[rows], apart(rooms, rows), _silent(rooms, rows)
    found = diverse(totals, rooms.vectors[rows], n, apart=keeps, groups=near, silent=still)
    chosen = sorted(found, key=lambda position: -float(totals[position]))
    return [_pick(rooms, person, words, rows, terms, position) for position in chosen]


def _pick(
    rooms: Rooms, person: Person, words: explain.Words, rows: Rows, terms: Terms, position: int
) -> Pick:
    held = rooms.catalog.item(int(rows[position])).facets.values()
    ways, linked = rooms.knowledge.ways, list[Reason]()
    row = int(rows[position])
    if ways is not None and terms.links[position]:
        linked = ways.reasons(liked_rows(rooms, person), row, rooms.catalog, words.lang)
    words = replace(words.of(held), wording=rooms.wording)
    parts = explain.reasons(terms, position, row, person.events, rooms.catalog, words, linked)
    return explain.make_pick(rooms.catalog, int(rows[position]), parts)


def score_items(
    rooms: Rooms, person: Person, rows: Sequence[int], state: DialogueState | None = None
) -> list[Pick]:
    """Return given items as picks of a person, best first, on the scale of the session's candidates."""
    state, unique = state or DialogueState(), np.array(list(dict.fromkeys(rows)), np.int64)
    if not len(unique):
        return []
    request = Request.of(state, rooms.columns)
    pool = pool_of(rooms, person, state)
    terms = score(rooms, person, request, unique, pool)
    picks = [_pick(rooms, person, request.words, unique, terms, position) for position in range(len(unique))]
    return sorted(picks, key=lambda pick: -pick.score)


def decision_of(rooms: Rooms, choice: Choice) -> Decision:
    """Return how a choice came about, for traces."""
    ids = rooms.catalog.ids
    return Decision(
        tuple((ids[row], score) for row, score in zip(choice.rows, choice.scores.tolist(), strict=True)),
        choice.chances,
        tuple(ids[row] for row in choice.pool),
        ids[choice.usual] if choice.pool else "",
        choice.teams,
    )


def similar(rooms: Rooms, person: Person, row: int, n: int, exclude: frozenset[int]) -> list[Pick]:
    """Return n items like `row`, ranked for the person among its nearest."""
    early = rooms.knowledge.too_early(person.known)
    constraints = Constraints(exclude_rows=exclude | person.known | early | {row})
    found = rooms.retriever.similar(row, NEAREST, constraints)
    rows = np.asarray(found.rows, np.int64)
    parts = rooms.adapter.contributions(person.state, rows)
    likeness = found.collab + found.content + found.look
    personal = Scale.of(person.scores[rows])
    terms = combine(parts.base, parts.events, personal, likeness, Scale.of(likeness))
    words = explain.Words(similar_to=rooms.catalog.item(row).label)
    return _picks(rooms, person, words, found.rows, terms, n)


def _timed(timings: Timings, name: str, call: Callable[[], T]) -> T:
    start = time.perf_counter()
    result = call()
    setattr(timings, name, (time.perf_counter() - start) * 1000)
    return result
