"""Which episodes a step of meta-training sees."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from metalearn.data import IntArray
from metalearn.tables import Table


class Shuffled:
    """Every step draws from all episodes of a fold."""

    def __init__(
        self, tables: Sequence[Table], lines: Sequence[IntArray], batch: int, steps: int, seed: int
    ) -> None:
        """Start the draws.

        Args:
            tables: at least one.
            lines: int64 [k] for each, at least one line that may be drawn.
            batch: lines of a step, at most.
            steps: of the whole training.
            seed: of the draws.
        """
        del tables
        self.lines, self.batch, self.steps = lines, batch, steps
        self.rng = np.random.default_rng(seed)

    def draw(self, step: int) -> IntArray:
        """Return the lines of the table of this step."""
        lines = self.lines[step % len(self.lines)]
        return lines[self.rng.permutation(len(lines))[: self.batch]]


class Stream(Shuffled):
    """Episodes arrive in order of time: half of a batch is the newest, half is replayed from before.

    Follow the meta-leader with a replay buffer. Finn et al. 2019, arXiv 1902.08438.
    """

    def __init__(
        self, tables: Sequence[Table], lines: Sequence[IntArray], batch: int, steps: int, seed: int
    ) -> None:
        super().__init__(tables, lines, batch, steps, seed)
        moments = [np.array([e.now for e in t.episodes]) for t in tables]
        self.order = [
            some[np.argsort(now[some], kind="stable")] for some, now in zip(lines, moments, strict=True)
        ]

    def draw(self, step: int) -> IntArray:
        """Return the newest lines as of this step and a replay of older ones."""
        order = self.order[step % len(self.order)]
        edge = max(int(np.ceil(len(order) * (step + 1) / self.steps)), min(self.batch, len(order)))
        newest = order[max(edge - self.batch // 2, 0) : edge]
        older = self.rng.permutation(order[: max(edge - len(newest), 0)])[: self.batch - len(newest)]
        return np.asarray(np.concatenate([newest, older]), dtype=np.int64)
