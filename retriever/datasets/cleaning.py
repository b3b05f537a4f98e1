"""Raw tables of any data set -> items and interactions that every room can rely on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape

import polars as pl

from retriever.catalog import text_line
from retriever.datasets.report import CleaningReport, Finding, blank, drop, finding
from retriever.datasets.titles import parse_title
from retriever.errors import BadData

LOWEST_RATING, HIGHEST_RATING = 0.5, 5.0
FIRST_FILM_YEAR = 1870
# Nobody could rate anything on-line before 1990.
FIRST_TIMESTAMP = int(datetime(1990, 1, 1, tzinfo=UTC).timestamp())
ENTITY = r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});"
NO_GENRES = "(no genres listed)"


@dataclass(frozen=True)
class Dataset:
    """Hold a clean data set.

    Attributes:
        items: item_id str, title str, year Int32 | null, genres list[str], aliases list[str], edition Int32,
            popularity Int64, text str; and what the source has besides: numbers as Float64 under a header
            such as "price (EUR)", further facets as list[str], moment, when an item came out, in unix
            seconds as Int64, and image, address or file of its picture, str | null.
        interactions: user_id str, item_id str, rating Float32, timestamp Int64, in the order of timestamp;
            equal times in the order of the source.
        report: What was dropped or mended.
        links: source str, target str: who follows, trusts or is a friend of whom, by user id; None where the
            data set does not say. A friendship is there in both directions if the source has both.
        timed: True where the timestamp is unix seconds, False where it is the place 0, 1, 2, ... of the
            interaction among those of its person.
    """

    items: pl.DataFrame
    interactions: pl.DataFrame
    report: CleaningReport
    links: pl.DataFrame | None = None
    timed: bool = True


def clean(
    source: str,
    items: pl.DataFrame,
    interactions: pl.DataFrame,
    *,
    films: bool = True,
    timed: bool = True,
    rated: bool = True,
    links: pl.DataFrame | None = None,
    findings: Sequence[Finding] = (),
    extra: Mapping[str, pl.Series] | None = None,
    about: pl.Series | None = None,
    bare: bool = False,
) -> Dataset:
    """Clean raw tables.

    Args:
        source: Name of the data set for the report.
        items: item_id, title, year, genres ("Action|Sci-Fi"), all str | null.
        interactions: user_id, item_id, rating, timestamp, all str | null; where the source counted how much
            of an item was consumed also amount, f32 above 0.
        films: Titles are written as MovieLens does: "Matrix, The (a.k.a. ...) (1999)", and a null year is
            looked for in them. Otherwise a title is a name and stays as it is.
        timed: The timestamp is unix seconds. Otherwise it is not read, and the order of the rows counts.
        rated: The ratings were given, so that of a repeated pair the last one holds. Otherwise every row is
            a like, and the first one is when it began.
        links: Goes into the data set as it is.
        findings: What the loader has dropped or mended already.
        extra: Further columns of the items, in the order of `items`; one called `genres` or `aliases` takes
            the place of what was read.
        about: What else is to be searched in, in the order of `items`; follows title and facets in `text`.
        bare: There is no log, and no interaction is asked for.

    Raises:
        BadData: No item is left, or no interaction where there should be some.
    """
    found = list(findings)
    good_items = _clean_items(items, films, extra or {}, found, about)
    good = _clean_interactions(interactions, good_items["item_id"], timed, rated, found)
    if good_items.is_empty() or (good.is_empty() and not bare):
        reasons = "; ".join(f"{f.count} {f.table}: {f.reason}" for f in found)
        raise BadData(f"{source} has no usable rows ({reasons}).", "Look at the first lines of its files.")
    counts = good.group_by("item_id").agg(pl.len().cast(pl.Int64).alias("popularity"))
    counted = good_items.join(counts, on="item_id", how="left", maintain_order="left")
    report = CleaningReport(
        source, items.height, good_items.height, interactions.height, good.height, tuple(found)
    )
    return Dataset(counted.with_columns(pl.col("popularity").fill_null(0)), good, report, links, timed)


def _clean_items(
    raw: pl.DataFrame,
    films: bool,
    extra: Mapping[str, pl.Series],
    found: list[Finding],
    about: pl.Series | None = None,
) -> pl.DataFrame:
    frame = raw.with_columns(pl.col("item_id").str.strip_chars()).with_row_index("place")
    frame = _without_entities(frame, found)
    frame = drop(frame, blank("item_id"), "items", "no id", found)
    frame = drop(frame, blank("title"), "items", "no title", found)
    repeated = ~pl.col("item_id").is_first_distinct()
    frame = drop(frame, repeated, "items", "same id as an earlier item", found)
    frame = _with_title_parts(frame) if films else _with_names(frame)
    _note_unknown_years(frame if films else frame.filter(~blank("raw_year")), found)
    genres = (
        pl.col("genres")
        .fill_null("")
        .str.split("|")
        .list.eval(
            pl.element().str.strip_chars().filter(~pl.element().str.strip_chars().is_in(["", NO_GENRES]))
        )
    )
    kept = frame["place"]
    frame = frame.select("item_id", "title", pl.col("year").cast(pl.Int32), genres.alias("genres"), "aliases")
    if extra and not (frame["genres"].list.len() > 0).any():
        frame = frame.drop("genres")
    frame = frame.with_columns(column[kept].alias(name) for name, column in extra.items())
    text = text_line(frame)
    if about is not None:
        text = pl.concat_str(text, pl.Series("about", about)[kept], separator=". ", ignore_nulls=True)
    return frame.with_columns(
        (pl.int_range(pl.len()).over("title", "year") + 1).cast(pl.Int32).alias("edition"),
        text.alias("text"),
    )


def _without_entities(frame: pl.DataFrame, found: list[Finding]) -> pl.DataFrame:
    """Write characters that titles have as HTML, "Pok&eacute;mon", as themselves."""
    coded = frame.filter(pl.col("title").str.contains(ENTITY)).select("item_id", "title")
    if coded.is_empty():
        return frame
    found.append(finding("items", "characters of the title in HTML", "written as themselves", coded))
    plain = {title: unescape(title) for title in coded["title"].unique()}
    return frame.with_columns(pl.col("title").replace(plain))


def _with_title_parts(frame: pl.DataFrame) -> pl.DataFrame:
    parts = [parse_title(title) for title in frame["title"]]
    in_title = pl.Series("in_title", [part.year for part in parts], dtype=pl.Int32)
    return frame.with_columns(
        pl.Series("raw_title", frame["title"]),
        pl.Series("title", [part.title for part in parts], dtype=pl.String),
        pl.Series("aliases", [list(part.aliases) for part in parts], dtype=pl.List(pl.String)),
        pl.col("year").alias("raw_year"),
        pl.coalesce(_year(FIRST_FILM_YEAR), in_title).alias("year"),
    )


def _with_names(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(
        pl.col("title").alias("raw_title"),
        pl.col("title").str.strip_chars(),
        pl.lit([], dtype=pl.List(pl.String)).alias("aliases"),
        pl.col("year").alias("raw_year"),
        _year(1).alias("year"),
    )


def _year(first: int) -> pl.Expr:
    said = pl.col("year").str.strip_chars().cast(pl.Float64, strict=False)
    sensible = said.is_between(first, datetime.now(UTC).year + 5)
    return pl.when(sensible).then(said).cast(pl.Int32, strict=False)


def _note_unknown_years(frame: pl.DataFrame, found: list[Finding]) -> None:
    unknown = frame.filter(pl.col("year").is_null()).select("item_id", "raw_title", "raw_year")
    if not unknown.is_empty():
        found.append(finding("items", "no year that can be read", "kept with an unknown year", unknown))


def _clean_interactions(
    raw: pl.DataFrame, item_ids: pl.Series, timed: bool, rated: bool, found: list[Finding]
) -> pl.DataFrame:
    table = "interactions"
    frame = raw.with_columns(pl.col("user_id").str.strip_chars(), pl.col("item_id").str.strip_chars())
    frame = drop(frame, blank("user_id") | blank("item_id"), table, "no user id or no item id", found)
    rating = pl.col("rating").str.strip_chars().cast(pl.Float32, strict=False)
    outside = ~rating.is_between(LOWEST_RATING, HIGHEST_RATING)
    frame = drop(frame, outside, table, f"rating outside {LOWEST_RATING} to {HIGHEST_RATING}", found)
    frame = _with_times(frame, found) if timed else frame.with_columns(_place())
    frame = drop(frame, ~pl.col("item_id").is_in(item_ids.implode()), table, "unknown item", found)
    frame = frame.with_columns(rating).with_row_index("position")
    # Of equal times, the later row is the later one, so that the result does not depend on chance.
    frame = frame.sort("timestamp", "position")
    pair = pl.struct("user_id", "item_id")
    repeated = ~pair.is_last_distinct() if rated else ~pair.is_first_distinct()
    which = "a later rating" if rated else "an earlier row"
    frame = drop(frame, repeated, table, f"same user and item as {which}", found)
    # Equal times keep the order of the source: few-shot splits cut a person's events at a position.
    frame = frame if timed else frame.with_columns(_place()).sort("timestamp", "position")
    counted = ["amount"] if "amount" in frame.columns else []
    return frame.select("user_id", "item_id", "rating", "timestamp", *counted)


def _with_times(frame: pl.DataFrame, found: list[Finding]) -> pl.DataFrame:
    time = pl.col("timestamp").str.strip_chars().cast(pl.Float64, strict=False)
    impossible = ~time.is_between(FIRST_TIMESTAMP, datetime.now(UTC).timestamp())
    reason = "timestamp before 1990, in the future, or no number"
    return drop(frame, impossible, "interactions", reason, found).with_columns(time.cast(pl.Int64))


def _place() -> pl.Expr:
    """Number the rows of each person in the order they have."""
    return pl.int_range(pl.len(), dtype=pl.Int64).over("user_id").alias("timestamp")
