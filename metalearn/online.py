"""The online path: one event at a time, and a watch on whether adapting helps this person."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_triangular

from metalearn.adapter import PSEUDO, Support
from metalearn.canonical import canonical, days_before_last
from metalearn.data import FloatArray, IntArray
from metalearn.inner import Ridge
from metalearn.taste import TasteAdapter


class Kept(NamedTuple):
    """An event of a stream, and what the ridge was told of it.

    Attributes:
        row: catalogue row; -1 for a sentence.
        kind: of the feedback.
        label: +1 like, -1 dislike, hide or skip, 0 consumed.
        time: unix seconds.
        feature: float32 [p], phi of the event.
    """

    row: int
    kind: int
    label: float
    time: float
    feature: FloatArray


class OnlineRidge:
    """A person's delta under a stream of events, without solving afresh.

    Adding event n + 1 borders the Cholesky factor of the dual system by one row, O(n^2 + n p), where solving
    afresh costs O(n^3 + n^2 p). What changes earlier events starts the factor again: an item that was
    rated before, and a new day, which makes all of them older.

    Args:
        adapter: an adapter whose inner algorithm is the ridge.
        support: events that came before.

    Raises:
        ValueError: when the inner algorithm is another one.
        BadSupport: when an event cannot be used.
    """

    def __init__(self, adapter: TasteAdapter, support: Support | None = None) -> None:
        if not isinstance(adapter.inner, Ridge):
            raise ValueError(f"rank-one updates need the ridge, this adapter has {adapter.inner.name}")
        self.adapter = adapter
        self._events: list[Kept] = []
        self._factor: NDArray[np.float64]
        self._scaled: list[NDArray[np.float64]]
        self._targets: list[float]
        self._roots: list[float]
        self._restart()
        if support is not None:
            for place in np.argsort(support.times, kind="stable"):
                self.take(support.part(np.array([place])))

    def add(self, row: int, label: float, vector: FloatArray | None = None, time: float = 0.0) -> FloatArray:
        """Take one event and return the new delta, float32 [p], as ``TasteAdapter.adapt`` gives it.

        Args:
            row: catalogue row; -1 for a sentence.
            label: +1 like, -1 dislike, 0 consumed.
            vector: float32 [d], the text vector of a sentence.
            time: unix seconds; events come in order of time.
        """
        vectors = None if vector is None else vector[None]
        return self.take(Support(np.array([row]), np.array([label], np.float32), np.array([time]), vectors))

    def take(self, event: Support) -> FloatArray:
        """Take a support of one event of any kind and return the new delta, float32 [p]."""
        events = canonical(event, self.adapter.n_items, len(self.adapter.catalogue.text.mean))
        feature = self.adapter.features(events)[0]
        row, kind, label = int(events.rows[0]), int(events.kinds[0]), float(events.labels[0])
        before, time = self._ages(), float(event.times[0])
        kept = [e for e in self._events if row == PSEUDO or e.row != row]
        again = len(kept) < len(self._events)
        self._events = [*kept, Kept(row, kind, label, time, feature)]
        if again or not np.array_equal(self._ages()[:-1], before):
            self._restart()
        for place in range(len(self._roots), len(self._events)):
            self._append(place)
        return self.delta()

    def delta(self) -> FloatArray:
        """Return the person's weights of phi, float32 [p]."""
        if not self._events:
            return np.zeros(self.adapter.catalogue.phi.shape[1], np.float32)
        half = solve_triangular(self._factor, np.array(self._targets), lower=True)
        dual = solve_triangular(self._factor.T, half, lower=False) * np.array(self._roots)
        # What would turn a like against its own item is dropped, as in the adapter.
        dual = np.where(dual * np.array([e.label for e in self._events]) >= 0, dual, 0.0)
        gate = self.adapter.weighing.phi_gate(np.array([e.label for e in self._events], np.float32))
        return np.asarray(gate * (dual @ np.stack([e.feature for e in self._events])), dtype=np.float32)

    def _ages(self) -> FloatArray:
        return days_before_last(np.array([e.time for e in self._events]))

    def _append(self, place: int) -> None:
        """Border the factor by the row of an event."""
        event, age = self._events[place], self._ages()[place : place + 1]
        problem = self.adapter.weighing.problem(
            np.array([event.row]),
            np.array([event.kind], np.int8),
            np.array([event.label], np.float32),
            age,
            event.feature[None],
        )
        root = float(np.sqrt(problem.weights[0]))
        scaled = event.feature.astype(np.float64) * root
        size, corner = len(self._roots), float(scaled @ scaled) + problem.penalty
        grown = np.zeros((size + 1, size + 1))
        grown[:size, :size] = self._factor
        if size:
            cross = np.array(self._scaled) @ scaled
            grown[size, :size] = solve_triangular(self._factor, cross, lower=True)
            corner -= float(grown[size, :size] @ grown[size, :size])
        grown[size, size] = np.sqrt(corner)
        self._factor = grown
        self._scaled.append(scaled)
        self._targets.append(float(problem.targets[0]) * root)
        self._roots.append(root)

    def _restart(self) -> None:
        self._factor, self._scaled, self._targets, self._roots = np.zeros((0, 0)), [], [], []


class Prequential(NamedTuple):
    """Predict, then learn: how well each like was foreseen from what came before it.

    Attributes:
        rows: int64 [l], liked rows in order of time.
        gain: float64 [l], log-likelihood among sampled items of the adapted score minus that of the base.
    """

    rows: IntArray
    gain: NDArray[np.float64]

    def hurts(self, least: int = 6, errors: float = 1.0) -> bool:
        """Return whether adapting is worse than not adapting, by the mean gain and its standard error.

        Args:
            least: likes below which nothing can be said.
            errors: standard errors that the mean gain must lie below zero; with two, not even two dozen
                random likes are noticed (docs/LOG.md), and the next like may always undo the verdict.
        """
        if len(self.gain) < least:
            return False
        error = self.gain.std(ddof=1) / np.sqrt(len(self.gain))
        return bool(self.gain.mean() + errors * error < 0.0)


def prequential(
    adapter: TasteAdapter, support: Support, *, sample: int = 200, seed: int = 0, latest: int | None = None
) -> Prequential:
    """Score every like of a support by the state before it, against random items.

    Args:
        adapter: any adapter.
        support: a person's events.
        sample: how many random items each like is compared with.
        seed: of the random items.
        latest: how many likes are looked at, the last ones; None is all.
    """
    rng, order = np.random.default_rng(seed), np.argsort(support.times, kind="stable")
    others = rng.integers(0, adapter.n_items, sample)
    liked = np.flatnonzero((support.labels[order] > 0) & (support.rows[order] != PSEUDO))
    rows, gains = [], []
    for place in liked if latest is None else liked[-latest:]:
        event = order[place]
        row = int(support.rows[event])
        moment = float(support.times[event]) if support.now is not None else None
        before = replace(support.part(order[:place]), now=moment)
        state, compared = adapter.adapt(before), np.concatenate([[row], others])
        adapted, base = adapter.score(state, compared), adapter.base(state)[compared]
        rows.append(row)
        gains.append(_log_share(adapted) - _log_share(base))
    return Prequential(np.array(rows, dtype=np.int64), np.array(gains))


def _log_share(scores: FloatArray) -> float:
    """Return the log softmax of the first score."""
    values = scores.astype(np.float64)
    top = values.max()
    return float(values[0] - top - np.log(np.exp(values - top).sum()))
