"""The commands on labelled cases: `palate cases lint`, `palate bench intent`."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Annotated, Any

import typer

from assistant import console
from assistant.intents import Reader
from assistant.settings import Settings

cases_app = typer.Typer(no_args_is_help=True, help="Look after labelled cases (docs/CASES.md).")
CaseFiles = Annotated[
    list[Path] | None, typer.Argument(help="JSONL files; all that come with Palate if not given.")
]


@cases_app.callback()
def _group() -> None:
    """Look after labelled cases (docs/CASES.md)."""


@cases_app.command("lint")
def lint_cases(
    files: CaseFiles = None,
    chinese: Annotated[
        float | None, typer.Option("--chinese", help="Least share of Chinese (0.3; 0 for files of yours).")
    ] = None,
) -> None:
    """Check case files: form, names, ids, halves, languages; exit code 1 where something is amiss."""
    from assistant.case_catalogs import CaseRooms
    from prompts.cases import shipped_files
    from prompts.lint import LEAST_CHINESE, lint

    least = chinese if chinese is not None else 0.0 if files else LEAST_CHINESE
    report = lint(files or shipped_files(), CaseRooms().named, least)
    for fault in report.faults:
        print(fault)
    for (form, catalog, lang), number in sorted(report.counts.items()):
        print(f"{form:<11} {catalog:<8} {lang}  {number}")
    if report.faults:
        raise typer.Exit(1)


def bench_intent(
    cases: Annotated[
        Path | None, typer.Option("--cases", help="JSONL file; the shipped cases if not given.")
    ] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write figures and failures here.")] = None,
    reader: Annotated[
        Reader, typer.Option("--reader", help="What reads: rules, llm, or both.")
    ] = Reader.both,
    dataset: Annotated[str, typer.Option("--dataset", help="Data set of the films.")] = "movielens",
    home: Annotated[Path | None, typer.Option("--home", help="Folder of the assistant's data.")] = None,
    no_llm: Annotated[bool, typer.Option("--no-llm", help="The same as --reader rules.")] = False,
) -> None:
    """Measure how well messages are read: slots and moves against labels."""
    from assistant.case_catalogs import CaseRooms
    from assistant.intent_bench import run
    from assistant.serving import local_model
    from prompts.cases import load, shipped

    file = cases or shipped()
    labelled = load(file)
    rules_only = no_llm or reader is Reader.rules
    settings = Settings(engine="off", llm_url=None) if rules_only else Settings()
    rooms = CaseRooms(settings.home_for(dataset) if home is None else home)
    model = contextlib.nullcontext() if rules_only else local_model(settings)
    with model as llm, console.steps() as progress:
        report = run(labelled, file, rooms, llm, progress, Reader.rules if rules_only else reader)
    _hand_over(report, json_file)


def _hand_over(report: dict[str, Any], json_file: Path | None) -> None:
    if json_file is not None:
        console.write_json(json_file, report)
    console.print_json({key: value for key, value in report.items() if key != "failures"})
