from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from retriever.errors import BadData, DamagedFile
from retriever.index import Kind, VectorIndex


def unit_rows(n: int, d: int, seed: int) -> NDArray[np.float32]:
    rows = np.random.default_rng(seed).normal(size=(n, d)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@settings(deadline=None, max_examples=40)
@given(
    kind=st.sampled_from(["flat", "hnsw"]),
    n=st.integers(1, 300),
    share=st.floats(0, 1),
    k=st.integers(0, 400),
    seed=st.integers(0, 10_000),
)
def test_filtered_search_is_full_and_true(kind: Kind, n: int, share: float, k: int, seed: int) -> None:
    vectors, queries = unit_rows(n, 8, seed), unit_rows(3, 8, seed + 1)
    allowed = np.random.default_rng(seed).random(n) < share
    found = VectorIndex.build(vectors, kind=kind).search(queries, k, allowed)
    assert found.rows.shape == found.scores.shape == (3, min(k, allowed.sum()))
    assert allowed[found.rows].all()
    assert all(len(set(row)) == len(row) for row in found.rows.tolist())
    brute = np.where(allowed, queries @ vectors.T, -np.inf)
    np.testing.assert_allclose(found.scores, np.take_along_axis(brute, found.rows, axis=1), atol=1e-5)
    if kind == "flat":
        best = -np.sort(-brute, axis=1)[:, : found.scores.shape[1]]
        np.testing.assert_allclose(found.scores, best, atol=1e-5)


def test_one_query_may_be_a_vector() -> None:
    vectors = unit_rows(20, 4, 0)
    found = VectorIndex.build(vectors).search(vectors[7], 3)
    assert found.rows.shape == (1, 3)
    assert found.rows[0, 0] == 7


@pytest.mark.parametrize("kind", ["flat", "hnsw"])
def test_save_and_load(kind: Kind, tmp_path: Path) -> None:
    vectors = unit_rows(50, 6, 1)
    index = VectorIndex.build(vectors, kind=kind)
    index.save(tmp_path / "index" / "text.faiss")
    again = VectorIndex.load(tmp_path / "index" / "text.faiss")
    assert (again.kind, again.n, again.d) == (kind, 50, 6)
    np.testing.assert_array_equal(again.vectors(), vectors)
    allowed = np.arange(50) % 7 == 0
    np.testing.assert_array_equal(
        again.search(vectors[:4], 5, allowed).rows, index.search(vectors[:4], 5, allowed).rows
    )
    assert sorted(f.name for f in (tmp_path / "index").iterdir()) == ["text.faiss", "text.faiss.json"]


def damage_index(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-5])


def remove_index(path: Path) -> None:
    path.unlink()


def remove_side_file(path: Path) -> None:
    path.with_name("x.faiss.json").unlink()


def empty_side_file(path: Path) -> None:
    path.with_name("x.faiss.json").write_text("{}")


def foreign_format(path: Path) -> None:
    side = path.with_name("x.faiss.json")
    side.write_text(json.dumps(json.loads(side.read_text()) | {"format": 99}))


@pytest.mark.parametrize(
    "damage", [damage_index, remove_index, remove_side_file, empty_side_file, foreign_format]
)
def test_damage_is_named(damage, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "x.faiss"
    VectorIndex.build(unit_rows(5, 4, 0)).save(path)
    damage(path)
    with pytest.raises(DamagedFile, match=r"x\.faiss.*palate setup"):
        VectorIndex.load(path)


def test_bad_arguments() -> None:
    index = VectorIndex.build(unit_rows(5, 4, 0))
    with pytest.raises(BadData, match="have 3 numbers, the index has 4"):
        index.search(np.ones((1, 3), np.float32), 2)
    with pytest.raises(BadData, match="mask"):
        index.search(np.ones((1, 4), np.float32), 2, np.ones(4, np.bool_))
    with pytest.raises(BadData, match="finite"):
        VectorIndex.build(np.full((2, 2), np.nan, np.float32))
    with pytest.raises(BadData, match="Metric"):
        VectorIndex.build(unit_rows(2, 2, 0), metric="l2")
