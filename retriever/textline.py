"""The line of text by which an item is searched for and compared."""

from __future__ import annotations

import polars as pl

NOT_FACETS = frozenset({"aliases"})


def nameless() -> pl.Expr:
    """Say which items had no title and are called by their ids; needs item_id and title."""
    return pl.col("title") == pl.format("Item {}", pl.col("item_id").cast(pl.String).str.strip_chars())


def text_line(df: pl.DataFrame) -> pl.Expr:
    """Build the line that is encoded: title, year where there is one, and every facet value.

    A name made of an id says nothing of an item, so it is left out; the line of an item of which nothing else
    is known is empty.
    """
    facets = [n for n, kind in df.schema.items() if kind == pl.List(pl.String) and n not in NOT_FACETS]
    lists = [pl.col(name).fill_null([]).list.join(", ") for name in facets]
    parts = [pl.when(text == "").then(None).otherwise(text) for text in lists]
    values = pl.concat_str(*parts, separator=". ", ignore_nulls=True) if parts else pl.lit("")
    year = pl.format(" ({})", "year") if "year" in df.columns else pl.lit("")
    after = pl.when(values == "").then(pl.lit("")).otherwise(pl.format(". {}", values)).fill_null("")
    rest = pl.concat_str(year.fill_null(""), after)
    whole = pl.concat_str(pl.col("title").cast(pl.String), rest)
    return pl.when(nameless()).then(rest.str.strip_chars_start(" .")).otherwise(whole)
