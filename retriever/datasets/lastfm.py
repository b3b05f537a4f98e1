"""Last.fm of HetRec 2011: artists that people listened to, and who is a friend of whom."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from retriever.datasets.cleaning import Dataset, clean
from retriever.datasets.logs import LIKE, NO_TIME, links_of, named
from retriever.datasets.report import Finding, drop
from retriever.datasets.tables import check_folder, read_lines

ARTISTS = ("id", "name")
LISTENS = ("userID", "artistID", "weight")
FRIENDS = ("userID", "friendID")
MEND = "Download hetrec2011-lastfm-2k.zip from grouplens.org, unpack it, and give its folder."


def load(folder: Path) -> Dataset:
    """Read and clean the set: 1,892 people, 17,632 artists, 92,834 pairs with a number of plays.

    Every pair is a like; there are no times, so a person's likes go from the most played artist to the
    least, equal ones in the order of the file, and the plays stay with them as amounts. Friendships,
    where their file is there, become links.

    Source: I. Cantador, P. Brusilovsky and T. Kuflik, HetRec 2011, RecSys 2011.

    Raises:
        BadData: The folder, a file or a column is missing, or nothing usable is left.
    """
    check_folder(folder, "artists.dat and user_artists.dat", MEND)
    found: list[Finding] = []
    artists = read_lines(folder / "artists.dat", ARTISTS, MEND)
    unknown = [pl.lit(None, dtype=pl.String).alias(name) for name in ("year", "genres")]
    items = artists.select(pl.col("id").alias("item_id"), pl.col("name").alias("title"), *unknown)
    listens = read_lines(folder / "user_artists.dat", LISTENS, MEND)
    friends = folder / "user_friends.dat"
    return clean(
        folder.resolve().name,
        named(items, found),
        _by_plays(listens, found),
        films=False,
        timed=False,
        rated=False,
        links=links_of(read_lines(friends, FRIENDS, MEND), *FRIENDS) if friends.is_file() else None,
        findings=found,
    )


def _by_plays(listens: pl.DataFrame, found: list[Finding]) -> pl.DataFrame:
    plays = pl.col("weight").str.strip_chars().cast(pl.Float64, strict=False)
    counted = drop(
        listens, ~(plays.is_finite() & (plays > 0)), "interactions", "weight that is no number above 0", found
    )
    return counted.sort(plays, descending=True, maintain_order=True).select(
        pl.col("userID").alias("user_id"),
        pl.col("artistID").alias("item_id"),
        pl.lit(LIKE).alias("rating"),
        NO_TIME,
        plays.cast(pl.Float32).alias("amount"),
    )
