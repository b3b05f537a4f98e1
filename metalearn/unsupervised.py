"""A log for a catalogue that has none: made-up people who like the neighbourhoods of text vectors."""

from __future__ import annotations

import numpy as np
from scipy.cluster.vq import kmeans2

from metalearn.data import InteractionLog, ItemFeatures
from metalearn.errors import BadLog
from metalearn.features import unit_rows

PEOPLE = 600
LIKES = 24


def clustered_log(features: ItemFeatures, seed: int = 0, people: int = PEOPLE) -> InteractionLog:
    """Make up people who each like items of one to three clusters of text vectors.

    Episodes from clusters instead of labels: Hsu et al. 2019 (CACTUs, arXiv 1810.02334). Several partitions
    of different sizes, so that tastes are broad and narrow; the popularity of the result means nothing.

    Args:
        features: text vectors and facets of the catalogue, which are clustered together.
        seed: of everything random.
        people: how many people are made up.

    Raises:
        BadLog: when there are fewer than 12 items.
    """
    vectors = np.concatenate([unit_rows(features.text), 0.5 * unit_rows(features.facets)], axis=1)
    n_items = len(vectors)
    if n_items < 12:
        raise BadLog(f"a catalogue of {n_items} items is too small to learn from; it needs 12")
    rng = np.random.default_rng(seed)
    sizes = sorted({int(np.clip(n_items // part, 2, 400)) for part in (8, 20, 60)})
    partitions = [_clusters(vectors, k, seed) for k in sizes]
    users, items = [], []
    for user in range(people):
        groups = partitions[int(rng.integers(len(partitions)))]
        liked = [i for g in rng.permutation(len(groups))[: int(rng.integers(1, 4))] for i in groups[g]]
        chosen = rng.permutation(np.array(liked))[:LIKES]
        stray = rng.integers(0, n_items, 2)
        everything = np.unique(np.concatenate([chosen, stray]))
        users += [user] * len(everything)
        items += rng.permutation(everything).tolist()
    return InteractionLog(
        np.array(users, dtype=np.int64),
        np.array(items, dtype=np.int64),
        np.full(len(users), 5.0, np.float32),
        np.arange(len(users), dtype=np.int64),
        people,
        n_items,
        timed=False,
    )


def _clusters(vectors: np.ndarray, k: int, seed: int) -> list[np.ndarray]:
    _, labels = kmeans2(vectors.astype(np.float64), k, minit="++", seed=seed, iter=10)
    groups = [np.flatnonzero(labels == g) for g in range(k)]
    return [g for g in groups if len(g) > 1]
