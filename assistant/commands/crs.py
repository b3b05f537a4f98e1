"""The command that ranks what comes next in public dialogues: `palate bench crs`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assistant.commands import console
from assistant.measuring.crs_files import TalkSet
from assistant.settings import Settings


def bench_crs(
    dataset: Annotated[TalkSet, typer.Option("--dataset", help="Which form the files have.")],
    data: Annotated[Path, typer.Option("--data", help="Folder with the files to learn from.")],
    test: Annotated[
        Path | None, typer.Option("--test", help="Folder with test turns; cross-validation if not given.")
    ] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the figures here.")] = None,
    export: Annotated[Path | None, typer.Option("--export", help="Write the rankings here (csv.gz).")] = None,
    folds: Annotated[int, typer.Option("--folds", min=2, help="Folds of dialogues without --test.")] = 5,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of folds, samples and weights.")] = 0,
    alone: Annotated[
        bool,
        typer.Option("--alone", help="Learn from --data only, not from folders beside it."),
    ] = False,
) -> None:
    """Rank the items that a recommender named next; items said before are left out."""
    from assistant.measuring.crs_bench import bench_crs as run
    from assistant.measuring.crs_bench import show

    with console.steps() as progress:
        report = run(Settings(), dataset, data, test, export, progress, folds=folds, seed=seed, alone=alone)
    if json_file is not None:
        console.write_json(json_file, report)
    show(report, console.OUT)
