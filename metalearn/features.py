"""phi(x): what the ridge adapter sees of an item, as normalised blocks and one learned linear projection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from metalearn.data import FloatArray


@dataclass(frozen=True)
class Reducer:
    """Centre, rotate to the strongest directions, and scale rows to length one.

    Attributes:
        mean: float32 [d].
        basis: float32 [d, p], orthonormal columns.
    """

    mean: FloatArray
    basis: FloatArray

    @classmethod
    def fit(cls, rows: FloatArray, size: int) -> Reducer:
        """Take the `size` leading principal directions of rows [N, d]."""
        mean = rows.mean(axis=0, dtype=np.float64) if len(rows) else np.zeros(rows.shape[1])
        centred = rows - mean
        _, vectors = np.linalg.eigh(centred.T @ centred)
        basis = vectors[:, ::-1][:, :size]
        # The sign of an eigenvector is arbitrary; make its largest entry positive so that runs agree.
        largest = np.take_along_axis(basis, np.abs(basis).argsort(axis=0)[-1:], 0)
        basis = basis * np.where(largest < 0, -1.0, 1.0)
        return cls(mean.astype(np.float32), np.ascontiguousarray(basis, dtype=np.float32))

    def __call__(self, rows: FloatArray) -> FloatArray:
        """Map rows [n, d] to unit rows [n, p]; a row of zeros (nothing known) stays zero."""
        known = np.abs(rows).sum(axis=1, keepdims=True) > 0
        return unit_rows(((rows - self.mean) @ self.basis) * known)


class Blocks(NamedTuple):
    """Normalised feature blocks of n items.

    Attributes:
        collab: float32 [n, c], unit rows, zero for cold items.
        text: float32 [n, p], unit rows.
        facets: float32 [n, f], unit rows.
        popularity: float32 [n, 1], within -1..1.
    """

    collab: FloatArray
    text: FloatArray
    facets: FloatArray
    popularity: FloatArray


@dataclass(frozen=True)
class Projection:
    """The learned linear map of the blocks; phi is the four projected blocks side by side.

    Attributes:
        collab: float32 [1], gain. A gain only: factors of two fits differ by a rotation, which it survives.
        text: float32 [p, p].
        facets: float32 [f, f].
        popularity: float32 [1], gain.
    """

    collab: FloatArray
    text: FloatArray
    facets: FloatArray
    popularity: FloatArray

    def __call__(self, blocks: Blocks) -> FloatArray:
        """Return phi, float32 [n, c + p + f + 1]."""
        parts = [
            blocks.collab * self.collab,
            blocks.text @ self.text,
            blocks.facets @ self.facets,
            blocks.popularity * self.popularity,
        ]
        return np.ascontiguousarray(np.concatenate(parts, axis=1), dtype=np.float32)


def unit_rows(rows: NDArray[np.floating]) -> FloatArray:
    """Scale every row to length one; rows of zeros stay zero."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-12), dtype=np.float32)


def log_popularity(counts: FloatArray) -> FloatArray:
    """Return log(count + 1/2) minus its mean, float32 [N]: the base score, strictly increasing in count."""
    logs = np.log(counts.astype(np.float64) + 0.5)
    return np.asarray(logs - logs.mean(), dtype=np.float32)


def popularity_block(base: FloatArray) -> FloatArray:
    """Return the base score scaled to -1..1 as one column, float32 [N, 1]."""
    return np.asarray(base / max(float(np.abs(base).max(initial=0.0)), 1e-12), dtype=np.float32)[:, None]
