from __future__ import annotations

from pathlib import Path

import polars as pl

from assistant.measuring.crs_beside import NOTHING, find
from assistant.measuring.crs_catalogue import films, join
from prompts.talks import iard, processed
from prompts.talks.records import TalkItem
from retriever.datasets.cleaning import Dataset, clean


def log(titles: list[tuple[str, str]], ratings: list[tuple[str, int]]) -> Dataset:
    ids = [str(n) for n in range(len(titles))]
    items = pl.DataFrame(
        {
            "item_id": ids,
            "title": [title for title, _ in titles],
            "year": [year for _, year in titles],
            "genres": ["Drama"] * len(ids),
        }
    )
    rows = [(user, ids[item], "5", str(10**9 + n)) for n, (user, item) in enumerate(ratings)]
    names = ["user_id", "item_id", "rating", "timestamp"]
    return clean("small", items, pl.DataFrame(rows, schema=names, orient="row"))


def test_two_logs_are_one_of_more_people_and_the_same_films() -> None:
    first = log([("Heat", "1995"), ("Up", "2009")], [("a", 0), ("b", 1)])
    second = log([("Up", "2009"), ("Heat", "1972")], [("a", 0), ("a", 1)])
    both = join(first, second)
    titles = {item: (title, year) for item, title, year, _ in both.items.iter_rows()}
    assert sorted(titles.values()) == [("Heat", 1972), ("Heat", 1995), ("Up", 2009)]
    rated = [(user, titles[item]) for user, item, *_ in both.interactions.iter_rows()]
    assert sorted(rated) == [
        ("a", ("Heat", 1995)),
        ("b", ("Up", 2009)),
        ("other a", ("Heat", 1972)),
        ("other a", ("Up", 2009)),
    ]


def test_a_title_is_its_most_rated_film_with_what_other_sets_say_of_that_year() -> None:
    rated = log(
        [("Heat", "1972"), ("Heat", "1995"), ("Up", "2009")], [("a", 1), ("b", 1), ("a", 0), ("a", 2)]
    )
    sets = [
        [
            TalkItem("Heat (1995)", {"genre": ("crime",), "star": ("Al Pacino",)}, "A robber."),
            TalkItem("..."),
        ],
        [TalkItem("Up", {"year": ("1984",), "star": ("Nobody",)}), TalkItem("Coco", {"year": ("2017",)})],
    ]
    found = films(rated, sets, least=1)
    assert list(found) == ["heat", "up", "coco"]
    assert found["heat"].name == "Heat (1995)"
    assert found["heat"].facets == {"genre": ("drama", "crime"), "star": ("al pacino",)}
    assert found["heat"].text == "A robber."
    assert "star" not in found["up"].facets
    assert "heat" not in films(rated, [], least=3)
    assert (found["coco"].name, found["coco"].year) == ("Coco (2017)", 2017)


def test_folders_beside_are_known_by_their_files(tmp_path: Path) -> None:
    data = tmp_path / "data"
    for folder, names in {
        "data": [],
        "a": [iard.FILE],
        "b": ["movies.csv"],
        "c": ["movies.csv", "ratings.csv"],
        "d": [processed.INFO, processed.IDS, processed.ITEMS, "valid_data.jsonl"],
    }.items():
        (tmp_path / folder).mkdir()
        for name in names:
            (tmp_path / folder / name).touch()
    found = find(data)
    assert (found.iard, found.movielens, found.redial) == (tmp_path / "a", tmp_path / "c", tmp_path / "d")
    assert found.opendialkg is None
    assert NOTHING.iard is None
