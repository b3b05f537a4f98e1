"""Steps of set-up: each is remembered by what it rests on, and done again only where that has changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from assistant.homes.home import FORMAT, FileRecord, record
from metalearn import checkpoint
from retriever.files import write_atomically, write_text

STEPS = "setup.json"


class StepRecord(BaseModel):
    """Remember a finished step: a digest of what it rests on, and the files it wrote."""

    model_config = ConfigDict(frozen=True)

    key: str
    files: dict[str, FileRecord]


Steps = dict[str, StepRecord]
STEPS_TYPE = TypeAdapter(Steps)


def step(
    home: Path, done: Steps, rests_on: Sequence[str], name: str, action: Callable[[], list[str]]
) -> StepRecord:
    """Run a step unless its files stand as recorded and what it rests on is the same.

    Args:
        home: Folder in which the files stand.
        done: Steps that were done before.
        rests_on: Everything that the result depends on.
        name: Name of the step.
        action: Does it, and returns the names of the files that it wrote, relative to `home`.
    """
    # An adapter of an older format is trained again.
    formats = [FORMAT, *([checkpoint.FORMAT] if name == "adapter" else [])]
    key = hashlib.sha256(json.dumps([*formats, name, *rests_on]).encode()).hexdigest()
    before = done.get(name)
    if before is not None and before.key == key and _stands(home, before.files):
        return before
    return StepRecord(key=key, files=record(home, action()))


def _stands(home: Path, files: dict[str, FileRecord]) -> bool:
    return bool(files) and all(
        (home / n).is_file() and (home / n).stat().st_size == r.bytes for n, r in files.items()
    )


def read_steps(home: Path) -> Steps:
    """Return what is known to be done; nothing where the file is missing or damaged."""
    try:
        return STEPS_TYPE.validate_json((home / STEPS).read_bytes())
    except (FileNotFoundError, ValidationError):
        return {}  # nothing is known to be done, so everything is done again


def write_steps(home: Path, steps: Steps) -> None:
    """Write what is done."""
    text = STEPS_TYPE.dump_json(steps, indent=1).decode()
    write_atomically(home / STEPS, lambda temporary: write_text(temporary, text))
