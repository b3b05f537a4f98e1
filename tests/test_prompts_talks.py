from __future__ import annotations

import json
from pathlib import Path

import pytest

from prompts.errors import CaseError
from prompts.talks import iard, inspired, processed
from prompts.talks.records import TalkItem, title_key
from prompts.talks.spoken import SpokenTitles

ITEMS = frozenset({"Alien (1979)", "Heat (1995)", "Up (2009)"})
TSV = "\t".join((*inspired.TSV, "movie_dict"))


def turn(**changes: object) -> dict[str, object]:
    row: dict[str, object] = {
        "dialog_id": "7",
        "turn_id": 3,
        "context": ["", "Hello", "I liked Alien (1979) and horror"],
        "entity": ["Alien (1979)", "horror"],
        "rec": ["Heat (1995)", "Alien (1979)", "Heat (1995)"],
        "resp": "Heat (1995), or Alien (1979) again",
    }
    return {**row, **changes}


def lines(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("The Matrix (1999)", "the matrix"),
        ("Matrix, The (1999)", "the matrix"),
        ("Spider-Man: Homecoming", "spider man homecoming"),
        ("2001", "2001"),
        ("...", ""),
    ],
)
def test_titles_are_compared_without_year_case_and_punctuation(name: str, key: str) -> None:
    assert title_key(name) == key


def test_the_year_stands_at_the_end_of_a_name() -> None:
    assert TalkItem("Blade Runner 2049 (2017)").year == 2017
    assert TalkItem("Blade Runner 2049").year is None


def test_a_processed_turn_is_split_into_mentioned_cues_and_new_targets(tmp_path: Path) -> None:
    (read,) = processed.read_turns(lines(tmp_path / "v.jsonl", turn()), ITEMS)
    assert (read.turn_id, read.dialogue) == ("7:3", "7")
    assert read.mentioned == ("Alien (1979)",)
    assert read.names == ("horror",)
    assert read.targets == ("Heat (1995)",)
    assert read.repeated == 1
    assert "Heat" not in " ".join(read.context)


def test_an_item_that_the_marks_miss_but_the_words_have_is_no_target(tmp_path: Path) -> None:
    row = turn(context=["Seen Heat (1995)?", "yes"], entity=[])
    (read,) = processed.read_turns(lines(tmp_path / "v.jsonl", row), ITEMS)
    assert read.mentioned == ("Heat (1995)",)
    assert read.targets == ("Alien (1979)",)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([turn(rec="Heat")], "v.jsonl:1: rec is missing or no list"),
        ([turn(turn_id=None)], "v.jsonl:1: turn_id"),
        ([turn(), turn()], "v.jsonl:2: turn 7:3 comes twice"),
        (["text"], "v.jsonl:1: no object"),
    ],
)
def test_a_wrong_turn_is_named_with_its_line(tmp_path: Path, rows: list[object], words: str) -> None:
    with pytest.raises(CaseError, match=words):
        processed.read_turns(lines(tmp_path / "v.jsonl", *rows), ITEMS)


def test_missing_and_broken_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match=r"none\.jsonl is missing"):
        processed.read_turns(tmp_path / "none.jsonl", ITEMS)
    (tmp_path / "broken.jsonl").write_text('{"a": 1}\n{"b"\n')
    with pytest.raises(CaseError, match=r"broken\.jsonl:1: dialog_id"):
        processed.read_turns(tmp_path / "broken.jsonl", ITEMS)
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    with pytest.raises(CaseError, match="no column full_situation, movies"):
        inspired.read_csv(tmp_path / "x.csv")


def test_items_are_those_that_the_graph_lists(tmp_path: Path) -> None:
    info = {
        "9": {"name": "Heat (1995)", "genre": ["crime"], "star": ["Al Pacino"], "plot": "A robbery."},
        "8": {"name": "Up (2009)"},
    }
    for name, content in (
        (processed.INFO, info),
        (processed.IDS, {"Heat (1995)": 4}),
        (processed.ITEMS, [4]),
    ):
        (tmp_path / name).write_text(json.dumps(content))
    (item,) = processed.read_items(tmp_path)
    assert item.facets == {"genre": ("crime",), "star": ("Al Pacino",)}
    assert item.text == "A robbery."
    (tmp_path / processed.ITEMS).write_text("[5]")
    with pytest.raises(CaseError, match="do not belong together"):
        processed.read_items(tmp_path)


