"""Scorers of rankings: one function each, on item ids; per ranking unless the name speaks of many.

A ranking is a sequence of item ids, best first. `relevant` maps item ids to their gain, above 0.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np

Gains = Mapping[str, float]


def without_repeated(ranking: Sequence[str], known: Collection[str]) -> list[str]:
    """Return the ranking without items that the person named or had before, each item once.

    Figures of conversational recommenders that count repeated items as hits flatter systems that copy
    (He et al., CIKM 2023), so every figure is given both ways.
    """
    return [item for item in dict.fromkeys(ranking) if item not in set(known)]


def ndcg(ranking: Sequence[str], relevant: Gains, k: int = 10) -> float:
    """Return NDCG@k with gains as given; 0 where nothing is relevant. Järvelin and Kekäläinen, 2002."""
    ideal = _dcg(sorted(relevant.values(), reverse=True)[:k])
    return _dcg([relevant.get(item, 0.0) for item in ranking[:k]]) / ideal if ideal else 0.0


def recall(ranking: Sequence[str], relevant: Gains, k: int = 10) -> float:
    """Return the share of the relevant items among the first k places, of as many as k places can hold."""
    most = min(k, len(relevant))
    return len(set(ranking[:k]) & set(relevant)) / most if most else 0.0


def mrr(ranking: Sequence[str], relevant: Gains) -> float:
    """Return one over the place of the first relevant item, 0 where there is none."""
    return next((1.0 / place for place, item in enumerate(ranking, 1) if item in relevant), 0.0)


def diversity(ranking: Sequence[str], alike: Callable[[str, str], float], k: int = 10) -> float:
    """Return one minus the mean likeness of all pairs of the first k items; 1 where there is no pair.

    Intra-list distance, Ziegler et al., WWW 2005.

    Args:
        ranking: Item ids.
        alike: Likeness of two items, 0..1 (or a cosine).
        k: How many places count.
    """
    top = list(ranking[:k])
    pairs = [alike(a, b) for place, a in enumerate(top) for b in top[place + 1 :]]
    return 1.0 - sum(pairs) / len(pairs) if pairs else 1.0


def novelty(ranking: Sequence[str], popularity: Mapping[str, float], k: int = 10) -> float:
    """Return the mean self-information of the first k items in bits; 0 for an empty ranking.

    Vargas and Castells, RecSys 2011: -log2 of an item's share of all interactions; an item without any
    counts as if it had half of one.
    """
    total = sum(popularity.values()) or 1.0
    shares = [max(popularity.get(item, 0.0), 0.5) / total for item in ranking[:k]]
    return float(-np.log2(shares).mean()) if shares else 0.0


def popularity_bias(ranking: Sequence[str], popularity: Mapping[str, float], k: int = 10) -> float:
    """Return the mean popularity rank of the first k items, 0 (least popular) to 1; .5 for an empty one.

    Ties share the middle of their places. A ranking drawn at random has .5 on average.
    """
    known = np.sort(np.fromiter(popularity.values(), float))
    if not len(known) or not ranking:
        return 0.5
    values = np.array([popularity.get(item, 0.0) for item in ranking[:k]])
    below = np.searchsorted(known, values, "left") + np.searchsorted(known, values, "right")
    return float((below / (2 * len(known))).mean())


def gini(rankings: Sequence[Sequence[str]], catalog: Collection[str], k: int = 10) -> float:
    """Return how unequally rankings expose the items of a catalogue: 0 (all alike) to 1 (one item).

    Gini coefficient of the numbers of times that items are among the first k places.
    """
    counts = Counter(item for ranking in rankings for item in ranking[:k])
    shown = np.sort(np.array([counts.get(item, 0) for item in catalog], float))
    total, n = shown.sum(), len(shown)
    if not total:
        return 0.0
    return float(((2 * np.arange(1, n + 1) - n - 1) * shown).sum() / (n * total))


def calibration_error(confidences: Sequence[float], right: Sequence[bool], bins: int = 10) -> float:
    """Return the expected calibration error of stated confidences; 0 where none is stated.

    Naeini et al., AAAI 2015: in bins of equal width, the gap between the mean confidence and the share that
    is right, weighted by size.

    Args:
        confidences: Stated confidences, 0..1.
        right: Whether each came true.
        bins: Number of bins.

    Raises:
        ValueError: When a confidence lies outside 0..1.
    """
    stated, true = np.asarray(confidences, float), np.asarray(right, float)
    if len(stated) and (stated.min() < 0 or stated.max() > 1):
        raise ValueError(f"confidences lie between {stated.min():g} and {stated.max():g}, not 0 and 1")
    place = np.minimum((stated * bins).astype(int), bins - 1)
    gaps = [abs((stated - true)[place == number].sum()) for number in range(bins)]
    return float(sum(gaps) / len(stated)) if len(stated) else 0.0


def _dcg(gains: Sequence[float]) -> float:
    return float(sum(gain / np.log2(place + 1) for place, gain in enumerate(gains, 1)))
