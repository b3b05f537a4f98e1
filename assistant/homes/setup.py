"""`palate setup`: data, vectors, adapter and indexes of a home, made once, resumed where it stopped."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from assistant.circle import LINKS
from assistant.errors import HomeError
from assistant.homes import learning, twins, versions
from assistant.homes.arrays import encode_all
from assistant.homes.arrays import load_vectors as load_vectors
from assistant.homes.data_sets import load_dataset as load_dataset
from assistant.homes.data_sets import source_folder
from assistant.homes.home import (
    FORMAT,
    MANIFEST,
    Manifest,
    program_version,
    read_manifest,
    write_manifest,
)
from assistant.homes.picture_report import told_of
from assistant.homes.pictures import LOOKS, Album, Pictures, forget_pictures, has_pictures, write_pictures
from assistant.homes.steps import STEPS, Steps, read_steps, step, write_steps
from metalearn.taste import TasteAdapter
from retriever.catalog import Catalog
from retriever.datasets.cleaning import Dataset
from retriever.encoder import Encoder
from retriever.files import write_atomically, write_text
from retriever.index import VectorIndex

Progress = Callable[[str, float], None]
OpenEncoder = Callable[[Progress], Encoder]
ENCODER = "encoder.json"


class Importer(Protocol):
    """Read a data set that is no known folder."""

    @property
    def source(self) -> str:
        """Say what is read, and how; another source makes another home."""

    def load(self, home: Path) -> Dataset:
        """Read and clean, and leave in `home` what could not be used."""


@dataclass
class Job:
    """One run of set-up.

    Attributes:
        home: Folder to fill.
        dataset: One of `DATASETS`, or a name of its own for a folder.
        data: Folder with the data files, where the data set has them.
        open_encoder: Opens the text encoder; called only where vectors have to be made.
        progress: Told what is being done and the share of it that is done, 0..1.
        notes: Filled with lines for the person, such as what cleaning dropped.
        intake: Reads tables of anybody's in the place of `dataset` and `data`.
        album: Where the pictures of the items come from.
        trained: An adapter whose gates are kept; None to train one.
    """

    home: Path
    dataset: str
    data: Path | None
    open_encoder: OpenEncoder
    progress: Progress
    notes: list[str] = field(default_factory=list)
    intake: Importer | None = None
    album: Album = field(default_factory=Album)
    trained: learning.Trained | None = None


def set_up(job: Job, force: bool = False) -> Manifest:
    """Fill the home folder; steps that are done already are kept.

    Raises:
        BadInput: When the data set is unknown or its folder is not given.
        HomeError: When the folder holds something else, is of another layout, or the disk is full.
    """
    _check(job, force)
    if force:
        versions.forget(job.home)
    try:
        job.home.mkdir(parents=True, exist_ok=True)
        done: Steps = {} if force else read_steps(job.home)
        rests_on = [job.dataset, _source(job)]
        for name, action in (
            ("data", _data),
            ("vectors", _vectors),
            ("pictures", _pictures),
            ("adapter", _adapter),
            ("index", _index),
        ):
            if name == "pictures" and not has_pictures(job.home):
                forget_pictures(job.home)
                done.pop(name, None)
                continue
            made = step(job.home, done, rests_on, name, partial(_told, job, name, action))
            if done.get(name) is not made:
                done[name] = made
                write_steps(job.home, done)
            rests_on += [file.sha256 for file in made.files.values()]
        return _finish(job, done)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise HomeError(
                f"The disk is full: {job.home} could not be written.", "Free space, then run it again."
            ) from error
        raise HomeError(
            f"{job.home} could not be written: {error}.", "Check the folder's permissions."
        ) from error


def _told(job: Job, name: str, action: Callable[[Job], list[str]]) -> list[str]:
    job.progress(f"{name}: starting", 0.0)
    files = action(job)
    job.progress(f"{name}: done", 1.0)
    return files


def _check(job: Job, force: bool) -> None:
    if job.intake is None:
        source_folder(job.dataset, job.data)
    if not job.home.exists() or not any(job.home.iterdir()):
        return
    ours = (
        (job.home / MANIFEST).is_file() or (job.home / STEPS).is_file() or (job.home / "events.db").is_file()
    )
    if not ours:
        raise HomeError(
            f"{job.home} holds files that are not Palate's; nothing was changed.", "Choose another --home."
        )
    if (job.home / MANIFEST).is_file() and not force:
        manifest = read_manifest(job.home)
        if (manifest.dataset, manifest.source) != (job.dataset, _source(job)):
            raise HomeError(
                f"{job.home} holds {manifest.dataset} {manifest.source}; nothing was changed.".replace(
                    " ;", ";"
                ),
                "Choose another --home, or --force to replace it.",
            )


def _source(job: Job) -> str:
    if job.intake is not None:
        return job.intake.source
    return str(job.data.resolve()) if job.data else ""


def _data(job: Job) -> list[str]:
    """Load, clean and write items, interactions and the cleaning report."""
    data = load_dataset(job.dataset, job.data) if job.intake is None else job.intake.load(job.home)
    job.notes.append(data.report.to_text())
    Catalog.from_frame(data.items).save(job.home / "items.parquet")
    write_atomically(job.home / "interactions.parquet", lambda path: data.interactions.write_parquet(path))
    report = json.dumps(data.report.to_dict(), indent=2, ensure_ascii=False)
    write_atomically(job.home / "cleaning.json", lambda path: write_text(path, report))
    names, links = ["items.parquet", "interactions.parquet", "cleaning.json"], data.links
    if links is None:
        (job.home / LINKS).unlink(missing_ok=True)
        return names
    write_atomically(job.home / LINKS, lambda path: links.write_parquet(path))
    return [*names, LINKS]


def _vectors(job: Job) -> list[str]:
    """Encode the text of every item."""
    encoder = job.open_encoder(job.progress)
    texts = Catalog.load(job.home / "items.parquet").texts()
    vectors = encode_all(
        encoder, texts, lambda n, total: job.progress(f"vectors: {n:,} of {total:,} texts", n / total)
    )
    write_atomically(job.home / "vectors.npy", lambda path: _save_array(path, vectors))
    write_atomically(job.home / ENCODER, lambda path: write_text(path, json.dumps({"name": encoder.name})))
    return ["vectors.npy", ENCODER]


def _pictures(job: Job) -> list[str]:
    """Copy and encode the pictures that the items name."""
    files = write_pictures(job.home, job.album, job.progress)
    job.notes.append(told_of(job.home))
    return files


def _save_array(path: Path, array: NDArray[np.float32]) -> None:
    with path.open("wb") as file:
        np.save(file, array, allow_pickle=False)


def _adapter(job: Job) -> list[str]:
    """Meta-train the adapter on everybody in the log, or refresh the one that was trained before."""
    return learning.write_adapter(job.home, job.trained, job.progress, job.notes)


def _index(job: Job) -> list[str]:
    """Build the FAISS indexes of text vectors and of collaborative item vectors."""
    catalog = Catalog.load(job.home / "items.parquet")
    vectors = load_vectors(job.home, catalog)
    VectorIndex.build(vectors).save(job.home / "index" / "text.faiss")
    twins.save(job.home, catalog, vectors)
    job.progress("index: text", 0.5)
    pictures = Pictures.load(job.home, catalog)
    looks = None if pictures is None else pictures.looks()
    for old in (job.home / LOOKS).parent.glob(f"{Path(LOOKS).stem}.*"):
        old.unlink()
    if looks is not None:
        VectorIndex.build(looks).save(job.home / LOOKS)
    items = TasteAdapter.load(job.home / "adapter").item_vectors()
    VectorIndex.build(items).save(job.home / "index" / "collab.faiss")
    return [str(path.relative_to(job.home)) for path in (job.home / "index").iterdir()]


def _finish(job: Job, steps: Steps) -> Manifest:
    """Write the manifest of a home whose steps are all done."""
    files = {name: r for step in steps.values() for name, r in step.files.items()}
    manifest = Manifest(
        format=FORMAT,
        palate=program_version(),
        dataset=job.dataset,
        source=_source(job),
        items=pl.scan_parquet(job.home / "items.parquet").select(pl.len()).collect().item(),
        interactions=pl.scan_parquet(job.home / "interactions.parquet").select(pl.len()).collect().item(),
        encoder=json.loads((job.home / ENCODER).read_text(encoding="utf-8"))["name"],
        files=files,
    )
    write_manifest(job.home, manifest)
    return manifest
