"""Items that are nearly the same: one thing listed twice, or in two spellings."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import faiss
import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, utils
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

# Of pairs at .98 and above with the same numbers nearly all are one thing, or editions of it; below .96 half
# are two things ("Petz Dogz 2", "Petz Catz 2"). Looked at in films, articles and games (docs/LOG.md).
ALIKE = 0.98
SPELT = 80  # least likeness of the letters in percent: an encoder of English takes all Chinese names for one
NEIGHBOURS = 8
EXACT = 30_000  # items up to which every pair is compared; beyond, those of neighbouring cells
SAMPLED, PROBES = 50, 8  # vectors a cell that the cells are made from; cells that are searched
_NUMBERS = re.compile(
    r"\d+|\b(?:[ivx]+|one|two|three|four|five|six|seven|eight|nine|ten|first|second|third)\b", re.IGNORECASE
)


def near_same(vectors: NDArray[np.float32], labels: Sequence[str], alike: float = ALIKE) -> NDArray[np.int32]:
    """Group items whose texts are nearly the same, whose titles are spelt alike and have the same numbers.

    Numbers decide because texts are alike where they differ in nothing else: "Part One" and "Part Two", a
    film and its remake of another year.

    Args:
        vectors: float32 [N, d], unit rows; zero rows are like nothing.
        labels: N titles with their years.
        alike: Least cosine.

    Returns:
        int32 [N], the number of the group, groups counted in the order of their first items; -1 for an item
        that is like no other.
    """
    n = len(vectors)
    if n < 2:
        return np.full(n, -1, np.int32)
    scores, near = _neighbours(np.ascontiguousarray(vectors))
    rows, places = np.nonzero(scores >= alike)
    others = near[rows, places]
    numbers = [_numbers(label) for label in labels]
    pairs = [(a, b) for a, b in zip(rows.tolist(), others.tolist(), strict=True) if a != b and b >= 0]
    same = [(a, b) for a, b in pairs if numbers[a] == numbers[b] and _spelt_alike(labels[a], labels[b])]
    kept = np.array(same, np.int64).reshape(-1, 2)
    links = coo_matrix((np.ones(len(kept)), (kept[:, 0], kept[:, 1])), shape=(n, n))
    _, member_of = connected_components(links, directed=False)
    sizes = np.bincount(member_of)
    found: dict[int, int] = {}
    groups = [found.setdefault(g, len(found)) if sizes[g] > 1 else -1 for g in member_of.tolist()]
    return np.array(groups, np.int32)


def members(groups: NDArray[np.int32]) -> list[list[int]]:
    """Return the rows of each group, in the order of the groups."""
    lists: list[list[int]] = [[] for _ in range(int(groups.max(initial=-1)) + 1)]
    for row in np.flatnonzero(groups >= 0).tolist():
        lists[int(groups[row])].append(row)
    return lists


def _neighbours(vectors: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    n, d = vectors.shape
    exact = faiss.IndexFlatIP(d)
    if n <= EXACT:
        exact.add(vectors)
        return exact.search(vectors, min(NEIGHBOURS, n))
    cells = int(n**0.5)
    near = faiss.IndexIVFFlat(exact, d, cells, faiss.METRIC_INNER_PRODUCT)
    near.train(vectors[:: max(1, n // (SAMPLED * cells))])
    near.nprobe = PROBES
    near.add(vectors)
    return near.search(vectors, NEIGHBOURS)


def _spelt_alike(a: str, b: str) -> bool:
    return fuzz.ratio(_plain(a), _plain(b)) >= SPELT


def _numbers(label: str) -> tuple[str, ...]:
    return tuple(sorted(word.lower() for word in _NUMBERS.findall(label)))


def _plain(label: str) -> str:
    """Return a label without case, accents and signs."""
    apart = unicodedata.normalize("NFKD", label)
    return utils.default_process("".join(c for c in apart if not unicodedata.combining(c)))
