"""Words of mood rank by the values they suggest where items have no descriptions."""

from __future__ import annotations

import polars as pl
import pytest

from assistant.agent import Assistant
from assistant.reading import moods
from assistant.rooms import Rooms
from assistant.types import Intent
from retriever.catalog import Catalog

FILMS = {"genres": ("Comedy", "Crime", "Drama", "Film-Noir", "Mystery", "Romance", "Sci-Fi", "Thriller")}


@pytest.mark.parametrize(
    ("query", "topic", "values"),
    [
        ("smart and dark", "", {"Mystery", "Sci-Fi", "Thriller", "Film-Noir", "Crime"}),
        ("slow films about the sea", "films about the sea", {"Drama"}),
        ("submarine", "submarine", set()),
        ("smart, set in the future", "", {"Mystery", "Sci-Fi", "Thriller"}),
        ("a good bank robbery", "a bank robbery", set()),
        ("darkness falls", "darkness falls", set()),
        ("烧脑的", "", {"Mystery", "Sci-Fi", "Thriller"}),
        ("温馨的圣诞", "圣诞", {"Comedy", "Romance"}),
    ],
)
def test_mood_and_topic_part(query: str, topic: str, values: set[str]) -> None:
    mood = moods.read(query, FILMS)
    assert (mood.topic, set(mood.values.get("genres", ()))) == (topic, values)


def test_a_mood_that_suggests_no_value_of_the_catalogue_stays() -> None:
    assert moods.read("dark roast", {"kind": ("Coffee", "Tea")}) == ("dark roast", {}, {})


def test_a_reason_names_only_values_that_the_item_has(assistant: Assistant) -> None:
    assistant.read_by(lambda *_: Intent(query="feel-good"))
    reply = assistant.chat("ann", "something feel-good")
    told = [
        (reason.text, pick)
        for pick in reply.recommendations
        for reason in pick.reasons
        if reason.kind == "facet"
    ]
    assert told
    for text, pick in told:
        for genre in ("Comedy", "Romance", "Animation"):
            assert genre not in text or genre in pick.facets["genres"]


def test_what_was_ruled_out_is_not_suggested(assistant: Assistant) -> None:
    assistant.read_by(lambda *_: Intent(query="feel-good", unwanted={"genres": ("Romance",)}))
    reply = assistant.chat("ann", "something feel-good, no romance")
    assert reply.recommendations
    assert all("Romance" not in pick.facets["genres"] for pick in reply.recommendations)


def test_words_are_held_against_nothing_where_items_have_neither_title_nor_description(
    assistant: Assistant, rooms: Rooms
) -> None:
    bare = rooms.catalog.frame.select("item_id", pl.format("Item {}", "item_id").alias("title"))
    assistant.rooms = assistant._turns.rooms = rooms.with_catalog(Catalog.from_frame(bare), rooms.vectors)
    assistant.read_by(lambda *_: Intent(query="football"))
    reply = assistant.chat("ann", "football")
    assert "no titles" in reply.read()
    assert reply.recommendations
    assert not any(reason.kind == "query" for pick in reply.recommendations for reason in pick.reasons)


@pytest.mark.parametrize(
    ("query", "against"),
    [
        ("light", {"Crime", "Drama", "Film-Noir", "Thriller"}),
        ("轻松的", {"Crime", "Drama", "Film-Noir", "Thriller"}),
        ("dark", {"Comedy"}),
        ("light and dark", {"Drama"}),
        ("submarine", set()),
    ],
)
def test_values_speak_against_a_mood_unless_another_mood_wants_them(query: str, against: set[str]) -> None:
    assert {value for values in moods.read(query, FILMS).against.values() for value in values} == against
