"""Meta-training: the torch twin, cross-fitting, episodes, determinism, refusals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from tastes import N_ITEMS, make_features, make_log, small_config

from metalearn.adapter import Support
from metalearn.crossfit import FixedBlocks, assign_folds, cross_fit, fit_statistics, warm_rows
from metalearn.data import History, InteractionLog, ItemFeatures, histories
from metalearn.episodes import EpisodeConfig, cut, draw
from metalearn.errors import BadLog
from metalearn.metamodel import FoldTensors, MetaModel, pad
from metalearn.train import assemble, train


def quiet(_: str, __: float) -> None:
    return None


def test_torch_twin_gives_the_scores_of_the_adapter() -> None:
    people, config = histories(make_log()), small_config()
    fixed = FixedBlocks.of(make_features(), 4)
    statistics = fit_statistics(people, fixed, warm_rows(people, N_ITEMS, 3, 100), config.base)
    meta = MetaModel(list(statistics.models), fixed.text.shape[1], fixed.facets.shape[1])
    with torch.no_grad():
        for parameter in meta.parameters():
            parameter.add_(0.2 * torch.randn(parameter.shape, generator=torch.Generator().manual_seed(3)))
    fold = FoldTensors.of(statistics)
    episodes = [cut(people[u], 0, size, likes_only=False) for u, size in ((0, 1), (1, 6), (2, 9))]
    scores = meta(fold, pad(episodes, fold)).detach().numpy()
    adapter = assemble(meta, statistics, fixed)
    for line, episode in enumerate(episodes):
        support = Support(episode.rows, episode.labels, np.arange(len(episode.rows), dtype=np.float64))
        expected = adapter.score(adapter.adapt(support))[statistics.warm]
        np.testing.assert_allclose(scores[line], expected, atol=5e-3)


def test_statistics_of_a_fold_know_nothing_of_its_people() -> None:
    log, config = make_log(), small_config()
    people, fixed = histories(log), FixedBlocks.of(make_features(), 4)
    folds, warm = assign_folds(len(people), 3, 0), warm_rows(histories(log), N_ITEMS, 3, 100)
    fitted = cross_fit(people, folds, fixed, warm, config.base, quiet)
    changed = list(people)
    for user in np.flatnonzero(folds == 1):
        changed[user] = History(people[user].items[::-1], -people[user].labels, people[user].times)
    again = cross_fit(changed, folds, fixed, warm, config.base, quiet)
    np.testing.assert_array_equal(fitted[1].base, again[1].base)
    np.testing.assert_array_equal(fitted[1].blocks.collab, again[1].blocks.collab)
    rows = np.arange(len(warm))
    for name, model in fitted[1].models.items():
        np.testing.assert_array_equal(model.terms(rows), again[1].models[name].terms(rows))
    # The other folds do contain these people: the test would not notice a leak if nothing changed at all.
    assert not np.array_equal(fitted[0].base, again[0].base)
    assert not np.array_equal(fitted[0].models["ease"].terms(rows), again[0].models["ease"].terms(rows))


def test_folds_deal_everybody_once_and_evenly() -> None:
    folds = assign_folds(10, 4, 0)
    assert sorted(np.bincount(folds)) == [2, 2, 3, 3]


def test_warm_items_are_the_most_liked_ones() -> None:
    moments = np.arange(3)
    likes = [[0, 1, 2], [0, 1, 3], [0, 2, 3]]
    people = [History(np.array(rows), np.ones(3, np.float32), moments) for rows in likes]
    assert warm_rows(people, 5, 1, 100).tolist() == [0, 1, 2, 3]
    assert warm_rows(people, 5, 3, 100).tolist() == [0]
    assert warm_rows(people, 5, 1, 2).tolist() == [0, 1]


def test_same_seed_gives_the_same_adapter_and_another_seed_another() -> None:
    log, features, config = make_log(), make_features(), small_config(steps=4)
    first, second = train(log, features, config), train(log, features, config)
    np.testing.assert_array_equal(first.catalogue.phi, second.catalogue.phi)
    np.testing.assert_array_equal(first.gates.like, second.gates.like)
    other = train(log, features, replace(config, seed=1))
    assert not np.array_equal(first.gates.like, other.gates.like)


def test_training_lowers_the_loss_of_popularity() -> None:
    from metalearn.train import meta_train

    people, config = histories(make_log()), small_config(steps=40, gate_rate=0.1)
    fixed = FixedBlocks.of(make_features(), 4)
    folds, warm = assign_folds(len(people), 3, 0), warm_rows(people, N_ITEMS, 3, 100)
    fitted = cross_fit(people, folds, fixed, warm, config.base, quiet)
    adapter = assemble(meta_train(people, folds, fitted, config, quiet), fitted[0], fixed)
    ranks = {"base": [], "adapted": []}
    for user in np.flatnonzero(folds == 0):
        episode = cut(people[user], 0, 3, likes_only=True)
        open_rows = np.setdiff1d(np.arange(N_ITEMS), episode.hidden)
        scores = adapter.score(adapter.adapt(Support.of_likes(episode.rows)))
        for name, values in (("base", adapter.catalogue.base), ("adapted", scores)):
            order = open_rows[np.argsort(-values[open_rows])]
            ranks[name].append(np.isin(order[:5], episode.query).mean())
    assert np.mean(ranks["adapted"]) > np.mean(ranks["base"])


def test_progress_ends_at_one() -> None:
    told: list[tuple[str, float]] = []
    train(make_log(), make_features(), small_config(steps=2), lambda what, share: told.append((what, share)))
    assert told[-1][1] == 1.0
    assert all(0.0 <= share <= 1.0 for _, share in told)


class TestEpisodes:
    history = History(
        np.array([5, 6, 7, 8, 9]), np.array([1, -1, 1, 0, 1], np.float32), np.array([1, 2, 3, 4, 5])
    )

    def test_likes_only(self) -> None:
        episode = cut(self.history, 0, 2, likes_only=True)
        assert episode.rows.tolist() == [5, 7]
        assert episode.query.tolist() == [9]
        assert episode.hidden.tolist() == [5, 6, 7]

    def test_all_ratings(self) -> None:
        episode = cut(self.history, 1, 2, likes_only=False)
        assert episode.rows.tolist() == [6, 7]
        assert episode.labels.tolist() == [-1, 1]
        assert cut(self.history, 0, 1, likes_only=False).refused.tolist() == [6]
        assert episode.query.tolist() == [9]
        assert episode.hidden.tolist() == [5, 6, 7]

    def test_a_drawn_episode_leaves_enough_to_ask(self) -> None:
        rng, config = np.random.default_rng(0), EpisodeConfig(sizes=(1, 2, 3), min_query=2)
        for person in histories(make_log(10)):
            for _ in range(20):
                episode = draw(person, config, rng)
                if episode is not None:
                    assert len(episode.query) >= 2
                    assert not np.isin(episode.query, episode.hidden).any()

    def test_too_few_likes_give_none(self) -> None:
        assert draw(self.history, EpisodeConfig(min_query=5), np.random.default_rng(0)) is None


class TestOddWorlds:
    def test_a_catalogue_without_facets(self) -> None:
        features = ItemFeatures(make_features().text, np.zeros((N_ITEMS, 0), np.float32))
        adapter = train(make_log(), features, small_config(steps=1))
        assert np.isfinite(adapter.score(adapter.adapt(Support.of_likes([3, 6])))).all()

    def test_people_who_liked_everything(self) -> None:
        users, items = np.repeat(np.arange(6), N_ITEMS), np.tile(np.arange(N_ITEMS), 6)
        ratings = np.full(len(users), 5.0, np.float32)
        log = InteractionLog(users, items, ratings, np.arange(len(users)), 6, N_ITEMS)
        adapter = train(log, make_features(), small_config(steps=1))
        assert np.isfinite(adapter.score(adapter.adapt(Support.of_likes([3, 6])))).all()

    def test_two_people(self) -> None:
        adapter = train(make_log(2), make_features(), small_config(steps=1, min_likes=1))
        assert np.isfinite(adapter.score(adapter.adapt(Support.of_likes([3, 6])))).all()


class TestRefusals:
    def test_features_of_another_catalogue(self) -> None:
        features = make_features()
        with pytest.raises(BadLog, match="items"):
            train(make_log(), ItemFeatures(features.text[:-1], features.facets[:-1]), small_config())

    def test_features_that_are_not_finite(self) -> None:
        text = make_features().text.copy()
        text[4, 0] = np.nan
        with pytest.raises(BadLog, match="4"):
            ItemFeatures(text, make_features().facets)

    def test_an_empty_log(self) -> None:
        nothing = np.zeros(0, np.int64)
        log = InteractionLog(nothing, nothing, np.zeros(0, np.float32), nothing, 0, N_ITEMS)
        with pytest.raises(BadLog):
            train(log, make_features(), small_config())

    def test_a_single_person(self) -> None:
        with pytest.raises(BadLog, match="people"):
            train(make_log(1), make_features(), small_config(min_likes=1))

    def test_rows_outside_the_catalogue(self) -> None:
        with pytest.raises(BadLog, match="items"):
            InteractionLog(
                np.array([0]), np.array([9]), np.ones(1, np.float32), np.array([1]), n_users=1, n_items=9
            )
