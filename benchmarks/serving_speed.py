"""How long serving one person takes, side by side: the ridge, a MAML inner loop, and implicit's user solve.

Run from the repository: python benchmarks/serving_speed.py [--home DIR]. One thread; medians over people.
All three learn the same people (50 events each) over the catalogue of a finished home; MAML is this
project's own exported loop and, for the usual way of serving it, the same loop on torch with autograd.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import torch
from implicit.cpu.als import AlternatingLeastSquares
from threadpoolctl import threadpool_limits

from assistant.homes.arrays import interaction_log
from assistant.settings import Settings
from metalearn.adapter import Support
from metalearn.data import histories, likes_matrix
from metalearn.gradient import learner_for
from metalearn.inner import Problem
from metalearn.learners import Problems
from metalearn.online import OnlineRidge
from metalearn.taste import TasteAdapter
from retriever.catalog import Catalog

EVENTS, PEOPLE, CANDIDATES = 50, 200, 1000


def median_ms(work: Callable[[int], object]) -> float:
    """Return the median milliseconds of one call."""
    times = []
    for person in range(PEOPLE):
        start = time.perf_counter()
        work(person)
        times.append(time.perf_counter() - start)
    return float(np.median(times)) * 1e3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, default=Settings().home_for("movielens"))
    home = parser.parse_args().home
    adapter = TasteAdapter.load(home / "adapter")
    log = interaction_log(
        Catalog.load(home / "items.parquet"), pl.read_parquet(home / "interactions.parquet")
    )
    people = histories(log)
    likes = likes_matrix([h.likes for h in people], log.n_items)
    rng = np.random.default_rng(0)
    popular = np.argsort(-np.asarray(likes.sum(axis=0)).ravel())[:2000]
    rows = [rng.choice(popular, EVENTS, replace=False) for _ in range(PEOPLE)]
    supports = [Support.of_likes(r) for r in rows]
    candidates = rng.choice(log.n_items, CANDIDATES, replace=False)
    torch.set_num_threads(1)
    with threadpool_limits(limits=1):
        report(adapter, likes, rows, supports, candidates)


def report(adapter, likes, rows, supports, candidates) -> None:  # type: ignore[no-untyped-def]
    """Measure and print."""
    states = [adapter.adapt(s) for s in supports]
    ours = median_ms(lambda p: adapter.adapt(supports[p]))
    phi, size = adapter.catalogue.phi, adapter.catalogue.phi.shape[1]
    maml = learner_for("maml", size)
    ones = np.ones(EVENTS)
    served = maml.export()
    loop = median_ms(lambda p: served.solve(Problem(phi[rows[p]], ones, ones, 1.0)))

    def unrolled(p: int) -> object:
        features = torch.from_numpy(phi[rows[p]])[None]
        one = torch.ones(1, EVENTS)
        with torch.no_grad():
            return maml(Problems(features, one, one, torch.ones(1)))

    usual = median_ms(unrolled)
    solves = {factors: user_solve(likes, rows, factors) for factors in (64, size, 512)}
    online = OnlineRidge(adapter, supports[0])
    spare = np.setdiff1d(np.arange(adapter.n_items), rows[0])
    update = median_ms(lambda p: online.add(int(spare[p % 20]), 1.0) if p < 20 else online.delta())
    few = median_ms(lambda p: adapter.score(states[p], candidates))
    whole = median_ms(lambda p: adapter.score(states[p]))
    start = time.perf_counter()
    adapter.score_many(states)
    many = (time.perf_counter() - start) / len(states) * 1e3
    print(f"{log_size(adapter)}; {EVENTS} events a person, one thread, medians over {PEOPLE} people")
    print(f"adapt (ridge)                       {ours:8.3f} ms")
    print(f"MAML, 5 steps, NumPy                {loop:8.3f} ms   {loop / ours:6.1f} x")
    print(f"MAML, 5 steps, torch.func           {usual:8.3f} ms   {usual / ours:6.1f} x")
    for factors, solve in solves.items():
        print(f"implicit recalculate_user, {factors:3d}      {solve:8.3f} ms   {solve / ours:6.1f} x")
    print(f"one more event, rank-one update     {update:8.3f} ms")
    print(f"score {CANDIDATES} candidates               {few:8.3f} ms")
    print(f"score the catalogue                 {whole:8.3f} ms;   {many:.3f} ms a person in a batch")
    print(f"state                               {states[0].nbytes:8d} bytes beyond the events")


def user_solve(likes, rows, factors: int) -> float:  # type: ignore[no-untyped-def]
    """Return the milliseconds that implicit takes for one person; Y'Y is kept between people."""
    model = AlternatingLeastSquares(factors=factors, iterations=2, num_threads=1, random_state=0)
    model.fit(likes, show_progress=False)
    fifty = likes_matrix(rows, likes.shape[1])
    return median_ms(lambda p: model.recalculate_user(0, fifty[p]))


def log_size(adapter: TasteAdapter) -> str:
    """Return the size of the catalogue in words."""
    return f"{adapter.n_items} items, {len(adapter.merged.indices)} kernel entries"


if __name__ == "__main__":
    main()
