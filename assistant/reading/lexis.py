"""What is needed to read messages about one catalogue, built once and kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from weakref import WeakKeyDictionary

from assistant.reading.absent import told_kinds
from assistant.reading.columns import Columns
from assistant.reading.domains import domain_of, topics_of
from assistant.reading.numeric import ColumnWords, columns_words
from assistant.reading.people_words import Names
from assistant.reading.toward import Adjectives
from assistant.reading.vocabulary import Vocabulary


@dataclass(frozen=True, eq=False)
class Lexis:
    """Hold what is needed to read messages about one catalogue, built once.

    Attributes:
        columns: The columns of the catalogue.
    """

    columns: Columns

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """Return the words for facet values."""
        return Vocabulary(self.columns.facets)

    @cached_property
    def names(self) -> Names:
        """Return the names of people."""
        return Names(self.columns.people, frozenset(self.vocabulary.single_words))

    @cached_property
    def numbers(self) -> tuple[ColumnWords, ...]:
        """Return the words for numeric columns."""
        return columns_words(self.columns.numbers)

    @cached_property
    def adjectives(self) -> Adjectives:
        """Return the adjectives for numeric columns."""
        return Adjectives(self.numbers)

    @cached_property
    def told(self) -> frozenset[str]:
        """Return what the catalogue tells of length, price, people and country."""
        return told_kinds(self.columns, self.numbers)

    @cached_property
    def domain(self) -> str:
        """Return what the catalogue holds."""
        columns = self.columns
        return domain_of(columns.facets, list(columns.people), list(columns.numbers))

    @cached_property
    def own(self) -> frozenset[str]:
        """Return words that are on topic: those of all values, in lower case, and those of the domain."""
        values = (value for values in self.columns.facets.values() for value in values)
        words = (word for value in values for word in re.findall(r"\w+", value.lower()))
        return topics_of(self.domain) | frozenset(words)


_LEXES: WeakKeyDictionary[Columns, Lexis] = WeakKeyDictionary()


def lexis_of(columns: Columns) -> Lexis:
    """Return the words for a catalogue, built at the first call."""
    if columns not in _LEXES:
        _LEXES[columns] = Lexis(columns)
    return _LEXES[columns]
