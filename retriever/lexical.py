"""Words of titles and genres, scored with BM25."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from retriever.words import norms_of

K1 = 1.2
B = 0.5


class LexicalIndex:
    """Score texts by the words they share with a query.

    BM25 as in Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009. The texts are one line
    long, so length counts less than usual (b = 0.5).

    Args:
        texts: N texts.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        words = [norms_of(text) for text in texts]
        self._columns = {word: i for i, word in enumerate(dict.fromkeys(w for ws in words for w in ws))}
        self._n = len(words)
        lengths = np.array([len(ws) for ws in words], dtype=np.int64)
        rows = np.repeat(np.arange(self._n), lengths)
        columns = np.array([self._columns[w] for ws in words for w in ws], dtype=np.int64)
        shape = (self._n, max(1, len(self._columns)))
        counts = sp.csc_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=shape)
        self._weights = _bm25(counts, lengths)

    def scores(self, query: str) -> NDArray[np.float32]:
        """Return the BM25 score of every text, float32 [N]; zeros where no word is shared."""
        columns = sorted({self._columns[w] for w in norms_of(query) if w in self._columns})
        if not columns:
            return np.zeros(self._n, dtype=np.float32)
        return np.asarray(self._weights[:, columns].sum(axis=1), dtype=np.float32).ravel()


def _bm25(counts: sp.csc_matrix, lengths: NDArray[np.int64]) -> sp.csc_matrix:
    n = counts.shape[0]
    found_in = np.diff(counts.indptr)
    idf = np.log1p((n - found_in + 0.5) / (found_in + 0.5)).astype(np.float32)
    relative = lengths / max(1e-9, float(lengths.mean())) if n else lengths
    norm = (K1 * (1 - B + B * relative)).astype(np.float32)
    weights = counts.copy()
    weights.data = counts.data * (K1 + 1) / (counts.data + norm[counts.indices])
    weights.data *= np.repeat(idf, found_in)
    return weights
