"""Filler: words of a request that carry no mood, theme or purpose."""

from __future__ import annotations

import re
from functools import cache

from assistant.reading import lexicon


@cache
def english() -> frozenset[str]:
    """Return the English filler words, lower case."""
    return frozenset(lexicon.fillers()["english"].split())


@cache
def chinese() -> re.Pattern[str]:
    """Return a pattern for Chinese filler; longer words are tried first, so that no halves are left."""
    words = lexicon.fillers()["chinese"].split()
    return re.compile("|".join(sorted(words, key=lambda word: (-len(word), word))))


@cache
def everyday() -> frozenset[str]:
    """Return Chinese words of requests in which no value is meant, although a dictionary says so."""
    return frozenset(lexicon.fillers()["everyday"].split())


@cache
def pointing() -> frozenset[str]:
    """Return English words before a single word of a title that is meant."""
    return frozenset(lexicon.fillers()["pointing"].split())
