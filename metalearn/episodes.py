"""Episodes: a support and the likes that came after it, cut from one person's history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from metalearn.canonical import days_before_last
from metalearn.data import FloatArray, History, IntArray
from metalearn.feedback import LABELS, Kinds


@dataclass(frozen=True)
class EpisodeConfig:
    """How episodes are cut.

    Attributes:
        sizes: support sizes, drawn without repetition among those the person has enough likes for.
        per_person: episodes of one person, at most.
        min_query: likes that must come after the support.
        prefix_share: share of supports that start at the person's first event, others start anywhere.
        rating_share: share of supports made of all ratings, the others hold likes only.
    """

    sizes: tuple[int, ...] = (0, 1, 2, 3, 5, 8, 10, 15, 20, 35)
    per_person: int = 6
    min_query: int = 5
    prefix_share: float = 0.85
    rating_share: float = 0.15


class Episode(NamedTuple):
    """One support and its query.

    Attributes:
        person: position of the person in the log.
        rows: int64 [n], support rows.
        kinds: int8 [n], of the feedback; all of it on items that were seen.
        later: int64 [n], likes of the support that came after each event, at another moment.
        ages: float32 [n], days from each event to the last one of the support.
        now: moment of the request: that of the last event of the support, or of the first event of all.
        query: int64 [q], liked later.
        refused: int64 [r], disliked later.
        hidden: int64 [h], rows that are neither right nor wrong: the support and all that came before.
    """

    person: int
    rows: IntArray
    kinds: Kinds
    later: IntArray
    ages: FloatArray
    now: float
    query: IntArray
    refused: IntArray
    hidden: IntArray

    @property
    def labels(self) -> FloatArray:
        """Return the labels of the support, float32 [n]."""
        return LABELS[self.kinds]


def cut(history: History, start: int, size: int, likes_only: bool, person: int = 0) -> Episode:
    """Take `size` events from position `start` as support, and the likes after them as query."""
    chosen = np.flatnonzero(history.labels > 0) if likes_only else np.arange(len(history.items))
    support = chosen[start : start + size]
    end = int(support[-1]) + 1 if len(support) else 0
    items, labels = history.items[end:], history.labels[end:]
    times, liked = history.times[support], np.sort(history.times[support][history.labels[support] > 0])
    later = len(liked) - np.searchsorted(liked, times, side="right")
    return Episode(
        person=person,
        rows=history.items[support],
        kinds=history.kinds[support],
        later=later.astype(np.int64),
        ages=days_before_last(times),
        now=float(history.times[max(end - 1, 0)]),
        query=items[labels > 0],
        refused=items[labels < 0],
        hidden=history.items[:end],
    )


def draw(history: History, person: int, config: EpisodeConfig, rng: np.random.Generator) -> list[Episode]:
    """Draw the episodes of one person; none for people with too few likes."""
    likes = np.flatnonzero(history.labels > 0)
    if len(likes) < config.min_query:
        return []
    room = len(likes) - config.min_query
    sizes = np.array([s for s in config.sizes if s <= room])
    drawn = []
    for size in rng.permutation(sizes)[: config.per_person]:
        likes_only = bool(rng.random() >= config.rating_share)
        last = room if likes_only else int(likes[len(likes) - config.min_query])
        anywhere = size > 0 and rng.random() >= config.prefix_share
        start = int(rng.integers(0, last - size + 1)) if anywhere else 0
        drawn.append(cut(history, start, int(size), likes_only, person))
    return drawn
