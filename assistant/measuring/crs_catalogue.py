"""Candidates where dialogues bring no catalogue: films of rating logs and of other sets, by title."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import polars as pl

from prompts.talks.records import TalkItem, title_key
from retriever.catalog import label_of
from retriever.datasets.cleaning import Dataset

# What hardly anybody rated hardly anybody names; films of talks are kept whatever their ratings.
LEAST_RATINGS = 5
COLUMNS = ("item_id", "title", "year", "genres")


def join(log: Dataset, other: Dataset) -> Dataset:
    """Return both logs as one of more people; films of equal title and year are one.

    Only ids, titles, years and genres of the films are kept.
    """
    own = {_key(row): row[0] for row in log.items.select(COLUMNS).iter_rows()}
    theirs = {
        row[0]: own.get(_key(row), f"other {row[0]}") for row in other.items.select(COLUMNS).iter_rows()
    }
    items = other.items.select(COLUMNS).with_columns(pl.col("item_id").replace_strict(theirs))
    rated = other.interactions.select("user_id", "item_id", "rating", "timestamp").with_columns(
        pl.col("item_id").replace_strict(theirs), pl.format("other {}", pl.col("user_id")).alias("user_id")
    )
    known = pl.concat([log.items.select(COLUMNS), items]).unique("item_id", keep="first", maintain_order=True)
    return replace(log, items=known, interactions=pl.concat([log.interactions.select(rated.columns), rated]))


def films(
    log: Dataset, sets: Iterable[Sequence[TalkItem]], *, least: int = LEAST_RATINGS
) -> dict[str, TalkItem]:
    """Return title key -> film: the most rated one of that title, with what any set says of it.

    Films with fewer than `least` ratings in the log are those of the first set that has them, if any. Years
    of the same film may be one apart.
    """
    count = dict(log.interactions.group_by("item_id").len().iter_rows())
    rows = sorted(log.items.select(COLUMNS).iter_rows(), key=lambda row: -count.get(row[0], 0))
    rows = [row for row in rows if count.get(row[0], 0) >= least]
    found: dict[str, TalkItem] = {}
    for _, title, year, genres in rows:
        if title_key(title):
            found.setdefault(
                title_key(title), TalkItem(label_of(title, year), {"genre": tuple(genres or ())})
            )
    for items in sets:
        for item in items:
            key = title_key(item.name)
            if not key:
                continue
            film = found.get(key)
            if film is None:
                found[key] = _dated(item)
            elif _same_year(film, item):
                found[key] = TalkItem(film.name, _merged(film.facets, item.facets), film.text or item.text)
    return found


def year_of(item: TalkItem) -> int:
    """Return the year in the name or among the facets, 0 where there is none."""
    named = item.facets.get("year", ())
    return item.year or int(named[0] if named else 0)


def _key(row: tuple[str, str, int | None, Sequence[str]]) -> tuple[str, int]:
    return title_key(row[1]), row[2] or 0


def _dated(item: TalkItem) -> TalkItem:
    year = year_of(item)
    return item if item.year or not year else replace(item, name=f"{item.name} ({year})")


def _same_year(one: TalkItem, other: TalkItem) -> bool:
    first, second = year_of(one), year_of(other)
    return not first or not second or abs(first - second) <= 1


def _merged(
    one: Mapping[str, tuple[str, ...]], other: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    whole: dict[str, dict[str, None]] = {}
    for facets in (one, other):
        for kind, values in facets.items():
            whole.setdefault(kind, {}).update(dict.fromkeys(value.casefold() for value in values))
    return {kind: tuple(values) for kind, values in whole.items() if kind != "year"}
