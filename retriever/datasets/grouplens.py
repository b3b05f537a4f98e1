"""A folder of CSV files as GroupLens publishes them (ml-latest-small, ml-25m, ...)."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from retriever.datasets.cleaning import Dataset, clean
from retriever.datasets.tables import check_folder, read_csv

MOVIES = ("movieId", "title", "genres")
RATINGS = ("userId", "movieId", "rating", "timestamp")
MEND = "Download ml-latest-small.zip or a larger set from grouplens.org, unpack it, and give its folder."


def load(folder: Path) -> Dataset:
    """Read and clean `movies.csv` and `ratings.csv` in `folder`.

    Raises:
        BadData: The folder, a file or a column is missing, a file is no CSV, or nothing usable is left.
    """
    check_folder(folder, "movies.csv and ratings.csv", MEND)
    movies = read_csv(folder / "movies.csv", MOVIES, MEND)
    ratings = read_csv(folder / "ratings.csv", RATINGS, MEND)
    by_number = pl.col("item_id").cast(pl.Int64, strict=False)
    items = movies.rename({"movieId": "item_id"}).with_columns(pl.lit(None, dtype=pl.String).alias("year"))
    return clean(
        folder.resolve().name,
        items.sort(by_number, "item_id", nulls_last=True, maintain_order=True),
        ratings.rename({"userId": "user_id", "movieId": "item_id"}),
    )
