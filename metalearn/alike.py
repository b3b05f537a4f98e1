"""What items have in common without anybody's likes, and kernels of likes that are spread over it.

Where a catalogue is large and its log is thin, most items have a handful of likes, and hardly two of them
meet in anybody's history. Items that are alike, such as a game and its sequel, are liked by the same people:
what is counted for one says something of the other.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from metalearn.data import FloatArray
from metalearn.kernels import scaled, top_k, top_products

TEXT_NEIGHBOURS = 100
LINK_NEIGHBOURS = 100
WORD_NEIGHBOURS = 100
# Cosines of text vectors below this say nothing.
LEAST_COSINE = 0.2


def text_kernel(vectors: FloatArray, k: int = TEXT_NEIGHBOURS) -> sp.csr_matrix:
    """Return the cosine of text vectors above 0.2, the k nearest of every item, at unit deviation."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit = np.asarray(vectors / np.maximum(lengths, 1e-12), dtype=np.float32)
    return scaled(top_products(unit, unit, k, floor=LEAST_COSINE))


def link_kernel(links: sp.csr_matrix, k: int = LINK_NEIGHBOURS) -> sp.csr_matrix:
    """Return what items share through things that both are linked to, at unit deviation.

    Each shared thing counts one over the number of its items (resource allocation, Zhou, Lue and Zhang 2009),
    so that a director of three films says more than an actor of thirty.

    Args:
        links: CSR [N, e], above 0 where an item is linked to a thing.
        k: entries kept per row.
    """
    held = sp.csr_matrix((np.ones(links.nnz, np.float32), links.indices, links.indptr), shape=links.shape)
    per_thing = np.maximum(np.asarray(held.sum(axis=0)).ravel(), 1.0)
    return _kept(held @ sp.diags(1.0 / per_thing) @ held.T, k)


def word_kernel(words: sp.csr_matrix, k: int = WORD_NEIGHBOURS) -> sp.csr_matrix:
    """Return the words that items share over the roots of their lengths, at unit deviation.

    Half of what a cosine divides by, so that two names of which many words agree are more alike than two
    that share their only one.

    Args:
        words: CSR [N, w], how much every word of an item weighs, such as its inverse document frequency.
        k: entries kept per row.
    """
    shared = sp.csr_matrix(words @ words.T)
    roots = sp.diags(np.maximum(shared.diagonal(), 1e-9) ** -0.25)
    return _kept(roots @ shared @ roots, k)


def spread(counted: sp.csr_matrix, alike: sp.csr_matrix, k: int) -> tuple[sp.csr_matrix, sp.csr_matrix]:
    """Return what likes of similar items speak for, and what is similar to that which a like speaks for.

    Both are products with the rows of `alike` scaled to sum 1, a step of a random walk from item to item.

    Args:
        counted: CSR [N, N], a kernel of people's likes.
        alike: CSR [N, N], at least 0, how alike items are without anybody's likes.
        k: entries kept per row.

    Returns:
        CSR [N, N] twice, float32 at unit deviation, the diagonals empty: alike x counted, counted x alike.
    """
    sums = np.asarray(alike.sum(axis=1)).ravel()
    step = sp.csr_matrix(sp.diags(1.0 / np.maximum(sums, 1e-12)) @ alike)
    return _kept(step @ counted, k), _kept(counted @ step, k)


def _kept(product: sp.csr_matrix, k: int) -> sp.csr_matrix:
    kernel = sp.csr_matrix(product, dtype=np.float32)
    kernel.setdiag(0.0)
    kernel.eliminate_zeros()
    return scaled(top_k(kernel, k))
