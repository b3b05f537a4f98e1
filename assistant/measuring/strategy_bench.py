"""`palate bench strategies`: what each candidate source finds, and what the adapter makes of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table
from threadpoolctl import threadpool_limits

from assistant.errors import BadInput
from assistant.homes.arrays import item_features, raw_log
from assistant.homes.linking_up import links_of
from assistant.homes.setup import load_dataset
from assistant.homes.sources import described, fit_models, likes_of, sources_of
from assistant.measuring.benching import SHORT_HISTORIES, text_vectors
from assistant.settings import Settings
from metalearn.adapter import Support
from metalearn.benchmark import features_of, support_of
from metalearn.data import FloatArray, IntArray, ItemFeatures
from metalearn.metrics import bootstrap, hits_of, ndcg, recall
from metalearn.protocol import (
    MIN_ITEM_LIKES,
    MIN_QUERY,
    MIN_USER_LIKES,
    FewShotData,
    Split,
    few_shot_data,
    splits,
)
from metalearn.report import write_json
from metalearn.taste import TasteAdapter
from metalearn.train import train
from retriever.catalog import Catalog
from retriever.strategies.fusion import Blend, Fused, Lesson, learn
from retriever.strategies.links import Links
from retriever.strategies.names import SOURCES
from retriever.strategies.source import Ask, Described, Source, best

DEPTH = 200
TEACHERS = 400  # validation people that the weights are learned from
WHOLE, EVEN, LEARNED = "adapter, all items", "fused, even weights", "fused, learned weights"
Progress = Callable[[str, float], None]


@dataclass
class Found:
    """Figures of one source, one number a person.

    Attributes:
        recall200: Share of the later likes (of 200 where there are more) among the candidates.
        recall50: The same of the first 50.
        ndcg10: After the adapter has ranked the candidates.
        sizes: Number of candidates.
        seconds: Of proposing.
    """

    recall200: list[float] = field(default_factory=list)
    recall50: list[float] = field(default_factory=list)
    ndcg10: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Field:
    """What is measured on: a data set cut down by the protocol, and what is known of its items.

    Attributes:
        data: The log.
        items: The same items as they are described.
        links: Typed links among them.
        features: The same for the adapter.
        k: Likes that are known of a person.
    """

    data: FewShotData
    items: Described
    links: Links
    features: ItemFeatures
    k: int


@dataclass(frozen=True)
class Bench:
    """One split of a field, with the sources that were fitted on its training people."""

    field: Field
    fold: Split
    sources: Sequence[Source]

    @classmethod
    def fit(cls, given: Field, fold: Split) -> Bench:
        """Fit every source on the training people."""
        data = given.data
        likes = likes_of([data.people[user] for user in fold.train], data.n_items, data.timed)
        names = [name for name in SOURCES if name != "social" or data.links is not None]
        models = fit_models(likes, names)
        return cls(given, fold, sources_of(names, models, likes, given.items, given.links, None))

    def ask(self, user: int) -> tuple[Ask, Support]:
        """Return what the sources and the adapter are told of a person."""
        data, k = self.field.data, self.field.k
        support = support_of(data, user, k, self.fold.train)
        return Ask(data.people[user].likes[:k], support.now, support.friends), support

    def later(self, user: int) -> IntArray:
        """Return what a person likes after what is known."""
        return self.field.data.people[user].likes[self.field.k :]


@dataclass(frozen=True)
class Options:
    """How the data are cut, and where training is kept.

    Attributes:
        k: Likes that are known of a person.
        min_likes: Likes that a person needs; None is what `bench adapter` asks for.
        min_item_likes: Likes that an item needs.
        links: File of triples, beside the links that the facets give.
        folds: How many of the splits are measured.
        resume: Folder in which training goes on after it was stopped.
    """

    k: int = 5
    min_likes: int | None = None
    min_item_likes: int = MIN_ITEM_LIKES
    links: Path | None = None
    folds: int = 1
    resume: Path | None = None


def bench_strategies(
    settings: Settings,
    dataset: str,
    data: Path | None,
    json_file: Path | None,
    progress: Progress,
    options: Options,
) -> Mapping[str, Any]:
    """Measure every source, their fusion and the adapter on unseen people.

    Sources and adapter are fitted on training people, weights on validation people; test people are read
    once, at the end of each split.

    Raises:
        BadInput: The data set is unknown, its folder is missing, or nobody is left to measure.
        BadLog: Nobody has enough likes.
    """
    given = _field(settings, dataset, data, progress, options)
    people, started = given.data.people, time.perf_counter()
    found: dict[str, dict[str, Found]] = {"validation": {}, "test": {}}
    blends: list[Blend] = []
    for number, fold in enumerate(splits(len(people))[: options.folds]):
        bench = Bench.fit(given, fold)
        blends.append(learn(bench.sources, _lessons(bench)))
        work = None if options.resume is None else options.resume / f"fold-{number + 1}"
        adapter = train(given.data.log(fold.train), given.features, None, progress, folder=work)
        with threadpool_limits(limits=1, user_api="blas"):
            for part, figures in found.items():
                progress(f"measuring {part} people", 0.9)
                users = given.data.eligible(getattr(fold, part), options.k)
                _measure(bench, blends[-1], adapter, users, figures)
    report: dict[str, Any] = {
        "dataset": dataset,
        "K": options.k,
        "n_items": given.data.n_items,
        "n_users": len(people),
        "folds": len(blends),
        "weights": [dict(blend.weights) for blend in blends],
        "offsets": [blend.offset for blend in blends],
        "seconds": time.perf_counter() - started,
        **{part: [_row(name, each) for name, each in figures.items()] for part, figures in found.items()},
    }
    if json_file is not None:
        write_json(json_file, report)
    progress("done", 1.0)
    return report


def _field(
    settings: Settings, dataset: str, data: Path | None, progress: Progress, options: Options
) -> Field:
    loaded = load_dataset(dataset, data)
    catalog = Catalog.from_frame(loaded.items)
    vectors = text_vectors(settings, dataset, catalog, progress)
    least = options.min_likes or SHORT_HISTORIES.get(dataset, MIN_USER_LIKES)
    kept = few_shot_data(raw_log(loaded), least, options.min_item_likes)
    if not len(kept.eligible(np.arange(len(kept.people)), options.k)):
        raise BadInput(
            f"Nobody has {options.k + MIN_QUERY} likes.", "Ask for fewer with --k, or lower --min-likes."
        )
    rows = np.array([catalog.row(item) for item in kept.item_ids], dtype=np.int64)
    known = features_of(kept, catalog.ids, item_features(catalog, vectors))
    links = links_of(catalog, options.links).over(rows)
    return Field(kept, described(catalog, vectors, rows), links, known, options.k)


def _lessons(bench: Bench) -> list[Lesson]:
    users = bench.field.data.eligible(bench.fold.validation, bench.field.k)[:TEACHERS]
    return [Lesson(bench.ask(int(user))[0], bench.later(int(user))) for user in users]


def _measure(
    bench: Bench, blend: Blend, adapter: TasteAdapter, users: IntArray, figures: dict[str, Found]
) -> None:
    """Add the figures of every source, of the fusions, and of the adapter on the whole catalogue."""
    even = Blend.even([source.name for source in bench.sources])
    fused = {LEARNED: Fused(bench.sources, blend), EVEN: Fused(bench.sources, even)}
    ways: dict[str, Source] = {**{source.name: source for source in bench.sources}, **fused}
    for user in users:
        ask, support = bench.ask(int(user))
        start = time.perf_counter()
        personal = adapter.score(adapter.adapt(support))
        later, spent = bench.later(int(user)), time.perf_counter() - start
        allowed = np.ones(len(personal), np.bool_)
        allowed[ask.rows] = False
        first = best(personal - personal.min() + 1, allowed, DEPTH)
        _add(figures.setdefault(WHOLE, Found()), first, personal, later, spent)
        for name, way in ways.items():
            start = time.perf_counter()
            scores = way.within(ask, allowed) if isinstance(way, Fused) else way.scores(ask)
            rows = best(scores, allowed, DEPTH)
            spent = time.perf_counter() - start
            _add(figures.setdefault(name, Found()), rows, personal, later, spent)


def _add(found: Found, proposed: IntArray, personal: FloatArray, later: IntArray, seconds: float) -> None:
    sizes = np.array([len(later)])
    ranked = proposed[np.argsort(-personal[proposed], kind="stable")]
    hits, after = hits_of(proposed[None], [later]), hits_of(ranked[None], [later])
    found.recall200.append(float(recall(hits, sizes, DEPTH)[0]))
    found.recall50.append(float(recall(hits, sizes, 50)[0]))
    found.ndcg10.append(float(ndcg(after, sizes)[0]))
    found.sizes.append(len(proposed))
    found.seconds.append(seconds)


def _row(name: str, found: Found) -> dict[str, Any]:
    row: dict[str, Any] = {"source": name, "people": len(found.sizes)}
    for figure in ("recall200", "recall50", "ndcg10"):
        row[figure] = bootstrap(np.array(getattr(found, figure)))._asdict()
    return row | {
        "candidates": float(np.mean(found.sizes)),
        "milliseconds": 1000 * float(np.median(found.seconds)),
    }


def show(report: Mapping[str, Any], console: Console) -> None:
    """Print both tables and the weights."""
    for part in ("validation", "test"):
        table = Table("source", "Recall@200", "Recall@50", "NDCG@10 after the adapter", "candidates", "ms")
        table.title = f"{report['dataset']}, K = {report['K']}, {report[part][0]['people']} {part} people"
        for row in report[part]:
            cells = [
                "{mean:.3f} [{low:.3f}, {high:.3f}]".format(**row[f])
                for f in ("recall200", "recall50", "ndcg10")
            ]
            table.add_row(row["source"], *cells, f"{row['candidates']:.0f}", f"{row['milliseconds']:.2f}")
        console.print(table)
    for weights, offset in zip(report["weights"], report["offsets"], strict=True):
        told = ", ".join(f"{name} {weight:.2f}" for name, weight in weights.items())
        console.print(f"Learned weights (offset {offset:.0f}): {told}")
