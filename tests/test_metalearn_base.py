"""One contract for every base model, and hand-worked figures for each."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
from implicit.cpu.als import AlternatingLeastSquares

from metalearn.base import EASE, BaseModel, EventModel, ItemKNN, Popularity, RP3beta
from metalearn.data import likes_matrix
from metalearn.ials import IALS

EVENT_MODELS = [
    lambda: ItemKNN(k=6, shrink=1.0),
    lambda: RP3beta(k=6),
    lambda: EASE(regularization=5.0),
    lambda: IALS(factors=4),
]
MODELS = [Popularity, *EVENT_MODELS]


def make_likes(seed: int = 0) -> sp.csr_matrix:
    rng = np.random.default_rng(seed)
    return likes_matrix([np.sort(rng.choice(12, 5, replace=False)) for _ in range(30)], 12)


def supports() -> sp.csr_matrix:
    return likes_matrix([np.array([1, 4, 7]), np.array([2]), np.array([], np.int64)], 12)


@pytest.mark.parametrize("make", MODELS)
class TestContract:
    def test_scores_every_item_for_every_support(self, make) -> None:
        model: BaseModel = make().fit(make_likes())
        scores = model.scores(supports())
        assert scores.shape == (3, 12)
        assert scores.dtype == np.float32
        assert np.isfinite(scores).all()

    def test_batch_equals_scalar(self, make) -> None:
        model: BaseModel = make().fit(make_likes())
        batch = supports()
        alone = np.concatenate([model.scores(batch[i]) for i in range(3)])
        np.testing.assert_allclose(model.scores(batch), alone, rtol=1e-5, atol=1e-6)

    def test_same_likes_give_the_same_scores(self, make) -> None:
        first, second = make().fit(make_likes()), make().fit(make_likes())
        np.testing.assert_array_equal(first.scores(supports()), second.scores(supports()))

    def test_an_item_nobody_likes_does_no_harm(self, make) -> None:
        likes = make_likes().tolil()
        likes[:, 3] = 0
        model: BaseModel = make().fit(sp.csr_matrix(likes))
        assert np.isfinite(model.scores(likes_matrix([np.array([3])], 12))).all()


@pytest.mark.parametrize("make", EVENT_MODELS)
class TestEventModels:
    def test_terms_add_up_to_the_score(self, make) -> None:
        model: EventModel = make().fit(make_likes())
        rows = np.array([1, 4, 7])
        score = model.scores(supports())[0]
        np.testing.assert_allclose(model.terms(rows).sum(0), score, rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(model.total(rows, np.ones(3, np.float32)), score, rtol=1e-4, atol=1e-5)

    def test_terms_of_chosen_items_are_columns_of_all_terms(self, make) -> None:
        model: EventModel = make().fit(make_likes())
        rows, at = np.array([1, 4, 7]), np.array([0, 11, 5])
        np.testing.assert_allclose(model.terms(rows, at), model.terms(rows)[:, at], rtol=1e-5, atol=1e-6)

    def test_tensors_restore_the_model_bit_for_bit(self, make) -> None:
        model: EventModel = make().fit(make_likes())
        again = make().restore(model.tensors())
        np.testing.assert_array_equal(again.scores(supports()), model.scores(supports()))

    def test_nothing_liked_scores_nothing(self, make) -> None:
        model: EventModel = make().fit(make_likes())
        assert not model.scores(supports())[2].any()


def test_popularity_counts_likes() -> None:
    likes = likes_matrix([np.array([0, 1]), np.array([1])], 3)
    assert Popularity().fit(likes).scores(supports()).tolist()[0] == [1.0, 2.0, 0.0]


def test_itemknn_by_hand() -> None:
    # c = (2, 3, 1); items 0 and 1 share two people, 1 and 2 share one.
    likes = likes_matrix([np.array([0, 1]), np.array([0, 1]), np.array([1, 2])], 3)
    kernel = ItemKNN(k=2, shrink=1.0).fit(likes).kernel.toarray()
    expected = [
        [0, 2 / (6**0.5 + 1), 0],
        [2 / (6**0.5 + 1), 0, 1 / (3**0.5 + 1)],
        [0, 1 / (3**0.5 + 1), 0],
    ]
    np.testing.assert_allclose(kernel, expected, rtol=1e-6)


def test_itemknn_keeps_the_k_best_neighbours() -> None:
    model = ItemKNN(k=2).fit(make_likes())
    assert (np.diff(model.kernel.indptr) <= 2).all()


def test_wide_kernels_are_cut_like_narrow_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    likes = sp.random(400, 60, 0.2, format="csr", dtype=np.float32, random_state=rng)
    likes.data[:] = rng.uniform(0.5, 1.5, likes.nnz)  # no two neighbours are equally near
    narrow = ItemKNN(k=7, shrink=1.0).fit(likes).kernel
    monkeypatch.setattr("metalearn.base.WIDE", 10)
    wide = ItemKNN(k=7, shrink=1.0).fit(likes).kernel
    np.testing.assert_array_equal(wide.toarray(), narrow.toarray())
    assert wide.getnnz(axis=1).max() == 7


def test_ease_is_the_constrained_least_squares_solution() -> None:
    likes = make_likes()
    model = EASE(regularization=5.0).fit(likes)
    x = likes.toarray()
    column, others = 3, [i for i in range(12) if i != 3]
    a = x[:, others]
    direct = np.linalg.solve(a.T @ a + 5.0 * np.eye(11), a.T @ x[:, column])
    np.testing.assert_allclose(model.terms(np.array(others))[:, column], direct, atol=2e-3)
    assert model.terms(np.array([3]))[0, 3] == 0


def test_ials_fold_in_is_that_of_implicit() -> None:
    likes = make_likes()
    ours = IALS(factors=4, regularization=2.0, alpha=3.0).fit(likes, seed=5)
    theirs = AlternatingLeastSquares(
        factors=4,
        regularization=2.0,
        alpha=3.0,
        iterations=15,
        num_threads=1,
        random_state=5,
        dtype=np.float32,
    )
    theirs.fit(likes, show_progress=False)
    person = theirs.recalculate_user(0, likes_matrix([np.array([1, 4, 7])], 12))
    np.testing.assert_allclose(
        ours.scores(supports())[0], (theirs.item_factors @ np.ravel(person)), rtol=2e-2, atol=2e-3
    )
