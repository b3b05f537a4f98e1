"""Query, liked items and popularity -> fused candidates under hard constraints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from retriever.catalog import Catalog, Constraints
from retriever.errors import BadData, UnknownItem
from retriever.index import VectorIndex
from retriever.lexical import LexicalIndex

# The constant of reciprocal rank fusion: Cormack, Clarke and Buettcher, SIGIR 2009.
RRF_K = 60


class TextEncoder(Protocol):
    """Say what search needs of an encoder."""

    def encode(self, texts: Sequence[str], /) -> NDArray[np.float32]:
        """Return unit rows, float32 [n, d]."""
        ...


@dataclass(frozen=True)
class Weights:
    """Say how much each source counts in the fusion.

    Attributes:
        semantic: Likeness of the text to the query.
        lexical: Words shared with the query.
        collab: Likeness in taste to the liked items.
        content: Likeness of the text to the liked items.
        popularity: Number of interactions.
        look: Likeness of the picture to those of the liked items.
    """

    semantic: float = 1.0
    lexical: float = 0.5
    collab: float = 1.0
    content: float = 0.25
    popularity: float = 0.5
    look: float = 0.25


@dataclass(frozen=True)
class Candidates:
    """Hold candidates, best first; every array has k entries.

    A source that had nothing to go by (no query, no liked items, only cold ones) scores zero throughout.

    Attributes:
        rows: Catalogue rows, int64.
        semantic: Cosine of the item's text and the query, float32.
        lexical: BM25 of the item's words and the query, float32, not below 0.
        collab: Inner product with the mean collaborative vector of the liked items, float32.
        content: Inner product with the mean text vector of the liked items, float32.
        popularity: log(1 + interactions), divided by its maximum over the catalogue, float32 in 0..1.
        look: Inner product with the mean picture vector of the liked items, float32.
        fused: Weighted reciprocal rank fusion of the sources, float32.
    """

    rows: NDArray[np.int64]
    semantic: NDArray[np.float32]
    lexical: NDArray[np.float32]
    collab: NDArray[np.float32]
    content: NDArray[np.float32]
    popularity: NDArray[np.float32]
    look: NDArray[np.float32]
    fused: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.rows)


class Retriever:
    """Find candidates.

    Args:
        catalog: N items.
        text_index: Index of `vectors`.
        vectors: Text vectors, float32 [N, d], unit rows.
        collab_index: Index of collaborative item vectors [N, c], zero rows for cold items; None where there
            are none.
        popularity: Interactions by row, [N].
        encoder: Encodes the query; None leaves the semantic source out.
        weights: How much each source counts.
        look_index: Index of picture vectors [N, v], zero for items without one; None where there are none.

    Raises:
        BadData: The parts do not have the same number of rows.
    """

    def __init__(
        self,
        catalog: Catalog,
        text_index: VectorIndex,
        vectors: NDArray[np.float32],
        collab_index: VectorIndex | None,
        popularity: NDArray[np.int64] | NDArray[np.float32],
        encoder: TextEncoder | None,
        *,
        weights: Weights | None = None,
        look_index: VectorIndex | None = None,
    ) -> None:
        sizes = {"text index": text_index.n, "vectors": len(vectors), "popularity": len(popularity)}
        if collab_index is not None:
            sizes["collaborative index"] = collab_index.n
        if look_index is not None:
            sizes["index of pictures"] = look_index.n
        wrong = [f"{name} {n}" for name, n in sizes.items() if n != len(catalog)]
        if wrong:
            raise BadData(
                f"The catalogue has {len(catalog)} rows, but {', '.join(wrong)}.", "Run `palate setup`."
            )
        self.catalog = catalog
        self._text_index = text_index
        self._vectors = vectors
        self._collab_index = collab_index
        self._collab = None if collab_index is None else collab_index.vectors()
        self._look_index = look_index
        self._looks = None if look_index is None else look_index.vectors()
        self._encoder = encoder
        self._weights = weights or Weights()
        self._lexical = LexicalIndex(catalog.texts())
        logs = np.log1p(np.asarray(popularity, dtype=np.float32)).astype(np.float32)
        self._popularity: NDArray[np.float32] = logs / np.float32(max(float(logs.max()), 1e-9))
        self._by_popularity = np.argsort(-self._popularity, kind="stable")

    def search(
        self, query: str, liked: Sequence[int], constraints: Constraints | None = None, k: int = 200
    ) -> Candidates:
        """Find the k best candidates.

        Liked items may come back: name them in `constraints.exclude_rows` where they must not.

        Args:
            query: What is looked for, in words; may be empty.
            liked: Catalogue rows.
            constraints: What every candidate satisfies; None for nothing.
            k: How many; fewer come back only where fewer satisfy the constraints.

        Raises:
            BadData: A constraint names an unknown facet or value.
            UnknownItem: A row is outside the catalogue.
        """
        allowed = self.catalog.mask(constraints or Constraints())
        k = max(0, min(k, int(np.count_nonzero(allowed))))
        return self._fuse(self._sources(query.strip(), self._checked(liked)), allowed, k)

    def shares_words(self, query: str) -> NDArray[np.bool_]:
        """Return which items share a word with the query, bool [N]."""
        return self._lexical.scores(query) > 0

    def similar(self, row: int, k: int, constraints: Constraints | None = None) -> Candidates:
        """Find the k items most like the one at `row`, which is not among them.

        Raises:
            BadData: A constraint names an unknown facet or value.
            UnknownItem: `row` is outside the catalogue.
        """
        given = constraints or Constraints()
        return self.search("", [row], replace(given, exclude_rows=given.exclude_rows | {int(row)}), k)

    def _checked(self, rows: Sequence[int]) -> NDArray[np.int64]:
        array = np.asarray(rows, dtype=np.int64).ravel()
        outside = array[(array < 0) | (array >= len(self.catalog))]
        if outside.size:
            raise UnknownItem(int(outside[0]))
        return array

    def _sources(self, query: str, liked: NDArray[np.int64]) -> _Sources:
        semantic = self._encoder.encode([query])[0] if query and self._encoder is not None else None
        content = self._vectors[liked].mean(axis=0) if liked.size else None
        collab = self._collab[liked].mean(axis=0) if liked.size and self._collab is not None else None
        look = self._looks[liked].mean(axis=0) if liked.size and self._looks is not None else None
        lexical = self._lexical.scores(query) if query else None
        return _Sources(*map(_useful, (semantic, lexical, collab, content, look)))

    def _fuse(self, sources: _Sources, allowed: NDArray[np.bool_], k: int) -> Candidates:
        rows = self._pool(sources, allowed, k)
        scores = {
            "semantic": _products(self._vectors, rows, sources.semantic),
            "lexical": np.zeros(len(rows), np.float32) if sources.lexical is None else sources.lexical[rows],
            "collab": _products(self._collab, rows, sources.collab),
            "content": _products(self._vectors, rows, sources.content),
            "popularity": self._popularity[rows],
            "look": _products(self._looks, rows, sources.look),
        }
        fused = np.zeros(len(rows), dtype=np.float32)
        for name, values in scores.items():
            fused += getattr(self._weights, name) * _reciprocal_ranks(values)
        # Equal sums go to the more popular item, then to the lower row, so that the order is always the same.
        best = np.lexsort((rows, -self._popularity[rows], -fused))[:k]
        return Candidates(rows=rows[best], fused=fused[best], **{n: v[best] for n, v in scores.items()})

    def _pool(self, sources: _Sources, allowed: NDArray[np.bool_], k: int) -> NDArray[np.int64]:
        """Join the k best rows of every source; the popular ones alone are k where k exist."""
        pools = [self._by_popularity[allowed[self._by_popularity]][:k]]
        if sources.semantic is not None:
            pools.append(self._text_index.search(sources.semantic, k, allowed).rows[0])
        if sources.content is not None:
            pools.append(self._text_index.search(sources.content, k, allowed).rows[0])
        if sources.collab is not None and self._collab_index is not None:
            pools.append(self._collab_index.search(sources.collab, k, allowed).rows[0])
        if sources.look is not None and self._look_index is not None:
            pools.append(self._look_index.search(sources.look, k, allowed).rows[0])
        if sources.lexical is not None:
            found = np.flatnonzero(allowed & (sources.lexical > 0))
            pools.append(found[np.argsort(-sources.lexical[found], kind="stable")[:k]])
        return np.unique(np.concatenate(pools))


@dataclass(frozen=True)
class _Sources:
    """Hold the query of each source: vectors [d], and for words the scores of all rows [N]."""

    semantic: NDArray[np.float32] | None
    lexical: NDArray[np.float32] | None
    collab: NDArray[np.float32] | None
    content: NDArray[np.float32] | None
    look: NDArray[np.float32] | None


def _useful(array: NDArray[np.float32] | None) -> NDArray[np.float32] | None:
    """Return None for a source that would score every item zero."""
    return array if array is not None and array.any() else None


def _products(
    vectors: NDArray[np.float32] | None, rows: NDArray[np.int64], query: NDArray[np.float32] | None
) -> NDArray[np.float32]:
    if vectors is None or query is None:
        return np.zeros(len(rows), dtype=np.float32)
    return np.asarray(vectors[rows] @ query, dtype=np.float32)


def _reciprocal_ranks(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return 1 / (RRF_K + rank), rank 1 being the best; 0 where a source has nothing good to say."""
    ranks = np.empty(len(scores), dtype=np.int64)
    ranks[np.argsort(-scores, kind="stable")] = np.arange(1, len(scores) + 1)
    return np.where(scores > 0, 1.0 / (RRF_K + ranks), 0.0).astype(np.float32)
