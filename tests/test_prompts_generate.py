"""The generator: deterministic, valid by the lint, and no label that words or catalogue do not bear out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from prompts import compact, terms
from prompts.cases import Dialogue, IntentCase, load, load_dialogues
from prompts.catalogs import CaseCatalog, read_catalog, shipped_catalog
from prompts.generate.dialogues import dialogues
from prompts.generate.invent import invent
from prompts.generate.numbers import chinese_number
from prompts.generate.replies import replies
from prompts.generate.single import SILENT, Written, singles
from prompts.generate.words import data, words_of
from prompts.generate.writing import write_cases
from prompts.lint import lint

SEEDS = (2, 3, 5, 8)  # books and music with people, tools, another shop


@pytest.fixture(scope="module")
def written() -> list[tuple[CaseCatalog, Written]]:
    return [(catalog, each) for catalog in map(invent, SEEDS) for each in singles(catalog, 250, 3)]


def test_same_seed_writes_the_same() -> None:
    first, again = (list(singles(invent(4), 60, 9)) for _ in range(2))
    assert first == again
    assert [w.case.text for w in first] != [w.case.text for w in singles(invent(4), 60, 10)]


def test_every_domain_gives_a_catalogue() -> None:
    for name in data("domains"):
        catalog = invent(7, name)
        assert catalog == invent(7, name)
        assert len(set(catalog.labels)) == len(catalog.labels) >= 30
        assert catalog.values


def test_all_moves_languages_and_slots_occur(written: list[tuple[CaseCatalog, Written]]) -> None:
    cases = [each.case for _, each in written]
    assert {case.move for case in cases} == set(compact.MOVES)
    assert 0.3 < sum(case.lang == "zh" for case in cases) / len(cases) < 0.5
    filled = {slot for case in cases for slot, value in case.slots.model_dump().items() if value}
    assert filled == set(cases[0].slots.model_dump())


def test_labels_are_borne_out(written: list[tuple[CaseCatalog, Written]]) -> None:
    for catalog, each in written:
        case = each.case
        for slot in ("liked", "disliked", "seen", "about"):
            for title in getattr(case.slots, slot):
                assert title.startswith("#") or catalog.row(title) is not None
        for name in (*case.slots.people, *case.slots.not_people):
            assert name in case.text
        for word in case.slots.query.split():
            assert word in case.text
        if case.move in SILENT:
            assert case.slots == type(case.slots)()
        if not case.shown:
            assert case.move not in ("refine", "critique", "rate")


def test_what_is_copied_stands_in_the_message(written: list[tuple[CaseCatalog, Written]]) -> None:
    for _, each in written:
        answer = json.loads(each.answer)
        for key in ("like", "hate", "seen", "about", "by", "not"):
            assert all(text.startswith("#") or text in each.case.text for text in answer.get(key, ()))


def test_the_answer_means_the_labels(written: list[tuple[CaseCatalog, Written]]) -> None:
    for _, each in written:
        read, slots = compact.decode(each.answer, each.columns), each.case.slots
        assert read["move"] == each.case.move
        for slot in ("wanted", "unwanted", "more", "less"):
            assert {f: set(v) for f, v in read[slot].items()} == {
                f: set(v) for f, v in getattr(slots, slot).items()
            }
        assert read["ranges"] == slots.ranges
        assert read["toward"] == slots.toward
        assert read["match_any"] == slots.match_any
        assert read.get("count") == slots.count
        assert read.get("audience") == slots.audience
        assert read["query"] == slots.query


def test_files_pass_the_lint(tmp_path: Path) -> None:
    out = tmp_path / "made.jsonl"
    count = write_cases(out, [], 200, 5, 0.4, 4, 12)
    files = [out, out.with_name("made-dialogues.jsonl")]
    assert (
        (len(load(files[0])), len(load_dialogues(files[1]))) == (count.singles, count.dialogues) == (200, 12)
    )
    shelf = tmp_path / "catalogs"
    report = lint(files, lambda name, beside: read_catalog(shelf / f"{name}.csv"), least_chinese=0.0)
    assert report.faults == []


def test_a_catalogue_at_hand_is_spoken_of_by_its_own_values() -> None:
    garden = read_catalog(shipped_catalog("garden"))
    words, made = words_of(garden), list(singles(garden, 300, 2))
    assert "lawn mower" in " ".join(words.values["category"].get("Mower", {}).get("noun", ("lawn mower",)))
    named = {v for each in made for values in each.case.slots.wanted.values() for v in values}
    assert named & set(words.values["brand"])
    assert all(isinstance(each.case, IntentCase) for each in made)


def test_unknown_columns_and_values_are_called_by_their_names() -> None:
    catalog = CaseCatalog(
        name="tea",
        ids=("1", "2", "3"),
        titles=("Grey Lake", "Far Hill", "Old Gate"),
        labels=("Grey Lake", "Far Hill", "Old Gate"),
        facets={"leaf": (("Oolong",), ("Sencha",), ("Oolong", "Pu-erh"))},
        numbers={"steeping": (2.0, 3.0, 7.0)},
        units={"steeping": "min"},
    )
    made = list(singles(catalog, 120, 0, chinese=0.0))
    assert any("Oolong" in str(each.case.slots.wanted) for each in made)
    assert any("steeping" in each.case.slots.ranges for each in made)


def test_dialogues_carry_what_stands() -> None:
    made = list(dialogues(invent(2), 40, 1))
    assert made == list(dialogues(invent(2), 40, 1))
    assert all(isinstance(each, Dialogue) for each in made)
    for dialogue in made:
        bans: set[str] = set()
        for turn in dialogue.turns:
            if turn.move in ("reset", "ask"):
                bans = set()
            bans |= {v for values in turn.slots.unwanted.values() for v in values}
            bans -= {v for values in turn.slots.wanted.values() for v in values}
            bans -= {w.split("|")[0].split(":")[-1] for w in turn.slots.withdrawn}
            taken = {w.split("|")[0].split(":")[0] for w in turn.slots.withdrawn if ":" not in w}
            told = {v for values in turn.must_not.facets.values() for v in values}
            if turn.move in ("ask", "refine", "critique") and not taken:
                assert bans >= told


def test_replies_name_every_pick_and_no_other() -> None:
    catalog = invent(3)
    for reply in replies(catalog, 30, 0):
        labels = [line.split(" | ")[0] for line in reply.picks.split("\n")]
        assert all(label in reply.answer for label in labels)
        rest = reply.answer
        for label in sorted(labels, key=len, reverse=True):
            rest = rest.replace(label, "")
        others = [label for label in catalog.labels if label not in labels and len(label) > 12]
        assert not any(label in rest for label in others)


def test_generator_reads_no_cases() -> None:
    folder = Path(__file__).parents[1] / "prompts" / "generate"
    assert not any("prompts/cases" in file.read_text(encoding="utf-8") for file in folder.glob("*.py"))


@pytest.mark.parametrize(
    ("number", "said"),
    [(2, "二"), (10, "十"), (12, "十二"), (50, "五十"), (105, "一百零五"), (310, "三百一十")],
)
def test_chinese_numbers(number: int, said: str) -> None:
    assert chinese_number(number) == said


@pytest.mark.parametrize(
    ("term", "column", "unit", "meant"),
    [
        ("<1990", "year", "", (None, 1989)),
        ("<=1990", "year", "", (None, 1990)),
        (">1995", "year", "", (1996, None)),
        (">=2000", "year", "", (2000, None)),
        ("90s", "year", "", (1990, 1999)),
        ("1990s", "year", "", (1990, 1999)),
        ("2000s", "year", "", (2000, 2009)),
        ("early 90s", "year", "", (1990, 1994)),
        ("mid 90s", "year", "", (1993, 1997)),
        ("late 90s", "year", "", (1995, 1999)),
        ("70s-90s", "year", "", (1970, 1999)),
        ("<90s", "year", "", (None, 1989)),
        ("~1985", "year", "", (1983, 1987)),
        ("1994", "year", "", (1994, 1994)),
        ("1990-1999", "year", "", (1990, 1999)),
        ("1999-1990", "year", "", None),
        ("<50", "price", "EUR", (None, 50)),
        ("~30", "price", "EUR", (27, 33)),
        ("20-40", "price", "EUR", (20, 40)),
        ("<4 min", "length", "s", (None, 240)),
        ("<=500 g", "weight", "kg", (None, 0.5)),
        ("<2 h", "time", "min", (None, 120)),
        (">=1.5 kg", "weight", "kg", (1.5, None)),
        ("cheap", "price", "EUR", None),
        ("", "year", "", None),
    ],
)
def test_terms(term: str, column: str, unit: str, meant: terms.Bounds | None) -> None:
    assert terms.bounds(term, column, unit) == meant
