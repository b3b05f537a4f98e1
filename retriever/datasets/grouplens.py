"""A folder of CSV files as GroupLens publishes them (ml-latest-small, ml-25m, ...)."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from retriever.datasets.cleaning import Dataset, clean
from retriever.errors import BadData

MOVIES = ("movieId", "title", "genres")
RATINGS = ("userId", "movieId", "rating", "timestamp")
MEND = "Download ml-latest-small.zip or a larger set from grouplens.org, unpack it, and give its folder."


def load(folder: Path) -> Dataset:
    """Read and clean `movies.csv` and `ratings.csv` in `folder`.

    Raises:
        BadData: The folder, a file or a column is missing, a file is no CSV, or nothing usable is left.
    """
    if not folder.is_dir():
        raise BadData(f"{folder} is no folder; expected one with movies.csv and ratings.csv.", MEND)
    movies = _read(folder / "movies.csv", MOVIES)
    ratings = _read(folder / "ratings.csv", RATINGS)
    by_number = pl.col("item_id").cast(pl.Int64, strict=False)
    items = movies.rename({"movieId": "item_id"}).with_columns(pl.lit(None, dtype=pl.String).alias("year"))
    return clean(
        folder.resolve().name,
        items.sort(by_number, "item_id", nulls_last=True, maintain_order=True),
        ratings.rename({"userId": "user_id", "movieId": "item_id"}),
    )


def _read(path: Path, columns: tuple[str, ...]) -> pl.DataFrame:
    expected = f"expected a CSV file with the columns {', '.join(columns)}"
    if not path.is_file():
        raise BadData(f"{path} is missing; {expected}.", MEND)
    try:
        frame = pl.read_csv(path, infer_schema=False)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise BadData(f"{path} cannot be read ({error}); {expected}.", MEND) from error
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise BadData(f"{path} lacks {', '.join(missing)}; {expected}.", MEND)
    return frame.select(columns)
