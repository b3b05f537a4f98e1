"""Scorers: one function each, on what was read and what a person labelled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

Slot = tuple[str, str]


@dataclass(frozen=True)
class SlotScore:
    """Micro-averaged agreement of slots.

    Attributes:
        precision: Share of the read slots that were labelled.
        recall: Share of the labelled slots that were read.
        f1: Harmonic mean of both; 1 where there is nothing to read and nothing was read.
    """

    precision: float
    recall: float
    f1: float


def slot_score(pairs: Iterable[tuple[set[Slot], set[Slot]]]) -> SlotScore:
    """Score slots over cases.

    Args:
        pairs: For each case the slots that were read and those that were labelled.
    """
    hits = read = labelled = 0
    for found, gold in pairs:
        hits, read, labelled = hits + len(found & gold), read + len(found), labelled + len(gold)
    precision = hits / read if read else 1.0
    recall = hits / labelled if labelled else 1.0
    total = precision + recall
    return SlotScore(precision, recall, 2 * precision * recall / total if total else 0.0)


def accuracy(pairs: Iterable[tuple[str, str]]) -> float:
    """Return the share of cases in which what was read equals the label; 1 where there are none."""
    equal = [found == gold for found, gold in pairs]
    return sum(equal) / len(equal) if equal else 1.0
