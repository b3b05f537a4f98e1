"""One facet of the catalogue as a boolean matrix."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from rapidfuzz import fuzz, process, utils

from retriever.errors import BadData


@dataclass(frozen=True)
class FacetTable:
    """Hold which item has which value of one facet.

    Attributes:
        name: Name of the facet, such as "genres".
        values: Known values, sorted; F of them.
        matrix: bool [N, F].
        positions: Column by value in lower case.
    """

    name: str
    values: tuple[str, ...]
    matrix: NDArray[np.bool_]
    positions: dict[str, int]

    @classmethod
    def build(cls, name: str, column: pl.Series) -> FacetTable:
        """Build the table of `column`, a series of lists of strings, one list per item."""
        pairs = column.to_frame(name).with_row_index("row").explode(name).drop_nulls(name)
        names = pairs[name].unique().sort()
        values = tuple(names.to_list())
        matrix = np.zeros((len(column), len(values)), dtype=np.bool_)
        matrix[pairs["row"].to_numpy(), np.searchsorted(names.to_numpy(), pairs[name].to_numpy())] = True
        return cls(name, values, matrix, {value.casefold(): i for i, value in enumerate(values)})

    def columns(self, wanted: Iterable[str]) -> NDArray[np.bool_]:
        """Return the columns of the wanted values, bool [N, len(wanted)].

        Raises:
            BadData: A value is not known; the message names the nearest known values.
        """
        indices = [self._position(value) for value in wanted]
        columns: NDArray[np.bool_] = self.matrix[:, indices]
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
