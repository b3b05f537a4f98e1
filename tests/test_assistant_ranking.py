from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from assistant.ranking import Scale, combine, diverse, share


def arrays(k: int, n: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    f = np.float32
    parts = (rng.normal(size=k), rng.normal(size=(n, k)), rng.normal(size=k), rng.random(k))
    return tuple(part.astype(f) for part in parts)  # type: ignore[return-value]


@given(st.integers(1, 30), st.integers(0, 5), st.integers(0, 10**6))
def test_terms_keep_the_order_of_the_personal_score_and_its_shares(k: int, n: int, seed: int) -> None:
    base, events, similarity, implied = arrays(k, n, seed)
    scale = Scale.of(base + events.sum(0))
    alone = combine(base, events, scale)
    np.testing.assert_allclose(
        alone.total() * scale.spread + scale.mean, base + events.sum(0), rtol=1e-3, atol=1e-3
    )
    np.testing.assert_allclose(alone.events * scale.spread, events, atol=1e-3)
    full = combine(base, events, scale, similarity, Scale.of(similarity), implied)
    np.testing.assert_allclose(full.total(), full.base + full.events.sum(0) + full.query + full.facets)


def test_no_spread_is_no_error() -> None:
    ones = np.ones(4, np.float32)
    terms = combine(ones, np.zeros((0, 4), np.float32), Scale.of(ones), ones, Scale.of(ones))
    assert terms.total().tolist() == [0, 0, 0, 0]
    assert Scale.of(ones[:0]) == Scale(0.0, 1.0)


def test_diversity_by_hand() -> None:
    vectors = np.array([[1, 0], [1, 0], [0, 1]], np.float32)
    scores = np.array([1.0, 0.9, 0.8], np.float32)
    assert diverse(scores, vectors, 2, redundancy=0.5) == [0, 2]
    assert diverse(scores, vectors, 2, redundancy=0.0) == [0, 1]
    assert diverse(scores, vectors, 9, redundancy=0.5) == [0, 2, 1]
    assert diverse(scores[:0], vectors[:0], 3) == []


def test_share_by_hand() -> None:
    matrix = np.array([[1, 0, 1], [1, 1, 1]], bool)
    np.testing.assert_allclose(share(matrix, np.array([0, 1]), [0, 1]), [0.5, 1.0])
