"""`palate bench adapter`: hands a data set, as read from its source, to the few-shot benchmark."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from assistant.encoders import open_encoder
from assistant.errors import HomeError
from assistant.home import open_home
from assistant.settings import Settings
from assistant.setup import item_features, load_dataset, load_vectors
from metalearn.benchmark import run
from metalearn.protocol import RawLog
from retriever.catalog import Catalog

Progress = Callable[[str, float], None]


def bench_adapter(
    settings: Settings,
    dataset: str,
    data: Path | None,
    json_file: Path | None,
    export: Path | None,
    progress: Progress,
) -> Mapping[str, Any]:
    """Measure base models and adapter on unseen people.

    Raises:
        BadInput: When the data set is unknown or its folder is missing.
        BadLog: When nobody is left to measure.
    """
    loaded = load_dataset(dataset, data)
    catalog = Catalog.from_frame(loaded.items)
    features = item_features(catalog, _vectors(settings, dataset, catalog, progress))
    log = raw_log(loaded.interactions)
    return run(
        log, catalog.ids, features, dataset, json_path=json_file, export_path=export, progress=progress
    )


def raw_log(interactions: pl.DataFrame) -> RawLog:
    """Return interactions with their original ids, in the order of the source."""
    return RawLog(
        users=interactions["user_id"].to_numpy().astype(np.str_),
        items=interactions["item_id"].to_numpy().astype(np.str_),
        ratings=interactions["rating"].to_numpy(),
        times=interactions["timestamp"].to_numpy(),
    )


def _vectors(settings: Settings, dataset: str, catalog: Catalog, progress: Progress) -> NDArray[np.float32]:
    """Return the text vectors of the home folder where it holds this catalogue; encode them otherwise."""
    home = settings.home_for(dataset)
    try:
        open_home(home)
        stored = Catalog.load(home / "items.parquet")
        if stored.ids == catalog.ids and stored.texts() == catalog.texts():
            return load_vectors(home, catalog)
    except HomeError:
        progress("vectors: there is no home to take them from", 0.0)
    encoder = open_encoder(settings, progress)
    return encoder.encode(catalog.texts(), lambda n, total: progress("vectors: encoding texts", n / total))


def show(report: Mapping[str, Any], console: Console) -> None:
    """Print the validation and test tables of a report."""
    for part in ("validation", "test"):
        table = Table("K", "model", "NDCG@10", "95 %", "HR@10", "Recall@50", "MRR", "coverage", "people")
        table.title = f"{report['dataset']}, {part} people"
        for row in report[part]:
            interval = f"{row['low']:.3f}-{row['high']:.3f}"
            values = [f"{row[key]:.3f}" for key in ("hr10", "recall50", "mrr", "coverage10")]
            cells = [
                str(row["K"]),
                row["model"],
                f"{row['ndcg10']:.3f}",
                interval,
                *values,
                str(row["n_users"]),
            ]
            table.add_row(*cells)
        console.print(table)
