from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from metalearn.losses import diversity_loss, pairwise_loss, rating_loss, satisfaction_loss, softmax_loss


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


def test_softmax_loss_of_chosen_episodes_is_their_mean() -> None:
    scores, query = torch.tensor([[1.0, 0.0], [0.0, 3.0]]), torch.tensor([[1.0, 0.0], [1.0, 0.0]])
    first = math.log1p(math.exp(-1.0))
    assert float(softmax_loss(scores, query, torch.tensor([True, False]))) == pytest.approx(first, rel=1e-5)
    assert float(softmax_loss(scores, query, torch.tensor([False, False]))) == 0.0


def test_rating_loss_by_hand() -> None:
    # Labels 1, 0, -1 against scores 3, 3, 3: under the best offset every score is 0, and the errors 1, 0, 1.
    scores = torch.tensor([[3.0, 3.0, 3.0, -1e9], [7.0, 2.0, 0.0, -1e9]], requires_grad=True)
    labels = torch.tensor([[1.0, 0.0, -1.0, 0.0], [1.0, 1.0, 0.0, 0.0]])
    rated = torch.tensor([[True, True, True, False], [True, True, False, False]])
    # The second person likes everything they rated, and says nothing.
    loss = rating_loss(scores, labels, rated)
    assert float(loss.detach()) == pytest.approx(2 / 3, rel=1e-5)
    torch.autograd.backward(loss)
    np.testing.assert_allclose(scores.grad, [[-2 / 3, 0, 2 / 3, 0], [0, 0, 0, 0]], atol=1e-6)


def test_rating_loss_knows_no_offset_and_ends_at_the_labels() -> None:
    labels, rated = torch.tensor([[1.0, 0.0, -1.0]]), torch.tensor([[True, True, True]])
    assert float(rating_loss(labels + 40.0, labels, rated)) == pytest.approx(0.0, abs=1e-9)


def test_diversity_loss_by_hand() -> None:
    # Three items of chances 1/2, 1/4, 1/4; the first two are alike, the third is at a right angle to both.
    scores = torch.log(torch.tensor([[0.5, 0.25, 0.25]]))
    rows, phi = torch.tensor([[2, 0, 1]]), torch.tensor([[0.0, 3.0], [5.0, 0.0], [0.0, 1.0]])
    # Pairs by chance: 1/8 for (1, 2), 1/8 for (1, 3), 1/16 for (2, 3); only the first is alike.
    assert float(diversity_loss(scores, rows, phi)) == pytest.approx(0.4, rel=1e-5)
    # Two items deep there is only the pair of the first two.
    assert float(diversity_loss(scores, rows, phi, depth=2)) == pytest.approx(1.0, rel=1e-5)


def test_diversity_raises_what_differs_and_is_not_escaped_by_one_item_that_has_everything() -> None:
    scores = torch.tensor([[3.0, 1.0, 1.0, -1e9]], requires_grad=True)
    rows, phi = torch.tensor([[0, 1, 2, 0]]), torch.tensor([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    torch.autograd.backward(diversity_loss(scores, rows, phi))
    assert scores.grad is not None
    assert scores.grad[0, 1] > 0 > scores.grad[0, 2]
    steep = torch.tensor([[90.0, 1.0, 1.0, -1e9]])
    assert float(diversity_loss(steep, rows, phi)) == pytest.approx(0.5, rel=1e-4)


def test_a_single_candidate_is_as_diverse_as_can_be() -> None:
    assert float(diversity_loss(torch.zeros(2, 1), torch.zeros(2, 1, dtype=torch.int64), torch.eye(2))) == 0.0
