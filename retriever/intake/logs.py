"""The columns of a log, as guessed -> user_id, item_id, rating, timestamp as cleaning takes them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from retriever.datasets.cleaning import HIGHEST_RATING
from retriever.datasets.logs import Log, complete
from retriever.datasets.report import Finding, finding
from retriever.intake.guesses import Guess, Profiles
from retriever.intake.values import TimeStyle, as_number, as_seconds

# What an action says of an item, on the scale of ratings; None leaves the row out.
_ACTIONS: Mapping[float | None, str] = {
    5.0: (
        "purchase buy bought transaction order like liked love favorite favourite save bookmark follow share "
        "finish complete completed 1 true yes y t 1.0 addtocart add_to_cart cart upvote subscribe read "
        "want_to_read wishlist repost retweet listen play"
    ),
    4.0: "view click clicked detail watch open visit pageview",
    1.0: "dislike hate return returned refund downvote block hide report thumbs_down unlike _1",
    None: "impression show shown skip remove_from_cart 0 false no n f 0.0 cancel remove",
}
ACTIONS: Mapping[str, float | None] = {
    word: rating for rating, words in _ACTIONS.items() for word in words.split()
}
UNRATED = 0.2  # share of zeros from which a zero means that no rating was given
PARTS = r"[^\s,|;\[\]'\"]+"


@dataclass(frozen=True)
class Known:
    """What an earlier part of a log has shown: its highest rating, and that its times are times."""

    top: float | None = None
    timed: bool = False


def log_of(
    frame: pl.DataFrame,
    guesses: Sequence[Guess],
    profiles: Profiles,
    dates: str | None,
    known: Known | None = None,
) -> tuple[Log, list[Finding]]:
    """Bring a log into the form that cleaning takes.

    Args:
        frame: The log, str | null.
        guesses: What its columns hold.
        profiles: Of its columns.
        dates: Format of the moments, as told.
        known: What an earlier part of the log has shown.

    Returns:
        The log, and what was mended in it.
    """
    found: list[Finding] = []
    by_role = {guess.role: guess.column for guess in guesses}
    columns = {"user_id": as_id(frame[by_role["user_id"]]).alias("user_id")}
    source = by_role.get("item_id") or by_role["history"]
    columns["item_id"] = (
        frame[source] if "history" in by_role and source == by_role["history"] else as_id(frame[source])
    )
    if "history" in by_role and source != by_role["history"]:
        columns["item_id"] = frame.select(
            pl.concat_str(by_role["history"], source, separator=" ", ignore_nulls=True)
        ).to_series()
    if "rating" in by_role:
        columns["rating"] = _ratings(frame, profiles[by_role["rating"]], found)
    elif "event" in by_role:
        columns["rating"] = _actions(frame, by_role["event"], found)
    if "timestamp" in by_role:
        columns["timestamp"] = _moments(
            frame[by_role["timestamp"]], profiles[by_role["timestamp"]].times, dates
        )
    raw = pl.DataFrame([column.alias(name) for name, column in columns.items()])
    if "event" in by_role and "rating" not in by_role:
        raw = raw.filter(pl.col("rating") != "")
    if "weight" in by_role and "timestamp" not in by_role:
        weight = frame.select(as_number(by_role["weight"], profiles[by_role["weight"]].numbers)).to_series()
        raw = raw[weight.arg_sort(descending=True, nulls_last=True)]
    if "history" in by_role:
        raw = raw.with_columns(pl.col("item_id").str.extract_all(PARTS)).explode(
            "item_id", empty_as_null=True
        )
    known = known or Known()
    return complete(raw, found, top=known.top, trusted=known.timed), found


def as_id(column: pl.Series) -> pl.Series:
    """Write ids alike on both sides of a join: without space, and without the ".0" of a float."""
    texts = column.str.strip_chars()
    floats = texts.drop_nulls().head(1000).to_list()
    if floats and all(re.fullmatch(r"\d+\.0", text) for text in floats if text):
        texts = texts.str.replace(r"\.0$", "")
    return texts


def _ratings(frame: pl.DataFrame, profile: object, found: list[Finding]) -> pl.Series:
    from retriever.intake.profiles import Profile

    assert isinstance(profile, Profile)
    column = profile.name
    numbers = frame.select(as_number(column, profile.numbers)).to_series()
    low, high = profile.low, profile.high
    if low < 0:
        found.append(finding("interactions", f"ratings from {low:g} to {high:g}", "moved to 1 to 5", frame))
        numbers = 1.0 + (numbers - low) * (HIGHEST_RATING - 1.0) / (high - low)
    zeros = frame.filter((numbers == 0).fill_null(value=False))
    if low == 0 and high > 1 and zeros.height > UNRATED * max(profile.filled, 1):
        found.append(
            finding("interactions", "a rating of 0 in many rows", "taken as a like without a rating", zeros)
        )
        numbers = numbers.set(numbers == 0, None)
    said = frame[column].str.strip_chars()
    # What is no number stays as it is, so that cleaning counts it.
    return pl.select(
        pl.when(numbers.is_not_null())
        .then(numbers.cast(pl.String))
        .when(said.is_in(["0", "0.0"]))
        .then(None)
        .otherwise(said)
    ).to_series()


def _actions(frame: pl.DataFrame, column: str, found: list[Finding]) -> pl.Series:
    """Rate by what was done; actions that say nothing become an empty rating."""
    done = frame[column].str.strip_chars().str.to_lowercase().str.replace_all(r"[\s-]+", "_")
    known = {name: "" if rating is None else str(rating) for name, rating in ACTIONS.items()}
    unknown = frame.filter(~done.is_in(list(known)) & done.is_not_null())
    if not unknown.is_empty():
        found.append(
            finding(
                "interactions", f"{column} with another word than Palate knows", "taken as a like", unknown
            )
        )
    nothing = frame.filter(done.is_in([name for name, rating in ACTIONS.items() if rating is None]))
    if not nothing.is_empty():
        found.append(finding("interactions", f"{column} says that nothing was done", "dropped", nothing))
    return done.replace_strict(known, default=str(HIGHEST_RATING), return_dtype=pl.String).fill_null(
        str(HIGHEST_RATING)
    )


def _moments(column: pl.Series, style: TimeStyle | None, dates: str | None) -> pl.Series:
    style = TimeStyle(dates, 1.0) if dates else style
    if style is None:
        return column
    seconds = as_seconds(column, style)
    return pl.select(
        pl.when(seconds.is_not_null()).then(seconds.cast(pl.String)).otherwise(column)
    ).to_series()
