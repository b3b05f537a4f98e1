"""The commands of experiments on people: `palate ab start | status | stop`."""

from __future__ import annotations

import contextlib
import time
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer
from pydantic import ValidationError
from rich.table import Table

from assistant.commands import console
from assistant.commands.evaluate import Dataset, Home
from assistant.errors import BadInput
from assistant.settings import Settings
from prompts.abtest import Evidence, Experiment

if TYPE_CHECKING:
    from assistant.store import Store

ab_app = typer.Typer(no_args_is_help=True, help="Split people across prompts, models or adapters.")
BADLY = 0.01  # a guardrail that gets worse is called with this chance of a false alarm


@ab_app.command("start")
def start(
    spec: Annotated[Path, typer.Argument(help="TOML file: name, metric, and [[variants]]; docs/EVAL.md.")],
    dataset: Dataset = "movielens",
    home: Home = None,
) -> None:
    """Start an experiment; a running assistant takes it up with the next message."""
    from assistant.experiments import begin, fitting
    from assistant.homes.home import open_home
    from assistant.homes.versions import serving
    from assistant.speech import Prompts
    from prompts.library import Library

    experiment, settings = read_spec(spec), Settings()
    folder = settings.home_for(dataset) if home is None else home
    manifest = open_home(serving(folder))
    library = Library.of(settings.prompts)
    ways: dict[str, str] = {}
    for variant in experiment.variants:  # what is missing or does not fit is named now
        prompts = Prompts.of(library, None, dict(variant.prompts))
        way = f"{prompts.marks} {variant.model} {variant.url} {variant.adapter} {variant.ranker}"
        if way in ways:
            print(
                f"NOTE: {ways[way]} and {variant.name} answer alike; what a variant leaves out is what is in "
                f"place: {', '.join(prompts.marks.values())}."
            )
        ways[way] = variant.name
        if variant.adapter:
            fitting(Path(variant.adapter), manifest.items)
    begin(folder, experiment)
    print(f"{experiment.name} runs: {', '.join(variant.name for variant in experiment.variants)}.")


@ab_app.command("status")
def status(dataset: Dataset = "movielens", home: Home = None) -> None:
    """Say what is known so far; may be asked as often as one likes. Exit code 1 where a guardrail is hurt."""
    from assistant.experiments import exposed, running
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
        found, begun = findings(store, experiment, time.time()), exposed(store, experiment)
    a = f"A = {experiment.variants[0].name}"
    if experiment.kind == "interleave":
        table = Table("cards", "B", "people", f"favour {a}", "favour B", "p at any time", "verdict")
    else:
        table = Table("figure", "B", "people", a, "B", "p at any time", "verdict")
    for one in found:
        means = (f"{one.evidence.mean_a:.3f}", f"{one.evidence.mean_b:.3f}", f"{one.evidence.p_value:.3f}")
        table.add_row(one.figure, one.b, str(one.evidence.people), *means, one.verdict)
    console.OUT.print(table)
    told = ", ".join(f"{number} have {name}" for name, number in sorted(begun.items())) or "Nobody yet"
    print(f"{told}. Outcomes are final {experiment.days:g} days after a person's first turn.")
    if any(one.verdict == "HURT" for one in found):
        raise typer.Exit(1)


class Finding(NamedTuple):
    """One figure of one variant against the first: what was found, and the verdict on it."""

    figure: str
    b: str
    evidence: Evidence
    verdict: str


def findings(store: Store, experiment: Experiment, now: float) -> list[Finding]:
    """Test every figure of an experiment."""
    from assistant.experiments import evidence, outcomes
    from assistant.mixing import credits
    from prompts.abtest import paired_test

    mixed = experiment.kind == "interleave"
    records = credits(store, experiment, now) if mixed else outcomes(store, experiment, now)
    guards = [name for name in experiment.guardrails if not mixed or name == "disliked"]
    found = []
    for b in experiment.variants[1:]:
        for figure in (experiment.metric, *guards):
            if mixed:
                one = paired_test([record[figure] for record in records])
            else:
                one = evidence(records, experiment, b, figure)
            verdict = judged(one, experiment, figure != experiment.metric)
            found.append(Finding(figure, b.name, one, verdict))
    return found


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
