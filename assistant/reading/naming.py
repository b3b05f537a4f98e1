"""Titles in a message: where they stand, which items they are, and the events they amount to."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from assistant import standing
from assistant.folding import Facets
from assistant.reading.message import Span
from assistant.reading.said import Said
from assistant.types import Event, Intent, Kind
from retriever.catalog import Catalog
from retriever.linking import Linker, Mention

Says = Callable[[str, str], bool]
SURE = 0.66  # confidence from which a mention is acted on
SURE_ALONE = 0.85  # the same for a title that only the LLM saw
WHOLE = 0.95  # confidence from which words are the whole title of an item
CLAUSE = re.compile(r"[.;!?。；！？\n]|\bbut\b|但是?|不过")
PREFERENCE = re.compile(
    r"\bi(?:'m| am)? (?:really |also |always |usually )?(?:love|like|enjoy|prefer|adore|into)\b|"
    r"我(?:很|最|比较|一直|也)?(?:喜欢|爱看|爱听|偏爱)"
)


@dataclass(frozen=True)
class Naming:
    """What the linker found in a message.

    Attributes:
        mentions: Mentions that are sure enough, in order.
        items: Ids of the items that they mean most likely.
    """

    mentions: tuple[Mention, ...]
    items: tuple[str, ...]

    @cached_property
    def titles(self) -> list[Span]:
        """Return where the titles stand."""
        return [Span(m.text, m.start, m.end, item) for m, item in zip(self.mentions, self.items, strict=True)]

    def find(self, title: str, linker: Linker, catalog: Catalog) -> str | None:
        """Return the item that a title of the message means; None where none is near enough."""
        for mention in self.mentions:
            if mention.text == title:
                return catalog.ids[mention.row]
        alone = linker.resolve(title)
        sure = alone is not None and alone.confidence >= SURE_ALONE
        return catalog.ids[alone.row] if alone is not None and sure else None


def events_of(
    user_id: str, session_id: str | None, intent: Intent, said: Said, text: str, says: Says
) -> list[Event]:
    """Return the events that a message amounts to: likes, dislikes, things seen, a preference in words.

    Args:
        user_id: Whose message.
        session_id: Where it was said.
        intent: How it was read.
        said: The items it speaks of.
        text: The message.
        says: Tells whether words name a facet value.
    """
    sides: tuple[tuple[Kind, Sequence[str]], ...] = (
        ("like", said.liked),
        ("dislike", said.disliked),
        ("consume", said.seen),
    )
    at = time.time()
    events = [Event(user_id, kind, item, "", at, session_id) for kind, items in sides for item in items]
    if intent.query and not intent.unwanted and not said.items and PREFERENCE.search(text.lower()):
        events.append(Event(user_id, "say", None, intent.query[:200], at, session_id))
    never = standing_values(text, intent.unwanted, says)
    return [
        *events,
        *standing.events_of(never, "avoid", user_id, at, session_id),
        *standing.events_of(_allowed(intent), "allow", user_id, at, session_id),
    ]


def standing_values(text: str, unwanted: Facets, says: Says) -> Facets:
    """Return the unwanted values that a clause of the message rules out for good."""
    clauses = [c for c in CLAUSE.split(text) if standing.is_standing(c)]
    found = {n: tuple(v for v in vs if any(says(c, v) for c in clauses)) for n, vs in unwanted.items()}
    return {name: values for name, values in found.items() if values}


def _allowed(intent: Intent) -> Facets:
    """Return the values taken back: "actually horror is fine"."""
    pairs = [name.partition(":") for name in intent.withdrawn]
    return {facet: (value,) for facet, _, value in pairs if value}


def name_items(linker: Linker, text: str) -> Naming:
    """Find what may be titles in a message; the reading leaves out those that are plain words there."""
    mentions = tuple(m for m in linker.link(text) if m.confidence >= SURE)
    return Naming(mentions, tuple(linker.item_id(m) for m in mentions))


def is_whole_title(linker: Linker, words: str) -> bool:
    """Say whether words are the whole title of an item, also where they are plain words ("heat")."""
    found = linker.resolve(words)
    return found is not None and found.confidence >= WHOLE
