"""Titles in a message: where they stand, which items they are, and the events they amount to."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from assistant.message import Span
from assistant.types import Event, Intent, Kind
from retriever.catalog import Catalog
from retriever.linking import Linker, Mention

SURE = 0.66  # confidence from which a mention is acted on
SURE_ALONE = 0.85  # the same for a title that only the LLM saw
PREFERENCE = re.compile(
    r"\bi(?:'m| am)? (?:really |also |always |usually )?(?:love|like|enjoy|prefer|adore|into)\b"
)


@dataclass(frozen=True)
class Naming:
    """What the linker found in a message.

    Attributes:
        mentions: Mentions that are sure enough, in order.
    """

    mentions: tuple[Mention, ...]

    @cached_property
    def titles(self) -> list[Span]:
        """Return where the titles stand."""
        return [Span(m.text, m.start, m.end) for m in self.mentions]

    def rows(self, intent: Intent, linker: Linker) -> list[int]:
        """Return the rows of all titles of the intent, in the order liked, disliked, seen, asked about."""
        said = (*intent.liked, *intent.disliked, *intent.seen, *intent.about)
        found = (self._row(title, linker) for title in said)
        return list(dict.fromkeys(row for row in found if row is not None))

    def _row(self, title: str, linker: Linker) -> int | None:
        for mention in self.mentions:
            if mention.text == title:
                return mention.row
        alone = linker.resolve(title)
        return alone.row if alone is not None and alone.confidence >= SURE_ALONE else None

    def events(
        self, user_id: str, session_id: str, intent: Intent, text: str, linker: Linker, catalog: Catalog
    ) -> list[Event]:
        """Return the events that a message amounts to: likes, dislikes, things seen, a preference."""
        sides: tuple[tuple[Kind, Sequence[str]], ...] = (
            ("like", intent.liked),
            ("dislike", intent.disliked),
            ("consume", intent.seen),
        )
        at, events = time.time(), list[Event]()
        for kind, titles in sides:
            for row in dict.fromkeys(self._row(title, linker) for title in titles):
                if row is not None:
                    events.append(Event(user_id, kind, catalog.ids[row], "", at, session_id))
        if intent.query and not intent.unwanted and PREFERENCE.search(text.lower()) and not self.mentions:
            events.append(Event(user_id, "say", None, intent.query[:200], at, session_id))
        return events


def name_items(linker: Linker, text: str) -> Naming:
    """Find what may be titles in a message; the reading leaves out those that are plain words there."""
    return Naming(tuple(m for m in linker.link(text) if m.confidence >= SURE))
