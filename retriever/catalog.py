"""Items as a columnar table: id <-> row, facets, people, numbers, and hard constraints as one mask."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import polars as pl
import scipy.sparse as sp
from numpy.typing import NDArray

from retriever.columns import PEOPLE, YEAR, Bounds, NumberTable
from retriever.constraints import Constraints as Constraints
from retriever.errors import BadData, DamagedFile, UnknownItem
from retriever.facets import FacetTable
from retriever.files import write_atomically
from retriever.textline import NOT_FACETS
from retriever.textline import text_line as text_line

UNKNOWN_YEAR = 0
ROMAN = ("", "", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")


def label_of(title: str, year: int | None, edition: int = 1) -> str:
    """Return "The Matrix (1999)"; "Hamlet (2000/II)" for the second item of that title and year."""
    numeral = ROMAN[edition] if edition < len(ROMAN) else str(edition)
    inside = "/".join(part for part in (str(year) if year else "", numeral) if part)
    return f"{title} ({inside})" if inside else title


@dataclass(frozen=True)
class Item:
    """Hold one row of the catalogue.

    Attributes:
        item_id: Id in the data set.
        row: Row in the catalogue and in every array of vectors.
        title: Display form, such as "The Matrix".
        year: Year of release; None where it is unknown.
        facets: Values by facet name, such as {"genres": ("Action", "Sci-Fi")}.
        popularity: Number of interactions in the data.
        aliases: Other titles of the same item.
        edition: 1, or 2, 3, ... where title and year are shared with items of lower rows.
        numbers: Known values by numeric column, the year left out.
    """

    item_id: str
    row: int
    title: str
    year: int | None
    facets: dict[str, tuple[str, ...]]
    popularity: int
    aliases: tuple[str, ...] = ()
    edition: int = 1
    numbers: dict[str, float] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """Return title and year as people write them: "The Matrix (1999)"."""
        return label_of(self.title, self.year, self.edition)


class Catalog:
    """Hold the items; make one with `from_frame` or `load`.

    Attributes:
        frame: The table, one row per item.
        ids: Item ids by row.
        titles: Display titles by row.
        years: Year of release by row, int32 [N]; 0 where unknown.
        popularity: Number of interactions by row, int64 [N].
        facet_values: Known values of each facet, sorted; people are among them.
        people: Names of the facets that hold people.
        numbers: Numeric column -> float64 [N], NaN where unknown; the year is among them.
        units: Numeric column -> its unit, empty where it has none.
    """

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = frame
        self.ids: list[str] = frame["item_id"].to_list()
        self.titles: list[str] = frame["title"].to_list()
        self.years: NDArray[np.int32] = frame["year"].fill_null(UNKNOWN_YEAR).to_numpy().astype(np.int32)
        self.popularity: NDArray[np.int64] = frame["popularity"].to_numpy().astype(np.int64)
        self._rows = {item_id: row for row, item_id in enumerate(self.ids)}
        names = [n for n, t in frame.schema.items() if t == pl.List(pl.String) and n not in NOT_FACETS]
        self._facets = {name: FacetTable.build(name, frame[name]) for name in names}
        self.facet_values = {name: table.values for name, table in self._facets.items()}
        self.people = tuple(name for name in self._facets if name.casefold() in PEOPLE)
        self._numbers = NumberTable.build(frame)
        self.numbers, self.units = self._numbers.values, self._numbers.units

    @classmethod
    def from_frame(cls, df: pl.DataFrame) -> Catalog:
        """Build a catalogue from a table.

        Args:
            df: `item_id` and `title` are needed. `year`, `popularity`, `aliases` (list of str), `text` and
                `edition` are used where present. Every other column of type list of str is a facet, every
                other column of numbers a numeric one, with its unit in parentheses: "price (EUR)".

        Returns:
            The catalogue, rows in the order of `df`.

        Raises:
            BadData: A needed column is missing, or an id is null or not unique, or there is no row.
        """
        _check(df)
        return cls(_complete(df))

    @classmethod
    def load(cls, path: Path) -> Catalog:
        """Read the catalogue that `save` wrote.

        Raises:
            DamagedFile: The file is missing, is no Parquet file, or lacks what a catalogue needs.
        """
        try:
            return cls.from_frame(pl.read_parquet(path))
        except (OSError, pl.exceptions.PolarsError, BadData) as error:
            raise DamagedFile(path, f"this is no readable catalogue ({error})") from error

    def save(self, path: Path) -> None:
        """Write the catalogue as Parquet, whole or not at all."""
        write_atomically(path, lambda temporary: self.frame.write_parquet(temporary))

    def __len__(self) -> int:
        return len(self.ids)

    def __contains__(self, item_id: str) -> bool:
        return item_id in self._rows

    def row(self, item_id: str) -> int:
        """Return the row of `item_id`.

        Raises:
            UnknownItem: There is no such item.
        """
        if item_id not in self._rows:
            raise UnknownItem(item_id)
        return self._rows[item_id]

    def item(self, row: int) -> Item:
        """Return the item at `row`.

        Raises:
            UnknownItem: `row` is outside the catalogue.
        """
        if not 0 <= row < len(self):
            raise UnknownItem(row)
        record = self.frame.row(int(row), named=True)
        facets = {name: tuple(record[name] or ()) for name in self._facets}
        return Item(
            item_id=record["item_id"],
            row=int(row),
            title=record["title"],
            year=int(self.years[row]) or None,
            facets=facets,
            popularity=int(self.popularity[row]),
            aliases=tuple(record["aliases"] or ()),
            edition=int(record["edition"]),
            numbers=self._numbers.of(int(row)),
        )

    def texts(self) -> list[str]:
        """Return one short line per row for the text encoder: title, year, facet values."""
        texts: list[str] = self.frame["text"].to_list()
        return texts

    def facet_matrix(self, name: str) -> sp.csr_matrix:
        """Return which row has which value of the facet, CSR of bool [N, F], columns as `facet_values[name]`.

        Raises:
            BadData: There is no such facet; the message names the nearest.
        """
        return self._facet(name).matrix

    def is_single(self, name: str) -> bool:
        """Say whether no item has more than one value of the facet.

        Raises:
            BadData: There is no such facet.
        """
        return self._facet(name).single

    def person(self, name: str) -> str | None:
        """Return a name as the catalogue spells it; None where no column of people has it."""
        for column in self.people:
            table = self._facets[column]
            position = table.positions.get(name.casefold())
            if position is not None:
                return table.values[position]
        return None

    @cached_property
    def by_popularity(self) -> NDArray[np.int64]:
        """Return the rows from most to least popular, int64 [N]; ties in row order."""
        return np.argsort(-self.popularity, kind="stable")

    @cached_property
    def _fame(self) -> NDArray[np.float64]:
        known = np.sort(self.popularity)
        share = np.searchsorted(known, self.popularity, side="right") / len(known)
        return np.where(self.popularity > 0, share, 0.0)

    def fame(self, row: int) -> float:
        """Return the share of items that are at most as popular, 0..1; 0 where nobody has had the item."""
        return float(self._fame[row])

    def mask(self, constraints: Constraints) -> NDArray[np.bool_]:
        """Return which rows satisfy every constraint, bool [N].

        Raises:
            BadData: A facet or a facet value is not known; the message names the nearest known ones.
            UnknownItem: A row to exclude is outside the catalogue.
        """
        allowed = np.ones(len(self), dtype=np.bool_)
        for name, bounds in _all_ranges(constraints):
            allowed &= self._numbers.within(name, bounds) if name in self.numbers else False
        for name, stretches in constraints.not_ranges.items():
            for bounds in stretches if name in self.numbers else ():
                allowed &= ~self._numbers.within(name, bounds)
        for name, values in constraints.include_all.items():
            allowed &= self._facet(name).columns(values).all(axis=1)
        for name, values in constraints.include_any.items():
            if values:
                allowed &= self._facet(name).columns(values).any(axis=1)
        for group in constraints.either:
            parts = [self._facet(name).columns(values).any(axis=1) for name, values in group.items()]
            allowed &= np.any(parts, axis=0) if parts else True
        for name, values in constraints.exclude.items():
            allowed &= ~self._facet(name).columns(values).any(axis=1)
        for person in constraints.people:
            allowed &= self._by(person)
        for person in constraints.not_people:
            allowed &= ~self._by(person)
        allowed[self._checked_rows(constraints.exclude_rows)] = False
        return allowed

    def _by(self, person: str) -> NDArray[np.bool_]:
        """Return which items a person has a part in, bool [N]."""
        known = self.person(person)
        if known is None:
            raise BadData(f"There is nobody called {person!r}.", "Use a name as the catalogue spells it.")
        tables = [self._facets[column] for column in self.people]
        parts = [
            table.columns([known]).any(axis=1) for table in tables if known.casefold() in table.positions
        ]
        found: NDArray[np.bool_] = np.any(parts, axis=0)
        return found

    def _facet(self, name: str) -> FacetTable:
        if name not in self._facets:
            raise BadData(f"There is no facet {name!r}.", f"Known facets: {', '.join(self._facets)}.")
        return self._facets[name]

    def _checked_rows(self, rows: frozenset[int]) -> NDArray[np.int64]:
        array = np.fromiter(rows, dtype=np.int64, count=len(rows))
        outside = array[(array < 0) | (array >= len(self))]
        if outside.size:
            raise UnknownItem(int(outside[0]))
        return array


def _all_ranges(constraints: Constraints) -> Iterable[tuple[str, Bounds]]:
    yield from constraints.ranges.items()
    if constraints.year_min is not None or constraints.year_max is not None:
        yield YEAR, (constraints.year_min, constraints.year_max)


def _check(df: pl.DataFrame) -> None:
    missing = [name for name in ("item_id", "title") if name not in df.columns]
    if missing:
        raise BadData(f"The items lack {', '.join(missing)}.", f"Columns found: {', '.join(df.columns)}.")
    if df.is_empty():
        raise BadData("There are no items.", "Give a data set with at least one item.")
    ids = df["item_id"]
    if ids.null_count() or ids.n_unique() != len(ids) or df["title"].null_count():
        raise BadData(
            "Item ids must be unique, and no id and no title may be null.", "Clean the items first."
        )


def _complete(df: pl.DataFrame) -> pl.DataFrame:
    """Add the columns that may be missing and give every column its type."""
    defaults: Sequence[tuple[str, pl.Expr]] = (
        ("year", pl.lit(None, dtype=pl.Int32)),
        ("popularity", pl.lit(0, dtype=pl.Int64)),
        ("aliases", pl.lit([], dtype=pl.List(pl.String))),
        ("edition", pl.int_range(1, pl.len() + 1).over("title", "year").cast(pl.Int32)),
        ("text", text_line(df)),
    )
    casts = (pl.col("item_id").cast(pl.String), pl.col("title").cast(pl.String))
    frame = df.with_columns(casts)
    for name, default in defaults:
        if name not in frame.columns:
            frame = frame.with_columns(default.alias(name))
    return frame.with_columns(pl.col("year").cast(pl.Int32), pl.col("popularity").cast(pl.Int64).fill_null(0))
