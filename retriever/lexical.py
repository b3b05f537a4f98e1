"""Words of titles and genres, scored with BM25."""

from __future__ import annotations

from collections.abc import Sequence

import bm25s
import numpy as np
from numpy.typing import NDArray

from retriever.words import norms_of

K1 = 1.2
B = 0.5  # the texts are one line long, so length counts less than usual


class LexicalIndex:
    """Score texts by the words they share with a query.

    BM25 as in Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009, in Lucene's form.

    Args:
        texts: N texts.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._n = len(texts)
        words = [norms_of(text) for text in texts]
        self._known = {word for line in words for word in line}
        self._index = bm25s.BM25(k1=K1, b=B, method="lucene")
        if self._known:
            self._index.index(words, show_progress=False)

    def scores(self, query: str) -> NDArray[np.float32]:
        """Return the BM25 score of every text, float32 [N]; zeros where no word is shared."""
        words = sorted(self._known.intersection(norms_of(query)))
        if not words:
            return np.zeros(self._n, dtype=np.float32)
        return np.asarray(self._index.get_scores(words), dtype=np.float32)
