"""Event kernels against values worked out by hand, and their merging against the plain sum."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp
from tastes import N_ITEMS, make_features, make_log, small_config

from metalearn.adapter import Support
from metalearn.alike import link_kernel, spread, text_kernel, word_kernel
from metalearn.data import History, histories
from metalearn.errors import BadLog
from metalearn.evidence import RARE, FixedBlocks, fit_evidence
from metalearn.kernels import (
    KernelConfig,
    ease,
    factor_kernel,
    fit_kernels,
    nearness,
    neighbourhood,
    top_k,
)
from metalearn.merged import MergedKernel
from metalearn.train import train

# Three people: the first likes items 0 and 1, the second 0, 1 and 2, the third 2.
LIKES = sp.csr_matrix(np.array([[1, 1, 0], [1, 1, 1], [0, 0, 1]], np.float32))
CONFIG = KernelConfig(shrink=1.0, tilt=0.5, neighbours=10)


def history(items: list[int], times: list[int]) -> History:
    return History(np.array(items), np.ones(len(items), np.float32), np.array(times))


class TestByHand:
    def test_neighbourhood_is_the_shrunk_cosine(self) -> None:
        kernel = neighbourhood(LIKES, 1.0, 0.5, 10).toarray()
        # Items 0 and 1 meet twice, either meets 2 once; every item has two likes: 2 / (2 + 1), 1 / (2 + 1).
        np.testing.assert_allclose(kernel, np.array([[0, 2, 1], [2, 0, 1], [1, 1, 0]]) / 3, rtol=1e-6)

    def test_tilt_favours_popular_targets(self) -> None:
        likes = sp.csr_matrix(np.array([[1, 1, 1], [0, 1, 0], [0, 1, 0]], np.float32))
        row = neighbourhood(likes, 1.0, 0.0, 10).toarray()[0]
        # With tilt 0 only the source counts: both targets get 1 / (1 + 1) although one has three likes.
        np.testing.assert_allclose(row, [0.0, 0.5, 0.5], rtol=1e-6)

    def test_ease_is_the_closed_form_with_a_ridge_per_like(self) -> None:
        gram = (LIKES.T @ LIKES).toarray() + np.diag(3.0 + 0.5 * np.array([2.0, 2.0, 2.0]))
        inverse = np.linalg.inv(gram)
        expected = -inverse / np.diag(inverse)[None, :]
        np.fill_diagonal(expected, 0.0)
        np.testing.assert_allclose(ease(LIKES, 3.0, 0.5, CONFIG).toarray(), expected, atol=1e-5)

    def test_ease_knows_the_most_liked_items_only(self) -> None:
        likes = sp.csr_matrix(np.array([[1, 1, 0], [1, 1, 1], [1, 0, 0]], np.float32))
        kernel = ease(likes, 1.0, 0.0, KernelConfig(dense=2)).toarray()
        assert not kernel[2].any()
        assert not kernel[:, 2].any()
        assert kernel[0, 1] > 0

    def test_nearness_decays_and_has_a_direction(self) -> None:
        people = [history([0, 1, 2], [0, 10, 20])]
        kernel = nearness(people, 3, 10.0, True, KernelConfig(shrink=0.0, tilt=0.5)).toarray()
        near, far = np.exp(-1.0), np.exp(-2.0)
        np.testing.assert_allclose(
            kernel, [[0, near, far], [0.4 * near, 0, near], [0.4 * far, 0.4 * near, 0]], rtol=1e-5
        )

    def test_places_count_where_times_are_only_an_order(self) -> None:
        people = [history([0, 1], [7, 10_000])]
        kernel = nearness(people, 2, 1.0, False, KernelConfig(shrink=0.0)).toarray()
        assert kernel[0, 1] == pytest.approx(np.exp(-1.0), rel=1e-5)

    def test_what_comes_after_can_count_alone(self) -> None:
        people = [history([0, 1, 2], [5, 6, 7])]
        kernel = nearness(people, 3, 1.0, False, KernelConfig(shrink=0.0), backward=0.0).toarray()
        near, far = np.exp(-1.0), np.exp(-2.0)
        np.testing.assert_allclose(kernel, [[0, near, far], [0, 0, near], [0, 0, 0]], rtol=1e-5)

    def test_text_kernel_is_the_cosine_above_a_floor(self) -> None:
        kernel = text_kernel(np.array([[1, 0], [2, 0], [0, 1], [3, 3]], np.float32), 4).toarray()
        ratio = (np.sqrt(0.5) - 0.2) / 0.8
        assert kernel[0, 2] == 0
        assert kernel[0, 3] / kernel[0, 1] == pytest.approx(ratio, rel=1e-4)

    def test_top_k_keeps_the_largest_by_size(self) -> None:
        kept = top_k(sp.csr_matrix(np.array([[0.1, -3.0, 2.0], [0.0, 0.0, 1.0]])), 2).toarray()
        np.testing.assert_allclose(kept, [[0.0, -3.0, 2.0], [0.0, 0.0, 1.0]])


class TestAll:
    def test_every_kernel_is_finite_scaled_and_has_no_diagonal(self) -> None:
        people = histories(make_log())
        kernels = fit_kernels(people, N_ITEMS, small_config().kernels, timed=True, rated=True)
        assert {"knn", "cosine", "walk", "ease1", "denoised", "ials4", "near1", "rated"} <= set(kernels)
        for kernel in kernels.values():
            assert np.isfinite(kernel.data).all()
            assert not kernel.diagonal().any()
            assert np.sqrt(np.mean(kernel.data**2)) == pytest.approx(1.0, rel=1e-4)

    def test_which_kernels_there_are_does_not_depend_on_the_people(self) -> None:
        config = small_config().kernels
        for rated in (False, True):
            found = [
                fit_kernels(people, N_ITEMS, config, timed=True, rated=rated)
                for people in (histories(make_log()), histories(make_log(2)), [])
            ]
            assert {tuple(kernels) for kernels in found} == {tuple(found[0])}
            assert ("rated" in found[0]) == rated

    def test_rare_items_have_no_row_of_their_own(self) -> None:
        people = [history([0, 1], [1, 2]), history([0, 1], [1, 2]), history([0, 2], [1, 2])]
        kernels = fit_kernels(people, 3, KernelConfig(factors=(2,)), timed=True, rated=True)
        assert all(not k[2].nnz and not k[:, 2].nnz for k in kernels.values())

    def test_nobody_gives_empty_kernels(self) -> None:
        kernels = fit_kernels([], 5, CONFIG, timed=True, rated=True)
        assert all(k.shape == (5, 5) and not k.nnz for k in kernels.values())

    def test_ties_do_not_widen_a_row(self) -> None:
        assert np.diff(top_k(sp.csr_matrix(np.ones((3, 6))), 2).indptr).tolist() == [2, 2, 2]

    def test_a_factor_kernel_of_two_items_does_not_fail(self) -> None:
        likes = sp.csr_matrix(np.array([[1, 1], [1, 0]], np.float32))
        assert np.isfinite(factor_kernel(likes, 8, CONFIG).toarray()).all()


class TestMerged:
    def evidence(self):  # type: ignore[no-untyped-def]
        fixed = FixedBlocks.of(make_features(), 4)
        known, config = np.arange(60), small_config().kernels
        return fit_evidence(histories(make_log()), known, fixed, config, timed=True, rated=True, factors=4)

    def test_one_matrix_stands_for_all_kernels_and_gates(self) -> None:
        evidence, rng = self.evidence(), np.random.default_rng(0)
        gates = rng.normal(size=(len(evidence.event_names), 2)).astype(np.float32)
        merged = MergedKernel.of(evidence.kernels, gates, evidence.fame)
        rows, weights = np.array([3, 7, 20]), rng.normal(size=(3, 4)).astype(np.float32)
        expected = np.zeros(N_ITEMS)
        for row, weight in zip(rows, weights, strict=True):
            rare = np.exp(-RARE * evidence.fame[row])
            for at, kernel in enumerate(evidence.kernels.values()):
                line = kernel[row].toarray()[0]
                alike, scarce, recent = gates[3 * at : 3 * at + 3]
                expected += line * ((alike + rare * scarce) @ weight[:2] + recent @ weight[2:])
        np.testing.assert_allclose(merged.total(rows, weights), expected, atol=1e-4)
        terms = merged.terms(rows, weights, np.arange(N_ITEMS))
        np.testing.assert_allclose(terms.sum(axis=0), merged.total(rows, weights), atol=1e-4)
        together = sum(
            m.T @ np.bincount(rows, weights[:, at], N_ITEMS) for at, m in enumerate(merged.matrices())
        )
        np.testing.assert_allclose(together, expected, atol=1e-4)

    def test_the_largest_entries_are_kept(self) -> None:
        evidence = self.evidence()
        gates = np.ones((len(evidence.event_names), 1), np.float32)
        whole = MergedKernel.of(evidence.kernels, gates, evidence.fame)
        narrow = MergedKernel.of(evidence.kernels, gates, evidence.fame, width=5)
        assert np.diff(narrow.indptr).max() <= 5
        row, weight = np.array([0]), np.ones((1, 2), np.float32)
        full, cut = (np.abs(m.total(row, weight)) for m in (whole, narrow))
        assert set(np.flatnonzero(cut)) <= set(np.argsort(-full)[:7])

    def test_no_event_gives_zeros(self) -> None:
        evidence = self.evidence()
        merged = MergedKernel.of(
            evidence.kernels, np.ones((len(evidence.event_names), 1), np.float32), evidence.fame
        )
        nothing = merged.total(np.zeros(0, np.int64), np.zeros((0, 2), np.float32))
        np.testing.assert_array_equal(nothing, np.zeros(N_ITEMS))


class TestLinks:
    def test_a_shared_thing_counts_one_over_its_items(self) -> None:
        # Item 0 and 1 share thing 0 (two items); 1, 2 and 3 share thing 1 (three items).
        links = sp.csr_matrix(np.array([[1, 0], [1, 1], [0, 1], [0, 5]], np.float32))
        kernel = link_kernel(links, 10).toarray()
        assert not np.diag(kernel).any()
        assert kernel[0, 1] / kernel[1, 2] == pytest.approx(1.5)
        assert kernel[0, 2] == 0
        np.testing.assert_allclose(kernel, kernel.T)

    def test_items_without_likes_are_reached_through_them(self) -> None:
        links = sp.csr_matrix((np.arange(N_ITEMS) % 7 == 0).astype(np.float32)[:, None])
        features = replace(make_features(), links=links)
        adapter = train(make_log(), features, small_config(steps=2))
        state = adapter.adapt(Support.of_likes([0]))
        assert adapter.merged.indptr[1] > adapter.merged.indptr[0]
        assert np.isfinite(adapter.score(state)).all()

    def test_links_of_another_catalogue_are_refused(self) -> None:
        with pytest.raises(BadLog, match="links"):
            replace(make_features(), links=sp.csr_matrix((N_ITEMS - 1, 2), dtype=np.float32))


class TestWords:
    def test_more_shared_words_say_more_than_an_only_one(self) -> None:
        # Items 0 and 1 share three words of three, 2 and 3 their only one; a cosine would be 1 for both.
        words = sp.csr_matrix(np.array([[1, 1, 1, 0], [1, 1, 1, 0], [0, 0, 0, 1], [0, 0, 0, 1]], np.float32))
        kernel = word_kernel(words, 10).toarray()
        assert not np.diag(kernel).any()
        assert kernel[0, 1] / kernel[2, 3] == pytest.approx(np.sqrt(3.0))
        assert not kernel[:2, 2:].any()

    def test_an_item_without_words_is_like_nothing(self) -> None:
        kernel = word_kernel(sp.csr_matrix(np.array([[0, 0], [1, 2], [1, 0]], np.float32)), 10)
        assert np.isfinite(kernel.data).all()
        assert kernel[0].nnz == kernel[:, 0].nnz == 0

    def test_words_of_another_catalogue_are_refused(self) -> None:
        with pytest.raises(BadLog, match="words"):
            replace(make_features(), words=sp.csr_matrix((N_ITEMS + 1, 2), dtype=np.float32))

    def test_features_of_some_rows_keep_their_words(self) -> None:
        words = sp.csr_matrix(np.eye(N_ITEMS, dtype=np.float32))
        chosen = replace(make_features(), words=words).of_rows([3, 1]).words
        assert chosen is not None
        np.testing.assert_array_equal(chosen.toarray(), np.eye(N_ITEMS)[[3, 1]])


class TestSpread:
    # Item 0 is liked along with 1; 2 is like 0, and 3 is like 1 and, half as much, like 2.
    counted = sp.csr_matrix(np.array([[0, 2, 0, 0], [2, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]], np.float32))
    alike = sp.csr_matrix(np.array([[0, 0, 1, 0], [0, 0, 0, 1], [1, 0, 0, 0.5], [0, 1, 0.5, 0]], np.float32))

    def test_a_like_speaks_for_what_likes_of_similar_items_speak_for(self) -> None:
        kernel = spread(self.counted, self.alike, 10)[0].toarray()
        # The row of 2 is two thirds of the row of 0; that of 3 is two thirds of the row of 1.
        expected = np.zeros((4, 4))
        expected[2, 1] = expected[3, 0] = 1.0
        np.testing.assert_allclose(kernel, expected, rtol=1e-6)

    def test_a_like_speaks_for_what_is_similar_to_its_neighbours(self) -> None:
        kernel = spread(self.counted, self.alike, 10)[1].toarray()
        expected = np.zeros((4, 4))
        expected[0, 3] = expected[1, 2] = 1.0
        np.testing.assert_allclose(kernel, expected, rtol=1e-6)

    def test_what_speaks_for_itself_is_left_out(self) -> None:
        twins = sp.csr_matrix(np.array([[0, 1], [1, 0]], np.float32))
        assert not any(kernel.nnz for kernel in spread(twins, twins, 10))

    def test_an_item_that_nobody_likes_is_reached_through_its_words(self) -> None:
        log, cold = make_log(), N_ITEMS - 1
        people = [
            History(h.items[h.items != cold], h.labels[h.items != cold], h.times[h.items != cold])
            for h in histories(log)
        ]
        words = sp.csr_matrix((np.isin(np.arange(N_ITEMS), [0, cold])).astype(np.float32)[:, None])
        fixed = FixedBlocks.of(replace(make_features(), words=words), 4)
        config = small_config().kernels
        kernels = fit_evidence(
            people, np.arange(len(people)), fixed, config, timed=True, rated=True, factors=4
        ).kernels
        assert not kernels["knn"][:, [cold]].nnz
        liked_with_0 = kernels["knn"][:, [0]].nonzero()[0]
        assert len(liked_with_0) > 0
        assert kernels["knn then words"][liked_with_0][:, [cold]].nnz == len(liked_with_0)
        assert kernels["words then knn"][[cold]].nnz > 0
