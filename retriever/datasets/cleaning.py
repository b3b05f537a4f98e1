"""Raw tables of any data set -> items and interactions that every room can rely on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import polars as pl

from retriever.datasets.report import CleaningReport, Finding, finding
from retriever.datasets.titles import parse_title
from retriever.errors import BadData

LOWEST_RATING, HIGHEST_RATING = 0.5, 5.0
FIRST_FILM_YEAR = 1870
# Nobody could rate anything on-line before 1990.
FIRST_TIMESTAMP = int(datetime(1990, 1, 1, tzinfo=UTC).timestamp())
NO_GENRES = "(no genres listed)"


@dataclass(frozen=True)
class Dataset:
    """Hold a clean data set.

    Attributes:
        items: item_id str, title str, year Int32 | null, genres list[str], aliases list[str], edition Int32,
            popularity Int64, text str.
        interactions: user_id str, item_id str, rating Float32, timestamp Int64 (unix s), in the order of
            timestamp, user and item.
        report: What was dropped or mended.
    """

    items: pl.DataFrame
    interactions: pl.DataFrame
    report: CleaningReport


def clean(source: str, items: pl.DataFrame, interactions: pl.DataFrame) -> Dataset:
    """Clean raw tables.

    Args:
        source: Name of the data set for the report.
        items: item_id, title, year, genres ("Action|Sci-Fi"), all str | null. A null year is looked for at
            the end of the title.
        interactions: user_id, item_id, rating, timestamp, all str | null.

    Raises:
        BadData: No item or no interaction is left.
    """
    findings: list[Finding] = []
    good_items = _clean_items(items, findings)
    good = _clean_interactions(interactions, good_items["item_id"], findings)
    if good_items.is_empty() or good.is_empty():
        reasons = "; ".join(f"{f.count} {f.table}: {f.reason}" for f in findings)
        raise BadData(f"{source} has no usable rows ({reasons}).", "Look at the first lines of its files.")
    counts = good.group_by("item_id").agg(pl.len().cast(pl.Int64).alias("popularity"))
    counted = good_items.join(counts, on="item_id", how="left", maintain_order="left")
    report = CleaningReport(
        source, items.height, good_items.height, interactions.height, good.height, tuple(findings)
    )
    return Dataset(counted.with_columns(pl.col("popularity").fill_null(0)), good, report)


def _drop(frame: pl.DataFrame, bad: pl.Expr, table: str, reason: str, found: list[Finding]) -> pl.DataFrame:
    rows = frame.filter(bad.fill_null(value=True))
    if rows.is_empty():
        return frame
    found.append(finding(table, reason, "dropped", rows))
    return frame.filter(~bad.fill_null(value=True))


def _blank(column: str) -> pl.Expr:
    return pl.col(column).is_null() | (pl.col(column).str.strip_chars() == "")


def _clean_items(raw: pl.DataFrame, found: list[Finding]) -> pl.DataFrame:
    frame = raw.with_columns(pl.col("item_id").str.strip_chars())
    frame = _drop(frame, _blank("item_id"), "items", "no id", found)
    frame = _drop(frame, _blank("title"), "items", "no title", found)
    repeated = ~pl.col("item_id").is_first_distinct()
    frame = _drop(frame, repeated, "items", "same id as an earlier item", found)
    frame = _with_title_parts(frame)
    _note_unknown_years(frame, found)
    genres = (
        pl.col("genres")
        .fill_null("")
        .str.split("|")
        .list.eval(
            pl.element().str.strip_chars().filter(~pl.element().str.strip_chars().is_in(["", NO_GENRES]))
        )
    )
    frame = frame.select("item_id", "title", pl.col("year").cast(pl.Int32), genres.alias("genres"), "aliases")
    return frame.with_columns(
        (pl.int_range(pl.len()).over("title", "year") + 1).cast(pl.Int32).alias("edition"), _text()
    )


def _with_title_parts(frame: pl.DataFrame) -> pl.DataFrame:
    parts = [parse_title(title) for title in frame["title"]]
    said = pl.col("year").str.strip_chars().cast(pl.Float64, strict=False)
    sensible = said.is_between(FIRST_FILM_YEAR, datetime.now(UTC).year + 5)
    in_title = pl.Series("in_title", [part.year for part in parts], dtype=pl.Int32)
    return frame.with_columns(
        pl.Series("raw_title", frame["title"]),
        pl.Series("title", [part.title for part in parts], dtype=pl.String),
        pl.Series("aliases", [list(part.aliases) for part in parts], dtype=pl.List(pl.String)),
        pl.col("year").alias("raw_year"),
        pl.when(sensible).then(said.cast(pl.Int32, strict=False)).otherwise(in_title).alias("year"),
    )


def _note_unknown_years(frame: pl.DataFrame, found: list[Finding]) -> None:
    unknown = frame.filter(pl.col("year").is_null()).select("item_id", "raw_title", "raw_year")
    if not unknown.is_empty():
        found.append(finding("items", "no year that can be read", "kept with an unknown year", unknown))


def _text() -> pl.Expr:
    """Build the line that is encoded: title, year and genres."""
    year = pl.when(pl.col("year").is_null()).then(pl.lit("")).otherwise(pl.format(" ({})", "year"))
    genres = pl.col("genres").list.join(", ")
    return pl.concat_str(
        pl.col("title"), year, pl.when(genres == "").then(pl.lit("")).otherwise(pl.format(". {}", genres))
    ).alias("text")


def _clean_interactions(raw: pl.DataFrame, item_ids: pl.Series, found: list[Finding]) -> pl.DataFrame:
    table = "interactions"
    frame = raw.with_columns(pl.col("user_id").str.strip_chars(), pl.col("item_id").str.strip_chars())
    frame = _drop(frame, _blank("user_id") | _blank("item_id"), table, "no user id or no item id", found)
    rating = pl.col("rating").str.strip_chars().cast(pl.Float32, strict=False)
    outside = ~rating.is_between(LOWEST_RATING, HIGHEST_RATING)
    frame = _drop(frame, outside, table, f"rating outside {LOWEST_RATING} to {HIGHEST_RATING}", found)
    time = pl.col("timestamp").str.strip_chars().cast(pl.Float64, strict=False)
    now = datetime.now(UTC).timestamp()
    impossible = ~time.is_between(FIRST_TIMESTAMP, now)
    frame = _drop(frame, impossible, table, "timestamp before 1990, in the future, or no number", found)
    frame = _drop(frame, ~pl.col("item_id").is_in(item_ids.implode()), table, "unknown item", found)
    frame = frame.with_columns(rating, time.cast(pl.Int64)).with_row_index("position")
    # Of equal times, the later row wins, so that the result does not depend on chance.
    frame = frame.sort("timestamp", "position")
    older = ~pl.struct("user_id", "item_id").is_last_distinct()
    frame = _drop(frame, older, table, "same user and item as a later rating", found)
    # Equal times keep the order of the source: few-shot splits cut a person's events at a position.
    return frame.sort("timestamp", "position").select("user_id", "item_id", "rating", "timestamp")
