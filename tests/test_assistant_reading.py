from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.reading.columns import Columns, Number
from assistant.reading.message import Span
from assistant.reading.rules import read

GENRES = {
    "genres": (
        "Action", "Adventure", "Animation", "Children", "Comedy", "Crime", "Documentary", "Drama", "Fantasy",
        "Film-Noir", "Horror", "Musical", "Mystery", "Romance", "Sci-Fi", "Thriller", "War", "Western",
    )
}  # fmt: skip
FILMS = Columns.of_values(GENRES)
SHOWN = ("Fargo (1996)", "Heat (1995)", "Seven (1995)")


def spans(text: str, *titles: str) -> list[Span]:
    return [Span(t, text.index(t), text.index(t) + len(t)) for t in titles]


def genres(*values: str) -> dict[str, tuple[str, ...]]:
    return {"genres": values}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no horror, romance or musicals please, a comedy",
         {"wanted": genres("Comedy"), "unwanted": genres("Horror", "Romance", "Musical")}),
        ("funny but not scary", {"wanted": genres("Comedy"), "unwanted": genres("Horror")}),
        ("comedies or dramas", {"wanted": genres("Comedy", "Drama"), "match_any": True}),
        ("a comedy and a drama", {"wanted": genres("Comedy", "Drama"), "match_any": False}),
        ("why not a western?", {"wanted": genres("Western")}),
        ("anything but war movies", {"unwanted": genres("War"), "wanted": {}}),
        ("no romance, just action", {"wanted": genres("Action"), "unwanted": genres("Romance")}),
        ("I don't like westerns, I want a thriller",
         {"wanted": genres("Thriller"), "unwanted": genres("Western")}),
        ("a rom-com", {"wanted": genres("Romance", "Comedy")}),
        ("sci-fi without aliens", {"wanted": genres("Sci-Fi"), "implied": {}}),
        ("set in the future", {"implied": genres("Sci-Fi"), "wanted": {}}),
        ("no more comedies, something sad", {"unwanted": genres("Comedy"), "query": "sad"}),
        ("SCIENCE FICTION", {"wanted": genres("Sci-Fi")}),
        ("horror, but no horror comedies", {"unwanted": genres("Horror", "Comedy"), "wanted": {}}),
    ],
)  # fmt: skip
def test_facets(text: str, expected: dict[str, Any]) -> None:
    intent = read(text, FILMS)
    assert {key: getattr(intent, key) for key in expected} == expected


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("after 1995", 1996, None),
        ("since 1995", 1995, None),
        ("before 2000", None, 1999),
        ("until 2000", None, 2000),
        ("between 1990 and 1980", 1980, 1990),
        ("1980-1990", 1980, 1990),
        ("from the 90s", 1990, 1999),
        ("'80s horror", 1980, 1989),
        ("from the late seventies", 1975, 1979),
        ("in 1999", 1999, 1999),
        ("1994 films", 1994, 1994),
        ("nothing before 2000", 2000, None),
        ("not older than 1990", 1990, None),
        ("nothing after 1960", None, 1960),
        ("before the 80s", None, 1979),
        ("1980 or later", 1980, None),
        ("older than 1980 but after 1970", 1971, 1979),
        ("2001 nights of fun", None, None),
        ("call me at 5550 1995", None, None),
        ("no films from 1999", None, None),
        ("films from 1999", 1999, 1999),
        ("from 1999 on", 1999, None),
    ],
)
def test_years(text: str, first: int | None, last: int | None) -> None:
    intent = read(text, FILMS)
    assert (intent.year_min, intent.year_max) == (first, last)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("give me 3 comedies", 3),
        ("five films", 5),
        ("top 10", 10),
        ("a couple of movies", 2),
        ("500 movies", 20),
        ("0 films", None),
        ("one of the best films", None),
        ("just one film", 1),
        ("12 angry men style drama", None),
    ],
)
def test_counts(text: str, count: int | None) -> None:
    assert read(text, FILMS).count == count


