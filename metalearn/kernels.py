"""Event kernels: what an event on one item says of every other item, counted on many people's likes.

A kernel is a sparse matrix K [N, N]; a like of item i adds a multiple of K[i, x] to the score of x. Every
kernel is scaled to unit deviation of its entries, so that gates of different kernels compare.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from metalearn.data import FloatArray, History, IntArray, likes_matrix
from metalearn.ials import IALS

DAY = 86_400.0
WRONG_ORDER = 0.4
Array = NDArray[np.float64]


@dataclass(frozen=True)
class KernelConfig:
    """Hyper-parameters of the kernels.

    Attributes:
        min_likes: likes an item needs for a row and a column of its own; others are reached through text.
        neighbours: entries kept per row and kernel, the largest in size.
        dense: items, the most liked ones, of the kernels that need a dense inverse.
        shrink: added to the expected co-likes of the neighbourhood kernels.
        tilt: exponent of the popularity of the target in them; 1/2 is the cosine, less favours popular items.
        ease: ridge penalties of the EASE kernels.
        dropout: share of the support that the denoising kernel expects to be missing.
        factors: sizes of the iALS kernels.
        ials_regularization: that of iALS per factor count.
        ials_alpha: weight of a like in iALS.
        moments: seconds within which two likes belong together (timed logs).
        places: the same in places of the history, and what a pair in the wrong order counts (logs that only
            know the order).
    """

    min_likes: int = 2
    neighbours: int = 400
    dense: int = 3000
    shrink: float = 30.0
    tilt: float = 0.3
    ease: tuple[float, ...] = (1000.0, 4000.0)
    dropout: float = 0.8
    factors: tuple[int, ...] = (64, 128)
    ials_regularization: float = 0.45
    ials_alpha: float = 5.0
    moments: tuple[float, ...] = (60.0, 3600.0, 30 * DAY)
    places: tuple[tuple[float, float], ...] = ((1.0, 0.4), (4.0, 0.4), (0.5, 0.0), (6.0, 0.0), (12.0, 0.7))


def fit_kernels(
    people: Sequence[History], n_items: int, config: KernelConfig, *, timed: bool, rated: bool
) -> dict[str, sp.csr_matrix]:
    """Fit every kernel on the likes (and, where there are other ratings, on all ratings) of these people.

    Args:
        people: histories over the same N items.
        n_items: N.
        config: hyper-parameters.
        timed: whether the times of the histories are unix seconds; otherwise only their order counts.
        rated: whether ratings other than likes count too.

    Returns:
        Kernels by name, float32 CSR [N, N] with an empty diagonal and unit deviation. The names depend on
        everything but the people; a kernel that nobody's likes fill is empty.
    """
    counts = np.asarray(likes_matrix([h.likes for h in people], n_items).sum(axis=0)).ravel()
    warm = np.flatnonzero(counts >= config.min_likes)
    place = np.full(n_items, -1, np.int64)
    place[warm] = np.arange(len(warm))
    found = _fit_warm([_mapped(h, place) for h in people], len(warm), config, timed, rated)
    return {name: scaled(_embedded(kernel, warm, n_items)) for name, kernel in found.items()}


def _fit_warm(
    people: Sequence[History], n_items: int, config: KernelConfig, timed: bool, rated: bool
) -> dict[str, sp.csr_matrix]:
    likes = likes_matrix([h.likes for h in people], n_items)
    found: dict[str, sp.csr_matrix] = {}
    found["knn"] = neighbourhood(likes, config.shrink, config.tilt, config.neighbours)
    found["cosine"] = neighbourhood(likes, config.shrink / 3, 0.5, config.neighbours)
    found["walk"] = neighbourhood(_per_person(likes), 3.0, config.tilt, config.neighbours)
    for at, penalty in enumerate(config.ease):
        found[f"ease{at + 1}"] = ease(likes, penalty, 4.0 if at == 0 else 0.0, config)
    found["denoised"] = ease(likes, 100.0, config.dropout / (1.0 - config.dropout), config)
    for size in config.factors:
        found[f"ials{size}"] = factor_kernel(likes, size, config)
    spans = [(span, WRONG_ORDER) for span in config.moments] if timed else config.places
    for at, (span, backward) in enumerate(spans):
        found[f"near{at + 1}"] = nearness(people, n_items, span, timed, config, backward)
    if rated:
        every = likes_matrix([h.items for h in people], n_items)
        found["rated"] = neighbourhood(every, config.shrink, config.tilt, config.neighbours)
    return found


def _mapped(person: History, place: IntArray) -> History:
    """Return the part of a history on items that have a place, by their places."""
    kept = place[person.items] >= 0
    return History(place[person.items[kept]], person.labels[kept], person.times[kept])


def neighbourhood(likes: sp.csr_matrix, shrink: float, tilt: float, k: int) -> sp.csr_matrix:
    """Return c_ix / (c_i^(1-tilt) c_x^tilt + shrink). Sarwar et al. 2001; Deshpande and Karypis 2004."""
    pairs, counts = co_counts(likes)
    source, target = _ends(pairs, counts)
    pairs.data = pairs.data / (source ** (1 - tilt) * target**tilt + shrink)
    return top_k(pairs, k)


def ease(likes: sp.csr_matrix, penalty: float, per_like: float, config: KernelConfig) -> sp.csr_matrix:
    """Return the zero-diagonal ridge regression of every item on all others, on the most liked items.

    The ridge is penalty + per_like * count of the item. Steck 2019, arXiv 1905.03375; the part per like
    is what dropping a share p of the support adds, per_like = p / (1 - p): Steck 2020 (EDLAE).
    """
    counts = np.asarray(likes.sum(axis=0)).ravel()
    chosen = np.sort(np.argsort(-counts, kind="stable")[: config.dense])
    chosen = chosen[counts[chosen] > 0]
    gram = np.asarray((likes[:, chosen].T @ likes[:, chosen]).todense(), dtype=np.float32)
    gram[np.diag_indices_from(gram)] += penalty + per_like * counts[chosen]
    inverse = np.linalg.inv(gram)
    weights = -inverse / np.diag(inverse)[None, :]
    np.fill_diagonal(weights, 0.0)
    return _embedded(top_k(sp.csr_matrix(weights), config.neighbours), chosen, likes.shape[1])


def factor_kernel(likes: sp.csr_matrix, size: int, config: KernelConfig) -> sp.csr_matrix:
    """Return Y (Y'Y + reg I)^-1 Y' of an iALS fit: its fold-in to first order in the support."""
    counts = np.asarray(likes.sum(axis=0)).ravel()
    known = np.flatnonzero(counts > 0)
    if not len(known):
        return sp.csr_matrix((likes.shape[1], likes.shape[1]), dtype=np.float32)
    size = min(size, max(len(known) - 1, 1))
    model = IALS(factors=size, regularization=config.ials_regularization * size, alpha=config.ials_alpha)
    items = model.fit(likes[:, known]).items
    gram = items.T @ items + np.eye(size, dtype=np.float32) * np.float32(config.ials_regularization * size)
    folded = np.linalg.solve(gram, items.T).T
    return _embedded(top_products(folded, items, config.neighbours), known, likes.shape[1])


def nearness(
    people: Sequence[History],
    n_items: int,
    span: float,
    timed: bool,
    config: KernelConfig,
    backward: float = WRONG_ORDER,
) -> sp.csr_matrix:
    """Return co-likes weighted by how soon one followed the other, exp(-gap / span), earlier to later.

    Args:
        people: histories.
        n_items: size N of the catalogue.
        span: seconds, or places where the log is not timed.
        timed: whether times are seconds.
        config: hyper-parameters.
        backward: what a pair counts whose source came after the target.
    """
    rows, columns, weights = [], [], []
    counts = np.zeros(n_items)
    for person in people:
        liked = person.labels > 0
        items = person.items[liked]
        counts[items] += 1
        at = person.times[liked].astype(np.float64) if timed else np.arange(len(items), dtype=np.float64)
        gap = np.abs(at[None, :] - at[:, None]) / span
        weight = np.exp(-gap) * np.where(np.tri(len(items), k=-1, dtype=bool), backward, 1.0)
        np.fill_diagonal(weight, 0.0)
        one, other = np.nonzero(weight > 1e-3)
        rows.append(items[one])
        columns.append(items[other])
        weights.append(weight[one, other])
    if not rows:
        return sp.csr_matrix((n_items, n_items), dtype=np.float32)
    ends = (np.concatenate(rows), np.concatenate(columns))
    pairs = sp.csr_matrix((np.concatenate(weights), ends), shape=(n_items, n_items))
    source, target = _ends(pairs, counts)
    shrink = config.shrink if timed else config.shrink / 6
    pairs.data = pairs.data / (source ** (1 - config.tilt) * target**config.tilt + shrink)
    return top_k(pairs, config.neighbours)


def co_counts(likes: sp.csr_matrix) -> tuple[sp.csr_matrix, Array]:
    """Return co-likes [N, N] without the diagonal, and the diagonal, as float64."""
    pairs = sp.csr_matrix((likes.T @ likes).astype(np.float64))
    counts = np.asarray(pairs.diagonal())
    pairs.setdiag(0.0)
    pairs.eliminate_zeros()
    return pairs, counts


def top_k(kernel: sp.csr_matrix, k: int, chunk: int = 512) -> sp.csr_matrix:
    """Keep the k entries of largest size of every row, float32."""
    starts = range(0, kernel.shape[0], chunk)
    kept = [_largest(kernel[a : a + chunk].toarray(), k) for a in starts]
    return sp.csr_matrix(sp.vstack(kept, format="csr")) if kept else sp.csr_matrix(kernel, dtype=np.float32)


def _largest(block: NDArray[np.floating], k: int) -> sp.csr_matrix:
    if k < block.shape[1]:
        chosen = np.argpartition(np.abs(block), block.shape[1] - k, axis=1)[:, -k:]
        kept = np.zeros_like(block)
        np.put_along_axis(kept, chosen, np.take_along_axis(block, chosen, 1), 1)
        block = kept
    return sp.csr_matrix(block.astype(np.float32))


def top_products(
    left: FloatArray, right: FloatArray, k: int, floor: float = 0.0, chunk: int = 512
) -> sp.csr_matrix:
    """Return left right' without its diagonal, k entries a row, float32."""
    kept = []
    for start in range(0, len(left), chunk):
        block = left[start : start + chunk] @ right.T
        block[np.arange(len(block)), np.arange(start, start + len(block))] = 0.0
        kept.append(_largest(np.maximum(block - floor, 0.0) if floor else block, k))
    return sp.csr_matrix(sp.vstack(kept, format="csr")) if kept else sp.csr_matrix((0, 0), dtype=np.float32)


def _per_person(likes: sp.csr_matrix) -> sp.csr_matrix:
    """Weigh every person by one over the root of their number of likes, so that each counts once."""
    sizes = np.maximum(np.asarray(likes.sum(axis=1)).ravel(), 1.0)
    weights = sizes**-0.5
    return sp.csr_matrix(sp.diags(weights / max(weights.sum() / max(len(weights), 1), 1e-12)) @ likes)


def _ends(pairs: sp.csr_matrix, counts: Array) -> tuple[Array, Array]:
    lengths = np.diff(pairs.indptr)
    known = np.maximum(counts, 1e-9)
    return np.repeat(known, lengths), known[pairs.indices]


def _embedded(kernel: sp.csr_matrix, rows: IntArray, n_items: int) -> sp.csr_matrix:
    """Place a kernel over some rows into the whole catalogue."""
    coo = kernel.tocoo()
    return sp.csr_matrix((coo.data, (rows[coo.row], rows[coo.col])), shape=(n_items, n_items))


def scaled(kernel: sp.csr_matrix) -> sp.csr_matrix:
    """Return a kernel at unit deviation of its entries, float32, its columns in order."""
    square = np.square(kernel.data, dtype=np.float64).sum() / max(kernel.nnz, 1)
    deviation = float(np.sqrt(square))
    scaled = sp.csr_matrix(kernel.astype(np.float32))
    scaled.data /= np.float32(max(deviation, 1e-12))
    scaled.sort_indices()
    return scaled
