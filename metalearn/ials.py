"""iALS, fitted by `implicit`, with an exact fold-in that splits into what each event adds."""

from __future__ import annotations

from typing import Self

import numpy as np
import scipy.sparse as sp
from implicit.cpu.als import AlternatingLeastSquares
from threadpoolctl import threadpool_limits

from metalearn.data import FloatArray, IntArray, Tensors


class IALS:
    """Weighted matrix factorisation, fitted by `implicit`; unseen people are folded in by one exact solve.

    Hu, Koren, Volinsky 2008: x = (Y'Y + sum_i (c - 1) y_i y_i' + reg I)^-1 sum_i c y_i, so item i adds
    c y_i' A^-1 y to the score of an item y.
    """

    name = "ials"

    def __init__(
        self, *, factors: int = 64, regularization: float = 10.0, alpha: float = 10.0, iterations: int = 15
    ) -> None:
        self.factors, self.iterations = factors, iterations
        self.knobs: FloatArray = np.array([regularization, alpha], np.float32)
        self.items: FloatArray = np.zeros((0, factors), np.float32)
        self.gram: FloatArray = np.zeros((factors, factors), np.float32)

    def fit(self, likes: sp.csr_matrix, seed: int = 0) -> Self:
        """Alternate least squares on one thread, so that the factors depend on the seed only."""
        regularization, alpha = (float(v) for v in self.knobs)
        with threadpool_limits(limits=1, user_api="blas"):
            model = AlternatingLeastSquares(
                factors=self.factors,
                regularization=regularization,
                alpha=alpha,
                iterations=self.iterations,
                num_threads=1,
                random_state=seed,
                dtype=np.float32,
            )
            model.fit(likes, show_progress=False)
        self.items = np.ascontiguousarray(model.item_factors, dtype=np.float32)
        self.gram = self.items.T @ self.items
        return self

    def scores(self, support: sp.csr_matrix) -> FloatArray:
        """Fold in every row and return float32 [m, items]."""
        rows = [support.indices[a:b] for a, b in zip(support.indptr[:-1], support.indptr[1:], strict=True)]
        totals = [self.total(r.astype(np.int64), np.ones(len(r), np.float32)) for r in rows]
        return np.stack(totals) if totals else np.zeros((0, len(self.items)), np.float32)

    def terms(self, rows: IntArray, at: IntArray | None = None) -> FloatArray:
        """Return c y_i' A^-1 y for every support row i and item y, float32 [n, k]."""
        targets = self.items if at is None else self.items[at]
        return np.asarray(self.folded(rows) @ targets.T, dtype=np.float32)

    def total(self, rows: IntArray, weights: FloatArray) -> FloatArray:
        """Return the weighted sum of the terms, float32 [items]."""
        person = np.linalg.solve(self._normal(rows), self.knobs[1] * (weights @ self.items[rows]))
        return np.asarray(self.items @ person, dtype=np.float32)

    def tensors(self) -> Tensors:
        """Return the item factors and the two knobs of the fold-in."""
        return {"items": self.items, "knobs": self.knobs}

    def restore(self, tensors: Tensors) -> Self:
        """Take the factors back from ``tensors``."""
        self.items, self.knobs = tensors["items"].astype(np.float32), tensors["knobs"].astype(np.float32)
        self.factors, self.gram = self.items.shape[1], self.items.T @ self.items
        return self

    def folded(self, rows: IntArray) -> FloatArray:
        """Return c A^-1 y_i for every support row i, float32 [n, factors]; A is that of the whole support."""
        return np.asarray(
            np.linalg.solve(self._normal(rows), self.knobs[1] * self.items[rows].T).T, np.float32
        )

    def _normal(self, rows: IntArray) -> FloatArray:
        chosen = self.items[rows]
        normal = self.gram + (self.knobs[1] - 1) * (chosen.T @ chosen)
        normal[np.diag_indices_from(normal)] += self.knobs[0]
        return np.asarray(normal, dtype=np.float32)
