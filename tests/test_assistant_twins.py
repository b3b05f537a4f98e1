"""Nearly the same items: found by text vectors, told in the report, kept apart in picks, merged if asked."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from assistant.errors import HomeError
from assistant.homes import twins
from assistant.homes.merging import merge_items
from assistant.homes.versions import serving
from assistant.ranking import diverse
from retriever import nearsame
from retriever.catalog import Catalog
from retriever.datasets.cleaning import clean
from retriever.datasets.kinds import kinds_of
from retriever.datasets.languages import languages
from retriever.datasets.portrait import NEAR, portrait
from retriever.nearsame import members, near_same


def unit(rows: list[list[float]]) -> np.ndarray:
    array = np.array(rows, np.float32)
    return np.asarray(
        array / np.maximum(np.linalg.norm(array, axis=1, keepdims=True), 1e-9), dtype=np.float32
    )


@pytest.mark.parametrize("exact", [30_000, 1])
def test_groups_by_hand(exact: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nearsame, "EXACT", exact)
    rng = np.random.default_rng(0)
    vectors = unit([[1, 0.01], [1, 0], [1, 0.02], [0, 1], [0, 1], [0, 0], [0, 0], [-1, 0], [-1, 0]])
    vectors = np.pad(vectors, ((0, 200), (0, 62)))
    vectors[9:] = unit(rng.normal(size=(200, 64)).tolist())
    labels = ["Pac-Man World 2", "Pac Man World 2", "Pac-Man World 3", "Che: Part One", "Che: Part Two"]
    labels += ["", "", "王菲", "Éowyn", *(f"other {i}" for i in range(200))]
    groups = near_same(vectors, labels)
    assert members(groups) == [[0, 1]]
    labels[7] = "Eowyn"
    assert members(near_same(vectors, labels)) == [[0, 1], [7, 8]]
    assert near_same(vectors[:1], labels[:1]).tolist() == [-1]


def test_two_of_a_group_stand_together_only_where_nothing_else_is_left() -> None:
    scores, vectors = np.array([3, 2.9, 1, 0.5], np.float32), np.eye(4, dtype=np.float32)
    groups = np.array([0, 0, -1, -1], np.int32)
    assert diverse(scores, vectors, 3) == [0, 1, 2]
    assert diverse(scores, vectors, 3, groups=groups) == [0, 2, 3]
    assert diverse(scores, vectors, 4, groups=groups) == [0, 2, 3, 1]


def with_groups(home: Path, pairs: list[tuple[int, int]]) -> Catalog:
    """Write groups into a home as if its texts had been nearly the same."""
    catalog = Catalog.load(home / "items.parquet")
    groups = np.full(len(catalog), -1, np.int32)
    for number, pair in enumerate(pairs):
        groups[list(pair)] = number
    np.save(home / twins.TWINS, groups)
    return catalog


def test_set_up_leaves_groups_and_the_report_tells_of_them(small_home: Path) -> None:
    assert (small_home / twins.TWINS).is_file()
    assert twins.TWINS in json.loads((small_home / "manifest.json").read_text())["files"]
    page = small_home / "report.html"
    page.write_text(f"before{NEAR}after", encoding="utf-8")
    catalog = with_groups(small_home, [(0, 1), (4, 5)])
    assert twins.report(small_home, page) == 2
    text = page.read_text(encoding="utf-8")
    assert "4 items in 2 groups" in text
    assert catalog.titles[0] in text
    assert text.startswith(f"before{NEAR}<h2>")
    assert twins.report(small_home, page) == 2
    assert page.read_text(encoding="utf-8") == text
    assert text.endswith("after")
    np.save(small_home / twins.TWINS, np.zeros(3, np.int32))
    with pytest.raises(HomeError, match=r"twins.npy does not fit"):
        twins.load_groups(small_home, len(catalog))
    (small_home / twins.TWINS).write_bytes(b"no array")
    with pytest.raises(HomeError, match=r"twins.npy is damaged"):
        twins.load_groups(small_home, len(catalog))


def test_merging_keeps_the_popular_one_and_everybodys_interactions(small_home: Path) -> None:
    catalog = with_groups(small_home, [(0, 1)])
    low, high = sorted((0, 1), key=lambda row: int(catalog.popularity[row]))
    log = pl.read_parquet(small_home / "interactions.parquet")
    had = set(log.filter(pl.col("item_id").is_in([catalog.ids[0], catalog.ids[1]]))["user_id"])
    assert serving(small_home) == small_home
    change = merge_items(small_home)
    assert change.told == "1 items merged into 1"
    assert change.items.height == len(catalog) - 1
    assert catalog.ids[low] not in change.items["item_id"]
    kept = change.interactions.filter(pl.col("item_id") == catalog.ids[high])
    assert set(kept["user_id"]) == had
    assert kept.height == len(had)
    count = change.items.filter(pl.col("item_id") == catalog.ids[high])["popularity"].item()
    assert count == len(had)
    with_groups(small_home, [])
    assert not merge_items(small_home).changed


def items(texts: list[str]) -> pl.DataFrame:
    return pl.DataFrame({"text": texts})


def test_languages_of_texts_and_those_too_short_to_tell() -> None:
    english = "A spade with a handle of ash wood, which lasts for many years in the garden and needs no care."
    german = "Ein Spaten mit einem Stiel aus Esche, der viele Jahre im Garten hält und keine Pflege braucht."
    chinese = "这是一本关于历史的书，作者用了很多年的时间来研究古代的文化和人们的生活。"
    found = languages(items([english, german, german, chinese, "Radiohead", ""]))
    assert {code: round(share * 6) for code, share in found.shares.items()} == {"de": 2, "en": 1, "zh": 1}
    assert found.unsure == pytest.approx(2 / 6)
    assert languages(items([])).shares == {}


def raw(titles: list[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    unknown = pl.Series([None] * len(titles), dtype=pl.String)
    ids = [str(n) for n in range(len(titles))]
    table = pl.DataFrame({"item_id": ids, "title": titles, "year": unknown, "genres": unknown})
    log = pl.DataFrame({"user_id": ["u"], "item_id": ["0"], "rating": ["5"], "timestamp": ["0"]})
    return table, log


def test_characters_in_html_are_written_as_themselves_and_told() -> None:
    data = clean(
        "x",
        *raw(["Pok&eacute;mon &amp; friends &#8211; 1", "R&D; a tale", "A & B"]),
        films=False,
        timed=False,
    )
    assert data.items["title"].to_list() == ["Pokémon & friends – 1", "R&D; a tale", "A & B"]
    found = [f for f in data.report.findings if "HTML" in f.reason]
    assert [f.count for f in found] == [1]
    page = portrait(data)
    assert NEAR in page
    assert "Languages of the texts" not in page or "too short" in page


def test_ends_of_titles_that_come_again_are_kinds() -> None:
    games = [f"Game {n} - PlayStation 3" for n in range(20)] + [f"Race {n} - Nintendo Wii" for n in range(14)]
    games += [f"Fun {n} (Wii)" for n in range(13)] + [f"Box {n} [PS3]" for n in range(12)]
    games += ["Wireless headset for PlayStation 3 and Nintendo Wii", "Nothing", "Half - life"]
    found = kinds_of(pl.Series(games))
    assert found is not None
    kinds = found.to_list()
    assert kinds[0] == ["PlayStation 3", "PS3"]
    assert kinds[20] == ["Nintendo Wii", "Wii"]
    assert kinds[34] == ["Wii"]
    assert kinds[47] == ["PS3", "PlayStation 3"]
    assert kinds[-3:] == [["PlayStation 3", "PS3", "Nintendo Wii", "Wii"], [], []]
    assert kinds_of(pl.Series(["A - one", "B", None])) is None
