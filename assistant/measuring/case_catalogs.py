"""Catalogues of labelled cases as the assistant uses them: the installed films, or a CSV file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from assistant.errors import BadInput
from assistant.homes.setup import load_dataset
from assistant.reading.columns import Columns
from prompts.cases import Dialogue, IntentCase, numbered
from prompts.catalogs import CaseCatalog, find_catalog, read_catalog
from prompts.errors import CaseError
from prompts.generate.gold import Gold, gold
from retriever.catalog import Catalog
from retriever.linking import Linker

FILMS = "films"


@dataclass(frozen=True)
class CaseRoom:
    """Hold one catalogue in both forms, and what finds its titles.

    Attributes:
        named: What labels may name.
        catalog: What the assistant reads from; rows as in `named`.
        linker: Finds titles.
        columns: What messages may speak of.
    """

    named: CaseCatalog
    catalog: Catalog
    linker: Linker
    columns: Columns


@dataclass
class CaseRooms:
    """Open each catalogue once.

    Attributes:
        home: Home of the films; they come from the installed data set where there is none.
    """

    home: Path | None = None
    _open: dict[str, CaseRoom] = field(default_factory=dict)

    def room(self, name: str, beside: Path) -> CaseRoom:
        """Return the catalogue that a case in the file `beside` names.

        Raises:
            BadInput: There is no such catalogue.
            CaseError: Its file is no catalogue.
            BadData: The films are not installed.
        """
        path = find_catalog(name, beside)
        key = str(path or name)
        if key not in self._open:
            if path is None and name != FILMS:
                mend = f"Put catalogs/{name}.csv beside {beside}, or use films, garden or music."
                raise BadInput(f"There is no catalogue {name!r}.", mend)
            self._open[key] = _room(read_catalog(path)) if path else _films(self.home)
        return self._open[key]

    def named(self, name: str, beside: Path) -> CaseCatalog:
        """Return what labels may name; see `room`."""
        return self.room(name, beside).named


def frame_of(named: CaseCatalog) -> pl.DataFrame:
    """Return the table of a catalogue: facets as lists, numbers as float64, years as int32."""
    empty = ((),) * len(named.ids)
    columns = {"item_id": named.ids, "title": named.titles}
    facets = {name: list(map(list, column)) for name, column in named.facets.items()}
    frame = pl.DataFrame({**columns, **named.numbers, "aliases": [list(a) for a in named.aliases or empty]})
    lists = [pl.Series(name, values, dtype=pl.List(pl.String)) for name, values in facets.items()]
    frame = frame.with_columns(*lists, pl.col("aliases").cast(pl.List(pl.String)))
    return frame.with_columns(pl.col("year").cast(pl.Int32)) if "year" in named.numbers else frame


def _room(named: CaseCatalog) -> CaseRoom:
    catalog = Catalog.from_frame(frame_of(named))
    return CaseRoom(named, catalog, Linker(catalog), Columns.of(catalog, named.units))


def _films(home: Path | None) -> CaseRoom:
    kept = home / "items.parquet" if home is not None else None
    stored = kept is not None and kept.is_file()
    catalog = (
        Catalog.load(kept) if kept and stored else Catalog.from_frame(load_dataset("movielens", None).items)
    )
    frame = catalog.frame
    named = CaseCatalog(
        name=FILMS,
        ids=tuple(catalog.ids),
        titles=tuple(catalog.titles),
        labels=tuple(catalog.item(row).label for row in range(len(catalog))),
        facets={name: tuple(map(tuple, frame[name].to_list())) for name in catalog.facet_values},
        numbers={"year": tuple(year or None for year in catalog.years.tolist())},
        aliases=tuple(tuple(names or ()) for names in frame["aliases"].to_list()),
    )
    return CaseRoom(named, catalog, Linker(catalog), Columns.of(catalog, named.units))


def own_catalogs(files: Sequence[Path], home: Path | None) -> list[CaseCatalog]:
    """Return the catalogues at hand: CSV files, and the films of a home.

    Raises:
        CaseError: When a file is no catalogue.
    """
    return [*map(read_catalog, files), *([_films(home).named] if home is not None else [])]


def gold_of(files: Sequence[Path], home: Path | None) -> list[list[Gold]]:
    """Return the labelled messages of case files that a model can learn from, by catalogue.

    Raises:
        CaseError: When a file holds anything but single turns and dialogues.
        BadInput: When there is no such catalogue.
    """
    rooms, found = CaseRooms(home), dict[str, list[Gold]]()
    for path in files:
        for number, case in numbered(path):
            if not isinstance(case, IntentCase | Dialogue):
                raise CaseError(f"{path}:{number} is no message. Give files of single turns or dialogues.")
            found.setdefault(case.catalog, []).extend(gold([case], rooms.named(case.catalog, path)))
    return [messages for messages in found.values() if messages]
