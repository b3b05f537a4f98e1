"""`palate items add | update | remove` and `palate interactions add`: what the next version holds."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import polars as pl

from assistant.errors import BadInput
from assistant.homes.home import open_home
from assistant.homes.importing import GUESSES
from assistant.homes.versions import serving
from retriever.catalog import text_line
from retriever.columns import parse_header
from retriever.datasets.cleaning import FIRST_TIMESTAMP, HIGHEST_RATING, Dataset
from retriever.intake.building import Tables, take_in
from retriever.intake.guesses import ITEM_ROLES, LOG_ROLES, Told
from retriever.intake.item_roles import SEPARATORS
from retriever.intake.logs import Known, as_id
from retriever.intake.names import facet_name
from retriever.intake.rejects import Rejects
from retriever.intake.sources import folder_of, read_source
from retriever.pictures import IMAGE

MADE = ("item_id", "title", "year", "aliases", "edition", "text", "popularity", "moment", "image")
Action = Literal["add", "update", "remove"]


@dataclass(frozen=True)
class Change:
    """Hold tables of the next version, and what became of the rows that were given.

    Attributes:
        items: As in `Dataset`.
        interactions: As in `Dataset`.
        told: Counts, in words.
        changed: Something differs from the serving version.
        pictures: Folder of the table that was given, where pictures of its items lie; None for a database.
        new: Ids of the items that it gave.
    """

    items: pl.DataFrame
    interactions: pl.DataFrame
    told: str
    changed: bool
    pictures: Path | None = None
    new: frozenset[str] = frozenset()


def change_items(home: Path, action: Action, spec: str, mapping: str = "") -> Change:
    """Return the tables of a home after items were added, updated or removed.

    Args:
        home: The home.
        action: `add` leaves known ids as they are, `update` leaves unknown ids out, `remove` needs ids alone.
        spec: File or "URL#table"; columns are taken as the import took them where they have its names.
        mapping: What `--map` says.

    Raises:
        BadData: The table cannot be read.
        BadInput: No item would be left.
        HomeError: The home is not whole.
    """
    folder = serving(home)
    open_home(folder)
    items, log = _tables(folder)
    known, new_ids = set(items["item_id"]), frozenset[str]()
    if action == "remove":
        gone = _ids(spec, known)
        kept = items.filter(~pl.col("item_id").is_in(gone))
        told = f"{len(items) - len(kept):,} items removed"
    else:
        new = _read(folder, spec, None, mapping).items
        fresh = new.filter(pl.col("item_id").is_in(known) == (action == "update"))
        left = new.height - fresh.height
        other = "known already: use update" if action == "add" else "not known: use add"
        done = "added" if action == "add" else "updated"
        told = f"{fresh.height:,} items {done}" + (f", {left:,} {other}" if left else "")
        kept, new_ids = _merged(items, fresh), frozenset(fresh["item_id"])
    if kept.is_empty():
        raise BadInput("No item would be left.", "Leave at least one item.")
    log = log.filter(pl.col("item_id").is_in(kept["item_id"].implode()))
    return Change(
        counted(kept, log),
        log,
        told,
        not kept.equals(items)
        or (bool(new_ids) and IMAGE in items.columns),  # a file may show something else
        folder_of(spec),
        new_ids,
    )


def add_interactions(home: Path, spec: str, mapping: str = "") -> Change:
    """Return the tables of a home after interactions were appended; of a pair, the latest one holds.

    Raises:
        BadData: The table cannot be read, or names no item that is known.
        HomeError: The home is not whole.
    """
    folder = serving(home)
    open_home(folder)
    items, log = _tables(folder)
    new = _read(folder, None, spec, mapping).interactions
    new = new.filter(pl.col("item_id").is_in(items["item_id"].implode()))
    if log.height and timed(log) != timed(new):
        which = ("times", "none") if timed(log) else ("no times", "some")
        raise BadInput(
            f"The log of the home has {which[0]} and the new one has {which[1]}.", "Give both alike."
        )
    if log.height and not timed(log):  # places in an order: what is new comes after what was there
        new = new.with_columns(pl.col("timestamp") + log.height)
    if "amount" in log.columns:  # how often is not known of what is new: once
        new = new.with_columns(pl.lit(1.0, dtype=log.schema["amount"]).alias("amount"))
    both = pl.concat([log, new.select(log.columns)]).sort("timestamp", maintain_order=True)
    both = both.unique(["user_id", "item_id"], keep="last", maintain_order=True)
    return Change(
        counted(items, both), both, f"{both.height - log.height:,} interactions added", not both.equals(log)
    )


def _tables(folder: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    return pl.read_parquet(folder / "items.parquet"), pl.read_parquet(folder / "interactions.parquet")


def timed(log: pl.DataFrame) -> bool:
    """Say whether a clean log has times, and not places in an order."""
    return bool((log["timestamp"] >= FIRST_TIMESTAMP).any())


def _read(folder: Path, items: str | None, log: str | None, mapping: str) -> Dataset:
    """Read a table as the import read its like."""
    told = Told.parse(mapping)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".change-") as work:
        spec, table = (items, "items") if items else (log or "", "log")
        columns = read_source(spec, table, Path(work), Tables("x").options, Rejects()).frame.columns
        before = _as_before(folder, table, columns)
        told = Told({**before.roles, **told.roles}, {**before.kinds, **told.kinds})
        known = _known(folder) if log else None
        return take_in(Tables("change", items, log, told=told, known=known), Path(work)).data


def _known(folder: Path) -> Known:
    """Return the scale of the log at hand, and whether it has times; a scale that is not noted ends at 5."""
    path = folder / GUESSES
    noted = json.loads(path.read_text(encoding="utf-8")).get("top") if path.is_file() else None
    return Known(noted or HIGHEST_RATING, timed(pl.read_parquet(folder / "interactions.parquet")))


def _as_before(folder: Path, table: str, columns: Sequence[str]) -> Told:
    """Take columns as the import took them, and as the catalogue calls them: a few rows say too little."""
    path, told = folder / GUESSES, Told()
    roles = ITEM_ROLES if table == "items" else LOG_ROLES
    told.roles.update({(table, name): name for name in roles if name in columns})
    noted = json.loads(path.read_text(encoding="utf-8"))["guesses"] if path.is_file() else []
    for guess in noted:
        if guess["table"] == table and guess["column"] in columns:
            if guess["role"] in ("facet", "number", "ignore"):
                told.kinds[guess["column"]] = (guess["role"], guess["name"])
            else:
                told.roles[table, guess["role"]] = guess["column"]
    if table == "items":
        left = [name for name in columns if name not in {*told.kinds, *told.roles.values()}]
        schema = pl.read_parquet_schema(folder / "items.parquet")
        for header, kind in schema.items():
            fitting = [
                n for n in left if facet_name(n) in (header.lower(), parse_header(header).name.lower())
            ]
            if fitting and header not in MADE:
                told.kinds[fitting[0]] = ("facet" if kind == pl.List(pl.String) else "number", header)
    return told


def _ids(spec: str, known: set[str]) -> list[str]:
    """Return the ids that a table names: the column, header included, that knows most of them."""
    with tempfile.TemporaryDirectory() as work:
        frame = read_source(spec, "items", Path(work), Tables("x").options, Rejects()).frame
    cells = [[*as_id(frame[name]).drop_nulls().to_list(), name] for name in frame.columns]
    return max(cells, key=lambda column: len(known.intersection(column)))


def _merged(items: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """Put new rows in the place of those of the same id, others at the end; old columns keep their type."""
    shared = [name for name in new.columns if name in items.columns]
    new = new.with_columns(_parted(new[name], items[name]) for name in shared if _is_facet(items, name))
    cast = new.select(pl.col(name).cast(items.schema[name], strict=False) for name in shared)
    ids = set(cast["item_id"])
    place = {item_id: row for row, item_id in enumerate(items["item_id"])}
    both = pl.concat([items.filter(~pl.col("item_id").is_in(ids)), cast], how="diagonal")
    order = [place.get(item_id, len(place)) for item_id in both["item_id"]]
    sorted_rows = both.with_columns(pl.Series("place", order)).sort("place", maintain_order=True)
    return sorted_rows.drop("place")


def _is_facet(items: pl.DataFrame, name: str) -> bool:
    return items.schema[name] == pl.List(pl.String) and name not in MADE


def _parted(column: pl.Series, before: pl.Series) -> pl.Series:
    """Divide values that are two or more known ones in one cell: "Drama, Comedy"."""
    known = set(before.explode().drop_nulls().to_list())
    lists = [[part for value in values or () for part in _parts(value, known)] for values in column.to_list()]
    return pl.Series(column.name, lists, dtype=pl.List(pl.String))


def _parts(value: str, known: set[str]) -> list[str]:
    for separator in SEPARATORS if value not in known else ():
        parts = [part.strip() for part in value.split(separator) if part.strip()]
        if len(parts) > 1 and 2 * sum(part in known for part in parts) >= len(parts):
            return parts
    return [value]


def counted(items: pl.DataFrame, log: pl.DataFrame) -> pl.DataFrame:
    """Count popularity and editions anew, and write the texts of items that have none."""
    counts = log.group_by("item_id").agg(pl.len().cast(pl.Int64).alias("popularity"))
    frame = items.drop("popularity", "edition").join(counts, on="item_id", how="left", maintain_order="left")
    edition = (pl.int_range(pl.len()).over("title", "year") + 1).cast(pl.Int32)
    return frame.with_columns(
        pl.col("popularity").fill_null(0),
        edition.alias("edition"),
        pl.col("text").fill_null(text_line(frame)),
    )
