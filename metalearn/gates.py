"""Everything scalar that is meta-learned, as functions of how many events a person has."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from metalearn.data import FloatArray, IntArray, Tensors

KNOTS = (0, 1, 2, 3, 5, 10, 20, 50)


def hats(n: IntArray) -> FloatArray:
    """Return float32 [len(n), knots]: weights of the knots at n, linear in log(1 + n)."""
    grid = np.log1p(np.array(KNOTS, dtype=np.float64))
    columns = [np.interp(np.log1p(n), grid, unit) for unit in np.eye(len(KNOTS))]
    return np.stack(columns, axis=-1).astype(np.float32)


@dataclass(frozen=True)
class Gates:
    """What weighs the parts of a score; R = rank of the mixture, k = number of knots.

    The weight of a feature f at n likes is sum_r feature[f, r] mixture[r, n]: few mixtures of many features,
    which is what keeps a few hundred people from over-fitting, and what lets the kernels be merged.

    Attributes:
        prior: float32 [P, R], of the features that no event enters.
        event: float32 [F, R], of the kernels under each weighting of the events.
        mixture: float32 [R, k], of the mixtures at n likes.
        refusal: float32 [3], > 0, how much a dislike, a hide and a skip count against an item's neighbours in
            the kernels, where a like counts 1.
        consumed: float32 [k], > 0, how much having consumed something without liking it counts for them.
        phi: float32 [k], weight >= 0 of phi . delta at n events with a label.
        penalty: float32 [1], lambda > 0 of the inner problem.
        surprise: float32 [1], in 0..1, how much of a like's target its popularity already explains.
        target: float32 [6], the inner target of every kind of feedback; that of a like is 1.
        weight: float32 [6], >= 0, the weight of every kind in the inner loss; that of a like is 1.
        half_life: float32 [1], days after which an event counts half in the inner loss.
    """

    prior: FloatArray
    event: FloatArray
    mixture: FloatArray
    refusal: FloatArray
    consumed: FloatArray
    phi: FloatArray
    penalty: FloatArray
    surprise: FloatArray
    target: FloatArray
    weight: FloatArray
    half_life: FloatArray

    def tensors(self) -> Tensors:
        """Return all tables by name."""
        return {f.name: getattr(self, f.name) for f in fields(self)}


def spread_out(table: FloatArray) -> FloatArray:
    """Turn a table over knots [..., k] into one over n = 0, 1, .., last knot, float32 [..., last + 1]."""
    return np.asarray(table @ hats(np.arange(KNOTS[-1] + 1)).T, dtype=np.float32)


def at(spread: FloatArray, n: int) -> FloatArray:
    """Read a spread-out table [..., last + 1] at n events; return float32 [...]."""
    return np.asarray(spread[..., min(n, KNOTS[-1])])
