from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from assistant.errors import BadInput
from assistant.intents import Intent, Reader
from assistant.llm import ScriptedLLM
from assistant.measuring.case_catalogs import CaseRooms
from assistant.measuring.intent_bench import match_intent, run
from prompts.cases import IntentCase, shipped


def test_years_and_ranges_stay_in_step() -> None:
    assert Intent(year_min=1990).ranges == {"year": (1990, None)}
    read = Intent(ranges={"year": (1990, 1999), "price": (None, 50)})
    assert (read.year_min, read.year_max) == (1990, 1999)
    assert Intent().ranges == {}
    assert read.changed(ranges={}).year_min is None
    assert read.changed(move="refine").ranges == read.ranges
    assert Intent.model_validate_json(read.model_dump_json()) == read
    with pytest.raises(ValidationError, match="contradict"):
        Intent(year_min=1980, ranges={"year": (1990, None)})


def test_the_direction_and_toward_stay_in_step() -> None:
    assert Intent(direction="older").toward == {"year": "lower"}
    assert Intent(toward={"year": "higher", "price": "lower"}).direction == "newer"
    assert Intent(toward={"price": "lower"}).direction is None
    with pytest.raises(ValidationError, match="contradicts"):
        Intent(direction="older", toward={"year": "higher"})


def test_references_are_found_in_title_slots() -> None:
    read = Intent(liked=("#2", "Alien"), about=("#-1", "#2"), same={"brand": "#it"}, seen=("#*", "#1 Fan"))
    assert read.references == ("#2", "#*", "#-1", "#it")


@pytest.fixture(scope="module")
def rooms() -> CaseRooms:
    return CaseRooms()


def case(text: str, **keys: object) -> IntentCase:
    base = {"id": "x", "catalog": "garden", "lang": "en", "text": text, "move": "ask"}
    return IntentCase.model_validate({**base, **keys})


SHOWN = ("Heron", "Clay King", "Wren")


@pytest.mark.parametrize(
    ("read", "slots", "perfect"),
    [
        (Intent(about=("Clay King",)), {"about": ("#2",)}, True),
        (Intent(about=("#2",)), {"about": ("Clay King",)}, True),
        (Intent(about=("#-1",)), {"about": ("#3",)}, True),
        (Intent(about=("#3",)), {"about": ("#2",)}, False),
        (Intent(about=("#9",)), {"about": ("#2",)}, False),
        (Intent(liked=("clay kng",)), {"liked": ("Clay King",)}, True),
        (Intent(same={"brand": "Wren"}), {"same": {"brand": "#3"}}, True),
        (Intent(withdrawn=("price",)), {}, False),
    ],
)
def test_references_and_titles_agree_when_they_are_one_item(
    rooms: CaseRooms, read: Intent, slots: dict[str, object], perfect: bool
) -> None:
    room = rooms.room("garden", Path("x"))
    assert match_intent(read, case("x", slots=slots, shown=SHOWN), room).perfect is perfect


def test_a_reset_takes_everything_back_without_a_label(rooms: CaseRooms) -> None:
    room = rooms.room("garden", Path("x"))
    assert match_intent(Intent(move="reset", withdrawn=("price",)), case("x", move="reset"), room).perfect


def test_the_readers_are_told_apart(rooms: CaseRooms) -> None:
    cases = [case("a steel rake", slots={"wanted": {"category": ["Rake"], "material": ["Steel"]}})]
    answer = {"move": "chat", "like": [], "dislike": [], "want": ["Hoe"], "avoid": [], "query": ""}

    def figures(reader: Reader) -> dict[str, object]:
        llm = ScriptedLLM([json.dumps(answer)])
        return run(cases, Path("x"), rooms, llm, lambda what, share: None, reader)

    rules, alone = figures(Reader.rules), figures(Reader.llm)
    assert (rules["slot_f1"], rules["move_accuracy"], rules["failures"]) == (1.0, 1.0, [])
    assert (alone["slot_f1"], alone["move_accuracy"]) == (0.0, 0.0)
    assert alone["confusions"] == [("chat", "ask", 1)]
    assert alone["failures"] == [
        {
            "id": "x",
            "text": "a steel rake",
            "move": ["chat", "ask"],
            "extra": [["wanted", "category=hoe"]],
            "missed": [["wanted", "category=rake"], ["wanted", "material=steel"]],
        }
    ]
    assert figures(Reader.both)["slot_f1"] == 1.0


def test_a_catalogue_that_is_nowhere_is_named(rooms: CaseRooms) -> None:
    with pytest.raises(BadInput, match="nowhere"):
        rooms.room("nowhere", shipped())
