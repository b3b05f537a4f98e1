"""Text -> normalised words, the same way for titles and for what people write."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

# A Chinese character is a word of its own, since no blanks part words there.
_HAN = r"\u3400-\u4dbf\u4e00-\u9fff"
_WORD = re.compile(rf"[{_HAN}]|(?:[^\W\d_{_HAN}]\.){{2,}}|[^\W_{_HAN}]+(?:['’ʼ`´][^\W_{_HAN}]+)*|&")
_MARKS = re.compile(r"['’ʼ`´.]")
# "i" stands for one only after "part" and the like: elsewhere it is a pronoun.
_DIGITS = {
    **{"two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8"},
    **{"nine": "9", "ten": "10", "eleven": "11", "twelve": "12", "thirteen": "13", "fourteen": "14"},
    **{"fifteen": "15", "sixteen": "16", "seventeen": "17", "eighteen": "18", "nineteen": "19"},
    **{"1st": "first", "2nd": "second", "3rd": "third", "4th": "fourth", "5th": "fifth", "6th": "sixth"},
    **{"7th": "seventh", "8th": "eighth", "9th": "ninth", "10th": "tenth"},
    **{"one": "1", "twenty": "20", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7"},
    **{"viii": "8", "ix": "9", "x": "10", "xi": "11", "xii": "12", "xiii": "13", "&": "and"},
}
_BEFORE_ROMAN_ONE = frozenset({"part", "episode", "chapter", "volume", "vol"})


class Word(NamedTuple):
    """Hold one word of a text.

    Attributes:
        norm: Lower case, without accents and apostrophes, numbers in digits: "II" and "two" are "2".
        start: Where it begins in the text.
        end: Where it ends in the text.
        capital: Whether it begins with a capital letter.
    """

    norm: str
    start: int
    end: int
    capital: bool


@lru_cache(maxsize=65_536)
def normalise(word: str) -> str:
    """Return the normal form of one word."""
    plain = unicodedata.normalize("NFKD", _MARKS.sub("", word)).casefold()
    bare = "".join(char for char in plain if not unicodedata.combining(char))
    return _DIGITS.get(bare, bare)


def words_of(text: str) -> list[Word]:
    """Split `text` into words, with their places; any string is taken."""
    found: list[Word] = []
    for match in _WORD.finditer(text):
        raw = match.group()
        norm = normalise(raw) if len(raw) < 64 else raw[:64].casefold()
        if norm == "i" and found and found[-1].norm in _BEFORE_ROMAN_ONE:
            norm = "1"
        if norm:
            found.append(Word(norm, match.start(), match.end(), raw[0].isupper()))
    return found


@lru_cache(maxsize=4096)
def norms_of(text: str) -> tuple[str, ...]:
    """Return the normal forms of the words of `text`."""
    return tuple(word.norm for word in words_of(text))
