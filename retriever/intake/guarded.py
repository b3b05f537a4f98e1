"""Which files may be read at all: no pickles, archives or devices, and nothing outside a given folder."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

from retriever.errors import BadData

BLOCK = 1 << 20
# Text and tables shrink 3 to 30 times; what grows by more than this is made to fill a disk.
MAX_RATIO = 200
SMALL = 64 << 20
GZIP = b"\x1f\x8b"
PARQUET = b"PAR1"
ARCHIVES = {
    b"PK\x03\x04": "a zip archive (or a spreadsheet)",
    b"PK\x05\x06": "an empty zip archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"Rar!": "a rar archive",
    b"BZh": "a bzip2 file",
    b"\xfd7zXZ": "an xz file",
    b"\x28\xb5\x2f\xfd": "a zstd file",
}
CODE = (".pkl", ".pickle", ".p", ".joblib", ".dill", ".npy", ".npz", ".pt", ".pth", ".h5", ".rdata", ".rds")
PICKLES = tuple(b"\x80" + bytes([protocol]) for protocol in range(2, 6))
SQLITE = b"SQLite format 3\x00"


def allowed(path: Path, folder: Path | None = None) -> Path:
    """Return `path` when it may be read.

    Args:
        path: A file.
        folder: Where it must lie, links followed; None for a file that the person named themselves.

    Raises:
        BadData: It is missing, no ordinary file, lies elsewhere, or is of a kind that is not read.
    """
    if not path.exists():
        raise BadData(f"{path} is missing.", "Give the path of a CSV, TSV, Parquet or JSONL file.")
    if folder is not None and not path.resolve().is_relative_to(folder.resolve()):
        raise BadData(
            f"{path} is a link to {path.resolve()}, outside {folder}; it was not read.",
            "Put the file itself into the folder.",
        )
    if not path.is_file():
        raise BadData(f"{path} is no ordinary file.", "Give the path of a CSV, TSV, Parquet or JSONL file.")
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except OSError as error:
        raise BadData(f"{path} cannot be read: {error.strerror}.", "Check its permissions.") from error
    _refuse(path, head)
    return path


def _refuse(path: Path, head: bytes) -> None:
    """Refuse what may run code when it is opened, and what has to be unpacked first."""
    if path.suffix.lower() in CODE or head.startswith(PICKLES):
        raise BadData(
            f"{path} looks like a pickle or another file that can run code when it is read; refused.",
            "Write the table as Parquet or CSV, such as frame.to_parquet('items.parquet').",
        )
    kind = next((name for magic, name in ARCHIVES.items() if head.startswith(magic)), None)
    if kind is not None:
        raise BadData(f"{path} is {kind}; archives are not opened.", "Unpack it and give the table itself.")
    if head.startswith(SQLITE):
        raise BadData(f"{path} is an SQLite database.", f"Name its table: sqlite:///{path}#TABLE.")
    if not head:
        raise BadData(f"{path} is empty.", "Export it again.")


def starts_with(path: Path, magic: bytes) -> bool:
    """Say whether the file begins with these bytes."""
    with path.open("rb") as file:
        return file.read(len(magic)) == magic


def unpacked(path: Path, work: Path) -> Path:
    """Return the file itself, or what a gzip file holds, written to the folder `work`.

    Raises:
        BadData: The gzip file is cut short or damaged, or holds more than `MAX_RATIO` times its size.
    """
    if not starts_with(path, GZIP):
        return path
    target = work / f"unpacked-{abs(hash(path)):x}-{path.stem}"
    limit, written = max(SMALL, MAX_RATIO * path.stat().st_size), 0
    try:
        with gzip.open(path, "rb") as source, target.open("wb") as out:
            while block := source.read(BLOCK):
                written += len(block)
                if written > limit:
                    raise BadData(
                        f"{path} holds more than {MAX_RATIO} times its own size; unpacking stopped.",
                        "Unpack it yourself if you trust it.",
                    )
                out.write(block)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise BadData(f"{path} is damaged or cut short ({error}).", "Download it again.") from error
    _refuse(path, target.read_bytes()[:16] if written < BLOCK else _head(target))
    return target


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(16)
