"""Personal score x request, in additive terms on one scale; diversity."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from assistant.intents import Toward
from retriever.catalog import Catalog

FloatArray = NDArray[np.float32]
# Maps positions int64 [p] to which of them must not stand side by side, bool [p, p].
Apart = Callable[[NDArray[np.int64]], NDArray[np.bool_]]
REDUNDANCY = 0.5
POOL = 80
LAST = 1e6  # score units that put an item behind all others
# Weight of suggested values without any free words: by judgement, since no log says what was asked for. With
# free words, weights from .75 to 1 are best on tags and genres (benchmarks/turn_weights.py).
ALONE = 2.5


@dataclass(frozen=True)
class Scale:
    """Mean and deviation of a score over a set of items; constants while terms are added up."""

    mean: float
    spread: float

    @classmethod
    def of(cls, scores: FloatArray) -> Scale:
        """Measure `scores`, float32 [N]; a score that is the same everywhere has deviation 1."""
        spread = float(scores.std()) if len(scores) else 0.0
        return cls(float(scores.mean()) if len(scores) else 0.0, spread if spread > 1e-9 else 1.0)


@dataclass(frozen=True)
class Weights:
    """How much each part of a request counts against the personal score, all in deviations.

    Attributes:
        query: Match with the free words.
        facets: Facet values that the words suggest, or that a critique asks for more or less of.
        toward: Place in the order of a numeric column, 0..1.
    """

    query: float = 1.0
    facets: float = 1.0
    toward: float = 1.0

    @classmethod
    def of(cls, sharpness: float, n_events: int) -> Weights:
        """Return the weights for a request and a person.

        Args:
            sharpness: How far the best matches of the free words stand out, see `sharpness_of`; 0 where there
                are none. Then values that are suggested or shifted to are the whole request.
            n_events: Number of events known of the person.
        """
        return cls() if sharpness else cls(facets=ALONE)


@dataclass(frozen=True)
class Terms:
    """Additive terms of the scores of k candidates.

    Attributes:
        base: float32 [k], popularity, centred.
        events: float32 [n, k], what each support event adds.
        query: float32 [k], match with the words of the request.
        facets: float32 [k], match with facet values that are suggested, or asked for more or less.
        toward: float32 [k], match with the direction asked for in numeric columns.
        links: float32 [k], ways from liked items along typed links.
        recent: float32 [k], how new an item is, where newness counts; None elsewhere.
        close: bool [k], whether the match with the words is worth a claim; None where that was not asked.
    """

    base: FloatArray
    events: FloatArray
    query: FloatArray
    facets: FloatArray
    toward: FloatArray
    links: FloatArray
    recent: FloatArray | None = None
    close: NDArray[np.bool_] | None = None

    def total(self) -> FloatArray:
        """Return the scores, float32 [k]."""
        parts = self.base + self.events.sum(axis=0) + self.query + self.facets + self.toward + self.links
        parts = parts if self.recent is None else parts + self.recent
        return np.asarray(parts, dtype=np.float32)


def combine(
    base: FloatArray,
    events: FloatArray,
    personal: Scale,
    similarity: FloatArray | None = None,
    query: Scale | None = None,
    facets: FloatArray | None = None,
    toward: FloatArray | None = None,
    weights: Weights | None = None,
    links: FloatArray | None = None,
) -> Terms:
    """Bring the parts of the score to one scale, so that they can be added.

    Args:
        base: float32 [k], the adapter's base part.
        events: float32 [n, k], the adapter's contributions.
        personal: Scale of the person's score over the candidates.
        similarity: float32 [k], match of query and item; None where there are no free words.
        query: Scale of the match over the candidates; given with `similarity`.
        facets: float32 [k] in -1..1, see `Terms`; None where nothing is suggested.
        toward: float32 [k] in -1..1; None where no direction is asked for.
        weights: How much the parts of the request count.
        links: float32 [k], what typed links add, in deviations; None where none count.

    Returns:
        Terms whose sum is the score. All personal terms are divided by the same number, so each keeps its
        exact share.
    """
    weights, zeros = weights or Weights(), np.zeros(len(base), np.float32)
    match = zeros if similarity is None or query is None else (similarity - query.mean) / query.spread
    return Terms(
        base=np.asarray((base - personal.mean) / personal.spread, dtype=np.float32),
        events=np.asarray(events / personal.spread, dtype=np.float32),
        query=np.asarray(match * weights.query, dtype=np.float32),
        facets=zeros if facets is None else np.asarray(facets * weights.facets, dtype=np.float32),
        toward=zeros if toward is None else np.asarray(toward * weights.toward, dtype=np.float32),
        links=zeros if links is None else links,
    )


def sharpness_of(similarity: FloatArray) -> float:
    """Return how far the ten best of all matches stand above the mean, in deviations; 0 where none does.

    "Dark and clever" is like everything a little; "submarine" is like a few items very much.
    """
    scale, best = Scale.of(similarity), np.sort(similarity)[-10:]
    return float((best.mean() - scale.mean) / scale.spread) if len(best) else 0.0


def directed(catalog: Catalog, rows: NDArray[np.int64], toward: Mapping[str, Toward]) -> FloatArray | None:
    """Return how far rows lie in the directions asked for, float32 [k] in -1..1; None where none is.

    What counts is the place in the order of all known values; an unknown value counts as the worst.
    """
    parts = []
    for name, side in toward.items():
        column = catalog.numbers.get(name)
        if column is None:
            continue
        known = np.sort(column[~np.isnan(column)])
        values = column[rows]
        below = np.searchsorted(known, values, "left") + np.searchsorted(known, values, "right")
        place = below / max(len(known), 1) - 1.0  # -1 for the lowest, +1 for the highest
        place = -place if side == "lower" else place
        parts.append(np.where(np.isnan(values), -1.0, place))
    return np.asarray(np.mean(parts, axis=0), dtype=np.float32) if parts else None


def diverse(
    scores: FloatArray,
    vectors: FloatArray,
    n: int,
    redundancy: float = REDUNDANCY,
    apart: Apart | None = None,
    groups: NDArray[np.int32] | None = None,
    silent: NDArray[np.bool_] | None = None,
) -> list[int]:
    """Choose n of k candidates by maximal marginal relevance (Carbonell and Goldstein, 1998).

    Args:
        scores: float32 [k].
        vectors: float32 [k, d], unit rows.
        n: How many to choose.
        redundancy: What a cosine of 1 with a chosen item costs, in score units.
        apart: Says which of some positions must not be chosen together; None where all may.
        groups: int32 [k], group of nearly the same items, -1 for none; a second one of a group is chosen only
            where nothing else is left.
        silent: bool [k], items that cost the others nothing; None where there are none.

    Returns:
        Positions of the chosen, in the order of choice.
    """
    # Where some exclude each other, the first many could leave too few.
    pool = np.argsort(-scores, kind="stable")[: max(POOL, n) if apart is None else len(scores)]
    worth, near = scores[pool].astype(np.float64), vectors[pool]
    closest, again = np.zeros(len(pool)), np.zeros(len(pool))
    chosen: list[int] = []
    rivals, out = None if apart is None else apart(pool), np.zeros(len(pool), np.bool_)
    for _ in range(min(n, len(pool))):
        value = worth - redundancy * closest - again
        value[chosen] = -np.inf
        value[out] = -np.inf
        best = int(np.argmax(value))
        if value[best] == -np.inf:
            break
        if rivals is not None:
            out |= rivals[best]
        chosen.append(best)
        if silent is not None and silent[pool[best]]:
            continue
        closest = np.maximum(closest, near @ near[best])
        if groups is not None and groups[pool[best]] >= 0:
            again[groups[pool] == groups[pool[best]]] = LAST
    return [int(pool[position]) for position in chosen]


def share(matrix: sp.csr_matrix, rows: NDArray[np.int64], columns: Sequence[int]) -> FloatArray:
    """Return which share of the facet columns each row has, float32 [k]."""
    return np.asarray(matrix[rows][:, list(columns)].mean(axis=1), dtype=np.float32).ravel()
