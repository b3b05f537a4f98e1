"""Catalogues that cases speak of: CSV files whose facets, people and numbers are told apart by form."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from prompts.errors import CaseError

PEOPLE = frozenset(
    name + plural
    for name in ("director", "actor", "author", "writer", "artist", "composer", "performer", "cast")
    for plural in ("", "s")
)
NOT_SLOTS = frozenset({"popularity", "text", "edition"})


@dataclass(frozen=True)
class CaseCatalog:
    """Hold what a label may name: N items with their facets, people and numbers.

    Attributes:
        name: Name by which cases refer to it.
        ids: Item ids, N.
        titles: Titles, N.
        labels: Titles with the year where there is one, N; unique.
        facets: Column -> values of each item, N tuples; people are among them.
        numbers: Column -> value of each item, N; None where it is not known.
        units: Numeric column -> its unit, empty where it has none.
        aliases: Other titles of each item, N tuples.
    """

    name: str
    ids: tuple[str, ...]
    titles: tuple[str, ...]
    labels: tuple[str, ...]
    facets: dict[str, tuple[tuple[str, ...], ...]]
    numbers: dict[str, tuple[float | None, ...]]
    units: dict[str, str] = field(default_factory=dict)
    aliases: tuple[tuple[str, ...], ...] = ()

    @cached_property
    def values(self) -> dict[str, frozenset[str]]:
        """Return facet -> its values in lower case, people's columns left out."""
        return {name: _lower(column) for name, column in self.facets.items() if name not in PEOPLE}

    @cached_property
    def people(self) -> frozenset[str]:
        """Return the names of all people in lower case."""
        return frozenset().union(*(_lower(c) for name, c in self.facets.items() if name in PEOPLE))

    def row(self, title: str) -> int | None:
        """Return the row of a label, or of a title that only one item has; None where there is none."""
        rows = self._rows.get(title.casefold(), [])
        return rows[0] if len(rows) == 1 else None

    @cached_property
    def _rows(self) -> dict[str, list[int]]:
        rows: dict[str, list[int]] = {}
        aliases = self.aliases or ((),) * len(self.ids)
        for row, names in enumerate(zip(self.labels, self.titles, aliases, strict=True)):
            label, title, others = names
            for name in {label.casefold(), title.casefold(), *(alias.casefold() for alias in others)}:
                rows.setdefault(name, []).append(row)
        for row, label in enumerate(self.labels):
            rows[label.casefold()] = [row]
        return rows


def shipped_catalog(name: str) -> Path:
    """Return where the catalogue of that name lies if it comes with Palate."""
    return Path(str(files("prompts") / "cases" / "catalogs" / f"{name}.csv"))


def find_catalog(name: str, beside: Path) -> Path | None:
    """Return the CSV file of a catalogue: beside the case file first, then shipped; None where neither."""
    for path in (beside.parent / "catalogs" / f"{name}.csv", shipped_catalog(name)):
        if path.is_file():
            return path
    return None


def read_catalog(path: Path) -> CaseCatalog:
    """Read a catalogue.

    Raises:
        CaseError: When it is no CSV file, has no item, lacks `item_id` or `title`, or repeats an id.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file, strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CaseError(f"{path} cannot be read: {error}. Give a CSV file in UTF-8.") from error
    _check(path, rows)
    columns = {name: [(row[name] or "").strip() for row in rows] for name in rows[0]}
    ids, titles = columns.pop("item_id"), columns.pop("title")
    aliases = columns.pop("aliases", [""] * len(ids))
    sorted_out = _sorted_columns(columns)
    years = sorted_out.numbers.get("year", (None,) * len(ids))
    labels = tuple(f"{t} ({y:g})" if y else t for t, y in zip(titles, years, strict=True))
    return CaseCatalog(
        name=path.stem,
        ids=tuple(ids),
        titles=tuple(titles),
        labels=labels,
        **sorted_out._asdict(),
        aliases=tuple(_split(cell) for cell in aliases),
    )


def _check(path: Path, rows: Sequence[dict[str, str]]) -> None:
    if not rows or not {"item_id", "title"} <= set(rows[0]):
        raise CaseError(f"{path} is no catalogue: give a header with item_id and title, and items.")
    for number, row in enumerate(rows, 2):
        if None in row or None in row.values() or not row["item_id"] or not row["title"]:
            raise CaseError(f"{path}:{number} has too few or too many cells, or no id or title.")
    ids = [row["item_id"] for row in rows]
    if len(set(ids)) != len(ids):
        raise CaseError(f"{path} repeats an item_id: {sorted({i for i in ids if ids.count(i) > 1})[0]}.")


class _Columns(NamedTuple):
    numbers: dict[str, tuple[float | None, ...]]
    units: dict[str, str]
    facets: dict[str, tuple[tuple[str, ...], ...]]


def _sorted_columns(columns: dict[str, list[str]]) -> _Columns:
    """Tell numeric columns from facets; the unit stands in parentheses."""
    numbers: dict[str, tuple[float | None, ...]] = {}
    units: dict[str, str] = {}
    facets: dict[str, tuple[tuple[str, ...], ...]] = {}
    for header, cells in columns.items():
        match = re.fullmatch(r"(.+?)\s*\((.+)\)", header)
        name, unit = (match[1], match[2]) if match else (header, "")
        if name in NOT_SLOTS:
            continue
        if any(cells) and all(_is_number(cell) for cell in cells if cell):
            numbers[name], units[name] = tuple(float(c) if c else None for c in cells), unit
        else:
            facets[name] = tuple(_split(cell) for cell in cells)
    return _Columns(numbers, units, facets)


def _is_number(cell: str) -> bool:
    return re.fullmatch(r"-?\d+(?:\.\d+)?", cell) is not None


def _split(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split("|") if part.strip())


def _lower(column: Sequence[Sequence[str]]) -> frozenset[str]:
    return frozenset(value.casefold() for values in column for value in values)
