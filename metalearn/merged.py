"""All event kernels and their gates merged into one sparse matrix with a few values per entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from metalearn.data import FloatArray, IntArray, Tensors
from metalearn.evidence import RARE, WEIGHTINGS

WIDTH = 400


@dataclass(frozen=True)
class MergedKernel:
    """M kernels over N items with one sparsity pattern.

    Attributes:
        indptr: int64 [N + 1].
        indices: int32 [z].
        values: float32 [z, M].
    """

    indptr: IntArray
    indices: NDArray[np.int32]
    values: FloatArray

    @classmethod
    def of(
        cls, kernels: dict[str, sp.csr_matrix], gates: FloatArray, fame: FloatArray, width: int = WIDTH
    ) -> MergedKernel:
        """Merge kernels under their gates.

        Args:
            kernels: kernels by name, CSR [N, N].
            gates: float32 [len(kernels) * 3, R], kernel by kernel, in the order of ``WEIGHTINGS``.
            fame: float32 [N].
            width: entries kept per row, the largest in size over all merged kernels.

        Returns:
            2 R kernels: R for events that count alike (or by rarity, which is folded in), R for recency.
        """
        table = gates.reshape(len(kernels), len(WEIGHTINGS), -1)
        rare = np.exp(-RARE * fame).astype(np.float32)
        # What a kernel's row counts in each of the merged kernels, float32 [N, 2 R].
        parts = table.shape[2]
        scales = [
            np.stack(
                [
                    *(per[0, r] + per[1, r] * rare for r in range(parts)),
                    *(np.full_like(rare, per[2, r]) for r in range(parts)),
                ],
                axis=1,
            )
            for per in table
        ]
        return cls._aligned(list(kernels.values()), scales, width)

    @classmethod
    def _aligned(
        cls, kernels: Sequence[sp.csr_matrix], scales: Sequence[FloatArray], width: int
    ) -> MergedKernel:
        """Sum the scaled kernels and bring the sums to one pattern, the `width` largest entries per row."""
        n_items, rows, chunk = kernels[0].shape[0], [], 256
        for start in range(0, n_items, chunk):
            block = _block(kernels, scales, start, min(start + chunk, n_items))
            size = np.abs(block[..., 0])
            for part in range(1, block.shape[-1]):
                size += np.abs(block[..., part])
            full = np.flatnonzero(np.count_nonzero(size, axis=1) > width)
            if len(full):
                chosen = np.argpartition(size[full], n_items - width, axis=1)[:, -width:]
                kept = np.zeros((len(full), n_items), size.dtype)
                np.put_along_axis(kept, chosen, np.take_along_axis(size[full], chosen, 1), 1)
                size[full] = kept
            row, column = np.nonzero(size)
            rows.append((np.bincount(row, minlength=len(block)), column, block[row, column]))
        lengths = np.concatenate([r[0] for r in rows])
        return cls(
            np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
            np.concatenate([r[1] for r in rows]).astype(np.int32),
            np.concatenate([r[2] for r in rows]).astype(np.float32),
        )

    @property
    def n_items(self) -> int:
        """Return N."""
        return len(self.indptr) - 1

    def total(self, rows: NDArray[np.integer], weights: FloatArray) -> FloatArray:
        """Return float32 [N]: the sum over n events of weights [n, M] times their rows."""
        if not len(rows):
            return np.zeros(self.n_items, np.float32)
        # One small product per event on views; a single gather of all entries takes four times as long.
        ends = zip(self.indptr[rows].tolist(), self.indptr[rows + 1].tolist(), strict=True)
        parts = [slice(start, stop) for start, stop in ends]
        # The method: the operator costs half as much again on products this small.
        added = [self.values[part].dot(weight) for part, weight in zip(parts, weights, strict=True)]
        columns = np.concatenate([self.indices[part] for part in parts])
        return np.bincount(columns, np.concatenate(added), minlength=self.n_items).astype(np.float32)

    def terms(self, rows: NDArray[np.integer], weights: FloatArray, columns: IntArray) -> FloatArray:
        """Return float32 [n, k]: what each event adds to each of k columns."""
        dense = np.zeros((len(rows), self.n_items), np.float32)
        for line, (row, weight) in enumerate(zip(rows, weights, strict=True)):
            part = slice(self.indptr[row], self.indptr[row + 1])
            dense[line, self.indices[part]] = self.values[part] @ weight
        return dense[:, columns]

    def matrices(self) -> list[sp.csr_matrix]:
        """Return the M kernels as CSR matrices that share their pattern."""
        shape = (self.n_items, self.n_items)
        return [
            sp.csr_matrix((self.values[:, m].copy(), self.indices, self.indptr), shape=shape)
            for m in range(self.values.shape[1])
        ]

    def tensors(self) -> Tensors:
        """Return the arrays by name."""
        return {"indptr": self.indptr, "indices": self.indices, "values": self.values}


def _block(
    kernels: Sequence[sp.csr_matrix], scales: Sequence[FloatArray], start: int, stop: int
) -> FloatArray:
    """Return the sums over kernels of some rows times their scales, float32 [stop - start, N, M]."""
    n_items, many = kernels[0].shape[1], scales[0].shape[1]
    block = np.zeros(((stop - start) * n_items, many), np.float32)
    for kernel, scale in zip(kernels, scales, strict=True):
        lengths = np.diff(kernel.indptr[start : stop + 1])
        part = slice(kernel.indptr[start], kernel.indptr[stop])
        row = np.repeat(np.arange(stop - start), lengths)
        # An entry is there once in a kernel, so that adding by index adds each of them.
        block[row * n_items + kernel.indices[part]] += kernel.data[part, None] * scale[start:stop][row]
    return block.reshape(stop - start, n_items, many)
