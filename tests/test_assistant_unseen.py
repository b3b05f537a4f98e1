"""Messages about catalogues that no rule was written for: words, columns, picks, follow-ups."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from assistant import dialogue, folding
from assistant.intents import Intent
from assistant.reading import translations
from assistant.reading.columns import Columns, Number
from assistant.reading.domains import SHOP, domain_of
from assistant.reading.rules import read
from assistant.reading.said import Said
from assistant.reading.word_forms import joined, parts_of, stem_of
from retriever.catalog import Catalog

PAPERS = Columns(
    {
        "section": ("Politics", "Food & Drink", "Sport", "Economy"),
        "topic": ("Harbour", "Elections", "Airport"),
        "diet": ("Gluten-free", "Vegan"),
    },
    {"author": ("Ada Quill", "Ben Moss")},
    {"minutes_to_read": Number("", 2, 40), "year": Number("", 2000, 2024), "price": Number("EUR", 1, 90)},
)
SHOWN = ("What the Owls Know", "Goats Against the Fire", "Lunch at the End of the Line")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("something political", {"wanted": {"section": ("Politics",)}}),
        ("an economic piece", {"wanted": {"section": ("Economy",)}}),
        ("harbourside articles", {"wanted": {"topic": ("Harbour",)}}),
        ("something on food", {"wanted": {"section": ("Food & Drink",)}}),
        ("glutenfree please", {"wanted": {"diet": ("Gluten-free",)}}),
        ("讲机场的", {"wanted": {"topic": ("Airport",)}}),
        ("不要政治的", {"unwanted": {"section": ("Politics",)}}),
        ("under ten minutes", {"ranges": {"minutes_to_read": (None, 10)}}),
        ("under a tenner", {"ranges": {"price": (None, 10)}}),
        ("a quarter of an hour at most", {"ranges": {"minutes_to_read": (None, 15)}}),
        ("I've got about twenty minutes", {"ranges": {"minutes_to_read": (None, 22)}}),
        ("不要2010年以前的", {"ranges": {"year": (2010, None)}}),
        ("八几年的", {"ranges": {"year": (1980, 1989)}}),
        ("something premium", {"toward": {"price": "higher"}}),
        ("politics is allowed", {"wanted": {}, "unwanted": {}}),
    ],
)
def test_words_and_columns_of_an_unseen_catalogue(text: str, expected: dict[str, Any]) -> None:
    intent = read(text, PAPERS)
    assert {key: getattr(intent, key) for key in expected} == expected


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("The owl piece was dull.", {"move": "rate", "disliked": (SHOWN[0],)}),
        ("how come you picked goats?", {"move": "why", "about": (SHOWN[1],)}),
        ("the second or the lunch one?", {"move": "compare", "about": ("#2", SHOWN[2])}),
        ("number three 9/10", {"move": "rate", "liked": ("#3",)}),
        ("the first one 2 out of 10", {"move": "rate", "disliked": ("#1",)}),
        ("others?", {"move": "critique"}),
        ("something like the first one but cheaper", {"move": "refine", "toward": {"price": "lower"}}),
        ("same author as the second", {"move": "refine", "same": {"author": "#2"}}),
        ("forget what I said about politics", {"move": "refine", "withdrawn": ("section:Politics",)}),
        ("wipe the slate, something on sport", {"move": "reset", "wanted": {"section": ("Sport",)}}),
        ("30 euros? you must be joking. cheaper", {"move": "critique", "ranges": {}}),
    ],
)
def test_follow_ups(text: str, slots: dict[str, Any]) -> None:
    intent = read(text, PAPERS, (), SHOWN)
    assert {key: getattr(intent, key) for key in slots} == slots


def test_a_word_of_a_title_that_is_no_pointer_names_no_pick() -> None:
    assert read("no lunch breaks, just sport", PAPERS, (), SHOWN).about == ()
    assert read("no lunch breaks, just sport", PAPERS, (), SHOWN).liked == ()


def test_the_dictionary_knows_british_spellings_and_no_everyday_words() -> None:
    assert "港口" in translations.chinese_of("Harbour")
    assert "机场" in translations.chinese_of("airport")
    assert translations.chinese_of("港口") == ()
    assert "推荐" not in translations.chinese_of("recommend")


def test_forms_of_words() -> None:
    assert stem_of("political") == stem_of("politics")
    assert stem_of("cat") == ""
    assert parts_of("Food & Drink") == ["food", "drink"]
    assert parts_of("Drink") == []
    assert joined("gluten free") == "glutenfree"


def test_domains() -> None:
    assert domain_of({"section": ("Sport",)}, [], []) == "news"
    assert domain_of({"subject": ("Piano",)}, ["teacher"], ["hours"]) == "courses"
    assert domain_of({"colour": ("Red",)}, [], ["price"]) == SHOP


@pytest.mark.parametrize("text", ["what is the news today", "any recipes for dinner?"])
def test_what_is_on_topic_depends_on_the_catalogue(text: str) -> None:
    assert (read(text, PAPERS).move == "off-topic") == ("recipes" in text)


def test_fine_as_well_widens_what_stands_and_lifts_a_ban() -> None:
    name, values = "power", ("Battery", "Mains", "Petrol")
    catalog = Catalog.from_frame(
        pl.DataFrame(
            {"item_id": ["1", "2", "3"], "title": ["A", "B", "C"], name: [[value] for value in values]}
        )
    )
    fine = Intent(move="refine", withdrawn=(name,), implied={name: (values[1],)})
    stood = dialogue.DialogueState(wanted={name: (values[0],)})
    widened = dialogue.fold(stood, fine, Said(), catalog)
    assert widened.wanted == {}
    assert widened.either == ({name: (values[0], values[1])},)
    banned = dialogue.DialogueState(wanted={name: (values[0],)}, unwanted={name: (values[1],)})
    lifted = dialogue.fold(banned, fine, Said(), catalog)
    assert lifted.unwanted == {}
    assert lifted.wanted == {name: (values[0],)}
    assert folding.widening({}, (), {}, fine) == {}
