"""The outer losses by name: what meta-training can be told to care about, alone or together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from torch import Tensor

from metalearn.feedback import LIKE
from metalearn.losses import (
    diversity_loss,
    pairwise_loss,
    rating_loss,
    satisfaction_loss,
    softmax_loss,
)
from metalearn.metamodel import Batch

# Likes up to which a support is a cold start.
FEW_LIKES = 3


class Ranked(NamedTuple):
    """E episodes and how their C candidates score.

    Attributes:
        scores: float32 [E, C], very low where padded.
        batch: the episodes.
        phi: gives float32 [N, p] of the whole catalogue, without a gradient; called by losses that need it.
    """

    scores: Tensor
    batch: Batch
    phi: Callable[[], Tensor]


def softmax(ranked: Ranked) -> Tensor:
    """Return how unlikely later likes are among all candidates."""
    return softmax_loss(ranked.scores, ranked.batch.query)


def pairwise(ranked: Ranked) -> Tensor:
    """Return what wrongly ordered pairs cost in NDCG@10."""
    return pairwise_loss(ranked.scores, ranked.batch.query)


def cold_start(ranked: Ranked) -> Tensor:
    """Return the softmax loss of the episodes with at most ``FEW_LIKES`` likes in their support.

    The cold start of a person: the error at tiny supports, their mean. Cold items are what
    ``TrainConfig.dropout`` is for, under every loss. A batch without such an episode costs nothing.
    """
    few = ranked.batch.count(LIKE) <= FEW_LIKES
    return softmax_loss(ranked.scores, ranked.batch.query, few)


def rating(ranked: Ranked) -> Tensor:
    """Return the squared error of the scores against later likes, dislikes and ratings in between."""
    batch = ranked.batch
    return rating_loss(ranked.scores, batch.query - batch.refused.float(), batch.rated)


def satisfaction(ranked: Ranked) -> Tensor:
    """Return what later likes below later dislikes cost.

    A label is all there is of satisfaction: no log that is read here has dwell times or completion, so
    nothing weighs one like above another.
    """
    return satisfaction_loss(ranked.scores, ranked.batch.query, ranked.batch.refused)


def diversity(ranked: Ranked) -> Tensor:
    """Return how alike the candidates on top are in phi."""
    return diversity_loss(ranked.scores, ranked.batch.rows, ranked.phi())


OBJECTIVES: Mapping[str, Callable[[Ranked], Tensor]] = {
    "softmax": softmax,
    "pairwise": pairwise,
    "cold-start": cold_start,
    "rating": rating,
    "satisfaction": satisfaction,
    "diversity": diversity,
}
# These say nothing about people of whom only likes are known.
NEED_OTHER_RATINGS = ("rating", "satisfaction")


def outer_losses(ranked: Ranked, losses: Sequence[tuple[str, float]]) -> dict[str, Tensor]:
    """Return the losses that have a weight, by name and not weighed yet; one number each."""
    return {name: OBJECTIVES[name](ranked) for name, weight in losses if weight}


def weighed(found: Mapping[str, Tensor], losses: Sequence[tuple[str, float]]) -> Tensor:
    """Return the weighed sum, in the order of `losses`: another order would round differently."""
    first, *others = (weight * found[name] for name, weight in losses if weight)
    return sum(others, start=first)
