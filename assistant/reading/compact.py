"""Reading by the tuned model: its short answer to an Intent, held against the sentence and the catalogue."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from weakref import WeakKeyDictionary

from pydantic import ValidationError
from rapidfuzz import fuzz

from assistant.errors import EngineError
from assistant.intents import REFERENCE, Intent
from assistant.llm import ChatModel
from assistant.reading.columns import Columns
from assistant.reading.message import plain_of
from assistant.reading.numerals import NUMBER, value_of
from assistant.types import Usage
from prompts import compact
from prompts.template import Message, Prompt

log = logging.getLogger(__name__)
SAID = 82.0  # fuzz.partial_ratio from which words count as said; typos pass, other words do not
TITLES = ("liked", "disliked", "seen", "about")
DECADES = {
    **{"twenties": 20, "thirties": 30, "forties": 40, "fifties": 50},
    **{"sixties": 60, "seventies": 70, "eighties": 80, "nineties": 90},
}
_SHORT: WeakKeyDictionary[Columns, tuple[compact.Columns, dict[str, Any]]] = WeakKeyDictionary()


def short_of(columns: Columns) -> tuple[compact.Columns, dict[str, Any]]:
    """Return the columns as the prompt lists them, and the schema of an answer; built once a catalogue."""
    if columns not in _SHORT:
        units = {name: number.unit for name, number in columns.numbers.items()}
        short = compact.Columns(columns.facets, tuple(columns.people), units)
        _SHORT[columns] = (short, compact.schema(short))
    return _SHORT[columns]


def messages_of(prompt: Prompt, columns: compact.Columns, shown: int, text: str) -> list[Message]:
    """Return the messages that ask the tuned model to read `text`, with `shown` picks on the screen.

    The labels of the picks are left out: what is said of them is a place or a title, which code resolves, and
    their thirty tokens would cost a third of a second to read.
    """
    return prompt.render({"columns": compact.describe(columns), "shown": str(shown), "text": text})


def propose(
    llm: ChatModel, prompt: Prompt, text: str, columns: Columns, shown: Sequence[str], usage: Usage
) -> Intent | None:
    """Ask the tuned model to read one message; None where there is no usable answer.

    Args:
        llm: The tuned model.
        prompt: The intent prompt made for it.
        text: The message, cleaned.
        columns: The columns of the catalogue.
        shown: Labels of the last picks.
        usage: Counts the call.
    """
    short, schema = short_of(columns)
    messages = messages_of(prompt, short, len(shown), text)
    try:
        answer = llm.complete_json(messages, schema, usage, prompt.meta.max_tokens)
        slots = compact.decode(answer, short, numbers_of(text))
        return Intent.model_validate({**slots, "source": "llm"})
    except (EngineError, ValueError, ValidationError) as error:
        log.warning("The intent was read by rules: %s", error)
        return None


def checked(read: Intent, text: str, columns: Columns, shown: Sequence[str]) -> Intent:
    """Return what the sentence bears out of a reading.

    Titles and people must have been said, references must point at something shown, people and columns
    stand in the catalogue, and nothing is wanted and unwanted at once. Numbers were looked up before.
    """
    low, numbers = text.casefold(), numbers_of(text)
    slots: dict[str, Any] = {
        slot: tuple(t for t in getattr(read, slot) if _stands(t, low, shown)) for slot in TITLES
    }
    known = {name.casefold(): name for names in columns.people.values() for name in names}
    for slot in ("people", "not_people"):
        slots[slot] = tuple(found for name in getattr(read, slot) if (found := _known(name, known, low)))
    slots["wanted"] = _without(read.wanted, read.unwanted)
    slots["more"] = _without(read.more, read.less)
    columns_here = {*columns.facets, *columns.people}
    slots["same"] = {c: t for c, t in read.same.items() if c in columns_here and _stands(t, low, shown)}
    slots["count"] = read.count if read.count is None or _counted(read.count, numbers, low) else None
    slots["query"] = read.query if _words_stand(read.query, low) else ""
    return read.changed(**slots)


def numbers_of(text: str) -> set[float]:
    """Return the numbers that a message says in digits or words: 90 for "the nineties", 50 for 五十块."""
    plain = plain_of(text)
    found = {value_of(match.group()) for match in re.finditer(NUMBER, plain)}
    decades = {float(tens) for word, tens in DECADES.items() if word in plain}
    return {value for value in found if value is not None} | decades


def _stands(title: str, low: str, shown: Sequence[str]) -> bool:
    if REFERENCE.fullmatch(title):
        place = re.fullmatch(r"#-?(\d+)", title)
        return bool(shown) and (place is None or int(place[1]) <= len(shown))
    said = title.casefold()
    return len(said) <= len(low) and fuzz.partial_ratio(said, low) >= SAID


def _known(name: str, known: Mapping[str, str], low: str) -> str | None:
    """Return a person as the catalogue spells them, if the sentence names them."""
    if fuzz.partial_ratio(name.casefold(), low) < SAID:
        return None
    best = max(known, key=lambda other: fuzz.ratio(name.casefold(), other), default="")
    return known[best] if best and fuzz.ratio(name.casefold(), best) >= SAID else None


def _without(
    facets: Mapping[str, Iterable[str]], taken: Mapping[str, Iterable[str]]
) -> dict[str, tuple[str, ...]]:
    kept = {f: tuple(v for v in values if v not in tuple(taken.get(f, ()))) for f, values in facets.items()}
    return {facet: values for facet, values in kept.items() if values}


def _counted(count: int, numbers: set[float], low: str) -> bool:
    return float(count) in numbers or (count == 2 and "couple" in low) or (count == 1 and "one" in low)


def _words_stand(query: str, low: str) -> bool:
    """Say whether at least four fifths of the words of `query` stand in the sentence."""
    words = query.casefold().split()
    return bool(words) and sum(word.strip(".,!?'\"")[:6] in low for word in words) >= 0.8 * len(words)
