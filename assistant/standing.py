"""What a person never wants, in any session: told apart from "not tonight", kept as events, taken back."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.folding import Facets
from assistant.types import Event, Kind

AVOIDING: tuple[Kind, Kind] = ("avoid", "allow")
NEVER = re.compile(
    r"\b(?:never (?:again|ever|show|give|suggest|recommend|want|like[ds]?|watch|enjoy|any)|always avoid|"
    r"hate[sd]?|detest|loathe|allergic|dislike|in general|can(?:no|')?t (?:stand|bear)|not (?:a|my) fan of|"
    r"(?:don'?t|do not) (?:ever |really |generally )?(?:like|enjoy|want to (?:ever )?see)|could never)\b|"
    r"讨厌|不喜欢|从不|从来不|绝不|永远不|受不了|不爱|最烦|一概不",
    re.I,
)
FOR_NOW = re.compile(
    r"\b(?:tonight|today|right now|for now|this time|at the moment|this evening)\b|"
    r"今晚|今天|这次|这回|现在|暂时",
    re.I,
)


def is_standing(text: str) -> bool:
    """Say whether a message rules things out for good: "I hate horror", not "no horror tonight"."""
    return NEVER.search(text.replace("’", "'")) is not None and FOR_NOW.search(text) is None


def avoided(log: Sequence[Event]) -> Facets:
    """Return facet name -> values that the person never wants.

    Args:
        log: Events of one person, oldest first.
    """
    latest = {event.text: event.kind for event in log if event.kind in AVOIDING}
    found: Facets = {}
    for text, kind in latest.items():
        facet, colon, value = text.partition(":")
        if kind == "avoid" and colon:
            found[facet] = (*found.get(facet, ()), value)
    return found


def events_of(
    facets: Facets, kind: Kind, user_id: str, at: float, session_id: str | None = None
) -> list[Event]:
    """Return one event for each value that is avoided, or allowed again."""
    pairs = [(facet, value) for facet, values in facets.items() for value in values]
    return [Event(user_id, kind, None, f"{facet}:{value}", at, session_id) for facet, value in pairs]


def in_words(event: Event) -> str:
    """Return an event as the taste panel tells it."""
    value = event.text.partition(":")[2]
    return f"You never want {value}" if event.kind == "avoid" else f"You allow {value} again"
