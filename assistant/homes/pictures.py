"""The pictures of a home: small copies and vectors made once, and what a card may show."""

from __future__ import annotations

import base64
import json
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray
from PIL.Image import Image

from assistant.errors import HomeError
from retriever.catalog import Catalog
from retriever.files import write_atomically, write_text
from retriever.looks import Histograms, ImageEncoder, apart
from retriever.pictures import IMAGE, BadPicture, file_of, is_address, open_picture, small_copy

FOLDER = "pictures"
COPIES, ENDS, VECTORS, ABOUT = (
    f"{FOLDER}/{n}" for n in ("copies.bin", "ends.npy", "vectors.npy", "about.json")
)
LOOKS = "index/looks.faiss"
REMOTE = "remote-pictures"  # there where the pages of a home may load pictures from elsewhere
REMOTE_NOTE = "Cards load pictures from the addresses in the catalogue. Delete this file to stop that.\n"
AT_ONCE, EXAMPLES = 64, 5
IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float32]


class Pictures:
    """What a version of a home knows of how its items look.

    Attributes:
        names: Address or file of the picture of every item; None where it has none.
        vectors: float32 [N, d], unit rows, zero where there is no picture at hand; d is 0 where none is.
        encoder: Name of what made the vectors.
        remote: Whether addresses may be shown.
    """

    def __init__(
        self,
        names: list[str | None],
        ends: IntArray,
        copies: NDArray[np.uint8],
        vectors: FloatArray,
        encoder: str,
        remote: bool,
    ) -> None:
        self.names, self.vectors, self.encoder, self.remote = names, vectors, encoder, remote
        self._ends, self._copies = ends, copies

    @classmethod
    def load(cls, folder: Path, catalog: Catalog, remote: bool = False) -> Pictures | None:
        """Open the pictures of a version; None where its items have none.

        Raises:
            HomeError: A file is damaged or of another catalogue.
        """
        if not (folder / ABOUT).is_file() or IMAGE not in catalog.frame.columns:
            return None
        try:
            ends = np.load(folder / ENDS, allow_pickle=False)
            vectors = np.load(folder / VECTORS, allow_pickle=False)
            encoder = str(json.loads((folder / ABOUT).read_text(encoding="utf-8"))["encoder"])
            size = (folder / COPIES).stat().st_size
            copies = np.memmap(folder / COPIES, np.uint8, "r") if size else np.zeros(0, np.uint8)
        except (OSError, ValueError, EOFError, KeyError) as error:
            raise HomeError(
                f"{folder / FOLDER} is damaged: {error}.", "Run `palate setup --force`."
            ) from error
        if ends.shape != (len(catalog),) or len(vectors) != len(catalog) or int(ends.max(initial=0)) != size:
            raise HomeError(
                f"{folder / FOLDER} does not fit the catalogue of {len(catalog)}.",
                "Run `palate setup --force`.",
            )
        return cls(catalog.frame[IMAGE].to_list(), ends, copies, vectors, encoder, remote)

    def copy_of(self, row: int) -> bytes:
        """Return the small JPEG of an item; empty where there is none."""
        start = int(self._ends[row - 1]) if row else 0
        return self._copies[start : int(self._ends[row])].tobytes()

    def shown(self, row: int) -> str:
        """Return what a picture's `src` may be: a copy inside the page, or an address where that is allowed.

        A copy inside the page needs no file that is served, and no path of this machine is told.
        """
        copy = self.copy_of(row)
        if copy:
            return f"data:image/jpeg;base64,{base64.b64encode(copy).decode()}"
        name = self.names[row]
        return name if self.remote and name is not None and is_address(name) else ""

    def looks(self) -> FloatArray | None:
        """Return the vectors less what all have in common, unit rows or zero; None without any picture."""
        return apart(self.vectors) if self.vectors.shape[1] else None


@dataclass(frozen=True)
class Album:
    """Say where the pictures of a home come from.

    Attributes:
        folder: Folder of the table of items; None where it lies in none.
        open_encoder: Opens the encoder of pictures; called only where there is one to encode.
        before: Pictures of the version that serves, by item id below; None at the first time.
        rows: Item id -> row in `before`.
        new: Ids of the items whose pictures are in the folder; None for all. Those of others are in `before`.
    """

    folder: Path | None = None
    open_encoder: Callable[[], ImageEncoder] = Histograms
    before: Pictures | None = None
    rows: dict[str, int] = field(default_factory=dict)
    new: frozenset[str] | None = None

    def remembered(self, item_id: str, name: str) -> int | None:
        """Return the row of the same picture in the version before; None where it has to be looked for."""
        row = self.rows.get(item_id) if self.new is not None and item_id not in self.new else None
        return row if row is not None and self.before is not None and self.before.names[row] == name else None


