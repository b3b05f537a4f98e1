"""What an adapter is: support in, state out, and scores that split into what each event contributed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from metalearn.data import FloatArray, IntArray
from metalearn.feedback import LABELS, Kinds

PSEUDO = -1


@dataclass(frozen=True)
class Support:
    """A person's events, in any order.

    Attributes:
        rows: int64 [n], catalogue row; -1 is a pseudo-item, known by its text vector only.
        labels: float32 [n]; +1 like, -1 dislike, hide or skip, 0 consumed.
        times: float64 [n], unix seconds; of several events on one row the latest counts.
        vectors: float32 [n, d] text vectors, read where rows == -1; None when there is no pseudo-item.
        now: the moment of the request, unix seconds; None is the end of the log the adapter was trained on.
        friends: int64 [f], people of that log whom the person is linked to; None where nobody knows.
        kinds: int8 [n], kinds of feedback (``metalearn.feedback``); None is those that the labels stand for.
        seen: bool [n], whether a refused item is known to have been consumed; None is nowhere.
    """

    rows: IntArray
    labels: FloatArray
    times: NDArray[np.float64]
    vectors: FloatArray | None = None
    now: float | None = None
    friends: IntArray | None = None
    kinds: Kinds | None = None
    seen: NDArray[np.bool_] | None = None

    @classmethod
    def empty(cls) -> Support:
        """Return the support of a person of whom nothing is known."""
        return cls(np.zeros(0, np.int64), np.zeros(0, np.float32), np.zeros(0, np.float64))

    @classmethod
    def of_likes(
        cls,
        rows: Sequence[int] | IntArray,
        times: NDArray[np.float64] | None = None,
        now: float | None = None,
        friends: IntArray | None = None,
    ) -> Support:
        """Return a support of likes, one second apart in the order given unless their times are given."""
        liked = np.asarray(rows, dtype=np.int64)
        moments = np.arange(len(liked), dtype=np.float64) if times is None else times.astype(np.float64)
        return cls(liked, np.ones(len(liked), np.float32), moments, None, now, friends)

    @classmethod
    def of_kinds(
        cls,
        rows: IntArray,
        kinds: Kinds,
        times: NDArray[np.float64],
        *,
        seen: NDArray[np.bool_] | None = None,
        vectors: FloatArray | None = None,
        now: float | None = None,
        friends: IntArray | None = None,
    ) -> Support:
        """Return a support of events of the given kinds; the labels follow from them."""
        return cls(rows, LABELS[kinds], times, vectors, now, friends, kinds, seen)

    def part(self, chosen: IntArray) -> Support:
        """Return the support of some of the events, given by their positions."""
        return replace(
            self,
            rows=self.rows[chosen],
            labels=self.labels[chosen],
            times=self.times[chosen],
            vectors=None if self.vectors is None else self.vectors[chosen],
            kinds=None if self.kinds is None else self.kinds[chosen],
            seen=None if self.seen is None else self.seen[chosen],
        )

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True)
class UserState:
    """What was learned from one support; events are in canonical order (by row, pseudo-items first).

    Attributes:
        rows: int32 [e], one entry per event that counts.
        labels: float32 [e].
        kinds: int8 [e].
        attended: bool [e], consumed without a like: neutral, or refused but seen.
        later: int32 [e], number of likes that came later, at another moment.
        ages: float32 [e], whole days from each event to the last one.
        origin: int32 [e], position of the event in the support it came from.
        said: float32 [s, p], phi of the sentences, which come first.
        n_support: number of events in that support, superseded ones included.
        n_likes: liked catalogue items.
        n_refused: catalogue items turned down.
        n_attended: catalogue items consumed without a like.
        delta: float32 [p], the person's own weights of phi.
        now: the moment of the request, as in the support.
        friends: as in the support.
    """

    rows: NDArray[np.int32]
    labels: FloatArray
    kinds: Kinds
    attended: NDArray[np.bool_]
    later: NDArray[np.int32]
    ages: FloatArray
    origin: NDArray[np.int32]
    said: FloatArray
    n_support: int
    n_likes: int
    n_refused: int
    n_attended: int
    delta: FloatArray
    now: float | None = None
    friends: IntArray | None = None

    @property
    def nbytes(self) -> int:
        """Return the bytes of what was learned; all else is the person's events."""
        return self.delta.nbytes


@dataclass(frozen=True)
class Contributions:
    """An exact split of k scores: ``base + events.sum(0)``.

    Attributes:
        base: float32 [k], the popularity part.
        events: float32 [n, k], what each event of the support adds, in support order; 0 where superseded.
    """

    base: FloatArray
    events: FloatArray

    def total(self) -> FloatArray:
        """Return the scores, float32 [k]."""
        return np.asarray(self.base + self.events.sum(axis=0), dtype=np.float32)


class Adapter(Protocol):
    """Anything that learns a person from a support and scores items for them."""

    def adapt(self, support: Support) -> UserState:
        """Learn a state from a support."""
        ...

    def score(self, state: UserState, rows: IntArray | None = None) -> FloatArray:
        """Score the given rows, or the whole catalogue; return float32 [k]."""
        ...

    def contributions(self, state: UserState, rows: IntArray) -> Contributions:
        """Split the scores of the given rows into base and events."""
        ...

    def item_vectors(self) -> FloatArray:
        """Return collaborative item vectors [N, c], unit rows, zero for cold items."""
        ...

    def save(self, folder: Path) -> None:
        """Write everything that scoring needs into a folder."""
        ...

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what ``save`` wrote."""
        ...
