"""The commands of the harness: `palate eval run | compare`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assistant.commands import console
from assistant.commands.prompts import Folder, library_of
from assistant.errors import BadInput
from assistant.intents import Reader
from assistant.settings import Settings
from prompts.runs import Run, Suite

eval_app = typer.Typer(no_args_is_help=True, help="Measure and compare prompts and models (docs/EVAL.md).")
Model = Annotated[
    str | None,
    typer.Option("--model", help="Model to serve or to ask for; `rules` uses none. That of the settings."),
]
Url = Annotated[
    str | None, typer.Option("--url", help="OpenAI-compatible endpoint; that of the settings if not given.")
]
JsonFile = Annotated[Path | None, typer.Option("--json", help="Write the run here.")]
Home = Annotated[Path | None, typer.Option("--home", help="Folder of the assistant's data.")]
Dataset = Annotated[str, typer.Option("--dataset", help="Data set of the films.")]
PromptNames = Annotated[
    list[str] | None, typer.Option("--prompt", help="NAME@VERSION under test; repeatable.")
]
Bars = Annotated[
    list[str] | None,
    typer.Option("--fail-under", help="FIGURE=VALUE; exit code 1 where a figure is worse. Repeatable."),
]
Workers = Annotated[int, typer.Option("--workers", min=1, max=64, help="Cases at a time.")]


@eval_app.command("run")
def run_suite(
    suite: Annotated[str, typer.Argument(help="intent, dialogue, reply or ranking.")],
    prompt: PromptNames = None,
    model: Model = None,
    url: Url = None,
    cases: Annotated[
        Path | None, typer.Option("--cases", help="JSONL file; the shipped development half if not given.")
    ] = None,
    reader: Annotated[Reader, typer.Option("--reader", help="What reads single messages.")] = Reader.both,
    json_file: JsonFile = None,
    fail_under: Bars = None,
    workers: Workers = 4,
    limit: Annotated[
        int, typer.Option("--limit", min=0, help="Only so many cases, spread over the file.")
    ] = 0,
    fresh: Annotated[bool, typer.Option("--fresh", help="Measure anew what has been kept.")] = False,
    folder: Folder = None,
    dataset: Dataset = "movielens",
    home: Home = None,
) -> None:
    """Run a suite: every case through the assistant; what was measured before is kept."""
    from assistant.measuring.evaluating import Wanted, evaluate
    from assistant.models.serving import local_model
    from prompts.suites import suite_of

    bars, suite_ = bars_of(fail_under or (), suite_of(suite)), suite_of(suite)
    wanted = Wanted(suite, cases, tuple(prompt or ()), reader, workers, fresh, limit)
    settings, library = model_settings(model, url), library_of(folder)
    films = settings.home_for(dataset) if home is None else home
    with local_model(settings) as llm, console.steps() as progress:
        run = evaluate(wanted, settings, films, library, llm, progress)
    hand_over(run, suite_, json_file, bars)


@eval_app.command("compare")
def compare_runs(
    a: Annotated[Path, typer.Argument(help="Run A, as --json wrote it.")],
    b: Annotated[Path, typer.Argument(help="Run B.")],
    html_file: Annotated[
        Path | None, typer.Option("--html", help="Write a report with plots here, one file.")
    ] = None,
    certainty: Annotated[
        float, typer.Option("--certainty", min=0.5, max=0.9999, help="Least certainty of a verdict.")
    ] = 0.99,
    not_worse: Annotated[
        bool, typer.Option("--not-worse", help="Exit code 1 where A is better by the deciding figure.")
    ] = False,
) -> None:
    """Say which of two runs is better, by how much, how surely, and on which cases."""
    from prompts.compare import compare
    from prompts.report import comparison_table, html, sentence
    from prompts.runs import load_run
    from prompts.suites import suite_of
    from retriever.files import write_atomically, write_text

    run_a, run_b = load_run(a), load_run(b)
    comparison = compare(run_a, run_b, suite_of(run_a.suite), certain=certainty)
    console.OUT.print(comparison_table(comparison))
    for name, changes in (("better", comparison.better), ("worse", comparison.worse)):
        for change in changes[:8]:
            print(f"  {name} in B: {change.id} ({change.a:.2f} -> {change.b:.2f})")
    if comparison.left_out:
        print(f"Left out, in one run only or changed: {', '.join(comparison.left_out[:20])}")
    print(sentence(comparison))
    if html_file is not None:
        text = html(comparison, (a.name, b.name))
        write_atomically(html_file, lambda temporary: write_text(temporary, text))
        print(f"Report: {html_file}")
    if not_worse and comparison.verdict == "A is better":
        raise typer.Exit(1)


@eval_app.command("replay")
def replay_traces(
    traces: Annotated[Path, typer.Argument(help="File that PALATE_TRACE wrote.")],
    prompt: PromptNames = None,
    model: Model = None,
    url: Url = None,
    json_file: JsonFile = None,
    workers: Workers = 4,
    folder: Folder = None,
    dataset: Dataset = "movielens",
    home: Home = None,
) -> None:
    """Answer logged turns again by another prompt, model or program, and say what differs."""
    from assistant.homes.encoders import open_encoder
    from assistant.measuring.evaluating import named
    from assistant.measuring.replaying import replay
    from assistant.models.serving import local_model
    from assistant.rooms import Rooms
    from assistant.speech import Prompts
    from assistant.tracing import read_traces
    from prompts.harness import Plan
    from prompts.suites import REPLAY

    logged, settings, library = read_traces(traces), model_settings(model, url), library_of(folder)
    rooms = Rooms(settings.home_for(dataset) if home is None else home, lambda: open_encoder(settings))
    with local_model(settings) as llm, console.steps() as progress:
        prompts = Prompts.of(library, llm, named(prompt or (), ("intent", "reply")))
        plan = Plan(settings.cache / "evals", workers)
        run = replay(logged, rooms, llm, prompts, plan, progress, str(traces))
    hand_over(run, REPLAY, json_file, {})


@eval_app.command("simulate")
def simulate(
    people: Annotated[int, typer.Option("--people", min=1, help="Simulated people.")] = 50,
    turns: Annotated[int, typer.Option("--turns", min=1, max=20, help="Most messages of each.")] = 6,
    writer: Annotated[
        str, typer.Option("--writer", help="agenda, or llm: who words the messages.")
    ] = "agenda",
    ranker: Annotated[
        str, typer.Option("--ranker", help="taste, or popularity: the yardstick that learns nothing.")
    ] = "taste",
    seed: Annotated[int, typer.Option("--seed", help="Seed of people and choices.")] = 0,
    prompt: PromptNames = None,
    model: Model = "rules",
    url: Url = None,
    json_file: JsonFile = None,
    fail_under: Bars = None,
    workers: Workers = 2,
    folder: Folder = None,
    dataset: Dataset = "movielens",
    home: Home = None,
) -> None:
    """Let simulated people look for something that they would like; none of them knows its title.

    They are people of the log who are kept out of everything that is learned: an adapter is trained without
    them first, once.
    """
    from assistant.homes.encoders import open_encoder
    from assistant.measuring.evaluating import named
    from assistant.measuring.simulating import simulate_people
    from assistant.measuring.strangers import strangers
    from assistant.models.serving import local_model
    from assistant.rooms import Rooms
    from assistant.speech import Prompts
    from prompts.harness import Plan
    from prompts.suites import SIMULATE

    if writer not in ("agenda", "llm") or (writer == "llm" and model == "rules"):
        raise BadInput(f"{writer!r} cannot word messages here.", "Use agenda, or llm with another --model.")
    if ranker not in ("taste", "popularity"):
        raise BadInput(f"There is no ranker {ranker!r}.", "Use taste or popularity.")
    bars, library = bars_of(fail_under or (), SIMULATE), library_of(folder)
    settings, words = model_settings(model, url), library.get("simulate") if writer == "llm" else None
    films = settings.home_for(dataset) if home is None else home
    with local_model(settings) as llm, console.steps() as progress:
        without, drawn = strangers(films, people, seed, settings.cache, progress)
        rooms = Rooms(without, lambda: open_encoder(settings))
        prompts = Prompts.of(library, llm, named(prompt or (), ("intent", "reply")))
        plan = Plan(settings.cache / "evals", workers)
        adapts = ranker == "taste"
        run = simulate_people(drawn, rooms, llm, prompts, turns, plan, progress, words, adapts=adapts)
    hand_over(run, SIMULATE, json_file, bars)


def model_settings(model: str | None, url: str | None) -> Settings:
    """Return the settings with the model of the command line."""
    if model == "rules":
        return Settings(engine="off", llm_url=None)
    given = {"llm_model": model, "llm_url": url}
    return Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]


def bars_of(texts: list[str] | tuple[()], suite: Suite) -> dict[str, float]:
    """Return figure -> least (or most) value, from FIGURE=VALUE.

    Raises:
        BadInput: When one is written otherwise or the suite has no such figure.
    """
    bars, known = {}, [measure.name for measure in suite.measures]
    for text in texts:
        name, _, value = text.partition("=")
        if name not in known:
            raise BadInput(f"The suite {suite.name} has no figure {name!r}.", f"It has {', '.join(known)}.")
        try:
            bars[name] = float(value)
        except ValueError:
            raise BadInput(f"{text!r} sets no bar.", "Write --fail-under slot_f1=0.9.") from None
    return bars


def broken(run: Run, suite: Suite, bars: dict[str, float]) -> list[str]:
    """Return one line for every figure that is worse than its bar."""
    figures, better = run.figures(suite), {measure.name: measure.better for measure in suite.measures}
    lines = []
    for name, bar in bars.items():
        worse = figures[name] < bar if better[name] == "higher" else figures[name] > bar
        if worse:
            side = "under" if better[name] == "higher" else "over"
            lines.append(f"{name} is {figures[name]:.4f}, {side} {bar:g}")
    return lines


def hand_over(run: Run, suite: Suite, json_file: Path | None, bars: dict[str, float]) -> None:
    """Write and print a run; exit code 1 where cases failed or a figure is worse than its bar."""
    from prompts.harness import cost_line
    from prompts.report import run_table
    from prompts.runs import as_json

    if json_file is not None:
        console.write_json(json_file, as_json(run, suite))
    console.OUT.print(run_table(run, suite))
    print(cost_line(run))
    for case, why in list(run.failed.items())[:5]:
        print(f"FAILED {case}: {why}")
    if run.failed:
        print("Run the same command again to go on with the cases that failed.")
    faults = broken(run, suite, bars)
    for fault in faults:
        print(f"FAILED {fault}")
    if run.failed or faults:
        raise typer.Exit(1)
