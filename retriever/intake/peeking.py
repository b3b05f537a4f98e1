"""The first rows of a file -> whether it is a log or a table of items."""

from __future__ import annotations

import gzip
import tempfile
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from retriever.errors import BadData
from retriever.intake.delimited import Options
from retriever.intake.guarded import GZIP, PARQUET, allowed, starts_with
from retriever.intake.names import WORDS, says, words_of
from retriever.intake.rejects import Rejects
from retriever.intake.sources import read_source

BYTES = 256 << 10


@dataclass(frozen=True)
class Peek:
    """Hold what the first rows of a table say of it.

    Attributes:
        names: Its columns.
        log: It has a column of people and one of items.
        items: It has a column of titles.
        titles: How many of its columns describe things.
    """

    names: tuple[str, ...]
    log: bool
    items: bool
    titles: int


def peek(path: Path, folder: Path | None = None) -> Peek:
    """Read the first rows of a table; one that cannot be read is neither log nor items."""
    try:
        names = _names(allowed(path, folder))
    except BadData:
        names = ()
    people = [n for n in names if says(n, "user") and words_of(n) & (WORDS["id"] | WORDS["user"])]
    things = [n for n in names if says(n, "item") and n not in people]
    titles = [n for n in names if words_of(n) & WORDS["title"]]
    return Peek(
        names,
        bool(people and (things or len(names) > 1)),
        bool(titles and not people),
        len(titles) + len(names),
    )


def _names(path: Path) -> tuple[str, ...]:
    if starts_with(path, PARQUET):
        try:
            return tuple(pl.read_parquet_schema(path))
        except (pl.exceptions.PolarsError, OSError) as error:
            raise BadData(f"{path} is damaged ({error}).") from error
    with tempfile.TemporaryDirectory() as work:
        part = Path(work) / path.name.removesuffix(".gz")
        part.write_bytes(_head(path))
        return tuple(read_source(str(part), "peek", Path(work), Options(), Rejects()).frame.columns)


def _head(path: Path) -> bytes:
    """Return the first whole lines."""
    try:
        with gzip.open(path, "rb") if starts_with(path, GZIP) else path.open("rb") as file:
            head = file.read(BYTES)
    except (EOFError, OSError) as error:
        raise BadData(f"{path} cannot be read ({error}).") from error
    cut = head.rfind(b"\n")
    return head[: cut + 1] if len(head) == BYTES and cut > 0 else head
