"""Rankings of a benchmark, the tables read off them, and their files."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np

from metalearn.checkpoint import replace_file
from metalearn.data import IntArray
from metalearn.metrics import Hits, PerUser, bootstrap, coverage, hit_rate, hits_of, mrr, ndcg, recall
from metalearn.protocol import FewShotData

Row = dict[str, object]


class Ranked(NamedTuple):
    """Rankings int64 [m, n] of m people [m], best first."""

    users: IntArray
    top: IntArray


@dataclass
class Rankings:
    """Everything that was ranked, by part (validation, test), model and support size."""

    data: FewShotData
    ks: Sequence[int]
    found: dict[tuple[str, str, int], list[Ranked]] = field(default_factory=dict)

    def add(self, part: str, model: str, k: int, users: IntArray, top: IntArray) -> None:
        """Keep the rankings of one fold."""
        self.found.setdefault((part, model, k), []).append(Ranked(users, top))

    def of(self, part: str, model: str, k: int) -> Ranked | None:
        """Return the rankings of all folds, None where nobody was eligible."""
        pieces = self.found.get((part, model, k))
        if not pieces:
            return None
        return Ranked(*(np.concatenate(column) for column in zip(*pieces, strict=True)))

    @property
    def models(self) -> list[str]:
        """Return the names of the models, in the order they were added."""
        return list(dict.fromkeys(model for _, model, _ in self.found))


class Tables(NamedTuple):
    """One row per model and support size, and the adapter against the best base model of each size."""

    validation: list[Row]
    test: list[Row]
    paired: list[Row]


class Measured(NamedTuple):
    """Rankings of m people against their queries."""

    hits: Hits
    sizes: IntArray
    ndcg10: PerUser
    top: IntArray


def tables(rankings: Rankings, adapter: str) -> Tables:
    """Measure all rankings."""
    parts: dict[str, list[Row]] = {"validation": [], "test": []}
    paired: list[Row] = []
    for part, rows in parts.items():
        for k in rankings.ks:
            by_model = {m: found for m in rankings.models if (found := _measure(rankings, part, m, k))}
            rows.extend(row_of(name, k, found, rankings.data.n_items) for name, found in by_model.items())
            if len(by_model) > 1 and adapter in by_model:
                paired.append(_paired(part, k, by_model, adapter))
    return Tables(parts["validation"], parts["test"], paired)


def write_json(path: Path, report: Mapping[str, object]) -> None:
    """Write a report as JSON, whole or not at all."""
    replace_file(path, (json.dumps(report, indent=2) + "\n").encode())


def write_rankings(path: Path, rankings: Rankings, model: str) -> None:
    """Write the test rankings of a model as csv.gz: user,K,items with original ids, best first."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["user", "K", "items"])
    names = np.array(rankings.data.item_ids, dtype=object)
    for k in rankings.ks:
        found = rankings.of("test", model, k)
        for user, top in zip(*found, strict=True) if found else ():
            support = rankings.data.people[user].likes[:k]
            ranked = top[~np.isin(top, support)]
            writer.writerow([rankings.data.user_ids[user], k, " ".join(names[ranked])])
    replace_file(path, gzip.compress(text.getvalue().encode(), mtime=0))


def _measure(rankings: Rankings, part: str, model: str, k: int) -> Measured | None:
    found = rankings.of(part, model, k)
    if found is None:
        return None
    return measured(found.top, [rows[k:] for rows in rankings.data.likes(found.users)])


def measured(top: IntArray, queries: Sequence[IntArray]) -> Measured:
    """Measure rankings int64 [m, n], best first, against m queries."""
    hits, sizes = hits_of(top, queries), np.array([len(q) for q in queries], dtype=np.int64)
    return Measured(hits, sizes, ndcg(hits, sizes), top)


def row_of(model: str, k: int, found: Measured, n_items: int) -> Row:
    """Return the figures of a model at one support size, with the 95 % interval of NDCG@10."""
    interval = bootstrap(found.ndcg10)
    return {
        "model": model,
        "K": k,
        "ndcg10": interval.mean,
        "low": interval.low,
        "high": interval.high,
        "hr10": float(hit_rate(found.hits).mean()),
        "recall50": float(recall(found.hits, found.sizes).mean()),
        "mrr": float(mrr(found.hits).mean()),
        "coverage10": coverage(found.top, n_items),
        "n_users": len(found.sizes),
    }


def _paired(part: str, k: int, found: Mapping[str, Measured], adapter: str) -> Row:
    bases = {name: each.ndcg10.mean() for name, each in found.items() if name != adapter}
    best = max(bases, key=lambda name: float(bases[name]))
    interval = bootstrap(found[adapter].ndcg10 - found[best].ndcg10)
    return {
        "part": part,
        "K": k,
        "best_base": best,
        "difference": interval.mean,
        "low": interval.low,
        "high": interval.high,
    }