@pytest.mark.parametrize(
    ("text", "titles", "liked", "disliked", "seen"),
    [
        ("I loved Blade Runner and The Matrix", ("Blade Runner", "The Matrix"),
         ("Blade Runner", "The Matrix"), (), ()),
        ("I hated Heat but loved Alien", ("Heat", "Alien"), ("Alien",), ("Heat",), ()),
        ("Alien was boring", ("Alien",), (), ("Alien",), ()),
        ("I didn't really enjoy Heat", ("Heat",), (), ("Heat",), ()),
        ("something like Heat", ("Heat",), ("Heat",), (), ()),
        ("I've already seen Heat", ("Heat",), (), (), ("Heat",)),
        ("I loved Alien, Heat, and Big. I can't stand Grease", ("Alien", "Heat", "Big", "Grease"),
         ("Alien", "Heat", "Big"), ("Grease",), ()),
    ],
)  # fmt: skip
def test_opinions(
    text: str,
    titles: tuple[str, ...],
    liked: tuple[str, ...],
    disliked: tuple[str, ...],
    seen: tuple[str, ...],
) -> None:
    intent = read(text, FILMS, spans(text, *titles))
    assert (intent.liked, intent.disliked, intent.seen) == (liked, disliked, seen)


@pytest.mark.parametrize(
    ("text", "fresh", "move"),
    [
        ("hi there!", True, "chat"),
        ("thanks", False, "chat"),
        ("a tense thriller", True, "ask"),
        ("why that one?", False, "why"),
        ("compare the first two", False, "compare"),
        ("something else", False, "critique"),
        ("less violent please", False, "critique"),
        ("only comedies", False, "refine"),
        ("no horror", False, "refine"),
        ("I would like to see a long war epic tonight", False, "ask"),
    ],
)
def test_moves(text: str, fresh: bool, move: str) -> None:
    assert read(text, FILMS, shown=() if fresh else SHOWN).move == move


def test_titles_that_are_compared_are_not_liked() -> None:
    text = "compare Heat and Alien"
    intent = read(text, FILMS, spans(text, "Heat", "Alien"))
    assert (intent.liked, intent.about) == ((), ("Heat", "Alien"))


def test_titles_are_never_read_as_genres_or_years() -> None:
    text = "I liked War Horse and 2012, after 1950"
    intent = read(text, FILMS, spans(text, "War Horse", "2012"))
    assert (intent.wanted, intent.year_min, intent.year_max) == ({}, 1951, None)


@given(st.text(max_size=300), st.booleans())
def test_any_text_is_read_and_nothing_is_both_wanted_and_unwanted(text: str, fresh: bool) -> None:
    intent = read(text, FILMS, shown=() if fresh else SHOWN)
    for facet, values in intent.wanted.items():
        assert not set(values) & set(intent.unwanted.get(facet, ()))
    for facet, values in intent.implied.items():
        assert not set(values) & {*intent.wanted.get(facet, ()), *intent.unwanted.get(facet, ())}


WORDS = ["no", "not", "horror", "comedy", ",", ".", "but", "or", "and", "after", "1995", "90s", "I", "want"]


@given(st.lists(st.sampled_from(WORDS), max_size=14))
@example(["90s", "no", "90s", "or", "after"])
def test_made_up_sentences_never_contradict_themselves(words: list[str]) -> None:
    intent = read(" ".join(words), FILMS)
    assert not set(intent.wanted.get("genres", ())) & set(intent.unwanted.get("genres", ()))
    assert intent.year_min in (None, 1990, 1995, 1996, 1999, 2000)


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("menos de 300 páginas", (None, 300)),
        ("más de 400 páginas", (400, None)),
        ("jusqu'à 200 páginas", (None, 200)),
        ("mindestens 500 páginas", (500, None)),
        ("i ate at a place under 300 páginas", (None, 300)),
    ],
)
def test_bounds_in_other_languages_are_no_exact_numbers(
    text: str, bounds: tuple[float | None, float | None]
) -> None:
    assert read(text, Columns(numbers={"páginas": Number("", 60, 700)})).ranges == {"páginas": bounds}


@pytest.mark.parametrize(
    ("text", "query"),
    [("something quiet, no horror", "quiet"), ("quiet and slow, no war films", "quiet slow")],
)
def test_a_no_belongs_to_what_follows_it(text: str, query: str) -> None:
    assert read(text, FILMS).query == query


def test_thumbs_say_which_title_is_liked() -> None:
    text = "thumbs up for Heat, thumbs down for Titanic"
    intent = read(text, FILMS, spans(text, "Heat", "Titanic"))
    assert (intent.liked, intent.disliked) == (("Heat",), ("Titanic",))
