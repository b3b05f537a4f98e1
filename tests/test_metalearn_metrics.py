"""Metrics against tables worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from metalearn.metrics import bootstrap, coverage, hit_rate, hits_of, mrr, ndcg, recall

# Places 1..3 have the discounts 1, 0.63093, 0.5.
TABLE = [
    # hits at 1..4, size of query, ndcg@3, hit@3, recall@3, reciprocal rank
    ((1, 0, 0, 0), 1, 1.0, 1, 1.0, 1.0),
    ((0, 1, 0, 0), 1, 0.63093, 1, 1.0, 0.5),
    ((1, 0, 1, 0), 2, 1.5 / 1.63093, 1, 1.0, 1.0),
    ((0, 0, 1, 1), 5, 0.5 / 2.13093, 1, 1 / 3, 1 / 3),
    ((0, 0, 0, 1), 2, 0.0, 0, 0.0, 0.25),
    ((0, 0, 0, 0), 4, 0.0, 0, 0.0, 0.0),
]
HITS = np.array([row[0] for row in TABLE], dtype=bool)
SIZES = np.array([row[1] for row in TABLE])


def column(position: int) -> np.ndarray:
    return np.array([row[position] for row in TABLE])


def test_ndcg() -> None:
    np.testing.assert_allclose(ndcg(HITS, SIZES, 3), column(2), atol=1e-5)


def test_hit_rate() -> None:
    np.testing.assert_allclose(hit_rate(HITS, 3), column(3))


def test_recall() -> None:
    np.testing.assert_allclose(recall(HITS, SIZES, 3), column(4))


def test_mrr() -> None:
    np.testing.assert_allclose(mrr(HITS), column(5))


def test_hits_are_read_per_person() -> None:
    hits = hits_of(np.array([[3, 1], [3, 1]]), [np.array([1, 9]), np.array([3])])
    assert hits.tolist() == [[False, True], [True, False]]


def test_rankings_shorter_than_k_still_count() -> None:
    assert ndcg(np.array([[True]]), np.array([1]), 10) == pytest.approx(1.0)


def test_coverage_is_the_share_of_items_that_ever_show() -> None:
    assert coverage(np.array([[0, 1, 2], [1, 3, 2]]), n_items=8, k=2) == 3 / 8


def test_bootstrap_encloses_the_mean_and_repeats() -> None:
    values = np.random.default_rng(1).random(200)
    found = bootstrap(values)
    assert found.low < found.mean < found.high
    assert found.mean == pytest.approx(values.mean())
    assert found == bootstrap(values)


def test_bootstrap_of_equal_values_has_no_width() -> None:
    assert bootstrap(np.full(5, 0.25)) == (0.25, 0.25, 0.25)


def test_bootstrap_of_nobody_is_not_a_number() -> None:
    assert np.isnan(bootstrap(np.zeros(0)).mean)
