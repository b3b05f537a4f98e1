"""Picks called by a part of their title: "the owl piece", "the blues one", "Fingers First"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from assistant.reading.message import Span, overlaps
from assistant.reading.stopwords import pointing
from assistant.reading.vocabulary import Token, Vocabulary, tokens_of
from assistant.reading.word_forms import key_of
from retriever.commonwords import COMMON, FUNCTION

_THING = (
    r"(?:ones?|things?|pieces?|articles?|stor(?:y|ies)|books?|novels?|films?|movies?|songs?|tracks?|tunes?|courses?|"
    r"class(?:es)?|recipes?|dish(?:es)?|tools?|videos?|trips?|tours?|items?|games?|reads?)"
)
_CALLED = re.compile(rf"(?<![\w'])(?:the|that|this|your) (?P<words>(?:[\w'-]+ ){{1,3}}){_THING}(?![\w'-])")
_YEAR = re.compile(r"\s*\(\d{4}\)$")
SHORTEST = 3


def shown_parts(text: str, plain: str, shown: Sequence[str], vocabulary: Vocabulary) -> list[Span]:
    """Return where picks are called by words that only one of them has in its title; the text is its label.

    Args:
        text: The message as written.
        plain: The same made plain, titles that were linked covered.
        shown: Labels of the last picks.
        vocabulary: Finds values; a word that is one counts beside "one" or "piece" only.
    """
    if not shown:
        return []
    titles = [[_stem(word) for word in key_of(_YEAR.sub("", label)).split()] for label in shown]
    often = Counter(word for words in titles for word in set(words))
    owner = {
        word: number
        for number, words in enumerate(titles)
        for word in words
        if often[word] == 1 and len(word) >= SHORTEST and word not in FUNCTION
    }
    found: list[Span] = []
    for span in (*_called(plain, owner, shown), *_begun(text, plain, titles, owner, shown, vocabulary)):
        if not overlaps((span.start, span.end), [(other.start, other.end) for other in found]):
            found.append(span)
    return sorted(found, key=lambda span: span.start)


def _called(plain: str, owner: dict[str, int], shown: Sequence[str]) -> Iterator[Span]:
    """Yield "the owl piece"."""
    for match in _CALLED.finditer(plain):
        meant = {owner[stem] for word in match["words"].split() if (stem := _stem(key_of(word))) in owner}
        if len(meant) == 1:
            yield Span(shown[meant.pop()], *match.span())


def _begun(
    text: str,
    plain: str,
    titles: Sequence[Sequence[str]],
    owner: dict[str, int],
    shown: Sequence[str],
    vocabulary: Vocabulary,
) -> Iterator[Span]:
    """Yield two words and more of a title in a row, and single ones that are no everyday words."""
    tokens = tokens_of(plain)
    at = 0
    while at < len(tokens):
        number, size = _run(tokens, at, titles, owner)
        if number is None:
            at += 1
            continue
        span = Span(shown[number], tokens[at].start, tokens[at + size - 1].end)
        pointed = (
            at == 0
            or tokens[at - 1].word in pointing()
            or not plain[tokens[at - 1].end : span.start].isspace()
        )
        if size > 1 or (pointed and _stands_alone(text, tokens[at], vocabulary)):
            yield span
        at += size


def _run(
    tokens: Sequence[Token], at: int, titles: Sequence[Sequence[str]], owner: dict[str, int]
) -> tuple[int | None, int]:
    """Return the title of which most words stand in a row from here, and how many; one must be its own."""
    best: tuple[int | None, int] = (None, 0)
    for number, words in enumerate(titles):
        for begin, word in enumerate(words):
            size = 0
            while (
                begin + size < len(words)
                and at + size < len(tokens)
                and _stem(tokens[at + size].word) == words[begin + size]
            ):
                size += 1
            own = any(owner.get(stem) == number for stem in words[begin : begin + size])
            if size > best[1] and own and word not in ("and", "of"):
                best = (number, size)
    return best


def _stands_alone(text: str, token: Token, vocabulary: Vocabulary) -> bool:
    """Say whether one word of a title is meant as such: rare, or with a capital, and no value."""
    if vocabulary.find(token.word) or len(token.word) < SHORTEST:
        return False
    inside = token.start > 0 and text[token.start].isupper() and not text.isupper() and not text.istitle()
    return token.word not in COMMON or (inside and re.search(r"[.!?]\s*$", text[: token.start]) is None)


def _stem(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
