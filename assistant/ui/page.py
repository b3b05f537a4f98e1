"""What each press and message on the page does, as frames to paint; no widgets here."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, Any, cast

from assistant.errors import PalateError
from assistant.homes.domain import Greeting
from assistant.types import ItemKind, Pick, StoredTurn
from assistant.ui import taste_view, views
from assistant.ui.markup import clean, said_by_palate, said_by_person

if TYPE_CHECKING:
    from assistant.agent import Assistant

log = logging.getLogger(__name__)

CARDS = 8
SIMILAR = 6
TALKS = 12
OFF_LIST = ("dislike", "hide")
READING = "Reading your message"
FOR_YOU = "Best for you now"
FOR_REQUEST = "For “"
NEWCOMER = "Start here: like what you know"
BROKEN = "Something went wrong while answering; the log of Palate has the reason. Please try again."

Message = dict[str, Any]


@dataclass(frozen=True)
class Screen:
    """What one browser tab shows.

    Attributes:
        user: Who is here.
        session: Conversation, None until the first message is sent.
        items: Item ids on the list of cards, in order.
        heading: Line above the cards.
    """

    user: str = ""
    session: str | None = None
    items: tuple[str, ...] = ()
    heading: str = FOR_YOU

    @property
    def request(self) -> str | None:
        """Session whose request the cards answer; None where they show something else."""
        return self.session if self.heading.startswith(FOR_REQUEST) else None


@dataclass(frozen=True)
class Frame:
    """One update of the page; None leaves a part as it is.

    Attributes:
        screen: State of the tab.
        messages: The whole conversation.
        cards: HTML of the list of cards.
        taste: HTML of the taste panel.
        report: HTML of the line about an import or a refused name.
        text: Content of the message box.
        busy: True while a message is being answered; no other can be sent then.
        users: Names to choose from; the first is who is here.
        talks: Earlier conversations to choose from, as (first message, session id), latest first.
    """

    screen: Screen | None = None
    messages: list[Message] | None = None
    cards: str | None = None
    taste: str | None = None
    report: str | None = None
    text: str | None = None
    busy: bool | None = None
    users: tuple[str, ...] | None = None
    talks: tuple[tuple[str, str], ...] | None = None


class Page:
    """Turn presses and messages into frames.

    Args:
        assistant: Who answers.
    """

    def __init__(self, assistant: Assistant, greeting: Greeting | None = None) -> None:
        self.assistant, self.greeting = assistant, greeting or Greeting()

    def load(self, remembered: Mapping[str, Any] | None) -> Frame:
        """Return the page as this browser left it; a newcomer gets a name of their own."""
        remembered = remembered or {}
        user = str(remembered.get("user") or "") or f"guest-{uuid.uuid4().hex[:6]}"
        session = str(remembered.get("session") or "") or None
        try:
            return self._open(user, session)
        except PalateError:
            log.warning("The browser remembers a person or a session that the store does not know.")
            return self._open(f"guest-{uuid.uuid4().hex[:6]}", None)

    def switch(self, name: str | None, screen: Screen) -> Frame:
        """Return the page of another person, with their latest conversation; refuse a malformed name."""
        name = (name or "").strip()
        try:
            if not name or name == screen.user:
                return Frame(screen=screen, users=self._users(screen.user), report="")
            return self._open(name, next(iter(self.assistant.sessions(name)), None))
        except PalateError as error:
            return Frame(screen=screen, users=self._users(screen.user), report=views.trouble(str(error)))

    def resume(self, session: str | None, screen: Screen) -> Frame:
        """Return an earlier conversation of the same person."""
        try:
            return self._open(screen.user, session)
        except PalateError as error:
            return Frame(report=views.trouble(str(error)))

    def renew(self, screen: Screen) -> Frame:
        """Return an empty conversation for the same person."""
        return self._open(screen.user, None)

    def chat(self, text: str, messages: list[Message], screen: Screen) -> Iterator[Frame]:
        """Yield the page while a message is read, when its picks are there, and as the prose comes in."""
        text = text or ""
        shown = [*messages, _message("user", said_by_person(text))] if text.strip() else messages
        waiting = {**_message("assistant", ""), "metadata": {"title": READING, "status": "pending"}}
        yield Frame(messages=[*shown, waiting], text="", busy=True)
        try:
            yield from self._answer(text, shown, screen)
        except PalateError as error:
            yield Frame(messages=[*shown, _message("assistant", said_by_palate(str(error)))])
        except Exception:
            log.exception("A turn failed.")
            yield Frame(messages=[*shown, _message("assistant", BROKEN)])
        yield Frame(busy=False)

    @staticmethod
    def answered(messages: list[Message]) -> list[Message]:
        """Return a conversation whose buttons are gone: one of them was pressed."""
        return [{k: v for k, v in message.items() if k != "options"} for message in messages]

    def press(self, kind: str, item_id: str, messages: list[Message], screen: Screen) -> Frame:
        """Return the page after a button of a card was pressed."""
        try:
            if kind == "fresh":
                return self._fresh(screen)
            if kind == "more":
                return self._more_like(item_id, messages, screen)
            if kind == "allow":
                return self._allow(item_id, screen)
            return self._feedback(kind, item_id, screen)
        except PalateError as error:
            return Frame(cards=self._cards(screen, notices=(str(error),)))

    def take_history(self, path: Path, screen: Screen) -> Frame:
        """Return the page after a CSV of titles and ratings was read."""
        try:
            report = self.assistant.import_history(screen.user, path)
        except PalateError as error:
            return Frame(report=views.trouble(str(error)))
        frame = self._fresh(screen)
        return replace(frame, report=views.imported(report), users=self._users(screen.user))

    def llm(self) -> str:
        """Return the HTML of the language model's state."""
        return views.llm(self.assistant.llm_state())

    def _open(self, user: str, session: str | None) -> Frame:
        turns = self.assistant.turns(user, session) if session else []
        taste = self.assistant.taste(user)
        screen = self._restored(Screen(user, session), turns, newcomer=not taste.n_events)
        messages = [message for turn in turns for message in _messages(turn)]
        cards, panel, users = self._cards(screen), taste_view.panel(taste), self._users(user)
        return Frame(
            screen, messages, cards, panel, report="", busy=False, users=users, talks=self._talks(user)
        )

    def _restored(self, screen: Screen, turns: Sequence[StoredTurn], newcomer: bool) -> Screen:
        last = next((turn for turn in reversed(turns) if turn.picks), None)
        if last is not None:
            return replace(screen, items=last.picks, heading=_heading(last.text))
        items = _ids(self.assistant.recommend(screen.user, CARDS))
        return replace(screen, items=items, heading=NEWCOMER if newcomer else FOR_YOU)

    def _answer(self, text: str, shown: list[Message], screen: Screen) -> Iterator[Frame]:
        reply = self.assistant.chat(screen.user, text, screen.session)
        picks = reply.recommendations
        screen = replace(screen, session=reply.session_id or screen.session)
        if picks:
            screen = replace(screen, items=_ids(picks), heading=_heading(text))
        taste = taste_view.panel(self.assistant.taste(screen.user))
        cards = self._cards(screen, picks) if picks else None
        yield Frame(screen=screen, cards=cards, taste=taste)
        prose = ""
        for piece in reply:
            prose += piece
            yield Frame(messages=[*shown, _message("assistant", said_by_palate(prose))])
        if reply.options:
            buttons = [{"label": clean(option.label), "value": option.text} for option in reply.options]
            yield Frame(
                messages=[*shown, {**_message("assistant", said_by_palate(prose)), "options": buttons}]
            )
        yield Frame(users=self._users(screen.user), talks=self._talks(screen.user))

    def _feedback(self, kind: str, item_id: str, screen: Screen) -> Frame:
        taste = self.assistant.feedback(screen.user, item_id, cast(ItemKind, kind), screen.session)
        items = screen.items if item_id in screen.items else (*screen.items, item_id)
        ranked = self.assistant.picks(screen.user, items, screen.request)
        gone = next((p for p in ranked if p.item_id == item_id and kind in OFF_LIST), None)
        kept = [pick for pick in ranked if pick is not gone]
        screen = replace(screen, items=_ids(kept))
        cards = self._cards(screen, kept, left=gone)
        return Frame(screen=screen, cards=cards, taste=taste_view.panel(taste))

    def _allow(self, what: str, screen: Screen) -> Frame:
        """Delete a standing dislike, given as "facet:value"."""
        facet, _, value = what.partition(":")
        taste = self.assistant.allow(screen.user, facet, value)
        return Frame(taste=taste_view.panel(taste))

    def _more_like(self, item_id: str, messages: list[Message], screen: Screen) -> Frame:
        label = self.assistant.explain(screen.user, item_id).label
        picks = self.assistant.similar(screen.user, item_id, SIMILAR)
        screen = replace(screen, items=_ids(picks), heading=f"More like {label}")
        line = _message(
            "assistant", said_by_palate(f"The cards now show what is like {label}, ranked for you.")
        )
        return Frame(screen=screen, cards=self._cards(screen, picks), messages=[*messages, line])

    def _fresh(self, screen: Screen) -> Frame:
        picks = self.assistant.recommend(screen.user, CARDS)
        screen = replace(screen, items=_ids(picks), heading=FOR_YOU)
        taste = taste_view.panel(self.assistant.taste(screen.user))
        return Frame(screen=screen, cards=self._cards(screen, picks), taste=taste)

    def _cards(
        self,
        screen: Screen,
        picks: Sequence[Pick] | None = None,
        notices: tuple[str, ...] = (),
        left: Pick | None = None,
    ) -> str:
        stances = self.assistant.stances(screen.user)
        if picks is None:
            listed = self.assistant.picks(screen.user, screen.items, screen.request)
            picks = [pick for pick in listed if stances.get(pick.item_id) not in OFF_LIST]
        pictures = self.assistant.pictures([pick.item_id for pick in picks])
        return views.cards(views.CardList(screen.heading, tuple(picks), stances, notices, left, pictures))

    def _talks(self, user: str) -> tuple[tuple[str, str], ...]:
        found = []
        for session in self.assistant.sessions(user)[:TALKS]:
            turns = self.assistant.turns(user, session)
            found += [(_short(turns[0].text), session)] if turns else []
        return tuple(found)

    def _users(self, current: str) -> tuple[str, ...]:
        known = [user for user in reversed(self.assistant.users()) if user != current]
        return (current, *known[:50])


def _ids(picks: Sequence[Pick]) -> tuple[str, ...]:
    return tuple(pick.item_id for pick in picks)


def _heading(text: str) -> str:
    return f"For “{_short(text)}”"


def _short(text: str) -> str:
    return shorten(clean(text[:400]), 60, placeholder="…") or "…"


def _message(role: str, content: str) -> Message:
    return {"role": role, "content": content}


def _messages(turn: StoredTurn) -> list[Message]:
    asked = [_message("user", said_by_person(turn.text))]
    return [*asked, _message("assistant", said_by_palate(turn.reply))] if turn.reply else asked
