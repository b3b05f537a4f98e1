from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from prompts.compare import compare, intervals
from prompts.errors import RunError, SystemFailure
from prompts.harness import Plan, Sample, cost_line, run
from prompts.report import comparison_table, html, run_table, sentence
from prompts.runs import Measure, Outcome, Result, Run, Suite, Tokens, as_json, load_run
from prompts.suites import SUITES, suite_of

SUITE = Suite("toy", (Measure("right", {"right": 1.0}), Measure("cost", {"cost": 1.0}, better="lower")))
SAMPLES = [Sample(f"c{n}", n, f"case {n}") for n in range(6)]


def quiet(what: str, share: float) -> None:
    assert 0 <= share <= 1, what


def answer(case: int) -> Outcome:
    return Outcome(
        values={"right": float(case % 2), "cost": 2.0}, tokens=Tokens(calls=1, prompt=10, completion=3)
    )


class Counting:
    """A system that counts its cases."""

    def __init__(self, system: Callable[[int], Outcome]) -> None:
        self.system, self.asked, self.lock = system, list[int](), threading.Lock()

    def __call__(self, case: int) -> Outcome:
        with self.lock:
            self.asked.append(case)
        return self.system(case)


def made(right: np.ndarray, suite: str = "toy") -> Run:
    results = {
        f"c{n}": Result(values={"right": float(value), "cost": 1.0}, content=f"{n}")
        for n, value in enumerate(right)
    }
    return Run(suite=suite, cases=results)


def test_every_case_is_put_once_and_the_figures_are_means() -> None:
    system = Counting(answer)
    found = run(SUITE, SAMPLES, system, {"prompt": "a"}, Plan(workers=3), quiet)
    assert sorted(system.asked) == [0, 1, 2, 3, 4, 5]
    assert list(found.cases) == [s.id for s in SAMPLES]
    assert found.figures(SUITE) == {"right": 0.5, "cost": 2.0}
    assert found.tokens == Tokens(calls=6, prompt=60, completion=18)


def test_what_was_measured_is_kept_by_content(tmp_path: Path) -> None:
    system, plan = Counting(answer), Plan(keep=tmp_path)
    run(SUITE, SAMPLES[:4], system, {"prompt": "a"}, plan, quiet)
    second = run(SUITE, SAMPLES, system, {"prompt": "a"}, plan, quiet)
    assert sorted(system.asked) == [0, 1, 2, 3, 4, 5]
    assert sum(result.cached for result in second.cases.values()) == 4
    assert "4 kept from before" in cost_line(second)
    assert "2 calls, 20 + 6 tokens" in cost_line(second)
    run(SUITE, SAMPLES, system, {"prompt": "b"}, plan, quiet)
    assert len(system.asked) == 12
    run(SUITE, [Sample("c0", 0, "other words")], system, {"prompt": "a"}, plan, quiet)
    assert len(system.asked) == 13
    run(SUITE, SAMPLES, system, {"prompt": "a"}, Plan(keep=tmp_path, fresh=True), quiet)
    assert len(system.asked) == 19


def test_a_damaged_outcome_is_measured_anew(tmp_path: Path) -> None:
    system, plan = Counting(answer), Plan(keep=tmp_path)
    run(SUITE, SAMPLES[:1], system, {}, plan, quiet)
    for path in tmp_path.rglob("*.json"):
        path.write_text(path.read_text("utf-8")[:20], encoding="utf-8")
    run(SUITE, SAMPLES[:1], system, {}, plan, quiet)
    assert system.asked == [0, 0]


def test_a_run_that_was_broken_off_goes_on_and_a_failed_case_is_no_result(tmp_path: Path) -> None:
    def down(case: int) -> Outcome:
        if case == 2:
            raise SystemFailure("the server is down")
        return answer(case)

    first = run(SUITE, SAMPLES, down, {}, Plan(keep=tmp_path), quiet)
    assert first.failed == {"c2": "the server is down"}
    assert "c2" not in first.cases
    system = Counting(answer)
    assert not run(SUITE, SAMPLES, system, {}, Plan(keep=tmp_path), quiet).failed
    assert system.asked == [2]


def test_a_fault_of_the_program_is_not_swallowed() -> None:
    def broken(case: int) -> Outcome:
        raise ZeroDivisionError("no such luck")

    with pytest.raises(ZeroDivisionError, match="luck"):
        run(SUITE, SAMPLES, broken, {}, Plan(workers=2), quiet)


