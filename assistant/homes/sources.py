"""Candidate sources of a catalogue and its log: fitted, blended by weights that are learned, and kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from metalearn.base import ItemKNN
from metalearn.data import History, InteractionLog, Tensors, histories, likes_matrix
from metalearn.ials import IALS
from retriever.catalog import Catalog
from retriever.strategies.content import Facets, Text, Words
from retriever.strategies.factors import SVD
from retriever.strategies.links import Knowledge, Links
from retriever.strategies.people import Social, UserKNN
from retriever.strategies.source import Additive, Described, FloatArray, IntArray, Likes, Source
from retriever.strategies.trends import Popular, Recent

# The middle of the grids of metalearn.selection; nothing here was chosen by looking at a ranking.
KNN = {"k": 200, "shrink": 30.0, "tilt": 0.3}
FACTORS, REGULARIZATION, ALPHA = 64, 30.0, 5.0
LEARNED = ("itemknn", "ials", "svd")
Make = Callable[[Likes, Described], Source]
Models = dict[str, ItemKNN | IALS | SVD]


def likes_of(people: Sequence[History], n_items: int, timed: bool) -> Likes:
    """Return the likes of people, numbered in the order given."""
    liked = [person.labels > 0 for person in people]
    items = [person.items[kept] for person, kept in zip(people, liked, strict=True)]
    times = [person.times[kept] for person, kept in zip(people, liked, strict=True)]
    empty = np.zeros(0, np.int64)
    when = np.concatenate([empty, *times]).astype(np.float64) if timed else None
    return Likes(likes_matrix(items, n_items), np.concatenate([empty, *items]), when)


def likes_in(log: InteractionLog) -> Likes:
    """Return the likes of a log; its people keep their numbers."""
    return likes_of(histories(log), log.n_items, log.timed)


def described(catalog: Catalog, vectors: FloatArray, rows: IntArray | None = None) -> Described:
    """Return what the catalogue tells of its items, or of some of them."""
    chosen = np.arange(len(catalog)) if rows is None else rows
    texts = catalog.texts()
    facets = {name: catalog.facet_matrix(name)[chosen] for name in catalog.facet_values}
    return Described([texts[row] for row in chosen], vectors[chosen], facets)


def fit_models(likes: Likes, names: Sequence[str]) -> Models:
    """Fit what takes long: neighbourhoods and factors."""
    found: Models = {}
    warm = likes.matrix.nnz > 0
    if "itemknn" in names and warm:
        found["itemknn"] = ItemKNN(k=int(KNN["k"]), shrink=KNN["shrink"], tilt=KNN["tilt"]).fit(likes.matrix)
    if "ials" in names and warm:
        size = max(1, min(FACTORS, min(likes.matrix.shape) - 1))
        found["ials"] = IALS(factors=size, regularization=REGULARIZATION, alpha=ALPHA).fit(likes.matrix)
    if "svd" in names and warm:
        found["svd"] = SVD.fit(likes.matrix)
    return found


def sources_of(
    names: Sequence[str],
    models: Models,
    likes: Likes,
    items: Described,
    links: Links,
    half_life: float | None,
) -> list[Source]:
    """Return the named sources, in the order of the names; those that have nothing to go by are left out.

    Args:
        names: Which.
        models: What `fit_models` found.
        likes: The log.
        items: The catalogue.
        links: Typed links over the same items.
        half_life: Days, of `recent`; None finds it.
    """
    found: list[Source] = []
    for name in names:
        model = models.get(name)
        if isinstance(model, SVD):
            found.append(model)
        elif model is not None:
            found.append(Additive(name, model.total, likes.matrix.shape[1]))
        elif name == "recent" and likes.times is not None and len(likes.times):
            found.append(Recent.foreseeing(likes) if half_life is None else Recent(likes, half_life))
        elif name == "knowledge" and len(links):
            found.append(Knowledge(links))
        elif name in PLAIN and (name != "facets" or any(m.nnz for m in items.facets.values())):
            found.append(PLAIN[name](likes, items))
    return found


PLAIN: Mapping[str, Make] = {
    "userknn": lambda likes, items: UserKNN(likes),
    "social": lambda likes, items: Social(likes),
    "popular": lambda likes, items: Popular(likes),
    "text": lambda likes, items: Text(items),
    "facets": lambda likes, items: Facets(items),
    "bm25": lambda likes, items: Words(items),
}


def tensors_of(models: Models) -> Tensors:
    """Return the arrays of fitted models, by name."""
    found: Tensors = {}
    for name, model in models.items():
        arrays = {"directions": model.directions} if isinstance(model, SVD) else model.tensors()
        found |= {f"{name}.{key}": array for key, array in arrays.items()}
    return found


def restored(tensors: Tensors) -> Models:
    """Return the models whose arrays `tensors_of` gave."""
    parts = {
        name: {k.partition(".")[2]: t for k, t in tensors.items() if k.startswith(f"{name}.")}
        for name in LEARNED
    }
    found: Models = {}
    if parts["itemknn"]:
        found["itemknn"] = ItemKNN().restore(parts["itemknn"])
    if parts["ials"]:
        found["ials"] = IALS().restore(parts["ials"])
    if parts["svd"]:
        found["svd"] = SVD(parts["svd"]["directions"])
    return found
