"""The online path: one event at a time, and a watch on whether adapting helps this person."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_triangular

from metalearn.adapter import PSEUDO, Support, canonical
from metalearn.data import FloatArray, IntArray
from metalearn.gates import at
from metalearn.inner import Ridge
from metalearn.taste import TasteAdapter


class OnlineRidge:
    """A person's delta under a stream of events, without solving afresh.

    Adding event n + 1 borders the Cholesky factor of the dual system by one row, O(n^2 + n p), where solving
    afresh costs O(n^3 + n^2 p). An item that was rated before starts the factor again.

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
        self._factor: NDArray[np.float64] = np.zeros((0, 0))
        self._rows: list[int] = []
        self._labels: list[float] = []
        self._features: list[NDArray[np.float64]] = []
        self._targets: list[float] = []
        self._roots: list[float] = []
        if support is not None:
            order = np.argsort(support.times, kind="stable")
            for at_ in order:
                vector = None if support.vectors is None else support.vectors[at_]
                self.add(int(support.rows[at_]), float(support.labels[at_]), vector)

    def add(self, row: int, label: float, vector: FloatArray | None = None) -> FloatArray:
        """Take one event and return the new delta, float32 [p], as ``TasteAdapter.adapt`` gives it.

        Args:
            row: catalogue row; -1 for a sentence.
            label: +1 like, -1 dislike or hide, 0 consumed.
            vector: float32 [d], the text vector of a sentence.
        """
        vectors = None if vector is None else vector[None]
        event = Support(np.array([row]), np.array([label], np.float32), np.zeros(1), vectors)
        events = canonical(event, self.adapter.n_items, len(self.adapter.catalogue.text.mean))
        problem = self.adapter.problem(events, self.adapter.features(events))
        if row != PSEUDO and row in self._rows:
            self._replace(self._rows.index(row), label, problem.targets[0], problem.weights[0])
        else:
            root = float(np.sqrt(problem.weights[0]))
            feature = problem.features[0].astype(np.float64) * root
            self._append(row, label, feature, float(problem.targets[0]) * root, root)
        return self.delta()

    def delta(self) -> FloatArray:
        """Return the person's weights of phi, float32 [p]."""
        if not self._rows or not np.any(self._labels):
            return np.zeros(self.adapter.catalogue.phi.shape[1], np.float32)
        half = solve_triangular(self._factor, np.array(self._targets), lower=True)
        dual = solve_triangular(self._factor.T, half, lower=False) * np.array(self._roots)
        labels = np.array(self._labels)
        # What would turn a like against its own item is dropped, as in the adapter.
        dual = np.where(dual * labels >= 0, dual, 0.0)
        gate = float(at(self.adapter.phi_gates, int(np.count_nonzero(labels))))
        scaled = np.array([f / max(r, 1e-12) for f, r in zip(self._features, self._roots, strict=True)])
        return np.asarray(gate * (dual @ scaled), dtype=np.float32)

    def _append(
        self, row: int, label: float, feature: NDArray[np.float64], target: float, root: float
    ) -> None:
        size, penalty = len(self._rows), float(self.adapter.gates.penalty[0])
        corner = float(feature @ feature) + penalty
        grown = np.zeros((size + 1, size + 1))
        grown[:size, :size] = self._factor
        if size:
            cross = np.array(self._features) @ feature
            grown[size, :size] = solve_triangular(self._factor, cross, lower=True)
            corner -= float(grown[size, :size] @ grown[size, :size])
        grown[size, size] = np.sqrt(corner)
        self._factor = grown
        self._rows.append(row)
        self._labels.append(label)
        self._features.append(feature)
        self._targets.append(target)
        self._roots.append(root)

    def _replace(self, position: int, label: float, target: float, weight: float) -> None:
        """Give an earlier event another label and build the factor again."""
        kept = list(zip(self._rows, self._labels, self._features, self._targets, self._roots, strict=True))
        row, _, feature, _, root = kept[position]
        new = float(np.sqrt(weight))
        plain = self.adapter.catalogue.phi[row] if row != PSEUDO else feature / max(root, 1e-12)
        kept[position] = (row, label, plain * new, target * new, new)
        self._restart()
        for event in kept:
            self._append(*event)

    def _restart(self) -> None:
        self._factor = np.zeros((0, 0))
        for events in (self._rows, self._labels, self._features, self._targets, self._roots):
            events.clear()


class Prequential(NamedTuple):
    """Predict, then learn: how well each like was foreseen from what came before it.

    Attributes:
        rows: int64 [l], liked rows in order of time.
        gain: float64 [l], log-likelihood among sampled items of the adapted score minus that of the base.
    """

    rows: IntArray
    gain: NDArray[np.float64]

    def hurts(self, least: int = 6) -> bool:
        """Return whether adapting is worse than not adapting beyond two standard errors of the mean gain."""
        if len(self.gain) < least:
            return False
        error = self.gain.std(ddof=1) / np.sqrt(len(self.gain))
        return bool(self.gain.mean() + 2.0 * error < 0.0)


def prequential(adapter: TasteAdapter, support: Support, *, sample: int = 200, seed: int = 0) -> Prequential:
    """Score every like of a support by the state before it, against random items.

    Args:
        adapter: any adapter.
        support: a person's events.
        sample: how many random items each like is compared with.
        seed: of the random items.
    """
    rng, order = np.random.default_rng(seed), np.argsort(support.times, kind="stable")
    others = rng.integers(0, adapter.n_items, sample)
    rows, gains = [], []
    for position, event in enumerate(order):
        row = int(support.rows[event])
        if support.labels[event] <= 0 or row == PSEUDO:
            continue
        known = order[:position]
        vectors = None if support.vectors is None else support.vectors[known]
        moment = float(support.times[event]) if support.now is not None else None
        before = Support(
            support.rows[known], support.labels[known], support.times[known], vectors, moment, support.friends
        )
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
