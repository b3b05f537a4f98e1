"""Scorers: one function each, on what was read and what a person labelled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from prompts.pairs import Label, Labels, Slot


@dataclass(frozen=True)
class Match:
    """How the pairs of one case agree.

    Attributes:
        hits: Labels that were read.
        extra: Pairs that were read and not labelled.
        missed: Labels that were not read.
    """

    hits: tuple[Label, ...]
    extra: tuple[Slot, ...]
    missed: tuple[Label, ...]

    @property
    def perfect(self) -> bool:
        """Return whether nothing is extra and nothing is missed."""
        return not self.extra and not self.missed


@dataclass(frozen=True)
class SlotScore:
    """Micro-averaged agreement of slots.

    Attributes:
        hits: Labels that were read.
        extra: Pairs that were read and not labelled.
        missed: Labels that were not read.
    """

    hits: int
    extra: int
    missed: int

    @property
    def precision(self) -> float:
        """Return the share of what was read that was labelled; 1 where nothing was read."""
        return self.hits / (self.hits + self.extra) if self.hits + self.extra else 1.0

    @property
    def recall(self) -> float:
        """Return the share of the labels that were read; 1 where nothing was labelled."""
        return self.hits / (self.hits + self.missed) if self.hits + self.missed else 1.0

    @property
    def f1(self) -> float:
        """Return the harmonic mean of both; 1 where nothing was labelled and nothing read."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def match_pairs(read: set[Slot], labels: Labels) -> Match:
    """Compare what was read with what was labelled.

    A label with alternatives is one hit however many of its values were read; a free pair is no extra.
    """
    met = {label: {(label.slot, value) for value in label.values} & read for label in labels.asked}
    used = set[Slot]().union(*met.values())
    return Match(
        hits=tuple(label for label in labels.asked if met[label]),
        extra=tuple(sorted(read - used - labels.free)),
        missed=tuple(label for label in labels.asked if not met[label]),
    )


def slot_score(matches: Iterable[Match]) -> SlotScore:
    """Add up the pairs of all cases."""
    hits = extra = missed = 0
    for match in matches:
        hits, extra, missed = hits + len(match.hits), extra + len(match.extra), missed + len(match.missed)
    return SlotScore(hits, extra, missed)


def slot_precision(matches: Iterable[Match]) -> float:
    """Return the share of the pairs read that were labelled; 1 where nothing was read."""
    return slot_score(matches).precision


def slot_recall(matches: Iterable[Match]) -> float:
    """Return the share of the labels that were read; 1 where nothing was labelled."""
    return slot_score(matches).recall


def slot_f1(matches: Iterable[Match]) -> float:
    """Return the harmonic mean of precision and recall over the pairs of all cases."""
    return slot_score(matches).f1


def by_slot(matches: Sequence[Match]) -> dict[str, SlotScore]:
    """Return the score of each slot that was read or labelled, by name."""
    hits = Counter(label.slot for match in matches for label in match.hits)
    extra = Counter(slot for match in matches for slot, _ in match.extra)
    missed = Counter(label.slot for match in matches for label in match.missed)
    return {
        name: SlotScore(hits[name], extra[name], missed[name]) for name in sorted({*hits, *extra, *missed})
    }


def accuracy(pairs: Iterable[tuple[str, str]]) -> float:
    """Return the share of cases in which what was read equals the label; 1 where there are none."""
    equal = [found == gold for found, gold in pairs]
    return sum(equal) / len(equal) if equal else 1.0


def confusions(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str, int]]:
    """Return (read, labelled, number of cases) of the moves that differ, most frequent first."""
    counts = Counter((found, gold) for found, gold in pairs if found != gold)
    return [(found, gold, n) for (found, gold), n in sorted(counts.items(), key=lambda c: (-c[1], c[0]))]


def query_recall(pairs: Iterable[tuple[str, str]]) -> float:
    """Return the share of labelled words that were read, over the cases that label any; 1 where none does.

    Args:
        pairs: For each case the query that was read and the labelled one. Words are told apart by blanks;
            what is not Latin counts by character.
    """
    hits = total = 0
    for found, gold in pairs:
        held, words = words_found(found, gold)
        hits, total = hits + held, total + words
    return hits / total if total else 1.0


def words_found(found: str, gold: str) -> tuple[int, int]:
    """Return how many labelled words were read, and how many there are; see `query_recall`."""
    words = _words(gold)
    return len(words & _words(found)), len(words)


def _words(text: str) -> set[str]:
    spaced = "".join(c if c.isascii() or not c.isalnum() else f" {c} " for c in text.casefold())
    return {word.strip(".,;:!?'\"") for word in spaced.split()} - {""}
