"""A change of a home -> its next version, beside the one that serves until it is whole."""

from __future__ import annotations

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
from assistant.homes.pictures import Album, Pictures
from assistant.homes.setup import Job, OpenEncoder, Progress, load_vectors, set_up
from assistant.homes.versions import build, serving
from retriever.catalog import Catalog
from retriever.datasets.cleaning import Dataset
from retriever.datasets.report import CleaningReport
from retriever.encoder import Encoder
from retriever.files import write_atomically, write_text
from retriever.looks import ImageEncoder, open_image_encoder


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
) -> Path:
    """Write the next version, its adapter trained anew, and switch to it; the old one serves until then.

    Raises:
        HomeError: Another change is at work, or the disk is full.
    """
    folder = serving(home)
    manifest = open_home(folder)
    catalog = Catalog.load(folder / "items.parquet")
    links = pl.read_parquet(folder / LINKS) if (folder / LINKS).is_file() else None
    n, m = change.items.height, change.interactions.height
    report = CleaningReport(manifest.dataset, n, n, m, m, ())
    guesses = (folder / GUESSES).read_text(encoding="utf-8") if (folder / GUESSES).is_file() else None
    ready = _Ready(
        Dataset(change.items, change.interactions, report, links, timed(change.interactions)),
        manifest.source,
        guesses,
    )
    memory = _Remembering(catalog.texts(), load_vectors(folder, catalog), manifest.encoder, encoder, progress)

    def open_memory(_: Progress) -> Encoder:
        return memory  # type: ignore[return-value]

    rows = {item_id: row for row, item_id in enumerate(catalog.ids)}
    album = Album(change.pictures, image_encoder, Pictures.load(folder, catalog), rows, change.new)

    def fill(building: Path) -> None:
        set_up(Job(building, manifest.dataset, None, open_memory, progress, intake=ready, album=album))

    return build(home, fill)
