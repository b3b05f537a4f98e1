"""Run a suite: every case through the system under test, concurrent, resumable, kept by content."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from prompts.errors import SystemFailure
from prompts.runs import Outcome, Result, Run, Suite, Tokens, Values

System = Callable[[Any], Outcome]
Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Sample:
    """One case as the harness sees it.

    Attributes:
        id: Unique name.
        case: What the system under test is given.
        content: Everything that the case consists of, as text; what was kept of another content is not used.
    """

    id: str
    case: Any
    content: str

    @property
    def digest(self) -> str:
        """Return the first 16 hex digits of the SHA-256 of the content."""
        return _digest(self.content)


@dataclass(frozen=True)
class Plan:
    """How a suite is run.

    Attributes:
        keep: Folder in which every outcome is kept as soon as it is there; None keeps none.
        workers: Cases at a time.
        fresh: Measure anew what has been kept.
        extras: Results of all cases -> figures that are no weighted sums.
    """

    keep: Path | None = None
    workers: int = 1
    fresh: bool = False
    extras: Callable[[Sequence[Result]], Values] = lambda results: {}


def run(
    suite: Suite,
    samples: Sequence[Sample],
    system: System,
    setup: Mapping[str, str],
    plan: Plan,
    progress: Progress,
    file: str = "",
) -> Run:
    """Put every case to the system and record what came of it.

    An outcome is kept under the digest of suite, set-up and case, so a run that was broken off goes on where
    it was, and a run in which one prompt changed measures only what that prompt can change.

    Args:
        suite: What is measured.
        samples: The cases; their ids differ.
        system: The system under test; raises `SystemFailure` where it could not answer.
        setup: What tells this system from others: marks of prompts, model, reader, program.
        plan: How to run.
        progress: Told after every case, with the tokens so far.
        file: Where the cases come from.
    """
    counted = _Counted(progress, len(samples))
    with ThreadPoolExecutor(plan.workers) as pool:
        jobs = [pool.submit(_one, suite.name, sample, system, setup, plan, counted) for sample in samples]
        try:
            ended, _ = wait(jobs, return_when=FIRST_EXCEPTION)
            for job in ended:
                job.result()  # the first fault of the system ends the run
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        found = [job.result() for job in jobs]
    pairs = list(zip(samples, found, strict=True))
    cases = {sample.id: result for sample, result in pairs if isinstance(result, Result)}
    failed = {sample.id: result for sample, result in pairs if isinstance(result, str)}
    extras = plan.extras(list(cases.values()))
    return Run(suite=suite.name, file=file, setup=dict(setup), cases=cases, failed=failed, extras=extras)


class _Counted:
    """Tell how far a run is, and what it has cost."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._total, self._done, self._tokens = progress, total, 0, 0

    def __call__(self, result: Result | str) -> None:
        if isinstance(result, Result) and not result.cached:
            self._tokens += result.tokens.prompt + result.tokens.completion
        self._done += 1
        told = f"case {self._done} of {self._total}, {self._tokens:,} tokens"
        self._progress(told, self._done / self._total)


def _one(
    suite: str, sample: Sample, system: System, setup: Mapping[str, str], plan: Plan, counted: _Counted
) -> Result | str:
    key = _digest(json.dumps([suite, sorted(setup.items()), sample.digest]), 40)
    path = None if plan.keep is None else plan.keep / key[:2] / f"{key}.json"
    result: Result | str | None = None if plan.fresh or path is None else _kept(path)
    if result is None:
        try:
            outcome = system(sample.case)
            result = Result(**outcome.model_dump(), content=sample.digest)
            if path is not None:
                _keep(path, result)
        except SystemFailure as error:
            result = str(error)
    counted(result)
    return result


def _kept(path: Path) -> Result | None:
    """Return the outcome kept in a file; None where there is none, or a damaged one: it is made anew."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return Result.model_validate({**data, "cached": True})
    except (FileNotFoundError, ValueError, TypeError, ValidationError):
        return None


def _keep(path: Path, result: Result) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    temporary.write_text(result.model_dump_json(), encoding="utf-8")
    temporary.replace(path)


def cost_line(run: Run) -> str:
    """Return one line of what a run has cost, and how much of it had been kept."""
    kept = sum(result.cached for result in run.cases.values())
    new = Run(suite=run.suite, cases={i: r for i, r in run.cases.items() if not r.cached}).tokens
    seconds = sum(result.seconds for result in run.cases.values() if not result.cached)
    return (
        f"{len(run.cases)} cases ({kept} kept from before, {len(run.failed)} failed); "
        f"{_told(new)} and {seconds:.1f} s of answering now, {_told(run.tokens)} in all"
    )


def _told(tokens: Tokens) -> str:
    return f"{tokens.calls:,} calls, {tokens.prompt:,} + {tokens.completion:,} tokens"


def _digest(text: str, length: int = 16) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:length]
