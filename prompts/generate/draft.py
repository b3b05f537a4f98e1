"""One message while it is being written: the words so far, the labels, and the surfaces the model copies."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from prompts.catalogs import PEOPLE, CaseCatalog
from prompts.generate.words import Words


class NoWay(Exception):
    """Say that a template does not fit the scene: no people, nothing shown, no value left."""


@dataclass
class Scene:
    """Hold what messages are written about.

    Attributes:
        catalog: The catalogue.
        words: How people speak of it.
        lang: `en` or `zh`.
        rules: The grammar of that language.
        rng: Decides everything.
        shown: Labels of the last picks; empty at the start of a session.
    """

    catalog: CaseCatalog
    words: Words
    lang: str
    rules: Mapping[str, Any]
    rng: random.Random
    shown: Sequence[str] = ()

    @property
    def chinese(self) -> bool:
        """Say whether messages are in Chinese."""
        return self.lang == "zh"

    @property
    def people_columns(self) -> list[str]:
        """Return the columns that hold people."""
        return [name for name in self.catalog.facets if name in PEOPLE]


@dataclass
class Draft:
    """Hold one message that is being written.

    Attributes:
        slots: Labels, by the names of docs/CASES.md.
        may: Labels that a reading may hold or not.
        said: What the tuned model copies: titles, people, terms of numbers.
        used: Values, columns, titles and places that stand in the message already.
        either: Whether the values wanted are alternatives.
    """

    slots: dict[str, Any] = field(default_factory=dict)
    may: dict[str, Any] = field(default_factory=dict)
    said: dict[str, Any] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    either: bool = False

    def add(self, slot: str, label: str, copied: str | None = None) -> None:
        """Add one entry to a list slot, with the words that are copied for it."""
        self.slots.setdefault(slot, []).append(label)
        self.said.setdefault(slot, []).append(copied or label)

    def add_value(self, slot: str, column: str, value: str) -> None:
        """Add one value to a facet slot."""
        self.slots.setdefault(slot, {}).setdefault(column, []).append(value)
        self.used.add(f"{column}={value}")

    def drop(self, slot: str) -> None:
        """Take back a slot: the last word counts."""
        self.slots.pop(slot, None)

    def use(self, rng: random.Random, choices: Sequence[str]) -> str:
        """Return a choice that was not used yet, and note it.

        Raises:
            NoWay: When none is left.
        """
        left = [choice for choice in choices if choice not in self.used]
        if not left:
            raise NoWay
        taken = rng.choice(left)
        self.used.add(taken)
        return taken
