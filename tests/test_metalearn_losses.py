from __future__ import annotations

import math

import pytest
import torch

from metalearn.losses import pairwise_loss, satisfaction_loss, softmax_loss


def test_softmax_loss_by_hand() -> None:
    scores, query = torch.tensor([[1.0, 0.0, 0.0]]), torch.tensor([[1.0, 1.0, 0.0]])
    norm = math.log(math.e + 2)
    assert float(softmax_loss(scores, query)) == pytest.approx((norm - 1 + norm) / 2, rel=1e-5)


def test_pairwise_loss_by_hand() -> None:
    # The relevant item is second; swapping changes NDCG by 1 - 1/log2(3).
    scores, query = torch.tensor([[2.0, 1.0]]), torch.tensor([[0.0, 1.0]])
    expected = (1 - 1 / math.log2(3)) * math.log1p(math.exp(1.0))
    assert float(pairwise_loss(scores, query)) == pytest.approx(expected, rel=1e-5)


def test_pairs_beyond_the_cut_do_not_count() -> None:
    scores, query = torch.tensor([[3.0, 2.0, 1.0]]), torch.tensor([[1.0, 0.0, 1.0]])
    # Only the pair of places 1 and 2 changes NDCG@1; places 2 and 3 are both beyond the cut.
    assert float(pairwise_loss(scores, query, cut=1)) == pytest.approx(math.log1p(math.exp(-1.0)), rel=1e-5)


def test_a_better_ranking_costs_less() -> None:
    query = torch.tensor([[1.0, 0.0, 0.0, 1.0]])
    good, bad = torch.tensor([[2.0, 0.0, 0.0, 1.0]]), torch.tensor([[0.0, 2.0, 1.0, 0.0]])
    for loss in (softmax_loss, pairwise_loss):
        assert float(loss(good, query)) < float(loss(bad, query))


def test_satisfaction_loss_by_hand() -> None:
    scores = torch.tensor([[1.0, 0.0, 2.0], [1.0, 0.0, 2.0]], requires_grad=True)
    query = torch.tensor([[1.0, 0.0, 0.0], [1.0, 0.0, 0.0]])
    refused = torch.tensor([[False, True, False], [False, False, False]])
    loss = satisfaction_loss(scores, query, refused)
    assert float(loss.detach()) == pytest.approx(math.log1p(math.exp(-1.0)) / 2, rel=1e-5)
    torch.autograd.backward(loss)
    assert scores.grad is not None
    assert torch.isfinite(scores.grad).all()
