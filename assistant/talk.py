"""Moves that ask for no new picks: why, compare, rate, small talk; what they are about and what is said."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from assistant import answers, asking, choosing, scoring
from assistant.answers import Place
from assistant.dialogue import DialogueState
from assistant.people import People, Person
from assistant.phrases import Lang, say
from assistant.reading.said import Said
from assistant.rooms import Rooms
from assistant.scoring import Request
from assistant.types import Event, Intent, Pick

TALKS = ("chat", "off-topic", "unsafe", "why", "compare", "rate")
COUNTERED = 2  # items whose place without an event is worked out; each costs a new adaptation


@dataclass(frozen=True)
class Talked:
    """An answer, and the items it is about."""

    prose: str
    about: list[Pick] = field(default_factory=list)


@dataclass(frozen=True)
class Asked:
    """One message and who asks.

    Attributes:
        user_id: Who.
        person: What is known of them.
        state: What stands in the session.
        intent: How the message was read.
        said: The items it speaks of.
        text: The message.
    """

    user_id: str
    person: Person
    state: DialogueState
    intent: Intent
    said: Said
    text: str


def talk(rooms: Rooms, people: People, asked: Asked) -> Talked:
    """Answer from facts alone."""
    move, lang, said = asked.intent.move, asked.state.lang, asked.said
    if move in ("chat", "off-topic", "unsafe"):
        return Talked(answers.small_talk(asked.text, move, lang))
    if move == "rate":
        prose = answers.rated(said, lambda item: rooms.catalog.item(rooms.row(item)).label, lang)
        return Talked(prose, _scored(rooms, asked, said.items))
    items = said.items or _meant(asked)
    if move == "compare" and len(items) < 2:
        items = tuple(dict.fromkeys((*items, *asked.state.last)))[: answers.TABLED]
    if not items:
        return Talked(say(lang, _trouble(asked)))
    picks = _scored(rooms, asked, items)
    ordered = sorted(picks, key=lambda pick: items.index(pick.item_id))
    if move == "compare" and len(picks) > 1:
        return Talked(answers.compare(ordered, asked.text, rooms.catalog, lang), ordered)
    if move == "why" and _is_about_facts(rooms, asked):
        return Talked(answers.facts(ordered, asked.text, rooms.catalog, lang), ordered)
    places = {p.item_id: place for p in ordered[:COUNTERED] if (place := place_of(rooms, people, asked, p))}
    return Talked(answers.why(ordered, places, lang), ordered)


def _meant(asked: Asked) -> tuple[str, ...]:
    """Return the items that a question without a title means: the last picks."""
    return () if asked.said.unknown else asked.state.last


def _trouble(asked: Asked) -> str:
    if asked.said.unknown:
        return "unknown title"
    return "which item" if asked.state.last else "nothing shown"


def _is_about_facts(rooms: Rooms, asked: Asked) -> bool:
    """Say whether facts are asked for: a column, or in general ("tell me about it"), and no reason."""
    return not asking.wants_reasons(asked.text)


def _scored(rooms: Rooms, asked: Asked, items: tuple[str, ...]) -> list[Pick]:
    rows = [rooms.row(item) for item in items]
    return choosing.score_items(rooms, asked.person, rows, asked.state)


def place_of(rooms: Rooms, people: People, asked: Asked, pick: Pick) -> Place | None:
    """Return where a pick would stand without the event that moves it most; None where no event does.

    The person is adapted anew without the event, and the session's candidates are ranked again.
    """
    events = {_key(event): event for event in asked.person.events}
    moving = [r for r in pick.reasons if r.kind in ("like", "dislike", "say") and abs(r.weight) >= 0.005]
    if not moving:
        return None
    strongest = max(moving, key=lambda reason: abs(reason.weight))
    event = next((e for key, e in events.items() if _stems(strongest.item_id, strongest.text, e)), None)
    if event is None:
        return None
    without = people.without(asked.user_id, event.item_id, event.text)
    now = _place(rooms, asked, asked.person, asked.person, pick)
    then = _place(rooms, asked, without, asked.person, pick)
    return Place(_in_words(rooms, event, asked.state.lang), now, then)


def _key(event: Event) -> tuple[str | None, str]:
    return event.item_id, event.text


def _stems(item_id: str | None, text: str, event: Event) -> bool:
    return event.item_id == item_id if item_id is not None else event.item_id is None and event.text in text


def _in_words(rooms: Rooms, event: Event, lang: Lang) -> str:
    label = rooms.catalog.item(rooms.row(event.item_id)).label if event.item_id is not None else ""
    return say(lang, f"your {event.kind}", label=label, text=event.text)


def _place(rooms: Rooms, asked: Asked, person: Person, real: Person, pick: Pick) -> int:
    """Return the place of a pick among the session's candidates that the person does not know, from 1."""
    row, last = rooms.row(pick.item_id), {rooms.row(item) for item in asked.state.last}
    gone = {rooms.row(item) for item in (*asked.state.rejected, *asked.state.shown)} - last
    pool = scoring.pool_of(rooms, real, asked.state)
    rivals = np.array([r for r in pool if r != row and r not in gone and r not in real.known], np.int64)
    rows = np.concatenate([[row], rivals]).astype(np.int64)
    totals = scoring.score(rooms, person, Request.of(asked.state, rooms.columns), rows, rows).total()
    return 1 + int(np.count_nonzero(totals[1:] > totals[0]))
