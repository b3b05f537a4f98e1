"""Films that follow one another: "the second Alien film", "Matrix 3"."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

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
        self._facets = np.hstack(
            [np.zeros((len(catalog), 0), np.bool_), *(catalog.facet_matrix(n) for n in catalog.facet_values)]
        )
        self._norms = [_series_words(title) for title in catalog.titles]
        self._by_first: dict[str, list[int]] = defaultdict(list)
        for row, norms in enumerate(self._norms):
            if norms:
                self._by_first[norms[0]].append(row)

    def nth(self, hit: Hit, n: int) -> int | None:
        """Return the row of the n-th film of the series that a hit names; None where there is none."""
        members = self._members(hit)
        return members[n - 1] if len(members) > 1 and n <= len(members) else None

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
        shared = int((self._facets[row] & self._facets[lead]).sum())
        alike = shared >= min(SHARED_FACETS, int(self._facets[lead].sum()))
        return row == lead or (alike and (enough or numbered))


def _series_words(title: str) -> tuple[str, ...]:
    return tuple(singular(norm) for norm in without_article(norms_of(title)))
