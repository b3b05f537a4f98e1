"""A file of triples (head, relation, tail), by titles or ids -> typed links over a catalogue."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl

from retriever.catalog import Catalog, label_of
from retriever.errors import BadData
from retriever.intake.delimited import Options
from retriever.intake.rejects import Rejects
from retriever.intake.sources import read_source
from retriever.strategies.links import Links

COLUMNS = (
    ("head", "subject", "item", "from", "source"),
    ("relation", "predicate", "link", "type"),
    ("tail", "object", "value", "to", "target"),
)
SHAPE = "Write three columns: head,relation,tail, such as Alien,director,Ridley Scott."


class Triples(NamedTuple):
    """What a file of triples holds.

    Attributes:
        links: Those of which at least one end is an item.
        unknown: Number of triples of which neither end is one.
        example: Line and ends of the first of these; empty where there is none.
    """

    links: Links
    unknown: int
    example: str

    def to_text(self) -> str:
        """Return one line for a person."""
        kinds = ", ".join(self.links.relations)
        lost = f"; {self.unknown:,} name no item, the first {self.example}" if self.unknown else ""
        return f"{len(self.links):,} links ({kinds}){lost}"


def read_triples(path: Path, catalog: Catalog) -> Triples:
    """Read a CSV, TSV, Parquet or JSONL file of triples.

    An item is called by its id, by its title with the year ("Alien (1979)"), or by its title; of several
    items of one title the one with the most interactions is meant. Where only the tail is an item, the
    link goes the other way. What is no item is something that items have in common, such as a director.

    Raises:
        BadData: The file cannot be read, has no three columns, or none of its triples names an item.
    """
    frame = _three(path)
    rows = _names(catalog)
    ends = [
        [" ".join(text.split()) for text in frame[name].fill_null("").to_list()] for name in ("head", "tail")
    ]
    heads, tails = (np.array([_row(rows, text) for text in side], np.int64) for side in ends)
    turned = (heads < 0) & (tails >= 0)
    heads, tails = np.where(turned, tails, heads), np.where(turned, -1, tails)
    others = np.where(turned, np.array(ends[0], dtype=object), np.array(ends[1], dtype=object))
    kinds, relations = _numbered(
        [text.strip().casefold() for text in frame["relation"].fill_null("").to_list()]
    )
    whole = (heads >= 0) & np.array([bool(a and b) for a, b in zip(*ends, strict=True)]) & (heads != tails)
    whole &= np.array([bool(relations[kind]) for kind in kinds], dtype=bool)
    if not whole.any():
        raise BadData(f"{path}: none of its {frame.height:,} triples names an item of the catalogue.", SHAPE)
    entities, names = _numbered([str(other).casefold() for other in others])
    shown = {entity: str(other) for entity, other in zip(entities[::-1], others[::-1], strict=True)}
    far = np.where(tails >= 0, tails, entities + len(catalog))
    lost = np.flatnonzero(~whole)
    first = f"in row {lost[0] + 1}: {ends[0][lost[0]]!r} - {ends[1][lost[0]]!r}" if len(lost) else ""
    links = Links(
        len(catalog),
        heads[whole],
        kinds[whole],
        far[whole],
        tuple(relations),
        tuple(shown.get(at, "") for at in range(len(names))),
    )
    return Triples(links, len(lost), first)


def _three(path: Path) -> pl.DataFrame:
    """Read the three columns, called head, relation and tail."""
    with tempfile.TemporaryDirectory() as work:
        frame = read_source(str(path), "links", Path(work), Options(), Rejects()).frame
        named = _columns(frame.columns)
        if named is None and len(frame.columns) == 3 and path.suffix not in (".parquet", ".jsonl"):
            # The first row is a triple like the others.
            frame = read_source(str(path), "links", Path(work), Options(header=False), Rejects()).frame
            named = dict(zip(frame.columns, ("head", "relation", "tail"), strict=True))
    if named is None:
        raise BadData(f"{path} has the columns {', '.join(frame.columns[:8])}.", SHAPE)
    return frame.select(pl.col(column).alias(name) for column, name in named.items())


def _columns(given: list[str]) -> Mapping[str, str] | None:
    plain = {column.partition(":")[0].strip().casefold(): column for column in given}
    found = {plain[word]: words[0] for words in COLUMNS for word in words if word in plain}
    return found if len(found) == 3 and len(set(found.values())) == 3 else None


def _names(catalog: Catalog) -> dict[str, int]:
    """Return what items can be called -> their rows; ids go before labels, labels before titles."""
    order = catalog.by_popularity[::-1].tolist()
    found = {catalog.titles[row].casefold(): row for row in order}
    years, editions = catalog.years.tolist(), catalog.frame["edition"].to_list()
    found |= {label_of(catalog.titles[r], years[r] or None, editions[r]).casefold(): r for r in order}
    return found | {item_id.casefold(): row for row, item_id in enumerate(catalog.ids)}


def _row(rows: Mapping[str, int], text: str) -> int:
    return rows.get(text.casefold(), -1)


def _numbered(texts: list[str]) -> tuple[np.ndarray[tuple[int], np.dtype[np.int64]], list[str]]:
    """Return the number of every text among the different ones, and these."""
    numbers: dict[str, int] = {}
    found = np.array([numbers.setdefault(text, len(numbers)) for text in texts], dtype=np.int64)
    return found, list(numbers)
