"""Popularity: the floor, and the smallest example of a peer. Needs NumPy only."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from contest import Model, contest
from split import FloatArray, Fold, IntArray


class Popularity:
    """Score every item by its likes, whoever asks."""

    def fit(self, fold: Fold) -> None:
        self.counts = fold.popularity.astype(np.float32)

    def adapt(self, support: IntArray) -> FloatArray:
        return self.counts

    def scores(self, supports: Sequence[IntArray]) -> FloatArray:
        return np.tile(self.counts, (len(supports), 1))

    def state_bytes(self) -> int:
        return 0


if __name__ == "__main__":
    contest([Model("popularity", lambda _knobs: Popularity(), ({},))])
