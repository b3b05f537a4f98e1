"""The folder that `palate bench protocol` writes, read with NumPy alone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float32]


@dataclass(frozen=True)
class Folder:
    """Data and splits of one data set.

    Attributes:
        path: where they lie.
        record: `protocol.json`: ks, min_query, depth, folds, sha256, ...
        user_ids: original ids [n].
        item_ids: original ids [N].
        likes: liked rows of each of the n people, in order of time.
        parts: per fold the positions of its train, validation and test people.
    """

    path: Path
    record: dict[str, Any]
    user_ids: list[str]
    item_ids: list[str]
    likes: list[IntArray]
    parts: list[dict[str, IntArray]]

    @property
    def n_items(self) -> int:
        """Return the size of the catalogue."""
        return len(self.item_ids)

    @cached_property
    def features(self) -> FloatArray:
        """Return facets and numbers as columns 0..1, float32 [N, f]; unknown numbers are their mean."""
        with np.load(self.path / "features.npz") as arrays:
            blocks = [arrays["facets"]]
            if "numbers" in arrays:
                numbers = arrays["numbers"].astype(np.float64)
                known = np.isfinite(numbers)
                columns = [c[k] if k.any() else np.zeros(1) for c, k in zip(numbers.T, known.T, strict=True)]
                low, high = (np.array([f(c) for c in columns]) for f in (np.min, np.max))
                filled = np.where(known, numbers, [c.mean() for c in columns])
                blocks.append((filled - low) / np.maximum(high - low, 1e-9))
        return np.concatenate(blocks, axis=1).astype(np.float32)

    @cached_property
    def text(self) -> FloatArray:
        """Return the text vectors, float32 [N, d]."""
        with np.load(self.path / "features.npz") as arrays:
            return np.asarray(arrays["text"], dtype=np.float32)

    def fold(self, number: int) -> Fold:
        """Return one fold as a learner may see it."""
        return Fold(self, [self.likes[u] for u in self.parts[number]["train"]])

    def eligible(self, users: Sequence[int] | IntArray, k: int) -> list[int]:
        """Return those of the people who have a support of k likes and a query of at least 5."""
        return [int(u) for u in users if len(self.likes[u]) >= k + self.record["min_query"]]


@dataclass(frozen=True)
class Fold:
    """What a learner is fitted on: the training people's likes in order of time, and the items."""

    folder: Folder
    train: list[IntArray]

    @property
    def n_items(self) -> int:
        """Return the size of the catalogue."""
        return self.folder.n_items

    @cached_property
    def popularity(self) -> NDArray[np.float64]:
        """Return the likes of every item among the training people, float64 [N]."""
        return np.bincount(np.concatenate(self.train), minlength=self.n_items).astype(np.float64)


def read_folder(path: Path) -> Folder:
    """Read a folder; it is trusted to be whole, for `protocol.json` is written last."""
    record = json.loads((path / "protocol.json").read_text(encoding="utf-8"))
    with np.load(path / "people.npz") as arrays:
        names = ("train", "validation", "test")
        parts = [{part: arrays[f"{part}_{f}"] for part in names} for f in range(record["folds"])]
        likes = np.split(arrays["likes"], arrays["bounds"][1:-1])
        return Folder(path, record, arrays["user_ids"].tolist(), arrays["item_ids"].tolist(), likes, parts)


def top_rows(
    scores: NDArray[np.floating], supports: Sequence[IntArray], popularity: NDArray[np.float64], n: int
) -> IntArray:
    """Rank scores [m, N] without each support; int64 [m, n], best first, exact ties by popularity."""
    values = np.array(scores, dtype=np.float64)
    span = np.maximum(values.max(axis=1) - values.min(axis=1), 1e-12)
    values += 1e-9 * span[:, None] * (popularity / max(float(popularity.max()), 1.0))[None]
    for line, support in zip(values, supports, strict=True):
        line[support] = -np.inf
    n = min(n, values.shape[1])
    best = np.argpartition(-values, n - 1, axis=1)[:, :n]
    order = np.argsort(-np.take_along_axis(values, best, 1), axis=1, kind="stable")
    return np.take_along_axis(best, order, 1)


def ndcg10(top: IntArray, queries: Sequence[IntArray]) -> NDArray[np.float64]:
    """Return NDCG@10 with binary gains per person, float64 [m]."""
    discounts = 1.0 / np.log2(np.arange(2, 12))
    gains = [
        (np.isin(ranked[:10], query) * discounts[: len(ranked[:10])]).sum() / discounts[: len(query)].sum()
        for ranked, query in zip(top, queries, strict=True)
    ]
    return np.array(gains)
