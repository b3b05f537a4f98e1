"""Titles in utterances, where the files do not mark them: whole words, written with a capital letter."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

LONGEST = 8
LEAST_LETTERS = 4
_WORD = re.compile(r"\w+")


class SpokenTitles:
    """Find titles, given as title keys, in utterances; the longest title at a place wins.

    Titles of one word count where they are written with a capital letter inside an utterance and have at
    least four letters: "it" and "us" stand in too many sentences that do not mean them.
    """

    def __init__(self, keys: Iterable[str]) -> None:
        parts = [(key, tuple(key.split())) for key in keys]
        self._long = {words: key for key, words in parts if 2 <= len(words) <= LONGEST}
        self._short = {key for key, words in parts if len(words) == 1 and len(key) >= LEAST_LETTERS}

    def find(self, utterances: Sequence[str]) -> tuple[str, ...]:
        """Return the keys of the titles in utterances, in order, each once."""
        found: dict[str, None] = {}
        for text in utterances:
            words = _WORD.findall(text)
            plain = [word.casefold() for word in words]
            place = 0
            while place < len(words):
                key, length = self._at(words, plain, place)
                if key is not None:
                    found.setdefault(key)
                place += length
        return tuple(found)

    def _at(self, words: Sequence[str], plain: Sequence[str], place: int) -> tuple[str | None, int]:
        for length in range(min(LONGEST, len(words) - place), 1, -1):
            key = self._long.get(tuple(plain[place : place + length]))
            if key is not None and any(word[0].isupper() for word in words[place : place + length]):
                return key, length
        capital = place > 0 and words[place][0].isupper()
        return (plain[place] if capital and plain[place] in self._short else None), 1
