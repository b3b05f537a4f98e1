"""Meta-training: the torch twin, cross-fitting, episodes, determinism, refusals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from tastes import N_ITEMS, make_features, make_log, small_config

from metalearn.adapter import Support
from metalearn.crossfit import assign_folds, cross_fit, fit, fold_evidence
from metalearn.data import History, InteractionLog, ItemFeatures, histories
from metalearn.episodes import Episode, EpisodeConfig, cut, draw
from metalearn.errors import BadLog
from metalearn.evidence import FixedBlocks
from metalearn.learners import RidgeLearner
from metalearn.metamodel import MetaModel, collate
from metalearn.outer import score
from metalearn.tables import deviations, tabulate
from metalearn.train import assemble, train


def quiet(_: str, __: float) -> None:
    return None


def as_support(episode: Episode) -> Support:
    times = np.arange(len(episode.rows)) - 86_400.0 * episode.ages
    seen = np.ones(len(times), bool)
    return Support.of_kinds(episode.rows, episode.kinds, times, seen=seen, now=episode.now)


# Which people's first events make the batch, how many of them, and whether these are likes only.
BATCHES = {
    "empty": ([(0, 0), (4, 0)], True),
    "likes only": ([(0, 1), (1, 6), (2, 9)], True),
    "dislikes too": ([(1, 6), (2, 9), (3, 12)], False),
    "all kinds": ([(0, 0), (0, 1), (1, 6), (2, 9)], False),
}


@pytest.mark.parametrize("kind", BATCHES)
def test_torch_twin_gives_the_scores_of_the_adapter(kind: str) -> None:
    log, config = make_log(), small_config()
    people, fixed = histories(log), FixedBlocks.of(make_features(), 4)
    evidence = fit(log, people, np.arange(10, 60), fixed, config)
    cuts, likes_only = BATCHES[kind]
    episodes = [cut(people[u], 0, size, likes_only, person=u) for u, size in cuts]
    assert any((e.labels < 0).any() for e in episodes) == (not likes_only)
    table = tabulate(evidence, episodes, None, 1000, 0)
    scale = deviations([table])
    sizes = [block.shape[1] for block in evidence.blocks]
    meta = MetaModel(len(evidence.prior_names), len(evidence.event_names), sizes)
    learner, generator = RidgeLearner(sum(sizes)), torch.Generator().manual_seed(3)
    with torch.no_grad():
        for parameter in meta.parameters():
            parameter.add_(0.2 * torch.randn(parameter.shape, generator=generator))
    blocks = torch.from_numpy(np.concatenate(evidence.blocks, axis=1))
    found = score(meta, learner, blocks, collate(table, np.arange(len(episodes)), scale)).detach().numpy()
    adapter = assemble(meta, learner, scale, evidence, fixed)
    for line, episode in enumerate(episodes):
        rows = table.rows[line][table.rows[line] >= 0].astype(np.int64)
        assert sorted([*rows, *episode.hidden]) == list(range(N_ITEMS))
        expected = adapter.score(adapter.adapt(as_support(episode)), rows)
        # The table keeps features in 16 bits.
        np.testing.assert_allclose(found[line, : len(rows)], expected, atol=5e-3)


def test_evidence_of_a_fold_knows_nothing_of_its_people() -> None:
    log, config = make_log(), small_config()
    fixed, folds = FixedBlocks.of(make_features(), 4), assign_folds(60, config)
    owner = folds[log.users] == 1
    swapped = np.where(owner, N_ITEMS - 1 - log.items, log.items)
    changed = InteractionLog(log.users, swapped, log.ratings, log.times, log.n_users, N_ITEMS)
    before = cross_fit(log, histories(log), fixed, config, quiet)
    after = cross_fit(changed, histories(changed), fixed, config, quiet)
    fitted = [
        [fold_evidence(some, histories(some), folds, fold, fixed, config) for some in (log, changed)]
        for fold in range(2)
    ]
    same, other = fitted[1], fitted[0]
    for name in same[0].kernels:
        np.testing.assert_array_equal(same[0].kernels[name].toarray(), same[1].kernels[name].toarray())
    np.testing.assert_array_equal(same[0].moments.at(None), same[1].moments.at(None))
    np.testing.assert_array_equal(same[0].blocks.collab, same[1].blocks.collab)
    np.testing.assert_array_equal(before[1].evidence.blocks.collab, same[0].blocks.collab)
    np.testing.assert_array_equal(after[1].evidence.blocks.collab, same[0].blocks.collab)
    # The other folds do contain these people: the test would not notice a leak if nothing changed at all.
    assert not np.array_equal(other[0].kernels["knn"].toarray(), other[1].kernels["knn"].toarray())
    assert {e.person for e in before[1].episodes} <= set(np.flatnonzero(folds == 1))


def test_folds_deal_everybody_once_and_evenly_and_hold_a_share_out_of_many() -> None:
    assert sorted(np.bincount(assign_folds(10, small_config(folds=4)))) == [2, 2, 3, 3]
    many = assign_folds(100, small_config(holdout=50))
    assert (many == 0).sum() == 20
    assert set(many) == {-1, 0}


def test_large_catalogues_are_ranked_by_candidates() -> None:
    log, config = make_log(), small_config()
    people, fixed = histories(log), FixedBlocks.of(make_features(), 4)
    evidence = fit(log, people, np.arange(10, 60), fixed, config)
    episodes = [cut(people[u], 0, 3, likes_only=True, person=u) for u in range(5)]
    table = tabulate(evidence, episodes, None, 20, 0)
    assert table.rows.shape[1] <= 20
    for rows, episode in zip(table.rows, episodes, strict=True):
        kept = rows[rows >= 0]
        assert len(set(kept)) == len(kept)
        assert not np.isin(kept, episode.hidden).any()
        assert np.isin(episode.query[:5], kept).all()


def test_same_seed_gives_the_same_adapter_and_another_seed_another() -> None:
    log, features, config = make_log(), make_features(), small_config(steps=4)
    first, second = train(log, features, config), train(log, features, config)
    np.testing.assert_array_equal(first.catalogue.phi, second.catalogue.phi)
    np.testing.assert_array_equal(first.gates.event, second.gates.event)
    other = train(log, features, replace(config, seed=1))
    assert not np.array_equal(first.gates.event, other.gates.event)


def test_training_ranks_better_than_the_base() -> None:
    log = make_log(90)
    known = log.users < 60
    parts = (log.users[known], log.items[known], log.ratings[known], log.times[known])
    adapter = train(InteractionLog(*parts, 60, N_ITEMS), make_features(), small_config(steps=40))
    ranks: dict[str, list[float]] = {"base": [], "adapted": []}
    for person in histories(log)[60:]:
        episode = cut(person, 0, 3, likes_only=True)
        open_rows, state = (
            np.setdiff1d(np.arange(N_ITEMS), episode.hidden),
            adapter.adapt(as_support(episode)),
        )
        for name, values in (("base", adapter.base(state)), ("adapted", adapter.score(state))):
            order = open_rows[np.argsort(-values[open_rows])]
            ranks[name].append(float(np.isin(order[:5], episode.query).mean()))
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

    def test_moments(self) -> None:
        episode = cut(self.history, 0, 4, likes_only=False)
        assert episode.later.tolist() == [1, 1, 0, 0]
        assert episode.now == 4.0
        nothing = cut(self.history, 0, 0, likes_only=True)
        assert nothing.now == 1.0
        assert nothing.query.tolist() == [5, 7, 9]
        assert len(nothing.hidden) == 0

    def test_drawn_episodes_leave_enough_to_ask(self) -> None:
        rng, config = np.random.default_rng(0), EpisodeConfig(sizes=(0, 1, 2, 3), min_query=2, per_person=3)
        for number, person in enumerate(histories(make_log(10))):
            drawn = draw(person, number, config, rng)
            assert 1 <= len(drawn) <= 3
            for episode in drawn:
                assert episode.person == number
                assert len(episode.query) >= 2
                assert not np.isin(episode.query, episode.hidden).any()

    def test_too_few_likes_give_none(self) -> None:
        assert draw(self.history, 0, EpisodeConfig(min_query=5), np.random.default_rng(0)) == []


class TestOddWorlds:
    @pytest.mark.parametrize("people", [2, 3, 4, 5, 7])
    def test_folds_that_differ_in_what_they_hold(self, people: int) -> None:
        log = make_log(people)
        kept = np.flatnonzero((log.ratings >= 4) | (np.arange(len(log.ratings)) % 5 == 0))
        thin = InteractionLog(
            log.users[kept], log.items[kept], log.ratings[kept], log.times[kept], people, N_ITEMS
        )
        adapter = train(thin, make_features(), small_config(steps=1))
        assert np.isfinite(adapter.score(adapter.adapt(Support.of_likes([3, 6])))).all()

    def test_people_who_share_nothing_in_a_catalogue_without_texts(self) -> None:
        given, rows = make_features(), np.arange(N_ITEMS)
        log = InteractionLog(np.repeat(np.arange(6), 8), rows, np.full(48, 5.0, np.float32), rows, 6, N_ITEMS)
        features = ItemFeatures(np.zeros_like(given.text), given.facets)
        adapter = train(log, features, small_config(steps=1))
        assert np.isfinite(adapter.score(adapter.adapt(Support.of_likes([3, 6])))).all()

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
        adapter = train(make_log(2), make_features(), small_config(steps=1))
        assert np.isfinite(adapter.score(adapter.adapt(Support.of_likes([3, 6])))).all()


class TestRefusals:
    def test_features_of_another_catalogue(self) -> None:
        features = make_features()
        with pytest.raises(BadLog, match="items"):
            train(make_log(), ItemFeatures(features.text[:-1], features.facets[:-1]), small_config())

    def test_numbers_may_be_unknown(self) -> None:
        given = make_features()
        years = np.where(np.arange(N_ITEMS) % 3 == 0, np.nan, 1990.0 + np.arange(N_ITEMS))
        features = ItemFeatures(given.text, given.facets, years[:, None].astype(np.float32))
        adapter = train(make_log(), features, small_config(steps=1))
        assert np.isfinite(adapter.score(adapter.adapt(Support.of_likes([3, 6])))).all()

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
            train(make_log(1), make_features(), small_config())

    def test_rows_outside_the_catalogue(self) -> None:
        with pytest.raises(BadLog, match="items"):
            InteractionLog(
                np.array([0]), np.array([9]), np.ones(1, np.float32), np.array([1]), n_users=1, n_items=9
            )
