"""`palate eval offpolicy`: what another ranker would have earned, from traces and from what came after."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant.errors import BadInput
from assistant.experiments import DAY
from assistant.people import People
from assistant.rooms import Rooms
from assistant.store import Store
from assistant.tracing import Trace, digest_of
from assistant.turn import Turns
from assistant.types import Event, Intent
from prompts.offpolicy import Estimate, doubly_robust, ips, snips

FloatArray = NDArray[np.float64]
REWARDS: dict[str, dict[str, float]] = {
    "liked": {"like": 1.0},
    "taken": {"like": 1.0, "consume": 1.0},
    "net": {"like": 1.0, "dislike": -1.0, "hide": -1.0},
}
FOLDS = 2  # of people, for the reward model: nobody's reward is foreseen from their own
RIDGE = 1.0
USER = "logged"


@dataclass(frozen=True)
class Round:
    """One list whose last place was drawn, and what its last card earned.

    Attributes:
        user: Digest of the person.
        trace: The turn.
        pool: Item ids that could have come there, best first.
        shown: Place of the item shown in `pool`.
        usual: Place of the item that comes there without chance.
        chance: Probability of the item shown.
        reward: What it earned.
    """

    user: str
    trace: Trace
    pool: tuple[str, ...]
    shown: int
    usual: int
    chance: float
    reward: float


class Log(NamedTuple):
    """Rounds that can be used, and reason -> number of turns that cannot."""

    rounds: list[Round]
    left_out: dict[str, int]


Policy = Callable[[Round], int]  # the place in the pool that a ranker puts on top


def rounds_of(traces: Sequence[Trace], store: Store, reward: str, days: float, now: float) -> Log:
    """Join traces with the feedback that came within `days` after each; 0 counts all of it.

    Raises:
        BadInput: When no list of the log has a place that was drawn by chance, or none can be used.
    """
    people = {digest_of(user): user for user in store.users()}
    events: dict[str, list[Event]] = {}
    rounds: list[Round] = []
    left: Counter[str] = Counter()
    for trace in traces:
        if not trace.picks:
            continue  # no cards: nothing to earn
        if not trace.pool:
            left["nothing drawn by chance"] += 1
        elif trace.user not in people:
            left["person unknown to the event store"] += 1
        elif now < trace.at + days * DAY:
            left[f"younger than {days:g} days"] += 1
        else:
            if trace.user not in events:
                events[trace.user] = store.events(people[trace.user])
            rounds.append(_round(trace, events[trace.user], REWARDS[reward], days))
    if not rounds:
        raise BadInput(_why(traces, left), "Log with PALATE_TRACE and PALATE_EXPLORE=0.1; see docs/EVAL.md.")
    return Log(rounds, dict(left))


def _why(traces: Sequence[Trace], left: Counter[str]) -> str:
    if not traces or not left:
        return "The log holds no list of recommendations."
    if set(left) == {"nothing drawn by chance"}:
        return "The propensities are missing: in no list of the log was a place drawn by chance."
    told = ", ".join(f"{number} {why}" for why, number in left.items())
    return f"No list of the log can be used: {told}."


def _round(trace: Trace, events: Sequence[Event], worth: dict[str, float], days: float) -> Round:
    item, _, chance = trace.picks[-1]
    start = trace.at - (trace.timings.get("total") or 0.0) / 1000  # cards are there before the prose ends
    end = trace.at + days * DAY if days else float("inf")
    after = [e.kind for e in events if e.item_id == item and start <= e.at <= end]
    earned = worth.get(after[-1], 0.0) if after else 0.0
    pool = trace.pool
    return Round(trace.user, trace, pool, pool.index(item), pool.index(trace.usual), chance, earned)


def usual(found: Round) -> int:
    """Put on top what the ranker that ran would have put there without chance."""
    return found.usual


def popular(rooms: Rooms) -> Policy:
    """Return the ranker that puts on top what most people of the log have."""
    known = dict(zip(rooms.catalog.ids, rooms.catalog.popularity.tolist(), strict=True))
    return lambda found: int(np.argmax([known.get(item, -1) for item in found.pool]))


def by_adapter(rooms: Rooms) -> Policy:
    """Return the ranker that answers each message anew, read as it was then, by the adapter of the rooms."""

    def top(found: Round) -> int:
        trace, answers = found.trace, list[Trace]()
        with contextlib.ExitStack() as stack:
            folder = Path(stack.enter_context(TemporaryDirectory(prefix="palate-")))
            store = stack.enter_context(contextlib.closing(Store(f"sqlite:///{folder}/events.db")))
            for kind, item, text, at in trace.support:
                store.add_event(Event(USER, kind, item, text, at))  # type: ignore[arg-type]
            turns = Turns(rooms, store, People(rooms, store), None)
            turns.read = lambda *_: Intent.model_validate(trace.intent)
            turns.tracers = (answers.append,)
            turns.answer(USER, trace.text, store.start_session(USER, trace.state)).read()
        scores = dict(answers[0].candidates)
        return int(np.argmax([scores.get(item, -np.inf) for item in found.pool]))

    return top


@dataclass(frozen=True)
class Line:
    """What one policy would have earned with the last card of a list, by three estimates.

    Attributes:
        policy: Name of the policy.
        ips: Inverse propensities.
        snips: The same, self-normalised.
        dr: Doubly robust.
        gain: Doubly robust difference from the ranker that ran, without chance.
        other: Share of the lists on which it puts another card there than that ranker.
    """

    policy: str
    ips: Estimate
    snips: Estimate
    dr: Estimate
    gain: Estimate
    other: float


def estimate(rounds: Sequence[Round], policies: dict[str, Policy], popularity: dict[str, int]) -> list[Line]:
    """Estimate the mean reward of each policy; intervals take the rounds of a person together.

    Args:
        rounds: What was logged.
        policies: Name -> policy.
        popularity: Item id -> number of interactions, for the reward model.
    """
    foreseen = _foreseen(rounds, popularity)
    base = _Chosen([usual(found) for found in rounds], rounds, foreseen)
    rewards, logged = [r.reward for r in rounds], [r.chance for r in rounds]
    shown, groups = [f[r.shown] for r, f in zip(rounds, foreseen, strict=True)], [r.user for r in rounds]
    lines = []
    for name, policy in policies.items():
        mine = _Chosen([policy(found) for found in rounds], rounds, foreseen)
        three = (rewards, logged, mine.target)
        lines.append(
            Line(
                name,
                ips(*three, groups=groups),
                snips(*three, groups=groups),
                doubly_robust(*three, shown, mine.foreseen, groups=groups),
                doubly_robust(
                    rewards,
                    logged,
                    mine.target - base.target,
                    shown,
                    mine.foreseen - base.foreseen,
                    groups=groups,
                ),
                float(np.mean(mine.places != base.places)),
            )
        )
    return lines


class _Chosen:
    """What a policy puts on top: its places, whether that was shown, and what it is foreseen to earn."""

    def __init__(
        self, places: Sequence[int], rounds: Sequence[Round], foreseen: Sequence[FloatArray]
    ) -> None:
        self.places = np.array(places)
        self.target = (self.places == np.array([found.shown for found in rounds])).astype(float)
        self.foreseen = np.array([f[place] for f, place in zip(foreseen, places, strict=True)])


def _foreseen(rounds: Sequence[Round], popularity: dict[str, int]) -> list[FloatArray]:
    """Foresee the reward of every item of every pool by ridge regression, learned on other people."""
    tables = [_features(found, popularity) for found in rounds]
    rewards = np.array([found.reward for found in rounds])
    shown = np.stack([table[found.shown] for table, found in zip(tables, rounds, strict=True)])
    fold = np.array([int(found.user, 16) % FOLDS for found in rounds])
    least, most = float(rewards.min()), float(rewards.max())
    result: list[FloatArray] = [np.zeros(0)] * len(rounds)
    for number in range(FOLDS):
        learned, foreseen = fold != number, np.flatnonzero(fold == number)
        x, y = shown[learned], rewards[learned]
        mean = float(y.mean()) if len(y) else 0.0
        weights = np.linalg.solve(x.T @ x + RIDGE * np.eye(x.shape[1]), x.T @ (y - mean))
        for place in foreseen:
            result[place] = np.clip(mean + tables[place] @ weights, least, most)
    return result


def _features(found: Round, popularity: dict[str, int]) -> FloatArray:
    """Return [m, 3] of the pool: score and popularity against the pool's, and the place in its order."""
    scores = dict(found.trace.candidates)
    columns = (
        np.array([scores[item] for item in found.pool]),
        np.log1p([max(popularity.get(item, 0), 0) for item in found.pool]),
        -np.log1p(np.arange(len(found.pool), dtype=float)),
    )
    return np.stack([(c - c.mean()) / (c.std() or 1.0) for c in columns], axis=1)


def report(log: Log, lines: Sequence[Line], reward: str) -> dict[str, Any]:
    """Return everything as JSON."""
    rounds = log.rounds
    return {
        "reward": reward,
        "rounds": len(rounds),
        "people": len({found.user for found in rounds}),
        "as_logged": float(np.mean([found.reward for found in rounds])),
        "left_out": log.left_out,
        "policies": [asdict(line) for line in lines],
    }
