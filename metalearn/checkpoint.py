"""Adapters on disk: adapter.safetensors and config.json, checksummed, written whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as save_tensors

from metalearn.data import Tensors
from metalearn.errors import DamagedAdapter

FORMAT = 2
CONFIG = "config.json"
TENSORS = "adapter.safetensors"


class Checkpoint(NamedTuple):
    """What a folder holds: the configuration and every array."""

    config: dict[str, object]
    tensors: Tensors


def write(folder: Path, config: Mapping[str, object], tensors: Mapping[str, NDArray[Any]]) -> None:
    """Write an adapter into a folder; the configuration goes last and holds the checksum of the arrays."""
    folder.mkdir(parents=True, exist_ok=True)
    payload = save_tensors({name: np.ascontiguousarray(t) for name, t in sorted(tensors.items())})
    digest = hashlib.sha256(payload).hexdigest()
    record = {"format": FORMAT, "sha256": digest, "bytes": len(payload), **config}
    replace_file(folder / TENSORS, payload)
    replace_file(folder / CONFIG, (json.dumps(record, indent=2, sort_keys=True) + "\n").encode())


def read(folder: Path) -> Checkpoint:
    """Read an adapter back.

    Raises:
        DamagedAdapter: naming the file that is missing, of another format, or not what was written.
    """
    config = _read_config(folder / CONFIG)
    payload = _read_bytes(folder / TENSORS)
    if hashlib.sha256(payload).hexdigest() != config.get("sha256"):
        raise DamagedAdapter(folder / TENSORS, "its checksum is not the one in config.json")
    try:
        return Checkpoint(config, dict(load_tensors(payload)))
    except SafetensorError as error:
        raise DamagedAdapter(folder / TENSORS, f"not a safetensors file ({error})") from error


def _read_config(path: Path) -> dict[str, object]:
    try:
        config = json.loads(_read_bytes(path))
    except ValueError as error:
        raise DamagedAdapter(path, f"not valid JSON ({error})") from error
    if not isinstance(config, dict) or config.get("format") != FORMAT:
        found = config.get("format") if isinstance(config, dict) else None
        raise DamagedAdapter(path, f"format {found!r} where this version reads format {FORMAT}")
    return config


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise DamagedAdapter(path, f"cannot be read ({error.strerror})") from error


def replace_file(path: Path, payload: bytes) -> None:
    """Write a file beside its place, then move it there: readers see the old or the new, never half."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}.part")
    try:
        with temporary.open("wb") as stream:
            stream.write(payload)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
