"""Likes as a sparse matrix, and recommenders that are an item-item matrix; needs SciPy."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp
from split import FloatArray, Fold, IntArray


def likes_matrix(rows: Sequence[IntArray], n_items: int) -> sp.csr_matrix:
    """Return likes as float32 [people, items]."""
    bounds = np.cumsum([0, *map(len, rows)])
    items = np.concatenate([np.zeros(0, np.int64), *rows])
    return sp.csr_matrix((np.ones(len(items), np.float32), items, bounds), shape=(len(rows), n_items))


class ItemItem:
    """Score by the sum of the rows of an item-item matrix; nothing but the events is kept of a person.

    `adapt` is that sum for one person, for it is all the work there is.
    """

    def __init__(self) -> None:
        self.weights: sp.csr_matrix | FloatArray = np.zeros((0, 0), np.float32)
        self.n_items = 0

    def fit(self, fold: Fold) -> None:
        """Compute the item-item matrix from the likes of the training people."""
        self.n_items = fold.n_items
        found = self.similarity(likes_matrix(fold.train, fold.n_items))
        self.weights = found.tocsr() if sp.issparse(found) else np.ascontiguousarray(found, dtype=np.float32)

    def similarity(self, likes: sp.csr_matrix) -> sp.spmatrix | FloatArray:
        """Return the matrix [N, N]: row i says what a like of i adds to every item."""
        raise NotImplementedError

    def adapt(self, support: IntArray) -> FloatArray:
        """Return the scores of one person."""
        if sp.issparse(self.weights):
            return np.asarray(self.weights[support].sum(axis=0), dtype=np.float32).ravel()
        return self.weights[support].sum(axis=0)

    def scores(self, supports: Sequence[IntArray]) -> FloatArray:
        """Score all supports at once."""
        found = likes_matrix(supports, self.n_items) @ self.weights
        return np.asarray(found.toarray() if sp.issparse(found) else found, dtype=np.float32)

    def state_bytes(self) -> int:
        """Return nothing: the events suffice."""
        return 0
