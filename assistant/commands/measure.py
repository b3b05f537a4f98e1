"""The commands that measure or tune on a data set: `palate bench adapter | protocol`, `palate tune`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assistant.commands import console
from assistant.settings import Settings

Dataset = Annotated[str, typer.Option("--dataset", help="movielens, or a name for the folder of --data.")]
Algorithm = Annotated[
    str, typer.Option("--algorithm", help="Meta-learner: ridge, maml, anil, ...; a wrong name lists them.")
]
Data = Annotated[Path | None, typer.Option("--data", help="Folder with the data files.")]


def bench_adapter(
    dataset: Dataset = "movielens",
    data: Data = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the figures here.")] = None,
    export: Annotated[Path | None, typer.Option("--export", help="Write the rankings here (csv.gz).")] = None,
    min_likes: Annotated[
        int | None, typer.Option("--min-likes", min=6, help="Likes a person needs (10; amazon-games 8).")
    ] = None,
    only_adapter: Annotated[
        bool, typer.Option("--only-adapter", help="Leave all base models but popularity out.")
    ] = False,
    algorithm: Algorithm = "ridge",
    loss: Annotated[
        list[str] | None,
        typer.Option("--loss", help="NAME=WEIGHT of an outer loss, repeatable; a wrong name lists them."),
    ] = None,
    patience: Annotated[
        int, typer.Option("--patience", min=0, help="Checks without a better ranking; 0 takes all steps.")
    ] = 0,
    resume: Annotated[
        Path | None, typer.Option("--resume", help="Folder to keep training in and go on from.")
    ] = None,
    tensorboard: Annotated[
        Path | None, typer.Option("--tensorboard", help="Folder for losses, NDCG and gates.")
    ] = None,
    support: Annotated[
        str, typer.Option("--support", help="likes, or ratings: the adapter with and without other feedback.")
    ] = "likes",
    cold_items: Annotated[
        bool, typer.Option("--cold-items", help="A tenth of the items has no interactions; rank these.")
    ] = False,
) -> None:
    """Compare base models and adapter on unseen people at K = 0, 1, 3, 5, 10, 20 likes."""
    from assistant.measuring.benching import bench_adapter as run
    from assistant.measuring.benching import losses_of, show
    from metalearn.benchmark import Traces
    from metalearn.config import TrainConfig

    config = TrainConfig(algorithm=algorithm, losses=losses_of(loss or ()), patience=patience)
    with console.steps() as progress:
        report = run(
            Settings(),
            dataset,
            data,
            json_file,
            export,
            progress,
            min_likes=min_likes,
            only_adapter=only_adapter,
            config=config,
            traces=Traces(resume, tensorboard),
            support=support,
            cold_items=cold_items,
        )
    show(report, console.OUT)


def bench_protocol(
    out: Annotated[Path, typer.Option("--out", help="Folder to write.")],
    dataset: Dataset = "movielens",
    data: Data = None,
    min_likes: Annotated[
        int | None, typer.Option("--min-likes", min=6, help="Likes a person needs (10; amazon-games 8).")
    ] = None,
) -> None:
    """Write the data and splits of `bench adapter` for models outside this package."""
    from assistant.measuring.benching import export_protocol

    with console.steps() as progress:
        sizes = export_protocol(Settings(), dataset, data, out, progress, min_likes=min_likes)
    console.print_json(sizes)


def bench_strategies(
    dataset: Dataset = "movielens",
    data: Data = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the figures here.")] = None,
    k: Annotated[int, typer.Option("--k", min=1, help="Likes that are known of a person.")] = 5,
    min_likes: Annotated[
        int | None, typer.Option("--min-likes", min=6, help="Likes a person needs (10; amazon-games 8).")
    ] = None,
    min_item_likes: Annotated[
        int, typer.Option("--min-item-likes", min=1, help="Likes an item needs; 5 as in `bench adapter`.")
    ] = 5,
    folds: Annotated[
        int, typer.Option("--folds", min=1, max=5, help="Splits to measure; a large log has one.")
    ] = 1,
    links: Annotated[
        Path | None, typer.Option("--links", help="CSV or TSV of triples: head, relation, tail.")
    ] = None,
    resume: Annotated[
        Path | None, typer.Option("--resume", help="Folder to keep training in and go on from.")
    ] = None,
) -> None:
    """Measure what each candidate source finds, their fusion, and the adapter's ranking of it."""
    from assistant.measuring.strategy_bench import Options, show
    from assistant.measuring.strategy_bench import bench_strategies as run

    with console.steps() as progress:
        options = Options(k, min_likes, min_item_likes, links, folds, resume)
        report = run(Settings(), dataset, data, json_file, progress, options)
    show(report, console.OUT)


def tune(
    trials: Annotated[int, typer.Option("--trials", min=1, help="Configurations to try.")] = 20,
    dataset: Dataset = "movielens",
    data: Data = None,
    folds: Annotated[int, typer.Option("--folds", min=1, help="Folds each one is trained on.")] = 1,
    storage: Annotated[
        Path | None, typer.Option("--storage", help="SQLite file to keep trials in and go on from.")
    ] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the trials here.")] = None,
    algorithm: Algorithm = "ridge",
) -> None:
    """Search for better hyper-parameters of the adapter, on validation people only."""
    from assistant.measuring.benching import tune_adapter

    with console.steps() as progress:
        report = tune_adapter(
            Settings(), dataset, data, trials, folds, storage, progress, algorithm=algorithm
        )
    if json_file is not None:
        console.write_json(json_file, report)
    console.print_json({key: value for key, value in report.items() if key != "trials"})
