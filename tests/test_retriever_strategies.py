"""Candidate sources: one contract for all, figures worked out by hand, and the fusion."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
import scipy.sparse as sp

from assistant.homes.linking_up import links_of
from assistant.homes.sources import described, fit_models, restored, sources_of, tensors_of
from retriever.catalog import Catalog
from retriever.errors import BadData
from retriever.strategies.content import Facets
from retriever.strategies.fusion import OFFSETS, Blend, Fused, Lesson, learn, worths
from retriever.strategies.links import Knowledge, Links
from retriever.strategies.names import SOURCES, chosen
from retriever.strategies.people import Social, UserKNN
from retriever.strategies.source import Ask, FloatArray, Likes, Source, best
from retriever.strategies.trends import DAY, Popular, Recent

N_PEOPLE, HALF = 40, 10
NOBODY = Ask(np.zeros(0, np.int64))


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    genres = [["Warm"] if row < HALF else ["Cold"] for row in range(2 * HALF)]
    titles = [f"{'sun' if row < HALF else 'ice'} number{row}" for row in range(2 * HALF)]
    ids = [f"i{row}" for row in range(2 * HALF)]
    return Catalog.from_frame(pl.DataFrame({"item_id": ids, "title": titles, "genres": genres}))


@pytest.fixture(scope="module")
def likes() -> Likes:
    """Half of the people like six of the first ten items, the others six of the rest."""
    rng = np.random.default_rng(0)
    rows = np.stack([rng.permutation(HALF)[:6] + HALF * (person % 2) for person in range(N_PEOPLE)])
    matrix = np.zeros((N_PEOPLE, 2 * HALF), np.float32)
    np.put_along_axis(matrix, rows, 1.0, 1)
    return Likes(sp.csr_matrix(matrix), rows.ravel(), rng.uniform(0, 100 * DAY, rows.size))


@pytest.fixture(scope="module")
def sources(catalog: Catalog, likes: Likes) -> list[Source]:
    vectors = np.random.default_rng(1).normal(size=(2 * HALF, 8)).astype(np.float32)
    vectors[:HALF, 0] += 5
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    models = fit_models(likes, SOURCES)
    return sources_of(SOURCES, models, likes, described(catalog, vectors), links_of(catalog), None)


def test_every_source_is_there_and_keeps_the_contract(sources: list[Source]) -> None:
    assert tuple(source.name for source in sources) == SOURCES
    for source in sources:
        before = np.array([3, 1], np.int64)
        found = source.scores(Ask(before, None, np.array([0, 2, 999], np.int64)))
        assert found.shape == (2 * HALF,), source.name
        assert found.dtype == np.float32, source.name
        assert np.isfinite(found).all(), source.name
        assert before.tolist() == [3, 1]
        of_nobody = source.scores(NOBODY)
        assert of_nobody.shape == (2 * HALF,)
        assert of_nobody.any() == (source.name in ("popular", "recent")), source.name


def test_personal_sources_propose_the_half_that_a_person_likes(sources: list[Source]) -> None:
    ask = Ask(np.array([0, 1, 2], np.int64), None, np.array([0, 2], np.int64))
    for source in sources:
        if source.name not in ("popular", "recent"):
            left = source.scores(ask).copy()
            left[ask.rows] = 0
            assert left[:HALF].mean() > 2 * max(left[HALF:].mean(), 0.0), source.name


def test_models_survive_the_disk(likes: Likes) -> None:
    models = fit_models(likes, SOURCES)
    again = restored(tensors_of(models))
    ask = Ask(np.array([4, 5], np.int64))
    for name in ("itemknn", "ials"):
        one, other = models[name], again[name]
        np.testing.assert_array_equal(
            one.total(ask.rows, np.ones(2, np.float32)),  # type: ignore[union-attr]
            other.total(ask.rows, np.ones(2, np.float32)),  # type: ignore[union-attr]
        )
    np.testing.assert_array_equal(models["svd"].scores(ask), again["svd"].scores(ask))  # type: ignore[arg-type]


def test_nearest_people_by_hand() -> None:
    matrix = sp.csr_matrix(np.array([[1, 1, 1, 0], [0, 1, 0, 1], [0, 0, 0, 1]], np.float32))
    found = UserKNN(Likes(matrix, np.zeros(0, np.int64))).scores(Ask(np.array([0, 1], np.int64)))
    first, second = 2 / (np.sqrt(6) + 3), 1 / (np.sqrt(4) + 3)
    np.testing.assert_allclose(found, [first, first + second, first, second], rtol=1e-6)
    one = UserKNN(Likes(matrix, np.zeros(0, np.int64)), neighbours=1)
    np.testing.assert_allclose(
        one.scores(Ask(np.array([0, 1], np.int64))), [first, first, first, 0], rtol=1e-6
    )


def test_friends_count_and_the_rarer_item_comes_first() -> None:
    matrix = sp.csr_matrix(np.array([[1, 1, 0], [0, 1, 0], [1, 0, 0], [0, 1, 1]], np.float32))
    friends = np.array([0, 77], np.int64)  # there is no person 77
    found = Social(Likes(matrix, np.zeros(0, np.int64))).scores(Ask(np.zeros(0, np.int64), None, friends))
    np.testing.assert_allclose(found, [1 + 1 / 3, 1 + 1 / 4, 0], rtol=1e-6)


def test_recent_halves_and_knows_nothing_of_later() -> None:
    items, times = np.array([0, 1, 2], np.int64), np.array([0.0, 10 * DAY, 20 * DAY])
    matrix = sp.csr_matrix(np.eye(3, dtype=np.float32))
    source = Recent(Likes(matrix, items, times), half_life=10)
    np.testing.assert_allclose(source.scores(NOBODY), [0.25, 0.5, 1.0])
    np.testing.assert_allclose(source.scores(NOBODY._replace(now=12 * DAY)), [0.5, 1.0, 0.0])
    assert not Recent(Likes(matrix, items, None), 10).scores(NOBODY).any()


def test_half_life_is_short_where_fashion_changes() -> None:
    times = np.arange(400) * DAY
    fashion = (np.arange(400) // 20).astype(np.int64)  # another item every twenty days
    always = np.random.default_rng(0).integers(0, 20, 400)
    matrix = sp.csr_matrix((400, 20), dtype=np.float32)
    changing = Recent.foreseeing(Likes(matrix, (fashion + np.arange(400) % 2) % 20, times))
    constant = Recent.foreseeing(Likes(matrix, always, times))
    assert changing.half_life < constant.half_life


def test_walks_pass_less_through_what_many_share() -> None:
    # Items 0 and 1 share a director, items 0 and 2 a genre that 3 and 4 have too.
    heads, tails = np.array([0, 1, 0, 2, 3, 4], np.int64), np.array([5, 5, 6, 6, 6, 6], np.int64)
    links = Links(5, heads, np.array([0, 0, 1, 1, 1, 1], np.int64), tails, ("director", "genre"), ("D", "G"))
    found = Knowledge(links).scores(Ask(np.array([0], np.int64)))
    assert found[1] > found[2] == found[3] == found[4] > 0
    two = Knowledge(links).scores(Ask(np.array([0, 3], np.int64)))
    alone = Knowledge(links).scores(Ask(np.array([3], np.int64)))
    np.testing.assert_allclose(
        two, (found + alone) / 2, rtol=1e-5
    )  # a person's walk is the mean of their likes'


def test_facets_without_a_value_say_nothing(catalog: Catalog) -> None:
    items = described(catalog, np.zeros((2 * HALF, 1), np.float32))
    found = Facets(items).scores(Ask(np.array([0], np.int64)))
    assert (found[:HALF] > 0).all()
    assert not found[HALF:].any()


def test_best_is_positive_allowed_and_the_lower_row_of_equals() -> None:
    scores = np.array([1, 3, 0, 3, 2, -1, 3], np.float32)
    allowed = np.array([1, 1, 1, 1, 1, 1, 0], bool)
    assert best(scores, allowed, 2).tolist() == [1, 3]
    assert best(scores, allowed, 10).tolist() == [1, 3, 4, 0]
    assert best(scores, None, 1).tolist() == [1]
    assert best(scores, allowed, 0).tolist() == []


class Fixed:
    """A source that says what it was given."""

    def __init__(self, name: str, scores: FloatArray) -> None:
        self.name, self._scores = name, scores

    def scores(self, ask: Ask, /) -> FloatArray:
        return self._scores


def test_places_are_counted_among_the_allowed() -> None:
    one = Fixed("one", np.array([9, 8, 7, 0], np.float32))
    allowed = np.array([0, 1, 1, 1], bool)
    found = worths([one], NOBODY, allowed, 5.0)
    np.testing.assert_allclose(found, [[0, 1, 6 / 7, 0]], rtol=1e-6)
    fused = Fused([one], Blend({"one": 2.0}, 5.0))
    assert fused.candidates(NOBODY, allowed, 10).tolist() == [1, 2]


def test_weights_go_to_the_source_that_foresees() -> None:
    rng = np.random.default_rng(0)
    truth = rng.uniform(0.1, 1, 300).astype(np.float32)
    good, bad = Fixed("good", truth), Fixed("bad", rng.uniform(0.1, 1, 300).astype(np.float32))
    likely = np.argsort(-truth)[:40]
    lessons = [Lesson(NOBODY, rng.choice(likely, 5, replace=False)) for _ in range(60)]
    blend = learn([good, bad], lessons)
    assert blend.weights["good"] > 10 * blend.weights["bad"] >= 0
    assert blend.offset in OFFSETS
    assert learn([good, bad], []) == Blend.even(["good", "bad"])
    assert blend.among(["good"]).weights == {"good": blend.weights["good"]}
    assert Blend({"a": 0.0, "b": 1.0}).among(["a"]).weights == {"a": 1.0}


def test_names_and_groups() -> None:
    assert chosen("") == chosen(" fused ") == ()
    assert chosen("Content, itemknn") == ("itemknn", "text", "facets", "bm25")
    assert chosen("hybrid") == SOURCES
    with pytest.raises(BadData, match=r"PALATE_STRATEGIES: the strategy 'knn' is unknown\..*itemknn"):
        chosen("itemknn,knn")
    with pytest.raises(BadData, match="'fused' stands alone"):
        chosen("fused,mf")


def test_popular_counts(likes: Likes) -> None:
    np.testing.assert_array_equal(Popular(likes).scores(NOBODY), np.asarray(likes.matrix.sum(axis=0)).ravel())
