"""Runs and comparisons for people: a table for the terminal, and one HTML file with plots."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup
from rich.table import Table

from prompts.compare import Change, Comparison, Difference, intervals
from prompts.runs import Run, Suite
from prompts.suites import COST

MOST_CASES = 40  # of each kind in a report
PLAIN = {measure.name for measure in COST} | {
    "turns_to_success",
    "regret",
    "novelty",
}  # not on a scale of 0..1
COLOURS = {"A is better": "#b3261e", "B is better": "#1b6e3c", "no difference": "#6b6b6b"}


def run_table(run: Run, suite: Suite) -> Table:
    """Return the figures of a run with their 95 % intervals."""
    table = Table("figure", "value", "95 %", title=f"{run.suite}, {len(run.cases)} cases")
    for column in table.columns[1:]:
        column.justify = "right"
    ends = intervals(run, suite) if run.cases else {}
    for name, value in run.figures(suite).items():
        between = " - ".join(map(shown, ends[name])) if name in ends else ""
        table.add_row(name, shown(value), between)
    return table


def comparison_table(comparison: Comparison) -> Table:
    """Return both runs side by side: figures, differences, certainty and verdict."""
    title = f"{comparison.a.suite}: A and B over {comparison.compared} cases"
    table = Table("figure", "A", "B", "B - A", "95 %", "certainty", "verdict", title=title)
    for column in table.columns[1:6]:
        column.justify = "right"
    for number, d in enumerate(comparison.differences):
        style = "bold" if number == 0 else ""
        cells = (d.measure.name, shown(d.a), shown(d.b), f"{d.difference:+.3f}")
        between = f"{d.low:+.3f} {d.high:+.3f}"
        table.add_row(*cells, between, f"{d.certainty:.1%}", d.verdict, style=style)
    return table


def sentence(comparison: Comparison) -> str:
    """Return the outcome in one sentence."""
    first = comparison.differences[0]
    what = f"{first.measure.name} {shown(first.a)} -> {shown(first.b)} ({first.difference:+.3f})"
    cases = f"{len(comparison.better)} cases better, {len(comparison.worse)} worse"
    wanted = f"; {comparison.certain:.0%} are asked for" if first.verdict == "no difference" else ""
    return f"{first.verdict}: {what}, certainty {first.certainty:.1%}{wanted}; {cases}"


def shown(value: float) -> str:
    """Return a figure as people read it: three digits, whole numbers from 100 on."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3f}"


def html(comparison: Comparison, names: tuple[str, str] = ("A", "B")) -> str:
    """Return a comparison as one self-contained HTML page.

    Args:
        comparison: What to show.
        names: What the two runs are called, such as their files.
    """
    page = Environment(autoescape=True, undefined=StrictUndefined).from_string(_template())
    return page.render(
        comparison=comparison,
        names=names,
        sentence=sentence(comparison),
        setups=_setups(comparison),
        colours=COLOURS,
        shown=shown,
        differences_plot=Markup(_differences_plot(comparison.differences)),
        cases_plot=Markup(_cases_plot((*comparison.better, *comparison.worse))),
        groups=[
            ("Better in B", [_case(comparison, change) for change in comparison.better[:MOST_CASES]]),
            ("Worse in B", [_case(comparison, change) for change in comparison.worse[:MOST_CASES]]),
        ],
        counts={"Better in B": len(comparison.better), "Worse in B": len(comparison.worse)},
    )


def _template() -> str:
    return Path(str(files("prompts") / "report.html")).read_text(encoding="utf-8")


def _setups(comparison: Comparison) -> list[tuple[str, str, str]]:
    a, b = comparison.a.setup, comparison.b.setup
    return [(key, a.get(key, "-"), b.get(key, "-")) for key in sorted({*a, *b})]


def _case(comparison: Comparison, change: Change) -> dict[str, Any]:
    details = [_words(run.cases[change.id].detail) for run in (comparison.a, comparison.b)]
    return {"id": change.id, "a": change.a, "b": change.b, "detail_a": details[0], "detail_b": details[1]}


def _words(detail: dict[str, Any]) -> str:
    return "\n".join(
        f"{name}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
        for name, value in detail.items()
        if value not in ("", [], {}, None)
    )


def _differences_plot(differences: Sequence[Difference]) -> str:
    """Draw every figure on a scale of 0..1 as a difference with its 95 % interval."""
    from matplotlib.figure import Figure

    drawn = [d for d in differences if d.measure.name not in PLAIN][::-1]
    figure = Figure(figsize=(7.5, 0.6 + 0.32 * max(len(drawn), 1)), layout="constrained")
    axes = figure.subplots()
    for place, d in enumerate(drawn):
        sign = 1 if d.measure.better == "higher" else -1
        low, high = sorted((sign * d.low, sign * d.high))
        axes.plot([low, high], [place, place], color=COLOURS[d.verdict], linewidth=2)
        axes.plot([sign * d.difference], [place], "o", color=COLOURS[d.verdict], markersize=5)
    axes.axvline(0, color="#999", linewidth=1)
    axes.set_yticks(range(len(drawn)), [d.measure.name for d in drawn])
    axes.set_xlabel("improvement of B over A, 95 % interval")
    axes.spines[["top", "right"]].set_visible(False)
    return _svg(figure)


def _cases_plot(changes: Sequence[Change]) -> str:
    """Draw the change of the deciding figure case by case, sorted."""
    from matplotlib.figure import Figure

    values = sorted((change.b - change.a for change in changes), reverse=True)
    figure = Figure(figsize=(7.5, 2.2), layout="constrained")
    axes = figure.subplots()
    axes.bar(range(len(values)), values, width=1.0, color=["#1b6e3c" if v > 0 else "#b3261e" for v in values])
    axes.axhline(0, color="#999", linewidth=1)
    axes.set_xticks([])
    axes.set_ylabel("B - A")
    axes.set_xlabel(f"{len(values)} cases that differ")
    axes.spines[["top", "right", "bottom"]].set_visible(False)
    return _svg(figure)


def _svg(figure: Any) -> str:
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    text = buffer.getvalue()
    return text[text.index("<svg") :]
