from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest
from fake_assistant import FakeAssistant, FakeReply

from assistant.types import StoredTurn
from assistant.ui.page import Frame, Page, Screen


@pytest.fixture
def page() -> Page:
    return Page(FakeAssistant())


def shown(frame: Frame) -> list[str]:
    return re.findall(r'class="card"[^>]*data-item="([^"]*)"', frame.cards or "")


def opened(page: Page, user: str = "ann") -> Screen:
    screen = page.load({"user": user}).screen
    assert screen is not None
    return screen


def test_a_newcomer_gets_a_name_picks_and_first_steps(page: Page) -> None:
    frame = page.load(None)
    assert frame.screen is not None
    assert frame.screen.user.startswith("guest-")
    assert frame.screen.heading.startswith("Start here")
    assert len(shown(frame)) == 8
    assert frame.messages == []
    assert "Nothing learned yet" in (frame.taste or "")


def test_reading_comes_first_then_cards_then_prose_piece_by_piece(page: Page) -> None:
    frames = list(page.chat("something dark", [], opened(page)))
    assert frames[0].messages is not None
    assert frames[0].messages[-1]["metadata"]["status"] == "pending"
    assert frames[0].text == ""
    assert [frame.busy for frame in frames if frame.busy is not None] == [True, False]
    assert frames[-1].busy is False
    assert frames[0].cards is None
    assert frames[1].cards is not None
    assert frames[1].messages is None
    prose = [f.messages[-1]["content"] for f in frames[2:] if f.messages]
    assert len(prose) > 3
    assert all(later.startswith(sooner) for sooner, later in pairwise(prose))
    assert all(frame.cards is None and frame.screen is None for frame in frames[2:])


def test_a_reload_brings_the_conversation_and_its_cards_back(page: Page) -> None:
    frames = list(page.chat("something dark", [], opened(page)))
    screen = frames[1].screen
    assert screen is not None
    again = page.load({"user": screen.user, "session": screen.session})
    assert again.screen is not None
    assert again.screen.session == screen.session
    assert [m["role"] for m in again.messages or []] == ["user", "assistant"]
    assert sorted(shown(again)) == sorted(screen.items)


@pytest.mark.parametrize(
    "remembered", [{"user": "ann", "session": "gone"}, {"user": "../x"}, {"user": 7}, {}]
)
def test_what_a_browser_remembers_wrongly_never_breaks_the_page(
    page: Page, remembered: dict[str, object]
) -> None:
    assert page.load(remembered).screen is not None


def test_a_like_moves_cards_and_panel_and_twice_keeps_one(page: Page) -> None:
    screen = opened(page)
    first = page.press("like", "8", [], screen)
    assert shown(first).index("8") < list(screen.items).index("8")
    assert "You liked Contact (1997)" in (first.taste or "")
    assert first.screen is not None
    second = page.press("like", "8", [], first.screen)
    assert page.assistant.stances("ann") == {"8": "like"}
    assert shown(second) == shown(first)
    third = page.press("clear", "8", [], first.screen)
    assert page.assistant.stances("ann") == {}
    assert shown(third) == list(screen.items)


@pytest.mark.parametrize("kind", ["dislike", "hide"])
def test_a_disliked_or_hidden_card_leaves_says_so_and_comes_back(page: Page, kind: str) -> None:
    screen = opened(page)
    frame = page.press(kind, screen.items[2], [], screen)
    assert frame.screen is not None
    assert screen.items[2] not in shown(frame)
    assert len(shown(frame)) == 7
    assert "left the list" in (frame.cards or "")
    back = page.press("clear", screen.items[2], [], frame.screen)
    assert set(shown(back)) == set(screen.items)


def test_more_like_this_replaces_the_cards_with_a_line_in_the_chat(page: Page) -> None:
    frame = page.press("more", "1", [{"role": "user", "content": "hi"}], opened(page))
    assert frame.screen is not None
    assert frame.screen.heading == "More like Alien (1979)"
    assert "1" not in shown(frame)
    assert "like Alien (1979)" in (frame.messages or [])[-1]["content"]


