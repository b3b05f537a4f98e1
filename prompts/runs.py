"""What a suite measures, and the record of one run over its cases."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError

from prompts.errors import RunError

FloatArray = NDArray[np.float64]
Values = dict[str, float]


@dataclass(frozen=True)
class Measure:
    """One figure of a run: a weighted sum of the values of all cases over another.

    F1, precision, recall, accuracy and every mean have this form: one bootstrap over cases serves all.

    Attributes:
        name: Name of the figure.
        top: Value -> weight in the numerator.
        bottom: Value -> weight in the denominator; `cases` is 1 in each case.
        better: Which way is better.
        empty: The figure where the denominator is 0.
    """

    name: str
    top: Mapping[str, float]
    bottom: Mapping[str, float] = field(default_factory=lambda: {"cases": 1.0})
    better: Literal["higher", "lower"] = "higher"
    empty: float = 1.0

    def of(self, values: Mapping[str, FloatArray]) -> FloatArray:
        """Return the figure for sums of values; arrays of one shape, one entry a draw or a case."""
        zeros = np.zeros_like(next(iter(values.values())))
        top = sum((weight * values.get(name, zeros) for name, weight in self.top.items()), zeros)
        bottom = sum((weight * values.get(name, zeros) for name, weight in self.bottom.items()), zeros)
        known = bottom != 0
        return np.where(known, top / np.where(known, bottom, 1.0), self.empty)


@dataclass(frozen=True)
class Suite:
    """What is measured over cases of one form.

    Attributes:
        name: Name on the command line.
        measures: The figures; the first one decides which of two runs is better.
    """

    name: str
    measures: tuple[Measure, ...]


class Record(BaseModel):
    """Refuse unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Tokens(Record):
    """What the language model was asked: calls, tokens sent, tokens received."""

    calls: int = 0
    prompt: int = 0
    completion: int = 0


class Outcome(Record):
    """What came of one case.

    Attributes:
        values: What the figures are made of.
        tokens: What the language model was asked.
        seconds: How long it took when it was measured.
        detail: What a person looks at: words, readings, faults.
    """

    values: Values
    tokens: Tokens = Tokens()
    seconds: float = 0.0
    detail: dict[str, Any] = {}


class Result(Outcome):
    """The outcome of a case under its content.

    Attributes:
        content: Digest of the case; cases are compared only where it is the same.
        cached: Whether it was measured in an earlier run.
    """

    content: str
    cached: bool = False


class Run(Record):
    """One run of a suite.

    Attributes:
        format: Version of this form.
        suite: Name of the suite.
        file: Case file.
        setup: What was under test: marks of prompts, model, reader, catalogue, program.
        cases: Id -> result.
        failed: Id -> why there is no result.
        extras: Figures over all cases that are no weighted sums.
    """

    format: Literal[1] = 1
    suite: str
    file: str = ""
    setup: dict[str, str] = {}
    cases: dict[str, Result] = {}
    failed: dict[str, str] = {}
    extras: Values = {}

    @property
    def tokens(self) -> Tokens:
        """Return what the language model was asked in all."""
        held = [result.tokens for result in self.cases.values()]
        return Tokens(
            calls=sum(t.calls for t in held),
            prompt=sum(t.prompt for t in held),
            completion=sum(t.completion for t in held),
        )

    def columns(self, ids: Sequence[str]) -> dict[str, FloatArray]:
        """Return value -> float64 [n], of the cases named; 0 where a case has no such value."""
        results = [self.cases[case].values for case in ids]
        names = {"cases", *(name for values in results for name in values)}
        columns = {name: np.array([v.get(name, 0.0) for v in results]) for name in names}
        return {**columns, "cases": np.ones(len(ids))}

    def figures(self, suite: Suite) -> Values:
        """Return every figure of the suite over all cases, then the extras."""
        sums = {name: column.sum(keepdims=True) for name, column in self.columns(list(self.cases)).items()}
        return {m.name: float(m.of(sums)[0]) for m in suite.measures} | self.extras


def load_run(path: Path) -> Run:
    """Read the record of a run.

    Raises:
        RunError: When the file cannot be read or is no such record.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        figures = data.pop("figures", None) if isinstance(data, dict) else None
        run = Run.model_validate(data)
    except (OSError, UnicodeDecodeError, ValueError, ValidationError) as error:
        told = str(error).splitlines()[0]
        raise RunError(f"{path} is no run of `palate eval run --json FILE`: {told}.") from error
    del figures  # written for people and scripts; computed anew from the cases
    return run


def as_json(run: Run, suite: Suite) -> dict[str, Any]:
    """Return the record of a run as plain data, its figures on top."""
    return {"figures": run.figures(suite), **run.model_dump()}
