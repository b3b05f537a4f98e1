"""Frozen base models: popularity, ItemKNN, RP3beta, EASE and iALS, all with fold-in of unseen people.

Every model honours one contract: ``fit(likes)`` takes a CSR matrix of people by items, ``scores(support)``
folds in a CSR batch of unseen people. Event models also split the score of one person exactly into what
each liked item adds (``terms``) and give the weighted sum of those terms (``total``).
"""

from __future__ import annotations

from typing import Protocol, Self

import numpy as np
import scipy.sparse as sp
from implicit.cpu.als import AlternatingLeastSquares
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from metalearn.data import FloatArray, IntArray, Tensors


class BaseModel(Protocol):
    """A recommender that is fitted once and scores people it has never seen."""

    name: str

    def fit(self, likes: sp.csr_matrix) -> Self:
        """Fit on likes [users, items] and return the model itself."""
        ...

    def scores(self, support: sp.csr_matrix) -> FloatArray:
        """Score every item for a batch of supports [m, items]; return float32 [m, items]."""
        ...


class EventModel(BaseModel, Protocol):
    """A base model whose score is a sum over the person's events."""

    def terms(self, rows: IntArray, at: IntArray | None = None) -> FloatArray:
        """Return float32 [n, k]: what each of the n support rows adds to the items `at` (default all)."""
        ...

    def total(self, rows: IntArray, weights: FloatArray) -> FloatArray:
        """Return float32 [items]: the sum of the terms, each times its weight [n]."""
        ...

    def tensors(self) -> Tensors:
        """Return every array that scoring needs, by name."""
        ...


class Popularity:
    """Score every item by its number of likes, whoever asks."""

    name = "popularity"

    def __init__(self) -> None:
        self.counts: FloatArray = np.zeros(0, np.float32)

    def fit(self, likes: sp.csr_matrix) -> Self:
        """Count the likes of every item."""
        self.counts = np.asarray(likes.sum(axis=0), dtype=np.float32).ravel()
        return self

    def scores(self, support: sp.csr_matrix) -> FloatArray:
        """Return the counts once per row of support."""
        return np.tile(self.counts, (support.shape[0], 1))


class _KernelModel:
    """Score by a fixed item-item kernel: the score of x is the sum of kernel[i, x] over the support."""

    def __init__(self) -> None:
        self.kernel: sp.csr_matrix = sp.csr_matrix((0, 0), dtype=np.float32)

    def scores(self, support: sp.csr_matrix) -> FloatArray:
        """Return support @ kernel as float32 [m, items]."""
        return np.asarray((support @ self.kernel).todense(), dtype=np.float32)

    def terms(self, rows: IntArray, at: IntArray | None = None) -> FloatArray:
        """Return the kernel rows of the support, float32 [n, k]."""
        dense = np.asarray(self.kernel[rows].todense(), dtype=np.float32)
        return dense if at is None else dense[:, at]

    def total(self, rows: IntArray, weights: FloatArray) -> FloatArray:
        """Return the weighted sum of the kernel rows, float32 [items]."""
        return np.asarray(weights @ self.kernel[rows], dtype=np.float32)

    def tensors(self) -> Tensors:
        """Return the three arrays of the CSR kernel."""
        return {"data": self.kernel.data, "indices": self.kernel.indices, "indptr": self.kernel.indptr}

    def restore(self, tensors: Tensors) -> Self:
        """Rebuild the kernel from ``tensors``."""
        size = len(tensors["indptr"]) - 1
        parts = (tensors["data"], tensors["indices"], tensors["indptr"])
        self.kernel = sp.csr_matrix(parts, shape=(size, size))
        return self


class ItemKNN(_KernelModel):
    """Neighbourhood model: kernel[i, x] = c_ix / (c_i^(1-tilt) c_x^tilt + shrink), the best `k` per row.

    `tilt` = 1/2 is the cosine; less favours popular items. Sarwar et al. 2001, Deshpande and Karypis 2004.
    """

    name = "itemknn"

    def __init__(self, *, k: int = 200, shrink: float = 10.0, tilt: float = 0.5) -> None:
        super().__init__()
        self.k, self.shrink, self.tilt = k, shrink, tilt

    def fit(self, likes: sp.csr_matrix) -> Self:
        """Count co-likes and keep the best neighbours."""
        counts = np.asarray(likes.sum(axis=0), dtype=np.float64).ravel()
        pairs = _co_likes(likes)
        source = counts ** (1 - self.tilt)
        target = counts**self.tilt
        pairs.data = pairs.data / (_outer_at(pairs, source, target) + self.shrink)
        self.kernel = _top_k(pairs, self.k)
        return self


