"""The events of a support that count, checked and in an order of their own."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from metalearn.adapter import PSEUDO, Support
from metalearn.data import FloatArray, IntArray
from metalearn.errors import BadSupport
from metalearn.feedback import KINDS, LABELS, SENTENCE, Kinds, kinds_of_labels

DAY = 86_400.0


class Canonical(NamedTuple):
    """The events of a support that count, in canonical order.

    Attributes:
        rows: int64 [e].
        labels: float32 [e].
        kinds: int8 [e].
        attended: bool [e], consumed without a like: neutral, or refused but seen.
        later: int64 [e], number of likes of catalogue items that came later, at another moment.
        ages: float32 [e], whole days from each event to the last one.
        origin: int64 [e], positions in the support.
        vectors: float32 [p, d], text vectors of the p pseudo-items, which come first.
    """

    rows: IntArray
    labels: FloatArray
    kinds: Kinds
    attended: NDArray[np.bool_]
    later: IntArray
    ages: FloatArray
    origin: IntArray
    vectors: FloatArray


def canonical(support: Support, n_items: int, n_text: int) -> Canonical:
    """Check a support and put it into an order that does not depend on the order of arrival.

    Raises:
        BadSupport: for unknown rows (named), numbers that are not finite, labels other than -1, 0, 1, kinds
            that do not go with them, arrays of different lengths, or a pseudo-item without a text vector of
            the right size.
    """
    _check(support, n_items, n_text)
    said = support.rows == PSEUDO
    n_said = int(np.count_nonzero(said))
    kinds = support.kinds
    if kinds is None:
        kinds = kinds_of_labels(support.labels, said if n_said else None)
    order = _order(support, said if n_said > 1 else None, kinds)
    rows = support.rows[order]
    last = np.ones(len(rows), bool)
    np.not_equal(rows[1:], rows[:-1], out=last[:-1])
    last[:n_said] = True
    kept = order[last]
    vectors = np.zeros((0, n_text)) if support.vectors is None else support.vectors[kept[:n_said]]
    labels, rows, times = support.labels[kept], rows[last], support.times[kept]
    attended = labels == 0
    if support.seen is not None:
        attended |= (labels < 0) & support.seen[kept]
    attended[:n_said] = False
    liked = np.sort(times[n_said:][labels[n_said:] > 0])
    later = len(liked) - np.searchsorted(liked, times, side="right")
    return Canonical(
        rows=rows,
        labels=labels.astype(np.float32, copy=False),
        kinds=kinds[kept],
        attended=attended,
        later=later,
        ages=days_before_last(times),
        origin=kept,
        vectors=vectors.astype(np.float32, copy=False),
    )


def days_before_last(times: NDArray[np.number]) -> FloatArray:
    """Return the whole days from each of n events to the last one, float32 [n].

    Whole days, so that events of one sitting are of one moment and a rank-one update stays exact.
    """
    if not len(times):
        return np.zeros(0, np.float32)
    gaps = times.max() - times
    return np.asarray(gaps // DAY, dtype=np.float32)


def _order(support: Support, said: NDArray[np.bool_] | None, kinds: Kinds) -> IntArray:
    """Sort by row, time, label, kind; sentences of one moment by their vectors, where `said` says which."""
    rank = support.labels
    if support.kinds is not None or support.seen is not None:
        rank = support.labels * 16 + kinds * 2 + (0 if support.seen is None else support.seen)
    if support.vectors is None or said is None:
        return np.asarray(np.lexsort((rank, support.times, support.rows)))
    vectors = np.where(said[:, None], support.vectors, 0.0)
    keys = np.concatenate([vectors.T, np.stack([rank, support.times, support.rows])])
    return np.asarray(np.lexsort(keys))


def _check(support: Support, n_items: int, n_text: int) -> None:
    rows = support.rows
    optional = [a for a in (support.kinds, support.seen) if a is not None]
    if any(len(a) != len(rows) for a in (support.labels, support.times, *optional)):
        raise BadSupport("rows, labels, times, kinds and seen of a support must have the same length")
    outside = (rows < PSEUDO) | (rows >= n_items)
    if outside.any():
        unknown = tuple(int(r) for r in np.unique(rows[outside]))
        raise BadSupport(f"the support names rows outside the catalogue of {n_items}: {unknown}", unknown)
    _check_numbers(support)
    if support.kinds is not None:
        _check_kinds(support, support.kinds)
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


def _check_kinds(support: Support, kinds: Kinds) -> None:
    unknown = (kinds < 0) | (kinds >= len(KINDS))
    odd = unknown | ((kinds == SENTENCE) != (support.rows == PSEUDO))
    odd |= (LABELS[np.where(unknown, 0, kinds)] != support.labels) & (kinds != SENTENCE)
    if odd.any():
        named = tuple(int(r) for r in np.unique(support.rows[odd]))
        raise BadSupport(f"kinds must be 0..{len(KINDS) - 1} and go with rows and labels; see {named}", named)