def test_a_noisy_prompt_is_no_better_than_itself() -> None:
    """Two runs of one prompt whose answers vary by chance, 100 times."""
    rng, same = np.random.default_rng(1), 0
    for seed in range(100):
        chances = rng.uniform(0.2, 1.0, size=80)
        a, b = (made(rng.uniform(size=80) < chances) for _ in range(2))
        same += compare(a, b, SUITE, draws=1000, seed=seed).verdict == "no difference"
    assert same >= 95


def test_a_real_difference_is_found_with_its_size_and_its_cases() -> None:
    rng = np.random.default_rng(2)
    a = rng.uniform(size=150) < 0.5
    b = a | (rng.uniform(size=150) < 0.3)
    found = compare(made(a), made(b), SUITE)
    first = found.differences[0]
    assert found.verdict == "B is better"
    assert first.difference == pytest.approx(b.mean() - a.mean())
    assert first.low < first.difference < first.high
    assert len(found.better) == int((b & ~a).sum())
    assert not found.worse
    assert compare(made(b), made(a), SUITE).verdict == "A is better"
    assert "B is better" in sentence(found)


def test_lower_is_better_where_a_figure_is_a_cost() -> None:
    def costing(cost: float) -> Run:
        results = {f"c{n}": Result(values={"cost": cost + n % 3}, content="x") for n in range(40)}
        return Run(suite="toy", cases=results)

    cheap, dear = costing(1.0), costing(5.0)
    assert compare(dear, cheap, SUITE).differences[1].verdict == "B is better"


def test_a_ratio_is_of_sums_and_not_a_mean_of_ratios() -> None:
    f1 = suite_of("intent").measures[0]
    cases = {
        "a": Result(values={"hits": 9, "extra": 1, "missed": 0}, content="a"),
        "b": Result(values={"hits": 0, "extra": 0, "missed": 1}, content="b"),
    }
    suite = Suite("toy", (f1,))
    assert Run(suite="toy", cases=cases).figures(suite)["slot_f1"] == pytest.approx(18 / 20)
    low, high = intervals(Run(suite="toy", cases=cases), suite)["slot_f1"]
    assert low == 0.0
    assert high == pytest.approx(18 / 19)


def test_only_cases_of_the_same_content_are_compared() -> None:
    a, b = made(np.ones(4)), made(np.ones(5))
    cases = {**b.cases, "c0": b.cases["c0"].model_copy(update={"content": "changed"})}
    found = compare(a, b.model_copy(update={"cases": cases}), SUITE)
    assert found.compared == 3
    assert found.left_out == ("c0", "c4")
    with pytest.raises(RunError, match="share no case"):
        compare(a, made(np.ones(0)), SUITE)
    with pytest.raises(RunError, match="cannot be compared"):
        compare(a, made(np.ones(4), "other"), SUITE)


def test_runs_are_read_back_and_others_are_refused_by_name(tmp_path: Path) -> None:
    import json

    path, before = tmp_path / "run.json", made(np.ones(3))
    path.write_text(json.dumps(as_json(before, SUITE)), encoding="utf-8")
    assert load_run(path) == before
    path.write_text('{"suite": "toy", "colour": 1}', encoding="utf-8")
    with pytest.raises(RunError, match=r"run\.json"):
        load_run(path)


def test_the_report_is_one_file_and_quotes_are_harmless() -> None:
    a, b = made(np.zeros(30)), made(np.ones(30))
    nasty = {"text": "<script>alert(1)</script>"}
    cases = {name: result.model_copy(update={"detail": nasty}) for name, result in b.cases.items()}
    text = html(compare(a, b.model_copy(update={"cases": cases}), SUITE), ("old.json", "new.json"))
    assert "B is better" in text
    assert text.count("<svg") == 2
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert 'src="http' not in text
    assert 'href="http' not in text.split("</style>")[0]


def test_the_tables_name_every_figure() -> None:
    a, b = made(np.zeros(30)), made(np.ones(30))
    assert run_table(a, SUITE).row_count == comparison_table(compare(a, b, SUITE)).row_count == 2


def test_the_figures_of_every_suite_have_names_of_their_own() -> None:
    for suite in SUITES.values():
        names = [measure.name for measure in suite.measures]
        assert len(names) == len(set(names)), suite.name
    with pytest.raises(RunError, match="there are intent"):
        suite_of("taste")
