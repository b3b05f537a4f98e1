"""How new items are, where a domain says that newness counts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from retriever.catalog import Catalog
from retriever.datasets.cleaning import FIRST_TIMESTAMP

DAY, YEAR = 86_400.0, 365.25
YEARS_FROM = 180.0  # half-life in days from which the year of an item tells its age well enough
Floats = NDArray[np.float64]


def newness(catalog: Catalog, log: Path, half_life: float | None) -> NDArray[np.float32] | None:
    """Return how new each item is: 1 now, half after `half_life` days, 0 where its age is not known.

    An item is as old as its date says; without one, as the first interaction with it; and where ages of
    years count, as its year. Now is the latest moment that the data knows of, so that a log that ended does
    not age.

    Args:
        catalog: N items.
        log: `interactions.parquet` of the home.
        half_life: Days; None where newness does not count.

    Returns:
        float32 [N] in 0..1; None where it does not count or no age is known.
    """
    if half_life is None:
        return None
    frame = pl.scan_parquet(log).filter(pl.col("timestamp") >= FIRST_TIMESTAMP)
    seen = frame.group_by("item_id").agg(pl.col("timestamp").min().alias("first")).collect()
    latest = frame.select(pl.col("timestamp").max()).collect().item()
    born = _moments(catalog)
    joined = catalog.frame.select("item_id").join(seen, on="item_id", how="left", maintain_order="left")
    first = joined["first"].cast(pl.Float64).fill_null(float("nan")).to_numpy()
    born = np.where(np.isnan(born), first, born)
    if half_life >= YEARS_FROM:
        middle = (catalog.years - 1970 + 0.5) * YEAR * DAY
        born = np.where(np.isnan(born) & (catalog.years > 0), middle, born)
    if np.isnan(born).all():
        return None
    now = max(float(np.nanmax(born)), float(latest or 0))
    fresh = 0.5 ** ((now - born) / DAY / half_life)
    return np.nan_to_num(fresh, nan=0.0).astype(np.float32)


def _moments(catalog: Catalog) -> Floats:
    """Return the dates of the items in unix seconds, float64 [N], NaN where the source gave none."""
    if "moment" not in catalog.frame.columns:
        return np.full(len(catalog), np.nan)
    column = catalog.frame["moment"].cast(pl.Float64).fill_null(float("nan"))
    return np.asarray(column.to_numpy(), dtype=np.float64)
