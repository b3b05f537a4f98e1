"""The adapter: exact splits, order, dislikes, pseudo-items, batches, disk, and the solve itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tastes import COLD, N_ITEMS, make_features, taste_of, trained

from metalearn.adapter import Support
from metalearn.canonical import canonical
from metalearn.errors import BadSupport, DamagedAdapter
from metalearn.inner import solve_dual
from metalearn.taste import TasteAdapter


def support(rows: list[int], labels: list[float], times: list[float] | None = None) -> Support:
    moments = np.arange(len(rows), dtype=np.float64) if times is None else np.array(times)
    return Support(np.array(rows), np.array(labels, np.float32), moments)


def base(adapter: TasteAdapter) -> np.ndarray:
    return adapter.base(adapter.adapt(Support.empty()))


MIXED = support([3, 7, 12, 46, 20], [1, -1, 1, 1, 0])


class TestSolve:
    def test_dual_is_the_primal_solution(self) -> None:
        rng = np.random.default_rng(0)
        features, targets, weights = rng.normal(size=(9, 5)), rng.normal(size=9), rng.random(9)
        primal = np.linalg.solve(
            features.T @ (weights[:, None] * features) + 0.7 * np.eye(5), features.T @ (weights * targets)
        )
        dual = solve_dual(features.astype(np.float64), targets, weights, 0.7)
        np.testing.assert_allclose(dual @ features, primal, rtol=1e-8)

    def test_an_event_of_no_weight_gets_nothing(self) -> None:
        features = np.eye(3, dtype=np.float32)
        solved = solve_dual(features, np.ones(3), np.array([1.0, 0.0, 1.0]), 1.0)
        np.testing.assert_allclose(solved, [0.5, 0.0, 0.5])


class TestScore:
    def test_empty_support_is_the_base_bit_for_bit(self) -> None:
        adapter = trained()
        state = adapter.adapt(Support.empty())
        np.testing.assert_array_equal(adapter.score(state), base(adapter))

    def test_what_was_consumed_speaks_for_its_kind_and_less_than_a_like(self) -> None:
        adapter, rows = trained(), np.arange(N_ITEMS)
        same = taste_of(rows) == 0
        gaps = []
        for label in (0, 1):
            parts = adapter.contributions(adapter.adapt(support([3], [label])), rows)
            gaps.append(parts.events[0, same].mean() - parts.events[0, ~same].mean())
        assert 0 < gaps[0] < gaps[1]

    def test_base_prefers_what_many_like(self) -> None:
        scores, likes = base(trained()), trained().moments.likes
        assert scores[np.argsort(-likes)[:10]].mean() > scores[np.argsort(likes)[:10]].mean()
        np.testing.assert_allclose(scores[list(COLD)], scores[COLD[0]], atol=1e-5)

    def test_chosen_rows_are_those_of_the_whole_catalogue(self) -> None:
        adapter = trained()
        state, rows = adapter.adapt(MIXED), np.array([9, 46, 0])
        np.testing.assert_allclose(adapter.score(state, rows), adapter.score(state)[rows], atol=1e-6)

    def test_likes_raise_the_taste_they_belong_to(self) -> None:
        adapter = trained()
        change = adapter.score(adapter.adapt(Support.of_likes([3, 9, 15]))) - base(adapter)
        same = taste_of(np.arange(N_ITEMS)) == 0
        assert change[same].mean() > change[~same].mean()

    def test_cold_items_are_reached_through_text_and_facets(self) -> None:
        adapter = trained()
        scores = adapter.score(adapter.adapt(Support.of_likes([3, 9, 15])))
        assert taste_of(np.array(COLD))[np.argmax(scores[list(COLD)])] == 0

    def test_a_dislike_lowers_its_neighbours(self) -> None:
        adapter = trained()
        plain, rows = base(adapter), np.arange(N_ITEMS)
        parts = adapter.contributions(adapter.adapt(support([3], [-1])), rows)
        near = taste_of(rows) == 0
        assert (adapter.score(adapter.adapt(support([3], [-1])))[near] < plain[near]).mean() > 0.9
        assert parts.events[0, near].mean() < parts.events[0, ~near].mean()

    def test_a_like_never_lowers_what_is_like_it_in_phi(self) -> None:
        plain = trained()
        one = np.ones(1, np.float32)
        # Popular likes ask for less than rare ones, and the solve follows all of them closely.
        eager = replace(plain.gates, surprise=one, penalty=0.01 * one)
        adapter = TasteAdapter(
            plain.catalogue,
            plain.moments,
            None,
            plain.merged,
            plain.projection,
            eager,
            plain.inner,
        )
        given = support([0, 3, 9, 15, 42, 39, 7, 10], [1, 1, 1, 1, 1, 1, -1, -1])
        state = adapter.adapt(given)
        events = canonical(given, N_ITEMS, make_features().text.shape[1])
        freely = adapter.inner.solve(adapter.problem(events, adapter.features(events))).vectors
        assert (np.einsum("np,np->n", freely, adapter.features(events)) * state.labels < 0).any()
        own = np.diag(adapter.contributions_of_phi(state, state.rows.astype(np.int64)))
        assert (own * state.labels >= 0).all()

    def test_a_batch_scores_as_its_people_do_alone(self) -> None:
        adapter, said = trained(), make_features().text[[46]]
        words = Support(np.array([-1]), np.ones(1, np.float32), np.zeros(1), said)
        states = [adapter.adapt(s) for s in (Support.empty(), MIXED, words, support([7], [-1]))]
        alone = np.stack([adapter.score(state) for state in states])
        np.testing.assert_allclose(adapter.score_many(states), alone, atol=1e-5)

    def test_the_moment_of_the_request_counts(self) -> None:
        adapter = trained()
        early, late = (
            adapter.score(adapter.adapt(Support.of_likes([3], now=now))) for now in (1_000_100.0, None)
        )
        assert not np.array_equal(early, late)

    def test_what_is_kept_of_a_person_is_small(self) -> None:
        rows = np.append(np.arange(N_ITEMS), [-1, -1])
        text = make_features().text[np.arange(len(rows)) % N_ITEMS]
        state = trained().adapt(Support(rows, np.ones(50, np.float32), np.arange(50.0), text))
        assert len(state.rows) == 50
        assert 0 < state.nbytes <= 2048


class TestContributions:
    def test_they_add_up_to_the_score(self) -> None:
        adapter, rows = trained(), np.arange(N_ITEMS)
        state = adapter.adapt(MIXED)
        parts = adapter.contributions(state, rows)
        assert parts.events.shape == (5, N_ITEMS)
        np.testing.assert_allclose(parts.total(), adapter.score(state), atol=1e-4)

    def test_they_come_in_the_order_of_the_support(self) -> None:
        adapter, rows = trained(), np.arange(N_ITEMS)
        forward = adapter.contributions(adapter.adapt(MIXED), rows)
        turned = Support(MIXED.rows[::-1], MIXED.labels[::-1], MIXED.times[::-1])
        backward = adapter.contributions(adapter.adapt(turned), rows)
        np.testing.assert_array_equal(forward.events, backward.events[::-1])

    def test_a_superseded_event_adds_nothing(self) -> None:
        adapter = trained()
        state = adapter.adapt(support([3, 3], [-1, 1]))
        parts = adapter.contributions(state, np.arange(N_ITEMS))
        assert not parts.events[0].any()
        assert parts.events[1].any()


class TestSupport:
    def test_state_does_not_depend_on_the_order(self) -> None:
        adapter, order = trained(), [4, 0, 2, 1, 3]
        turned = Support(MIXED.rows[order], MIXED.labels[order], MIXED.times[order])
        first, second = adapter.adapt(MIXED), adapter.adapt(turned)
        np.testing.assert_array_equal(first.delta, second.delta)
        np.testing.assert_array_equal(adapter.score(first), adapter.score(second))

    def test_the_latest_event_on_a_row_counts(self) -> None:
        adapter = trained()
        changed = adapter.adapt(support([3, 9, 3], [-1, 1, 1], [5.0, 1.0, 9.0]))
        plain = adapter.adapt(support([3, 9], [1, 1], [9.0, 1.0]))
        np.testing.assert_array_equal(adapter.score(changed), adapter.score(plain))

    def test_a_sentence_is_a_pseudo_item_known_by_its_text(self) -> None:
        adapter, text = trained(), make_features().text
        said = Support(np.array([-1]), np.ones(1, np.float32), np.zeros(1), text[[46]])
        change = adapter.score(adapter.adapt(said)) - base(adapter)
        assert taste_of(np.array([np.argmax(change)]))[0] == taste_of(np.array([46]))[0]

    def test_order_of_pseudo_items_does_not_matter(self) -> None:
        adapter, text = trained(), make_features().text
        both = [
            Support(np.full(2, -1), np.ones(2, np.float32), np.zeros(2), text[order])
            for order in ([45, 46], [46, 45])
        ]
        first, second = (adapter.score(adapter.adapt(s)) for s in both)
        np.testing.assert_array_equal(first, second)

    @pytest.mark.parametrize("row", [N_ITEMS, -2, 10_000])
    def test_unknown_rows_are_named(self, row: int) -> None:
        with pytest.raises(BadSupport, match=str(row)) as caught:
            trained().adapt(support([3, row], [1, 1]))
        assert caught.value.rows == (row,)

    @pytest.mark.parametrize("label", [np.nan, np.inf, 2.0, 0.5])
    def test_impossible_labels_are_refused(self, label: float) -> None:
        with pytest.raises(BadSupport) as caught:
            trained().adapt(support([3, 9], [1, label]))
        assert caught.value.rows == (9,)

    def test_times_that_are_not_numbers_are_refused(self) -> None:
        with pytest.raises(BadSupport):
            trained().adapt(support([3], [1], [np.nan]))

    def test_a_moment_that_is_no_number_is_refused(self) -> None:
        with pytest.raises(BadSupport, match="moment"):
            trained().adapt(Support.of_likes([3], now=float("nan")))

    def test_a_batch_of_nobody(self) -> None:
        assert trained().score_many([]).shape == (0, N_ITEMS)

    def test_a_pseudo_item_without_a_vector_is_refused(self) -> None:
        with pytest.raises(BadSupport, match="vectors"):
            trained().adapt(support([-1], [1]))

    def test_a_vector_that_is_not_finite_is_refused(self) -> None:
        vectors = np.full((1, make_features().text.shape[1]), np.nan, np.float32)
        with pytest.raises(BadSupport):
            trained().adapt(Support(np.array([-1]), np.ones(1, np.float32), np.zeros(1), vectors))

    def test_lengths_that_differ_are_refused(self) -> None:
        with pytest.raises(BadSupport, match="length"):
            trained().adapt(Support(np.array([1, 2]), np.ones(1, np.float32), np.zeros(2)))


class TestDisk:
    def test_scores_come_back_bit_for_bit(self, tmp_path: Path) -> None:
        adapter = trained()
        adapter.save(tmp_path)
        again = TasteAdapter.load(tmp_path)
        np.testing.assert_array_equal(again.score(again.adapt(MIXED)), adapter.score(adapter.adapt(MIXED)))
        np.testing.assert_array_equal(again.item_vectors(), adapter.item_vectors())

    @pytest.mark.parametrize("name", ["adapter.safetensors", "config.json"])
    def test_a_damaged_file_is_named(self, tmp_path: Path, name: str) -> None:
        trained().save(tmp_path)
        payload = bytearray((tmp_path / name).read_bytes())
        payload[len(payload) // 2] ^= 0xFF
        (tmp_path / name).write_bytes(bytes(payload))
        with pytest.raises(DamagedAdapter, match=r"adapter|config"):
            TasteAdapter.load(tmp_path)

    @pytest.mark.parametrize("name", ["adapter.safetensors", "config.json"])
    def test_a_missing_file_is_named(self, tmp_path: Path, name: str) -> None:
        trained().save(tmp_path)
        (tmp_path / name).unlink()
        with pytest.raises(DamagedAdapter, match=name) as caught:
            TasteAdapter.load(tmp_path)
        assert caught.value.path == tmp_path / name

    def test_another_format_is_refused(self, tmp_path: Path) -> None:
        trained().save(tmp_path)
        config = (tmp_path / "config.json").read_text()
        (tmp_path / "config.json").write_text(config.replace('"format": 2', '"format": 99'))
        with pytest.raises(DamagedAdapter, match="99"):
            TasteAdapter.load(tmp_path)

    def test_nothing_but_the_two_files_is_left(self, tmp_path: Path) -> None:
        trained().save(tmp_path)
        trained().save(tmp_path)
        assert sorted(p.name for p in tmp_path.iterdir()) == ["adapter.safetensors", "config.json"]


def test_item_vectors_are_unit_rows_and_zero_for_cold_items() -> None:
    vectors = trained().item_vectors()
    lengths = np.linalg.norm(vectors, axis=1)
    assert not lengths[list(COLD)].any()
    np.testing.assert_allclose(np.delete(lengths, COLD), 1.0, rtol=1e-5)
