"""Base statistics of the items, and their cross-fitted twins that know nothing of the people they score."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from metalearn.base import EASE, EventModel, ItemKNN, Popularity, RP3beta
from metalearn.data import FloatArray, History, IntArray, ItemFeatures, likes_matrix
from metalearn.features import Blocks, Reducer, log_popularity, popularity_block, unit_rows
from metalearn.ials import IALS

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class BaseConfig:
    """Hyper-parameters of the event models; chosen on validation people."""

    knn_neighbours: int = 200
    knn_shrink: float = 30.0
    knn_tilt: float = 0.4
    rp3_neighbours: int = 200
    rp3_beta: float = 0.2
    ease_regularization: float = 2000.0
    ials_factors: int = 64
    ials_regularization: float = 30.0
    ials_alpha: float = 5.0

    def build(self) -> dict[str, EventModel]:
        """Return the unfitted event models by name."""
        models: tuple[EventModel, ...] = (
            ItemKNN(k=self.knn_neighbours, shrink=self.knn_shrink, tilt=self.knn_tilt),
            RP3beta(k=self.rp3_neighbours, beta=self.rp3_beta),
            EASE(regularization=self.ease_regularization),
            IALS(factors=self.ials_factors, regularization=self.ials_regularization, alpha=self.ials_alpha),
        )
        return {model.name: model for model in models}


@dataclass(frozen=True)
class FixedBlocks:
    """The blocks of phi that no interaction enters, and how texts of pseudo-items reach them."""

    text: FloatArray
    facets: FloatArray
    text_map: Reducer

    @classmethod
    def of(cls, features: ItemFeatures, size: int) -> FixedBlocks:
        """Reduce text and facets to at most `size` directions each."""
        text_map = Reducer.fit(features.text, size)
        facet_map = Reducer.fit(features.facets, size)
        return cls(text_map(features.text), facet_map(features.facets), text_map)


@dataclass(frozen=True)
class Statistics:
    """Everything that was counted or fitted on one set of people.

    Attributes:
        base: float32 [N], the popularity score.
        warm: int64 [W], rows the event models know, ascending.
        models: event models over the W warm items.
        blocks: feature blocks of all N items.
    """

    base: FloatArray
    warm: IntArray
    models: dict[str, EventModel]
    blocks: Blocks


def warm_rows(people: Sequence[History], n_items: int, min_likes: int, at_most: int) -> IntArray:
    """Return the `at_most` most liked rows among those with at least `min_likes` likes, ascending."""
    counts = np.asarray(likes_matrix([h.likes for h in people], n_items).sum(axis=0)).ravel()
    most_liked = np.argsort(-counts, kind="stable")[:at_most]
    return np.sort(most_liked[counts[most_liked] >= min_likes]).astype(np.int64)


def fit_statistics(
    people: Sequence[History], fixed: FixedBlocks, warm: IntArray, config: BaseConfig
) -> Statistics:
    """Fit popularity and the event models on the likes of these people."""
    likes = likes_matrix([h.likes for h in people], len(fixed.text))
    base = log_popularity(Popularity().fit(likes).counts)
    models = {name: model.fit(likes[:, warm]) for name, model in config.build().items()}
    collab = np.zeros((len(fixed.text), config.ials_factors), np.float32)
    ials = models["ials"]
    assert isinstance(ials, IALS)
    collab[warm] = unit_rows(ials.items)
    return Statistics(base, warm, models, Blocks(collab, fixed.text, fixed.facets, popularity_block(base)))


def assign_folds(n_users: int, n_folds: int, seed: int) -> IntArray:
    """Deal people into folds of equal size at random; return int64 [n_users], the fold of each."""
    return np.random.default_rng(seed).permutation(np.arange(n_users) % n_folds).astype(np.int64)


def cross_fit(
    people: Sequence[History],
    folds: IntArray,
    fixed: FixedBlocks,
    warm: IntArray,
    config: BaseConfig,
    progress: Progress,
) -> list[Statistics]:
    """Return one set of statistics per fold, fitted on everybody but the people of that fold."""
    fitted = []
    for fold in range(int(folds.max()) + 1):
        progress("fitting base models without each fold of people", fold / (int(folds.max()) + 1))
        others = [people[u] for u in np.flatnonzero(folds != fold)]
        fitted.append(fit_statistics(others, fixed, warm, config))
    return fitted
