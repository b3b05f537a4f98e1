"""`palate items merge`: one item in the place of each group of nearly the same ones."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from assistant.homes.changing import Change, counted
from assistant.homes.home import open_home
from assistant.homes.twins import load_groups
from assistant.homes.versions import serving
from retriever.catalog import Catalog
from retriever.nearsame import members


def merge_items(home: Path) -> Change:
    """Return the tables of a home with the most popular item of each group in the place of all of it.

    Interactions with the others become interactions with it; of a pair that is there twice the later one
    holds, and amounts are added up.

    Raises:
        HomeError: The home is not whole.
    """
    folder = serving(home)
    open_home(folder)
    catalog = Catalog.load(folder / "items.parquet")
    groups = members(load_groups(folder, len(catalog)))
    kept = {catalog.ids[row]: catalog.ids[_best(catalog, group)] for group in groups for row in group}
    gone = [one for one, other in kept.items() if one != other]
    items = catalog.frame.filter(~pl.col("item_id").is_in(gone))
    log = pl.read_parquet(folder / "interactions.parquet")
    log = log.with_columns(pl.col("item_id").replace(kept)).sort("timestamp", maintain_order=True)
    if "amount" in log.columns:
        log = log.with_columns(pl.col("amount").sum().over("user_id", "item_id"))
    log = log.unique(["user_id", "item_id"], keep="last", maintain_order=True)
    told = f"{len(kept) - len(groups):,} items merged into {len(groups):,}"
    return Change(counted(items, log), log, told, bool(groups))


def _best(catalog: Catalog, group: list[int]) -> int:
    return max(group, key=lambda row: (int(catalog.popularity[row]), -row))
