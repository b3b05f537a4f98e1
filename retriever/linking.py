"""Titles in a sentence -> items, with a confidence."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz, process

from retriever.catalog import Catalog
from retriever.commonwords import ORDINALS
from retriever.cues import is_listed, is_meant, ordinal_tells
from retriever.datasets.titles import parse_title
from retriever.sentence import Sentence
from retriever.series import SeriesIndex
from retriever.titleindex import TYPO_FACTOR, Entry, Hit, TitleIndex, famous
from retriever.titlekeys import content
from retriever.words import norms_of

LONGEST_TEXT = 20_000
KNOWN_SHARE = 0.8
WRONG_YEAR = 0.7
# How much surer one is of a title that no other item shares than of one shared with an equal.
RIVAL_COST = 0.25
SEQUEL_CONFIDENCE = 0.8
# "Toy Story 9" says something about "Toy Story", but does not mean it.
OTHER_SEQUEL = 0.5
FAME_WEIGHT = 0.5
RESOLVE_CUTOFF = 82.0
ALTERNATIVES = 5


@dataclass(frozen=True)
class Mention:
    """Hold a title found in a text.

    Attributes:
        text: The words of the text.
        start: Where they begin.
        end: Where they end.
        row: Catalogue row of the likeliest item.
        confidence: How sure that is, 0..1.
        alternatives: Other (row, confidence), the likeliest first.
    """

    text: str
    start: int
    end: int
    row: int
    confidence: float
    alternatives: tuple[tuple[int, float], ...] = ()


@dataclass(frozen=True)
class _Choice:
    """Hold a hit, its entries in the order of the year or ordinal said beside it, and whether that fits."""

    hit: Hit
    entries: tuple[Entry, ...]
    confidence: float
    said: bool

    @property
    def weight(self) -> float:
        """Return how much of the sentence it explains: more words first, then surer ones."""
        return (content(self.hit.norms) + 0.1 * (self.hit.last - self.hit.first)) * self.confidence


class Linker:
    """Find titles of a catalogue in free text."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._index = TitleIndex(catalog)
        self._series = SeriesIndex(catalog)
        self._plain = [" ".join(norms_of(title)) for title in catalog.titles]
        logs = np.log1p(catalog.popularity.astype(np.float64))
        self._fame = logs / max(float(logs.max()), 1e-9)
        self._known = famous(catalog.popularity, KNOWN_SHARE)
        self._famous = famous(catalog.popularity)

    def link(self, text: str) -> list[Mention]:
        """Find the titles in `text`, in the order in which they stand there.

        Words that are ordinary English as well as a title ("Big", "Her", "Heat") count only where quotes, a
        year, a capital inside the sentence or the words around them show that a title is meant.

        Args:
            text: Any string; what follows the first 20,000 characters is not read.

        Returns:
            Mentions that do not overlap.
        """
        sentence = Sentence.read(text[:LONGEST_TEXT])
        hits = self._index.hits([word.norm for word in sentence.words])
        choices = [self._choose(sentence, hit) for hit in hits if not self._is_torn(sentence, hit)]
        kept = _accept(sentence, choices, self._is_meant, self._is_listed)
        return [self._mention(sentence, choice) for choice in kept]

    def item_id(self, mention: Mention) -> str:
        """Return the id of the item that a mention most likely means."""
        return self._catalog.ids[mention.row]

    def resolve(self, title: str, year: int | None = None) -> Mention | None:
        """Find the item that a bare title means, as an LLM or a CSV file writes it.

        Args:
            title: Such as "The Matrix", "Matrix, The (1999)" or "shawshank redemtion".
            year: Year of release; None to take the one in the title, if there is one.

        Returns:
            The mention, or None where no title is near enough.
        """
        parsed = parse_title(title[:500])
        wanted = year if year is not None else parsed.year
        found = self._exactly(parsed.title, wanted) or self._nearly(parsed.title, wanted)
        if found is None:
            return None
        entries, confidence = found
        return Mention(title, 0, len(title), entries[0].row, confidence, _alternatives(entries, confidence))

    def _exactly(self, title: str, year: int | None) -> tuple[tuple[Entry, ...], float] | None:
        norms = norms_of(title)
        hits = [hit for hit in self._index.hits(norms) if (hit.first, hit.last) == (0, len(norms))]
        ranked = [self._rank(hit.entries, hit.typos, year) for hit in hits]
        return max(ranked, key=lambda found: found[1], default=None)

    def _nearly(self, title: str, year: int | None) -> tuple[tuple[Entry, ...], float] | None:
        """Compare with the titles that share a word, however many words are wrong or missing."""
        norms = norms_of(title)
        shared = {row for norm in norms for row in self._rows_with(norm)}
        rows = sorted(shared) if shared else range(len(self._catalog) if norms else 0)
        titles = [self._plain[row] for row in rows] if shared else self._plain
        near = process.extract(
            " ".join(norms), titles, scorer=fuzz.ratio, limit=ALTERNATIVES, score_cutoff=RESOLVE_CUTOFF
        )
        entries = [Entry(rows[place], 0.9 * score / 100, weak=False) for _, score, place in near]
        return self._rank(entries, 0, year) if entries else None

    def _rows_with(self, norm: str) -> Sequence[int]:
        """Return the rows that hold a word, unless it is one that hundreds hold."""
        rows = self._index.words.get(norm, [])
        return rows if len(rows) <= 300 else []

    def _choose(self, sentence: Sentence, hit: Hit) -> _Choice:
        year = sentence.year_near(hit)
        number = _number_after(sentence, hit)
        if number is not None and (row := self._series.nth(hit, number)) is not None:
            longer = Hit(hit.first, hit.last + 1, (*hit.norms, str(number)), hit.entries, hit.typos)
            entry = Entry(row, SEQUEL_CONFIDENCE, weak=False)
            return _Choice(
                longer, (entry, *hit.entries), SEQUEL_CONFIDENCE * TYPO_FACTOR**hit.typos, said=False
            )
        nth = ORDINALS.get(sentence.previous(hit))
        if nth is not None and (row := self._series.nth(hit, nth)) is not None:
            entry = Entry(row, SEQUEL_CONFIDENCE, weak=False)
            confidence = SEQUEL_CONFIDENCE * TYPO_FACTOR**hit.typos
            return _Choice(hit, (entry, *hit.entries), confidence, ordinal_tells(sentence, hit))
        entries, confidence = self._rank(hit.entries, hit.typos, year, by_fame=True)
        confidence *= OTHER_SEQUEL if number else 1.0
        return _Choice(hit, entries, confidence, self._fits(entries[0], year))

    def _rank(
        self, entries: Iterable[Entry], typos: int, year: int | None, *, by_fame: bool = False
    ) -> tuple[tuple[Entry, ...], float]:
        """Put the entries of the year said first, the others by confidence and popularity.

        Args:
            entries: At least one.
            typos: Number of words that were mended.
            year: The year said, if any.
            by_fame: Whether a famous film may stand before an obscure one that fits the words better: in
                talk, "Lord of the Rings" is not the film of 1978.
        """
        popularity = self._catalog.popularity

        def order(entry: Entry) -> tuple[bool, float, int, int]:
            fame = FAME_WEIGHT * self._fame[entry.row] if by_fame and entry.confidence >= 0.8 else 0.0
            likely = entry.confidence + fame
            return (not self._fits(entry, year), -likely, -int(popularity[entry.row]), entry.row)

        ranked = tuple(sorted(entries, key=order))
        confidence = ranked[0].confidence * TYPO_FACTOR**typos
        if year is not None:
            return ranked, confidence * (1.0 if self._fits(ranked[0], year) else WRONG_YEAR)
        rivals = [e for e in ranked[1:] if e.confidence >= ranked[0].confidence]
        most = max((int(popularity[e.row]) for e in rivals), default=0)
        share = min(1.0, most / max(1, int(popularity[ranked[0].row])))
        return ranked, confidence * (1.0 - RIVAL_COST * share)

    def _fits(self, entry: Entry, year: int | None) -> bool:
        known = int(self._catalog.years[entry.row])
        return year is not None and known != 0 and abs(known - year) <= 1

    def _is_meant(self, sentence: Sentence, choice: _Choice) -> bool:
        popularity = float(self._catalog.popularity[choice.entries[0].row])
        return is_meant(
            sentence,
            choice.hit,
            said=choice.said,
            known=popularity >= self._known and not choice.hit.typos,
            famous=popularity >= self._famous and not choice.hit.typos,
        )

    def _is_listed(self, sentence: Sentence, choice: _Choice, other: _Choice) -> bool:
        known = bool(self._catalog.popularity[choice.entries[0].row] >= self._known)
        return is_listed(sentence, choice.hit, other.hit, known=known)

    def _is_torn(self, sentence: Sentence, hit: Hit) -> bool:
        """Return whether a stop, or a comma that the title does not have, parts the words of a hit."""
        if sentence.breaks(hit):
            return True
        return sentence.has_comma(hit) and "," not in self._catalog.titles[hit.entries[0].row]

    def _mention(self, sentence: Sentence, choice: _Choice) -> Mention:
        start = sentence.words[choice.hit.first].start
        end = sentence.words[choice.hit.last - 1].end
        others = _alternatives(choice.entries, choice.confidence)
        return Mention(sentence.text[start:end], start, end, choice.entries[0].row, choice.confidence, others)


