"""Outer losses by name: each alone teaches what it says, together they add up, wrong ones are named."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import product
from typing import NamedTuple

import numpy as np
import pytest
import torch
from tastes import COLD, N_ITEMS, N_TASTES, make_features, small_config, taste_of
from torch import Tensor

from metalearn.adapter import Support
from metalearn.config import TrainConfig
from metalearn.data import InteractionLog, ItemFeatures, histories
from metalearn.episodes import cut
from metalearn.errors import BadConfig, BadLog, UnknownLoss
from metalearn.feedback import LIKE
from metalearn.losses import softmax_loss
from metalearn.metamodel import Batch
from metalearn.metrics import ndcg
from metalearn.objectives import OBJECTIVES, Ranked, outer_losses, weighed
from metalearn.taste import TasteAdapter
from metalearn.train import train

N_KNOWN, SEEN = 80, 24
PHI = torch.tensor([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])


def ranked(likes: list[list[float]], scores: list[list[float]]) -> Ranked:
    """Three items, of which everybody later likes the first and dislikes the third."""
    n = len(scores)
    rows = torch.arange(3).expand(n, 3)
    query = torch.tensor([[1.0, 0.0, 0.0]]).expand(n, 3)
    refused = torch.tensor([[False, False, True]]).expand(n, 3)
    given = torch.tensor(likes)
    nothing, events = torch.zeros(n, 1, 3), torch.zeros(given.shape, dtype=torch.int64)
    padded, rated = torch.zeros(n, 3, dtype=torch.bool), torch.ones(n, 3, dtype=torch.bool)
    support = (events, torch.full_like(events, LIKE), given, 0 * given, 0 * given)
    batch = Batch(nothing, None, rows, padded, query, refused, rated, *support)
    return Ranked(torch.tensor(scores), batch, lambda: PHI)


class TestByHand:
    # The first person has one like, the second four.
    world = ranked([[1, 0, 0, 0], [1, 1, 1, 1]], [[1.0, 0.0, 0.0], [0.0, 0.0, 2.0]])

    def test_cold_start_is_the_softmax_loss_of_small_supports(self) -> None:
        alone = softmax_loss(self.world.scores[:1], self.world.batch.query[:1])
        torch.testing.assert_close(OBJECTIVES["cold-start"](self.world), alone)
        many = ranked([[1, 1, 1, 1]], [[1.0, 0.0, 0.0]])
        assert float(OBJECTIVES["cold-start"](many)) == 0.0

    def test_rating_takes_labels_from_likes_dislikes_and_what_is_between(self) -> None:
        # Labels 1, 0, -1. First: centred scores 2/3, -1/3, -1/3. Second: -2/3, -2/3, 4/3.
        first = ((1 - 2 / 3) ** 2 + (1 / 3) ** 2 + (-1 + 1 / 3) ** 2) / 3
        second = ((1 + 2 / 3) ** 2 + (2 / 3) ** 2 + (-1 - 4 / 3) ** 2) / 3
        assert float(OBJECTIVES["rating"](self.world)) == pytest.approx((first + second) / 2, rel=1e-5)

    def test_diversity_reads_phi_of_the_candidates(self) -> None:
        even = ranked([[1.0]], [[0.0, 0.0, 0.0]])
        assert float(OBJECTIVES["diversity"](even)) == pytest.approx(1 / 3, rel=1e-5)

    def test_losses_add_up_by_weight_and_those_without_one_are_not_computed(self) -> None:
        losses = (("softmax", 2.0), ("rating", 0.0), ("satisfaction", 0.5))
        found = outer_losses(self.world, losses)
        assert list(found) == ["softmax", "satisfaction"]
        torch.testing.assert_close(weighed(found, losses), 2 * found["softmax"] + 0.5 * found["satisfaction"])


@cache
def world() -> InteractionLog:
    """People who mostly see what is of their taste, and like three things in ten by chance."""
    rng, seen_items = np.random.default_rng(0), np.arange(N_ITEMS - len(COLD))
    items, ratings = [], []
    for user in range(2 * N_KNOWN):
        fits = taste_of(seen_items) == user % N_TASTES
        weight = np.where(fits, 3.0, 1.0) / np.sqrt(1.0 + seen_items)
        seen = rng.choice(seen_items, SEEN, replace=False, p=weight / weight.sum())
        liked = np.where(rng.random(SEEN) < 0.3, rng.random(SEEN) < 0.5, fits[seen])
        items.append(seen)
        ratings.append(np.where(liked, 5.0, rng.choice([1.0, 3.0], SEEN)))
    users, times = np.repeat(np.arange(2 * N_KNOWN), SEEN), np.arange(2 * N_KNOWN * SEEN) + 1_000_000
    given = np.concatenate(ratings).astype(np.float32)
    return InteractionLog(users, np.concatenate(items), given, times, 2 * N_KNOWN, N_ITEMS)


@cache
def features() -> ItemFeatures:
    """Text vectors that say a little of the taste, and facets that say nothing."""
    rng, clear = np.random.default_rng(0), make_features().text
    text = clear + 0.5 * rng.normal(size=clear.shape)
    text /= np.linalg.norm(text, axis=1, keepdims=True)
    facets = rng.integers(0, 2, (N_ITEMS, 1))
    return ItemFeatures(text.astype(np.float32), facets.astype(np.float32))


@cache
def learned(*losses: tuple[str, float]) -> TasteAdapter:
    """Train on the first half of the people; without any loss, do not train at all."""
    log = world()
    known = log.users < N_KNOWN
    parts = (log.users[known], log.items[known], log.ratings[known], log.times[known])
    config = small_config(steps=80 if losses else 0, batch=16, losses=losses or (("softmax", 1.0),))
    return train(InteractionLog(*parts, N_KNOWN, N_ITEMS), features(), config)


class Quality(NamedTuple):
    """Means over the other half of the people and over 1, 3 and 5 likes.

    `ndcg` is NDCG@10; `apart` the share of pairs of a later like and another later rating in which the like
    is higher; `alike` the mean cosine in phi among the ten on top.
    """

    ndcg: float
    apart: float
    alike: float


@cache
def quality(*losses: tuple[str, float]) -> Quality:
    adapter, found = learned(*losses), []
    phi = learned().catalogue.phi
    phi = phi / np.linalg.norm(phi, axis=1, keepdims=True)
    for size, person in product((1, 3, 5), histories(world())[N_KNOWN:]):
        episode = cut(person, 0, size, likes_only=True)
        others = np.setdiff1d(episode.rated, episode.query)
        if not len(others) or not len(episode.query):
            continue
        moments = np.arange(size, dtype=np.float64)
        support = Support(episode.rows, episode.labels, moments, None, episode.now)
        scores = adapter.score(adapter.adapt(support)).copy()
        apart = (scores[episode.query][:, None] > scores[others][None]).mean()
        scores[episode.hidden] = -np.inf
        top = np.argsort(-scores)[:10]
        hits = np.isin(top, episode.query)[None]
        alike = ((phi[top] @ phi[top].T).sum() - 10) / 90
        found.append((ndcg(hits, np.array([len(episode.query)]))[0], apart, alike))
    return Quality(*np.mean(found, axis=0).tolist())


class TestAlone:
    """Each loss as the only one, on people who were not trained on, against no training at all."""

    @pytest.mark.parametrize("loss", ["softmax", "pairwise", "cold-start"])
    def test_ranking_losses_find_more_later_likes(self, loss: str) -> None:
        assert quality((loss, 1.0)).ndcg > quality().ndcg + 0.005

    @pytest.mark.parametrize("loss", ["rating", "satisfaction"])
    def test_losses_of_labels_tell_likes_from_other_ratings(self, loss: str) -> None:
        # Among what people came to rate: such a loss knows nothing of what they never saw.
        assert quality((loss, 1.0)).apart > quality().apart + 0.005

    def test_diversity_makes_the_top_less_alike(self) -> None:
        assert quality(("diversity", 1.0)).alike < quality().alike - 0.005


def test_some_diversity_widens_the_top_of_a_ranking_that_stays_better_than_no_training() -> None:
    both = quality(("softmax", 1.0), ("diversity", 2.0))
    assert both.alike < quality(("softmax", 1.0)).alike
    assert both.ndcg > quality().ndcg


class TestRefusals:
    def test_an_unknown_loss_is_named_with_those_there_are(self) -> None:
        with pytest.raises(UnknownLoss, match="no loss 'sofmax'; choose among softmax, pairwise, cold-start"):
            TrainConfig(losses=(("sofmax", 1.0),))

    @pytest.mark.parametrize(
        "losses", [(), (("softmax", 0.0),), (("softmax", -1.0),), (("softmax", float("nan")),)]
    )
    def test_weights_that_train_nothing(self, losses: tuple[tuple[str, float], ...]) -> None:
        with pytest.raises(BadConfig):
            TrainConfig(losses=losses)

    def test_a_loss_named_twice(self) -> None:
        with pytest.raises(BadConfig, match="twice"):
            TrainConfig(losses=(("softmax", 1.0), ("softmax", 2.0)))

    @pytest.mark.parametrize(
        "wrong", [{"inner_rate": 2.0}, {"inner_steps": 0}, {"penalty": 0.0}, {"held_back": 1.0}, {"batch": 0}]
    )
    def test_numbers_out_of_range(self, wrong: dict[str, float]) -> None:
        with pytest.raises(BadConfig, match=next(iter(wrong))):
            replace(TrainConfig(), **wrong)  # type: ignore[arg-type]

    @pytest.mark.parametrize("loss", ["rating", "satisfaction"])
    def test_losses_that_a_log_of_likes_says_nothing_of(self, loss: str) -> None:
        log = world()
        liked = log.ratings >= 4
        parts = (log.users[liked], log.items[liked], log.ratings[liked], log.times[liked])
        likes = InteractionLog(*parts, log.n_users, N_ITEMS)
        with pytest.raises(BadLog, match=loss):
            train(likes, features(), small_config(steps=1, losses=((loss, 1.0),)))
        train(likes, features(), small_config(steps=1, losses=((loss, 1.0), ("softmax", 1.0))))


def test_one_weight_changes_and_the_rest_keeps_its_place() -> None:
    changed = TrainConfig().with_loss("pairwise", 2.5).with_loss("rating", 0.5)
    assert changed.losses == (("softmax", 1.0), ("pairwise", 2.5), ("satisfaction", 0.1), ("rating", 0.5))
    assert changed.weight_of("pairwise") == 2.5
    assert changed.weight_of("diversity") == 0.0


def test_inner_steps_rate_and_lambda_reach_the_inner_problem() -> None:
    changes = {"inner_steps": 2, "inner_rate": 1.0, "penalty": 3.0, "steps": 0}
    adapter = train(world(), features(), small_config(algorithm="metasgd", **changes))
    tensors: dict[str, Tensor] = adapter.inner.tensors()  # type: ignore[assignment]
    assert int(tensors["steps"][0]) == 2
    np.testing.assert_allclose(tensors["rates"], 1.0, rtol=1e-5)
    assert float(adapter.gates.penalty[0]) == pytest.approx(3.001, rel=1e-5)
