"""What a source may leave out or write in its own way: ratings, times, titles, links."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

import polars as pl

from retriever.datasets.cleaning import FIRST_TIMESTAMP, HIGHEST_RATING, LOWEST_RATING
from retriever.datasets.report import Finding, blank, drop, finding

LIKE = "5"
UNSCALED_ABOVE = 4.0
MILLISECONDS_FROM = 1e11
DAY = 86_400
NO_TIME = pl.lit(None, dtype=pl.String).alias("timestamp")


class Log(NamedTuple):
    """Hold a log in which every row has a rating and a place in time.

    Attributes:
        frame: user_id, item_id, rating, timestamp, all str | null, in order of time.
        timed: False where only the order of the rows is known.
        rated: False where the source has no ratings and every row is a like.
    """

    frame: pl.DataFrame
    timed: bool
    rated: bool


def complete(
    raw: pl.DataFrame, found: list[Finding], *, top: float | None = None, trusted: bool = False
) -> Log:
    """Fill in and scale what the log leaves open.

    A missing rating is a like. Where the highest rating lies above 4 and up to 5, ratings stay; otherwise all
    are multiplied so that the highest becomes 5. A like is then a rating from 80 % of the scale on: 3.5 and 4
    where 4 is the highest, 8 and more where 10 is. Times in milliseconds become seconds. Times are taken as
    an order and no more where they all lie within one day, or most outside 1990 to today; where there are
    none, the order of the file counts.

    Args:
        raw: user_id, item_id and, where the source has them, rating and timestamp, all str | null.
        found: Findings are added here.
        top: Highest rating of the scale, where it is known from an earlier part of the log.
        trusted: The timestamps are times, however short the time is that they span.
    """
    rated, timed = _holds(raw, "rating"), _holds(raw, "timestamp")
    frame = _scaled(raw, found, top) if rated else raw.with_columns(pl.lit(LIKE).alias("rating"))
    if timed:
        frame, timed = _ordered(frame, found, trusted)
    else:
        frame = frame.with_columns(NO_TIME)
    return Log(frame.select("user_id", "item_id", "rating", "timestamp"), timed, rated)


def _holds(frame: pl.DataFrame, column: str) -> bool:
    return column in frame.columns and not frame.filter(~blank(column)).is_empty()


def _number(column: str) -> pl.Expr:
    """Read a column of text as Float64; null where it holds no number."""
    number = pl.col(column).str.strip_chars().cast(pl.Float64, strict=False)
    return pl.when(number.is_finite()).then(number)


def _scaled(frame: pl.DataFrame, found: list[Finding], top: float | None = None) -> pl.DataFrame:
    highest = top or frame.select(_number("rating").max()).item()
    unknown = pl.when(blank("rating")).then(pl.lit(LIKE)).otherwise("rating")
    if highest is None or highest <= 0 or UNSCALED_ABOVE < highest <= HIGHEST_RATING:
        return frame.with_columns(unknown.alias("rating"))
    found.append(finding("interactions", f"the highest rating is {highest:g}", "scaled to 5", frame))
    scaled = _number("rating") * HIGHEST_RATING / highest
    # Low but given: a dislike. Zero stays outside the scale; in most sources it means that nothing was given.
    raised = pl.when(scaled > 0).then(pl.max_horizontal(scaled, pl.lit(LOWEST_RATING))).otherwise(scaled)
    return frame.with_columns(pl.coalesce(raised.cast(pl.String), unknown).alias("rating"))


def _ordered(frame: pl.DataFrame, found: list[Finding], trusted: bool = False) -> tuple[pl.DataFrame, bool]:
    """Sort by time, equal times in the order of the file; say whether the times are times."""
    time = _number("timestamp")
    frame = drop(frame, time.is_null(), "interactions", "timestamp that is no number", found)
    frame = frame.with_columns(time.alias("time")).sort("time", maintain_order=True)
    if frame.is_empty():
        return frame.with_columns(NO_TIME), False
    time = pl.col("time")
    first, middle, last = frame.select(
        time.min(), time.median().alias("middle"), time.max().alias("last")
    ).row(0)
    unit = 1000.0 if middle > MILLISECONDS_FROM else 1.0
    known = FIRST_TIMESTAMP <= middle / unit <= datetime.now(UTC).timestamp()
    if not known or ((last - first) / unit < DAY and not trusted):
        reason = "timestamps within one day, or outside 1990 to today"
        found.append(finding("interactions", reason, "kept as an order without times", frame))
        return frame.with_columns(NO_TIME), False
    return frame.with_columns((time / unit).cast(pl.String).alias("timestamp")), True


def named(items: pl.DataFrame, found: list[Finding]) -> pl.DataFrame:
    """Call items without a title "Item <id>"; items without an id are left as they are."""
    nameless = blank("title") & ~blank("item_id")
    rows = items.filter(nameless)
    if rows.is_empty():
        return items
    found.append(finding("items", "no title", "called by the id", rows))
    title = pl.format("Item {}", pl.col("item_id").str.strip_chars())
    return items.with_columns(pl.when(nameless).then(title).otherwise("title").alias("title"))


def items_of_log(log: pl.DataFrame) -> pl.DataFrame:
    """Return the items of a log whose source describes none, without title, year and genres."""
    ids = log.filter(~blank("item_id")).select(pl.col("item_id").str.strip_chars())
    unknown = [pl.lit(None, dtype=pl.String).alias(name) for name in ("title", "year", "genres")]
    return ids.unique(maintain_order=True).with_columns(unknown)


def links_of(raw: pl.DataFrame, source: str, target: str) -> pl.DataFrame:
    """Return pairs of people as source and target, str, each direction as the file states it, once."""
    pairs = raw.filter(~blank(source) & ~blank(target)).select(
        pl.col(source).str.strip_chars().alias("source"), pl.col(target).str.strip_chars().alias("target")
    )
    return pairs.filter(pl.col("source") != pl.col("target")).unique(maintain_order=True)
