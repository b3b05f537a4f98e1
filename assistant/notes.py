"""Lines beside the picks: what the catalogue cannot tell, what is short, and what keeps most out."""

from __future__ import annotations

from assistant.choosing import Choice
from assistant.phrases import say
from assistant.reading import moods
from assistant.reading.audience import can_tell
from assistant.rooms import Rooms
from assistant.talk import Asked

PICKS = 5


def notes_of(rooms: Rooms, choice: Choice, asked: Asked) -> tuple[str, ...]:
    """Say what the catalogue cannot tell, and what is short and which constraint keeps most out."""
    lang, found, notes = asked.state.lang, len(choice.picks), list[str]()
    if asked.intent.audience and not can_tell(asked.intent.audience, rooms.catalog, rooms.limits):
        notes.append(say(lang, "audience", audience=say(lang, asked.intent.audience)))
    for topic in asked.intent.untold:
        notes.append(say(lang, "unknown column", column=say(lang, f"topic {topic}")))
    if asked.said.unknown and not asked.said.items:
        notes.append(say(lang, "unknown title"))
    if asked.state.query and not (rooms.columns.named or rooms.columns.described):
        notes.append(say(lang, "no words"))
    if asked.state.query and rooms.columns.bare and not moods.topic(asked.state.query):
        notes.append(say(lang, "names alone", query=asked.state.query))
    if choice.repeated:
        notes.append(say(lang, "repeated"))
    elif found < (asked.state.count or PICKS):
        seen = bool(asked.state.shown or asked.state.rejected)
        few = ("few new" if seen else "few") + (" one" if found == 1 else "")
        nothing = "exhausted" if choice.used_up else "nothing"
        notes.append(say(lang, few if found else nothing, n=found))
    if choice.obstacle is not None:
        notes.append(say(lang, "without", name=choice.obstacle.name, n=choice.obstacle.opens))
    return tuple(notes)
