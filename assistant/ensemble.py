"""Rules and tuned model together: the rules' reading, completed where they are silent.

The rules are exact where they have a word for what was said, and silent elsewhere; the model has seen
wordings that no rule names, and errs now and then. So it never overrules: it adds titles the linker does not
know, values that merely rank, numbers and wishes for columns the rules left alone, and the move of a message
in which they read nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assistant.columns import Columns
from assistant.compact import checked
from assistant.intents import REFERENCE, Intent, Move
from assistant.message import Span, plain_of
from assistant.reading import lexis_of

TITLES = ("liked", "disliked", "seen", "about")
QUIET: tuple[Move, ...] = ("chat", "off-topic", "unsafe", "reset")  # moves of messages that ask for no picks
Facets = Mapping[str, tuple[str, ...]]


def combine(
    rules: Intent, tuned: Intent, text: str, columns: Columns, titles: Sequence[Span], shown: Sequence[str]
) -> Intent:
    """Return one reading of two.

    Args:
        rules: What the rules read.
        tuned: What the tuned model read, as it answered.
        text: The message.
        columns: The columns of the catalogue.
        titles: Where the linker found items.
        shown: Labels of the last picks.
    """
    model, move = checked(tuned, text, columns, shown), _move(rules, tuned)
    if move in QUIET and move != "reset":
        return rules.changed(move=move, source="llm")
    slots: dict[str, Any] = {"move": move, "source": "llm"}
    slots |= _titles(rules, model, titles, columns)
    slots |= _facets(rules, model, text, columns)
    for slot in ("ranges", "not_ranges", "toward", "same"):
        slots[slot] = {**_left_alone(rules, getattr(model, slot)), **getattr(rules, slot)}
    for slot in ("people", "not_people"):
        named = (*rules.people, *rules.not_people)
        more = tuple(name for name in getattr(model, slot) if name not in named)
        slots[slot] = (*getattr(rules, slot), *more)
    slots["audience"] = rules.audience or model.audience
    slots["count"] = rules.count if rules.count is not None else model.count
    slots["query"] = rules.query or model.query
    return rules.changed(**slots)


def _move(rules: Intent, tuned: Intent) -> Move:
    """Prefer the rules; let the model decide where they read nothing at all."""
    silent = rules.changed(move="ask", query="", source="rules") == Intent()
    return tuned.move if rules.move == "ask" and silent else rules.move


def _titles(rules: Intent, model: Intent, spans: Sequence[Span], columns: Columns) -> dict[str, Any]:
    """Add titles and references that stand in no slot yet and are no part of linked titles or values."""
    found = [span.text.casefold() for span in spans]
    known = (*columns.facets.values(), *columns.people.values())
    words = {value.casefold() for values in known for value in values}
    taken = {title for slot in TITLES for title in getattr(rules, slot)} | set(rules.same.values())
    refers = any(REFERENCE.fullmatch(title) for title in taken)

    def is_new(title: str) -> bool:
        if REFERENCE.fullmatch(title):
            return not refers
        low = title.casefold()
        return len(low) > 1 and low not in words and not any(low in name or name in low for name in found)

    return {
        slot: (*getattr(rules, slot), *(title for title in getattr(model, slot) if is_new(title)))
        for slot in TITLES
    }


def _facets(rules: Intent, model: Intent, text: str, columns: Columns) -> dict[str, Any]:
    """Add values: ruled out where a word for them was said, else as values that rank."""
    plain, vocabulary = plain_of(text), lexis_of(columns).vocabulary
    taken = {(f, v) for facets in _all(rules) for f, values in facets.items() for v in values}

    def new(facets: Facets, said: bool) -> dict[str, tuple[str, ...]]:
        kept = {
            f: tuple(v for v in values if (f, v) not in taken and (not said or vocabulary.says(plain, v)))
            for f, values in facets.items()
        }
        return {facet: values for facet, values in kept.items() if values}

    return {
        "unwanted": _joined(rules.unwanted, new(model.unwanted, said=True)),
        "implied": _joined(new(model.wanted, said=False), rules.implied),
        "more": rules.more or new(model.more, said=True),
        "less": rules.less or new(model.less, said=True),
    }


def _all(intent: Intent) -> tuple[Facets, ...]:
    return intent.wanted, intent.unwanted, intent.more, intent.less, intent.implied


def _joined(first: Facets, second: Facets) -> dict[str, tuple[str, ...]]:
    names = dict.fromkeys((*first, *second))
    return {name: tuple(dict.fromkeys((*first.get(name, ()), *second.get(name, ())))) for name in names}


def _left_alone(rules: Intent, read: Mapping[str, Any]) -> dict[str, Any]:
    """Return the entries for columns of which the rules say nothing."""
    spoken = {*rules.ranges, *rules.not_ranges, *rules.toward, *rules.same, *rules.withdrawn}
    return {column: value for column, value in read.items() if column not in spoken}
