"""Rules and tuned model together: the rules' reading, completed where they are silent.

The rules are exact where they have a word for what was said, and silent elsewhere; the model has seen
wordings that no rule names, and errs now and then. So it never overrules: it says what is thought of titles
that the linker found and the rules left alone, names titles that the linker does not know, adds values,
numbers and wishes for columns the rules left alone, and gives the move where the rules had no word for
it - each only where something for it stands in the message (docs/LOG.md has the figures).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from assistant.intents import REFERENCE, Intent, Move
from assistant.reading.checking import Check
from assistant.reading.columns import Columns
from assistant.reading.compact import checked
from assistant.reading.lexis import lexis_of
from assistant.reading.message import Span, plain_of

TITLES = ("liked", "disliked", "seen", "about")
QUIET: tuple[Move, ...] = ("off-topic", "unsafe")  # moves that only words may give: their price is no answer
CATCH_ALL: tuple[Move, ...] = ("ask", "refine")  # what the rules say of a message whose move has no word
Facets = Mapping[str, tuple[str, ...]]


def combine(
    rules: Intent,
    tuned: Intent,
    text: str,
    columns: Columns,
    titles: Sequence[Span],
    shown: Sequence[str],
    is_title: Callable[[str], bool],
) -> Intent:
    """Return one reading of two.

    Args:
        rules: What the rules read.
        tuned: What the tuned model read, as it answered.
        text: The message.
        columns: The columns of the catalogue.
        titles: Where the linker found items.
        shown: Labels of the last picks.
        is_title: Tells whether words are the whole title of an item.
    """
    model, move = checked(tuned, text, columns, shown), _move(rules, tuned, bool(shown))
    if tuned.move in QUIET:
        return rules.changed(source="llm")
    slots: dict[str, Any] = {
        "move": move,
        "source": "llm",
        **_titles(rules, model, text, titles, columns, is_title),
    }
    slots |= _values(rules, model, text, columns)
    check = Check(text, columns, titles, rules)
    if not _says_a_number(rules):
        slots |= {"ranges": check.ranges(model.ranges), "not_ranges": check.ranges(model.not_ranges)}
        slots |= {"count": check.count(model.count)}
    if not (rules.toward or rules.ranges or rules.more or rules.less or rules.withdrawn):
        slots["toward"] = check.wishes(model.toward)
    slots |= {"same": rules.same or check.same(model.same)}
    if not (rules.people or rules.not_people):
        slots |= {"people": model.people, "not_people": model.not_people}
    slots |= {"audience": rules.audience or check.audience(model.audience)}
    return rules.changed(**slots, query=rules.query or model.query)


def _move(rules: Intent, tuned: Intent, shown: bool) -> Move:
    """Prefer the rules where they had a word for the move; small talk holds no slot.

    That a message asks for nothing in the catalogue the model may not say: it also hears harm in "a film for
    cry", and the price is an answer without any pick.
    """
    if rules.move not in CATCH_ALL or tuned.move in QUIET:
        return rules.move
    silent = rules.changed(move="ask", query="", source="rules") == Intent()
    if tuned.move == "chat":
        return "chat" if silent else rules.move
    return tuned.move if shown or tuned.move not in ("refine", "critique") else rules.move


def _says_a_number(rules: Intent) -> bool:
    """Say whether the rules have read a number; one that the model sees elsewhere is likely the same."""
    return bool(rules.ranges or rules.not_ranges or rules.count is not None or rules.audience)


def _titles(
    rules: Intent,
    model: Intent,
    text: str,
    spans: Sequence[Span],
    columns: Columns,
    is_title: Callable[[str], bool],
) -> dict[str, Any]:
    """Add titles and references that stand in no slot yet and are no part of linked titles or values."""
    found = [span.text.casefold() for span in spans]
    known = (*columns.facets.values(), *columns.people.values())
    words = {value.casefold() for values in known for value in values}
    taken = {title for slot in TITLES for title in getattr(rules, slot)} | set(rules.same.values())
    placed = {title.casefold() for title in taken}
    pointed_at = Check(text, columns, spans, rules).pointed_at
    refers = any(REFERENCE.fullmatch(title) for title in taken)
    given = [title for slot in TITLES for title in getattr(model, slot)]

    def is_new(title: str) -> bool:
        if REFERENCE.fullmatch(title):  # one answer with two opinions of a pick is a guess
            return not refers and title in pointed_at and given.count(title) == 1
        low = title.casefold()
        if any(low in name or name in low for name in placed):
            return False
        linked = any(low in name or name in low for name in found)
        marked = low not in words and (_is_marked(title, text) or is_title(title))
        return low in found or (marked and not linked)

    return {
        slot: (*getattr(rules, slot), *(title for title in getattr(model, slot) if is_new(title)))
        for slot in TITLES
    }


def _is_marked(title: str, text: str) -> bool:
    """Say whether a title stands in quotes, or within a sentence with a capital: else it may be any words."""
    if re.search(rf"[\"'“‘«《]{re.escape(title)}[\"'”’»》]", text):
        return True
    place = text.find(title)
    return place > 0 and text[place - 1].isspace() and title[:1].isupper() and len(title) > 2


def _values(rules: Intent, model: Intent, text: str, columns: Columns) -> dict[str, Any]:
    """Add values for which the message has no word that the rules know, and shifts for which it has one.

    What the rules have no word for is wanted where the message is not in the language of the values; else it
    merely ranks, as the rules would have known its word. Nothing is ruled out without a word for it.
    """
    plain, vocabulary = plain_of(text), lexis_of(columns).vocabulary
    every = (rules.wanted, rules.unwanted, rules.more, rules.less, rules.implied)
    taken = {(f, v) for facets in every for f, values in facets.items() for v in values}
    taken |= {(column, value) for column, _, value in (said.partition(":") for said in rules.withdrawn)}

    def new(facets: Facets, said: bool) -> dict[str, tuple[str, ...]]:
        kept = {
            f: tuple(v for v in values if (f, v) not in taken and vocabulary.says(plain, v) == said)
            for f, values in facets.items()
        }
        return {facet: values for facet, values in kept.items() if values}

    wanted = new(model.wanted, said=False)
    hard = {} if plain.isascii() else {f: v for f, v in wanted.items() if f not in rules.wanted}
    soft = {f: v for f, v in wanted.items() if f not in hard}
    return {
        "wanted": _joined(rules.wanted, hard),
        "implied": _joined(soft, rules.implied),
        "more": rules.more or new(model.more, said=True),
        "less": rules.less or new(model.less, said=True),
    }


def _joined(first: Facets, second: Facets) -> dict[str, tuple[str, ...]]:
    names = dict.fromkeys((*first, *second))
    return {name: tuple(dict.fromkeys((*first.get(name, ()), *second.get(name, ())))) for name in names}
