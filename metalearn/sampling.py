"""Which episodes a step of meta-training sees."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from metalearn.data import IntArray
from metalearn.tables import Table


class Shuffled:
    """Every step draws from all episodes of a fold."""

    def __init__(self, tables: Sequence[Table], batch: int, steps: int, seed: int) -> None:
        del steps
        self.tables, self.batch, self.rng = tables, batch, np.random.default_rng(seed)

    def draw(self, step: int) -> IntArray:
        """Return the lines of the table of this step."""
        table = self.tables[step % len(self.tables)]
        return np.asarray(self.rng.permutation(len(table))[: self.batch], dtype=np.int64)


class Stream(Shuffled):
    """Episodes arrive in order of time: half of a batch is the newest, half is replayed from before.

    Follow the meta-leader with a replay buffer. Finn et al. 2019, arXiv 1902.08438.
    """

    def __init__(self, tables: Sequence[Table], batch: int, steps: int, seed: int) -> None:
        super().__init__(tables, batch, steps, seed)
        self.steps = steps
        self.order = [np.argsort([e.now for e in t.episodes], kind="stable") for t in tables]

    def draw(self, step: int) -> IntArray:
        """Return the newest lines as of this step and a replay of older ones."""
        order = self.order[step % len(self.tables)]
        edge = max(int(np.ceil(len(order) * (step + 1) / self.steps)), min(self.batch, len(order)))
        newest = order[max(edge - self.batch // 2, 0) : edge]
        older = self.rng.permutation(order[: max(edge - len(newest), 0)])[: self.batch - len(newest)]
        return np.asarray(np.concatenate([newest, older]), dtype=np.int64)
