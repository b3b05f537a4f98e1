"""What is known of every item at a moment: popularity over several windows, age, and how it was rated.

Only interactions before the moment count, so that a feature for a past request knows nothing of its future.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from metalearn.data import FloatArray, History, Tensors
from metalearn.features import log_popularity

DAY = 86_400.0
YEAR = 365.0 * DAY
WINDOWS = (30 * DAY, 90 * DAY, YEAR, 2 * YEAR, float("inf"))
RATED_WINDOWS = (90 * DAY, YEAR)
REMEMBERED = 64


@dataclass
class Moments:
    """Counts by time of one set of people.

    Attributes:
        likes: float32 [N], number of likes.
        ratings: float32 [N], number of ratings of any kind.
        liked_at: float64 [l], times of all likes, ascending; empty where times are only an order.
        liked: int32 [l], their items.
        rated_at: float64 [r], times of all ratings, ascending.
        rated: int32 [r], their items.
        first: float64 [N], time of the first rating of every item, infinite where there is none.
        apart: bool [1], whether ratings other than likes are features of their own.
    """

    likes: FloatArray
    ratings: FloatArray
    liked_at: NDArray[np.float64]
    liked: NDArray[np.int32]
    rated_at: NDArray[np.float64]
    rated: NDArray[np.int32]
    first: NDArray[np.float64]
    apart: NDArray[np.bool_]
    _seen: OrderedDict[int, FloatArray] = field(default_factory=OrderedDict, init=False, repr=False)

    @classmethod
    def fit(cls, people: Sequence[History], n_items: int, *, timed: bool, rated: bool) -> Moments:
        """Count the interactions of these people over N items."""
        items = np.concatenate([np.zeros(0, np.int64), *(h.items for h in people)])
        labels = np.concatenate([np.zeros(0, np.float32), *(h.labels for h in people)])
        times = np.concatenate([np.zeros(0), *(h.times for h in people)]).astype(np.float64)
        likes = np.bincount(items[labels > 0], minlength=n_items).astype(np.float32)
        ratings = np.bincount(items, minlength=n_items).astype(np.float32)
        if not timed:
            items, labels, times = items[:0], labels[:0], times[:0]
        order = np.argsort(times, kind="stable")
        items, labels, times = items[order].astype(np.int32), labels[order], times[order]
        first = np.full(n_items, np.inf)
        np.minimum.at(first, items, times)
        chosen = labels > 0
        return cls(likes, ratings, times[chosen], items[chosen], times, items, first, np.array([rated]))

    @property
    def timed(self) -> bool:
        """Return whether moments can be told apart."""
        return len(self.rated_at) > 0

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the features, the first of which is all-time popularity."""
        names = ["popularity"]
        if self._rated_apart:
            names += ["liking", "attention"]
        if self.timed:
            names += [f"likes within {_words(w)}" for w in WINDOWS]
            names += [f"ratings within {_words(w)}" for w in RATED_WINDOWS]
            names += ["unseen", "age"]
        return tuple(names)

    def at(self, now: float | None) -> FloatArray:
        """Return float32 [P, N], every feature with mean 0 over the items.

        Args:
            now: unix seconds; None, or later than the log, is the end of the log.
        """
        moment = self.second(now)
        if moment not in self._seen:
            self._seen[moment] = self._measure(moment)
            while len(self._seen) > REMEMBERED:
                self._seen.popitem(last=False)
        return self._seen[moment]

    def tensors(self) -> Tensors:
        """Return every array by name."""
        names = ("likes", "ratings", "liked_at", "liked", "rated_at", "rated", "first", "apart")
        return {name: getattr(self, name) for name in names}

    @property
    def _rated_apart(self) -> bool:
        return bool(self.apart[0])

    def second(self, now: float | None) -> int:
        """Return the whole second; the end of the log where it is later or unknown."""
        if not self.timed:
            return 0
        end = self.rated_at[-1] + 1.0
        return int(min(end if now is None else now, end) // 1)

    def _measure(self, now: int) -> FloatArray:
        rows: list[NDArray[np.floating]] = [log_popularity(self.likes)]
        if self._rated_apart:
            rows.append(np.log((self.likes + 2.0) / (self.ratings + 4.0)))
            rows.append(np.log(self.ratings + 0.5))
        if self.timed:
            rows += [self._window(self.liked_at, self.liked, now, width) for width in WINDOWS]
            rows += [self._window(self.rated_at, self.rated, now, width) for width in RATED_WINDOWS]
            rows.append((self.first >= now).astype(np.float32))
            rows.append(np.log1p(np.clip((now - self.first) / YEAR, 0.0, 20.0)))
        table = np.stack(rows).astype(np.float64)
        return np.asarray(table - table.mean(axis=1, keepdims=True), dtype=np.float32)

    def _window(
        self, times: NDArray[np.float64], items: NDArray[np.int32], now: int, width: float
    ) -> NDArray[np.float64]:
        """Return log counts in [now - width, now), smoothed more where the window holds more."""
        start, stop = np.searchsorted(times, [now - width, now])
        counts = np.bincount(items[start:stop], minlength=len(self.likes))
        share = (stop - start) / max(len(times), 1)
        return np.asarray(np.log(counts + 0.5 * min(max(share, 0.02), 1.0)))


def _words(width: float) -> str:
    return "ever before" if width == float("inf") else f"{round(width / DAY)} days"
