"""The commands on labelled cases: `palate cases lint`, `palate bench intent`."""

from __future__ import annotations

import contextlib
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from assistant.commands import console
from assistant.intents import Reader
from assistant.settings import Settings


class DialogueReader(StrEnum):
    """What reads the messages of dialogues; `labels` measures what comes after the reading."""

    rules = "rules"
    both = "both"
    labels = "labels"


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
    from assistant.measuring.case_catalogs import CaseRooms
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
    from assistant.measuring.case_catalogs import CaseRooms
    from assistant.measuring.intent_bench import run
    from assistant.models.serving import local_model
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
    figures = {key: value for key, value in report.items() if key not in ("failures", "obeyed")}
    console.print_json(figures)


def bench_dialogue(
    cases: Annotated[
        Path | None, typer.Option("--cases", help="JSONL file; the shipped dialogues if not given.")
    ] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write figures and failures here.")] = None,
    injections: Annotated[
        Path | None, typer.Option("--injections", help="JSONL file; the shipped ones if not given.")
    ] = None,
    reader: Annotated[
        DialogueReader, typer.Option("--reader", help="What reads: rules, both (with the LLM), or labels.")
    ] = DialogueReader.rules,
    dataset: Annotated[str, typer.Option("--dataset", help="Data set of the films.")] = "movielens",
    home: Annotated[Path | None, typer.Option("--home", help="Folder of the assistant's data.")] = None,
) -> None:
    """Play labelled dialogues and injections against the assistant (docs/CASES.md)."""
    from assistant.measuring.case_catalogs import CaseRooms
    from assistant.measuring.case_homes import CaseHomes
    from assistant.measuring.dialogue_bench import run
    from assistant.measuring.injection_bench import run as run_injections
    from assistant.models.serving import local_model
    from prompts.cases import load_dialogues, load_injections, shipped

    file, strings = cases or shipped("dialogue/dev"), injections or shipped("injection")
    dialogues, attacks = load_dialogues(file), load_injections(strings)
    settings = Settings() if reader is DialogueReader.both else Settings(engine="off", llm_url=None)
    films = settings.home_for(dataset) if home is None else home
    model = local_model(settings) if reader is DialogueReader.both else contextlib.nullcontext()
    with model as llm, console.steps() as progress:
        homes = CaseHomes(settings, films, llm, progress)
        labelled = reader is DialogueReader.labels
        report = run(dialogues, file, homes, CaseRooms(films), progress, labelled=labelled)
        report |= run_injections(attacks, strings, homes, progress)
    report["reader"] = reader.value
    _hand_over(report, json_file)
