"""MovieLens 100k (1998) as GroupLens publishes it: u.data, u.item and u.genre."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from retriever.datasets.cleaning import Dataset, clean
from retriever.datasets.logs import named
from retriever.datasets.report import Finding
from retriever.datasets.tables import check_folder, read_lines

RATINGS = ("user_id", "item_id", "rating", "timestamp")
ITEMS = ("item_id", "title", "date", "video date", "address")
NO_GENRE = "unknown"
MEND = "Download ml-100k.zip from grouplens.org, unpack it, and give its folder."


def load(folder: Path) -> Dataset:
    """Read and clean the set: 943 users, 100,000 ratings, 1,682 films.

    Source: F. M. Harper and J. A. Konstan, The MovieLens Datasets, ACM TiiS 5(4), 2015.

    Raises:
        BadData: The folder, a file or a column is missing, or nothing usable is left.
    """
    check_folder(folder, "u.data, u.item and u.genre", MEND)
    genres = read_lines(folder / "u.genre", ("genre",), MEND, separator="|", header=False)["genre"]
    flags = [name for name in genres.drop_nulls().to_list() if name.strip()]
    items = read_lines(folder / "u.item", (*ITEMS, *flags), MEND, separator="|", header=False)
    ratings = read_lines(folder / "u.data", RATINGS, MEND, header=False)
    found: list[Finding] = []
    items = named(items.select("item_id", "title", _year(), _genres(flags)), found)
    return clean(folder.resolve().name, items, ratings.select(RATINGS), findings=found)


def _year() -> pl.Expr:
    """Take the year of the release date where the title names none."""
    in_title = pl.col("title").str.contains(r"\(\d{4}\)\s*$")
    return pl.when(~in_title).then(pl.col("date").str.extract(r"(\d{4})\s*$")).alias("year")


def _genres(flags: list[str]) -> pl.Expr:
    known = [pl.when(pl.col(name) == "1").then(pl.lit(name)) for name in flags if name != NO_GENRE]
    return pl.concat_str(known, separator="|", ignore_nulls=True).alias("genres")
