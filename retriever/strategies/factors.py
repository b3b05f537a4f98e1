"""Truncated singular value decomposition of the likes."""

from __future__ import annotations

from typing import Self

import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import svds

from retriever.strategies.source import Ask, FloatArray

FACTORS = 64


class SVD:
    """Score by the projection of the likes on the leading directions of the log: s V V'.

    PureSVD of Cremonesi, Koren and Turrin, RecSys 2010, on columns scaled by popularity to the power
    `-SCALING`, as in EigenRec (Nikolakopoulos et al. 2019), so that the first directions are not the best
    known items alone.
    """

    name = "svd"
    SCALING = 0.5

    def __init__(self, directions: FloatArray) -> None:
        self.directions = directions

    @classmethod
    def fit(cls, likes: sp.csr_matrix, factors: int = FACTORS) -> Self:
        """Decompose likes [U, N]; at most min(U, N) - 1 directions."""
        size = min(factors, min(likes.shape) - 1)
        counts = np.asarray(likes.sum(axis=0), dtype=np.float64).ravel()
        if size < 1 or not counts.any():
            return cls(np.zeros((likes.shape[1], 0), np.float32))
        scale = sp.diags(np.maximum(counts, 1.0) ** -cls.SCALING)
        # A fixed start makes the result the same every time.
        start = np.random.default_rng(0).normal(size=min(likes.shape))
        _, _, right = svds(sp.csr_matrix(likes.astype(np.float64) @ scale), k=size, v0=start)
        return cls(np.ascontiguousarray(right.T, dtype=np.float32))

    def scores(self, ask: Ask, /) -> FloatArray:
        """Project the likes; zeros without any."""
        return np.asarray(self.directions @ self.directions[ask.rows].sum(axis=0), dtype=np.float32)
