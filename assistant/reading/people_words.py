"""Names of the catalogue's people in a message: whole, misspelt, or by a part that is theirs alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from rapidfuzz import fuzz, process

from assistant.reading import lexicon
from assistant.reading.message import plain_of
from assistant.reading.vocabulary import Token, tokens_of
from assistant.reading.word_forms import key_of
from retriever.commonwords import COMMON

LONGEST_NAME = 6  # words
SAME_NAME = 86.0  # fuzz.ratio from which a misspelt name counts
SHORTEST_PART = 4  # letters of a part that stands for the whole name
_TITLES = frozenset(
    ("the", "mc", "dj", "mr", "mrs", "dr", "st", "a", "an", "and", "of", "trio", "band", "ensemble")
)


class Name(NamedTuple):
    """Hold a name in a message: where it stands, and the person as the catalogue spells them."""

    start: int
    end: int
    person: str


@dataclass(frozen=True)
class Names:
    """Find people of these columns.

    Attributes:
        people: Column -> names.
        plain_words: Words that never stand for a person alone.
    """

    people: Mapping[str, Sequence[str]]
    plain_words: frozenset[str] = frozenset()

    @cached_property
    def _whole(self) -> dict[str, str]:
        out: dict[str, str] = {}
        for name in self._all:
            key = key_of(name)
            out[key] = name
            out.setdefault(key.removeprefix("the "), name)
            out.setdefault(key.replace("and ", ""), name)
        return out

    @cached_property
    def _all(self) -> list[str]:
        return sorted({name for names in self.people.values() for name in names})

    @cached_property
    def _parts(self) -> dict[str, str]:
        """Return word -> the one person who has it in their name."""
        words = [(word, name) for name in self._all for word in set(key_of(name).split())]
        often = Counter(word for word, _ in words)
        return {
            word: name
            for word, name in words
            if often[word] == 1
            and len(word) >= SHORTEST_PART
            and word not in _TITLES
            and word not in self.plain_words
        }

    @cached_property
    def _long(self) -> list[str]:
        return [key for key in self._whole if len(key) >= 7]

    def find(self, text: str, plain: str) -> list[Name]:
        """Return the people named, in order.

        Args:
            text: The message as written; a part of a name that is also a plain word counts by its capital.
            plain: The message, made plain.
        """
        if not self._all:
            return []
        found = [*self._chinese(plain)]
        tokens = tokens_of(plain)
        at = 0
        while at < len(tokens):
            size, name = self._at(text, tokens, at)
            found += [name] if name else []
            at += size
        return sorted(found)

    def _at(self, text: str, tokens: list[Token], at: int) -> tuple[int, Name | None]:
        for size in range(min(LONGEST_NAME, len(tokens) - at), 0, -1):
            words = tokens[at : at + size]
            key = " ".join(t.word for t in words)
            person = self._whole.get(key) or self._misspelt(key, size)
            if person is None and size == 1:
                person = self._part(text, words[0])
            if person is not None:
                return size, Name(words[0].start, words[-1].end, person)
        return 1, None

    def _misspelt(self, key: str, size: int) -> str | None:
        if len(key) < 6 or all(word in COMMON for word in key.split()):
            return None
        near = process.extractOne(key, self._long, scorer=fuzz.ratio, score_cutoff=SAME_NAME)
        if near is None or len(near[0].split()) != size or near[0][0] != key[0]:
            return None
        return self._whole[near[0]]

    def _part(self, text: str, token: Token) -> str | None:
        person = self._parts.get(token.word) or self._parts.get(token.word.removesuffix("s"))
        if person is None or (token.word in COMMON and not text[token.start].isupper()):
            return None
        plain_word = not text[token.start].isupper() and len(token.word) < 6
        return None if plain_word else person

    def _chinese(self, plain: str) -> Iterator[Name]:
        for name in self._all:
            low = plain_of(name)
            start = plain.find(low) if lexicon.is_chinese(name) else -1
            if start >= 0:
                yield Name(start, start + len(low), name)
