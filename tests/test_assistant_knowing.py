"""Triples and rules of a home: obeyed in every turn, told as exact reasons, checked when they are taken."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_world import HashEncoder

from assistant import choosing
from assistant.agent import Assistant
from assistant.homes.doctor import check_knowledge
from assistant.homes.knowing import know, take
from assistant.rooms import Rooms
from assistant.settings import Settings
from assistant.store import Store
from retriever.catalog import Catalog
from retriever.errors import BadData

TRIPLES = """head,relation,tail
Alien,director,Ridley Scott
Blade Runner,director,Ridley Scott
Gattaca,director,Andrew Niccol
Aliens,sequel of,Alien
"""
RULES = """
after = "sequel of"
one_per = "director"

[[require]]
column = "genres"
is_not = "Romance"

[links]
weight = 2.0
"""


@pytest.fixture
def knowing_home(small_home: Path, tmp_path: Path) -> Path:
    (tmp_path / "t.csv").write_text(TRIPLES, encoding="utf-8")
    (tmp_path / "r.toml").write_text(RULES, encoding="utf-8")
    take(small_home, Catalog.load(small_home / "items.parquet"), tmp_path / "t.csv", tmp_path / "r.toml")
    return small_home


def opened(home: Path) -> Assistant:
    rooms = Rooms(home, HashEncoder)  # type: ignore[arg-type]
    return Assistant(rooms, Store(f"sqlite:///{home}/events.db"))


def test_rules_hold_in_every_turn(knowing_home: Path) -> None:
    it = opened(knowing_home)
    titles: set[str] = set()
    for text in ("something", "other ones", "like Gattaca", "a romance", "more"):
        for pick in it.chat("ann", text).recommendations:
            assert "Romance" not in pick.facets["genres"]
            titles.add(pick.title)
    assert titles
    assert "Aliens" not in titles
    assert "Aliens" not in {p.title for p in it.recommend("ann", 20)}
    assert "Aliens" not in {p.title for p in it.similar("ann", it.rooms.catalog.ids[0], 20)}
    alien = it.rooms.catalog.ids[it.rooms.catalog.titles.index("Alien")]
    it.feedback("ann", alien, "consume")
    assert "Aliens" in {pick.title for pick in it.recommend("ann", 20)}
    it.close()


def test_a_list_has_each_director_once(knowing_home: Path) -> None:
    it = opened(knowing_home)
    picks = [pick.title for pick in it.recommend("ann", 20)]
    assert len({"Alien", "Blade Runner"} & set(picks)) == 1
    assert len(picks) > 10
    alien, runner, matrix = (
        it.rooms.catalog.titles.index(t) for t in ("Alien", "Blade Runner", "The Matrix")
    )
    assert choosing.spaced(it.rooms, [runner, matrix, alien]) == [runner, matrix]  # as agent mode asks
    it.close()


def test_a_way_is_a_reason_and_reasons_sum_to_the_score(knowing_home: Path) -> None:
    it, without = opened(knowing_home), None
    alien = it.rooms.catalog.ids[it.rooms.catalog.titles.index("Alien")]
    runner = it.rooms.catalog.ids[it.rooms.catalog.titles.index("Blade Runner")]
    it.feedback("ann", alien, "like")
    pick = it.explain("ann", runner)
    told = [reason for reason in pick.reasons if reason.kind == "link"]
    assert [reason.text for reason in told] == [
        "same director (Ridley Scott) as Alien (1979), which you liked"
    ]
    assert told[0].weight == pytest.approx(2.0 / 1.5849625, rel=1e-5)  # two films share her: 1 / log2(3)
    assert told[0].item_id == alien
    assert pick.score == pytest.approx(sum(reason.weight for reason in pick.reasons), abs=1e-6)
    it.close()
    (knowing_home / "triples.csv").unlink()
    (knowing_home / "rules.toml").unlink()
    it = opened(knowing_home)
    without = it.explain("ann", runner)
    assert not [reason for reason in without.reasons if reason.kind == "link"]
    assert pick.score > without.score
    it.close()


def test_wrong_files_leave_the_home_as_it_was(knowing_home: Path, tmp_path: Path) -> None:
    catalog = Catalog.load(knowing_home / "items.parquet")
    bad = tmp_path / "bad.toml"
    bad.write_text('one_per = "producer"\n', encoding="utf-8")
    with pytest.raises(BadData, match=r"bad.toml, line 1, one_per: nothing is linked by 'producer'"):
        take(knowing_home, catalog, None, bad)
    assert (knowing_home / "rules.toml").read_text(encoding="utf-8") == RULES
    (tmp_path / "t.xml").write_text("<a/>", encoding="utf-8")
    with pytest.raises(BadData, match="of no known form"):
        take(knowing_home, catalog, tmp_path / "t.xml", None)
    (tmp_path / "t.tsv").write_text("Alien\tdirector\tR. Scott\nAliens\tsequel of\tAlien\n", encoding="utf-8")
    take(knowing_home, catalog, tmp_path / "t.tsv", None)
    assert not (knowing_home / "triples.csv").exists()
    assert know(knowing_home, catalog).told[0].startswith("triples.tsv: 2 links (director, sequel of)")
    (knowing_home / "triples.csv").write_text(TRIPLES, encoding="utf-8")
    with pytest.raises(BadData, match="Keep one of them"):
        know(knowing_home, catalog)


def test_the_doctor_holds_both_against_the_catalogue(knowing_home: Path) -> None:
    settings = Settings(home=knowing_home)
    good = check_knowledge(settings, knowing_home)
    assert good.ok
    assert "4 links (director, sequel of)" in good.detail
    (knowing_home / "rules.toml").write_text('after = "prequel of"', encoding="utf-8")
    with pytest.raises(BadData, match="line 1, after"):  # which a diagnosis tells as a finding
        check_knowledge(settings, knowing_home)


def test_rules_switch_strategies_on_and_the_setting_goes_first(knowing_home: Path) -> None:
    (knowing_home / "rules.toml").write_text('strategies = ["popular", "knowledge"]\n', encoding="utf-8")
    by_rules = opened(knowing_home).rooms.proposer
    assert by_rules is not None
    assert by_rules.names == ("knowledge", "popular")
    told = Rooms(knowing_home, HashEncoder, strategies="fused")  # type: ignore[arg-type]
    assert told.proposer is None


def test_changed_rules_hold_from_the_next_turn_on_and_wrong_ones_change_nothing(
    knowing_home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def kinds(it: Assistant) -> set[str]:
        return {value for pick in it.recommend("ann", 20) for value in pick.facets["genres"]}

    it, rules = opened(knowing_home), knowing_home / "rules.toml"
    before = it.rooms
    assert "Romance" not in kinds(it)
    assert it.rooms is before
    rules.write_text('[[require]]\ncolumn = "genres"\nis_not = "Horror"\n', encoding="utf-8")
    assert "Horror" not in kinds(it) >= {"Romance", "Sci-Fi"}
    assert it.rooms.adapter is before.adapter
    good = it.rooms
    rules.write_text('[[require]]\ncolumn = "genre of it"\nis = "x"\n', encoding="utf-8")
    for _ in range(3):
        assert "Horror" not in kinds(it)
    assert it.rooms is good
    refusals = [r for r in caplog.records if "The rules were not taken" in r.getMessage()]
    assert len(refusals) == 1
    assert "genre of it" in refusals[0].getMessage()
    with pytest.raises(BadData, match="genre of it"):
        check_knowledge(Settings(home=knowing_home), knowing_home)
    rules.unlink()
    assert {"Horror", "Romance"} <= kinds(it)
    it.close()
