"""What another ranker would have earned, from the log of the one that ran."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """A value with its normal 95 % interval.

    Attributes:
        value: Estimated mean reward of the other policy.
        low: Lower end of the interval.
        high: Upper end.
        effective: Effective number of logged rounds (Kish): few means that the log says little.
    """

    value: float
    low: float
    high: float
    effective: float


def ips(
    rewards: ArrayLike,
    logged: ArrayLike,
    target: ArrayLike,
    clip: float = np.inf,
    groups: ArrayLike | None = None,
) -> Estimate:
    """Return the inverse-propensity estimate, unbiased where every action of the target may be logged.

    Horvitz and Thompson, 1952.

    Args:
        rewards: float [n], what each shown action earned.
        logged: float [n], probability of that action under the policy that ran, above 0.
        target: float [n], its probability under the other policy.
        clip: Largest weight; below infinity it trades bias for variance.
        groups: [n], whose round each is: rounds of one person go together, so the interval is made from
            sums by person (Liang and Zeger, 1986). Rounds are independent where None.

    Raises:
        ValueError: When a logged probability is not in (0, 1].
    """
    weights = _weights(logged, target, clip)
    return _estimate(weights * np.asarray(rewards, float), weights, groups)


def snips(
    rewards: ArrayLike, logged: ArrayLike, target: ArrayLike, groups: ArrayLike | None = None
) -> Estimate:
    """Return the self-normalised estimate: a little bias, much less variance. Swaminathan, Joachims, 2015.

    The interval is that of the linearised ratio. Arguments and errors as in `ips`.
    """
    weights, earned = _weights(logged, target, np.inf), np.asarray(rewards, float)
    total = weights.sum()
    value = float((weights * earned).sum() / total) if total else 0.0
    scale = float(weights.mean()) if total else 1.0
    return _estimate(value + weights * (earned - value) / scale, weights, groups)


def doubly_robust(
    rewards: ArrayLike,
    logged: ArrayLike,
    target: ArrayLike,
    foreseen_shown: ArrayLike,
    foreseen_target: ArrayLike,
    clip: float = np.inf,
    groups: ArrayLike | None = None,
) -> Estimate:
    """Return the doubly-robust estimate: right where propensities or reward model are. Dudik et al., 2011.

    Args:
        rewards: float [n], as in `ips`; so are `logged`, `target` and `clip`.
        logged: float [n].
        target: float [n].
        foreseen_shown: float [n], what the reward model foresees for the shown action.
        foreseen_target: float [n], what it foresees on average over the other policy's actions.
        clip: Largest weight.
        groups: [n], as in `ips`.

    The estimate is linear in the policy: with differences of two policies as `target` and `foreseen_target`
    it estimates the difference of their values, and its interval is that of the difference.
    """
    weights = _weights(logged, target, clip)
    missed = np.asarray(rewards, float) - np.asarray(foreseen_shown, float)
    return _estimate(np.asarray(foreseen_target, float) + weights * missed, weights, groups)


def _weights(logged: ArrayLike, target: ArrayLike, clip: float) -> FloatArray:
    below, above = np.asarray(logged, float), np.asarray(target, float)
    if len(below) and not (below.min() > 0 and below.max() <= 1):
        raise ValueError(f"logged propensities lie in {below.min():g}..{below.max():g}, not in (0, 1]")
    weights: FloatArray = np.minimum(above / below, clip)
    return weights


def _estimate(terms: FloatArray, weights: FloatArray, groups: ArrayLike | None) -> Estimate:
    n = len(terms)
    value = float(terms.mean()) if n else float("nan")
    error = 1.96 * _deviation(terms - value, groups) if n else float("inf")
    squares = float((weights**2).sum())
    effective = float(weights.sum() ** 2 / squares) if squares else 0.0
    return Estimate(value, value - error, value + error, effective)


def _deviation(centred: FloatArray, groups: ArrayLike | None) -> float:
    """Return the standard error of a mean whose terms, less the mean, are given; infinite for one group."""
    number = np.arange(len(centred)) if groups is None else np.unique(groups, return_inverse=True)[1]
    sums = np.bincount(number.ravel(), centred)
    if len(sums) < 2:
        return float("inf")
    return float(np.sqrt((sums**2).sum() * len(sums) / (len(sums) - 1)) / len(centred))
