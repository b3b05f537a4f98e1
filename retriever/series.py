"""Films that follow one another: "the second Alien film", "Matrix 3"."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from retriever.catalog import Catalog
from retriever.titleindex import Hit
from retriever.titlekeys import singular, without_article
from retriever.words import norms_of

# A later film whose title begins alike is a sequel only if enough people know it beside the first.
SEQUEL_SHARE = 0.2
SHARED_FACETS = 2


class SeriesIndex:
    """Know which titles begin with which words."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        facets = [catalog.facet_matrix(name) for name in catalog.facet_values]
        self._facets = sp.csr_matrix(sp.hstack(facets) if facets else (len(catalog), 0), dtype=np.bool_)
        self._norms = [_series_words(title) for title in catalog.titles]
        self._by_first: dict[str, list[int]] = defaultdict(list)
        for row, norms in enumerate(self._norms):
            if norms:
                self._by_first[norms[0]].append(row)

    def nth(self, hit: Hit, n: int) -> int | None:
        """Return the row of the n-th film of the series that a hit names; None where there is none."""
        members = self._members(hit)
        return members[n - 1] if len(members) > 1 and n <= len(members) else None

    def roots(self) -> NDArray[np.int64]:
        """Return, for every row, the row of the item whose title its own title begins with, int64 [N].

        It is -1 where there is none. The shortest such title counts; of several items that share it, the one
        with the most interactions. A root is its own root where somebody follows it.
        """
        named: dict[tuple[str, ...], int] = {}
        for row in self._catalog.by_popularity[::-1].tolist():
            named[self._norms[row]] = row
        found = np.full(len(self._catalog), -1, np.int64)
        for row, norms in enumerate(self._norms):
            for length in range(1, len(norms)):
                lead = named.get(norms[:length], -1)
                if lead >= 0 and self._belongs(row, lead, norms[:length]):
                    found[row] = found[lead] = lead
                    break
        return found

    def _members(self, hit: Hit) -> list[int]:
        words = tuple(singular(norm) for norm in without_article(hit.norms))
        lead = hit.entries[0].row
        rows = [row for row in self._by_first.get(words[0], []) if self._belongs(row, lead, words)]
        return sorted(rows, key=lambda row: (self._catalog.years[row], row))

    def _belongs(self, row: int, lead: int, words: tuple[str, ...]) -> bool:
        if self._norms[row][: len(words)] != words:
            return False
        rest = self._norms[row][len(words) :]
        popularity = self._catalog.popularity
        enough = popularity[row] >= SEQUEL_SHARE * popularity[lead]
        numbered = bool(rest) and (rest[0].isdigit() or rest[0] in ("part", "episode", "chapter"))
        return row == lead or ((enough or numbered) and self._alike(row, lead))

    def _alike(self, row: int, lead: int) -> bool:
        first = self._values(lead)
        return len(np.intersect1d(self._values(row), first)) >= min(SHARED_FACETS, len(first))

    def _values(self, row: int) -> NDArray[np.int32]:
        """Return the columns of the facet values of a row."""
        held: NDArray[np.int32] = self._facets.indices[slice(*self._facets.indptr[row : row + 2])]
        return held


def _series_words(title: str) -> tuple[str, ...]:
    return tuple(singular(norm) for norm in without_article(norms_of(title)))
