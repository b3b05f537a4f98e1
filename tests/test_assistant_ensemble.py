"""Rules and tuned model together: the model completes and never overrules."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.intents import MOVES, Intent, Move
from assistant.reading.columns import Columns, Number
from assistant.reading.ensemble import combine
from assistant.reading.message import Span

COLUMNS = Columns(
    facets={"genre": ("Jazz", "Rock", "Folk"), "mood": ("Calm", "Dark")},
    people={"artist": ("Ada Quill", "Lan Ye")},
    numbers={"year": Number(), "price": Number("EUR")},
)
PICKS = ("Blue Umbrella", "Slow Kettle")


Words = tuple[str, ...]


def both(rules: Intent, tuned: Intent, text: str, shown: Words = (), titles: Words = ()) -> Intent:
    spans = [Span(title, text.index(title), text.index(title) + len(title)) for title in titles]
    return combine(rules, tuned, text, COLUMNS, spans, shown, {"heat", "jazz"}.__contains__)


def test_values_that_nobody_said_only_rank() -> None:
    read = both(Intent(), Intent(wanted={"genre": ("Jazz",)}, query="smoky bar"), "something for a smoky bar")
    assert read.wanted == {}
    assert read.implied == {"genre": ("Jazz",)}
    assert read.query == "smoky bar"
    assert read.source == "llm"


def test_what_the_rules_read_otherwise_stays() -> None:
    rules = Intent(unwanted={"genre": ("Jazz",)}, ranges={"price": (None, 50)}, toward={"year": "higher"})
    tuned = Intent(
        wanted={"genre": ("Jazz",)}, ranges={"year": (None, 50)}, toward={"price": "lower"}, count=50
    )
    read = both(rules, tuned, "no jazz under 50, something recent")
    assert (read.wanted, read.unwanted, read.implied) == ({}, {"genre": ("Jazz",)}, {})
    assert read.ranges == {"price": (None, 50)}
    assert read.toward == {"year": "higher"}
    assert read.count is None


def test_numbers_and_wishes_are_added_where_the_rules_are_silent() -> None:
    tuned = Intent(ranges={"year": (1990, 1999)}, toward={"price": "lower"}, audience="kids")
    read = both(Intent(), tuned, "cheap, for my kids, and out of the 90s")
    assert read.ranges == {"year": (1990, 1999)}
    assert read.toward == {"price": "lower"}
    assert read.audience == "kids"


def test_titles_are_added_only_where_they_look_like_titles() -> None:
    tuned = Intent(liked=("Velvet Engine", "violent", "Jazz", "Umbrella"), disliked=("铜色天空",))
    text = "I liked Velvet Engine and Blue Umbrella, nothing violent, no Jazz, 《铜色天空》 was dull"
    read = both(Intent(liked=("Blue Umbrella",)), tuned, text, titles=("Blue Umbrella",))
    assert read.liked == ("Blue Umbrella", "Velvet Engine")
    assert read.disliked == ("铜色天空",)


def test_a_linked_title_that_the_rules_left_alone_gets_its_side() -> None:
    text = "couldn't get into Slow Kettle at all, Blue Umbrella yes"
    rules, tuned = Intent(liked=("Blue Umbrella",)), Intent(disliked=("Slow Kettle", "Blue Umbrella"))
    read = both(rules, tuned, text, titles=("Slow Kettle", "Blue Umbrella"))
    assert (read.liked, read.disliked) == (("Blue Umbrella",), ("Slow Kettle",))


def test_plain_words_are_a_title_where_the_model_says_so_and_an_item_is_called_so() -> None:
    tuned = Intent(liked=("heat", "wow", "jazz"))
    assert both(Intent(), tuned, "heat was the last thing i saw, wow, jazz").liked == ("heat",)


def test_values_in_another_language_than_the_catalogue_are_wanted() -> None:
    tuned = Intent(wanted={"genre": ("Jazz",), "mood": ("Dark",)}, unwanted={"genre": ("Rock",)})
    read = both(Intent(wanted={"mood": ("Calm",)}), tuned, "安静的，懒洋洋的小酒馆音乐，别太吵")
    assert read.wanted == {"mood": ("Calm",), "genre": ("Jazz",)}
    assert read.implied == {"mood": ("Dark",)}
    assert read.unwanted == {}  # nothing is ruled out that no word rules out


def test_references_are_added_only_where_the_rules_have_none() -> None:
    tuned = Intent(move="rate", disliked=("#2", "#7"))
    assert both(Intent(), tuned, "the second is awful", PICKS).disliked == ("#2",)
    assert both(Intent(), tuned, "these are awful", PICKS).disliked == ()
    assert both(Intent(), tuned.changed(seen=("#2",)), "the second is awful", PICKS).disliked == ()
    assert both(Intent(liked=("#1",)), tuned, "the first, not the second", PICKS).disliked == ()


def test_what_no_word_bears_out_is_left_out() -> None:
    tuned = Intent(
        toward={"price": "lower", "year": "higher"},
        ranges={"price": (None, 50)},
        audience="adults",
        same={"genre": "the same spirit"},
        people=("Ada Quill",),
    )
    read = both(
        Intent(not_people=("Ada Quill",)), tuned, "in the same spirit, not by Ada Quill, not number 2"
    )
    assert (read.toward, read.ranges, read.audience, read.same, read.people) == ({}, {}, None, {}, ())


def test_harm_is_told_by_words_alone() -> None:
    assert both(Intent(), Intent(move="unsafe"), "a film for cry").move == "ask"


@pytest.mark.parametrize(
    ("rules", "tuned", "shown", "move"),
    [
        ("ask", "off-topic", (), "ask"),
        ("ask", "refine", (), "ask"),
        ("refine", "chat", PICKS, "chat"),
        ("refine", "rate", PICKS, "rate"),
        ("why", "rate", PICKS, "why"),
        ("ask", "refine", PICKS, "refine"),
        ("ask", "rate", PICKS, "rate"),
        ("critique", "ask", PICKS, "critique"),
        ("off-topic", "ask", (), "off-topic"),
    ],
)
def test_the_move_is_the_rules_unless_they_read_nothing(
    rules: Move, tuned: Move, shown: tuple[str, ...], move: Move
) -> None:
    assert both(Intent(move=rules), Intent(move=tuned), "hm", shown).move == move


def test_a_request_stays_a_request() -> None:
    rules = Intent(wanted={"genre": ("Jazz",)})
    assert both(rules, Intent(move="unsafe"), "jazz to die for", PICKS).move == "ask"
    assert both(rules, Intent(move="refine"), "jazz too", PICKS).move == "refine"
    assert both(rules, Intent(move="refine"), "jazz", ()).move == "ask"


@given(
    st.sampled_from(MOVES),
    st.sampled_from(MOVES),
    st.sampled_from([{}, {"genre": ("Jazz",)}, {"mood": ("Calm", "Dark")}]),
    st.booleans(),
)
def test_what_the_rules_want_is_kept(rules: Move, tuned: Move, wanted: dict[str, Words], shown: bool) -> None:
    first = Intent(move=rules, wanted=wanted, liked=("Blue Umbrella",))
    read = both(
        first, Intent(move=tuned, unwanted=wanted), "calm jazz like Blue Umbrella", PICKS if shown else ()
    )
    assert read.wanted == wanted
    assert read.unwanted == {}
    assert read.liked == ("Blue Umbrella",)
