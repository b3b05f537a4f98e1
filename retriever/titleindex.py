"""All ways of writing all titles, looked up word by word, with misspellings mended."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA

from retriever.catalog import Catalog
from retriever.commonwords import COMMON, FUNCTION
from retriever.titlekeys import content, keys_of, loose, rare_words
from retriever.translated import names_of
from retriever.words import norms_of

TYPO_LENGTH = 4
KNOWN_TYPO_LENGTH = 5
LONG_WORD = 8
LONGEST_WORD = 24
TYPO_FACTOR = 0.9
LOOSE_CONFIDENCE = 0.8
RARE_CONFIDENCE = 0.65
RARE_TITLES = 2
MAX_ROWS = 12
FAMOUS_SHARE = 0.95


class Entry(NamedTuple):
    """Hold one title that a key may mean."""

    row: int
    confidence: float
    weak: bool


class Hit(NamedTuple):
    """Hold words [first, last) of a sentence that are a key.

    Attributes:
        first: First word.
        last: One past the last word.
        norms: The key.
        entries: What it may mean, the likeliest first.
        typos: Number of words that were mended.
    """

    first: int
    last: int
    norms: tuple[str, ...]
    entries: tuple[Entry, ...]
    typos: int


def famous(popularity: NDArray[np.int64], share: float = FAMOUS_SHARE) -> float:
    """Return the popularity above which only one in twenty of the known titles lies."""
    counted = popularity[popularity > 0]
    return float(np.quantile(counted, share)) if counted.size else 0.0


# What may stand between the words of a title that is quoted loosely: not the "last" of "Heat last night".
LIGHT = frozenset(
    (
        "a",
        "an",
        "and",
        "at",
        "by",
        "for",
        "from",
        "in",
        "is",
        "it",
        "of",
        "on",
        "or",
        "s",
        "the",
        "to",
        "with",
    )
)


@dataclass
class _Node:
    children: dict[str, _Node] = field(default_factory=dict)
    entries: dict[int, Entry] = field(default_factory=dict)


class TitleIndex:
    """Find keys of titles in sequences of words."""

    def __init__(self, catalog: Catalog) -> None:
        self._popularity = catalog.popularity
        self._famous = famous(catalog.popularity)
        self._exact, self._loose = _Node(), _Node()
        words: dict[str, list[int]] = defaultdict(list)
        aliases = catalog.frame["aliases"].to_list()
        for row, title in enumerate(catalog.titles):
            names = (*aliases[row], *names_of(title, int(catalog.years[row])))
            for key in keys_of(title, names):
                _insert(self._exact, key.norms, Entry(row, key.confidence, key.weak))
            norms = norms_of(title)
            if content(norms) >= 2:
                _insert(self._loose, loose(norms), Entry(row, LOOSE_CONFIDENCE, weak=False))
            for word in set(norms):
                words[word].append(row)
        self.words = dict(words)
        self._add_rare(catalog.titles)
        self._add_first_of_series()
        self._typos = _Speller(words)

    def hits(self, norms: Sequence[str]) -> list[Hit]:
        """Return every key in a sentence, overlapping ones too; one for the same words and misspellings."""
        merged: dict[tuple[int, int, int], Hit] = {}
        for hit in self._all_hits(norms):
            place = (hit.first, hit.last, hit.typos)
            known = merged.get(place)
            entries = hit.entries if known is None else _merge(known.entries, hit.entries)
            merged[place] = (known or hit)._replace(entries=self._sorted(entries))
        return list(merged.values())

    def _all_hits(self, norms: Sequence[str]) -> Iterator[Hit]:
        spellings = [self._typos.spellings(norm) for norm in norms]
        for first in range(len(norms)):
            yield from self._walk(norms, spellings, first, first, self._exact, (), 0)
        yield from self._loose_hits(norms, spellings)

    def _walk(
        self,
        norms: Sequence[str],
        spellings: list[tuple[str, ...]],
        first: int,
        at: int,
        node: _Node,
        path: tuple[str, ...],
        typos: int,
    ) -> Iterator[Hit]:
        if node.entries and path:
            yield Hit(first, at, path, self._sorted(node.entries.values()), typos)
        if at >= len(norms) or typos > 2:
            return
        for spelling in spellings[at]:
            if child := node.children.get(spelling):
                more = typos + (spelling != norms[at])
                yield from self._walk(norms, spellings, first, at + 1, child, (*path, spelling), more)
        if at + 1 < len(norms) and (child := node.children.get(norms[at] + norms[at + 1])):
            yield from self._walk(norms, spellings, first, at + 2, child, (*path, *norms[at : at + 2]), typos)

    def _loose_hits(self, norms: Sequence[str], spellings: list[tuple[str, ...]]) -> Iterator[Hit]:
        places = [i for i, norm in enumerate(norms) if loose((norm,))]
        for start, first in enumerate(places):
            node = self._loose
            path: tuple[str, ...] = ()
            for place, before in zip(places[start:], [first, *places[start:]], strict=False):
                step = next(
                    (s for w in spellings[place] if (s := loose((w,))[:1]) and s[0] in node.children), None
                )
                if step is None or place - before > 3:
                    break
                node, path = node.children[step[0]], (*path, *step)
                between = (norm for i, norm in enumerate(norms[first:place], first) if i not in places)
                if node.entries and len(path) > 1 and LIGHT.issuperset(between):
                    yield Hit(first, place + 1, path, self._sorted(node.entries.values()), 0)

    def _sorted(self, entries: Iterable[Entry]) -> tuple[Entry, ...]:
        ranked = sorted(entries, key=lambda e: (-e.confidence, -self._popularity[e.row], e.row))
        return tuple(ranked[:MAX_ROWS])

    def _add_rare(self, titles: Sequence[str]) -> None:
        for row, title in enumerate(titles):
            for word in rare_words(norms_of(title)):
                if len(self.words[word]) <= RARE_TITLES and self._popularity[row] >= self._famous:
                    _insert(self._exact, (word,), Entry(row, RARE_CONFIDENCE, weak=True))

    def _add_first_of_series(self) -> None:
        """Let "Toy Story 1" mean "Toy Story" where there is a "Toy Story 2"."""
        for node in list(_nodes(self._exact)):
            if node.entries and "2" in node.children and "1" not in node.children:
                strong = [entry for entry in node.entries.values() if entry.confidence >= 0.97]
                if strong and node.children["2"].entries:
                    node.children["1"] = _Node(entries={e.row: e._replace(confidence=0.93) for e in strong})


class _Speller:
    """Mend words by the deletions they share with known words (the SymSpell scheme of W. Garbe)."""

    def __init__(self, words: Iterable[str]) -> None:
        self._known = set(words) | COMMON
        self._by_deletion: dict[str, list[str]] = defaultdict(list)
        for word in words:
            if len(word) >= TYPO_LENGTH and not word.isdigit():
                for form in _deletions(word):
                    self._by_deletion[form].append(word)

    def spellings(self, norm: str) -> tuple[str, ...]:
        """Return `norm` and the known words it may be a misspelling of.

        Known words are mended too ("forest gump"), but only where they are long enough.
        """
        shortest = KNOWN_TYPO_LENGTH if norm in self._known else TYPO_LENGTH
        if not shortest <= len(norm) <= LONGEST_WORD or norm.isdigit() or norm in FUNCTION:
            return (norm,)
        allowed = 2 if len(norm) >= LONG_WORD and norm not in self._known else 1
        near = {w for form in _deletions(norm) for w in self._by_deletion.get(form, ())}
        close = sorted((OSA.distance(norm, w), w) for w in near)
        return (norm, *(w for distance, w in close[:5] if 0 < distance <= allowed))


def _deletions(word: str) -> set[str]:
    return {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}


def _insert(root: _Node, norms: tuple[str, ...], entry: Entry) -> None:
    if not norms:
        return
    node = root
    for norm in norms:
        node = node.children.setdefault(norm, _Node())
    known = node.entries.get(entry.row)
    if known is None or known.confidence < entry.confidence:
        node.entries[entry.row] = entry


def _merge(left: Iterable[Entry], right: Iterable[Entry]) -> list[Entry]:
    """Join entries, keeping the surer one of each row."""
    best: dict[int, Entry] = {}
    for entry in (*left, *right):
        if entry.row not in best or best[entry.row].confidence < entry.confidence:
            best[entry.row] = entry
    return list(best.values())


def _nodes(root: _Node) -> Iterator[_Node]:
    stack = [root]
    while stack:
        node = stack.pop()
        stack.extend(node.children.values())
        yield node
