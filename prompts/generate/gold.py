"""Labelled cases as examples for the tuned model: what it should answer, and the same of other titles."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz, process

from prompts import terms
from prompts.cases import TITLES, Dialogue, IntentCase, Slots, Turn
from prompts.catalogs import CaseCatalog
from prompts.compact import Columns, encode
from prompts.generate import noise
from prompts.generate.single import columns_of

SAID = 84.0  # fuzz.ratio from which words count as a title with typos
PEOPLE = ("people", "not_people")
OTHER_TITLE = 0.7  # share of examples that speak of other titles than the case does
SHOWN = 5  # picks on the screen once a dialogue has begun
ARTICLE = re.compile(r"^(?:the|an?) ", re.IGNORECASE)
WORD = re.compile(r"[^\s.,;:!?()\"“”]+")
YEAR_END = re.compile(r"\s*\(\d{4}\)$")


@dataclass(frozen=True)
class Gold:
    """Hold one labelled message whose every slot can be answered in the words of the message.

    Attributes:
        text: The message.
        shown: Picks on the screen.
        move: Kind of move.
        slots: Its labels, as written in the case.
        said: Titles, people and numbers as the message words them; see `prompts.compact.encode`.
        titles: Titles of the catalogue that may stand in the place of those said.
        columns: The columns of the catalogue.
    """

    text: str
    shown: int
    move: str
    slots: Mapping[str, Any]
    said: Mapping[str, Any]
    titles: Sequence[str]
    columns: Columns

    def example(self, rng: random.Random) -> tuple[str, str]:
        """Return (message, answer); in most, other titles of the catalogue stand in for those said."""
        named = [text for slot in TITLES for text in self.said.get(slot, ()) if not text.startswith("#")]
        if not named or rng.random() >= OTHER_TITLE or any(self.text.count(text) != 1 for text in named):
            return self.text, encode(self.move, self.slots, self.said)
        chosen = rng.sample(self.titles, min(len(named), len(self.titles)))
        others = dict(zip(named, (noise.title(rng, title, chinese=False) for title in chosen), strict=False))
        text = self.text
        for number, old in enumerate(named):  # by way of marks, since a new title may hold an old one
            text = text.replace(old, f"\x00{number}\x00")
        for number, old in enumerate(named):
            text = text.replace(f"\x00{number}\x00", others.get(old, old))
        said = {
            slot: [others.get(one, one) for one in texts] if slot in TITLES else texts
            for slot, texts in self.said.items()
        }
        return text, encode(self.move, self.slots, said)


def gold(cases: Iterable[IntentCase | Dialogue], catalog: CaseCatalog) -> Iterator[Gold]:
    """Yield the labelled messages of one catalogue that can be learnt from; turns of dialogues one by one.

    Left out is a message whose labels its words do not bear: a title by another name, a number that is
    reckoned.
    """
    columns, titles = columns_of(catalog), [YEAR_END.sub("", title) for title in catalog.titles]
    for case in cases:
        turns: Iterable[tuple[IntentCase | Turn, int]] = (
            [(turn, SHOWN if place else 0) for place, turn in enumerate(case.turns)]
            if isinstance(case, Dialogue)
            else [(case, len(case.shown))]
        )
        for turn, shown in turns:
            said = _said(turn.text, turn.slots, columns)
            if said is not None:
                slots = turn.slots.model_dump(exclude_defaults=True)
                yield Gold(turn.text, shown, turn.move, slots, said, titles, columns)


def _said(text: str, slots: Slots, columns: Columns) -> dict[str, Any] | None:
    """Return the words for titles, people and numbers; None where one is not in the message."""
    said: dict[str, Any] = {}
    for slot in (*TITLES, *PEOPLE):
        found = [_words_for(name, text) for name in getattr(slots, slot)]
        if None in found:
            return None
        said[slot] = found
    for slot in ("ranges", "not_ranges"):
        found_terms = {
            name: term_for(tuple(ends), name, columns.numbers.get(name, ""), text)
            for name, ends in getattr(slots, slot).items()
        }
        if None in found_terms.values():
            return None
        said[slot] = found_terms
    return said


def _words_for(name: str, text: str) -> str | None:
    """Return the words of a message that say a title or a name, typos and all; references as they are."""
    if name.startswith("#"):
        return name
    bare = YEAR_END.sub("", name)
    for exact in (bare, ARTICLE.sub("", bare)):
        place = text.casefold().find(exact.casefold())
        if place >= 0 and len(text.casefold()) == len(text):
            return text[place : place + len(exact)]
    words = list(WORD.finditer(text))
    length = len(WORD.findall(bare))
    spans = [
        text[words[first].start() : words[first + n - 1].end()]
        for n in range(max(1, length - 1), length + 2)
        for first in range(len(words) - n + 1)
    ]
    near = process.extractOne(bare, spans, scorer=fuzz.ratio, processor=str.casefold, score_cutoff=SAID)
    return near[0] if near else None


def term_for(ends: tuple[Any, Any], column: str, unit: str, text: str) -> str | None:
    """Return a term of `prompts.terms` that means these bounds by numbers of the message, or None."""
    numbers = dict.fromkeys(re.findall(r"\d+(?:\.\d+)?", text))
    decades = [f"{part}{n}s" for n in numbers for part in ("", "early ", "mid ", "late ")]
    single = [f"{op}{n}" for n in (*numbers, *decades) for op in ("<=", "<", ">=", ">", "~", "")]
    both = [f"{low}-{high}" for low in (*numbers, *decades) for high in (*numbers, *decades) if low != high]
    same_kind = [u for u in terms.SIZES if terms.SIZES[u][0] == terms.SIZES.get(unit.lower(), ("", 0))[0]]
    units = [f"{term} {u}" for term in single for u in same_kind if u != unit.lower()]
    for term in (*single, *both, *units):
        if terms.bounds(term, column, unit) == ends:
            return term
    return None
