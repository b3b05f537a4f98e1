"""Episodes as arrays: the features of every candidate, computed once, before any gradient step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from metalearn.data import FloatArray, IntArray
from metalearn.episodes import Episode
from metalearn.evidence import WEIGHTINGS, Evidence
from metalearn.features import Blocks
from metalearn.feedback import CONSUME, DISLIKE, HIDE, LIKE

CHUNK = 32
# Kinds beside likes that logs hold, each with event features of its own.
OTHERS = (CONSUME, DISLIKE, HIDE)
Halves = NDArray[np.float16]


class Extract(NamedTuple):
    """What is still needed of the evidence once the features are computed; its kernels are let go.

    Attributes:
        prior_names: the P features that no event enters.
        event_names: the F features that events enter.
        fame: float32 [N].
        blocks: feature blocks of all N items, for phi.
    """

    prior_names: tuple[str, ...]
    event_names: tuple[tuple[str, str], ...]
    fame: FloatArray
    blocks: Blocks

    @classmethod
    def of(cls, evidence: Evidence) -> Extract:
        """Take the parts out of the evidence."""
        return cls(evidence.prior_names, evidence.event_names, evidence.fame, evidence.blocks)


@dataclass(frozen=True)
class Table:
    """E episodes of the people of one fold, C candidates each, under the evidence of the others.

    Attributes:
        evidence: what is needed of what everybody else says.
        episodes: the episodes.
        rows: int32 [E, C], candidates; -1 is padding.
        features: float16 [E, P + F, C]: the priors, then every kernel under every weighting.
        others: float16 [X, F, C], the event features of all consumed, disliked or hidden items of an episode.
        lines: int64 [E, 3], line in `others` for each of ``OTHERS``, -1 where an episode has no such event.
        query: bool [E, C], liked later.
        refused: bool [E, C], disliked later.
        rated: bool [E, C], rated later in any way.
    """

    evidence: Extract
    episodes: tuple[Episode, ...]
    rows: NDArray[np.int32]
    features: Halves
    others: Halves
    lines: IntArray
    query: NDArray[np.bool_]
    refused: NDArray[np.bool_]
    rated: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.episodes)


def tabulate(
    evidence: Evidence,
    episodes: Sequence[Episode],
    friends: Sequence[IntArray] | None,
    n_candidates: int,
    seed: int,
) -> Table:
    """Compute the features of all candidates of all episodes.

    Args:
        evidence: fitted without the people of these episodes.
        episodes: at least one.
        friends: friends of every person of the log, None without links; made-up people have none.
        n_candidates: C; where the catalogue is larger, two thirds are the items that most features rank
            high (they are what the adapter must tell apart), then later likes and random items.
        seed: of the random candidates.
    """
    rng = np.random.default_rng(seed)
    rows: list[IntArray] = []
    features: list[Halves] = []
    others: list[Halves] = []
    lines: list[list[int]] = []
    for start in range(0, len(episodes), CHUNK):
        part = episodes[start : start + CHUNK]
        full, apart = _dense(evidence, part, friends)
        for line, episode in enumerate(part):
            rows.append(_candidates(full[line], episode, n_candidates, rng))
            features.append(_half(full[line][:, rows[-1]]))
            lines.append([-1] * len(OTHERS))
            for place, kind in enumerate(OTHERS):
                if (episode.kinds == kind).any():
                    lines[-1][place] = len(others)
                    others.append(_half(apart[place][line][:, rows[-1]]))
    width = max(len(r) for r in rows)
    table = np.stack([_padded(r, width, -1) for r in rows]).astype(np.int32)
    return Table(
        Extract.of(evidence),
        tuple(episodes),
        table,
        np.stack([_padded(f, width, 0) for f in features]),
        np.stack(
            [
                np.zeros((len(evidence.event_names), width), np.float16),
                *(_padded(o, width, 0) for o in others),
            ]
        )[1:],
        np.array(lines, dtype=np.int64),
        np.stack([np.isin(r, e.query) for r, e in zip(table, episodes, strict=True)]),
        np.stack([np.isin(r, e.refused) for r, e in zip(table, episodes, strict=True)]),
        np.stack([np.isin(r, e.rated) for r, e in zip(table, episodes, strict=True)]),
    )


def event_features(evidence: Evidence, events: Sequence[tuple[IntArray, IntArray]]) -> NDArray[np.float32]:
    """Return float32 [E, F, N]: every kernel under every weighting, for E sets of events (rows, later)."""
    lengths = [len(rows) for rows, _ in events]
    lines = np.repeat(np.arange(len(events)), lengths)
    columns = np.concatenate([np.zeros(0, np.int64), *(rows for rows, _ in events)])
    shares = [evidence.shares(rows, later, len(rows)) for rows, later in events]
    weights = np.concatenate([np.zeros((len(WEIGHTINGS), 0), np.float32), *shares], axis=1)
    shape = (len(events), evidence.n_items)
    supports = [sp.csr_matrix((w, (lines, columns)), shape=shape) for w in weights]
    found = [
        np.asarray((support @ kernel).todense(), dtype=np.float32)
        for kernel in evidence.kernels.values()
        for support in supports
    ]
    return np.stack(found, axis=1)


def _dense(
    evidence: Evidence, episodes: Sequence[Episode], friends: Sequence[IntArray] | None
) -> tuple[FloatArray, list[FloatArray]]:
    """Return the features of a few episodes over the whole catalogue, and those of ``OTHERS`` apart."""

    def of(kind: int) -> FloatArray:
        chosen = [(e.rows[e.kinds == kind], e.later[e.kinds == kind]) for e in episodes]
        return event_features(evidence, chosen) if any(len(rows) for rows, _ in chosen) else nothing

    nothing = np.zeros((len(episodes), 0, 0), np.float32)
    known = [friends[e.person] if friends is not None and e.person >= 0 else None for e in episodes]
    priors = [evidence.priors(e.now, mine) for e, mine in zip(episodes, known, strict=True)]
    liked = [(e.rows[e.kinds == LIKE], e.later[e.kinds == LIKE]) for e in episodes]
    full = np.concatenate([np.stack(priors), event_features(evidence, liked)], axis=1)
    return full, [of(kind) for kind in OTHERS]


def _candidates(features: FloatArray, episode: Episode, n: int, rng: np.random.Generator) -> IntArray:
    """Return at most n rows, none of them hidden; all of them where the catalogue is small."""
    n_items = features.shape[1]
    allowed = np.ones(n_items, bool)
    allowed[episode.hidden] = False
    if n_items <= n:
        return np.flatnonzero(allowed)
    depth = max(n // 8, 1)
    best = np.argpartition(np.where(allowed, -features, np.float32(np.inf)), depth, axis=1)[:, :depth]
    wanted = episode.query[allowed[episode.query]]
    votes = np.bincount(best.ravel(), minlength=n_items) + rng.random(n_items)
    hard = np.argpartition(-votes, 2 * n // 3)[: 2 * n // 3]
    chosen = np.unique(np.concatenate([wanted[: n // 4], hard[votes[hard] >= 1.0]]))
    more = rng.integers(0, n_items, n)
    chosen = np.unique(np.concatenate([chosen, more[: max(n - len(chosen), 0)]]))
    return np.asarray(chosen[allowed[chosen]])


def _half(values: FloatArray) -> Halves:
    """Store features in 16 bits; they lie within +-100, and a third digit does not matter."""
    return values.astype(np.float16)


def _padded(values: NDArray[np.generic], width: int, filler: int) -> NDArray[np.generic]:
    padding = [(0, 0)] * (values.ndim - 1) + [(0, width - values.shape[-1])]
    return np.pad(values, padding, constant_values=filler)


def deviations(tables: Sequence[Table]) -> FloatArray:
    """Return the standard deviation of every feature, float32 [P + F]; 1 where it is 0."""
    squares, sums, count = 0.0, 0.0, 0
    for table in tables:
        for features in table.features[::5].astype(np.float64):
            squares, sums = squares + (features**2).sum(axis=1), sums + features.sum(axis=1)
            count += features.shape[1]
    spread = np.sqrt(np.maximum(squares / count - (sums / count) ** 2, 0.0))
    return np.where(spread > 1e-6, spread, 1.0).astype(np.float32)
