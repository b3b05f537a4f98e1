"""Outer losses: how well the query is ranked, as a smooth function of scores."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import softplus


def softmax_loss(scores: Tensor, query: Tensor) -> Tensor:
    """Return the full softmax cross-entropy, each person's query items sharing one unit of weight.

    Args:
        scores: float32 [E, W]; items out of play hold a very low score.
        query: float32 [E, W], 1 where relevant.
    """
    share = query / query.sum(1, keepdim=True).clamp_min(1.0)
    return -(share * torch.log_softmax(scores, dim=1)).sum(1).mean()


def pairwise_loss(scores: Tensor, query: Tensor, *, depth: int = 100, cut: int = 10) -> Tensor:
    """Return the logistic loss of hard pairs, each weighted by what swapping it changes in NDCG@cut.

    The pairs are those among the `depth` best scored items, one relevant and one not. Burges 2010,
    LambdaRank (MSR-TR-2010-82).

    Args:
        scores: float32 [E, W].
        query: float32 [E, W], 1 where relevant.
        depth: number of best items that are paired.
        cut: length of the ranking that counts.
    """
    best, where = torch.topk(scores, min(depth, scores.shape[1]), dim=1)
    relevant = torch.gather(query, 1, where)
    places = torch.arange(best.shape[1], dtype=torch.float32)
    discount = torch.where(places < cut, 1.0 / torch.log2(places + 2.0), torch.zeros(()))
    ideal = discount[:cut].cumsum(0)[(query.sum(1).long().clamp(1, min(cut, len(places))) - 1)]
    change = (discount[:, None] - discount[None, :]).abs()[None] / ideal[:, None, None]
    pairs = relevant[:, :, None] * (1.0 - relevant[:, None, :]) * change
    return (pairs * softplus(best[:, None, :] - best[:, :, None])).sum((1, 2)).mean()


def satisfaction_loss(scores: Tensor, query: Tensor, refused: Tensor) -> Tensor:
    """Return the logistic loss of later likes against the later dislikes of the same person.

    Args:
        scores: float32 [E, W].
        query: float32 [E, W], 1 for later likes.
        refused: bool [E, W], later dislikes; a person without any costs nothing.
    """
    count = refused.sum(1, keepdim=True).clamp_min(1)
    against = torch.logsumexp(scores.masked_fill(~refused, -1e9), dim=1, keepdim=True) - count.log()
    share = query / query.sum(1, keepdim=True).clamp_min(1.0)
    return (share * softplus(against - scores)).sum(1).mean()
