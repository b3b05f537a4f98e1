"""One contract for every meta-learner, and what tells each of them apart."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch
from tastes import N_ITEMS, make_features, make_log, small_config, taste_of

from metalearn.adapter import Support
from metalearn.augment import KINDS, augmented, diffuse, made_up_people
from metalearn.data import InteractionLog, histories
from metalearn.episodes import EpisodeConfig, draw
from metalearn.errors import UnknownAlgorithm
from metalearn.evidence import FixedBlocks, fit_evidence
from metalearn.gradient import ALGORITHMS, DescentLearner, ImplicitLearner, ReptileLearner, learner_for
from metalearn.inner import Problem
from metalearn.learners import Problems, RidgeLearner
from metalearn.taste import TasteAdapter
from metalearn.train import train

EVERY = pytest.mark.parametrize("algorithm", ALGORITHMS)


@cache
def trained(algorithm: str, seed: int = 0) -> TasteAdapter:
    return train(make_log(), make_features(), small_config(algorithm=algorithm, seed=seed))


def support(rows: list[int], labels: list[float], times: list[float]) -> Support:
    return Support(np.array(rows), np.array(labels, np.float32), np.array(times))


MIXED = support([3, 7, 12, 46, 20], [1, -1, 1, 1, 0], [1, 2, 3, 4, 5])


class TestContract:
    @EVERY
    def test_empty_support_equals_the_base(self, algorithm: str) -> None:
        adapter = trained(algorithm)
        state = adapter.adapt(Support.empty())
        np.testing.assert_array_equal(adapter.score(state), adapter.base(state))

    @EVERY
    def test_order_of_events_with_equal_times_does_not_matter(self, algorithm: str) -> None:
        adapter, turn = trained(algorithm), [2, 0, 3, 1]
        rows, labels = [3, 9, 7, 15], [1.0, 1.0, -1.0, 1.0]
        first = adapter.adapt(support(rows, labels, [5.0] * 4))
        second = adapter.adapt(support([rows[t] for t in turn], [labels[t] for t in turn], [5.0] * 4))
        np.testing.assert_array_equal(adapter.score(first), adapter.score(second))

    @EVERY
    def test_batch_equals_scalar(self, algorithm: str) -> None:
        adapter = trained(algorithm)
        supports = (Support.empty(), Support.of_likes([3]), MIXED)
        states = [adapter.adapt(s) for s in supports]
        alone = np.stack([adapter.score(state) for state in states])
        np.testing.assert_allclose(adapter.score_many(states), alone, atol=1e-5)

    @EVERY
    def test_a_like_never_lowers_its_neighbours_in_phi(self, algorithm: str) -> None:
        adapter = trained(algorithm)
        for other in ([7], [7, 10], [33, 9]):
            state = adapter.adapt(support([3, *other], [1.0] + [-1.0] * len(other), [1.0] * (1 + len(other))))
            split = adapter.contributions_of_phi(state, state.rows.astype(np.int64))
            assert (np.diag(split) * state.labels >= 0).all()

    @EVERY
    def test_every_score_splits_into_events(self, algorithm: str) -> None:
        adapter = trained(algorithm)
        state = adapter.adapt(MIXED)
        split = adapter.contributions(state, np.arange(N_ITEMS))
        np.testing.assert_allclose(split.total(), adapter.score(state), atol=2e-4)

    @EVERY
    def test_the_seed_decides(self, algorithm: str) -> None:
        again = train(make_log(), make_features(), small_config(algorithm=algorithm))
        np.testing.assert_array_equal(again.score(again.adapt(MIXED)), scores(trained(algorithm)))
        assert not np.array_equal(scores(trained(algorithm, seed=1)), scores(trained(algorithm)))

    @EVERY
    def test_disk_keeps_every_bit(self, algorithm: str, tmp_path: Path) -> None:
        trained(algorithm).save(tmp_path)
        np.testing.assert_array_equal(scores(TasteAdapter.load(tmp_path)), scores(trained(algorithm)))

    @EVERY
    def test_likes_raise_the_taste_they_belong_to(self, algorithm: str) -> None:
        adapter = trained(algorithm)
        state = adapter.adapt(Support.of_likes([3, 9, 15]))
        change, same = adapter.score(state) - adapter.base(state), taste_of(np.arange(N_ITEMS)) == 0
        assert change[same].mean() > change[~same].mean()


def scores(adapter: TasteAdapter) -> np.ndarray:
    return adapter.score(adapter.adapt(MIXED))


def problems(seed: int = 0, events: int = 6, size: int = 5) -> Problems:
    generator = torch.Generator().manual_seed(seed)
    features = torch.randn(2, events, size, generator=generator)
    targets = torch.randn(2, events, generator=generator)
    weights = torch.rand(2, events, generator=generator)
    weights[1, 4:] = 0.0
    return Problems(features, targets, weights, torch.tensor([0.7]))


class TestTwins:
    @pytest.mark.parametrize("algorithm", ["ridge", "maml", "fomaml", "anil", "metasgd", "reptile", "imaml"])
    def test_numpy_serves_what_torch_trained(self, algorithm: str) -> None:
        learner, given = learner_for(algorithm, 5), problems()
        with torch.no_grad():
            for p in learner.parameters():
                p.add_(0.3 * torch.randn(p.shape, generator=torch.Generator().manual_seed(1)))
        start, vectors = learner(given)
        for line in range(2):
            one = Problem(
                given.features[line].numpy(),
                given.targets[line].double().numpy(),
                given.weights[line].double().numpy(),
                0.7,
            )
            solved = learner.export().solve(one)
            np.testing.assert_allclose(solved.start, start.detach(), atol=1e-6)
            np.testing.assert_allclose(solved.vectors, vectors[line].detach(), atol=1e-4)


class TestImplicit:
    def test_it_solves_what_the_ridge_solves(self) -> None:
        given = problems()
        torch.testing.assert_close(ImplicitLearner(5)(given)[1], RidgeLearner(5)(given)[1])

    def test_its_gradient_is_that_of_the_closed_form(self) -> None:
        gradients = []
        for learner in (ImplicitLearner(5), RidgeLearner(5)):
            given = Problems(*(t.clone().requires_grad_() for t in problems()))
            probe = torch.linspace(-1, 1, 5)
            torch.autograd.backward((learner(given)[1].sum(1) @ probe).square().sum())
            gradients.append([given.features.grad, given.targets.grad, given.penalty.grad])
        for one, other in zip(*gradients, strict=True):
            torch.testing.assert_close(one, other, atol=1e-4, rtol=1e-3)


class TestGradients:
    def test_one_step_of_descent_by_hand(self) -> None:
        learner = DescentLearner(2, steps=1)
        with torch.no_grad():
            learner.rate.fill_(0.0)  # half of twice the largest stable step
        features = torch.tensor([[[2.0, 0.0]]])
        given = Problems(features, torch.tensor([[1.0]]), torch.tensor([[1.0]]), torch.tensor([1.0]))
        # Step 1 / (4 + 1) along 2 (1 - 0) in the first coordinate.
        torch.testing.assert_close(learner(given)[1], torch.tensor([[[0.4, 0.0]]]))

    def test_many_steps_reach_the_ridge(self) -> None:
        given = problems()
        torch.testing.assert_close(
            DescentLearner(5, steps=400)(given)[1].sum(1),
            RidgeLearner(5)(given)[1].sum(1),
            atol=1e-3,
            rtol=1e-3,
        )

    def test_second_order_differs_from_first_order(self) -> None:
        found = []
        for first_order in (False, True):
            learner = DescentLearner(5, adapts_scale=True, first_order=first_order)
            start, vectors = learner(problems())
            torch.autograd.backward((start + vectors.sum(1)).square().sum())
            assert learner.scale.grad is not None
            found.append(learner.scale.grad.clone())
        assert not torch.allclose(*found)

    def test_maml_differs_from_anil(self) -> None:
        maml, anil = learner_for("maml", 5)(problems())[1], learner_for("anil", 5)(problems())[1]
        assert not torch.allclose(maml, anil)

    def test_reptile_moves_its_start_to_where_people_end(self) -> None:
        learner = ReptileLearner(5, pace=0.5)
        _, vectors = learner(problems())
        learner.after_step()
        torch.testing.assert_close(learner.start.detach(), 0.5 * vectors.detach().sum(1).mean(0))


class TestMoreEpisodes:
    people, config = histories(make_log()), EpisodeConfig(sizes=(0, 2, 5), min_query=2)

    def evidence(self):  # type: ignore[no-untyped-def]
        fixed, settings = FixedBlocks.of(make_features(), 4), small_config()
        return fit_evidence(
            self.people,
            np.arange(20, 60),
            fixed,
            settings.kernels,
            timed=True,
            rated=True,
            factors=4,
        )

    @pytest.mark.parametrize("kind", KINDS)
    def test_support_and_query_stay_apart(self, kind: str) -> None:
        rng = np.random.default_rng(0)
        real = [e for u in range(20) for e in draw(self.people[u], u, self.config, rng)]
        more = augmented(kind, real, self.people[:20], self.evidence(), self.config, 0)
        assert (len(more) == len(real)) == (kind == "none")
        for episode in more:
            assert len(episode.rows) == len(episode.labels) == len(episode.later)
            assert not np.isin(episode.rows, episode.query).any()

    def test_an_unknown_kind_is_named(self) -> None:
        with pytest.raises(ValueError, match="mirror"):
            augmented("mirror", [], [], self.evidence(), self.config, 0)

    def test_diffusion_draws_from_the_shape_of_the_data(self) -> None:
        rng = np.random.default_rng(0)
        side = rng.choice([-1.0, 1.0], 400)
        points = (side[:, None] * np.array([3.0, 1.0]) + 0.1 * rng.normal(size=(400, 2))).astype(np.float32)
        drawn = diffuse(points, 200, seed=0)
        near = np.minimum(*(np.linalg.norm(drawn - s * np.array([3.0, 1.0]), axis=1) for s in (-1, 1)))
        assert (near < 1.0).mean() > 0.8
        assert 0.25 < (drawn[:, 0] > 0).mean() < 0.75

    def test_made_up_people_have_no_item_twice(self) -> None:
        for person in made_up_people(self.people[:20], self.evidence(), 5, 0):
            assert len(set(person.items)) == len(person.items)


class TestUnsupervised:
    def test_it_needs_no_log(self) -> None:
        nothing = np.zeros(0, np.int64)
        log = InteractionLog(nothing, nothing, np.zeros(0, np.float32), nothing, 0, N_ITEMS)
        adapter = train(log, make_features(), small_config(algorithm="unsupervised", steps=40))
        liked, rows = [3, 9, 15], np.arange(N_ITEMS)
        state = adapter.adapt(Support.of_likes(liked))
        best = [r for r in np.argsort(-adapter.score(state)) if r not in liked][:8]
        assert (taste_of(rows[best]) == 0).mean() > 0.7


def test_an_unknown_algorithm_is_named_with_the_known_ones() -> None:
    with pytest.raises(UnknownAlgorithm, match=r"gradient_descent.*ridge"):
        train(make_log(), make_features(), small_config(algorithm="gradient_descent"))
