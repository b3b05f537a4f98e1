from __future__ import annotations

import re

import pytest
from fake_assistant import FakeAssistant

from assistant.types import ImportReport, LLMState
from assistant.ui.views import CardList, cards, imported, llm, trouble


def card_list(*ids: str, **fields: object) -> str:
    picks = tuple(FakeAssistant().picks("u", ids))
    return cards(CardList("Picks", picks, **fields))  # type: ignore[arg-type]


def test_a_card_shows_title_year_genres_why_and_four_named_buttons() -> None:
    html = card_list("1")
    for part in ("Alien", "1979", "Sci-Fi", "Horror", "Widely liked", 'data-rank="1"', 'data-score="0.9000"'):
        assert part in html
    labels = re.findall(r'aria-label="([^"]*Alien \(1979\))"', html)
    assert labels == [f"{word} Alien (1979)" for word in ("Like", "Dislike", "More like", "Hide")]


def test_a_pressed_like_is_visible_and_a_press_takes_it_back() -> None:
    html = card_list("1", stances={"1": "like"})
    pressed = re.search(r'<button[^>]*data-button="like"[^>]*>', html)
    assert pressed
    assert 'aria-pressed="true"' in pressed[0]
    assert 'data-kind="clear"' in pressed[0]
    assert "Liked" in html


def test_titles_cannot_carry_markup() -> None:
    html = card_list("11")
    assert "<b>Tag" not in html
    assert "&lt;b&gt;Tag&lt;/b&gt; &amp; {{value}} ${alert(1)}" in html


def test_a_card_that_left_can_be_brought_back() -> None:
    html = card_list("2", left=FakeAssistant().explain("u", "1"))
    assert "Alien (1979) left the list." in html
    assert re.search(r'data-button="undo" data-kind="clear" data-item="1"', html)


def test_an_empty_list_says_what_to_do() -> None:
    assert "Ask for something in the chat" in card_list()


@pytest.mark.parametrize("status", ["off", "loading", "ready", "down", "failed"])
def test_every_state_of_the_language_model_has_words(status: str) -> None:
    html = llm(LLMState(status, "loading <weights>", "m"))  # type: ignore[arg-type]
    assert f'data-status="{status}"' in html
    assert "anguage model" in html
    assert ("loading &lt;weights&gt;" in html) == (status != "off")


def test_an_import_names_what_was_linked_and_what_was_not() -> None:
    html = imported(
        ImportReport(("Alien (1979)",), (), ("Fargo (1996)",), ("Nope <i>",), ("line 3: no rating",))
    )
    assert "2 linked" in html
    assert "1 liked, 0 disliked, 1 seen" in html
    assert "Nope &lt;i&gt;" in html
    assert "line 3: no rating" in html
    assert "Could not be read" not in imported(ImportReport(("Alien (1979)",)))


def test_a_long_import_report_is_cut() -> None:
    html = imported(ImportReport(unknown=tuple(f"film {n}" for n in range(500))))
    assert html.count("<li>") == 11
    assert "and 490 more" in html


def test_trouble_is_one_escaped_line() -> None:
    assert trouble("User id '<b>' is malformed.").count("&lt;b&gt;") == 1
