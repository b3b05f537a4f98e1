"""The tuned model's answers: any text is parsed or refused, and nothing is kept that was not said."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.intents import MOVES, Intent
from assistant.llm import ScriptedLLM
from assistant.reading.columns import Columns, Number
from assistant.reading.compact import checked, messages_of, numbers_of, propose, short_of
from assistant.types import Usage
from prompts import compact, template

COLUMNS = Columns(
    facets={"genre": ("Jazz", "Rock", "Folk"), "mood": ("Calm", "Dark")},
    people={"artist": ("Ada Quill", "Lan Ye")},
    numbers={"year": Number(), "length": Number("s"), "price": Number("EUR")},
)
SHORT, SCHEMA = short_of(COLUMNS)
WORDS = st.sampled_from(
    ["Jazz", "rock", "Calm", "price", "year", "Nothing", "#2", "#it", "", "Blue Umbrella", "people"]
)
LISTED = ("like", "hate", "seen", "about", "want", "any", "avoid", "more", "less", "by", "not")
LISTS = st.one_of(st.lists(WORDS, max_size=4), WORDS, st.none(), st.integers())
TERMS = st.dictionaries(
    st.sampled_from(["year", "length", "color"]), st.one_of(WORDS, st.just("<90s")), max_size=2
)
ANSWERS = st.fixed_dictionaries(
    {"move": st.sampled_from([*MOVES, "dance"])},
    optional={
        **dict.fromkeys(LISTED, LISTS),
        **{"range": TERMS, "except": TERMS, "same": TERMS, "drop": LISTS},
        **{"for": WORDS, "count": st.one_of(st.integers(-3, 99), st.booleans()), "query": WORDS},
    },
)


def read(answer: dict[str, object], text: str, shown: tuple[str, ...] = ()) -> Intent | None:
    prompt = template.load("intent", model="palate-0.5b")
    return propose(ScriptedLLM([json.dumps(answer)]), prompt, text, COLUMNS, shown, Usage())


@given(ANSWERS)
def test_any_answer_of_the_form_is_an_intent_or_nothing(answer: dict[str, object]) -> None:
    intent = read(answer, "jazz or rock before 90")
    assert (intent is None) == (answer["move"] == "dance")
    if intent is None:
        return
    for facets in (intent.wanted, intent.unwanted, intent.more, intent.less):
        assert all(v in COLUMNS.facets[f] for f, values in facets.items() for v in values)
    assert set(intent.ranges) | set(intent.not_ranges) | set(intent.toward) <= set(COLUMNS.numbers)
    assert intent.count is None or intent.count > 0


@given(st.text(max_size=60))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    try:
        slots = compact.decode(text, SHORT)
    except ValueError:
        return
    assert slots["move"] in MOVES


@given(ANSWERS, st.text(alphabet="abc #2 jazz一二", max_size=30))
def test_checked_keeps_a_part_only(answer: dict[str, object], text: str) -> None:
    intent = read(answer, text)
    if intent is None:
        return
    kept = checked(intent, text, COLUMNS, ())
    for slot in ("liked", "disliked", "seen", "about"):
        assert set(getattr(kept, slot)) <= set(getattr(intent, slot))
        assert not any(title.startswith("#") for title in getattr(kept, slot))
    for facet, values in kept.wanted.items():
        assert not set(values) & set(intent.unwanted.get(facet, ()))
    assert not kept.people


def test_an_answer_becomes_an_intent() -> None:
    answer = {
        **{
            "move": "refine",
            "like": ["#2"],
            "want": ["Jazz", "calm"],
            "avoid": ["Folk"],
            "less": ["Dark", "price"],
        },
        **{"by": ["ada quill"], "range": {"year": "late 90s", "length": "<4 min"}},
        **{"except": {"year": "80s"}},
        **{
            "same": {"artist": "#it"},
            "for": "kids",
            "count": 3,
            "query": "slow sea",
            "drop": ["Rock", "year"],
        },
    }
    text = (
        "3 calm jazz by Ada Quill like the second one, late nineties, not the 80s, under 4 minutes, slow sea"
    )
    intent = read(answer, text, ("A", "B"))
    assert intent is not None
    kept = checked(intent, text, COLUMNS, ("A", "B"))
    assert kept.liked == ("#2",)
    assert kept.wanted == {"genre": ("Jazz",), "mood": ("Calm",)}
    assert kept.unwanted == {"genre": ("Folk",)}
    assert kept.less == {"mood": ("Dark",)}
    assert kept.toward == {"price": "lower"}
    assert kept.people == ("Ada Quill",)
    assert kept.ranges == {"year": (1995, 1999), "length": (None, 240)}
    assert kept.not_ranges == {"year": (1980, 1989)}
    assert kept.same == {"artist": "#it"}
    assert (kept.audience, kept.count, kept.query) == ("kids", 3, "slow sea")
    assert kept.withdrawn == ("genre:Rock", "year")
    assert kept.source == "llm"


def test_one_of_several_values_is_enough_only_where_there_are_several() -> None:
    both, one = (
        read({"move": "ask", "any": ["Jazz", "Rock"]}, "x"),
        read({"move": "ask", "any": ["Jazz"]}, "x"),
    )
    assert both is not None
    assert one is not None
    assert (both.match_any, one.match_any) == (True, False)
    assert one.wanted == {"genre": ("Jazz",)}


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("from the nineties", {90.0}),
        ("under 4 minutes", {4.0}),
        ("五十块以内", {50.0}),
        ("twenty-five", {25.0}),
    ],
)
def test_numbers_of_a_message(text: str, numbers: set[float]) -> None:
    assert numbers <= numbers_of(text)


def test_a_number_that_nobody_said_is_no_range() -> None:
    intent = read({"move": "ask", "range": {"year": ">=1900", "price": "<50"}}, "jazz under 50")
    assert intent is not None
    assert intent.ranges == {"price": (None, 50)}


def test_titles_and_people_that_nobody_said_are_dropped() -> None:
    intent = read(
        {"move": "ask", "like": ["Blue Umbrela", "Slow Kettle"], "by": ["Lan Ye"]}, "like blue umbrella"
    )
    assert intent is not None
    kept = checked(intent, "like blue umbrella", COLUMNS, ())
    assert (kept.liked, kept.people) == (("Blue Umbrela",), ())


def test_references_need_something_shown() -> None:
    intent = read({"move": "rate", "like": ["#1", "#4", "#-1", "#*"]}, "loved it")
    assert intent is not None
    assert checked(intent, "loved it", COLUMNS, ()).liked == ()
    assert checked(intent, "loved it", COLUMNS, ("A", "B")).liked == ("#1", "#-1", "#*")


def test_the_prompt_begins_with_what_stays_the_same() -> None:
    prompt = template.load("intent", model="palate-0.5b")
    first, second = (messages_of(prompt, SHORT, n, text) for n, text in ((0, "hi"), (5, "cheaper")))
    assert first[0] == second[0]
    assert "artist: people" in first[0].content
    assert second[-1].content == "5 shown\ncheaper"


def test_prompts_of_a_tuned_model_are_for_it_alone() -> None:
    assert template.load("intent").meta.model == ""
    assert template.load("intent", model="another").meta.model == ""
    assert template.load("intent", model="palate-0.5b").meta.version == 20
    assert template.load("reply", model="palate-0.5b").meta.model == "palate-0.5b"


def test_the_schema_holds_answers_to_the_catalogue() -> None:
    properties = SCHEMA["properties"]
    assert properties["want"]["items"]["enum"] == ["Calm", "Dark", "Folk", "Jazz", "Rock"]
    assert set(properties["range"]["properties"]) == {"year", "length", "price"}
    assert "artist" in properties["same"]["properties"]
    assert SCHEMA["required"] == ["move"]
    plain = compact.schema(compact.Columns({"genre": ("Jazz",)}))
    assert "by" not in plain["properties"]
    assert "range" not in plain["properties"]
