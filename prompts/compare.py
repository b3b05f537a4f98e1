"""Which of two runs is better, by how much, how surely, and on which cases: a paired bootstrap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from prompts.errors import RunError
from prompts.runs import FloatArray, Measure, Run, Suite

DRAWS = 4000
CERTAIN = 0.99
Verdict = Literal["A is better", "B is better", "no difference"]


@dataclass(frozen=True)
class Difference:
    """One figure of two runs over the cases that both have.

    Attributes:
        measure: The figure.
        a: Its value in run A; `b` that in run B.
        difference: `b - a`.
        low: Lower end of the 95 % interval of the difference; `high` the upper.
        certainty: 1 minus the two-sided bootstrap p-value that the difference has the other sign or is none.
        verdict: Which run is better, where that is certain enough.
    """

    measure: Measure
    a: float
    b: float
    difference: float
    low: float
    high: float
    certainty: float
    verdict: Verdict


@dataclass(frozen=True)
class Change:
    """One case on which the deciding figure differs: its values in run A and run B."""

    id: str
    a: float
    b: float


@dataclass(frozen=True)
class Comparison:
    """Two runs, compared.

    Attributes:
        a: Run A; `b` run B.
        differences: Every figure of the suite; the first one decides.
        better: Cases that run B does better on, largest change first.
        worse: Cases that run A does better on, largest change first.
        compared: Number of cases that both runs have with the same content.
        left_out: Ids of cases that only one run has, or that changed.
        certain: Least certainty of a verdict.
    """

    a: Run
    b: Run
    differences: tuple[Difference, ...]
    better: tuple[Change, ...]
    worse: tuple[Change, ...]
    compared: int
    left_out: tuple[str, ...]
    certain: float

    @property
    def verdict(self) -> Verdict:
        """Return which run is better by the deciding figure."""
        return self.differences[0].verdict


def compare(
    a: Run, b: Run, suite: Suite, *, certain: float = CERTAIN, draws: int = DRAWS, seed: int = 0
) -> Comparison:
    """Compare two runs of a suite, case by case.

    The cases are drawn with replacement, the same ones for both runs (paired bootstrap; Efron and Tibshirani,
    1993; for systems Koehn, EMNLP 2004). A verdict asks for a certainty of .99, not .95: a prompt compared
    with itself under sampling noise must come out as no difference more often than 95 times in 100.

    Args:
        a: The one run.
        b: The other.
        suite: What both measured.
        certain: Least certainty of a verdict.
        draws: Bootstrap draws.
        seed: Seed of the draws.

    Raises:
        RunError: When the runs are of different suites or share no case.
    """
    if {a.suite, b.suite} != {suite.name}:
        raise RunError(f"A run of {a.suite} cannot be compared with a run of {b.suite}.")
    ids = [i for i in a.cases if i in b.cases and a.cases[i].content == b.cases[i].content]
    if not ids:
        raise RunError("The two runs share no case of the same content: run both over one case file.")
    weights = _draws(len(ids), draws, seed)
    sides = [run.columns(ids) for run in (a, b)]
    differences = tuple(_difference(m, sides[0], sides[1], weights, certain) for m in suite.measures)
    changes = _changes(suite.measures[0], ids, sides)
    sign = 1.0 if suite.measures[0].better == "higher" else -1.0
    left = sorted({*a.cases, *b.cases, *a.failed, *b.failed} - set(ids))
    return Comparison(
        a,
        b,
        differences,
        better=tuple(c for c in changes if sign * (c.b - c.a) > 0),
        worse=tuple(c for c in changes if sign * (c.b - c.a) < 0),
        compared=len(ids),
        left_out=tuple(left),
        certain=certain,
    )


def intervals(run: Run, suite: Suite, *, draws: int = DRAWS, seed: int = 0) -> dict[str, tuple[float, float]]:
    """Return the 95 % bootstrap interval of every figure of a run."""
    columns = run.columns(list(run.cases))
    weights = _draws(len(run.cases), draws, seed)
    drawn = {name: weights @ column for name, column in columns.items()}
    ends = {m.name: np.percentile(m.of(drawn), [2.5, 97.5]) for m in suite.measures}
    return {name: (float(low), float(high)) for name, (low, high) in ends.items()}


def _draws(n: int, draws: int, seed: int) -> FloatArray:
    """Return how often each draw takes each case, float64 [draws, n]; every row sums to n."""
    rng = np.random.default_rng(seed)
    return rng.multinomial(n, np.full(n, 1.0 / n), size=draws).astype(np.float64)


def _difference(
    measure: Measure,
    a: dict[str, FloatArray],
    b: dict[str, FloatArray],
    weights: FloatArray,
    certain: float,
) -> Difference:
    ones = np.ones((1, weights.shape[1]))
    value_a, value_b = (float(measure.of({k: ones @ v for k, v in side.items()})[0]) for side in (a, b))
    drawn_a, drawn_b = (measure.of({k: weights @ v for k, v in side.items()}) for side in (a, b))
    drawn = drawn_b - drawn_a
    low, high = np.percentile(drawn, [2.5, 97.5])
    one_sided = min(float((drawn <= 0).mean()), float((drawn >= 0).mean()))
    certainty = 1.0 - min(1.0, 2.0 * one_sided)
    verdict: Verdict = "no difference"
    if certainty >= certain and value_a != value_b:
        verdict = "B is better" if (value_b > value_a) == (measure.better == "higher") else "A is better"
    return Difference(
        measure, value_a, value_b, value_b - value_a, float(low), float(high), certainty, verdict
    )


def _changes(measure: Measure, ids: Sequence[str], sides: Sequence[dict[str, FloatArray]]) -> list[Change]:
    values_a, values_b = (measure.of(side) for side in sides)
    order = np.argsort(-np.abs(values_b - values_a), kind="stable")
    return [
        Change(ids[i], float(values_a[i]), float(values_b[i])) for i in order if values_a[i] != values_b[i]
    ]
