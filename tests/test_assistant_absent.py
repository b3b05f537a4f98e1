"""What is asked for and told by no column is no topic to search for, and is said to be unknown."""

from __future__ import annotations

import pytest

from assistant.agent import Assistant
from assistant.reading.columns import Columns, Number
from assistant.reading.rules import read

GENRES = ("Comedy", "Crime", "Drama", "Horror", "Romance", "Sci-Fi", "Thriller")
FILMS = Columns(facets={"genres": GENRES}, numbers={"year": Number()}, described=False)
SHOP = Columns(
    facets={"category": ("Lamp",), "country": ("Korea",)},
    people={"artist": ("Mara Oost",)},
    numbers={"price": Number("EUR"), "length": Number("min")},
)


@pytest.mark.parametrize(
    ("text", "untold", "query"),
    [
        ("shorter please", ("length",), ""),
        ("under 2 hours", ("length",), ""),
        ("nothing too long, about a heist", ("length",), "heist"),
        ("a short film about trains", ("length",), "trains"),
        ("短一点的", ("length",), ""),
        ("两个小时以内的喜剧", ("length",), ""),
        ("something cheap", ("price",), ""),
        ("less than $20", ("price",), ""),
        ("directed by Tarantino", ("people",), "tarantino"),
        ("a korean film", ("country",), ""),
        ("under 500 calories", ("calories",), ""),
        ("韩国电影", ("country",), ""),
        ("the road to freedom", (), "road freedom"),
        ("surprise me", (), ""),
        ("a surprise ending", (), "surprise ending"),
    ],
)
def test_what_no_column_tells_is_named_and_not_searched_for(
    text: str, untold: tuple[str, ...], query: str
) -> None:
    found = read(text, FILMS)
    assert (found.untold, found.query) == (untold, query)


@pytest.mark.parametrize("text", ["shorter please", "under 2 hours", "something cheap", "a korean lamp"])
def test_what_a_column_tells_is_not_untold(text: str) -> None:
    assert read(text, SHOP).untold == ()


def test_where_items_are_described_a_country_is_searched_for() -> None:
    assert read("a korean story", Columns(numbers={"year": Number()})).query == "korean story"


def test_the_answer_says_what_is_not_known(assistant: Assistant) -> None:
    assistant.chat("ann", "something dark")
    reply = assistant.chat("ann", "shorter please")
    assert any("length" in note for note in reply.notes)
    assert not any("shorter" in reason.text for pick in reply.recommendations for reason in pick.reasons)


def test_any_good_films_is_a_request_and_no_question() -> None:
    assert read("any good heist movies?", FILMS, (), ("Heat (1995)",)).move == "ask"
    assert read("is it any good?", FILMS, (), ("Heat (1995)",)).move == "why"