@dataclass
class _Made:
    """Copies and vectors in the making."""

    n: int
    encoder: ImageEncoder | None = None
    ends: list[int] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    vectors: list[FloatArray] = field(default_factory=list)
    waiting: list[tuple[int, Image]] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)
    remote: int = 0

    def refuse(self, item_id: str, error: BadPicture) -> None:
        self.refused[error.reason] += 1
        listed = self.examples.setdefault(error.reason, [])
        if len(listed) < EXAMPLES:
            listed.append(f"{item_id}: {error.name[:200]}")

    def add(self, row: int, vector: FloatArray) -> None:
        self.rows.append(row)
        self.vectors.append(vector)

    def encode(self, open_encoder: Callable[[], ImageEncoder]) -> None:
        if self.waiting:
            self.encoder = self.encoder or open_encoder()
            found = self.encoder.encode([picture for _, picture in self.waiting])
            for (row, _), vector in zip(self.waiting, found, strict=True):
                self.add(row, vector)
            self.waiting.clear()

    def table(self) -> FloatArray:
        table = np.zeros((self.n, len(self.vectors[0]) if self.vectors else 0), np.float32)
        if self.rows:
            table[self.rows] = np.stack(self.vectors)
        return table


def has_pictures(home: Path) -> bool:
    """Say whether the items of a home name pictures."""
    return IMAGE in pl.read_parquet_schema(home / "items.parquet")


def forget_pictures(home: Path) -> None:
    """Delete what was made of pictures."""
    shutil.rmtree(home / FOLDER, ignore_errors=True)


def write_pictures(home: Path, album: Album, progress: Callable[[str, float], None]) -> list[str]:
    """Make copies and vectors of all pictures that can be had; what cannot be is counted and named.

    Returns:
        The files written, relative to the home.

    Raises:
        HomeError: The pictures of the version before were encoded by something else.
        RetrieverError: The encoder cannot be opened.
    """
    frame = pl.read_parquet(home / "items.parquet", columns=["item_id", IMAGE])
    made = _Made(frame.height)
    write_atomically(home / COPIES, lambda path: _copy_all(path, frame, album, made, progress))
    made.encode(album.open_encoder)
    before, encoder = album.before, made.encoder
    if (
        encoder is not None
        and before is not None
        and before.vectors.shape[1]
        and encoder.name != before.encoder
    ):
        raise HomeError(
            f"The home's pictures were encoded by {before.encoder}, not by {encoder.name}.",
            f"Set PALATE_IMAGE_ENCODER={before.encoder}, or import again with --force.",
        )
    about = {
        "encoder": encoder.name if encoder is not None else "" if before is None else before.encoder,
        "items": frame.height,
        "copied": len(made.rows),
        "remote": made.remote,
        "refused": {reason: [n, made.examples[reason]] for reason, n in made.refused.most_common()},
    }
    ends = np.array(made.ends, np.int64)
    write_atomically(home / ENDS, lambda path: _save(path, ends))
    write_atomically(home / VECTORS, lambda path: _save(path, made.table()))
    text = json.dumps(about, ensure_ascii=False, indent=1)
    write_atomically(home / ABOUT, lambda path: write_text(path, text))
    return [COPIES, ENDS, VECTORS, ABOUT]


def _copy_all(
    path: Path, frame: pl.DataFrame, album: Album, made: _Made, progress: Callable[[str, float], None]
) -> None:
    """Write the copies one after the other; an item without one begins where it ends."""
    with path.open("wb") as file:
        for row, (item_id, name) in enumerate(frame.iter_rows()):
            file.write(_copy(row, item_id, name, album, made) if name else b"")
            made.ends.append(file.tell())
            if len(made.waiting) >= AT_ONCE:
                made.encode(album.open_encoder)
                progress(f"pictures: {row + 1:,} of {frame.height:,} items", (row + 1) / frame.height)


def _copy(row: int, item_id: str, name: str, album: Album, made: _Made) -> bytes:
    if is_address(name):
        made.remote += 1
        return b""
    kept = album.remembered(item_id, name)
    if kept is not None and album.before is not None:
        copy = album.before.copy_of(kept)
        if copy:
            made.add(row, album.before.vectors[kept])
            return copy
    try:
        if album.new is not None and item_id not in album.new:
            raise BadPicture("no such file", name)
        picture = open_picture(file_of(name, album.folder))
    except BadPicture as error:
        made.refuse(item_id, error)
        return b""
    made.waiting.append((row, picture))
    return small_copy(picture)


def _save(path: Path, array: NDArray[np.generic]) -> None:
    with path.open("wb") as file:
        np.save(file, array, allow_pickle=False)


def allow_remote(home: Path, allowed: bool) -> None:
    """Let the pages of a home load pictures from elsewhere, or not; the home says so from then on."""
    if allowed:
        write_atomically(home / REMOTE, lambda path: write_text(path, REMOTE_NOTE))
    else:
        (home / REMOTE).unlink(missing_ok=True)


def remote_allowed(home: Path) -> bool:
    """Say whether the pages of a home may load pictures from elsewhere."""
    return (home / REMOTE).is_file()
