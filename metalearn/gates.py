"""Learned scalars that depend on how many events a person has: tables over knots of log(1 + n)."""

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
    """Everything scalar that is meta-learned; B = number of event models, k = number of knots.

    Attributes:
        popularity: float32 [k], weight of popularity at n likes; exactly 1 at n = 0.
        like: float32 [B, k], weight >= 0 of each event model at n likes.
        dislike: float32 [B, k], weight >= 0 of each event model at n dislikes, used with a minus.
        phi: float32 [k], weight >= 0 of the ridge term at n events.
        penalty: float32 [k], lambda > 0 of the ridge solve at n events.
        dampening: float32 [B], how much less an event on a popular item says, per event model.
        surprise: float32 [1], in 0..1, how much of a like's target its popularity already explains.
        dislike_target: float32 [1], > 0; the ridge target of a dislike is minus this.
        dislike_weight: float32 [1], > 0; the weight of a dislike in the ridge loss, a like has 1.
    """

    popularity: FloatArray
    like: FloatArray
    dislike: FloatArray
    phi: FloatArray
    penalty: FloatArray
    dampening: FloatArray
    surprise: FloatArray
    dislike_target: FloatArray
    dislike_weight: FloatArray

    def tensors(self) -> Tensors:
        """Return all tables by name."""
        return {f.name: getattr(self, f.name) for f in fields(self)}


def spread_out(table: FloatArray) -> FloatArray:
    """Turn a table over knots [..., k] into one over n = 0, 1, .., last knot, float32 [..., last + 1]."""
    return np.asarray(table @ hats(np.arange(KNOTS[-1] + 1)).T, dtype=np.float32)


def at(spread: FloatArray, n: int) -> FloatArray:
    """Read a spread-out table [..., last + 1] at n events; return float32 [...]."""
    return np.asarray(spread[..., min(n, KNOTS[-1])])
