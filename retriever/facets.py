"""One facet of the catalogue: which item has which of its values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
import scipy.sparse as sp
from numpy.typing import NDArray
from rapidfuzz import fuzz, process, utils

from retriever.errors import BadData


@dataclass(frozen=True)
class FacetTable:
    """Hold which item has which value of one facet.

    Attributes:
        name: Name of the facet, such as "genres".
        values: Known values, sorted; F of them.
        n: Number of items, N.
        holders: Rows that have each value, F arrays of int64.
        positions: Column by value in lower case.
        single: True when no item has more than one value.
    """

    name: str
    values: tuple[str, ...]
    n: int
    holders: tuple[NDArray[np.int64], ...]
    positions: dict[str, int]
    single: bool

    @classmethod
    def build(cls, name: str, column: pl.Series) -> FacetTable:
        """Build the table of `column`, a series of lists of strings, one list per item."""
        pairs = column.to_frame(name).with_row_index("row").explode(name).drop_nulls(name).unique()
        pairs = pairs.sort(name, "row")
        names = pairs[name].unique().sort()
        values = tuple(names.to_list())
        rows = pairs["row"].to_numpy().astype(np.int64)
        starts = np.searchsorted(pairs[name].to_numpy(), names.to_numpy()) if values else np.zeros(0, int)
        holders = tuple(np.split(rows, starts[1:])) if values else ()
        positions = {value.casefold(): i for i, value in enumerate(values)}
        return cls(name, values, len(column), holders, positions, len(np.unique(rows)) == len(rows))

    @cached_property
    def matrix(self) -> sp.csr_matrix:
        """Return which item has which value, CSR of bool [N, F], columns of a row in order.

        Sparse, because 200,000 items and 20,000 values would fill 4 GB, of which one byte in 20,000 is true.
        """
        columns = np.repeat(np.arange(len(self.values)), [len(rows) for rows in self.holders])
        rows = np.concatenate([np.zeros(0, np.int64), *self.holders])
        held = np.ones(len(rows), np.bool_)
        matrix = sp.csr_matrix((held, (rows, columns)), shape=(self.n, len(self.values)))
        matrix.sort_indices()
        return matrix

    def columns(self, wanted: Iterable[str]) -> NDArray[np.bool_]:
        """Return the columns of the wanted values, bool [N, len(wanted)].

        Raises:
            BadData: A value is not known; the message names the nearest known values.
        """
        indices = [self._position(value) for value in wanted]
        columns = np.zeros((self.n, len(indices)), dtype=np.bool_)
        for place, index in enumerate(indices):
            columns[self.holders[index], place] = True
        return columns

    def _position(self, value: str) -> int:
        position = self.positions.get(value.casefold())
        if position is None:
            near = process.extract(
                value, self.values, scorer=fuzz.WRatio, processor=utils.default_process, limit=3
            )
            names = ", ".join(match[0] for match in near)
            raise BadData(f"{value!r} is not known in {self.name}.", f"Nearest known: {names}.")
        return position
