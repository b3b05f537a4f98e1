"""What a person's friends like: counts over the links that a data set knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from metalearn.data import FloatArray, History, IntArray, Tensors, likes_matrix

NAMES = ("friends' likes", "share of friends", "like what friends like")


@dataclass
class Friends:
    """Likes of everybody who may be a friend.

    Attributes:
        likes: float32 CSR [U, N], likes of the U people of the log; rows of people left out are empty.
        kernel: float32 CSR [N, N], spreads what friends like to what is like it.
    """

    likes: sp.csr_matrix
    kernel: sp.csr_matrix

    @classmethod
    def fit(cls, people: Sequence[History], known: IntArray, n_items: int, kernel: sp.csr_matrix) -> Friends:
        """Keep the likes of the people in `known`, positions among `people`."""
        chosen = np.zeros(len(people), bool)
        chosen[known] = True
        rows = [h.likes if c else h.likes[:0] for h, c in zip(people, chosen, strict=True)]
        return cls(likes_matrix(rows, n_items), kernel)

    def at(self, friends: IntArray | None) -> FloatArray:
        """Return float32 [3, N]: log count, share, and kernel-weighted share of the friends' likes."""
        n_items = self.likes.shape[1]
        chosen = np.zeros(0, np.int64) if friends is None else np.unique(friends)
        # Friends of whom nothing is known do not count.
        sizes = np.diff(self.likes.indptr)
        chosen = chosen[(chosen >= 0) & (chosen < self.likes.shape[0])]
        chosen = chosen[sizes[chosen] > 0]
        if not len(chosen):
            return np.zeros((len(NAMES), n_items), np.float32)
        counts = np.asarray(self.likes[chosen].sum(axis=0), dtype=np.float32).ravel()
        share = counts / np.float32(len(chosen))
        spread = sp.csr_matrix(share[None]) @ self.kernel
        return np.stack([np.log1p(counts), share, np.asarray(spread.todense(), np.float32).ravel()])

    def tensors(self) -> Tensors:
        """Return the likes as CSR arrays, by name; the kernel is stored by the adapter's own tables."""
        return {
            "data": self.likes.data,
            "indices": self.likes.indices,
            "indptr": self.likes.indptr,
            "kernel_data": self.kernel.data,
            "kernel_indices": self.kernel.indices,
            "kernel_indptr": self.kernel.indptr,
        }

    @classmethod
    def restore(cls, tensors: Tensors) -> Friends:
        """Rebuild from ``tensors``."""
        size = len(tensors["kernel_indptr"]) - 1
        people = len(tensors["indptr"]) - 1
        likes = (tensors["data"], tensors["indices"], tensors["indptr"])
        kernel = (tensors["kernel_data"], tensors["kernel_indices"], tensors["kernel_indptr"])
        return cls(sp.csr_matrix(likes, shape=(people, size)), sp.csr_matrix(kernel, shape=(size, size)))
