"""When to stop: people whose episodes are only looked at, how well they are ranked, and patience."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from metalearn.data import IntArray
from metalearn.metrics import PerUser, ndcg
from metalearn.tables import Table

PLACES = 10
# Keeps who is held back apart from the other draws of the same seed.
SALT = 7


class Parted(NamedTuple):
    """Lines of every table, int64 each: those to train on, and those held back."""

    trained: list[IntArray]
    held: list[IntArray]

    def batches(self, size: int) -> Iterator[tuple[int, IntArray]]:
        """Yield table and lines of what is held back, at most `size` lines at once."""
        for at, lines in enumerate(self.held):
            for start in range(0, len(lines), size):
                yield at, lines[start : start + size]


def hold_back(tables: Sequence[Table], share: float, seed: int) -> Parted:
    """Hold a share of the people back with all their episodes, at least one person; made-up people never.

    Args:
        tables: episodes by fold.
        share: of the people; 0 holds nobody back, and neither does a log of one person.
        seed: decides who.
    """
    owners = [np.array([e.person for e in table.episodes], np.int64) for table in tables]
    people = np.unique(np.concatenate(owners))
    people = people[people >= 0]
    count = min(max(round(share * len(people)), 1), len(people) - 1) if share else 0
    chosen = np.random.default_rng([seed, SALT]).permutation(people)[: max(count, 0)]
    held = [np.isin(owner, chosen) for owner in owners]
    return Parted([np.flatnonzero(~some) for some in held], [np.flatnonzero(some) for some in held])


def ranking(scores: Tensor, query: Tensor) -> PerUser:
    """Return NDCG@10 of every episode, float64 [E].

    Args:
        scores: float32 [E, C], very low where padded.
        query: float32 [E, C], 1 where relevant.
    """
    best = torch.topk(scores, min(PLACES, scores.shape[1]), dim=1).indices
    hits = torch.gather(query, 1, best).numpy() > 0
    return ndcg(hits, query.sum(1).numpy().astype(np.int64), PLACES)


class Watch:
    """Keeps the best parameters seen, and knows when nothing better has come for too long.

    Attributes:
        best: highest value seen, minus infinity before the first.
        since: checks without a higher one.
        kept: parameters of the best, by name.
    """

    def __init__(self, patience: int) -> None:
        self.patience = patience
        self.best, self.since = -np.inf, 0
        self.kept: dict[str, Tensor] = {}

    def see(self, value: float, parameters: Mapping[str, Tensor]) -> None:
        """Take note of a check."""
        if value > self.best:
            self.best, self.since = value, 0
            self.kept = {name: tensor.detach().clone() for name, tensor in parameters.items()}
        else:
            self.since += 1

    @property
    def over(self) -> bool:
        """Return whether patience has run out; never with a patience of 0."""
        return 0 < self.patience <= self.since
