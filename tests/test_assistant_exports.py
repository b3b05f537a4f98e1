from __future__ import annotations

import csv
import json
from pathlib import Path

import polars as pl
import pytest

from assistant.agent import Assistant
from assistant.errors import BadInput
from assistant.homes.exporting import export_home
from retriever.catalog import Catalog
from retriever.intake.building import take_in
from retriever.intake.folders import tables_in
from retriever.intake.guesses import Told

LETTERBOXD = (
    "Date,Name,Year,Letterboxd URI,Rating\n"
    "2024-01-01,The Matrix,1999,https://boxd.it/x,4.5\n2024-01-02,Big,1988,u,1\n"
)
IMDB = (
    "Const,Your Rating,Date Rated,Title,Original Title,URL,Title Type,IMDb Rating,Year\n"
    "tt1,4,2024-01-01,The Matrix,The Matrix,u,movie,8.7,1999\ntt2,3,2024-01-01,Big,Big,u,movie,7.3,1988\n"
)
GOODREADS = (
    "Book Id,Title,Author,My Rating,Year Published,Original Publication Year,Exclusive Shelf\n"
    '1,"Contact (Carl Sagan, #1)",S,5,2001,1997,read\n2,Big,B,0,1988,1988,read\n'
    "3,Alien,A,0,1979,1979,to-read\n"
)
LASTFM = "uts,utc_time,artist,artist_mbid,album,track\n" + "1,x,Alien,,A,T\n" * 3 + "2,x,Grease,,A,T\n"
YOUTUBE = json.dumps(
    [
        *[{"title": "Watched Moon", "subtitles": [{"name": "Clueless"}]}] * 3,
        {"title": "Watched https://www.youtube.com/watch?v=1"},
        {"title": "Watched Casablanca", "subtitles": [7]},
        "no entry",
    ]
)


@pytest.mark.parametrize(
    ("name", "text", "liked", "disliked", "seen"),
    [
        ("ratings.csv", LETTERBOXD, {"The Matrix (1999)"}, {"Big (1988)"}, set()),
        ("imdb.csv", IMDB, set(), {"The Matrix (1999)", "Big (1988)"}, set()),
        ("books.csv", GOODREADS, {"Contact (1997)"}, set(), {"Big (1988)"}),
        ("scrobbles.csv", LASTFM, {"Alien (1979)"}, set(), {"Grease (1978)"}),
        ("watch-history.json", YOUTUBE, {"Moon (2009)", "Clueless (1995)"}, set(), {"Casablanca (1942)"}),
    ],
)
def test_what_other_services_hand_out_becomes_a_history(
    assistant: Assistant,
    tmp_path: Path,
    name: str,
    text: str,
    liked: set[str],
    disliked: set[str],
    seen: set[str],
) -> None:
    (tmp_path / name).write_text(text)
    report = assistant.import_history("ann", tmp_path / name)
    assert (set(report.liked), set(report.disliked), set(report.seen)) == (liked, disliked, seen)
    assert len(assistant.stances("ann")) == len(liked | disliked | seen)


@pytest.mark.parametrize("text", ["[1, 2]", "{", "[" * 100_000])
def test_other_json_is_named_and_stores_nothing(assistant: Assistant, tmp_path: Path, text: str) -> None:
    (tmp_path / "h.json").write_text(text)
    with pytest.raises(BadInput, match=r"h\.json is no"):
        assistant.import_history("ann", tmp_path / "h.json")
    assert assistant.users() == []


def test_an_exported_home_comes_back_the_same(small_home: Path, tmp_path: Path) -> None:
    export_home(small_home, tmp_path / "atomic", "recbole")
    found = tables_in(tmp_path / "atomic", Told())
    assert found is not None
    data = take_in(found.tables, tmp_path).data
    before = Catalog.load(small_home / "items.parquet").frame
    assert data.items.select("item_id", "title", "year", "genres").equals(
        before.select("item_id", "title", "year", "genres")
    )
    log = pl.read_parquet(small_home / "interactions.parquet")
    assert data.interactions.sort("user_id", "item_id").equals(log.sort("user_id", "item_id"))
    export_home(small_home, tmp_path / "parquet", "parquet")
    assert pl.read_parquet(tmp_path / "parquet" / "items.parquet").equals(before)


def test_no_cell_of_an_exported_csv_is_a_formula(small_home: Path, tmp_path: Path) -> None:
    path = small_home / "items.parquet"
    frame = pl.read_parquet(path)
    titles = ["=cmd|' /C calc'!A0", "+1", "@SUM(A1)", "-2", "Plain", *frame["title"].to_list()[5:]]
    size = path.stat().st_size
    frame.with_columns(pl.Series("title", titles)).write_parquet(path)
    manifest = small_home / "manifest.json"
    manifest.write_text(manifest.read_text().replace(f'"bytes": {size}', f'"bytes": {path.stat().st_size}'))
    export_home(small_home, tmp_path / "out", "csv")
    with (tmp_path / "out" / "items.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["title"] for row in rows[:5]] == [f"'{title}" for title in titles[:4]] + ["Plain"]
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]


def test_an_export_overwrites_nothing(small_home: Path, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("x")
    for out in (tmp_path / "full", small_home / "out"):
        with pytest.raises(BadInput, match="--out DIR"):
            export_home(small_home, out, "csv")
    with pytest.raises(BadInput, match="recbole, parquet, csv"):
        export_home(small_home, tmp_path / "new", "pickle")
