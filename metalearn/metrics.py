"""Ranking metrics over many people at once, and how sure they are.

All functions take hits: bool [m, n], whether the item at each place of each ranking is in the query, and
sizes: int [m], the number of query items. They return one float64 per person, [m].
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from metalearn.data import IntArray

Hits = NDArray[np.bool_]
PerUser = NDArray[np.float64]


class Interval(NamedTuple):
    """A mean with its 95 % bootstrap interval."""

    mean: float
    low: float
    high: float


def hits_of(rankings: IntArray, queries: Sequence[IntArray]) -> Hits:
    """Return bool [m, n]: is the ranked item in the query of that person."""
    rows = [np.isin(ranked, query) for ranked, query in zip(rankings, queries, strict=True)]
    return np.stack(rows) if rows else np.zeros((0, rankings.shape[1]), dtype=bool)


def ndcg(hits: Hits, sizes: IntArray, k: int = 10) -> PerUser:
    """Return NDCG@k with binary gains: DCG over the DCG of a perfect ranking. Järvelin, Kekäläinen 2002."""
    discounts = 1.0 / np.log2(np.arange(2, k + 2))
    ideal = np.concatenate([[0.0], np.cumsum(discounts)])[np.minimum(sizes, k)]
    gains = hits[:, :k] @ discounts[: hits[:, :k].shape[1]]
    return np.asarray(gains / np.maximum(ideal, discounts[-1]), dtype=np.float64)


def hit_rate(hits: Hits, k: int = 10) -> PerUser:
    """Return 1 where any of the first k places is a hit, else 0."""
    return np.asarray(hits[:, :k].any(axis=1), dtype=np.float64)


def recall(hits: Hits, sizes: IntArray, k: int = 50) -> PerUser:
    """Return hits among the first k places over min(k, size of the query)."""
    return np.asarray(hits[:, :k].sum(axis=1) / np.maximum(np.minimum(sizes, k), 1))


def mrr(hits: Hits) -> PerUser:
    """Return one over the place of the first hit, 0 where there is none."""
    if not hits.shape[1]:
        return np.zeros(len(hits))
    return np.asarray(np.where(hits.any(axis=1), 1.0 / (hits.argmax(axis=1) + 1.0), 0.0))


def coverage(rankings: IntArray, n_items: int, k: int = 10) -> float:
    """Return the share of the catalogue that is among anybody's first k places."""
    return len(np.unique(rankings[:, :k])) / n_items


def bootstrap(values: PerUser, *, draws: int = 2000, seed: int = 0) -> Interval:
    """Return the mean over people and the 2.5 and 97.5 percentiles of its bootstrap distribution."""
    if not len(values):
        return Interval(float("nan"), float("nan"), float("nan"))
    rng = np.random.default_rng(seed)
    means = np.array([values[rng.integers(0, len(values), len(values))].mean() for _ in range(draws)])
    low, high = np.percentile(means, [2.5, 97.5])
    return Interval(float(values.mean()), float(low), float(high))
