"""Base models as scorers of supports, their small grids, and the choice on validation people."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product

import numpy as np
import scipy.sparse as sp

from metalearn.base import EASE, BaseModel, ItemKNN, Popularity, RP3beta
from metalearn.data import FloatArray, IntArray, likes_matrix
from metalearn.ials import IALS
from metalearn.metrics import PerUser, hits_of, ndcg
from metalearn.protocol import FewShotData, top_rows

Knobs = Mapping[str, float]
Scorer = Callable[[Sequence[IntArray]], FloatArray]

ITEMKNN_GRID: tuple[Knobs, ...] = tuple(
    {"k": k, "shrink": shrink, "tilt": tilt}
    for k, shrink, tilt in product((50, 200), (10, 30, 100), (0.3, 0.5))
)
RP3BETA_GRID: tuple[Knobs, ...] = tuple(
    {"k": 200, "alpha": alpha, "beta": beta} for alpha, beta in product((0.6, 1.0), (0.2, 0.4))
)
EASE_GRID: tuple[Knobs, ...] = tuple({"regularization": r} for r in (300, 800, 2000, 5000))
IALS_GRID: tuple[Knobs, ...] = (
    {"factors": 32, "regularization": 10, "alpha": 2},
    {"factors": 64, "regularization": 30, "alpha": 5},
    {"factors": 128, "regularization": 30, "alpha": 5},
    {"factors": 64, "regularization": 10, "alpha": 10},
    {"factors": 32, "regularization": 100, "alpha": 20},
)
# EASE inverts a dense matrix of items: above this many it is left out.
DENSE_ITEMS = 8000
GRIDS: Mapping[str, tuple[Knobs, ...]] = {
    "popularity": ({},),
    "itemknn": ITEMKNN_GRID,
    "rp3beta": RP3BETA_GRID,
    "ease": EASE_GRID,
    "ials": IALS_GRID,
}


def build(name: str, knobs: Knobs) -> BaseModel:
    """Return an unfitted base model by name."""
    if name == "popularity":
        return Popularity()
    if name == "itemknn":
        return ItemKNN(k=int(knobs["k"]), shrink=knobs["shrink"], tilt=knobs["tilt"])
    if name == "rp3beta":
        return RP3beta(k=int(knobs["k"]), alpha=knobs["alpha"], beta=knobs["beta"])
    if name == "ease":
        return EASE(regularization=knobs["regularization"])
    return IALS(factors=int(knobs["factors"]), regularization=knobs["regularization"], alpha=knobs["alpha"])


def scorer(model: BaseModel, n_items: int) -> Scorer:
    """Wrap a fitted base model as a function of supports (liked rows per person)."""
    return lambda supports: model.scores(likes_matrix(supports, n_items))


def support_ndcg(
    data: FewShotData, users: IntArray, k: int, score: Scorer, popularity: FloatArray
) -> PerUser:
    """Return NDCG@10 of every eligible person among `users` with supports of k likes."""
    likes = data.likes(data.eligible(users, k))
    if not likes:
        return np.zeros(0)
    supports = [rows[:k] for rows in likes]
    top = top_rows(score(supports), supports, popularity, 10)
    queries = [rows[k:] for rows in likes]
    return ndcg(hits_of(top, queries), np.array([len(q) for q in queries]))


def grid_ndcg(
    name: str,
    likes: sp.csr_matrix,
    data: FewShotData,
    users: IntArray,
    ks: Sequence[int],
    popularity: FloatArray,
) -> list[list[PerUser]]:
    """Fit every grid point of a model once; return NDCG@10 per grid point, per k, per person."""
    table = []
    for knobs in GRIDS[name]:
        score = scorer(build(name, knobs).fit(likes), data.n_items)
        table.append([support_ndcg(data, users, k, score, popularity) for k in ks])
    return table


def choose(name: str, folds: Sequence[list[list[PerUser]]]) -> Knobs:
    """Return the grid point with the best NDCG@10: people of all folds pooled, then the mean over k."""
    n_points, n_ks = len(GRIDS[name]), len(folds[0][0])
    means = [
        np.nanmean([np.concatenate([fold[point][j] for fold in folds]).mean() for j in range(n_ks)])
        for point in range(n_points)
    ]
    return GRIDS[name][int(np.argmax(means))]
