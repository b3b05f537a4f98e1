"""Interactions as arrays: the log, one person's history, and sparse matrices of likes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from metalearn.errors import BadLog
from metalearn.feedback import LABELS, Kinds, kinds_of_labels, kinds_of_ratings

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float32]
Tensors = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class InteractionLog:
    """Ratings of a set of people.

    Attributes:
        users: int64 [m], person of each rating, 0 <= users < n_users.
        items: int64 [m], catalogue row of each rating, 0 <= items < n_items.
        ratings: float32 [m]; 4 and more is a like, 2 and less a dislike.
        times: int64 [m], unix seconds.
        n_users: number of people, including those without a rating.
        n_items: number of catalogue rows.
        timed: False where `times` only says in which order a person's ratings came.
        links: int64 [l, 2], who is a friend of whom, a pair per direction; None where nobody knows.
        amounts: float32 [m], above 0, how much of each item was consumed, such as plays of an artist; None
            where nobody counted.
    """

    users: IntArray
    items: IntArray
    ratings: FloatArray
    times: IntArray
    n_users: int
    n_items: int
    timed: bool = True
    links: IntArray | None = None
    amounts: FloatArray | None = None

    def __post_init__(self) -> None:
        if len({len(self.users), len(self.items), len(self.ratings), len(self.times)}) != 1:
            raise BadLog("users, items, ratings and times of a log must have the same length")
        if not np.isfinite(self.ratings).all():
            raise BadLog("the log holds ratings that are not numbers; clean it first")
        if self.amounts is not None:
            _check_amounts(self.amounts, len(self.users))
        _check_range("users", self.users, self.n_users)
        _check_range("items", self.items, self.n_items)
        if self.links is not None:
            _check_range("links", self.links.ravel(), self.n_users)


@dataclass(frozen=True)
class ItemFeatures:
    """What is known of every item without anybody's ratings.

    Attributes:
        text: float32 [N, d], text vectors.
        facets: float32 [N, f], one column per facet value.
        numbers: float32 [N, q], numeric columns such as the year, NaN where unknown; None is no column.
        links: CSR [N, e], above 0 where an item has one of e things that few share, such as a director or
            a brand; None where nothing is known of such things.
        words: CSR [N, w], how much every word of an item's name weighs; None where names are not known.
        pictures: float32 [N, v], vectors of pictures, zero where an item has none; None where none has.
    """

    text: FloatArray
    facets: FloatArray
    numbers: FloatArray | None = None
    links: sp.csr_matrix | None = None
    words: sp.csr_matrix | None = None
    pictures: FloatArray | None = None

    def of_rows(self, rows: Sequence[int]) -> ItemFeatures:
        """Return the features of some items, in the order given."""
        numbers = None if self.numbers is None else self.numbers[rows]
        links, words = (None if table is None else table[rows] for table in (self.links, self.words))
        pictures = None if self.pictures is None else self.pictures[rows]
        return ItemFeatures(self.text[rows], self.facets[rows], numbers, links, words, pictures)

    def __post_init__(self) -> None:
        for name, table in (("links", self.links), ("words", self.words)):
            if table is not None and table.shape[0] != len(self.text):
                raise BadLog(f"text has {len(self.text)} rows and {name} {table.shape[0]}; they must agree")
        if self.numbers is not None and len(self.numbers) != len(self.text):
            raise BadLog(f"text has {len(self.text)} rows and numbers {len(self.numbers)}; they must agree")
        if len(self.text) != len(self.facets):
            raise BadLog(f"text has {len(self.text)} rows and facets {len(self.facets)}; they must agree")
        if self.pictures is not None and len(self.pictures) != len(self.text):
            raise BadLog(f"text has {len(self.text)} rows and pictures {len(self.pictures)}; they must agree")
        for name, block in (("text", self.text), ("facets", self.facets), ("pictures", self.pictures)):
            if block is not None and not np.isfinite(block).all():
                bad = np.flatnonzero(~np.isfinite(block).all(axis=1))[:5].tolist()
                raise BadLog(f"{name} features are not finite in rows {bad}")


class History(NamedTuple):
    """One person's rated items in order of time.

    Attributes:
        items: int64 [m], catalogue rows.
        labels: float32 [m], +1 like, -1 dislike, 0 in between.
        times: int64 [m], unix seconds.
        rated: int8 [m], kinds of feedback; None where they follow from the labels.
        amounts: float32 [m], how much of each item was consumed; None where nobody counted.
    """

    items: IntArray
    labels: FloatArray
    times: IntArray
    rated: Kinds | None = None
    amounts: FloatArray | None = None

    @property
    def kinds(self) -> Kinds:
        """Return the kind of feedback that every rating is, int8 [m]."""
        return kinds_of_labels(self.labels) if self.rated is None else self.rated

    @property
    def likes(self) -> IntArray:
        """Return the liked rows, int64 [l], in order of time."""
        return self.items[self.labels > 0]


def histories(log: InteractionLog) -> list[History]:
    """Split a log into one history per person; equal times keep the order of the log."""
    order = np.lexsort((log.times, log.users))
    bounds = np.searchsorted(log.users[order], np.arange(log.n_users + 1))
    kinds = kinds_of_ratings(log.ratings)
    pieces = [order[a:b] for a, b in pairwise(bounds)]
    counted = log.amounts
    return [
        History(
            log.items[p], LABELS[kinds[p]], log.times[p], kinds[p], None if counted is None else counted[p]
        )
        for p in pieces
    ]


def friends_of(links: IntArray | None, n_users: int) -> list[IntArray] | None:
    """Return the friends of every person, int64 each; None where there are no links."""
    if links is None:
        return None
    order = np.lexsort((links[:, 1], links[:, 0]))
    bounds = np.searchsorted(links[order, 0], np.arange(n_users + 1))
    return [links[order[a:b], 1] for a, b in pairwise(bounds)]


def likes_matrix(rows: Sequence[IntArray], n_items: int) -> sp.csr_matrix:
    """Build the float32 matrix [len(rows), n_items] with a one for every liked item."""
    lengths = np.array([len(r) for r in rows], dtype=np.int64)
    indptr = np.concatenate([[0], np.cumsum(lengths)])
    indices = np.concatenate([*rows, np.zeros(0, np.int64)]).astype(np.int32)
    matrix = sp.csr_matrix((np.ones(len(indices), np.float32), indices, indptr), shape=(len(rows), n_items))
    matrix.sum_duplicates()
    matrix.data[:] = 1.0
    return matrix


def _check_amounts(amounts: FloatArray, size: int) -> None:
    if len(amounts) != size:
        raise BadLog(f"a log of {size} ratings needs as many amounts, got {len(amounts)}")
    if not (np.isfinite(amounts) & (amounts > 0)).all():
        raise BadLog("the log holds amounts that are not numbers above 0; clean it first")


def _check_range(name: str, values: IntArray, size: int) -> None:
    if len(values) and (values.min() < 0 or values.max() >= size):
        raise BadLog(f"{name} of the log must lie in 0..{size - 1}, got {values.min()}..{values.max()}")
