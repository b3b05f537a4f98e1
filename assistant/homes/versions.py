"""Versions of a home: each whole in a folder of its own, and one pointer says which serves."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant.errors import HomeError
from retriever.files import write_atomically, write_text

POINTER, FOLDER, LOCK = "current", "versions", ".lock"
BUILDING = ".building"
KEPT = 2  # versions beside the one that set-up wrote: the serving one and the one before
NAME = re.compile(r"\d{6}")


def serving(home: Path) -> Path:
    """Return the folder whose catalogue, indexes and adapter serve; the home itself until its first change.

    Raises:
        HomeError: The pointer names a version that is not there.
    """
    try:
        name = (home / POINTER).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return home
    except (OSError, UnicodeDecodeError) as error:
        raise HomeError(
            f"{home / POINTER} cannot be read: {error}.", "Delete it to serve what set-up wrote."
        ) from error
    folder = home / FOLDER / name
    if not NAME.fullmatch(name) or not folder.is_dir():
        raise HomeError(
            f"{home / POINTER} names version {name[:20]!r}, which is not there.",
            "Delete it to serve what set-up wrote.",
        )
    return folder


def forget(home: Path) -> None:
    """Let the home itself serve again, and delete the versions."""
    (home / POINTER).unlink(missing_ok=True)
    shutil.rmtree(home / FOLDER, ignore_errors=True)


def build(home: Path, fill: Callable[[Path], None]) -> Path:
    """Let `fill` write a new version beside the serving one, then switch to it in one step.

    Whatever stops it on the way leaves the serving version as it was.

    Raises:
        HomeError: Another change is at work.
    """
    with alone(home, LOCK, f"Another change of {home} is at work."):
        building = home / FOLDER / BUILDING
        shutil.rmtree(building, ignore_errors=True)
        building.mkdir(parents=True)
        fill(building)
        numbers = sorted(int(p.name) for p in (home / FOLDER).iterdir() if NAME.fullmatch(p.name))
        version = home / FOLDER / f"{(numbers[-1] if numbers else 0) + 1:06d}"
        building.rename(version)
        write_atomically(home / POINTER, lambda temporary: write_text(temporary, version.name + "\n"))
        for number in numbers[: -(KEPT - 1)]:
            shutil.rmtree(home / FOLDER / f"{number:06d}", ignore_errors=True)
    return version


@contextmanager
def alone(home: Path, lock: str, refusal: str) -> Iterator[None]:
    """Hold a lock of a home; the system frees it when the process ends, however it ends.

    Raises:
        HomeError: Somebody else holds it; `refusal` says what they do.
    """
    (home / FOLDER).mkdir(exist_ok=True)
    handle = os.open(home / FOLDER / lock, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(handle)
        raise HomeError(refusal, "Wait until it is done.") from error
    try:
        yield
    finally:
        os.close(handle)
