"""The columns of the items, as guessed -> id, title, year, facets and numbers as cleaning takes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import polars as pl

from retriever.intake.guesses import Guess, Profiles
from retriever.intake.item_roles import FLAG_NAME, NAMED_VALUE, holds_objects, separator_of
from retriever.intake.logs import as_id
from retriever.intake.names import facet_name
from retriever.intake.profiles import Profile
from retriever.intake.values import TimeStyle, as_number, as_seconds
from retriever.pictures import IMAGE, named

LONGEST_TITLE, LONGEST_VALUE, LONGEST_TEXT = 300, 80, 1200
TRUE = ("1", "1.0", "true", "yes", "y", "t")
ONE_VALUE = 0.75  # share of items for which a column of the log has one value, to be a column of the items
YEAR_IN_TITLE = r"\(\d{4}\)\s*$"


class Items(NamedTuple):
    """Hold items as `clean` takes them.

    Attributes:
        frame: item_id, title, year, genres, str | null.
        extra: Facets as list[str], numbers as Float64, names of pictures as str.
        about: A description of each, str | null; None where there is none.
        films: Titles are written as MovieLens does, with the year at the end.
        cut: Number of titles that were cut.
    """

    frame: pl.DataFrame
    extra: dict[str, pl.Series]
    about: pl.Series | None
    films: bool
    cut: int


def items_of(frame: pl.DataFrame, key: str | None, guesses: Sequence[Guess], profiles: Profiles) -> Items:
    """Bring the items into the form that cleaning takes; without a key they are numbered from 1."""
    unknown = pl.Series([None] * frame.height, dtype=pl.String)
    by_role = {guess.role: guess.column for guess in guesses if not guess.name}
    ids = as_id(frame[key]) if key else pl.int_range(1, frame.height + 1, eager=True).cast(pl.String)
    title = _clean_text(frame[by_role["title"]]) if "title" in by_role else unknown
    year = _year(frame, by_role["year"], profiles) if "year" in by_role else unknown
    table = pl.DataFrame(
        {"item_id": ids, "title": title.str.head(LONGEST_TITLE), "year": year, "genres": unknown}
    )
    about = _clean_text(frame[by_role["text"]]).str.head(LONGEST_TEXT) if "text" in by_role else None
    films = float(title.str.contains(YEAR_IN_TITLE).mean() or 0.0) > 0.5  # type: ignore[arg-type]
    cut = int((title.str.len_chars() > LONGEST_TITLE).sum())
    extra = _extra(frame, guesses, profiles)
    style = _dated(profiles[by_role["year"]]) if "year" in by_role else None
    if style is not None and "moment" not in extra:
        seconds = as_seconds(frame[by_role["year"]], style)
        extra["moment"] = seconds.cast(pl.Int64, strict=False).alias("moment")
    if "image" in by_role:
        cells = frame[by_role["image"]].map_elements(named, return_dtype=pl.String)
        extra[IMAGE] = cells.alias(IMAGE)
    return Items(table, extra, about, films, cut)


def _clean_text(column: pl.Series) -> pl.Series:
    """Leave control characters and runs of space out."""
    return column.str.replace_all(r"[\p{Cc}\p{Cf}\s]+", " ").str.strip_chars()


def _dated(profile: Profile) -> TimeStyle | None:
    """Return how the dates of a column of years are written; None where it holds bare years."""
    return None if profile.numeric and profile.high < 3000 else profile.times


def _year(frame: pl.DataFrame, column: str, profiles: Profiles) -> pl.Series:
    style = _dated(profiles[column])
    if style is not None:
        moments = pl.from_epoch(as_seconds(frame[column], style).cast(pl.Int64), time_unit="s")
        return moments.dt.year().cast(pl.String)
    return frame[column].str.extract(r"\b([12]\d{3})\b")


def _extra(frame: pl.DataFrame, guesses: Sequence[Guess], profiles: Profiles) -> dict[str, pl.Series]:
    extra: dict[str, pl.Series] = {}
    flags = [guess.column for guess in guesses if guess.name == FLAG_NAME]
    if flags:
        extra[FLAG_NAME] = _flags(frame, flags)
    for guess in guesses:
        if guess.role == "number":
            numbers = frame.select(as_number(guess.column, profiles[guess.column].numbers)).to_series()
            extra[guess.name] = numbers.alias(guess.name)
        elif guess.role == "facet" and guess.name != FLAG_NAME:
            column = profiles[guess.column]
            single = (
                _flags(frame, [guess.column])
                if column.flag
                else _values(frame[guess.column], guess, profiles)
            )
            extra[guess.name] = single.alias(guess.name)
    return extra


def _flags(frame: pl.DataFrame, columns: Sequence[str]) -> pl.Series:
    """Return the names of the columns that say yes, one list per item."""
    said = [
        pl.when(pl.col(name).str.strip_chars().str.to_lowercase().is_in(TRUE)).then(pl.lit(facet_name(name)))
        for name in columns
    ]
    return frame.select(pl.concat_list(said).list.drop_nulls()).to_series()


def _values(column: pl.Series, guess: Guess, profiles: Profiles) -> pl.Series:
    profile = profiles[guess.column]
    separator = separator_of(profile)
    texts = column.fill_null("")
    if holds_objects(profile):
        lists = column.fill_null("").str.extract_all(NAMED_VALUE)
        return lists.list.eval(
            pl.element().str.replace(r"^[^:]*:\s*[\"']", "").str.replace(r"[\"']$", "")
        ).list.unique(maintain_order=True)
    if profile.listed:
        texts = texts.str.replace_all(r"['\"\[\]{}()]", "")
    lists = texts.str.split(separator) if separator else texts.reshape((-1, 1)).arr.to_list()
    value = pl.element().str.replace_all(r"[\p{Cc}\s]+", " ").str.strip_chars().str.head(LONGEST_VALUE)
    return (
        lists.list.eval(value)
        .list.eval(pl.element().filter(pl.element() != ""))
        .list.unique(maintain_order=True)
    )


def from_log(frame: pl.DataFrame, key: str, others: Sequence[str]) -> pl.DataFrame:
    """Return one row per item of a log, with the columns that (nearly) always say the same of an item.

    Args:
        frame: The log.
        key: Its column of items.
        others: Columns that may describe the item.
    """
    useful = [n for n in others if frame[n].null_count() < frame.height and n != key]
    counts = frame.group_by(key).agg(pl.col(name).drop_nulls().n_unique() for name in useful)
    kept = [n for n in useful if float((counts[n] <= 1).mean() or 0.0) >= ONE_VALUE and counts[n].sum() > 0]  # type: ignore[arg-type]
    first = [pl.col(name).drop_nulls().first() for name in kept]
    return frame.filter(pl.col(key).is_not_null()).group_by(key, maintain_order=True).agg(first)


Extra = Mapping[str, pl.Series]
