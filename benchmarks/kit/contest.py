"""One contest for every peer: knobs chosen on validation people, test people ranked once, one person timed.

A peer's `run.py` hands `contest` its models. Of the people tested a model sees the first K likes only.
Results of a model are `<model>.csv.gz` (user,K,items: original ids, best first, support left out) and
`<model>.json`, written last; a model whose JSON is there, with the same data and grid, is not run again.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from split import FloatArray, Fold, Folder, IntArray, ndcg10, read_folder, top_rows

Knobs = Mapping[str, Any]
BATCH, TIMED_PEOPLE, TIMED_EVENTS = 256, 100, 50


class Learner(Protocol):
    """A recommender that is fitted once and takes in people it has never seen."""

    def fit(self, fold: Fold) -> None:
        """Learn from the training people of a fold."""
        ...

    def adapt(self, support: IntArray) -> Any:
        """Return what is known of one person after these likes; the call is timed."""
        ...

    def scores(self, supports: Sequence[IntArray]) -> FloatArray:
        """Score the whole catalogue for each support, float32 [m, N]; ties go by popularity."""
        ...

    def state_bytes(self) -> int:
        """Return the bytes to keep of one person beyond the events."""
        ...


@dataclass(frozen=True)
class Model:
    """A learner with its grid.

    Attributes:
        name: as in the table.
        build: makes an unfitted learner of a grid point.
        grid: points to try.
        folds: number of folds whose validation people choose; slow models take fewer.
    """

    name: str
    build: Callable[[Knobs], Learner]
    grid: tuple[Knobs, ...]
    folds: int = 5


def contest(models: Sequence[Model]) -> None:
    """Run the models named on the command line, all by default."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", type=Path, required=True, help="folder of `palate bench protocol`")
    parser.add_argument("--out", type=Path, required=True, help="folder for the rankings")
    parser.add_argument("--models", nargs="*", default=[m.name for m in models])
    asked = parser.parse_args()
    folder = read_folder(asked.split)
    asked.out.mkdir(parents=True, exist_ok=True)
    for model in models:
        if model.name in asked.models:
            run_model(model, folder, asked.out)


def run_model(model: Model, folder: Folder, out: Path) -> None:
    """Choose, fit, rank and time one model, unless that has been done."""
    told = out / f"{model.name}.json"
    made_of = {"sha256": folder.record["sha256"], "grid": [dict(point) for point in model.grid]}
    if told.is_file() and made_of.items() <= json.loads(told.read_text(encoding="utf-8")).items():
        say(f"{model.name}: kept")
        return
    began = time.perf_counter()
    knobs, validation = choose(model, folder)
    lines, fits, learner = [], [], None
    for number, parts in enumerate(folder.parts):
        say(f"{model.name}: fold {number + 1} of {len(folder.parts)}")
        fold, learner = folder.fold(number), model.build(knobs)
        start = time.perf_counter()
        learner.fit(fold)
        fits.append(time.perf_counter() - start)
        lines += rankings(learner, fold, parts["test"])
    if learner is None:
        raise ValueError("no folds")
    record = {
        **made_of,
        "model": model.name,
        "chosen": dict(knobs),
        "validation_ndcg10": validation,
        "validation_folds": min(model.folds, len(folder.parts)),
        "fit_seconds": float(np.mean(fits)),
        **timings(learner, folder),
        "state_bytes": learner.state_bytes(),
        "total_seconds": time.perf_counter() - began,
    }
    with gzip.open(out / f"{model.name}.csv.gz", "wt", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([("user", "K", "items"), *lines])
    part = told.with_suffix(".part")
    part.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    os.replace(part, told)
    say(f"{model.name}: chose {dict(knobs)}, {record['total_seconds']:.0f} s in all")


def choose(model: Model, folder: Folder) -> tuple[Knobs, list[float]]:
    """Return the best grid point and NDCG@10 of all: people of the folds pooled, then the mean over K > 0."""
    if len(model.grid) == 1:
        return model.grid[0], []
    ks = [k for k in folder.record["ks"] if k > 0]
    values = []
    for place, knobs in enumerate(model.grid):
        say(f"{model.name}: grid point {place + 1} of {len(model.grid)} {dict(knobs)}")
        found: dict[int, list[np.ndarray]] = {k: [] for k in ks}
        for number, parts in list(enumerate(folder.parts))[: model.folds]:
            fold, learner = folder.fold(number), model.build(knobs)
            learner.fit(fold)
            for k in ks:
                users = folder.eligible(parts["validation"], k)
                top = ranked(learner, fold, users, k, 10)
                found[k].append(ndcg10(top, [folder.likes[u][k:] for u in users]))
        values.append(
            float(np.nanmean([np.concatenate(x).mean() for x in found.values() if sum(map(len, x))]))
        )
    return model.grid[int(np.argmax(values))], values


def ranked(learner: Learner, fold: Fold, users: Sequence[int], k: int, n: int) -> IntArray:
    """Return the first n rows for people with their first k likes as support, int64 [m, n]."""
    supports = [fold.folder.likes[u][:k] for u in users]
    tops = [np.zeros((0, n), np.int64)]
    for start in range(0, len(supports), BATCH):
        some = supports[start : start + BATCH]
        tops.append(top_rows(learner.scores(some), some, fold.popularity, n))
    return np.concatenate(tops)


def rankings(learner: Learner, fold: Fold, users: IntArray) -> list[tuple[str, int, str]]:
    """Return the lines of the test people of a fold for every K."""
    folder, lines = fold.folder, []
    for k in folder.record["ks"]:
        tested = folder.eligible(users, k)
        top = ranked(learner, fold, tested, k, min(folder.record["depth"], folder.n_items - k))
        for user, rows in zip(tested, top, strict=True):
            lines.append((folder.user_ids[user], k, " ".join(folder.item_ids[row] for row in rows)))
    return lines


def timings(learner: Learner, folder: Folder) -> dict[str, float]:
    """Return median microseconds of adapting one person, and of scoring the catalogue from the events.

    The people are the 100 of the last fold's test people with the most likes, each cut at 50.
    """
    likes = [folder.likes[u][:TIMED_EVENTS] for u in folder.parts[-1]["test"]]
    supports = sorted(likes, key=len, reverse=True)[:TIMED_PEOPLE]
    learner.adapt(supports[0])
    return {
        "adapt_microseconds": median_us(learner.adapt, supports),
        "adapt_and_score_microseconds": median_us(lambda s: learner.scores([s]), supports),
        "timed_events": float(np.median([len(s) for s in supports])),
    }


def median_us(work: Callable[[IntArray], Any], supports: Sequence[IntArray]) -> float:
    """Return the median microseconds of one call."""
    times = []
    for support in supports:
        start = time.perf_counter()
        work(support)
        times.append(time.perf_counter() - start)
    return float(np.median(times)) * 1e6


def say(text: str) -> None:
    """Report progress."""
    print(text, file=sys.stderr, flush=True)
