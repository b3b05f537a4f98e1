"""Pictures -> unit vectors: histograms that need no weights, or a model of the CLIP family."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from retriever.errors import RetrieverError

HISTOGRAMS = "histograms"
CLIP = "clip-ViT-B-32"  # the smallest of the family that sentence-transformers publishes
NEEDED = "torchvision"  # what the processors of that family need beside transformers
EDGE = 64  # pixels of the square that histograms are counted on
LEVELS, TURNS, CELLS = 4, 8, 2  # levels of each colour, directions of edges, cells per side
# Shares of the squared length: colours of the whole, colours of the cells, edges of the cells. Judged on
# generated pictures alone.
SHARES = (0.5, 0.25, 0.25)


class ImageEncoder(Protocol):
    """Say what is needed of an encoder of pictures.

    Attributes:
        name: What made the vectors; those of two names do not compare.
        dim: Length of a vector.
    """

    name: str
    dim: int

    def encode(self, pictures: Sequence[Image.Image], /) -> NDArray[np.float32]:
        """Return unit rows, float32 [n, d], of n RGB pictures in their order."""
        ...


class Histograms:
    """Colours and directions of edges, counted; pictures of like colours and lines have like vectors.

    The cosine is a weighted sum of Bhattacharyya coefficients of histograms: colours (Swain and Ballard 1991,
    https://doi.org/10.1007/BF00130487) in the whole and in four cells, directions of edges (Dalal and Triggs
    2005, https://doi.org/10.1109/CVPR.2005.177) in the cells. It knows nothing of what is shown.
    """

    name = HISTOGRAMS
    dim = LEVELS**3 * (1 + CELLS**2) + TURNS * CELLS**2

    def encode(self, pictures: Sequence[Image.Image], /) -> NDArray[np.float32]:
        """Return unit rows, float32 [n, 352]."""
        rows = [_counted(picture) for picture in pictures]
        return np.stack(rows) if rows else np.zeros((0, self.dim), np.float32)


def _counted(picture: Image.Image) -> NDArray[np.float32]:
    square = picture.convert("RGB").resize((EDGE, EDGE), Image.Resampling.BOX)
    pixels = np.asarray(square, dtype=np.float32) / 255.0
    half = np.arange(EDGE) * CELLS // EDGE
    cells = (half[:, None] * CELLS + half[None, :]).ravel()
    colours, edges = _colours(pixels.reshape(-1, 3), cells), _edges(pixels, cells)
    parts = (colours.sum(axis=0, keepdims=True), colours, edges)
    vector = np.concatenate([_root(part, share) for part, share in zip(parts, SHARES, strict=True)])
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


def _root(counts: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    """Return the roots of histograms [h, b] as one vector; its square sums to at most `share`."""
    totals = counts.sum(axis=1, keepdims=True)
    return np.asarray(np.sqrt(counts / np.maximum(totals, 1e-9) * (share / len(counts))).ravel())


def _colours(pixels: NDArray[np.float32], cells: NDArray[np.int64]) -> NDArray[np.float64]:
    """Count colours [P, 3] per cell, float64 [cells, levels^3]; a colour between levels counts for both."""
    place = pixels * (LEVELS - 1)
    low = np.minimum(place.astype(np.int64), LEVELS - 2)
    above = place - low
    counts = np.zeros(CELLS**2 * LEVELS**3)
    for corner in np.ndindex(2, 2, 2):
        level, up = low + corner, np.array(corner, dtype=bool)
        weight = np.where(up, above, 1.0 - above).prod(axis=1)
        bins = ((cells * LEVELS + level[:, 0]) * LEVELS + level[:, 1]) * LEVELS + level[:, 2]
        counts += np.bincount(bins, weight, minlength=len(counts))
    return counts.reshape(CELLS**2, -1)


def _edges(pixels: NDArray[np.float32], cells: NDArray[np.int64]) -> NDArray[np.float64]:
    """Count the directions of edges per cell by their strength, float64 [cells, turns]."""
    grey = pixels @ np.array([0.299, 0.587, 0.114], np.float32)
    down, right = np.gradient(grey)
    turn = np.arctan2(down, right) % np.pi / np.pi * TURNS
    first, part = turn.astype(np.int64) % TURNS, turn % 1.0
    strength, counts = np.hypot(down, right), np.zeros(CELLS**2 * TURNS)
    for bins, weight in ((first, 1.0 - part), ((first + 1) % TURNS, part)):
        counts += np.bincount(
            cells * TURNS + bins.ravel(), (strength * weight).ravel(), minlength=len(counts)
        )
    return counts.reshape(CELLS**2, TURNS)


class Clip:
    """A model of the CLIP family by sentence-transformers; make one with `open`."""

    def __init__(self, model: Any, name: str) -> None:
        self._model, self.name = model, name
        self.dim = self._encoded([Image.new("RGB", (32, 32))]).shape[1]

    @classmethod
    def open(cls, spec: str | Path) -> Clip:
        """Load a model; it has not been run by us, who could not reach a hub.

        Args:
            spec: Local folder, or hub id.

        Raises:
            RetrieverError: A package is missing, or there is no such model.
        """
        if not installed():
            raise RetrieverError(
                f"The encoder of pictures {spec} needs {NEEDED}.",
                f"Run `pip install -e '.[images]'`, or set PALATE_IMAGE_ENCODER={HISTOGRAMS}.",
            )
        from sentence_transformers import SentenceTransformer

        try:
            model = SentenceTransformer(str(spec))
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            raise RetrieverError(
                f"No encoder of pictures can be loaded from {spec} ({error}).",
                f"Set PALATE_IMAGE_ENCODER to a folder or a hub id that can be reached, or to {HISTOGRAMS}.",
            ) from error
        return cls(model, Path(spec).name if Path(spec).is_dir() else str(spec))

    def encode(self, pictures: Sequence[Image.Image], /) -> NDArray[np.float32]:
        """Return unit rows, float32 [n, d]."""
        return self._encoded(list(pictures)) if pictures else np.zeros((0, self.dim), np.float32)

    def _encoded(self, pictures: list[Image.Image]) -> NDArray[np.float32]:
        found = self._model.encode(pictures, convert_to_numpy=True, show_progress_bar=False)
        rows = np.asarray(found, dtype=np.float32)
        return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12))


def installed() -> bool:
    """Say whether the packages of the extra `images` are there."""
    return find_spec(NEEDED) is not None


def open_image_encoder(spec: str | None) -> ImageEncoder:
    """Open the encoder of pictures that a setting names.

    Args:
        spec: "histograms", a folder or a hub id; None is `CLIP` where the extra `images` is installed, else
            the histograms.

    Raises:
        RetrieverError: It cannot be had.
    """
    chosen = spec or (CLIP if installed() else HISTOGRAMS)
    return Histograms() if chosen == HISTOGRAMS else Clip.open(chosen)


def apart(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return vectors less what all pictures have in common, unit rows; rows of zeros (no picture) stay zero.

    Without it two pictures on white are alike before anything on them is looked at.
    """
    known = np.abs(vectors).sum(axis=1) > 0
    if not known.any():
        return vectors
    moved = (vectors - vectors[known].mean(axis=0)) * known[:, None]
    lengths = np.linalg.norm(moved, axis=1, keepdims=True)
    return np.asarray(np.where(lengths > 1e-6, moved / np.maximum(lengths, 1e-6), 0.0), dtype=np.float32)
