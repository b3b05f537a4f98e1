"""What an adapter is: support in, state out, and scores that split into what each event contributed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from metalearn.data import FloatArray, IntArray
from metalearn.errors import BadSupport

PSEUDO = -1


@dataclass(frozen=True)
class Support:
    """A person's events, in any order.

    Attributes:
        rows: int64 [n], catalogue row; -1 is a pseudo-item, known by its text vector only.
        labels: float32 [n]; +1 like, -1 dislike or hide, 0 consumed.
        times: float64 [n], unix seconds; of several events on one row the latest counts.
        vectors: float32 [n, d] text vectors, read where rows == -1; None when there is no pseudo-item.
        now: the moment of the request, unix seconds; None is the end of the log the adapter was trained on.
        friends: int64 [f], people of that log whom the person is linked to; None where nobody knows.
    """

    rows: IntArray
    labels: FloatArray
    times: NDArray[np.float64]
    vectors: FloatArray | None = None
    now: float | None = None
    friends: IntArray | None = None

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

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True)
class UserState:
    """What was learned from one support; events are in canonical order (by row, pseudo-items first).

    Attributes:
        rows: int32 [e], one entry per event that counts.
        labels: float32 [e].
        later: int32 [e], number of likes that came later, at another moment.
        origin: int32 [e], position of the event in the support it came from.
        said: float32 [s, p], phi of the sentences, which come first.
        n_support: number of events in that support, superseded ones included.
        n_likes: liked catalogue items.
        n_dislikes: disliked catalogue items.
        delta: float32 [p], the person's own weights of phi.
        now: the moment of the request, as in the support.
        friends: as in the support.
    """

    rows: NDArray[np.int32]
    labels: FloatArray
    later: NDArray[np.int32]
    origin: NDArray[np.int32]
    said: FloatArray
    n_support: int
    n_likes: int
    n_dislikes: int
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


class Canonical(NamedTuple):
    """The events of a support that count, in canonical order.

    Attributes:
        rows: int64 [e].
        labels: float32 [e].
        later: int64 [e], number of likes of catalogue items that came later, at another moment.
        origin: int64 [e], positions in the support.
        vectors: float32 [p, d], text vectors of the p pseudo-items, which come first.
    """

    rows: IntArray
    labels: FloatArray
    later: IntArray
    origin: IntArray
    vectors: FloatArray


def canonical(support: Support, n_items: int, n_text: int) -> Canonical:
    """Check a support and put it into an order that does not depend on the order of arrival.

    Raises:
        BadSupport: for unknown rows (named), numbers that are not finite, labels other than -1, 0, 1,
            arrays of different lengths, or a pseudo-item without a text vector of the right size.
    """
    _check(support, n_items, n_text)
    order = _order(support)
    rows = support.rows[order]
    last = np.append(rows[1:] != rows[:-1], True)[: len(rows)] | (rows == PSEUDO)
    kept = order[last].astype(np.int64)
    said = kept[: int(np.count_nonzero(rows == PSEUDO))]
    vectors = np.zeros((0, n_text)) if support.vectors is None else support.vectors[said]
    labels = support.labels[kept].astype(np.float32)
    rows, times = support.rows[kept], support.times[kept]
    liked = np.sort(times[(rows != PSEUDO) & (labels > 0)])
    later = len(liked) - np.searchsorted(liked, times, side="right")
    return Canonical(rows, labels, later.astype(np.int64), kept, vectors.astype(np.float32))


def _order(support: Support) -> IntArray:
    """Sort by row, time, label; sentences of one moment by their vectors."""
    if support.vectors is None or np.count_nonzero(support.rows == PSEUDO) < 2:
        return np.asarray(np.lexsort((support.labels, support.times, support.rows)))
    said = np.where(support.rows[:, None] == PSEUDO, support.vectors, 0.0)
    keys = np.concatenate([said.T, np.stack([support.labels, support.times, support.rows])])
    return np.asarray(np.lexsort(keys))


def _check(support: Support, n_items: int, n_text: int) -> None:
    rows = support.rows
    if not len(rows) == len(support.labels) == len(support.times):
        raise BadSupport("rows, labels and times of a support must have the same length")
    outside = (rows < PSEUDO) | (rows >= n_items)
    if outside.any():
        unknown = tuple(int(r) for r in np.unique(rows[outside]))
        raise BadSupport(f"the support names rows outside the catalogue of {n_items}: {unknown}", unknown)
    _check_numbers(support)
    pseudo = rows == PSEUDO
    if pseudo.any() and (support.vectors is None or support.vectors.shape != (len(rows), n_text)):
        raise BadSupport(f"pseudo-items need text vectors of shape [{len(rows)}, {n_text}]", (PSEUDO,))
    if support.vectors is not None and not np.isfinite(support.vectors[pseudo]).all():
        raise BadSupport("a text vector of a pseudo-item is not finite", (PSEUDO,))


def _check_numbers(support: Support) -> None:
    if support.now is not None and not np.isfinite(support.now):
        raise BadSupport(f"the moment of the request must be a number, it is {support.now}")
    bad = ~np.isfinite(support.labels) | ~np.isfinite(support.times)
    if bad.any():
        named = tuple(int(r) for r in np.unique(support.rows[bad]))
        raise BadSupport(f"labels and times must be finite; they are not for rows {named}", named)
    odd = (np.abs(support.labels) != 1) & (support.labels != 0)
    if odd.any():
        named = tuple(int(r) for r in np.unique(support.rows[odd]))
        raise BadSupport(f"labels must be -1, 0 or 1; they are not for rows {named}", named)
