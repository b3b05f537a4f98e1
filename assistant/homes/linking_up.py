"""Typed links of a catalogue: those its facets give, and those of a file."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from retriever.catalog import Catalog
from retriever.series import SeriesIndex
from retriever.strategies.links import Links
from retriever.strategies.triples import read_triples

SERIES = "series"


def links_of(catalog: Catalog, file: Path | None = None) -> Links:
    """Return the links of the facets, of series that titles show, and of a file of triples."""
    facets = {name: catalog.facet_matrix(name) for name in catalog.facet_values}
    found = Links.of_facets(len(catalog), facets, catalog.facet_values) + series_of(catalog)
    return found if file is None else found + read_triples(file, catalog).links


def series_of(catalog: Catalog) -> Links:
    """Return links from every item of a series to the series, which is called by its first title."""
    roots = SeriesIndex(catalog).roots()
    members = np.flatnonzero(roots >= 0)
    leads, numbers = np.unique(roots[members], return_inverse=True)
    titles = tuple(catalog.titles[lead] for lead in leads)
    kinds = np.zeros(len(members), np.int64)
    return Links(len(catalog), members, kinds, numbers + len(catalog), (SERIES,), titles)
