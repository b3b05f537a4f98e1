from __future__ import annotations

import numpy as np

from metalearn.features import (
    Blocks,
    Projection,
    Reducer,
    log_popularity,
    popularity_block,
    soft_bins,
    unit_rows,
)


def test_reducer_gives_unit_rows_and_keeps_unknown_rows_zero() -> None:
    rows = np.random.default_rng(0).normal(size=(20, 6)).astype(np.float32)
    rows[4] = 0
    reduced = Reducer.fit(rows, 3)(rows)
    lengths = np.linalg.norm(reduced, axis=1)
    assert lengths[4] == 0
    np.testing.assert_allclose(np.delete(lengths, 4), 1.0, rtol=1e-5)


def test_reducer_keeps_the_strongest_directions() -> None:
    rng = np.random.default_rng(0)
    rows = (rng.normal(size=(4000, 4)) * [0.1, 5.0, 0.1, 3.0]).astype(np.float32)
    basis = Reducer.fit(rows, 2).basis
    np.testing.assert_allclose(np.abs(basis), np.eye(4)[:, [1, 3]], atol=0.05)
    np.testing.assert_allclose(basis.T @ basis, np.eye(2), atol=1e-5)


def test_reducer_of_no_columns_gives_no_columns() -> None:
    nothing = np.zeros((5, 0), np.float32)
    assert Reducer.fit(nothing, 3)(nothing).shape == (5, 0)


def test_unit_rows_leaves_zeros_alone() -> None:
    np.testing.assert_allclose(unit_rows(np.array([[3.0, 4.0], [0.0, 0.0]])), [[0.6, 0.8], [0.0, 0.0]])


def test_popularity_keeps_the_order_and_the_ties_of_the_counts() -> None:
    counts = np.array([0.0, 7.0, 2.0, 7.0, 100.0], np.float32)
    base = log_popularity(counts)
    assert base[1] == base[3]
    assert np.argsort(base, kind="stable").tolist() == np.argsort(counts, kind="stable").tolist()
    block = popularity_block(base)
    assert block.shape == (5, 1)
    assert np.abs(block).max() == 1.0


def test_phi_is_the_scaled_blocks_side_by_side() -> None:
    blocks = Blocks(*(np.full((2, size), 1.0, np.float32) for size in (3, 2, 2, 4, 1, 2)))
    phi = Projection(np.array([0.5, 2.0, 3.0, 4.0, 0.1, 0.2], np.float32))(blocks)
    np.testing.assert_allclose(phi[0], [0.5] * 3 + [2.0] * 2 + [3.0] * 2 + [4.0] * 4 + [0.1] + [0.2] * 2)


class TestSoftBins:
    def test_close_numbers_have_close_rows(self) -> None:
        rows = soft_bins(np.array([1990.0, 1992.0, 2015.0, np.nan, *range(1960, 2020)]))
        likeness = rows @ rows[0]
        assert likeness[1] > 0.8
        assert likeness[2] < 0.3
        np.testing.assert_allclose(np.linalg.norm(rows[:3], axis=1), 1.0, rtol=1e-5)

    def test_an_unknown_number_is_all_zero(self) -> None:
        assert not soft_bins(np.array([1.0, np.nan, 3.0]))[1].any()
        assert soft_bins(np.array([np.nan, np.nan])).shape == (2, 0)

    def test_one_value_only(self) -> None:
        np.testing.assert_allclose(soft_bins(np.array([5.0, 5.0])), [[1.0], [1.0]])
