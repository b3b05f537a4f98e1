"""News as Microsoft's MIND publishes them: behaviors.tsv and news.tsv."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from retriever.datasets.cleaning import Dataset, clean
from retriever.datasets.codes import Codes
from retriever.datasets.logs import LIKE, NO_TIME
from retriever.datasets.report import Finding
from retriever.datasets.tables import check_folder, read_lines

NEWS = ("item_id", "category", "subcategory", "title", "abstract")
BEHAVIOURS = ("impression", "user_id", "time", "history", "shown")
MEND = "Download MINDsmall_train.zip from msnews.github.io, unpack it, and give its folder."
TIME = "%m/%d/%Y %I:%M:%S %p"


def load(folder: Path) -> Dataset:
    """Read and clean the set: what was clicked is a like, the history before what came after it.

    Histories have no times, so the order of a person's clicks is all that is known. What was shown and not
    clicked is left out.

    Source: F. Wu et al., MIND: A Large-scale Dataset for News Recommendation, ACL 2020.

    Raises:
        BadData: The folder, a file or a column is missing, or nothing usable is left.
    """
    check_folder(folder, "behaviors.tsv and news.tsv", MEND)
    news = _read(folder / "news.tsv", NEWS)
    found: list[Finding] = []
    unknown = [pl.lit(None, dtype=pl.String).alias(name) for name in ("year", "genres")]
    return clean(
        folder.resolve().name,
        news.select("item_id", "title", *unknown),
        _clicks(_read(folder / "behaviors.tsv", BEHAVIOURS)),
        films=False,
        timed=False,
        rated=False,
        findings=found,
        extra=_categories(news),
        about=news["abstract"],
    )


def _read(path: Path, columns: tuple[str, ...]) -> pl.DataFrame:
    frame = read_lines(path, columns, MEND, header=False, encoding="utf8-lossy")
    return frame.select(columns)


def _categories(news: pl.DataFrame) -> dict[str, pl.Series]:
    codes = Codes([*news["title"], *news["abstract"]])
    pairs = news.select(pl.col("category", "subcategory").fill_null("").str.strip_chars()).rows()
    above = [[codes.words(code)] if code else [] for code, _ in pairs]
    below = [
        [v for v in codes.below(sub, code) if [v] != over]
        for (code, sub), over in zip(pairs, above, strict=True)
    ]
    lists = {"category": above, "subcategory": below}
    return {name: pl.Series(name, values, dtype=pl.List(pl.String)) for name, values in lists.items()}


def _clicks(behaviours: pl.DataFrame) -> pl.DataFrame:
    at = pl.col("time").str.to_datetime(TIME, strict=False)
    clicked = pl.col("shown").str.extract_all(r"\S+-1\b").list.eval(pl.element().str.replace(r"-1$", ""))
    history = pl.col("history").fill_null("").str.extract_all(r"\S+")
    ordered = behaviours.sort(at, maintain_order=True)
    rows = ordered.select("user_id", history.list.concat(clicked.fill_null([])).alias("item_id"))
    return rows.explode("item_id").with_columns(pl.lit(LIKE).alias("rating"), NO_TIME)
