"""Frozen base models: popularity, ItemKNN, RP3beta and EASE (iALS: ``ials``), all with fold-in.

Every model honours one contract: ``fit(likes)`` takes a CSR matrix of people by items, ``scores(support)``
folds in a CSR batch of unseen people. Event models also split the score of one person exactly into what
each liked item adds (``terms``) and give the weighted sum of those terms (``total``).
"""

from __future__ import annotations

from typing import Protocol, Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from metalearn.data import FloatArray, IntArray, Tensors

# Above this many items, rows of a kernel are cut short without being written out.
WIDE = 50_000


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
        chosen = self.kernel[rows] if at is None else self.kernel[rows][:, at]
        return np.asarray(chosen.toarray(), dtype=np.float32)

    def total(self, rows: IntArray, weights: FloatArray) -> FloatArray:
        """Return the weighted sum of the kernel rows, float32 [items]."""
        starts, lengths = self.kernel.indptr[rows], np.diff(self.kernel.indptr)[rows]
        # Positions of all entries of these rows, without the overhead of slicing a sparse matrix.
        shift = starts - np.concatenate([[0], np.cumsum(lengths)[:-1]])
        at = np.repeat(shift, lengths) + np.arange(lengths.sum())
        values = self.kernel.data[at] * np.repeat(weights, lengths)
        found = np.bincount(self.kernel.indices[at], values, minlength=self.kernel.shape[1])
        return np.asarray(found, dtype=np.float32)

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
        self.kernel: NDArray[np.int16] = np.zeros((0, 0), np.int16)
        self.scale: FloatArray = np.ones(1, np.float32)

    def fit(self, likes: sp.csr_matrix) -> Self:
        """Invert the regularised co-like matrix; keep the weights as 16-bit steps of one scale."""
        gram = np.asarray((likes.T @ likes).todense(), dtype=np.float32)
        gram[np.diag_indices_from(gram)] += self.regularization
        inverse = np.linalg.inv(gram)
        weights = -inverse / np.diag(inverse)[None, :]
        np.fill_diagonal(weights, 0.0)
        step = max(float(np.abs(weights).max(initial=0.0)), 1e-12) / 32767
        self.scale = np.array([step], np.float32)
        self.kernel = np.rint(weights / step).astype(np.int16)
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
        return np.asarray((weights * self.scale) @ self.kernel[rows].astype(np.float32), dtype=np.float32)

    def tensors(self) -> Tensors:
        """Return the 16-bit weights and their scale."""
        return {"kernel": self.kernel, "scale": self.scale}

    def restore(self, tensors: Tensors) -> Self:
        """Take the weights back from ``tensors``."""
        self.kernel, self.scale = tensors["kernel"].astype(np.int16), tensors["scale"].astype(np.float32)
        return self


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
    if kernel.shape[1] > WIDE:
        return _top_k_sparse(kernel, k)
    starts = range(0, kernel.shape[0], chunk)
    kept = [_top_k_dense(kernel[a : a + chunk].toarray(), k) for a in starts]
    return sp.csr_matrix(sp.vstack(kept, format="csr"))


def _top_k_sparse(kernel: sp.csr_matrix, k: int) -> sp.csr_matrix:
    """Do the same without a dense row; of equal values the one that is stored first stays."""
    lengths = np.diff(kernel.indptr)
    rows = np.repeat(np.arange(kernel.shape[0]), lengths)
    order = np.lexsort((-kernel.data, rows))
    place = np.arange(kernel.nnz) - np.repeat(kernel.indptr[:-1], lengths)
    kept = np.sort(order[(place < k) & (kernel.data[order] > 0)])
    parts = (kernel.data[kept].astype(np.float32), (rows[kept], kernel.indices[kept]))
    return sp.csr_matrix(parts, shape=kernel.shape)


def _top_k_dense(block: NDArray[np.float64], k: int) -> sp.csr_matrix:
    if k < block.shape[1]:
        best = np.argpartition(-block, k, axis=1)[:, :k]
        kept = np.zeros_like(block)
        np.put_along_axis(kept, best, np.take_along_axis(block, best, 1), 1)
        block = kept
    return sp.csr_matrix(block.astype(np.float32))
