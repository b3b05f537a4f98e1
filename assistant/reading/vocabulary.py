"""The words of a message that name facet values: exact, plural, by another word, compared, or misspelt."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Literal, NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from assistant.reading import lexicon
from assistant.reading.message import MASK, cover
from assistant.reading.translations import chinese_of
from assistant.reading.word_forms import (
    bases_of,
    entries_of,
    forms_of,
    joined,
    key_of,
    normal,
    other_words,
    parts_of,
    stem_of,
)
from retriever.commonwords import COMMON

Pair = tuple[str, str]  # facet, value
Kind = Literal["said", "more", "shift", "hint"]
MAKERS = {"brand", "maker", "make", "manufacturer", "publisher", "studio", "label", "series", "company"}
NOT_PARTS = {"sons", "company", "limited", "group", "studio", "studios", "books", "press", "records"}
SHORTEST_PART = 5
LONGEST_KEY = 5  # words
SHORTEST_TYPO, TWO_TYPOS = 6, 9  # letters of the right word from which one, two letters may be wrong
_TOKEN = re.compile(r"&|[^\W_㐀-鿿]+(?:'[^\W_㐀-鿿]+)*")
_GAP = re.compile(r"\s{1,2}|-|\s?/\s?")
_AFTER_ONE_CHARACTER = re.compile(r"[的制质色声柄材里边类系味]|[^\u3400-\u9fff]|$")


class Found(NamedTuple):
    """Hold words that name values.

    Attributes:
        start: Where they begin.
        end: Where they end.
        pairs: The values named, each with its facet.
        kind: `said` outright; `more` by a comparative; `shift` by a word that fits several values alike;
            `hint` where the value is only suggested.
    """

    start: int
    end: int
    pairs: tuple[Pair, ...]
    kind: Kind = "said"


class Token(NamedTuple):
    """Hold one word that is not Chinese."""

    word: str
    start: int
    end: int


def tokens_of(plain: str) -> list[Token]:
    """Split plain text into words; Chinese is left out."""
    return [Token(normal(m.group()), m.start(), m.end()) for m in _TOKEN.finditer(plain)]


@dataclass(frozen=True)
class Vocabulary:
    """Find values of these facets in plain text.

    Attributes:
        facets: Facet -> values.
    """

    facets: Mapping[str, Sequence[str]]
    _said: dict[str, tuple[Pair, ...]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        own: dict[str, list[Pair]] = {}
        other: dict[str, list[Pair]] = {}
        for facet, values in self.facets.items():
            for value in values:
                self._add(facet, value, own, other)
        for word, pairs in {**other, **own}.items():
            self._said[word] = tuple(dict.fromkeys(pairs))
        for word, pair in self._parts().items():
            self._said.setdefault(word, (pair,))
        for word, name in lexicon.words().also.items():
            for form in forms_of(key_of(word)) if key_of(word) in self._said else ():
                self._said[form] = tuple(dict.fromkeys((*self._said[form], *self._names.get(name, ()))))

    def _add(self, facet: str, value: str, own: dict[str, list[Pair]], other: dict[str, list[Pair]]) -> None:
        for word in forms_of(key_of(value)):
            own.setdefault(word, []).append((facet, value))
        key = key_of(value)
        if joined(key):
            other.setdefault(joined(key), []).append((facet, value))
        for word in (*other_words(value), *parts_of(value)):
            for form in forms_of(key_of(word)) if not lexicon.is_chinese(word) else (word,):
                other.setdefault(form, []).append((facet, value))

    def _parts(self) -> dict[str, Pair]:
        """Return words that stand for one maker alone: "petrel" for "Petrel & Sons"."""
        found: dict[str, list[Pair]] = {}
        for facet in MAKERS & set(self.facets):
            for value in self.facets[facet]:
                words = key_of(value).split() if not lexicon.is_chinese(value) else []
                for word in {
                    w for w in words if len(words) > 1 and len(w) >= SHORTEST_PART and w not in COMMON
                }:
                    found.setdefault(word, []).append((facet, value))
        return {word: pairs[0] for word, pairs in found.items() if len(pairs) == 1 and word not in NOT_PARTS}

    @cached_property
    def _names(self) -> dict[str, tuple[Pair, ...]]:
        """Return name of an entry -> the values of the catalogue that it stands for."""
        found: dict[str, tuple[Pair, ...]] = {}
        for facet, values in self.facets.items():
            for value in values:
                for entry in entries_of(value):
                    found[entry[0]] = (*found.get(entry[0], ()), (facet, value))
        return found

    @cached_property
    def _other(self) -> dict[str, Found]:
        """Return words that shift or suggest -> a finding at 0."""
        out: dict[str, Found] = {}
        data = lexicon.words()
        for name, words in data.hints.items():
            for word in words if name in self._names else ():
                known = out[word].pairs if word in out else ()
                out[word] = Found(0, 0, (*known, *self._names[name]), "hint")
        for word, names in data.shifts.items():
            pairs = tuple(pair for name in names for pair in self._names.get(name, ()))
            if pairs:
                out[word] = Found(0, 0, pairs, "shift")
        return {(w if lexicon.is_chinese(w) else key_of(w)): found for w, found in out.items()}

    @cached_property
    def single_words(self) -> set[str]:
        """Return the keys of one word."""
        return {key for key in self._said if " " not in key}

    @cached_property
    def _spelt(self) -> list[str]:
        """Return the single words of all keys that are long enough to be misspelt."""
        words = {w for key in self._said for w in key.split() if len(w) >= SHORTEST_TYPO and w.isalpha()}
        return sorted(words)

    @cached_property
    def _translated(self) -> dict[str, tuple[Pair, ...]]:
        """Return Chinese word -> the one value that a dictionary gives, where the lexicon has no word."""
        found: dict[str, dict[Pair, None]] = {}
        for facet, values in self.facets.items():
            for value in values if facet not in MAKERS else ():
                if any(lexicon.is_chinese(word) for word in other_words(value)):
                    continue
                for word in (w for name in (value, *parts_of(value)) for w in chinese_of(name)):
                    found.setdefault(word, {})[facet, value] = None
        known = {*self._said, *self._other}
        return {word: tuple(pairs) for word, pairs in found.items() if len(pairs) == 1 and word not in known}

    @cached_property
    def _stems(self) -> dict[str, tuple[Pair, ...]]:
        """Return stem -> the values of one word that have it: "politics" for "political"."""
        found: dict[str, tuple[Pair, ...]] = {}
        for facet, values in self.facets.items():
            for value in values:
                stem = stem_of(key_of(value))
                if stem and facet not in MAKERS:
                    found[stem] = (*found.get(stem, ()), (facet, value))
        return found

    @cached_property
    def _chinese(self) -> dict[str, list[str]]:
        """Return first character -> Chinese keys that begin with it, longest first."""
        out: dict[str, list[str]] = {}
        for key in sorted({*self._said, *self._other, *self._translated}, key=len, reverse=True):
            if lexicon.is_chinese(key):
                out.setdefault(key[0], []).append(key)
        return out

    def find(self, plain: str) -> list[Found]:
        """Return what is found in plain text, in order, without overlaps; the longest words win."""
        plain = _without_idioms(plain, self._said)
        found = [*self._find_words(plain), *self._find_chinese(plain)]
        return sorted(found)

    def says(self, plain: str, value: str) -> bool:
        """Say whether plain text holds a word that says or suggests `value`, wanted or not."""
        return any(value == v for found in self.find(plain) for _, v in found.pairs)

    def _find_words(self, plain: str) -> Iterator[Found]:
        tokens = tokens_of(plain)
        at = 0
        while at < len(tokens):
            size, found = self._longest(plain, tokens, at)
            if found:
                yield found
            at += size

    def _longest(self, plain: str, tokens: list[Token], at: int) -> tuple[int, Found | None]:
        last = at + 1
        while (
            last < len(tokens)
            and last - at < LONGEST_KEY
            and _GAP.fullmatch(plain, tokens[last - 1].end, tokens[last].start)
        ):
            last += 1
        for mended in (False, True):
            for end in range(last, at, -1):
                words = [t.word for t in tokens[at:end]]
                found = self._look_up([self._mend(w) for w in words] if mended else words, mended)
                if found:
                    stop = tokens[end - 1].end
                    owned = plain[:stop].endswith("'s") and words[-1].removesuffix("s") in self._said
                    return end - at, found._replace(start=tokens[at].start, end=stop - 2 * owned)
        return 1, None

    def _look_up(self, words: list[str], mended: bool) -> Found | None:
        key = " ".join(words)
        if key in self._said:
            return Found(0, 0, self._said[key])
        if not mended and key in self._other:
            return self._other[key]
        if not mended and len(words) == 1:
            for base in bases_of(key):
                if base in self._said:
                    return Found(0, 0, self._said[base], "more")
                if base in self._other:
                    return self._other[base]._replace(kind="more")
            if (stem := stem_of(key)) in self._stems:
                return Found(0, 0, self._stems[stem])
        return None

    def _mend(self, word: str) -> str:
        """Return the word of a value that `word` misspells, or `word`."""
        if len(word) < SHORTEST_TYPO - 1 or word in COMMON or not word.isalpha():
            return word
        limit = 2 if len(word) >= TWO_TYPOS - 1 else 1
        near = process.extractOne(word, self._spelt, scorer=OSA.distance, score_cutoff=limit)
        if near is None or near[0][0] != word[0] or (near[1] > 1 and len(near[0]) < TWO_TYPOS):
            return word
        return str(near[0])

    def _ends_word(self, plain: str, at: int) -> bool:
        """Say whether a one-character word may end here: before 的 and the like, or before another value."""
        if _AFTER_ONE_CHARACTER.match(plain, at):
            return True
        return any(len(key) > 1 and plain.startswith(key, at) for key in self._chinese.get(plain[at], ()))

    def _find_chinese(self, plain: str) -> Iterator[Found]:
        if not lexicon.is_chinese(plain):
            return
        at = 0
        while at < len(plain):
            key = next((k for k in self._chinese.get(plain[at], ()) if plain.startswith(k, at)), "")
            if not key or (len(key) == 1 and not self._ends_word(plain, at + 1)):
                at += 1
                continue
            end = at + len(key)
            pairs = self._said.get(key) or self._translated.get(key)
            found = self._other[key] if pairs is None else Found(0, 0, pairs)
            yield found._replace(start=at, end=end)
            at = end


def _without_idioms(plain: str, said: Mapping[str, object]) -> str:
    """Cover turns of phrase, unless the catalogue has a value of that name."""
    spans = [
        match.span()
        for match in _idioms().finditer(plain)
        if key_of(match.group()) not in said and MASK not in match.group()
    ]
    return cover(plain, spans, "\x00") if spans else plain


@cache
def _idioms() -> re.Pattern[str]:
    words = sorted(lexicon.words().idioms, key=len, reverse=True)
    chinese = "|".join(re.escape(w) for w in words if lexicon.is_chinese(w))
    english = "|".join(re.escape(w) for w in words if not lexicon.is_chinese(w))
    return re.compile(rf"(?<![\w'])(?:{english})(?![\w'])|{chinese}")
