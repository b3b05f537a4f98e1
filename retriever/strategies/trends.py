"""Sources that go by everybody: what many like, and what many like of late."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from retriever.strategies.source import Ask, FloatArray, Likes

DAY = 86_400.0
HALF_LIVES = (7.0, 30.0, 120.0, 480.0, 1500.0)  # days


class Popular:
    """Count the likes of every item."""

    name = "popular"

    def __init__(self, likes: Likes) -> None:
        self._counts = np.asarray(likes.matrix.sum(axis=0), dtype=np.float32).ravel()

    def scores(self, ask: Ask, /) -> FloatArray:
        """Return the counts, whoever asks."""
        return self._counts


class Recent:
    """Count the likes of every item until now, each halved in weight every half-life.

    A log without moments proposes nothing.
    """

    name = "recent"

    def __init__(self, likes: Likes, half_life: float) -> None:
        self._n, self.half_life = likes.matrix.shape[1], half_life
        order = np.argsort(likes.times, kind="stable") if likes.times is not None else np.zeros(0, np.int64)
        self._items = likes.items[order]
        self._times = np.zeros(0) if likes.times is None else likes.times[order]

    @classmethod
    def foreseeing(cls, likes: Likes, half_lives: Sequence[float] = HALF_LIVES) -> Recent:
        """Choose the half-life that foresees the last fifth of the log from what came before.

        It is the one under which the likes of that fifth are most probable, each item as probable as its
        weight at the beginning of the fifth says (one added to each).
        """
        if likes.times is None or len(likes.times) < 2 or np.ptp(likes.times) == 0:
            return cls(likes, half_lives[-1])
        cut = float(np.quantile(likes.times, 0.8))
        later = np.bincount(likes.items[likes.times > cut], minlength=likes.matrix.shape[1])

        def foreseen(half_life: float) -> float:
            weights = cls(likes, half_life).scores(Ask(np.zeros(0, np.int64), cut)).astype(np.float64)
            shares = weights / max(weights.sum(), 1e-12) + 1 / len(weights)
            return float(later @ np.log(shares / shares.sum()))

        return cls(likes, max(half_lives, key=foreseen))

    def scores(self, ask: Ask, /) -> FloatArray:
        """Return the weighted counts as of the moment of the request."""
        if not len(self._times):
            return np.zeros(self._n, np.float32)
        end = len(self._times) if ask.now is None else int(np.searchsorted(self._times, ask.now, "right"))
        if not end:
            return np.zeros(self._n, np.float32)
        # Against the latest like, so that the weights of a log long past do not vanish altogether.
        ages = (self._times[end - 1] - self._times[:end]) / DAY
        found = np.bincount(self._items[:end], np.exp2(-ages / self.half_life), minlength=self._n)
        return np.asarray(found, dtype=np.float32)