def test_fresh_returns_to_the_best_for_the_person(page: Page) -> None:
    screen = opened(page)
    page.press("like", "4", [], screen)
    frame = page.press("fresh", "", [], screen)
    assert "4" not in shown(frame)
    assert len(shown(frame)) == 8


def test_an_unknown_item_gives_a_line_not_a_crash(page: Page) -> None:
    frame = page.press("like", "nope", [], opened(page))
    assert "No item &#x27;nope&#x27;" in (frame.cards or "")
    assert frame.screen is None


def test_another_person_has_another_page_and_a_bad_name_is_refused(page: Page) -> None:
    screen = opened(page)
    list(page.chat("hello", [], screen))
    other = page.switch(" ben ", screen)
    assert other.screen is not None
    assert other.screen.user == "ben"
    assert other.messages == []
    back = page.switch("ann", other.screen)
    assert len(back.messages or []) == 2
    refused = page.switch("<b>/..", screen)
    assert refused.screen == screen
    assert "malformed" in (refused.report or "")
    assert refused.users is not None
    assert refused.users[0] == "ann"


def test_a_new_conversation_is_empty_and_survives_a_reload(page: Page) -> None:
    screen = list(page.chat("hello", [], opened(page)))[1].screen
    assert screen is not None
    fresh = page.renew(screen)
    assert fresh.messages == []
    assert fresh.screen is not None
    assert fresh.screen.session is None
    assert page.load({"user": "ann", "session": ""}).messages == []


def test_an_earlier_conversation_can_be_taken_up_again(page: Page) -> None:
    screen = list(page.chat("something dark", [], opened(page)))[1].screen
    assert screen is not None
    talks = page.renew(screen).talks
    assert talks == (("something dark", screen.session),)
    assert len(page.resume(screen.session, screen).messages or []) == 2
    assert "no session" in (page.resume("gone", screen).report or "")


@pytest.mark.parametrize(
    "text", ["", "  \n", "x" * 100_000, "a\x00b", "🎬🎬", "\ud800", "<img src=x onerror=a()>"]
)
def test_bad_text_keeps_every_frame_paintable(page: Page, text: str) -> None:
    for frame in page.chat(text, [], opened(page)):
        json.dumps([frame.messages, frame.cards, frame.taste], ensure_ascii=False).encode()
        assert "<img" not in str(frame.messages)


def test_an_assistant_that_breaks_ends_the_turn_with_a_line() -> None:
    class Broken(FakeAssistant):
        def chat(self, user_id: str, text: str, session_id: str | None = None) -> FakeReply:
            raise RuntimeError("boom")

    broken = Page(Broken())
    last = list(broken.chat("hello", [], opened(broken)))[-2]
    assert last.messages is not None
    assert "Something went wrong" in last.messages[-1]["content"]
    assert "boom" not in last.messages[-1]["content"]


def test_history_is_imported_and_reported(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "ratings.csv"
    path.write_text("title,rating\nAlien,5\nNope,4\n", encoding="utf-8")
    frame = page.take_history(path, opened(page))
    assert "1 linked" in (frame.report or "")
    assert "Nope" in (frame.report or "")
    assert "Alien" in (frame.taste or "")
    path.write_text("nonsense\n1\n", encoding="utf-8")
    assert "no column" in (page.take_history(path, opened(page)).report or "")


def test_a_turn_without_picks_keeps_the_cards_of_the_one_before(page: Page) -> None:
    assistant = page.assistant
    assert isinstance(assistant, FakeAssistant)
    turns = [StoredTurn(1, "s", "dark", "r", ("2", "3"), 1.0), StoredTurn(2, "s", "thanks", "r", (), 2.0)]
    assistant.kept["ann"] = {"s": turns}
    frame = page.load({"user": "ann", "session": "s"})
    assert sorted(shown(frame)) == ["2", "3"]
    assert frame.screen is not None
    assert frame.screen.heading == "For “dark”"