class RP3beta(_KernelModel):
    """Three-step random walk: kernel = P_iu P_ui with power `alpha`, divided by popularity^`beta`.

    Paudel et al. 2017, https://doi.org/10.1145/2955101.
    """

    name = "rp3beta"

    def __init__(self, *, k: int = 200, alpha: float = 1.0, beta: float = 0.4) -> None:
        super().__init__()
        self.k, self.alpha, self.beta = k, alpha, beta

    def fit(self, likes: sp.csr_matrix) -> Self:
        """Multiply the two transition matrices and keep the best neighbours."""
        counts = np.maximum(np.asarray(likes.sum(axis=0), dtype=np.float64).ravel(), 1.0)
        sizes = np.maximum(np.asarray(likes.sum(axis=1), dtype=np.float64).ravel(), 1.0)
        steps = sp.diags(sizes**-self.alpha) @ likes.astype(np.float64)
        walk = sp.diags(counts**-self.alpha) @ (likes.T.astype(np.float64) @ steps)
        walk = sp.csr_matrix(walk @ sp.diags(counts**-self.beta))
        walk.setdiag(0.0)
        walk.eliminate_zeros()
        self.kernel = _top_k(walk, self.k)
        return self


class EASE:
    """Linear item-item regression with a zero diagonal, in closed form. Steck 2019, arXiv 1905.03375."""

    name = "ease"

    def __init__(self, *, regularization: float = 1000.0) -> None:
        self.regularization = regularization
        self.kernel: NDArray[np.float16] = np.zeros((0, 0), np.float16)
        self.scale: FloatArray = np.ones(1, np.float32)

    def fit(self, likes: sp.csr_matrix) -> Self:
        """Invert the regularised co-like matrix; keep the weights in half precision times one scale."""
        gram = np.asarray((likes.T @ likes).todense(), dtype=np.float32)
        gram[np.diag_indices_from(gram)] += self.regularization
        inverse = np.linalg.inv(gram)
        weights = -inverse / np.diag(inverse)[None, :]
        np.fill_diagonal(weights, 0.0)
        largest = max(float(np.abs(weights).max(initial=0.0)), 1e-12)
        self.scale = np.array([largest], np.float32)
        self.kernel = (weights / largest).astype(np.float16)
        return self

    def scores(self, support: sp.csr_matrix) -> FloatArray:
        """Return support @ weights as float32 [m, items]."""
        return np.asarray(support @ (self.kernel.astype(np.float32) * self.scale), dtype=np.float32)

    def terms(self, rows: IntArray, at: IntArray | None = None) -> FloatArray:
        """Return the weights of the support rows, float32 [n, k]."""
        block = self.kernel[rows] if at is None else self.kernel[np.ix_(rows, at)]
        return np.asarray(block.astype(np.float32) * self.scale)

    def total(self, rows: IntArray, weights: FloatArray) -> FloatArray:
        """Return the weighted sum of the terms, float32 [items]."""
        return np.asarray(weights @ self.terms(rows), dtype=np.float32)

    def tensors(self) -> Tensors:
        """Return the half-precision weights and their scale."""
        return {"kernel": self.kernel, "scale": self.scale}

    def restore(self, tensors: Tensors) -> Self:
        """Take the weights back from ``tensors``."""
        self.kernel, self.scale = tensors["kernel"].astype(np.float16), tensors["scale"].astype(np.float32)
        return self


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
        model = AlternatingLeastSquares(
            factors=self.factors,
            regularization=regularization,
            alpha=alpha,
            iterations=self.iterations,
            num_threads=1,
            random_state=seed,
            dtype=np.float32,
        )
        with threadpool_limits(limits=1, user_api="blas"):
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
        return np.asarray(self.items @ (weights @ self.folded(rows)), dtype=np.float32)

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
        regularization, alpha = self.knobs
        chosen = self.items[rows]
        normal = self.gram + (alpha - 1) * (chosen.T @ chosen)
        normal[np.diag_indices_from(normal)] += regularization
        return np.asarray(np.linalg.solve(normal, alpha * chosen.T).T, dtype=np.float32)


def _co_likes(likes: sp.csr_matrix) -> sp.csr_matrix:
    pairs = sp.csr_matrix((likes.T @ likes).astype(np.float64))
    pairs.setdiag(0.0)
    pairs.eliminate_zeros()
    return pairs


def _outer_at(pairs: sp.csr_matrix, source: NDArray[np.float64], target: NDArray[np.float64]) -> FloatArray:
    lengths = np.diff(pairs.indptr)
    return np.asarray(np.repeat(source, lengths) * target[pairs.indices])


def _top_k(kernel: sp.csr_matrix, k: int, chunk: int = 512) -> sp.csr_matrix:
    """Keep the k largest positive values of every row as a float32 CSR matrix."""
    starts = range(0, kernel.shape[0], chunk)
    kept = [_top_k_dense(kernel[a : a + chunk].toarray(), k) for a in starts]
    return sp.csr_matrix(sp.vstack(kept, format="csr"))


def _top_k_dense(block: NDArray[np.float64], k: int) -> sp.csr_matrix:
    if k < block.shape[1]:
        best = np.argpartition(-block, k, axis=1)[:, :k]
        kept = np.zeros_like(block)
        np.put_along_axis(kept, best, np.take_along_axis(block, best, 1), 1)
        block = kept
    return sp.csr_matrix(block.astype(np.float32))
