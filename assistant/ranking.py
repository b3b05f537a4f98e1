"""Personal score x query match, in additive terms; diversity; picks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
# Chosen by eye on a dozen requests: what was asked for now should outweigh general popularity.
QUERY_WEIGHT = 1.2
FACET_WEIGHT = 1.5
REDUNDANCY = 0.5
POOL = 80


@dataclass(frozen=True)
class Scale:
    """Mean and deviation of a score over the whole catalogue; constants while terms are added up."""

    mean: float
    spread: float

    @classmethod
    def of(cls, scores: FloatArray) -> Scale:
        """Measure `scores`, float32 [N]; a score that is the same everywhere has deviation 1."""
        spread = float(scores.std()) if len(scores) else 0.0
        return cls(float(scores.mean()) if len(scores) else 0.0, spread if spread > 1e-9 else 1.0)


@dataclass(frozen=True)
class Terms:
    """Additive terms of the scores of k candidates.

    Attributes:
        base: float32 [k], popularity, centred.
        events: float32 [n, k], what each support event adds.
        query: float32 [k], match with the words of the request.
        facets: float32 [k], match with the facet values that the words suggest.
    """

    base: FloatArray
    events: FloatArray
    query: FloatArray
    facets: FloatArray

    def total(self) -> FloatArray:
        """Return the scores, float32 [k]."""
        return np.asarray(self.base + self.events.sum(axis=0) + self.query + self.facets, dtype=np.float32)


def combine(
    base: FloatArray,
    events: FloatArray,
    personal: Scale,
    similarity: FloatArray | None = None,
    query: Scale | None = None,
    implied: FloatArray | None = None,
) -> Terms:
    """Bring the parts of the score to one scale, so that they can be added.

    Args:
        base: float32 [k], the adapter's base part.
        events: float32 [n, k], the adapter's contributions.
        personal: Scale of the person's score over the catalogue.
        similarity: float32 [k], cosine of query and item; None where there are no free words.
        query: Scale of the cosine over the catalogue; given with `similarity`.
        implied: float32 [k] in 0..1, share of suggested facet values; None where there are none.

    Returns:
        Terms whose sum is the score. All personal terms are divided by the same number, so each keeps its
        exact share.
    """
    zeros = np.zeros(len(base), np.float32)
    match = zeros if similarity is None or query is None else (similarity - query.mean) / query.spread
    return Terms(
        base=np.asarray((base - personal.mean) / personal.spread, dtype=np.float32),
        events=np.asarray(events / personal.spread, dtype=np.float32),
        query=np.asarray(match * QUERY_WEIGHT, dtype=np.float32),
        facets=zeros if implied is None else np.asarray(implied * FACET_WEIGHT, dtype=np.float32),
    )


def diverse(scores: FloatArray, vectors: FloatArray, n: int, redundancy: float = REDUNDANCY) -> list[int]:
    """Choose n of k candidates by maximal marginal relevance (Carbonell and Goldstein, 1998).

    Args:
        scores: float32 [k].
        vectors: float32 [k, d], unit rows.
        n: How many to choose.
        redundancy: What a cosine of 1 with a chosen item costs, in score units.

    Returns:
        Positions of the chosen, in the order of choice.
    """
    pool = np.argsort(-scores, kind="stable")[: max(POOL, n)]
    worth, near = scores[pool].astype(np.float64), vectors[pool]
    closest = np.zeros(len(pool))
    chosen: list[int] = []
    for _ in range(min(n, len(pool))):
        value = worth - redundancy * closest
        value[chosen] = -np.inf
        best = int(np.argmax(value))
        chosen.append(best)
        closest = np.maximum(closest, near @ near[best])
    return [int(pool[position]) for position in chosen]


def share(matrix: NDArray[np.bool_], rows: NDArray[np.int64], columns: Sequence[int]) -> FloatArray:
    """Return which share of the facet columns each row has, float32 [k]."""
    return np.asarray(matrix[rows][:, list(columns)].mean(axis=1), dtype=np.float32)
