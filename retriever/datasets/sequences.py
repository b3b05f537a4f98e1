"""Histories as rows, as LLMRank and UniSRec write Amazon's shops: NAME.test.inter and NAME.item."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from retriever.datasets.cleaning import Dataset, clean
from retriever.datasets.kinds import KIND, kinds_of
from retriever.datasets.logs import LIKE, NO_TIME
from retriever.datasets.recbole import read_atomic, read_items
from retriever.datasets.report import Finding
from retriever.datasets.tables import check_folder
from retriever.errors import BadData

HISTORY = "item_id_list"
COLUMNS = ("user_id", HISTORY, "item_id")
MEND = "Give a folder with one .inter file of user_id:token, item_id_list:token_seq and item_id:token."


def load(folder: Path) -> Dataset:
    """Read and clean the histories, item_id_list before item_id; every item in them is a like.

    Where the log is split, the file with "test" in its name holds the whole of it.

    Raises:
        BadData: The folder, the file or a column is missing, it is not clear which file to take, or nothing
            usable is left.
    """
    check_folder(folder, "a .inter file", MEND)
    found: list[Finding] = []
    log = _one_by_one(read_atomic(_whole(folder), COLUMNS))
    items = read_items(folder, log, found)
    kinds = None if items.films else kinds_of(items.frame["title"])
    return clean(
        folder.resolve().name,
        items.frame,
        log,
        films=items.films,
        timed=False,
        rated=False,
        findings=found,
        extra={} if kinds is None else {KIND: kinds},
    )


def files(folder: Path) -> list[Path]:
    """Return the .inter files whose header names a column of histories."""
    return [path for path in sorted(folder.glob("*.inter")) if HISTORY in _header(path)]


def _header(path: Path) -> str:
    with path.open(encoding="utf-8", errors="replace") as file:
        return file.readline()


def _whole(folder: Path) -> Path:
    paths = files(folder)
    if not paths:
        raise BadData(f"{folder} has no .inter file with the column {HISTORY}.", MEND)
    chosen = [path for path in paths if "test" in path.name] if len(paths) > 1 else paths
    if len(chosen) != 1:
        names = ", ".join(path.name for path in paths)
        raise BadData(f"{folder} has several logs and not one with 'test' in its name: {names}.", MEND)
    return chosen[0]


def _one_by_one(histories: pl.DataFrame) -> pl.DataFrame:
    """Give every item of a history its own row, in the order of the history."""
    whole = pl.concat_str(HISTORY, "item_id", separator=" ", ignore_nulls=True)
    rows = histories.select("user_id", whole.str.extract_all(r"\S+").alias("item_id"))
    return rows.explode("item_id").with_columns(pl.lit(LIKE).alias("rating"), NO_TIME)
