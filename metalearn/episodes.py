"""Episodes: a support and the likes that came after it, cut from one person's history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from metalearn.data import FloatArray, History, IntArray


@dataclass(frozen=True)
class EpisodeConfig:
    """How episodes are cut.

    Attributes:
        sizes: support sizes, drawn with equal chance among those the person has enough likes for.
        min_query: likes that must come after the support.
        prefix_share: share of supports that start at the person's first event, others start anywhere.
        rating_share: share of supports made of all ratings, the others hold likes only.
    """

    sizes: tuple[int, ...] = (1, 1, 2, 3, 3, 4, 5, 5, 7, 10, 10, 15, 20, 30, 50)
    min_query: int = 5
    prefix_share: float = 0.5
    rating_share: float = 0.25


class Episode(NamedTuple):
    """One support and its query.

    Attributes:
        rows: int64 [n], support rows.
        labels: float32 [n].
        query: int64 [q], liked later.
        refused: int64 [r], disliked later.
        hidden: int64 [h], rows that are neither right nor wrong: the support and all that came before.
    """

    rows: IntArray
    labels: FloatArray
    query: IntArray
    refused: IntArray
    hidden: IntArray


def cut(history: History, start: int, size: int, likes_only: bool) -> Episode:
    """Take `size` events from position `start` as support, and the likes after them as query."""
    chosen = np.flatnonzero(history.labels > 0) if likes_only else np.arange(len(history.items))
    support = chosen[start : start + size]
    end = support[-1] + 1 if len(support) else 0
    items, labels = history.items[end:], history.labels[end:]
    return Episode(
        rows=history.items[support],
        labels=history.labels[support],
        query=items[labels > 0],
        refused=items[labels < 0],
        hidden=history.items[:end],
    )


def draw(history: History, config: EpisodeConfig, rng: np.random.Generator) -> Episode | None:
    """Draw a random episode of a person; None for people with too few likes."""
    likes_only = bool(rng.random() >= config.rating_share)
    likes = np.flatnonzero(history.labels > 0)
    if len(likes) <= config.min_query:
        return None
    last = likes[-config.min_query]
    room = len(likes) - config.min_query if likes_only else int(last)
    sizes = [s for s in config.sizes if s <= room]
    if not sizes:
        return None
    size = int(rng.choice(sizes))
    start = 0 if rng.random() < config.prefix_share else int(rng.integers(0, room - size + 1))
    return cut(history, start, size, likes_only)


def draw_batch(
    people: Sequence[History], pool: IntArray, size: int, config: EpisodeConfig, rng: np.random.Generator
) -> list[Episode]:
    """Draw up to `size` episodes of different people of a pool."""
    chosen = rng.permutation(pool)[:size]
    drawn = (draw(people[u], config, rng) for u in chosen)
    return [episode for episode in drawn if episode is not None]
