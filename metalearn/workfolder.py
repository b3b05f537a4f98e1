"""The state of an unfinished training on disk, so that a run that was killed goes on where it was."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import threading
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from metalearn.config import TrainConfig
from metalearn.data import InteractionLog, ItemFeatures, Tensors

CODE = Path(__file__).parent
NOTES = "palate_training"
LOGGER = logging.getLogger(__name__)


class Kept(NamedTuple):
    """One file of a work folder: arrays by name, and whatever JSON can hold."""

    arrays: Tensors
    notes: dict[str, Any]


class WorkFolder:
    """Files of arrays that belong to one configuration and one data set.

    npz, because it is written array by array without a copy in memory, is checked by CRC when it is read, and
    needs no pickle. A file is written beside its place and moved there.
    """

    def __init__(self, path: Path, key: str) -> None:
        """Open a folder, which need not exist.

        Args:
            path: the folder.
            key: what the files belong to, from ``key_of``; files under another key are removed.
        """
        self.path, self.key = path, key
        others = [file for file in sorted(path.glob("*.npz")) if self._is_of_another_run(file)]
        if others:
            LOGGER.warning("%s holds the state of another training; this one starts afresh", path)
            for file in others:
                file.unlink()

    def read(self, name: str) -> Kept | None:
        """Return a file of this training; None where there is none.

        A file that cannot be read is removed with a warning: what it held is computed again.
        """
        path = self._file(name)
        if not path.is_file():
            return None
        try:
            with np.load(path, allow_pickle=False) as stored:
                arrays = {key: stored[key] for key in stored.files}
            notes = json.loads(str(arrays.pop(NOTES)))
            if notes["key"] == self.key:
                return Kept(arrays, notes)
            reason = "it belongs to another training"
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
            reason = str(error)
        LOGGER.warning("%s is damaged and was discarded (%s)", path, reason)
        path.unlink(missing_ok=True)
        return None

    def write(
        self, name: str, arrays: Mapping[str, NDArray[Any]], notes: Mapping[str, Any] | None = None
    ) -> None:
        """Write a file whole or not at all.

        Raises:
            OSError: when the disk is full or the folder cannot be written.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        path = self._file(name)
        temporary = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}.part")
        named: dict[str, Any] = {**arrays, NOTES: np.array(json.dumps({**(notes or {}), "key": self.key}))}
        try:
            with temporary.open("wb") as stream:
                np.savez(stream, **named)
                stream.flush()
                os.fsync(stream.fileno())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)

    def discard(self, *names: str) -> None:
        """Remove files, and what writes that were killed have left of any file."""
        for path in (*map(self._file, names), *self.path.glob(".*.npz.*.part")):
            path.unlink(missing_ok=True)

    def _file(self, name: str) -> Path:
        return self.path / f"{name}.npz"

    def _is_of_another_run(self, path: Path) -> bool:
        """Return whether a file is a sound one of ours under another key; nobody else's is ever touched."""
        try:
            with np.load(path, allow_pickle=False) as stored:
                return NOTES in stored.files and json.loads(str(stored[NOTES]))["key"] != self.key
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error):
            return False


def key_of(config: TrainConfig, log: InteractionLog, features: ItemFeatures) -> str:
    """Return a digest of everything that a training depends on, this package's code included, as text."""
    versions = [torch.__version__, np.__version__]
    shape = [log.n_users, log.n_items, log.timed]
    digest = hashlib.sha256(json.dumps([versions, asdict(config), shape], sort_keys=True).encode())
    for module in sorted(CODE.glob("*.py")):
        digest.update(module.read_bytes())
    for array in (log.users, log.items, log.ratings, log.times, log.links, log.amounts):
        _add(digest, array)
    for array in (features.text, features.facets, features.numbers, features.pictures):
        _add(digest, array)
    for table in (features.links, features.words):
        for array in (None,) if table is None else (table.indptr, table.indices, table.data):
            _add(digest, array)
    return digest.hexdigest()


def _add(digest: Any, array: NDArray[Any] | None) -> None:
    if array is None:
        digest.update(b"none")
        return
    digest.update(f"{array.dtype}{array.shape}".encode())
    digest.update(np.ascontiguousarray(array).tobytes())
