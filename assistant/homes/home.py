"""The home folder of an assistant: what belongs in it, and whether it is whole."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.errors import HomeError
from retriever.files import sha256, write_atomically, write_text

FORMAT = 1
MANIFEST = "manifest.json"


class FileRecord(BaseModel):
    """Size in bytes and SHA-256 of one file."""

    model_config = ConfigDict(frozen=True)

    sha256: str
    bytes: int


class Manifest(BaseModel):
    """Describe a finished home folder.

    Attributes:
        format: Version of the folder's layout.
        palate: Version of the program that wrote it.
        dataset: Name of the data set.
        source: Folder the data came from; empty for an installed set.
        items: Number of items.
        interactions: Number of interactions.
        encoder: Text encoder, as resolved when the vectors were made.
        files: Relative path -> what was written.
    """

    format: int
    palate: str
    dataset: str
    source: str = ""
    items: int = 0
    interactions: int = 0
    encoder: str = ""
    files: dict[str, FileRecord] = {}


def program_version() -> str:
    """Return the version of the installed program."""
    return version("palate")


def record(home: Path, names: list[str]) -> dict[str, FileRecord]:
    """Return size and checksum of files given relative to `home`."""
    return {n: FileRecord(sha256=sha256(home / n), bytes=(home / n).stat().st_size) for n in sorted(names)}


def write_manifest(home: Path, manifest: Manifest) -> None:
    """Write `manifest.json` unless it stands so already; it comes last, so a folder that has one is whole."""
    text, path = manifest.model_dump_json(indent=2) + "\n", home / MANIFEST
    if path.is_file() and path.read_bytes() == text.encode():
        return
    write_atomically(path, lambda temporary: write_text(temporary, text))


def read_manifest(home: Path) -> Manifest:
    """Read `manifest.json`.

    Raises:
        HomeError: When it is missing, damaged, or of another layout.
    """
    path = home / MANIFEST
    if not path.is_file():
        raise HomeError(f"{home} is no home folder: it has no {MANIFEST}.", "Run `palate setup`.")
    try:
        manifest = Manifest.model_validate_json(path.read_text(encoding="utf-8"))
    except (ValidationError, UnicodeDecodeError) as error:
        raise HomeError(
            f"{path} is damaged.", "Run `palate setup --force` to write the home anew."
        ) from error
    if manifest.format != FORMAT:
        raise HomeError(
            f"{home} was written in layout {manifest.format} by palate {manifest.palate}; this is layout "
            f"{FORMAT}. Nothing was changed.",
            "Use another --home, or run `palate setup --force` to write this one anew (events.db is kept).",
        )
    return manifest


def open_home(home: Path) -> Manifest:
    """Read the manifest and make sure that every file has the recorded size.

    Raises:
        HomeError: When the home is not whole; the file is named.
    """
    manifest = read_manifest(home)
    problems = _problems(home, manifest, deep=False)
    if problems:
        raise HomeError(problems[0], "Run `palate setup` to mend it.")
    return manifest


def verify_home(home: Path) -> list[str]:
    """Return what is wrong with a home folder, checksums included; empty where it is whole."""
    try:
        return _problems(home, read_manifest(home), deep=True)
    except HomeError as error:
        return [error.message]


def _problems(home: Path, manifest: Manifest, deep: bool) -> list[str]:
    found = []
    for name, expected in manifest.files.items():
        path = home / name
        if not path.is_file():
            found.append(f"{path} is missing.")
        elif path.stat().st_size != expected.bytes:
            found.append(f"{path} is damaged: {path.stat().st_size} bytes instead of {expected.bytes}.")
        elif deep and sha256(path) != expected.sha256:
            found.append(f"{path} is damaged: its checksum differs.")
    return found