def _alternatives(entries: Sequence[Entry], confidence: float) -> tuple[tuple[int, float], ...]:
    others = dict.fromkeys(entry.row for entry in entries[1:])
    scale = {entry.row: entry.confidence for entry in entries[1:]}
    chosen = [row for row in others if row != entries[0].row][:ALTERNATIVES]
    return tuple((row, min(confidence, scale[row]) * 0.5) for row in chosen)


def _number_after(sentence: Sentence, hit: Hit) -> int | None:
    """Return 2 for "Matrix 2" where no title is called that."""
    if hit.last >= len(sentence.words) or sentence.gap(hit.last - 1, hit.last) != " ":
        return None
    digit = sentence.words[hit.last].norm
    if re.match(r"\s*\S+(?:\.\d)?(?: ?/ ?\d| ?(?:out of|stars?|times|points)\b)", sentence.after(hit)):
        return None  # "I gave Interstellar five stars"
    return int(digit) if len(digit) == 1 and digit.isdigit() and digit > "1" else None


def _accept(
    sentence: Sentence,
    choices: list[_Choice],
    is_meant: Callable[[Sentence, _Choice], bool],
    is_listed: Callable[[Sentence, _Choice, _Choice], bool],
) -> list[_Choice]:
    """Keep the best choices that do not overlap, then those that stand in a list with a kept one."""
    ranked = sorted(choices, key=lambda c: (-c.weight, c.hit.first, c.hit.typos))
    kept = [c for c in ranked if is_meant(sentence, c)]
    taken: list[_Choice] = []
    used: set[int] = set()

    def take(choice: _Choice) -> None:
        taken.append(choice)
        used.update(range(choice.hit.first, choice.hit.last))

    for choice in kept:
        if used.isdisjoint(range(choice.hit.first, choice.hit.last)):
            take(choice)
    known = {id(choice) for choice in kept}
    rest = [choice for choice in ranked if id(choice) not in known]
    grown = True
    while grown:
        grown = False
        for choice in rest:
            free = used.isdisjoint(range(choice.hit.first, choice.hit.last))
            if free and any(is_listed(sentence, choice, other) for other in taken):
                take(choice)
                grown = True
    return sorted(_without_series_names(taken), key=lambda c: c.hit.first)


def _without_series_names(choices: list[_Choice]) -> list[_Choice]:
    """Leave "Star Wars" out where a film of that series is named besides."""
    rows = {choice.entries[0].row: choice for choice in choices}
    return [
        c
        for c in choices
        if not (c.entries[0].weak and any(rows.get(e.row, c) is not c for e in c.hit.entries))
    ]
