"""Kinds of feedback, and which of them a rating in a log is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Kinds = NDArray[np.int8]

LIKE, DISLIKE, HIDE, CONSUME, SKIP, SENTENCE = range(6)
KINDS = ("like", "dislike", "hide", "consume", "skip", "sentence")
# What turns an item down, in the order of ``Gates.refusal``.
REFUSALS = (DISLIKE, HIDE, SKIP)
LIKE_FROM = 4.0
DISLIKE_TO = 2.0
HIDE_TO = 1.0
# The label of each kind; a sentence may also say what somebody does not want.
LABELS = np.array([1.0, -1.0, -1.0, 0.0, -1.0, 1.0], np.float32)
# A rating that `kinds_of_ratings` gives back as each kind; nobody rates by skipping or in words.
RATINGS = np.array([5.0, 2.0, 1.0, 3.0, 3.0, 5.0], np.float32)
_OF_LABEL = np.array([DISLIKE, CONSUME, LIKE], np.int8)


def kinds_of_labels(labels: NDArray[np.floating], said: NDArray[np.bool_] | None = None) -> Kinds:
    """Return the kinds that labels [n] of -1, 0 and 1 stand for; where `said` [n] is set, a sentence."""
    kinds = _OF_LABEL[labels.astype(np.int8) + 1]
    return kinds if said is None else np.where(said, np.int8(SENTENCE), kinds)


def kinds_of_ratings(ratings: NDArray[np.floating]) -> Kinds:
    """Return the kinds of ratings [m]: a like from 4 stars, a dislike up to 2, up to 1 as good as hidden."""
    kinds = np.full(len(ratings), CONSUME, np.int8)
    kinds[ratings >= LIKE_FROM] = LIKE
    kinds[ratings <= DISLIKE_TO] = DISLIKE
    kinds[ratings <= HIDE_TO] = HIDE
    return kinds


def is_refusal(kinds: Kinds) -> NDArray[np.bool_]:
    """Return where an item is turned down, bool [n]."""
    return np.isin(kinds, REFUSALS)
