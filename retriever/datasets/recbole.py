"""Atomic files of RecBole: NAME.inter, and NAME.item and NAME.net where the set has them."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import polars as pl

from retriever.datasets.cleaning import Dataset, clean
from retriever.datasets.logs import complete, items_of_log, links_of, named
from retriever.datasets.report import Finding
from retriever.datasets.tables import check_folder, read_lines
from retriever.errors import BadData

MEND = "Give a folder with the atomic files of one RecBole data set, each starting with name:type columns."
TITLE_WORDS = frozenset({"title", "name", "artist", "track", "song"})
FACETS = ("class", "genre", "genres", "category", "categories")


class Items(NamedTuple):
    """Hold the items as `clean` takes them, and whether titles are written as MovieLens does."""

    frame: pl.DataFrame
    films: bool


def load(folder: Path) -> Dataset:
    """Read and clean the atomic files; `logs.complete` says how ratings and times are taken.

    Raises:
        BadData: The folder, the .inter file or a column is missing, there are several of a kind, or nothing
            usable is left.
    """
    check_folder(folder, "a .inter file", MEND)
    path = sole(folder, ".inter")
    if path is None:
        raise BadData(f"{folder} has no .inter file.", MEND)
    found: list[Finding] = []
    log = complete(read_atomic(path, ("user_id", "item_id")), found)
    items = read_items(folder, log.frame, found)
    return clean(
        folder.resolve().name,
        items.frame,
        log.frame,
        films=items.films,
        timed=log.timed,
        rated=log.rated,
        links=_links(sole(folder, ".net")),
        findings=found,
    )


def sole(folder: Path, suffix: str) -> Path | None:
    """Return the file that ends in `suffix`; None where there is none.

    Raises:
        BadData: There are several.
    """
    paths = sorted(folder.glob(f"*{suffix}"))
    if len(paths) > 1:
        names = ", ".join(path.name for path in paths)
        raise BadData(f"{folder} has several {suffix} files: {names}.", "Leave one of them in the folder.")
    return paths[0] if paths else None


def read_atomic(path: Path, columns: tuple[str, ...]) -> pl.DataFrame:
    """Read an atomic file without the types in its header.

    Raises:
        BadData: The file or one of `columns` is missing.
    """
    frame = read_lines(path, (), MEND)
    names = [name.split(":")[0].strip() for name in frame.columns]
    missing = [name for name in columns if name not in names]
    if missing or len(set(names)) < len(names):
        wrong = f"lacks {', '.join(missing)}" if missing else "has two columns of one name"
        header = ", ".join(frame.columns)
        raise BadData(f"{path} {wrong}; its header is {header}, divided by tabs.", MEND)
    return frame.rename(dict(zip(frame.columns, names, strict=True)))


def read_items(folder: Path, log: pl.DataFrame, found: list[Finding]) -> Items:
    """Read the .item file; without one, the items are those of the log, called "Item <id>".

    The title is the first column named after a title, name, artist, track or song. In a column movie_title
    beside a year, titles are films as MovieLens writes them.
    """
    path = sole(folder, ".item")
    if path is None:
        return Items(named(items_of_log(log), found), films=False)
    raw = read_atomic(path, ("item_id",))
    words = {name: set(name.lower().split("_")) for name in raw.columns}
    titles = [n for n, w in words.items() if w & TITLE_WORDS and "id" not in w]
    years = [name for name, word in words.items() if "year" in word]
    facets = [name for name in raw.columns if name.lower() in FACETS]
    unknown = pl.lit(None, dtype=pl.String)
    frame = raw.select(
        "item_id",
        (pl.col(titles[0]) if titles else unknown).alias("title"),
        (pl.col(years[0]) if years else unknown).alias("year"),
        (_values(facets[0]) if facets else unknown).alias("genres"),
    )
    return Items(named(frame, found), films=bool(years) and titles[:1] == ["movie_title"])


def _values(column: str) -> pl.Expr:
    """Divide facet values by "|" where there is one, else by ",", else by spaces; quotes are left out."""
    text = pl.col(column).str.replace_all(r"['\"\[\]]", "")
    divided = pl.when(text.str.contains("|", literal=True)).then(text)
    by_comma = text.str.replace_all(",", "|", literal=True)
    by_space = text.str.strip_chars().str.replace_all(r"\s+", "|")
    return divided.when(text.str.contains(",", literal=True)).then(by_comma).otherwise(by_space)


def _links(path: Path | None) -> pl.DataFrame | None:
    ends = ("source_id", "target_id")
    return None if path is None else links_of(read_atomic(path, ends), *ends)
