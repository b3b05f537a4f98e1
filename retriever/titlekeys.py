"""A title -> the ways in which people write it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from retriever.commonwords import ARTICLES, COMMON, FUNCTION
from retriever.words import norms_of

_SEGMENTS = re.compile(r":\s+|\s+[-–]\s+|\s+and the\s+", re.IGNORECASE)
_COUNTED = frozenset({"part", "episode", "chapter", "vol", "volume", "number"})
JOINED_LENGTH = 5
RARE_LENGTH = 6


class Key(NamedTuple):
    """Hold one way of writing a title.

    Attributes:
        norms: Normalised words.
        confidence: How surely these words alone mean the title, 0..1.
        weak: Whether they are only a part of it, so that the sentence must show that a title is meant.
    """

    norms: tuple[str, ...]
    confidence: float
    weak: bool = False


def content(norms: Sequence[str]) -> int:
    """Count the words that are not function words."""
    return sum(norm not in FUNCTION for norm in norms)


def without_article(norms: tuple[str, ...]) -> tuple[str, ...]:
    """Leave a leading article out, unless nothing else is there."""
    return norms[1:] if len(norms) > 1 and norms[0] in ARTICLES else norms


def without_counted(norms: tuple[str, ...]) -> tuple[str, ...]:
    """Return "godfather 2" for "godfather part 2"."""
    following = (*norms[1:], "")
    return tuple(
        n for n, after in zip(norms, following, strict=True) if not (n in _COUNTED and after.isdigit())
    )


def loose(norms: Sequence[str]) -> tuple[str, ...]:
    """Leave function words and plural endings out: "lord ring" for "The Lord of the Rings"."""
    return tuple(singular(n) for n in norms if n not in FUNCTION or n.isdigit())


def singular(norm: str) -> str:
    """Return `norm` without a plural s."""
    return norm[:-1] if len(norm) > 3 and norm.endswith("s") and not norm.endswith("ss") else norm


def keys_of(title: str, aliases: Sequence[str]) -> Iterator[Key]:
    """Yield the ways of writing a title; the same words may come more than once."""
    yield from _full(norms_of(title), 1.0)
    for alias in aliases:
        yield from _full(norms_of(alias), 0.97)
    for name in (title, *aliases):
        yield from _of_parts([norms_of(part) for part in _SEGMENTS.split(name)])
    yield from _beginnings(without_article(norms_of(title)))


def _full(norms: tuple[str, ...], confidence: float) -> Iterator[Key]:
    if not norms:
        return
    bare = without_article(norms)
    yield Key(norms, confidence)
    yield Key(bare, confidence)
    yield Key(without_counted(bare), 0.95 * confidence)
    joined = "".join(bare)
    if 2 <= len(bare) <= 3 and len(joined) >= JOINED_LENGTH and joined not in COMMON:
        yield Key((joined,), 0.93 * confidence)


def _of_parts(parts: list[tuple[str, ...]]) -> Iterator[Key]:
    parts = [without_article(part) for part in parts if part]
    if len(parts) < 2:
        return
    numbered = parts[0][-1].isdigit()
    yield Key(parts[0], 0.95 if numbered else 0.85, weak=not numbered)
    if len(parts) > 2:
        yield from _full(parts[0] + parts[1], 0.95)
        yield from _full(parts[0] + parts[-1], 0.95)
    if content(parts[-1]) >= 2:
        yield Key(parts[-1], 0.8, weak=True)


def _beginnings(norms: tuple[str, ...]) -> Iterator[Key]:
    """Yield "eternal sunshine" for "Eternal Sunshine of the Spotless Mind"."""
    for end in range(2, len(norms)):
        if norms[end - 1] not in FUNCTION and content(norms[:end]) >= 2:
            yield Key(norms[:end], 0.7, weak=True)


def rare_words(norms: Sequence[str]) -> Iterator[str]:
    """Yield words that may name the film alone, such as "shawshank"."""
    if len(norms) > 1:
        yield from (n for n in norms if len(n) >= RARE_LENGTH and n not in COMMON and not n.isdigit())
