"""The adapter of a home: trained on everybody, or refreshed under the gates that a training has found."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.circle import LINKS
from assistant.homes.arrays import interaction_log, item_features, load_vectors, teachers
from assistant.homes.pictures import Pictures
from metalearn.config import TrainConfig
from metalearn.data import InteractionLog, ItemFeatures
from metalearn.errors import NeedsTraining
from metalearn.refresh import refresh
from metalearn.taste import TasteAdapter
from metalearn.train import train
from retriever.catalog import Catalog
from retriever.files import write_atomically, write_text

FEWEST = 20  # people that something can be learned from
ADAPTER, RECORD = "adapter", "adapter/training.json"
TRAINING = "adapter.unfinished"  # there only while the adapter is trained
Progress = Callable[[str, float], None]


class TrainingRecord(BaseModel):
    """Say what an adapter was trained on, and what has changed since.

    Attributes:
        items: Items at the training.
        interactions: Interactions at the training.
        new_items: Items added, changed or removed since, refreshes included.
        new_interactions: Interactions added, changed or removed since.
        algorithm: How it was trained.
    """

    model_config = ConfigDict(frozen=True)

    items: int
    interactions: int
    new_items: int = 0
    new_interactions: int = 0
    algorithm: str = TrainConfig().algorithm

    @property
    def share(self) -> float:
        """Return how much of the items or of the interactions is new since the training, the larger share."""
        return max(self.new_items / max(self.items, 1), self.new_interactions / max(self.interactions, 1))


@dataclass(frozen=True)
class Trained:
    """An adapter whose gates are to be kept.

    Attributes:
        adapter: The adapter.
        record: What it was trained on, with the changes that it is about to be refreshed for.
        fits: It was trained on just what the home holds, so that nothing is left to count.
    """

    adapter: TasteAdapter
    record: TrainingRecord
    fits: bool = False


def trained_in(folder: Path, new_items: int, new_interactions: int) -> Trained:
    """Return the adapter of a version, its record counting what is about to change.

    Raises:
        DamagedAdapter: It cannot be read.
    """
    record = record_of(folder)
    counts = {
        "new_items": record.new_items + new_items,
        "new_interactions": record.new_interactions + new_interactions,
    }
    return Trained(TasteAdapter.load(folder / ADAPTER), record.model_copy(update=counts))


def record_of(folder: Path) -> TrainingRecord:
    """Return what the adapter of a version was trained on; without a record, what the version holds."""
    try:
        return TrainingRecord.model_validate_json((folder / RECORD).read_bytes())
    except (FileNotFoundError, ValidationError):
        catalog, log, _ = tables_of(folder)
        return fresh_record(catalog, log)


def tables_of(folder: Path) -> tuple[Catalog, InteractionLog, ItemFeatures]:
    """Return catalogue, log and features of a version as learning takes them."""
    catalog = Catalog.load(folder / "items.parquet")
    links = pl.read_parquet(folder / LINKS) if (folder / LINKS).is_file() else None
    log = interaction_log(catalog, pl.read_parquet(folder / "interactions.parquet"), links)
    pictures = Pictures.load(folder, catalog)
    looks = None if pictures is None else pictures.looks()
    return catalog, log, item_features(catalog, load_vectors(folder, catalog), looks)


def write_adapter(home: Path, trained: Trained | None, progress: Progress, notes: list[str]) -> list[str]:
    """Write the adapter of a home: refreshed where one was trained and still fits, else trained.

    Returns:
        The files written, relative to the home.
    """

    def tell(what: str, share: float) -> None:
        progress(f"adapter: {what}", share)

    catalog, log, features = tables_of(home)
    fresh = fresh_record(catalog, log)
    adapter, record = None, fresh
    if trained is not None and trained.fits:
        adapter, record = trained.adapter, trained.record
    elif trained is not None:
        try:
            if trained.record.algorithm != fresh.algorithm:
                raise NeedsTraining(f"it was trained as {trained.record.algorithm}, not {fresh.algorithm}")
            adapter = refresh(trained.adapter, log, features, _config(fresh), tell)
            record = trained.record
        except NeedsTraining as error:
            notes.append(f"The adapter was trained anew: {error.reason}.")
    if adapter is None:
        adapter = trained_on(home / TRAINING, log, features, fresh, tell, notes)
        shutil.rmtree(home / TRAINING, ignore_errors=True)
    adapter.save(home / ADAPTER)
    text = record.model_dump_json(indent=1) + "\n"
    write_atomically(home / RECORD, lambda temporary: write_text(temporary, text))
    return [str(path.relative_to(home)) for path in (home / ADAPTER).iterdir()]


def trained_on(
    work: Path,
    log: InteractionLog,
    features: ItemFeatures,
    record: TrainingRecord,
    tell: Progress,
    notes: list[str],
) -> TasteAdapter:
    """Train an adapter; `work` keeps what is done, so that a run that was stopped goes on there."""
    if record.algorithm == "unsupervised":
        notes.append(
            f"Fewer than {FEWEST} people like 2 items or more, so taste is learned from the texts alone."
        )
    return train(log, features, _config(record), tell, folder=work)


def fresh_record(catalog: Catalog, log: InteractionLog) -> TrainingRecord:
    """Return the record of a training on just this."""
    few = teachers(log) < FEWEST
    algorithm = "unsupervised" if few else TrainConfig().algorithm
    return TrainingRecord(items=len(catalog), interactions=len(log.users), algorithm=algorithm)


def _config(record: TrainingRecord) -> TrainConfig | None:
    return TrainConfig(algorithm="unsupervised") if record.algorithm == "unsupervised" else None