def test_lines_of_one_turn_belong_together_and_nothing_later_is_looked_at(tmp_path: Path) -> None:
    ahead = "{'Heat (1995)': 0, 'Up (2009)': 1}"
    rows = [
        f"d\tSEEKER\t1\tI QUOTATION_MARKloveQUOTATION_MARK Alien\tAlien (1979)\thorror\t\t{ahead}",
        f"d\tRECOMMENDER\t2\tTry Heat\tHeat (1995); Alien (1979)\t\tAl Pacino\t{ahead}",
        f"d\tRECOMMENDER\t2\tor this\tUp (2009)\t\t\t{ahead}",
        f"d\tSEEKER\t2\tno\t\t\t\t{ahead}",
        f"d\tRECOMMENDER\t3\tHeat it is\tHeat (1995)\t\t\t{ahead}",
    ]
    path = tmp_path / "dev.tsv"
    path.write_text("\n".join((TSV, *rows)) + "\n")
    first, second = inspired.read_tsv(path)
    assert first.context == ('I "love" Alien',)
    assert (first.mentioned, first.names) == (("alien",), ("horror",))
    assert (first.targets, first.repeated) == (("heat", "up"), 1)
    assert (second.turn_id, second.targets, second.repeated) == ("d:3", (), 1)
    assert second.mentioned == ("alien", "heat", "up")
    assert inspired.labels(path)["up"] == "Up (2009)"


def test_rows_that_go_on_with_a_talk_are_one_dialogue(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    talk = "\nSystem: Hi\nUser: Something like The Matrix?\nSystem: "
    more = f"{talk}Heat is good\nUser: Seen it.\nSystem: "
    rows = [
        (0, talk, "['Heat']"),
        (1, more, "['Heat', 'The Matrix', 'Up']"),
        (2, "\nUser: Hey\nSystem: ", "['Heat']"),
    ]
    path.write_text(",full_situation,movies\n" + "".join(f'{n},"{t}","{m}"\n' for n, t, m in rows))
    first, second, third = inspired.read_csv(path)
    assert first.dialogue == second.dialogue != third.dialogue
    assert first.context == ("Hi", "Something like The Matrix?")
    assert second.mentioned == ("heat", "the matrix")
    assert (second.targets, second.repeated) == (("up",), 2)
    assert (third.turn_id, third.targets) == ("t.csv:2", ("heat",))
    path.write_text(',full_situation,movies\n0,"\nSystem: ",Heat\n')
    with pytest.raises(CaseError, match=r"t\.csv:2: movies is no list"):
        inspired.read_csv(path)


def test_spoken_titles_need_a_capital_and_the_longest_wins() -> None:
    titles = SpokenTitles(["star wars", "star wars the last jedi", "joker", "it", "the rock"])
    assert titles.find(["I saw Star Wars: The Last Jedi", "then Joker and It"]) == (
        "star wars the last jedi",
        "joker",
    )
    assert titles.find(["put the rock down", "a joker", "Joker"]) == ()


def labelled(*said: tuple[str, str]) -> dict[str, object]:
    lines = [{"role": role, "utterance_text": text} for role, text in said]
    return {"dialogue_info": {f"U{n}": line for n, line in enumerate(lines)}}


def test_labelled_dialogues_of_redial_lose_ids_tests_and_repetitions(tmp_path: Path) -> None:
    talk = labelled(
        ("seeker", "I liked @12 <Alien  (1979)>"),
        ("recommender", "Then @13 <Heat (1995)>, or @12 <Alien (1979)> again, or @99 <Unknown (1901)>"),
        ("seeker", "no"),
        ("recommender", "@14 <Up (2009)> ?"),
    )
    path = tmp_path / iard.FILE
    path.write_text(json.dumps({"7": talk, "8": talk, "20001": talk}))
    first, second = iard.read_turns(path, ITEMS, {"8"})
    assert (first.dialogue, first.context) == ("7", ("I liked Alien (1979)",))
    assert (first.mentioned, first.targets, first.repeated) == (("Alien (1979)",), ("Heat (1995)",), 1)
    assert (second.mentioned, second.targets) == (("Alien (1979)", "Heat (1995)"), ("Up (2009)",))
    path.write_text(json.dumps({"7": {"dialogue_info": {"S1": {"role": "seeker"}}}}))
    with pytest.raises(CaseError, match="S1 has no role or utterance_text"):
        iard.read_turns(path, ITEMS, ())
