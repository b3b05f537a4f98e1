"""Sources that go by what items are: nearness of texts, shared facets, shared words."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from retriever.lexical import LexicalIndex
from retriever.strategies.source import Ask, Described, FloatArray

LATEST = 20  # likes whose words are looked for


class Text:
    """Score by the inner product of the text vector with the mean of the liked ones, catalogue mean off."""

    name = "text"

    def __init__(self, items: Described) -> None:
        vectors = items.vectors - items.vectors.mean(axis=0, keepdims=True)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        self._vectors = np.asarray(vectors / np.maximum(lengths, 1e-12), dtype=np.float32)

    def scores(self, ask: Ask, /) -> FloatArray:
        """Return the inner products; zeros without likes."""
        return np.asarray(self._vectors @ self._vectors[ask.rows].sum(axis=0), dtype=np.float32)


class Facets:
    """Score by shared facet values: cosines of weights log(N / n), n the number of items with the value."""

    name = "facets"

    def __init__(self, items: Described) -> None:
        n = len(items.texts)
        parts = [sp.csr_matrix(matrix, dtype=np.float32) for matrix in items.facets.values()]
        held = sp.csr_matrix(sp.hstack(parts)) if parts else sp.csr_matrix((n, 0), dtype=np.float32)
        counts = np.asarray(held.sum(axis=0)).ravel()
        weighted = held @ sp.diags(np.log(n / np.maximum(counts, 1.0)))
        lengths = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
        self._held = sp.csr_matrix(sp.diags(1 / np.maximum(lengths, 1e-12)) @ weighted, dtype=np.float32)

    def scores(self, ask: Ask, /) -> FloatArray:
        """Return the summed cosines; zeros without likes or facets."""
        profile = np.asarray(self._held[ask.rows].sum(axis=0), dtype=np.float32).ravel()
        return np.asarray(self._held @ profile, dtype=np.float32)


class Words:
    """Score by the words shared with the latest likes, by BM25."""

    name = "bm25"

    def __init__(self, items: Described) -> None:
        self._texts, self._index = items.texts, LexicalIndex(items.texts)

    def scores(self, ask: Ask, /) -> FloatArray:
        """Return BM25 of every item and all words of the likes; zeros without likes."""
        words = " ".join(self._texts[row] for row in ask.rows[-LATEST:])
        return self._index.scores(words) if words else np.zeros(len(self._texts), np.float32)
