"""Words held against bare names: what shares its people with the names that match, matches too."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from assistant.ranking import FloatArray, Scale

SEEDS = 20  # best matches by name whose company is looked for; the half that keeps company counts
SHARED = 2.0  # weight of the company against that of the name, both in deviations; looked at on artists


def widened(cosines: FloatArray, tastes: FloatArray, popularity: NDArray[np.int64]) -> FloatArray:
    """Return how well items match words, by their names and by the people they share with what matches.

    "Classical music" is near "Johann Sebastian Bach" for a text encoder, but not near "Erik Satie": whoever
    plays the one plays the other. This is relevance feedback without a person (Rocchio, 1971) in the space of
    tastes. Well-known names count more among the seeds, since an encoder guesses at the others; the half of
    the seeds that is far from the rest matches by its letters alone and is left out.

    Args:
        cosines: float32 [N], name against words.
        tastes: float32 [N, c], collaborative item vectors, unit rows or zero.
        popularity: int64 [N].

    Returns:
        float32 [N], in deviations.
    """
    names = _standard(cosines)
    mean = np.average(tastes, axis=0, weights=popularity) if popularity.any() else 0.0
    apart = np.where(popularity[:, None] > 0, tastes - mean, 0.0)
    apart /= np.maximum(np.linalg.norm(apart, axis=1, keepdims=True), 1e-9)
    seeds = np.argsort(-cosines, kind="stable")[:SEEDS]
    weights = np.maximum(names[seeds], 0) * np.log1p(popularity[seeds])
    near = apart[seeds] @ (apart[seeds] * weights[:, None]).sum(axis=0)
    kept = near >= np.median(near)
    centre = (apart[seeds[kept]] * weights[kept, None]).sum(axis=0)
    shared = _standard(np.asarray(apart @ centre, dtype=np.float32))
    return np.asarray((names + SHARED * shared) / (1 + SHARED), dtype=np.float32)


def _standard(scores: FloatArray) -> FloatArray:
    scale = Scale.of(scores)
    return (scores - scale.mean) / scale.spread
