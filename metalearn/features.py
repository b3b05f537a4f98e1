"""phi(x): what the adapter sees of an item, as normalised blocks and one learned linear projection."""

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
        numbers: float32 [n, q], unit rows: every numeric column spread over its own bins.
        popularity: float32 [n, 1], within -1..1.
        pictures: float32 [n, v], unit rows, zero for items without one; v is 0 where no item has one.
    """

    collab: FloatArray
    text: FloatArray
    facets: FloatArray
    numbers: FloatArray
    popularity: FloatArray
    pictures: FloatArray


# Blocks that an item without interactions lacks.
LEARNED_BLOCKS = ("collab", "popularity")


@dataclass(frozen=True)
class Projection:
    """The learned scale of every block; phi is the scaled blocks side by side.

    Gains only: collaborative factors of two fits differ by a rotation, which a gain survives, and on a few
    hundred people a full matrix learned worse (docs/LOG.md).

    Attributes:
        gains: float32 [6], one per block, in the order of ``Blocks``.
    """

    gains: FloatArray

    def __call__(self, blocks: Blocks) -> FloatArray:
        """Return phi, float32 [n, c + p + f + q + 1 + v]."""
        parts = [block * gain for block, gain in zip(blocks, self.gains, strict=True)]
        return np.ascontiguousarray(np.concatenate(parts, axis=1), dtype=np.float32)


def soft_bins(values: NDArray[np.floating], n_bins: int = 12) -> FloatArray:
    """Spread a numeric column [N] over bins at its quantiles, float32 [N, bins]; unknown (NaN) is all zero.

    A value between two bin centres counts for both in proportion (linear hats), and the row is then
    blurred over the neighbouring bins, so that close values have similar rows.
    """
    known = np.isfinite(values)
    if not known.any():
        return np.zeros((len(values), 0), np.float32)
    centres = np.unique(np.quantile(values[known], np.linspace(0.0, 1.0, n_bins)))
    filled = np.where(known, values, centres[0])
    hats = np.stack([np.interp(filled, centres, unit) for unit in np.eye(len(centres))], axis=1)
    blur = np.exp(-0.5 * (np.arange(len(centres))[:, None] - np.arange(len(centres))[None]) ** 2)
    return unit_rows((hats @ blur) * known[:, None])


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
