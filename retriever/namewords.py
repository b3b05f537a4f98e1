"""The words of names as a table: what the names of two items have in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import scipy.sparse as sp

from retriever.words import norms_of

# A word of more names than this share of the catalogue, and of more than two, says nothing.
TOO_COMMON = 0.05


def name_words(names: Sequence[str]) -> sp.csr_matrix:
    """Return how much each word, and each pair of neighbouring words, says in each name.

    Words of one name alone and those of too many are left out; the others weigh their inverse document
    frequency, log(N / names with it) (Sparck Jones 1972).

    Args:
        names: N titles; an empty one has no words.

    Returns:
        float32 CSR [N, w], columns in the order of the alphabet.
    """
    found = [_terms(name) for name in names]
    counts = Counter(term for terms in found for term in terms)
    most = max(TOO_COMMON * len(names), 2.0)
    places = {term: at for at, term in enumerate(sorted(t for t, c in counts.items() if 2 <= c <= most))}
    kept = [sorted(terms & places.keys()) for terms in found]
    columns = np.array([places[term] for terms in kept for term in terms], np.int64)
    weights = np.array([np.log(len(names) / counts[t]) for terms in kept for t in terms], np.float32)
    indptr = np.concatenate([[0], np.cumsum([len(terms) for terms in kept], dtype=np.int64)])
    return sp.csr_matrix((weights, columns, indptr), shape=(len(names), len(places)))


def _terms(name: str) -> set[str]:
    words = norms_of(name)
    return {*words, *(f"{one} {other}" for one, other in pairwise(words))}
