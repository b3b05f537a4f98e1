from __future__ import annotations

import numpy as np

from metalearn.gates import KNOTS, at, hats, spread_out


def test_at_a_knot_only_that_knot_counts() -> None:
    np.testing.assert_allclose(hats(np.array(KNOTS)), np.eye(len(KNOTS)), atol=1e-6)


def test_between_knots_the_weights_are_linear_in_log_n() -> None:
    share = (np.log(8.0) - np.log(6.0)) / (np.log(11.0) - np.log(6.0))
    row = hats(np.array([7]))[0]
    np.testing.assert_allclose(row[KNOTS.index(10)], share, rtol=1e-5)
    np.testing.assert_allclose(row.sum(), 1.0, rtol=1e-6)


def test_beyond_the_last_knot_nothing_changes() -> None:
    table = np.arange(len(KNOTS), dtype=np.float32)
    assert at(spread_out(table), 10_000) == at(spread_out(table), KNOTS[-1]) == len(KNOTS) - 1


def test_a_spread_out_table_holds_the_knots_where_they_are() -> None:
    tables = np.arange(2 * len(KNOTS), dtype=np.float32).reshape(2, -1)
    for position, knot in enumerate(KNOTS):
        np.testing.assert_allclose(at(spread_out(tables), knot), tables[:, position], rtol=1e-5)
