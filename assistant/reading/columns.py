"""The columns of the catalogue at hand, as far as people speak of them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import polars as pl

from retriever.catalog import Catalog, text_line

PEOPLE = frozenset(
    name + plural
    for name in ("director", "actor", "author", "writer", "artist", "composer", "performer", "cast")
    for plural in ("", "s")
)
DESCRIBED = 20  # characters beyond title, year and values that make a description
NAME = 3  # words that half of the titles have at most where they are names
NOT_NUMBERS = frozenset({"popularity", "edition", "item_id", "moment"})
_HEADER = re.compile(r"(.+?)\s*\((.+)\)")


@dataclass(frozen=True)
class Number:
    """Hold one numeric column.

    Attributes:
        unit: Its unit as the catalogue writes it, empty where it has none.
        low: Least value in the catalogue; None where that is not known.
        high: Greatest value.
    """

    unit: str = ""
    low: float | None = None
    high: float | None = None

    def holds(self, value: float) -> bool:
        """Say whether a value lies in the spread of the column."""
        return self.low is None or self.high is None or self.low <= value <= self.high

    def may_hold(self, value: float) -> bool:
        """Say whether a value lies in or near the spread of the column."""
        if self.low is None or self.high is None:
            return True
        return self.low * 0.5 <= value <= self.high * 2


@dataclass(frozen=True, eq=False)
class Columns:
    """Hold what a message may speak of; compared by identity, so that what is built from it can be kept.

    Attributes:
        facets: Facet -> its values, people's columns left out.
        people: Column of people -> their names.
        numbers: Numeric column -> its unit and spread.
        described: Whether the text of most items says more than title, year and facet values.
        named: Whether most items have a title; without, they are called "Item" and their id.
        bare: Whether all that is known of items is a short name, such as that of an artist.
        catalog: Holds the numbers of the items; None where they are not at hand.
    """

    facets: Mapping[str, Sequence[str]] = field(default_factory=dict)
    people: Mapping[str, Sequence[str]] = field(default_factory=dict)
    numbers: Mapping[str, Number] = field(default_factory=dict)
    described: bool = True
    named: bool = True
    bare: bool = False
    catalog: Catalog | None = field(default=None, repr=False)

    @classmethod
    def of(cls, catalog: Catalog, units: Mapping[str, str] | None = None) -> Columns:
        """Sort the columns of a catalogue; `units` name those that the headers ("price (EUR)") do not."""
        facets = {n: v for n, v in catalog.facet_values.items() if n.casefold() not in PEOPLE}
        people = {n: v for n, v in catalog.facet_values.items() if n.casefold() in PEOPLE}
        frame = catalog.frame
        numbers, described, named = _numbers(frame, units or {}), _described(frame), _named(frame)
        bare = named and not described and not any(catalog.facet_values.values()) and _short(frame)
        return cls(facets, people, numbers, described, named, bare, catalog)

    @classmethod
    def of_values(cls, facet_values: Mapping[str, Sequence[str]]) -> Columns:
        """Return columns of these facets, and a year."""
        facets = {n: v for n, v in facet_values.items() if n.casefold() not in PEOPLE}
        people = {n: v for n, v in facet_values.items() if n.casefold() in PEOPLE}
        return cls(facets, people, {"year": Number()})

    @cached_property
    def _rows(self) -> dict[str, int]:
        """Return the rows by id, by label and by title; of equal titles the first."""
        if self.catalog is None:
            return {}
        labels = [self.catalog.item(row).label for row in range(len(self.catalog))]
        names = zip(self.catalog.ids, labels, self.catalog.titles, strict=True)
        rows: dict[str, int] = {}
        for row, (item_id, label, title) in enumerate(names):
            for name in (item_id, label, title):
                rows.setdefault(name, row)
        return rows

    def value(self, item: str, column: str) -> float | None:
        """Return the number of an item (id, label or title) in a column; None where it is unknown."""
        row = self._rows.get(item)
        if self.catalog is None or row is None or column not in self.catalog.numbers:
            return None
        value = float(self.catalog.numbers[column][row])
        return None if math.isnan(value) else value

    def facet_of(self, value: str) -> tuple[str, str] | None:
        """Return facet and spelling of a value given without regard to case; None where there is none."""
        for facet, values in self.facets.items():
            for known in values:
                if known.casefold() == value.casefold():
                    return facet, known
        return None


def _described(frame: pl.DataFrame) -> bool:
    plain = frame.select(text_line(frame).str.len_chars()).to_series()
    return bool((frame["text"].str.len_chars() > plain + DESCRIBED).mean() > 0.5)  # type: ignore[operator]


def _named(frame: pl.DataFrame) -> bool:
    called = frame["title"] == frame.select(pl.format("Item {}", "item_id")).to_series()
    return bool(called.mean() < 0.5)  # type: ignore[operator]


def _short(frame: pl.DataFrame) -> bool:
    return float(frame["title"].str.count_matches(r"\w+").median() or 0) <= NAME  # type: ignore[arg-type]


def _numbers(frame: pl.DataFrame, units: Mapping[str, str]) -> dict[str, Number]:
    numbers: dict[str, Number] = {}
    for header, kind in frame.schema.items():
        match = _HEADER.fullmatch(header)
        name, unit = (match[1], match[2]) if match else (header, units.get(header, ""))
        if not kind.is_numeric() or name in NOT_NUMBERS or frame[header].null_count() == len(frame):
            continue
        low, high = (_as_float(edge) for edge in (frame[header].min(), frame[header].max()))
        numbers[name] = Number(unit, low, high)
    return numbers


def _as_float(value: Any) -> float | None:
    return None if value is None else float(value)
