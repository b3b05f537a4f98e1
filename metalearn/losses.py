"""Outer losses: how well the query is ranked, as a smooth function of scores."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import softplus


def softmax_loss(scores: Tensor, query: Tensor, chosen: Tensor | None = None) -> Tensor:
    """Return the full softmax cross-entropy, each person's query items sharing one unit of weight.

    Args:
        scores: float32 [E, W]; items out of play hold a very low score.
        query: float32 [E, W], 1 where relevant.
        chosen: bool [E], episodes that count; None is all of them.
    """
    share = query / query.sum(1, keepdim=True).clamp_min(1.0)
    losses = -(share * torch.log_softmax(scores, dim=1)).sum(1)
    return losses.mean() if chosen is None else (losses * chosen).sum() / chosen.sum().clamp_min(1)


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


def rating_loss(scores: Tensor, labels: Tensor, rated: Tensor) -> Tensor:
    """Return the mean squared error of the scores of rated items, under the best offset of each person.

    Scores rank, so that they are known up to an offset: what is left of labels and scores without their
    means over the person's rated items is compared. Somebody with the same label on everything costs
    nothing, for all that could be learned of them is to give everything the same score.

    Args:
        scores: float32 [E, W].
        labels: float32 [E, W], 1 liked, -1 disliked, 0 in between.
        rated: bool [E, W], where a label is known.
    """
    count = rated.sum(1, keepdim=True).clamp_min(1)
    # Items out of play hold scores whose squares would overflow.
    errors = torch.where(rated, labels - scores, torch.zeros(()))
    centred = torch.where(rated, errors - errors.sum(1, keepdim=True) / count, torch.zeros(()))
    highest = labels.masked_fill(~rated, -2.0).amax(1)
    tells = highest > labels.masked_fill(~rated, 2.0).amin(1)
    squares = centred.square().sum(1) / count[:, 0]
    return (squares * tells).sum() / tells.sum().clamp_min(1)


def diversity_loss(scores: Tensor, rows: Tensor, phi: Tensor, *, depth: int = 20) -> Tensor:
    """Return the expected cosine in phi of two different items drawn from the top by exp(score).

    The intra-list similarity of Ziegler et al. 2005, with places replaced by chances so that it has a
    gradient. The chances are those of a pair of different items, so that it is no way out to let one item
    have everything.

    Args:
        scores: float32 [E, W].
        rows: int64 [E, W], the catalogue row of every candidate.
        phi: float32 [N, p]; give it without a gradient, or similarity itself is learned away.
        depth: number of best items that count.
    """
    if scores.shape[1] < 2:
        return torch.zeros(())
    best, where = torch.topk(scores, min(depth, scores.shape[1]), dim=1)
    unit = torch.nn.functional.normalize(phi[torch.gather(rows, 1, where)], dim=2)
    logs = torch.log_softmax(best, dim=1)
    same = torch.eye(best.shape[1], dtype=torch.bool)
    pairs = torch.softmax((logs[:, :, None] + logs[:, None, :]).masked_fill(same, -torch.inf).flatten(1), 1)
    return (pairs * (unit @ unit.mT).flatten(1)).sum(1).mean()
