"""Anybody's data: items.csv and interactions.csv."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from retriever.columns import typed
from retriever.datasets.cleaning import Dataset, clean
from retriever.datasets.logs import complete, named
from retriever.datasets.report import Finding
from retriever.datasets.tables import check_folder, read_csv

ITEMS, ITEMS_TOO = ("item_id", "title"), ("year", "genres")
OURS = frozenset({*ITEMS, *ITEMS_TOO, "popularity", "edition", "text"})  # counted or made here
LOG, LOG_TOO = ("user_id", "item_id"), ("rating", "timestamp")
MEND = (
    "Write items.csv with item_id,title[,year][,genres] (genres as Drama|Comedy), other columns at will, "
    "and interactions.csv with user_id,item_id[,rating][,timestamp] (timestamp in unix seconds)."
)


def load(folder: Path) -> Dataset:
    """Read and clean both files; `logs.complete` says what stands for a missing rating or timestamp.

    Titles stay as they are written. A further column of numbers is kept with the unit in its header, such as
    "price (EUR)"; every other one is a facet with `|` between values.

    Raises:
        BadData: The folder, a file or a column is missing, a file is no CSV, or nothing usable is left.
    """
    check_folder(folder, "items.csv and interactions.csv", MEND)
    found: list[Finding] = []
    items = read_csv(folder / "items.csv", ITEMS, MEND, None)
    extra = typed({name: items[name] for name in items.columns if name not in OURS})
    absent = [pl.lit(None, dtype=pl.String).alias(name) for name in ITEMS_TOO if name not in items.columns]
    log = complete(read_csv(folder / "interactions.csv", LOG, MEND, LOG_TOO), found)
    return clean(
        folder.resolve().name,
        named(items.with_columns(absent).select(*ITEMS, *ITEMS_TOO), found),
        log.frame,
        films=False,
        timed=log.timed,
        rated=log.rated,
        findings=found,
        extra=extra,
    )
