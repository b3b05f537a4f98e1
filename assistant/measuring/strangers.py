"""People whom the adapter has never seen: a home set up without them, from which they are simulated."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from assistant.circle import LINKS
from assistant.errors import BadInput
from assistant.homes.home import MANIFEST, open_home
from assistant.homes.setup import Job, load_vectors, set_up
from assistant.homes.versions import serving
from retriever.catalog import Catalog
from retriever.datasets.cleaning import Dataset
from retriever.datasets.report import CleaningReport

GIVEN = 3  # likes that the assistant knows; the others are held out
LIKED = 4.0
HELD = 5  # one person in so many is kept out of the training


@dataclass(frozen=True)
class Life:
    """One person of the log: what the assistant knows of them, and what they would like to find.

    Attributes:
        given: Item ids of likes that the assistant knows.
        target: Item id of a like held out.
        seed: Seed of the person's choices.
    """

    given: tuple[str, ...]
    target: str
    seed: int


class Strangers(NamedTuple):
    """A home whose log, popularity, adapter and indexes know nothing of some people; and their lives."""

    home: Path
    lives: list[Life]


def strangers(
    home: Path, people: int, seed: int, cache: Path, progress: Callable[[str, float], None]
) -> Strangers:
    """Hold a fifth of the people out, set a home up without them (once; it is kept), and draw from them.

    Args:
        home: The home whose people are held out; it is not changed.
        people: How many to draw.
        seed: Seed of who is drawn and of what they would like.
        cache: Where the home is made.
        progress: Told what is done.

    Raises:
        BadInput: When fewer are held out than are asked for.
    """
    folder = serving(home)
    open_home(folder)
    log = pl.read_parquet(folder / "interactions.parquet")
    held = held_out(log)
    lives = lives_of(log.filter(pl.col("user_id").is_in(held)), people, seed)
    if len(lives) < people:
        raise BadInput(
            f"{folder} has {len(lives)} people with more than {GIVEN} likes who are held out, not {people}.",
            f"Give --people {len(lives)} or less." if lives else "Simulate on a data set with more people.",
        )
    key = hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()[:12]
    without = cache / "strangers" / key
    intake = _Without(folder, held)
    set_up(Job(without, "strangers", None, lambda _: Kept(folder), progress, intake=intake))  # type: ignore[arg-type,return-value]
    return Strangers(without, lives)


def held_out(log: pl.DataFrame) -> list[str]:
    """Return the people who are kept out: one in `HELD` of those with enough likes, the same ones always."""
    able = _able(log)["user_id"].to_list()
    return [user for user in able if hashlib.sha256(user.encode()).digest()[0] % HELD == 0]


def lives_of(log: pl.DataFrame, people: int, seed: int = 0) -> list[Life]:
    """Draw people of a log with enough likes: the first ones are known, one later one is held out."""
    able, rng = _able(log), np.random.default_rng(seed)
    found = []
    for row in rng.permutation(len(able))[:people]:
        items = able["item_id"][int(row)].to_list()
        later = items[GIVEN:]
        target = later[int(rng.integers(len(later)))]
        found.append(Life(tuple(items[:GIVEN]), target, int(rng.integers(2**31))))
    return found


def _able(log: pl.DataFrame) -> pl.DataFrame:
    likes = log.filter(pl.col("rating") >= LIKED).sort("timestamp", maintain_order=True)
    grouped = likes.group_by("user_id", maintain_order=True).agg(pl.col("item_id"))
    return grouped.filter(pl.col("item_id").list.len() > GIVEN).sort("user_id")


class _Without:
    """Read a home's data without some people: their rows, their links, and what they add to popularity."""

    def __init__(self, folder: Path, held: Sequence[str]) -> None:
        self._folder, self._held = folder, list(held)
        people = hashlib.sha256("\0".join(self._held).encode()).hexdigest()[:12]
        self.source = f"{folder.resolve()} without {people}"

    def load(self, home: Path) -> Dataset:
        """Return the data of the others."""
        log = pl.read_parquet(self._folder / "interactions.parquet")
        kept = log.filter(~pl.col("user_id").is_in(self._held))
        items = Catalog.load(self._folder / "items.parquet").frame
        counts = kept.group_by("item_id").agg(pl.len().cast(pl.Int64).alias("known"))
        items = items.join(counts, on="item_id", how="left", maintain_order="left")
        items = items.with_columns(pl.col("known").fill_null(0).alias("popularity")).drop("known")
        report = CleaningReport(self.source, len(items), len(items), len(log), len(kept), ())
        return Dataset(items, kept, report, self._links())

    def _links(self) -> pl.DataFrame | None:
        if not (self._folder / LINKS).is_file():
            return None
        links = pl.read_parquet(self._folder / LINKS)
        return links.filter(~(pl.col("source").is_in(self._held) | pl.col("target").is_in(self._held)))


class Kept:
    """Give the vectors that a home has already, in the place of an encoder."""

    def __init__(self, folder: Path) -> None:
        self.name = open_home(folder).encoder
        self._vectors = load_vectors(folder, Catalog.load(folder / "items.parquet"))
        self.dim = self._vectors.shape[1]

    def encode(
        self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None, /
    ) -> NDArray[np.float32]:
        """Return the vectors of all items, whose texts are given in the order of the catalogue."""
        if len(texts) != len(self._vectors):
            raise ValueError(f"{len(texts)} texts, but {len(self._vectors)} vectors")
        return self._vectors
