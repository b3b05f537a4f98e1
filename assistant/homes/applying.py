"""A change of a home -> its next version, beside the one that serves until it is whole."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from assistant.circle import LINKS
from assistant.errors import HomeError
from assistant.homes.changing import Change, timed
from assistant.homes.home import open_home
from assistant.homes.importing import GUESSES
from assistant.homes.learning import Trained, fresh_record, tables_of, trained_in, trained_on
from assistant.homes.pictures import Album, Pictures
from assistant.homes.setup import Job, OpenEncoder, Progress, load_vectors, set_up
from assistant.homes.versions import FOLDER, alone, build, serving
from retriever.catalog import Catalog
from retriever.datasets.cleaning import Dataset
from retriever.datasets.report import CleaningReport
from retriever.encoder import Encoder
from retriever.files import write_atomically, write_text
from retriever.looks import ImageEncoder, open_image_encoder

TRAINING_LOCK, UNFINISHED = ".training.lock", ".training"


@dataclass(frozen=True)
class _Ready:
    """A data set that is clean already, as set-up reads one."""

    data: Dataset
    source: str
    guesses: str | None

    def load(self, home: Path) -> Dataset:
        """Return the data; the guesses of the import go on with it."""
        if self.guesses is not None:
            text = self.guesses
            write_atomically(home / GUESSES, lambda temporary: write_text(temporary, text))
        return self.data


class _Remembering:
    """An encoder that encodes only the texts that the serving version does not have."""

    def __init__(
        self,
        texts: Sequence[str],
        vectors: NDArray[np.float32],
        name: str,
        encoder: OpenEncoder,
        progress: Progress,
    ) -> None:
        self._known = {text: row for row, text in enumerate(texts)}
        self._vectors, self.name, self._open, self._progress = vectors, name, encoder, progress
        self.dim = vectors.shape[1]

    def encode(self, texts: Sequence[str], told: object = None) -> NDArray[np.float32]:
        """Return one unit row per text, float32 [n, d]."""
        rows = np.array([self._known.get(text, -1) for text in texts], dtype=np.int64)
        out: NDArray[np.float32] = self._vectors[np.maximum(rows, 0)].copy()
        new = np.flatnonzero(rows < 0)
        if len(new):
            encoder = self._open(self._progress)
            if encoder.name != self.name:
                raise HomeError(
                    f"The home's vectors are of {self.name}, not of {encoder.name}.", "Set PALATE_ENCODER."
                )
            # Two texts at least, so that a lone one is not taken for a query.
            given = [texts[i] for i in new]
            out[new] = encoder.encode([*given, given[-1]])[: len(new)]
        return out


def apply(
    home: Path,
    change: Change,
    encoder: OpenEncoder,
    progress: Progress,
    image_encoder: Callable[[], ImageEncoder] = lambda: open_image_encoder(None),
    *,
    full: bool = False,
    notes: list[str] | None = None,
) -> Path:
    """Write the next version and switch to it; the old one serves until then.

    Args:
        home: The home.
        change: Its next tables.
        encoder: Opens the text encoder, where there are new texts.
        progress: Told what is being done.
        image_encoder: The same for pictures.
        full: Train the adapter anew; otherwise what is counted is counted anew, and the gates are kept.
        notes: Filled with lines for the person.

    Raises:
        HomeError: Another change is at work, or the disk is full.
    """
    folder = serving(home)
    open_home(folder)
    trained = None if full else trained_in(folder, *differences(folder, change))
    return _next(home, change, encoder, progress, image_encoder, trained, [] if notes is None else notes)


def differences(folder: Path, change: Change) -> tuple[int, int]:
    """Return how many items and how many interactions a change adds, alters or removes."""
    items, log = (pl.read_parquet(folder / f"{name}.parquet") for name in ("items", "interactions"))
    told = [name for name in items.columns if name not in ("popularity", "edition")]
    pairs = ["user_id", "item_id", "rating", "timestamp"]
    return _apart(items.select(told), change.items.select(told)), _apart(
        log.select(pairs), change.interactions
    )


def _apart(before: pl.DataFrame, after: pl.DataFrame) -> int:
    """Return how many rows only one of two tables has; a row that was altered counts once."""
    one, other = before.hash_rows(seed=0), after.select(before.columns).hash_rows(seed=0)
    gone, come = (~one.is_in(other.implode())).sum(), (~other.is_in(one.implode())).sum()
    return max(int(gone), int(come))


def retrain(
    home: Path,
    encoder: OpenEncoder,
    progress: Progress,
    image_encoder: Callable[[], ImageEncoder] = lambda: open_image_encoder(None),
    notes: list[str] | None = None,
) -> Path:
    """Train the adapter on what serves now, while changes go on, and switch to a version that has it.

    What has changed by the time it is trained is counted under the new gates. A run that was stopped goes on
    where it was, if nothing has changed.

    Raises:
        HomeError: A training or a change is at work, or the home holds something else by now.
    """
    told = [] if notes is None else notes
    with alone(home, TRAINING_LOCK, f"A training of {home} is at work."):
        folder, work = serving(home), home / FOLDER / UNFINISHED
        manifest = open_home(folder)
        catalog, log, features = tables_of(folder)
        record = fresh_record(catalog, log)
        adapter = trained_on(work, log, features, record, progress, told)
        now = serving(home)
        current = open_home(now)
        if (current.dataset, current.source) != (manifest.dataset, manifest.source):
            raise HomeError(f"{home} holds other data by now; the training was in vain.", "Train again.")
        change = same_as(now)
        counts = dict(zip(("new_items", "new_interactions"), differences(folder, change), strict=True))
        trained = Trained(adapter, record.model_copy(update=counts), fits=now == folder)
        version = _next(home, change, encoder, progress, image_encoder, trained, told)
        shutil.rmtree(work, ignore_errors=True)
    return version


def same_as(folder: Path) -> Change:
    """Return the tables of a version, unchanged."""
    items, log = (pl.read_parquet(folder / f"{name}.parquet") for name in ("items", "interactions"))
    return Change(items, log, "nothing changed", False)


def _next(
    home: Path,
    change: Change,
    encoder: OpenEncoder,
    progress: Progress,
    image_encoder: Callable[[], ImageEncoder],
    trained: Trained | None,
    notes: list[str],
) -> Path:
    folder = serving(home)
    manifest = open_home(folder)
    catalog = Catalog.load(folder / "items.parquet")
    links = pl.read_parquet(folder / LINKS) if (folder / LINKS).is_file() else None
    n, m = change.items.height, change.interactions.height
    report = CleaningReport(manifest.dataset, n, n, m, m, ())
    guesses = (folder / GUESSES).read_text(encoding="utf-8") if (folder / GUESSES).is_file() else None
    data = Dataset(change.items, change.interactions, report, links, timed(change.interactions))
    ready = _Ready(data, manifest.source, guesses)
    memory = _Remembering(catalog.texts(), load_vectors(folder, catalog), manifest.encoder, encoder, progress)

    def open_memory(_: Progress) -> Encoder:
        return memory  # type: ignore[return-value]

    rows = {item_id: row for row, item_id in enumerate(catalog.ids)}
    album = Album(change.pictures, image_encoder, Pictures.load(folder, catalog), rows, change.new)

    def fill(building: Path) -> None:
        job = Job(building, manifest.dataset, None, open_memory, progress, [], ready, album, trained)
        set_up(job)
        notes.extend(job.notes[1:])  # the first tells that nothing was dropped

    return build(home, fill)
