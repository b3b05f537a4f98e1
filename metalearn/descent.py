"""Inner problems solved by a few steps of gradient descent from a meta-learned start, on NumPy arrays.

The person's weights of phi are scale * delta. Each step moves delta, and for MAML the scale as well, along
the gradient of sum_i w_i (y_i - f_i . (scale * delta))^2 / 2 + penalty / 2 |move|^2. Every event keeps its
own share of both moves, so that the result is a sum over events like that of the closed form.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from metalearn.data import FloatArray, Tensors
from metalearn.inner import Inner, Problem, Ridge, Solution

STEPS = 5


@dataclass(frozen=True)
class Descent:
    """Steps of descent.

    Attributes:
        start: float32 [p], delta before the first step.
        scale: float32 [p], scale before the first step; ones unless it was learned.
        rates: float32 [p], step of delta as a share of the largest stable one.
        scale_rate: float32 [1], the same for the scale; 0 keeps it where it is.
        steps: number of steps.
    """

    start: FloatArray
    scale: FloatArray
    rates: FloatArray
    scale_rate: FloatArray
    steps: int = STEPS
    name: ClassVar[str] = "descent"

    def solve(self, problem: Problem) -> Solution:
        """Take the steps; float64 throughout, so that the order of events does not show."""
        features, targets, weights, penalty = problem
        features = features.astype(np.float64)
        moves, turns = np.zeros_like(features), np.zeros_like(features)
        largest = float(weights @ np.square(features).sum(axis=1)) + penalty
        for _ in range(self.steps):
            delta, scale = self.start + moves.sum(axis=0), self.scale + turns.sum(axis=0)
            error = weights * (features @ (scale * delta) - targets)
            pull = error[:, None] * features
            step = self.rates / largest
            new_moves = moves - step * (pull * scale + penalty * moves)
            if self.scale_rate[0]:
                turns = turns - self.scale_rate / largest * (pull * delta + penalty * turns)
            moves = new_moves
        scale = self.scale + turns.sum(axis=0)
        vectors = scale * moves + self.start * turns
        return Solution((self.scale * self.start).astype(np.float32), vectors.astype(np.float32))

    def tensors(self) -> Tensors:
        """Return every meta-learned array by name."""
        return {
            "start": self.start,
            "scale": self.scale,
            "rates": self.rates,
            "scale_rate": self.scale_rate,
            "steps": np.array([self.steps], np.int64),
        }

    @classmethod
    def restore(cls, tensors: Tensors, size: int) -> Self:
        """Rebuild from ``tensors``."""
        del size
        arrays = {name: tensors[name] for name in ("start", "scale", "rates", "scale_rate")}
        return cls(**arrays, steps=int(tensors["steps"][0]))


@dataclass(frozen=True)
class Proximal:
    """The exact minimum around a meta-learned start: ridge regression of what the start leaves over.

    Attributes:
        start: float32 [p].
    """

    start: FloatArray
    name: ClassVar[str] = "proximal"

    def solve(self, problem: Problem) -> Solution:
        """Solve min sum_i w_i (y_i - f_i . delta)^2 + penalty |delta - start|^2."""
        left = problem.targets - problem.features @ self.start
        return Solution(self.start, Ridge(len(self.start)).solve(problem._replace(targets=left)).vectors)

    def tensors(self) -> Tensors:
        """Return the start."""
        return {"start": self.start}

    @classmethod
    def restore(cls, tensors: Tensors, size: int) -> Self:
        """Rebuild from ``tensors``."""
        del size
        return cls(tensors["start"])


INNERS: dict[str, type[Inner]] = {inner.name: inner for inner in (Ridge, Descent, Proximal)}
