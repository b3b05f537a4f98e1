"""Sources that go by people: who likes alike, who is a friend."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from retriever.strategies.source import Ask, FloatArray, IntArray, Likes

NEIGHBOURS = 100
SHRINK = 3.0


class UserKNN:
    """Sum what the people like who are most like the person. Resnick et al. 1994, on likes.

    The likeness of two people is the number of items that both like over the root of the product of how
    many each likes, `SHRINK` added below.
    """

    name = "userknn"

    def __init__(self, likes: Likes, neighbours: int = NEIGHBOURS) -> None:
        self._likes = likes.matrix
        self._likers = sp.csr_matrix(likes.matrix.T)
        self._sizes = np.diff(likes.matrix.indptr).astype(np.float32)
        self._neighbours = neighbours

    def scores(self, ask: Ask, /) -> FloatArray:
        """Return the summed likeness of the nearest people who like each item."""
        if not len(ask.rows) or not self._likes.shape[0]:
            return np.zeros(self._likes.shape[1], np.float32)
        shared = np.asarray(self._likers[ask.rows].sum(axis=0), dtype=np.float32).ravel()
        alike = (shared / (np.sqrt(self._sizes * len(ask.rows)) + SHRINK)).astype(np.float32)
        chosen = np.flatnonzero(alike)
        if len(chosen) > self._neighbours:
            part = np.argpartition(-alike[chosen], self._neighbours - 1)[: self._neighbours]
            chosen = chosen[part]
        return weighted_sum(self._likes, np.sort(chosen).astype(np.int64), alike)


class Social:
    """Count what friends like: their number, and the share of all of a rare item's likes that it is."""

    name = "social"

    def __init__(self, likes: Likes) -> None:
        self._likes = likes.matrix
        self._counts = np.asarray(likes.matrix.sum(axis=0), dtype=np.float32).ravel()

    def scores(self, ask: Ask, /) -> FloatArray:
        """Return the number of friends who like each item, ties to the item that fewer others like."""
        found = np.zeros(self._likes.shape[1], np.float32)
        if ask.friends is None or not len(ask.friends):
            return found
        known = ask.friends[(ask.friends >= 0) & (ask.friends < self._likes.shape[0])]
        found = weighted_sum(self._likes, np.unique(known), np.ones(self._likes.shape[0], np.float32))
        return np.asarray(found * (1 + 1 / (1 + self._counts)), dtype=np.float32)


def weighted_sum(matrix: sp.csr_matrix, rows: IntArray, weights: FloatArray) -> FloatArray:
    """Return the sum of some rows of a CSR matrix [U, N], each times its weight [U]; float32 [N]."""
    if not len(rows):
        return np.zeros(matrix.shape[1], np.float32)
    found = sp.csr_matrix(weights[rows][None].astype(np.float32)) @ matrix[rows]
    return np.asarray(found.toarray(), dtype=np.float32).ravel()
