"""The tuned model's form of a reading: one short JSON object, empty slots left out.

    {"move":"ask","like":["Alien"],"avoid":["Horror"],"range":{"year":"90s"}}

Keys are words of one token each, facet values go without their column, numbers stay as they were said
(`prompts.terms`), and numeric columns stand beside values in `more` and `less`. It takes 6 to 30 tokens.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from prompts import terms

KEYS = {
    "liked": "like",
    "disliked": "hate",
    "seen": "seen",
    "about": "about",
    "people": "by",
    "not_people": "not",
}
MOVES = ("ask", "refine", "critique", "compare", "why", "rate", "reset", "chat", "off-topic", "unsafe")
AUDIENCES = ("kids", "family", "teens", "adults")
LISTED = 40  # values of one facet that the prompt shows; the schema takes more
ENUM = 600  # values of all facets up to which the schema holds an answer to them
SLOTS = ("audience", "count", "query", "people")  # what may be withdrawn besides columns and values


@dataclass(frozen=True)
class Columns:
    """Say what the catalogue at hand can be asked for.

    Attributes:
        facets: Facet -> values, people left out.
        people: Columns that hold people.
        numbers: Numeric column -> unit, empty where it has none.
    """

    facets: Mapping[str, Sequence[str]]
    people: tuple[str, ...] = ()
    numbers: Mapping[str, str] = field(default_factory=dict)

    def facet_of(self, value: str) -> list[tuple[str, str]]:
        """Return (facet, value as spelled) for each facet that has `value`, whatever its case."""
        low = value.casefold()
        return [(f, v) for f, values in self.facets.items() for v in values if v.casefold() == low]


def describe(columns: Columns) -> str:
    """Return the columns for the prompt, one a line."""
    lines = []
    for facet, values in columns.facets.items():
        more = ", ..." if len(values) > LISTED else ""
        lines.append(f"{facet}: {', '.join(values[:LISTED])}{more}")
    lines += [f"{name}: people" for name in columns.people]
    lines += [f"{name}: number{f', {unit}' if unit else ''}" for name, unit in columns.numbers.items()]
    return "\n".join(lines)


def schema(columns: Columns) -> dict[str, Any]:
    """Return the JSON schema of an answer; its enums are the columns and values of the catalogue."""
    values = sorted({value for known in columns.facets.values() for value in known})
    value: dict[str, Any] = {"type": "string", "maxLength": 60}
    shift, drop = value, value
    if len(values) <= ENUM:
        shift = {"type": "string", "enum": [*values, *columns.numbers]}
        drop = {
            "type": "string",
            "enum": [*dict.fromkeys((*values, *columns.facets, *columns.numbers, *SLOTS))],
        }
        value = {"type": "string", "enum": values} if values else value
    text = {"type": "string", "maxLength": 80}
    number = {"type": "string", "pattern": f"^{terms.PATTERN}$"}
    ranges = _object(dict.fromkeys(columns.numbers, number))
    same = _object({name: {"type": "string", "maxLength": 40} for name in (*columns.facets, *columns.people)})
    properties: dict[str, Any] = {"move": {"type": "string", "enum": list(MOVES)}}
    properties |= {key: _list(text) for key in ("like", "hate", "seen", "about")}
    properties |= {key: _list(value) for key in ("want", "any", "avoid")}
    properties |= {key: _list(shift) for key in ("more", "less")}
    properties |= {key: _list(text) for key in ("by", "not") if columns.people}
    properties |= {"range": ranges, "except": ranges} if columns.numbers else {}
    properties |= {"same": same, "for": {"type": "string", "enum": list(AUDIENCES)}}
    properties |= {
        "count": {"type": "integer", "minimum": 1, "maximum": 50},
        "query": text,
        "drop": _list(drop),
    }
    return _object(properties) | {"required": ["move"]}


def _list(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": item, "minItems": 1, "maxItems": 5}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "additionalProperties": False}


def encode(move: str, slots: Mapping[str, Any], said: Mapping[str, Any]) -> str:
    """Return the answer that the model should give.

    Args:
        move: The move.
        slots: The labelled slots.
        said: Titles, people and numbers as the message words them: title and people slots -> texts,
            `ranges` and `not_ranges` -> column -> term.
    """
    answer: dict[str, Any] = {"move": move}
    answer |= {KEYS[slot]: list(said.get(slot, ())) for slot in ("liked", "disliked", "seen", "about")}
    answer["any" if slots.get("match_any") else "want"] = _flat(slots.get("wanted"))
    answer["avoid"] = _flat(slots.get("unwanted"))
    toward = slots.get("toward") or {}
    for key, side in (("more", "higher"), ("less", "lower")):
        answer[key] = [*_flat(slots.get(key)), *(column for column, to in toward.items() if to == side)]
    answer |= {KEYS[slot]: list(said.get(slot, ())) for slot in ("people", "not_people")}
    answer |= {"range": dict(said.get("ranges", {})), "except": dict(said.get("not_ranges", {}))}
    answer |= {
        "same": dict(slots.get("same") or {}),
        "for": slots.get("audience"),
        "count": slots.get("count"),
    }
    answer |= {"query": slots.get("query"), "drop": [_last(v) for v in slots.get("withdrawn") or ()]}
    return json.dumps({k: v for k, v in answer.items() if v}, ensure_ascii=False, separators=(",", ":"))


def _flat(facets: Mapping[str, Iterable[str]] | None) -> list[str]:
    return [value for values in (facets or {}).values() for value in values]


def _last(withdrawn: str) -> str:
    """Return `Horror` for `genres:Horror|genres`."""
    return withdrawn.split("|")[0].split(":")[-1]


def decode(answer: str, columns: Columns, numbers: Iterable[float] | None = None) -> dict[str, Any]:
    """Return the slots that an answer means, by the names of `docs/CASES.md`; what means nothing is left out.

    Args:
        answer: What the model wrote.
        columns: The columns of the catalogue.
        numbers: Numbers that the message says; a range with another one is left out. None takes any.

    Raises:
        ValueError: When the answer is no JSON object or has no known move.
    """
    data = json.loads(answer)
    if not isinstance(data, dict) or data.get("move") not in MOVES:
        raise ValueError(f"no reading: {answer[:80]}")
    slots: dict[str, Any] = {"move": data["move"]}
    slots |= {slot: tuple(_texts(data.get(key))) for slot, key in KEYS.items()}
    either = _by_facet(_texts(data.get("any")), columns)
    slots["wanted"] = either or _by_facet(_texts(data.get("want")), columns)
    slots["match_any"] = sum(map(len, either.values())) > 1
    slots["unwanted"] = _by_facet(_texts(data.get("avoid")), columns)
    slots["toward"] = {}
    for key, side in (("more", "higher"), ("less", "lower")):
        words = _texts(data.get(key))
        slots[key] = _by_facet(words, columns)
        slots["toward"] |= {word: side for word in words if word in columns.numbers}
    for slot, key in (("ranges", "range"), ("not_ranges", "except")):
        slots[slot] = _bounds(data.get(key), columns, None if numbers is None else set(numbers))
    same = data["same"] if isinstance(data.get("same"), dict) else {}
    slots["same"] = {name: text for name, text in same.items() if isinstance(text, str) and text}
    slots |= {"audience": data["for"]} if data.get("for") in AUDIENCES else {}
    count = data.get("count")
    slots |= {"count": count} if isinstance(count, int) and not isinstance(count, bool) and count > 0 else {}
    slots["query"] = data["query"] if isinstance(data.get("query"), str) else ""
    slots["withdrawn"] = tuple(_withdrawn(_texts(data.get("drop")), columns))
    return slots


def _texts(found: Any) -> list[str]:
    texts = found if isinstance(found, list) else []
    return list(dict.fromkeys(text.strip() for text in texts if isinstance(text, str) and text.strip()))


def _by_facet(values: Sequence[str], columns: Columns) -> dict[str, tuple[str, ...]]:
    facets: dict[str, tuple[str, ...]] = {}
    for word in values:
        for facet, value in columns.facet_of(word):
            facets[facet] = (*facets.get(facet, ()), value)
    return facets


def _bounds(found: Any, columns: Columns, numbers: set[float] | None) -> dict[str, terms.Bounds]:
    pairs = found.items() if isinstance(found, dict) else ()
    read = {
        name: terms.bounds(term, name, columns.numbers[name])
        for name, term in pairs
        if name in columns.numbers and isinstance(term, str) and _said(term, numbers)
    }
    return {name: bounds for name, bounds in read.items() if bounds is not None}


def _said(term: str, numbers: set[float] | None) -> bool:
    """Say whether the message has every number of a term; 1990 may stand for 90, and 90 for 1990."""
    if numbers is None:
        return True
    ends = {number % 100 for number in numbers}
    return all(float(n) in numbers or float(n) % 100 in ends for n in terms.numbers_in(term))


def _withdrawn(words: Sequence[str], columns: Columns) -> Iterable[str]:
    known = {*columns.facets, *columns.people, *columns.numbers, *SLOTS}
    for word in words:
        facets = columns.facet_of(word)
        if word in known:
            yield word
        elif facets:
            yield f"{facets[0][0]}:{facets[0][1]}"
