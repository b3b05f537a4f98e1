"""`palate bench adapter`: hands a data set, as read from its source, to the few-shot benchmark."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from assistant.errors import BadInput, HomeError
from assistant.homes.arrays import item_features, raw_log
from assistant.homes.encoders import encoded
from assistant.homes.home import open_home
from assistant.homes.setup import load_dataset, load_vectors
from assistant.settings import Settings
from metalearn.benchmark import Traces, features_of, run
from metalearn.cold_benchmark import run_cold
from metalearn.config import Losses, TrainConfig
from metalearn.exchange import write_protocol
from metalearn.protocol import MIN_USER_LIKES, few_shot_data, splits
from metalearn.rated_benchmark import run_rated
from metalearn.tune import tune
from retriever.catalog import Catalog

Progress = Callable[[str, float], None]
# Data sets in which few people have the usual number of likes, and what is asked of them.
SHORT_HISTORIES = {"amazon-games": 8}
SUPPORTS = ("likes", "ratings")


def bench_adapter(
    settings: Settings,
    dataset: str,
    data: Path | None,
    json_file: Path | None,
    export: Path | None,
    progress: Progress,
    *,
    min_likes: int | None = None,
    only_adapter: bool = False,
    config: TrainConfig | None = None,
    traces: Traces | None = None,
    support: str = "likes",
    cold_items: bool = False,
) -> Mapping[str, Any]:
    """Measure base models and adapter, trained as `config` says, on unseen people.

    With ratings as support, or cold items, the adapter alone.

    Raises:
        BadInput: When the data set or the support is unknown, its folder is missing, or options exclude
            each other.
        BadLog: When nobody is left to measure.
    """
    apart = cold_items or support != "likes"
    if support not in SUPPORTS or (cold_items and support != "likes"):
        raise BadInput(
            f"--support {support!r} cannot be measured so.", "Use likes or ratings, or --cold-items."
        )
    if apart and export is not None:
        raise BadInput("Only rankings for supports of likes are exported.", "Leave --export out.")
    loaded = load_dataset(dataset, data)
    catalog = Catalog.from_frame(loaded.items)
    features = item_features(catalog, text_vectors(settings, dataset, catalog, progress))
    given = (raw_log(loaded), catalog.ids, features, dataset)
    shared: dict[str, Any] = {
        "min_user_likes": min_likes or SHORT_HISTORIES.get(dataset, MIN_USER_LIKES),
        "config": config,
        "json_path": json_file,
        "progress": progress,
    }
    if apart:
        return run_cold(*given, **shared) if cold_items else run_rated(*given, **shared)
    return run(*given, only_adapter=only_adapter, traces=traces, export_path=export, **shared)


def tune_adapter(
    settings: Settings,
    dataset: str,
    data: Path | None,
    trials: int,
    folds: int,
    storage: Path | None,
    progress: Progress,
    *,
    algorithm: str = "ridge",
) -> Mapping[str, Any]:
    """Search for better hyper-parameters on validation people.

    Raises:
        BadInput: When the data set is unknown, its folder is missing, or the search library is.
        BadLog: When nobody is left to validate on.
    """
    if importlib.util.find_spec("optuna") is None:
        raise BadInput("The search needs Optuna.", 'Run `pip install "palate[tune]"`.')
    loaded = load_dataset(dataset, data)
    catalog = Catalog.from_frame(loaded.items)
    features = item_features(catalog, text_vectors(settings, dataset, catalog, progress))
    return tune(
        raw_log(loaded),
        catalog.ids,
        features,
        trials=trials,
        folds=folds,
        min_user_likes=SHORT_HISTORIES.get(dataset, MIN_USER_LIKES),
        base=TrainConfig(algorithm=algorithm),
        storage=storage,
        progress=progress,
    )


def losses_of(given: Sequence[str]) -> Losses:
    """Read losses written as NAME=WEIGHT; none at all are those that training has by default.

    Raises:
        BadInput: When one is written otherwise. Unknown names are refused by the configuration.
    """
    found = []
    for text in given:
        name, _, weight = text.partition("=")
        try:
            found.append((name, float(weight)))
        except ValueError:
            raise BadInput(f"{text!r} is not a loss and its weight.", "Write --loss softmax=1.") from None
    return tuple(found) or TrainConfig().losses


def export_protocol(
    settings: Settings,
    dataset: str,
    data: Path | None,
    folder: Path,
    progress: Progress,
    *,
    min_likes: int | None = None,
) -> Mapping[str, int]:
    """Write data, splits and item features for models outside this package; return their sizes.

    Raises:
        BadInput: When the data set is unknown or its folder is missing.
        BadLog: When nobody is left to measure.
    """
    loaded = load_dataset(dataset, data)
    catalog = Catalog.from_frame(loaded.items)
    features = item_features(catalog, text_vectors(settings, dataset, catalog, progress))
    kept = few_shot_data(raw_log(loaded), min_likes or SHORT_HISTORIES.get(dataset, MIN_USER_LIKES))
    text_of = dict(zip(catalog.ids, catalog.texts(), strict=True))
    texts = [text_of[item] for item in kept.item_ids]
    folds = splits(len(kept.people))
    write_protocol(folder, dataset, kept, folds, texts, features_of(kept, catalog.ids, features))
    likes = sum(len(person.likes) for person in kept.people)
    return {"people": len(kept.people), "items": kept.n_items, "likes": likes, "folds": len(folds)}


def text_vectors(
    settings: Settings, dataset: str, catalog: Catalog, progress: Progress
) -> NDArray[np.float32]:
    """Return the text vectors of this catalogue: from its home, else from the cache, else encoded now."""
    home = settings.home_for(dataset)
    try:
        open_home(home)
        stored = Catalog.load(home / "items.parquet")
        if stored.ids == catalog.ids and stored.texts() == catalog.texts():
            return load_vectors(home, catalog)
    except HomeError:
        progress("vectors: there is no home to take them from", 0.0)
    return encoded(settings, catalog.texts(), lambda what, share: progress(f"vectors: {what}", share))


def show(report: Mapping[str, Any], console: Console) -> None:
    """Print the validation and test tables of a report, then what was compared person by person."""
    for part in ("validation", "test"):
        table = Table("K", "model", "NDCG@10", "95 %", "HR@10", "Recall@50", "MRR", "coverage", "people")
        table.title = f"{report['dataset']}, {part} people"
        for row in report[part]:
            interval = f"{row['low']:.3f}-{row['high']:.3f}"
            values = [f"{row[key]:.3f}" for key in ("hr10", "recall50", "mrr", "coverage10")]
            cells = [
                f"{row['K']} {row.get('items', '')}".strip(),
                row["model"],
                f"{row['ndcg10']:.3f}",
                interval,
                *values,
                str(row["n_users"]),
            ]
            table.add_row(*cells)
        console.print(table)
    for pair in report["paired"] if "support" in report else ():
        where = f"{pair['part']}, {pair.get('items', 'all')} items, K = {pair['K']}"
        interval = f"{pair['difference']:+.4f} [{pair['low']:+.4f}, {pair['high']:+.4f}]"
        console.print(f"{where}: adapter - {pair['against']} {interval}")
