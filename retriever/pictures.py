"""Pictures of items: what a cell names, which files may be opened, and small copies to show."""

from __future__ import annotations

import io
import re
import struct
import warnings
import zlib
from pathlib import Path
from urllib.parse import urlsplit

from PIL import Image, ImageOps

from retriever.errors import RetrieverError

IMAGE = "image"  # column of the items that names their pictures
MOST_BYTES = 20 << 20
MOST_PIXELS = 40_000_000
SEEN = 512  # pixels of the longer side that encoders see
BOX, QUALITY = 224, 82  # pixels of the longer side of the copy that cards show, and its JPEG quality
LONGEST_NAME = 2_000
# Formats without code, scripts or other files in them.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp")
# Folders beside a table in which its pictures usually lie.
BESIDE = ("images", "image", "img", "pictures", "posters", "covers", "photos", "thumbnails")
_ADDRESS = re.compile(r"https?://[^\s\"'<>\\^`{|}\[\]]+", re.IGNORECASE)
_QUOTED = re.compile(r"[\"']([^\"']+\.(?:jpe?g|png|webp|gif|bmp))[\"']", re.IGNORECASE)


class BadPicture(RetrieverError):
    """Report a picture that cannot be used.

    Args:
        reason: Why, in a few words that are the same for all pictures of that kind.
        name: The picture.
    """

    def __init__(self, reason: str, name: str) -> None:
        super().__init__(f"{name}: {reason}.", "Give a JPEG, PNG, WebP, GIF or BMP file in the folder.")
        self.reason, self.name = reason, name


def is_address(name: str) -> bool:
    """Say whether a name is a whole http or https address with a host, and nothing else."""
    if not _ADDRESS.fullmatch(name) or len(name) > LONGEST_NAME:
        return False
    try:
        return bool(urlsplit(name).hostname)
    except ValueError:
        return False


def named(cell: str) -> str | None:
    """Return the first address or file that a cell names; a list of objects names several.

    Returns:
        None where it names none.
    """
    cell = cell.strip()
    if cell.startswith(("[", "{", "(")):
        found = _ADDRESS.search(cell) or _QUOTED.search(cell)
        cell = "" if found is None else found[found.lastindex or 0]
    return cell if 0 < len(cell) <= LONGEST_NAME and cell.isprintable() else None


def file_of(name: str, folder: Path | None) -> Path:
    """Return the file that a name means.

    Args:
        name: Path, relative to the folder or to a folder of pictures in it.
        folder: Folder of the table; the file must lie in it, links followed. None where there is none.

    Raises:
        BadPicture: It is missing, or lies elsewhere.
    """
    if folder is None:
        raise BadPicture("the table lies in no folder", name)
    root = folder.resolve()
    try:
        for start in (root, *(root / beside for beside in BESIDE)):
            path = (start / name).resolve()
            if not path.is_relative_to(root):
                raise BadPicture("outside the folder of the table", name)
            if path.is_file():
                return path
    except (OSError, ValueError, RuntimeError) as error:
        raise BadPicture("no name of a file", name) from error
    raise BadPicture("no such file", name)


def open_picture(path: Path) -> Image.Image:
    """Return a picture as RGB, upright, its longer side at most `SEEN` pixels; of several frames the first.

    Raises:
        BadPicture: It is too large, or no picture of a known format, or damaged.
    """
    name = path.name
    try:
        if path.stat().st_size > MOST_BYTES:
            raise BadPicture(f"more than {MOST_BYTES >> 20} MB", name)
        with (
            warnings.catch_warnings(action="error", category=Image.DecompressionBombWarning),
            Image.open(io.BytesIO(path.read_bytes()), formats=FORMATS) as opened,
        ):
            if opened.width * opened.height > MOST_PIXELS:
                raise BadPicture(f"more than {MOST_PIXELS // 1_000_000} million pixels", name)
            opened.draft("RGB", (SEEN, SEEN))  # a JPEG is read at a fraction of its size
            return _flat(opened)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise BadPicture(f"more than {MOST_PIXELS // 1_000_000} million pixels", name) from error
    except _BROKEN as error:
        raise BadPicture("no picture that can be read", name) from error


# What Pillow's readers raise on bytes that are no picture, or only the beginning of one.
_BROKEN = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    LookupError,
    ArithmeticError,
    TypeError,
    MemoryError,
    struct.error,
    zlib.error,
)


def _flat(opened: Image.Image) -> Image.Image:
    """Return one frame as RGB; what is transparent becomes white."""
    upright = ImageOps.exif_transpose(opened)
    upright.thumbnail((SEEN, SEEN))
    if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
        layer = upright.convert("RGBA")
        white = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(white, layer).convert("RGB")
    return upright.convert("RGB")


def small_copy(picture: Image.Image) -> bytes:
    """Return a JPEG that fits into `BOX` by `BOX` pixels, without the notes of the camera."""
    copy, out = picture.copy(), io.BytesIO()
    copy.thumbnail((BOX, BOX))
    copy.info.clear()
    copy.save(out, format="JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()
