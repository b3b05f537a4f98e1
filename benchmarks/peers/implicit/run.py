"""Peers from `implicit` 0.7.3: iALS (Hu, Koren, Volinsky 2008), BM25 and cosine ItemKNN."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from itertools import product

import numpy as np
import scipy.sparse as sp
from contest import Knobs, Model, contest
from implicit.cpu.als import AlternatingLeastSquares
from implicit.nearest_neighbours import BM25Recommender, CosineRecommender
from sparse import ItemItem, likes_matrix
from split import FloatArray, Fold, IntArray


class Ials:
    """Weighted matrix factorisation; unseen people are folded in by the library's own solve."""

    def __init__(self, knobs: Knobs) -> None:
        self.model = AlternatingLeastSquares(
            **knobs, iterations=15, num_threads=1, random_state=0, dtype=np.float32
        )
        self.n_items = 0

    def fit(self, fold: Fold) -> None:
        self.n_items = fold.n_items
        self.model.fit(likes_matrix(fold.train, fold.n_items), show_progress=False)

    def adapt(self, support: IntArray) -> FloatArray:
        """Return the factors of one person; the library keeps Y'Y between calls."""
        return self.model.recalculate_user(0, likes_matrix([support], self.n_items))

    def scores(self, supports: Sequence[IntArray]) -> FloatArray:
        factors = self.model.recalculate_user(np.arange(len(supports)), likes_matrix(supports, self.n_items))
        return np.atleast_2d(factors) @ self.model.item_factors.T

    def state_bytes(self) -> int:
        return self.model.factors * 4


class Neighbours(ItemItem):
    """ItemKNN with the similarity of the library."""

    def __init__(self, kind: type, knobs: Knobs) -> None:
        super().__init__()
        self.model = kind(**knobs, num_threads=1)

    def similarity(self, likes: sp.csr_matrix) -> sp.csr_matrix:
        """Return the K nearest neighbours of every item; a like of i adds similarity[i]."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the library complains of a matrix it made itself
            self.model.fit(likes, show_progress=False)
        return self.model.similarity


# For people with few likes strong shrinkage wins, up to 30 times alpha.
IALS_GRID = tuple(
    {"factors": factors, "alpha": alpha, "regularization": alpha * ratio}
    for factors, alpha, ratio in product((32, 128), (2, 10), (2, 5, 10, 30, 60))
)
BM25_GRID = tuple({"K": k, "K1": 1.2, "B": b} for k, b in product((50, 100, 200, 500), (0.0, 0.1, 0.3)))
COSINE_GRID = tuple({"K": k} for k in (20, 50, 100, 200, 500))

if __name__ == "__main__":
    contest(
        [
            Model("ials", Ials, IALS_GRID),
            Model("itemknn-bm25", lambda knobs: Neighbours(BM25Recommender, knobs), BM25_GRID),
            Model("itemknn-cosine", lambda knobs: Neighbours(CosineRecommender, knobs), COSINE_GRID),
        ]
    )
