"""A tiny world with three tastes, for the tests of metalearn."""

from __future__ import annotations

from functools import cache

import numpy as np

from metalearn.config import TrainConfig
from metalearn.data import InteractionLog, ItemFeatures
from metalearn.episodes import EpisodeConfig
from metalearn.kernels import KernelConfig
from metalearn.taste import TasteAdapter
from metalearn.train import train

N_ITEMS = 48
N_TASTES = 3
COLD = (45, 46, 47)


def taste_of(items: np.ndarray) -> np.ndarray:
    """Return the taste 0..2 an item belongs to."""
    return items % N_TASTES


def make_log(n_users: int = 60, seed: int = 0) -> InteractionLog:
    """People like items of their own taste, popular ones more, and dislike some others."""
    rng = np.random.default_rng(seed)
    chance = 1.0 / (1.0 + np.arange(N_ITEMS - len(COLD)))
    users, items, ratings = [], [], []
    for user in range(n_users):
        fit = taste_of(np.arange(len(chance))) == user % N_TASTES
        weight = chance * np.where(fit, 6.0, 1.0)
        seen = rng.choice(len(chance), 24, replace=False, p=weight / weight.sum())
        users += [user] * len(seen)
        items += seen.tolist()
        ratings += np.where(fit[seen], 5.0, rng.choice([1.0, 3.0], len(seen))).tolist()
    times = np.arange(len(users)) + 1_000_000
    return InteractionLog(
        np.array(users), np.array(items), np.array(ratings, np.float32), times, n_users, N_ITEMS
    )


def make_features(seed: int = 0) -> ItemFeatures:
    """Text vectors that lean to the item's taste, and the taste as facet."""
    rng = np.random.default_rng(seed)
    one_hot = np.eye(N_TASTES, dtype=np.float32)[taste_of(np.arange(N_ITEMS))]
    text = np.concatenate([one_hot, 0.3 * rng.normal(size=(N_ITEMS, 5))], axis=1)
    return ItemFeatures((text / np.linalg.norm(text, axis=1, keepdims=True)).astype(np.float32), one_hot)


def small_config(**changes: object) -> TrainConfig:
    """Return a configuration that trains in a moment."""
    settings: dict[str, object] = {
        "kernels": KernelConfig(factors=(4,), ease=(20.0,), shrink=3.0),
        "episodes": EpisodeConfig(sizes=(0, 1, 2, 3, 5), min_query=2, rating_share=0.5),
        "steps": 12,
        "batch": 8,
        "folds": 3,
        "directions": 4,
        "factors": 4,
    }
    return TrainConfig(**{**settings, **changes})  # type: ignore[arg-type]


@cache
def trained() -> TasteAdapter:
    """Return one small trained adapter, shared by the tests that only read it."""
    return train(make_log(), make_features(), small_config())
