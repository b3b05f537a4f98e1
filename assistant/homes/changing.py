"""`palate items add | update | remove` and `palate interactions add`: the next version of a home."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from assistant.circle import LINKS
from assistant.errors import BadInput, HomeError
from assistant.homes.home import open_home
from assistant.homes.importing import GUESSES
from assistant.homes.setup import Job, OpenEncoder, Progress, load_vectors, set_up
from assistant.homes.versions import build, serving
from retriever.catalog import Catalog, text_line
from retriever.columns import parse_header
from retriever.datasets.cleaning import FIRST_TIMESTAMP, HIGHEST_RATING, Dataset
from retriever.datasets.report import CleaningReport
from retriever.encoder import Encoder
from retriever.files import write_atomically, write_text
from retriever.intake.building import Tables, take_in
from retriever.intake.guesses import ITEM_ROLES, LOG_ROLES, Told
from retriever.intake.item_roles import SEPARATORS
from retriever.intake.logs import Known, as_id
from retriever.intake.names import facet_name
from retriever.intake.rejects import Rejects
from retriever.intake.sources import read_source

MADE = ("item_id", "title", "year", "aliases", "edition", "text", "popularity", "moment")
Action = Literal["add", "update", "remove"]


@dataclass(frozen=True)
class Change:
    """Hold tables of the next version, and what became of the rows that were given.

    Attributes:
        items: As in `Dataset`.
        interactions: As in `Dataset`.
        told: Counts, in words.
        changed: Something differs from the serving version.
    """

    items: pl.DataFrame
    interactions: pl.DataFrame
    told: str
    changed: bool


@dataclass(frozen=True)
class _Ready:
    """A data set that is clean already, as set-up reads one."""

    data: Dataset
    source: str
    guesses: str | None

    def load(self, home: Path) -> Dataset:
        """Return the data; the guesses of the import go on with it."""
        if self.guesses is not None:
            text = self.guesses
            write_atomically(home / GUESSES, lambda temporary: write_text(temporary, text))
        return self.data


class _Remembering:
    """An encoder that encodes only the texts that the serving version does not have."""

    def __init__(
        self,
        texts: Sequence[str],
        vectors: NDArray[np.float32],
        name: str,
        encoder: OpenEncoder,
        progress: Progress,
    ) -> None:
        self._known = {text: row for row, text in enumerate(texts)}
        self._vectors, self.name, self._open, self._progress = vectors, name, encoder, progress
        self.dim = vectors.shape[1]

    def encode(self, texts: Sequence[str], told: object = None) -> NDArray[np.float32]:
        """Return one unit row per text, float32 [n, d]."""
        rows = np.array([self._known.get(text, -1) for text in texts], dtype=np.int64)
        out: NDArray[np.float32] = self._vectors[np.maximum(rows, 0)].copy()
        new = np.flatnonzero(rows < 0)
        if len(new):
            encoder = self._open(self._progress)
            if encoder.name != self.name:
                raise HomeError(
                    f"The home's vectors are of {self.name}, not of {encoder.name}.", "Set PALATE_ENCODER."
                )
            # Two texts at least, so that a lone one is not taken for a query.
            given = [texts[i] for i in new]
            out[new] = encoder.encode([*given, given[-1]])[: len(new)]
        return out


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
    known = set(items["item_id"])
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
        kept = _merged(items, fresh)
    if kept.is_empty():
        raise BadInput("No item would be left.", "Leave at least one item.")
    log = log.filter(pl.col("item_id").is_in(kept["item_id"].implode()))
    return Change(counted(kept, log), log, told, not kept.equals(items))


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
    if log.height and _timed(log) != _timed(new):
        which = ("times", "none") if _timed(log) else ("no times", "some")
        raise BadInput(
            f"The log of the home has {which[0]} and the new one has {which[1]}.", "Give both alike."
        )
    if log.height and not _timed(log):  # places in an order: what is new comes after what was there
        new = new.with_columns(pl.col("timestamp") + log.height)
    if "amount" in log.columns:  # how often is not known of what is new: once
        new = new.with_columns(pl.lit(1.0, dtype=log.schema["amount"]).alias("amount"))
    both = pl.concat([log, new.select(log.columns)]).sort("timestamp", maintain_order=True)
    both = both.unique(["user_id", "item_id"], keep="last", maintain_order=True)
    return Change(
        counted(items, both), both, f"{both.height - log.height:,} interactions added", not both.equals(log)
    )


def apply(home: Path, change: Change, encoder: OpenEncoder, progress: Progress) -> Path:
    """Write the next version, its adapter trained anew, and switch to it; the old one serves until then.

    Raises:
        HomeError: Another change is at work, or the disk is full.
    """
    folder = serving(home)
    manifest = open_home(folder)
    catalog = Catalog.load(folder / "items.parquet")
    links = pl.read_parquet(folder / LINKS) if (folder / LINKS).is_file() else None
    n, m = change.items.height, change.interactions.height
    report = CleaningReport(manifest.dataset, n, n, m, m, ())
    guesses = (folder / GUESSES).read_text(encoding="utf-8") if (folder / GUESSES).is_file() else None
    ready = _Ready(
        Dataset(change.items, change.interactions, report, links, _timed(change.interactions)),
        manifest.source,
        guesses,
    )
    memory = _Remembering(catalog.texts(), load_vectors(folder, catalog), manifest.encoder, encoder, progress)

    def open_memory(_: Progress) -> Encoder:
        return memory  # type: ignore[return-value]

    def fill(building: Path) -> None:
        set_up(Job(building, manifest.dataset, None, open_memory, progress, intake=ready))

    return build(home, fill)


def _tables(folder: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    return pl.read_parquet(folder / "items.parquet"), pl.read_parquet(folder / "interactions.parquet")


def _timed(log: pl.DataFrame) -> bool:
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
    return Known(noted or HIGHEST_RATING, _timed(pl.read_parquet(folder / "interactions.parquet")))


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
