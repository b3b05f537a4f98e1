"""Many sources, one list: reciprocal ranks under weights that are learned on people held back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from retriever.strategies.source import Ask, FloatArray, IntArray, Source, best

DEPTH = 1000  # places of every source that count
OFFSETS = (5.0, 20.0, 60.0)
DECAY = 0.01
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Blend:
    """How much every source counts: the sum of weight * (offset + 1) / (offset + place).

    Attributes:
        weights: Name of a source -> weight, not below 0.
        offset: How slowly a place loses its worth; 60 in Cormack, Clarke and Buettcher, SIGIR 2009.
    """

    weights: Mapping[str, float]
    offset: float = 60.0

    @classmethod
    def even(cls, names: Sequence[str]) -> Blend:
        """Return the same weight for each source."""
        return cls(dict.fromkeys(names, 1.0))

    def among(self, names: Sequence[str]) -> Blend:
        """Return the weights of some sources; even ones where none of these learned to count."""
        kept = {name: self.weights.get(name, 0.0) for name in names}
        return Blend(kept, self.offset) if any(kept.values()) else Blend.even(names)


class Fused:
    """Fuse sources by a blend."""

    name = "hybrid"

    def __init__(self, sources: Sequence[Source], blend: Blend) -> None:
        self.sources, self.blend = sources, blend

    def scores(self, ask: Ask, /) -> FloatArray:
        """Return the blended reciprocal ranks of all that any source proposes."""
        return self.within(ask, None)

    def within(self, ask: Ask, allowed: NDArray[np.bool_] | None) -> FloatArray:
        """Return the same over the allowed rows [N] alone, whose places are counted among themselves."""
        found = worths(
            [s for s in self.sources if self.blend.weights.get(s.name)], ask, allowed, self.blend.offset
        )
        weights = [w for s in self.sources if (w := self.blend.weights.get(s.name))]
        total = np.asarray(weights, np.float32) @ found if weights else np.zeros(found.shape[1])
        return np.asarray(total, dtype=np.float32)

    def candidates(self, ask: Ask, allowed: NDArray[np.bool_] | None, k: int) -> IntArray:
        """Return the k best allowed rows, best first; fewer where the sources propose fewer."""
        return best(self.within(ask, allowed), allowed, k)


def worths(
    sources: Sequence[Source], ask: Ask, allowed: NDArray[np.bool_] | None, offset: float
) -> FloatArray:
    """Return (offset + 1) / (offset + place) of every item under every source, 0 below `DEPTH`, [S, N]."""
    lines = []
    for source in sources:
        scores = source.scores(ask)
        rows = best(scores, allowed, DEPTH)
        line = np.zeros(len(scores), np.float32)
        line[rows] = (offset + 1) / (offset + 1 + np.arange(len(rows)))
        lines.append(line)
    return np.stack(lines) if lines else np.zeros((0, 0), np.float32)


@dataclass(frozen=True)
class Lesson:
    """One person to learn weights from.

    Attributes:
        ask: What the sources are told.
        later: int64 [q], rows liked after that.
    """

    ask: Ask
    later: IntArray


def learn(sources: Sequence[Source], lessons: Sequence[Lesson]) -> Blend:
    """Learn the blend under which the later likes of held-back people are most probable.

    The probability of an item is the softmax of its blended worth over the whole catalogue without the
    likes that the sources were told; weights are not below 0. The loss is convex in the weights; the offset
    is chosen among `OFFSETS` by the same loss.

    Args:
        sources: Fitted without these people.
        lessons: At least one whose later likes are not empty; even weights come of none.
    """
    names, used = [source.name for source in sources], [one for one in lessons if len(one.later)]
    if not used or not names:
        return Blend.even(names)
    found = [_fit(sources, used, offset) for offset in OFFSETS]
    _, weights, offset = min(found, key=lambda each: each[0])
    return Blend(dict(zip(names, map(float, weights), strict=True)), offset)


def _fit(sources: Sequence[Source], lessons: Sequence[Lesson], offset: float) -> tuple[float, Array, float]:
    examples = []
    for lesson in lessons:
        allowed = np.ones(len(sources[0].scores(lesson.ask)), np.bool_)
        allowed[lesson.ask.rows] = False
        table = worths(sources, lesson.ask, allowed, offset)
        later = lesson.later[allowed[lesson.later]]
        if not len(later):
            continue
        wanted = table[:, later].mean(axis=1).astype(np.float64)
        pool = np.flatnonzero(table.any(axis=0))
        # Items that no source proposes are alike: one number stands for them all.
        examples.append((wanted, table[:, pool], int(allowed.sum()) - len(pool)))
    if not examples:
        return np.inf, np.ones(len(sources)), offset

    def loss(weights: Array) -> tuple[float, Array]:
        total, slope = DECAY * float(weights @ weights), 2 * DECAY * weights
        for wanted, pool, rest in examples:
            exps = np.exp((weights.astype(np.float32) @ pool).astype(np.float64))
            whole = exps.sum() + rest
            total += (np.log(whole) - weights @ wanted) / len(examples)
            slope = slope + (pool @ (exps / whole).astype(np.float32) - wanted) / len(examples)
        return total, np.asarray(slope, dtype=np.float64)

    start = np.ones(len(sources))
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(0.0, 30.0)] * len(start))
    return float(found.fun), np.asarray(found.x), offset
