"""What a person's friends like: counts over the links that a data set knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from metalearn.amounts import relative_logs
from metalearn.data import FloatArray, History, IntArray, Tensors, likes_matrix

NAMES = (
    "friends' likes",
    "share of friends",
    "like what friends like",
    "what friends consume most",
    "like what friends consume most",
    "friends of friends",
)


@dataclass
class Friends:
    """Likes of everybody who may be a friend.

    Attributes:
        likes: float32 CSR [U, N], likes of the U people of the log; rows of people left out are empty.
        amounts: float32 [z], one per entry of `likes`: how much it was consumed, 1 as much as that person's
            likes usually are (``metalearn.amounts``); all 1 where nobody counted.
        kernel: float32 CSR [N, N], spreads what friends like to what is like it.
        links: float32 CSR [U, U], 1 from each person to each friend, among those whose likes are known.
    """

    likes: sp.csr_matrix
    amounts: FloatArray
    kernel: sp.csr_matrix
    links: sp.csr_matrix

    @classmethod
    def fit(
        cls,
        people: Sequence[History],
        known: IntArray,
        n_items: int,
        kernel: sp.csr_matrix,
        links: IntArray | None = None,
    ) -> Friends:
        """Keep the likes and the links of the people in `known`, positions among `people`.

        Args:
            people: everybody, with their links [l, 2] as pairs of positions; None is no link.
            known: int64 [m].
            n_items: N.
            kernel: what the friends' likes are spread by.
            links: int64 [l, 2].
        """
        size = len(people)
        chosen = np.zeros(size, bool)
        chosen[known] = True
        kept = [_known(h) if c else _known(h, 0) for h, c in zip(people, chosen, strict=True)]
        likes = likes_matrix([items for items, _ in kept], n_items)
        weights = likes.copy()
        weights.data = np.concatenate([np.zeros(0, np.float32), *(w for _, w in kept)]).astype(np.float32)
        likes.sort_indices()
        weights.sort_indices()
        pairs = np.zeros((0, 2), np.int64) if links is None else links[chosen[links].all(axis=1)]
        ends = (pairs[:, 0], pairs[:, 1])
        met = sp.csr_matrix((np.ones(len(pairs), np.float32), ends), shape=(size, size))
        met.data[:] = 1.0
        return cls(likes, weights.data, kernel, met)

    def at(self, friends: IntArray | None) -> FloatArray:
        """Return float32 [6, N], one row per entry of ``NAMES``.

        These are log count, share and kernel-weighted share of the friends' likes; what friends consumed,
        over the root of their number, and the same spread by the kernel; and how many friends of theirs,
        who are none of the person's own, like an item, likewise.
        """
        n_items = self.likes.shape[1]
        chosen = np.zeros(0, np.int64) if friends is None else np.unique(friends)
        # Friends of whom nothing is known do not count.
        sizes = np.diff(self.likes.indptr)
        chosen = chosen[(chosen >= 0) & (chosen < self.likes.shape[0])]
        chosen = chosen[sizes[chosen] > 0]
        if not len(chosen):
            return np.zeros((len(NAMES), n_items), np.float32)
        counts = _row(self.likes[chosen].sum(axis=0))
        share = counts / np.float32(len(chosen))
        weights = sp.csr_matrix((self.amounts, self.likes.indices, self.likes.indptr), shape=self.likes.shape)
        consumed = _row(weights[chosen].sum(axis=0)) / np.float32(np.sqrt(len(chosen)))
        further = _row(self.links[chosen].sum(axis=0))
        further[chosen] = 0.0
        distant = (further @ self.likes) / np.float32(np.sqrt(max(float(further.sum()), 1.0)))
        spread = [_row((sp.csr_matrix(row[None]) @ self.kernel).todense()) for row in (share, consumed)]
        rows = (np.log1p(counts), share, spread[0], consumed, spread[1], distant)
        return np.stack(rows).astype(np.float32)

    def tensors(self) -> Tensors:
        """Return the likes as CSR arrays, by name; the kernel is stored by the adapter's own tables."""
        return {
            "amounts": self.amounts,
            "indices": self.likes.indices,
            "indptr": self.likes.indptr,
            "link_indices": self.links.indices,
            "link_indptr": self.links.indptr,
            "kernel_data": self.kernel.data,
            "kernel_indices": self.kernel.indices,
            "kernel_indptr": self.kernel.indptr,
        }

    @classmethod
    def restore(cls, tensors: Tensors) -> Friends:
        """Rebuild from ``tensors``."""
        size, people = len(tensors["kernel_indptr"]) - 1, len(tensors["indptr"]) - 1
        ones = np.ones(len(tensors["indices"]), np.float32)
        likes = (ones, tensors["indices"], tensors["indptr"])
        kernel = (tensors["kernel_data"], tensors["kernel_indices"], tensors["kernel_indptr"])
        met = np.ones(len(tensors["link_indices"]), np.float32)
        links = (met, tensors["link_indices"], tensors["link_indptr"])
        return cls(
            sp.csr_matrix(likes, shape=(people, size)),
            tensors["amounts"],
            sp.csr_matrix(kernel, shape=(size, size)),
            sp.csr_matrix(links, shape=(people, people)),
        )


def _known(person: History, most: int | None = None) -> tuple[IntArray, FloatArray]:
    """Return the first `most` likes of a person, and how much each was consumed."""
    liked = np.flatnonzero(person.labels > 0)[:most]
    if person.amounts is None or not len(liked):
        return person.items[liked], np.ones(len(liked), np.float32)
    return person.items[liked], relative_logs(person.amounts[liked]).astype(np.float32)


def _row(matrix: object) -> FloatArray:
    return np.asarray(matrix, dtype=np.float32).ravel()
