"""The commands of experiments on people: `palate ab start | status | stop`."""

from __future__ import annotations

import contextlib
import time
import tomllib
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.table import Table

from assistant import console
from assistant.cli_eval import Dataset, Home
from assistant.errors import BadInput
from assistant.settings import Settings
from prompts.abtest import Evidence, Experiment

ab_app = typer.Typer(no_args_is_help=True, help="Split people across prompts, models or adapters.")
BADLY = 0.01  # a guardrail that gets worse is called with this chance of a false alarm


@ab_app.command("start")
def start(
    spec: Annotated[Path, typer.Argument(help="TOML file: name, metric, and [[variants]]; docs/EVAL.md.")],
    dataset: Dataset = "movielens",
    home: Home = None,
) -> None:
    """Start an experiment; a running assistant takes it up with the next message."""
    from assistant.experiments import begin
    from assistant.home import open_home
    from assistant.speech import Prompts
    from prompts.library import Library

    experiment, settings = read_spec(spec), Settings()
    folder = settings.home_for(dataset) if home is None else home
    open_home(folder)
    for variant in experiment.variants:
        Prompts.of(
            Library.of(settings.prompts), None, dict(variant.prompts)
        )  # names a prompt that is missing
    begin(folder, experiment)
    print(f"{experiment.name} runs: {', '.join(variant.name for variant in experiment.variants)}.")


@ab_app.command("status")
def status(dataset: Dataset = "movielens", home: Home = None) -> None:
    """Say what is known so far; may be asked as often as one likes. Exit code 1 where a guardrail is hurt."""
    from assistant.experiments import evidence, exposed, outcomes, running
    from assistant.store import Store

    settings = Settings()
    folder = settings.home_for(dataset) if home is None else home
    experiment = running(folder)
    if experiment is None:
        print("No experiment runs.")
        return
    with contextlib.closing(
        Store(settings.database_url or f"sqlite:///{folder.resolve()}/events.db")
    ) as store:
        records = outcomes(store, experiment, time.time())
        begun = exposed(store, experiment)
    a, hurt = experiment.variants[0], False
    table = Table("figure", "B", "people", f"A = {a.name}", "B", "p at any time", "verdict")
    for b in experiment.variants[1:]:
        for figure in (experiment.metric, *experiment.guardrails):
            found, guard = evidence(records, experiment, b, figure), figure != experiment.metric
            told = judged(found, experiment, guard)
            hurt = hurt or told == "HURT"
            cells = (f"{found.mean_a:.3f}", f"{found.mean_b:.3f}", f"{found.p_value:.3f}")
            table.add_row(figure, b.name, str(found.people), *cells, told)
    console.OUT.print(table)
    told = ", ".join(f"{begun.get(v.name, 0)} have {v.name}" for v in experiment.variants)
    print(f"{told}. Outcomes are final {experiment.days:g} days after a person's first turn.")
    if hurt:
        raise typer.Exit(1)


@ab_app.command("stop")
def stop(dataset: Dataset = "movielens", home: Home = None) -> None:
    """Stop the experiment: everybody is answered in the usual way again. What was counted stays."""
    from assistant.experiments import end

    folder = Settings().home_for(dataset) if home is None else home
    print("The experiment has ended." if end(folder) else "No experiment runs.")


def judged(found: Evidence, experiment: Experiment, guard: bool) -> str:
    """Return the verdict on a figure; of guardrails more is worse."""
    bar = 2 / experiment.alpha
    if guard:
        return "HURT" if found.better >= 1 / BADLY else "no harm seen"
    if max(found.better, found.worse) < bar:
        return "go on"
    return "B is better" if found.better > found.worse else "A is better"


def read_spec(path: Path) -> Experiment:
    """Read the specification of an experiment.

    Raises:
        BadInput: When it cannot be read, or a key or value is wrong; it is named.
    """
    try:
        return Experiment.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc'])) or path.name}: {e['msg']}" for e in error.errors())
        raise BadInput(f"{path} is no experiment: {faults}.", "See docs/EVAL.md.") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadInput(f"{path} cannot be read: {error}.", "Give a TOML file; see docs/EVAL.md.") from error
