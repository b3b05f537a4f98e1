"""`palate bench adapter --cold-items`: items without interactions, people without likes, and both at once.

A tenth of the items, drawn by seed, is cold: every interaction with them is taken out of what the adapter
is trained on. Support = the first K likes of warm items; query = the cold items among all later likes, at
least one; only the cold items are ranked. At K = 0 the person is cold as well. A cold person alone is
ranked on the warm items at K = 0, at least 5 likes of them as query. The moment of the request is that of
the last event of the support, or of the person's first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from metalearn.adapter import Support
from metalearn.config import TrainConfig
from metalearn.crossfit import Progress
from metalearn.data import FloatArray, IntArray, InteractionLog, ItemFeatures
from metalearn.features import unit_rows
from metalearn.folded import Folded, Measure, difference, joined
from metalearn.protocol import (
    KS,
    MIN_QUERY,
    MIN_USER_LIKES,
    FewShotData,
    RawLog,
    top_rows,
)
from metalearn.report import Measured, Row, measured, row_of
from metalearn.taste import TasteAdapter
from metalearn.train import train

COLD_SHARE = 0.1
DEPTH = 100
ADAPTER = "adapter"


class Case(NamedTuple):
    """One person at one support size.

    Attributes:
        user: position of the person.
        support: positions in the person's history of the first K warm likes, int64 [K].
        query: candidates liked later, int64 [q].
    """

    user: int
    support: IntArray
    query: IntArray


# Scores of the candidates for m cases, float32 [m, c].
Scorer = Callable[[Sequence[Case], IntArray], FloatArray]
Found = dict[tuple[str, str, str, int], list[Measured]]


def run_cold(
    raw: RawLog,
    item_ids: Sequence[str],
    features: ItemFeatures,
    dataset: str,
    *,
    ks: Sequence[int] = KS,
    config: TrainConfig | None = None,
    min_user_likes: int = MIN_USER_LIKES,
    seed: int = 0,
    json_path: Path | None = None,
    progress: Progress | None = None,
) -> dict[str, object]:
    """Measure the adapter on cold items and cold people beside the text centroid, popularity and chance.

    Args:
        raw: ratings with original ids, in the order of the source file.
        item_ids: original ids of the feature rows.
        features: text and facets, one row per entry of `item_ids`.
        dataset: its name, for the report.
        ks: support sizes, in likes.
        config: meta-training.
        min_user_likes: likes a person needs to take part.
        seed: of the cold items and of chance.
        json_path: where to write the report as JSON.
        progress: called with what is being done and the share of the whole that is done, 0..1.

    Returns:
        The report: `validation` and `test` tables with a row per model, setting (items: cold or warm) and K,
        and `paired` differences of the adapter to each of the others.

    Raises:
        BadLog: when an item has no features or nobody is left to measure.
    """
    folded = Folded.of(raw, item_ids, features, min_user_likes)
    data, found, is_cold = folded.data, Found(), cold_items(folded.data.n_items, seed)

    def learn(people: IntArray) -> Measure:
        log = warm_log(data.log(people), is_cold)
        adapter = train(log, folded.features, config)
        popularity = np.bincount(log.items[log.ratings >= 4], minlength=data.n_items).astype(np.float32)
        models = _models(data, adapter, people, folded.features.text, popularity, seed)
        return partial(_measure, data, is_cold, ks, models, found)

    return folded.run(
        learn,
        lambda: _report(dataset, data, int(is_cold.sum()), found),
        json_path=json_path,
        progress=progress,
    )


def cold_items(n_items: int, seed: int) -> NDArray[np.bool_]:
    """Draw a tenth of the items, bool [n_items]."""
    is_cold = np.zeros(n_items, bool)
    is_cold[np.random.default_rng(seed).permutation(n_items)[: round(COLD_SHARE * n_items)]] = True
    return is_cold


def warm_log(log: InteractionLog, is_cold: NDArray[np.bool_]) -> InteractionLog:
    """Return a log without any interaction with a cold item; people and items keep their numbers."""
    kept = ~is_cold[log.items]
    parts = (log.users[kept], log.items[kept], log.ratings[kept], log.times[kept])
    counted = None if log.amounts is None else log.amounts[kept]
    return InteractionLog(*parts, log.n_users, log.n_items, log.timed, log.links, counted)


def cases_of(
    data: FewShotData,
    users: IntArray,
    k: int,
    candidates: NDArray[np.bool_],
    is_cold: NDArray[np.bool_],
    least: int,
) -> list[Case]:
    """Return the people with k warm likes and, after them, at least `least` likes among the candidates."""
    found = []
    for user in users:
        person = data.people[user]
        liked = np.flatnonzero(person.labels > 0)
        support = liked[~is_cold[person.items[liked]]][:k]
        later = liked[liked > (support[-1] if k and len(support) else -1)]
        query = person.items[later][candidates[person.items[later]]]
        if len(support) == k and len(query) >= least:
            found.append(Case(int(user), support, query))
    return found


def _models(
    data: FewShotData,
    adapter: TasteAdapter,
    train_people: IntArray,
    text: FloatArray,
    popularity: FloatArray,
    seed: int,
) -> dict[str, Scorer]:
    return {
        ADAPTER: lambda cases, rows: _adapted(data, adapter, cases, rows, train_people),
        "text centroid": lambda cases, rows: _centroid(data, text, popularity, cases, rows),
        "popularity": lambda cases, rows: np.tile(popularity[rows], (len(cases), 1)),
        "random": lambda cases, rows: _chance(cases, rows, seed),
    }


def _measure(
    data: FewShotData,
    is_cold: NDArray[np.bool_],
    ks: Sequence[int],
    models: dict[str, Scorer],
    found: Found,
    part: str,
    users: IntArray,
) -> None:
    settings = [("cold", is_cold, 1, k) for k in ks] + [("warm", ~is_cold, MIN_QUERY, 0)]
    for items, candidates, least, k in settings:
        cases = cases_of(data, users, k, candidates, is_cold, least)
        rows = np.flatnonzero(candidates)
        if not cases:
            continue
        place = np.full(data.n_items, -1, np.int64)
        place[rows] = np.arange(len(rows))
        for model, score in models.items():
            # Cold items are all equally popular: no tie is broken by what nobody is to know.
            blank, nothing = np.zeros(len(rows), np.float32), [rows[:0]] * len(cases)
            top = top_rows(score(cases, rows), nothing, blank, DEPTH)
            ranked = measured(top, [place[case.query] for case in cases])
            found.setdefault((part, items, model, k), []).append(ranked)


def _adapted(
    data: FewShotData, adapter: TasteAdapter, cases: Sequence[Case], rows: IntArray, known: IntArray
) -> FloatArray:
    states = []
    for case in cases:
        person = data.people[case.user]
        last = case.support[-1] if len(case.support) else 0
        now = float(person.times[last]) if data.timed else None
        items, times = person.items[case.support], person.times[case.support].astype(np.float64)
        states.append(adapter.adapt(Support.of_likes(items, times, now, data.friends(case.user, known))))
    return np.asarray(adapter.score_many(states)[:, rows])


def _centroid(
    data: FewShotData, text: FloatArray, popularity: FloatArray, cases: Sequence[Case], rows: IntArray
) -> FloatArray:
    """Score by the cosine to the mean text of the support, of everybody's likes where there is none."""
    unit = unit_rows(text)
    everybody = popularity @ unit
    means = [
        unit[data.people[c.user].items[c.support]].sum(axis=0) if len(c.support) else everybody for c in cases
    ]
    return unit_rows(np.stack(means)) @ unit[rows].T


def _chance(cases: Sequence[Case], rows: IntArray, seed: int) -> FloatArray:
    """Score at random, the same for a person in every setting."""
    draws = [np.random.default_rng([seed, case.user]).random(len(rows)) for case in cases]
    return np.stack(draws).astype(np.float32)


def _report(dataset: str, data: FewShotData, n_cold: int, found: Found) -> dict[str, object]:
    everybody = joined(found)
    rows: dict[str, list[Row]] = {"validation": [], "test": []}
    paired: list[Row] = []
    for (part, items, model, k), each in everybody.items():
        n_candidates = n_cold if items == "cold" else data.n_items - n_cold
        rows[part].append({"items": items, **row_of(model, k, each, n_candidates)})
        if model != ADAPTER:
            names = {"part": part, "items": items, "K": k, "against": model}
            paired.append({**names, **difference(everybody[part, items, ADAPTER, k], each)})
    return {
        "dataset": dataset,
        "support": "cold items",
        "n_users": len(data.people),
        "n_items": data.n_items,
        "n_cold": n_cold,
        **rows,
        "paired": paired,
    }
