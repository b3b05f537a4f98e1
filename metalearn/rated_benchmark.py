"""`palate bench adapter --support ratings`: what is gained by feedback that is no like.

The second protocol. People, items and splits are those of ``metalearn.protocol``. Support = the first K
ratings, dislikes and neutral ones included; query = all later likes, at least 5. The whole catalogue but
the K rated items is ranked, also for the adapters that are blind to some of them: these are the same
adapter, given the likes of that support only, or all of it but the dislikes. One more was never told of the
dislikes: it does not learn from them, and like an assistant without a thumb down it may offer them again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from metalearn.adapter import Support
from metalearn.config import TrainConfig
from metalearn.crossfit import Progress
from metalearn.data import IntArray, ItemFeatures
from metalearn.feedback import LABELS, LIKE, Kinds
from metalearn.folded import Folded, Measure, difference, joined
from metalearn.protocol import MIN_QUERY, MIN_USER_LIKES, FewShotData, RawLog, top_rows
from metalearn.report import Measured, Row, measured, row_of
from metalearn.taste import TasteAdapter
from metalearn.train import train

RATED_KS = (1, 3, 5, 10, 20)
DEPTH = 100
FULL = "adapter"
# Which kinds of feedback each of the compared adapters sees.
VIEWS: Mapping[str, Callable[[Kinds], NDArray[np.bool_]]] = {
    FULL: lambda kinds: np.ones(len(kinds), bool),
    "blind to all but likes": lambda kinds: kinds == LIKE,
    "blind to dislikes": lambda kinds: LABELS[kinds] >= 0,
    "never told of dislikes": lambda kinds: LABELS[kinds] >= 0,
}
# Views that rank what they do not see; the others leave every rated item out.
UNTOLD = ("never told of dislikes",)
Found = dict[tuple[str, str, int], list[Measured]]


class Fold(NamedTuple):
    """An adapter, and who it was trained on: positions in the data, int64 [m]."""

    adapter: TasteAdapter
    known: IntArray


def run_rated(
    raw: RawLog,
    item_ids: Sequence[str],
    features: ItemFeatures,
    dataset: str,
    *,
    ks: Sequence[int] = RATED_KS,
    config: TrainConfig | None = None,
    min_user_likes: int = MIN_USER_LIKES,
    json_path: Path | None = None,
    progress: Progress | None = None,
) -> dict[str, object]:
    """Measure the adapter under the second protocol, whole and blind.

    Args:
        raw: ratings with original ids, in the order of the source file.
        item_ids: original ids of the feature rows.
        features: text and facets, one row per entry of `item_ids`.
        dataset: its name, for the report.
        ks: support sizes, in ratings.
        config: meta-training.
        min_user_likes: likes a person needs to take part.
        json_path: where to write the report as JSON.
        progress: called with what is being done and the share of the whole that is done, 0..1.

    Returns:
        The report: `validation` and `test` tables, and `paired` with the difference and the ratio of the
        adapter to each blind one.

    Raises:
        BadLog: when an item has no features or nobody is left to measure.
    """
    folded = Folded.of(raw, item_ids, features, min_user_likes)
    data, found = folded.data, Found()

    def learn(people: IntArray) -> Measure:
        trained = Fold(train(data.log(people), folded.features, config), people)
        return partial(_measure, data, trained, data.popularity(people), ks, found)

    return folded.run(
        learn, lambda: _report(dataset, data, ks, found), json_path=json_path, progress=progress
    )


def eligible(data: FewShotData, users: IntArray, k: int) -> IntArray:
    """Return those of the named people who have k ratings and at least 5 likes after them."""
    chosen = [
        u for u in users if len(data.people[u].items) >= k and len(query_of(data, int(u), k)) >= MIN_QUERY
    ]
    return np.array(chosen, dtype=np.int64)


def query_of(data: FewShotData, user: int, k: int) -> IntArray:
    """Return what a person liked after their first k ratings, int64 [q]."""
    person = data.people[user]
    return person.items[k:][person.labels[k:] > 0]


def rated_support(data: FewShotData, user: int, k: int, known: IntArray, view: str = FULL) -> Support:
    """Return the first k ratings of a person as far as a view of them goes.

    Args:
        data: everybody.
        user: position of the person.
        k: number of ratings.
        known: positions of the people the adapter was trained on, in the order of its log.
        view: one of ``VIEWS``; whatever it hides, the request is at the k-th rating.
    """
    person = data.people[user]
    shown = np.flatnonzero(VIEWS[view](person.kinds[:k]))
    return Support.of_kinds(
        person.items[shown],
        person.kinds[shown],
        person.times[shown].astype(np.float64),
        seen=np.ones(len(shown), bool),
        now=float(person.times[k - 1]) if data.timed else None,
        friends=data.friends(user, known),
    )


def left_out(data: FewShotData, user: int, k: int, view: str) -> IntArray:
    """Return which of the first k rated items are not ranked under a view, int64 [at most k]."""
    person = data.people[user]
    rated = person.items[:k]
    return rated[VIEWS[view](person.kinds[:k])] if view in UNTOLD else rated


def _measure(
    data: FewShotData,
    fold: Fold,
    popularity: NDArray[np.float32],
    ks: Sequence[int],
    found: Found,
    part: str,
    users: IntArray,
) -> None:
    for k in ks:
        for view in VIEWS:
            ranked = _ranked(data, fold, users, k, view, popularity)
            if ranked is not None:
                found.setdefault((part, view, k), []).append(ranked)


def _ranked(
    data: FewShotData, fold: Fold, users: IntArray, k: int, view: str, popularity: NDArray[np.float32]
) -> Measured | None:
    chosen = eligible(data, users, k)
    if not len(chosen):
        return None
    states = [fold.adapter.adapt(rated_support(data, int(u), k, fold.known, view)) for u in chosen]
    supports = [left_out(data, int(u), k, view) for u in chosen]
    top = top_rows(fold.adapter.score_many(states), supports, popularity, DEPTH)
    return measured(top, [query_of(data, int(u), k) for u in chosen])


def _report(dataset: str, data: FewShotData, ks: Sequence[int], found: Found) -> dict[str, object]:
    everybody = joined(found)
    rows: dict[str, list[Row]] = {"validation": [], "test": []}
    paired: list[Row] = []
    for part, table in rows.items():
        for k in ks:
            here = {view: everybody[part, view, k] for view in VIEWS if (part, view, k) in everybody}
            table.extend(row_of(view, k, each, data.n_items) for view, each in here.items())
            paired.extend(
                _paired(part, k, view, here[FULL], each) for view, each in here.items() if view != FULL
            )
    return {
        "dataset": dataset,
        "support": "ratings",
        "n_users": len(data.people),
        "n_items": data.n_items,
        **rows,
        "paired": paired,
    }


def _paired(part: str, k: int, view: str, full: Measured, blind: Measured) -> Row:
    return {
        "part": part,
        "K": k,
        "against": view,
        **difference(full, blind),
        "ratio": float(full.ndcg10.mean() / max(float(blind.ndcg10.mean()), 1e-12)),
    }
