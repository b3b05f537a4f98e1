"""Columns of a catalogue told apart by form: numbers with their units, people, facets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from retriever.errors import BadData

YEAR = "year"
# Facets of these names hold people; docs/CASES.md has the same list.
PEOPLE = frozenset(
    name + plural
    for name in ("director", "actor", "author", "writer", "artist", "composer", "performer", "cast")
    for plural in ("", "s")
)
NOT_NUMBERS = frozenset({YEAR, "popularity", "edition", "moment"})
NAMES = frozenset({"aliases"})  # "1984" is a title here, no number
HEADER = re.compile(r"(.+?)\s*\((.+)\)")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")

Bound = float | None
Bounds = tuple[Bound, Bound]
FloatColumn = NDArray[np.float64]


class Header(NamedTuple):
    """Hold the name of a column and the unit in its header, empty where it has none."""

    name: str
    unit: str


def parse_header(header: str) -> Header:
    """Split "price (EUR)" into name and unit."""
    match = HEADER.fullmatch(header.strip())
    return Header(match[1], match[2]) if match else Header(header.strip(), "")


@dataclass(frozen=True)
class NumberTable:
    """Hold the numeric columns of N items.

    Attributes:
        values: Column -> float64 [N], NaN where unknown.
        units: Column -> its unit, empty where it has none.
    """

    values: dict[str, FloatColumn] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)

    @classmethod
    def build(cls, frame: pl.DataFrame) -> NumberTable:
        """Take the year, where any is known, and every other column of numbers."""
        table = cls()
        for header, kind in frame.schema.items():
            if header == YEAR or (kind.is_numeric() and header not in NOT_NUMBERS):
                name, unit = parse_header(header)
                column = frame[header].cast(pl.Float64).fill_null(float("nan")).to_numpy()
                if not np.isnan(column).all():
                    table.values[name], table.units[name] = column.astype(np.float64), unit
        return table

    def within(self, name: str, bounds: Bounds) -> NDArray[np.bool_]:
        """Return which items lie within the bounds, inclusive, bool [N]; an unknown value does not.

        Raises:
            BadData: There is no such column.
        """
        if name not in self.values:
            raise BadData(f"There is no numeric column {name!r}.", f"Known: {', '.join(self.values)}.")
        column, (low, high) = self.values[name], bounds
        inside: NDArray[np.bool_] = ~np.isnan(column)
        if low is not None:
            inside &= column >= low
        if high is not None:
            inside &= column <= high
        return inside

    def of(self, row: int) -> dict[str, float]:
        """Return the known numbers of one item, the year left out."""
        found = {name: float(column[row]) for name, column in self.values.items() if name != YEAR}
        return {name: value for name, value in found.items() if not np.isnan(value)}


def typed(cells: Mapping[str, pl.Series]) -> dict[str, pl.Series]:
    """Tell the columns of a text file apart.

    Args:
        cells: Header -> str | null.

    Returns:
        Float64 under the same header where every cell that is not empty is a number; elsewhere lists of the
        values that `|` divides, under the name without what stands in parentheses.
    """
    columns: dict[str, pl.Series] = {}
    for header, series in cells.items():
        texts = [(cell or "").strip() for cell in series.to_list()]
        if header not in NAMES and any(texts) and all(NUMBER.fullmatch(text) for text in texts if text):
            numbers = [float(text) if text else None for text in texts]
            columns[header] = pl.Series(header, numbers, dtype=pl.Float64)
        else:
            name = parse_header(header).name
            values = [[part.strip() for part in text.split("|") if part.strip()] for text in texts]
            columns[name] = pl.Series(name, values, dtype=pl.List(pl.String))
    return columns
