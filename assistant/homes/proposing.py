"""The candidate sources of a home: opened, or fitted once and kept beside the version that they serve."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from assistant.circle import LINKS
from assistant.homes.arrays import interaction_log
from assistant.homes.home import Manifest
from assistant.homes.sources import (
    LEARNED,
    Models,
    described,
    fit_models,
    likes_of,
    restored,
    sources_of,
    tensors_of,
)
from metalearn import checkpoint
from metalearn.data import FloatArray, History, IntArray, InteractionLog, friends_of, histories
from metalearn.errors import DamagedAdapter
from retriever.catalog import Catalog
from retriever.errors import BadData
from retriever.strategies.fusion import Blend, Fused, Lesson, learn
from retriever.strategies.links import Links
from retriever.strategies.names import SOURCES
from retriever.strategies.source import Ask, Described
from retriever.strategies.trends import Recent

FOLDER, FORMAT = "strategies", 1
# Up to here the adapter scores every item in less than a millisecond or two, and nothing can be missed.
EXACT = 50_000
HELD_BACK, FEWEST_LIKES = 300, 4
SUPPORTS = (1, 3, 5, 10)
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Proposer:
    """Propose candidates by the sources that are switched on.

    Attributes:
        fused: The sources and how much each counts.
        names: Those that have something to go by here.
        catalog: The items.
    """

    fused: Fused
    names: tuple[str, ...]
    catalog: Catalog

    @classmethod
    def open(
        cls,
        folder: Path,
        manifest: Manifest,
        catalog: Catalog,
        vectors: FloatArray,
        links: Links,
        names: Sequence[str],
        tell: Tell = lambda _: None,
    ) -> Proposer:
        """Open the sources of a home; the first time they are fitted and their weights learned.

        Args:
            folder: The version of the home that serves.
            manifest: What it holds.
            catalog: Its items.
            vectors: float32 [N, d], their text vectors.
            links: Typed links over them.
            names: Sources that are switched on; empty for all.
            tell: Told before something takes long.

        Raises:
            BadData: None of the named sources has anything to go by here.
        """
        table = pl.read_parquet(folder / LINKS) if (folder / LINKS).is_file() else None
        log = interaction_log(catalog, pl.read_parquet(folder / "interactions.parquet"), table)
        items, key = described(catalog, vectors), _key(manifest, links)
        kept = _kept(folder / FOLDER, key)
        if kept is None:
            tell(f"fitting the candidate sources of {len(catalog):,} items, once")
            kept = _fit(log, items, links)
            _keep(folder / FOLDER, key, kept)
        likes = likes_of(histories(log), log.n_items, log.timed)
        wanted = [name for name in (names or SOURCES) if name != "social" or log.links is not None]
        found = sources_of(wanted, kept.models, likes, items, links, kept.half_life)
        known = tuple(source.name for source in found)
        if not known:
            raise BadData(
                f"Nothing in {folder} is of use to the strategies {', '.join(names)}.",
                "Switch on others by PALATE_STRATEGIES: text needs nothing but the items.",
            )
        return cls(Fused(found, kept.blend.among(known)), known, catalog)

    def candidates(
        self, liked: Sequence[int], friends: IntArray | None, allowed: NDArray[np.bool_], k: int
    ) -> IntArray:
        """Return the k best allowed rows for a person, best first; filled up with what many like.

        Args:
            liked: Rows that the person likes, oldest first.
            friends: Numbers of their friends in the log, None where nobody knows.
            allowed: bool [N], what satisfies every hard constraint.
            k: How many; fewer come back only where fewer are allowed.
        """
        ask = Ask(np.array(liked, dtype=np.int64), None, friends)
        found = self.fused.candidates(ask, allowed, k)
        if len(found) == k:
            return found
        left = allowed.copy()
        left[found] = False
        order = self.catalog.by_popularity
        return np.concatenate([found, order[left[order]][: k - len(found)]]).astype(np.int64)


@dataclass(frozen=True)
class Kept:
    """What is kept on disk.

    Attributes:
        models: Neighbourhoods and factors of everybody.
        blend: Weights of all sources.
        half_life: Days, of `recent`; None where the log has no times.
    """

    models: Models
    blend: Blend
    half_life: float | None


def lessons_of(log: InteractionLog, held: IntArray) -> list[Lesson]:
    """Return a lesson for each person held back: some first likes, and those after them."""
    people, friends = histories(log), friends_of(log.links, log.n_users)
    rng = np.random.default_rng(0)
    found = []
    for user in held:
        person = people[user]
        liked = np.flatnonzero(person.labels > 0)
        k = min(int(rng.choice(SUPPORTS)), len(liked) // 2)
        now = float(person.times[liked[k - 1]]) if log.timed else None
        ask = Ask(person.items[liked[:k]], now, None if friends is None else friends[user])
        found.append(Lesson(ask, person.items[liked[k:]]))
    return found


def _fit(log: InteractionLog, items: Described, links: Links) -> Kept:
    """Learn weights on people held back, then fit on everybody."""
    people = histories(log)
    able = np.array([u for u, person in enumerate(people) if len(person.likes) >= FEWEST_LIKES], np.int64)
    held = np.sort(np.random.default_rng(0).permutation(able)[: min(HELD_BACK, len(able) // 10)])
    names = [name for name in SOURCES if name != "social" or log.links is not None]
    blend = Blend.even(names)
    if len(held):
        apart = set(held.tolist())
        rest = [_silent(person) if user in apart else person for user, person in enumerate(people)]
        likes = likes_of(rest, log.n_items, log.timed)
        sources = sources_of(names, fit_models(likes, LEARNED), likes, items, links, None)
        blend = learn(sources, lessons_of(log, held))
    likes = likes_of(people, log.n_items, log.timed)
    recent = [s for s in sources_of(["recent"], {}, likes, items, links, None) if isinstance(s, Recent)]
    return Kept(fit_models(likes, LEARNED), blend, recent[0].half_life if recent else None)


def _silent(person: History) -> History:
    """Return a history of nothing, so that the people after it keep their numbers."""
    return History(person.items[:0], person.labels[:0], person.times[:0])


def _key(manifest: Manifest, links: Links) -> str:
    """Return a digest of all that sources are fitted on."""
    files = {name: record.sha256 for name, record in manifest.files.items() if not name.startswith("index/")}
    arrays = b"".join(np.ascontiguousarray(a).tobytes() for a in (links.heads, links.kinds, links.tails))
    told = json.dumps([FORMAT, manifest.items, manifest.interactions, files], sort_keys=True)
    return hashlib.sha256(told.encode() + arrays).hexdigest()


def _keep(folder: Path, key: str, kept: Kept) -> None:
    config: Mapping[str, object] = {
        "key": key,
        "weights": dict(kept.blend.weights),
        "offset": kept.blend.offset,
        "half_life": kept.half_life,
    }
    checkpoint.write(folder, config, tensors_of(kept.models))


def _kept(folder: Path, key: str) -> Kept | None:
    """Return what was kept; None where there is nothing, or where it is of another log or damaged."""
    if not (folder / checkpoint.CONFIG).is_file():
        return None
    try:
        found = checkpoint.read(folder)
    except DamagedAdapter:
        return None  # it is fitted again, and written over
    weights, offset, half_life = (found.config.get(n) for n in ("weights", "offset", "half_life"))
    if found.config.get("key") != key or not isinstance(weights, dict) or not isinstance(offset, float):
        return None
    blend = Blend({str(name): float(weight) for name, weight in weights.items()}, offset)
    return Kept(restored(found.tensors), blend, half_life if isinstance(half_life, float) else None)
