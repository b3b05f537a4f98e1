"""`palate bench adapter`: base models and adapter on unseen people, at several support sizes."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from metalearn.adapter import Support
from metalearn.base import BaseModel
from metalearn.config import TrainConfig
from metalearn.crossfit import Progress
from metalearn.data import FloatArray, IntArray, InteractionLog, ItemFeatures, likes_matrix
from metalearn.errors import BadLog
from metalearn.protocol import (
    KS,
    MIN_USER_LIKES,
    FewShotData,
    RawLog,
    Split,
    few_shot_data,
    splits,
    top_rows,
)
from metalearn.report import Rankings, Tables, tables, write_json, write_rankings
from metalearn.selection import DENSE_ITEMS, GRIDS, Knobs, build, choose, grid_ndcg, scorer
from metalearn.taste import TasteAdapter
from metalearn.train import train

DEPTH = 100
BATCH = 256
# Scores of people, given as positions, with the first k likes of each as support: float32 [m, N].
PeopleScorer = Callable[[IntArray, int], FloatArray]
ADAPTER = "adapter"


@dataclass
class Timings:
    """Seconds of fitting by model and seconds of single adaptations, over all folds."""

    fit: dict[str, list[float]]
    adapt: list[float]


class Traces(NamedTuple):
    """Folders that training writes to, None for nothing; each fold has a folder of its own in them.

    Attributes:
        resume: keeps the state of training, so that a benchmark that was ended goes on there; the seconds of
            fitting are then those of the last run.
        log_to: TensorBoard.
    """

    resume: Path | None = None
    log_to: Path | None = None

    def of(self, fold: int) -> Traces:
        """Return the folders of a fold, counted from 0."""
        return Traces(*(None if folder is None else folder / f"fold-{fold + 1}" for folder in self))


def run(
    raw: RawLog,
    item_ids: Sequence[str],
    features: ItemFeatures,
    dataset: str,
    *,
    ks: Sequence[int] = KS,
    config: TrainConfig | None = None,
    min_user_likes: int = MIN_USER_LIKES,
    only_adapter: bool = False,
    json_path: Path | None = None,
    export_path: Path | None = None,
    traces: Traces | None = None,
    progress: Progress | None = None,
) -> dict[str, object]:
    """Measure popularity, ItemKNN, RP3beta, EASE, iALS and the adapter under the few-shot protocol.

    Grid points of the base models are chosen on validation people; the adapter has one configuration and
    is trained on the training people of each fold only. Test people are read once, at the end.

    Args:
        raw: ratings with original ids, in the order of the source file.
        item_ids: original ids of the feature rows.
        features: text and facets, one row per entry of `item_ids`.
        dataset: its name, for the report.
        ks: support sizes.
        config: meta-training.
        min_user_likes: likes a person needs to take part.
        only_adapter: leave all base models but popularity out.
        json_path: where to write the report as JSON.
        export_path: where to write the adapter's rankings as csv.gz: user,K,items.
        traces: what training leaves behind.
        progress: called with what is being done and the share of the whole that is done, 0..1.

    Returns:
        The report: `validation` and `test` tables, `paired` differences to the best base model, `chosen`
        hyper-parameters, `fit_seconds`, `adapt_microseconds`.

    Raises:
        BadLog: when an item has no features or nobody is left to measure.
    """
    tell = progress or (lambda _text, _share: None)
    data = few_shot_data(raw, min_user_likes)
    known = features_of(data, item_ids, features)
    folds = splits(len(data.people))
    chosen = _choose(data, folds, ks, _models(data, only_adapter), tell)
    rankings, timings = Rankings(data, ks), Timings({}, [])
    for number, fold in enumerate(folds):
        tell(f"fold {number + 1} of {len(folds)}", 0.3 + 0.65 * number / len(folds))
        own = (traces or Traces()).of(number)
        learn = partial(train, features=known, config=config, folder=own.resume, log_to=own.log_to)
        _measure_fold(data, fold, learn, chosen, rankings, timings)
    tell("bootstrapping", 0.96)
    report = _report(dataset, data, folds, chosen, tables(rankings, ADAPTER), timings)
    if json_path:
        write_json(json_path, report)
    if export_path:
        write_rankings(export_path, rankings, ADAPTER)
    tell("done", 1.0)
    return report


def features_of(data: FewShotData, item_ids: Sequence[str], features: ItemFeatures) -> ItemFeatures:
    """Return the features of the kept items, in their order.

    Raises:
        BadLog: when an item has none.
    """
    row_of = {str(item): row for row, item in enumerate(item_ids)}
    missing = [item for item in data.item_ids if item not in row_of]
    if missing:
        raise BadLog(f"{len(missing)} items have ratings but no features, the first is {missing[0]!r}")
    return features.of_rows([row_of[item] for item in data.item_ids])


def _models(data: FewShotData, only_adapter: bool) -> list[str]:
    """Return the names of the base models to measure."""
    if only_adapter:
        return ["popularity"]
    return [name for name in GRIDS if name != "ease" or data.n_items <= DENSE_ITEMS]


def _choose(
    data: FewShotData, folds: Sequence[Split], ks: Sequence[int], names: Sequence[str], tell: Progress
) -> dict[str, Knobs]:
    """Choose the grid point of every base model on the validation people of all folds."""
    found: dict[str, list[list[list[NDArray[np.float64]]]]] = {name: [] for name in names}
    sizes = [k for k in ks if k > 0] or list(ks)
    for number, fold in enumerate(folds):
        likes = likes_matrix(data.likes(fold.train), data.n_items)
        popularity = data.popularity(fold.train)
        for position, name in enumerate(names):
            tell(f"choosing {name} on validation people", 0.3 * (number + position / len(names)) / len(folds))
            if len(GRIDS[name]) > 1:
                found[name].append(grid_ndcg(name, likes, data, fold.validation, sizes, popularity))
    return {
        name: choose(name, table) if len(GRIDS[name]) > 1 else GRIDS[name][0] for name, table in found.items()
    }


def _measure_fold(
    data: FewShotData,
    fold: Split,
    learn: Callable[[InteractionLog], TasteAdapter],
    chosen: Mapping[str, Knobs],
    rankings: Rankings,
    timings: Timings,
) -> None:
    likes = likes_matrix(data.likes(fold.train), data.n_items)
    scorers: dict[str, PeopleScorer] = {}
    for name, knobs in chosen.items():
        start = time.perf_counter()
        scorers[name] = _base_scorer(data, build(name, knobs).fit(likes))
        timings.fit.setdefault(name, []).append(time.perf_counter() - start)
    start = time.perf_counter()
    adapter = learn(data.log(fold.train))
    timings.fit.setdefault(ADAPTER, []).append(time.perf_counter() - start)
    scorers[ADAPTER] = _adapter_scorer(data, adapter, fold.train, timings)
    popularity = data.popularity(fold.train)
    with threadpool_limits(limits=1, user_api="blas"):
        for part, users in (("validation", fold.validation), ("test", fold.test)):
            for name, score in scorers.items():
                _rank(data, part, name, users, score, popularity, rankings)


def _rank(
    data: FewShotData,
    part: str,
    name: str,
    users: IntArray,
    score: PeopleScorer,
    popularity: FloatArray,
    rankings: Rankings,
) -> None:
    for k in rankings.ks:
        eligible = data.eligible(users, k)
        for start in range(0, len(eligible), BATCH):
            some = eligible[start : start + BATCH]
            supports = [rows[:k] for rows in data.likes(some)]
            rankings.add(part, name, k, some, top_rows(score(some, k), supports, popularity, DEPTH))


def _base_scorer(data: FewShotData, model: BaseModel) -> PeopleScorer:
    fold_in = scorer(model, data.n_items)
    return lambda users, k: fold_in([rows[:k] for rows in data.likes(users)])


def _adapter_scorer(
    data: FewShotData, adapter: TasteAdapter, known: IntArray, timings: Timings
) -> PeopleScorer:
    """Score with the adapter; the moment of the request is that of the last event of the support."""

    def score(users: IntArray, k: int) -> FloatArray:
        states = []
        for user in users:
            support = support_of(data, int(user), k, known)
            start = time.perf_counter()
            states.append(adapter.adapt(support))
            timings.adapt.append(time.perf_counter() - start)
        return adapter.score_many(states)

    return score


def support_of(data: FewShotData, user: int, k: int, known: IntArray) -> Support:
    """Return the first k likes of a person with their moments; without any, the request is their first event.

    Args:
        data: everybody.
        user: position of the person.
        k: number of likes.
        known: positions of the people the adapter was trained on, in the order of its log.
    """
    person = data.people[user]
    liked = np.flatnonzero(person.labels > 0)[:k]
    now = float(person.times[liked[-1] if len(liked) else 0]) if data.timed else None
    friends = data.friends(user, known)
    return Support.of_likes(person.items[liked], person.times[liked].astype(np.float64), now, friends)


def _report(
    dataset: str,
    data: FewShotData,
    folds: Sequence[Split],
    chosen: Mapping[str, Knobs],
    measured: Tables,
    timings: Timings,
) -> dict[str, object]:
    micro = np.array(timings.adapt) * 1e6
    return {
        "dataset": dataset,
        "n_users": len(data.people),
        "n_items": data.n_items,
        "n_likes": int(sum(len(h.likes) for h in data.people)),
        "folds": len(folds),
        "chosen": {name: dict(knobs) for name, knobs in chosen.items()},
        "validation": measured.validation,
        "test": measured.test,
        "paired": measured.paired,
        "fit_seconds": {name: float(np.mean(s)) for name, s in timings.fit.items()},
        "adapt_microseconds": {"median": float(np.median(micro)), "p99": float(np.percentile(micro, 99))},
    }
