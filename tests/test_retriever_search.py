from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from retriever.catalog import Catalog, Constraints
from retriever.errors import BadData, UnknownItem
from retriever.index import VectorIndex
from retriever.lexical import LexicalIndex
from retriever.search import Retriever

N, D = 60, 8
GENRES = ("Action", "Drama", "Horror")


class HashEncoder:
    """Encode a text as a unit vector that depends on nothing but the text."""

    def encode(self, texts: Sequence[str], /) -> NDArray[np.float32]:
        rows = [
            np.random.default_rng(len(text) + sum(map(ord, text.lower()))).normal(size=D) for text in texts
        ]
        array = np.array(rows, dtype=np.float32)
        return array / np.linalg.norm(array, axis=1, keepdims=True)


@pytest.fixture(scope="module")
def retriever() -> Retriever:
    rng = np.random.default_rng(0)
    frame = pl.DataFrame(
        {
            "item_id": [str(i) for i in range(N)],
            "title": [f"Film {i}" if i else "Blade Runner" for i in range(N)],
            "year": [1980 + i % 30 for i in range(N)],
            "genres": [[GENRES[i % 3]] for i in range(N)],
            "text": [f"Film {i}" if i else "Blade Runner" for i in range(N)],
            "popularity": rng.integers(0, 50, N),
        }
    )
    catalog = Catalog.from_frame(frame)
    vectors = HashEncoder().encode(catalog.titles)
    collab = rng.normal(size=(N, 4)).astype(np.float32)
    collab[50:] = 0
    return Retriever(
        catalog,
        VectorIndex.build(vectors),
        vectors,
        VectorIndex.build(collab),
        catalog.popularity,
        HashEncoder(),
    )


@settings(deadline=None, max_examples=60)
@given(
    query=st.sampled_from(["", "Blade Runner", "film 7", "nothing known \ud800"]),
    liked=st.lists(st.integers(0, N - 1), max_size=4),
    excluded=st.frozensets(st.sampled_from(GENRES), max_size=3),
    years=st.tuples(st.integers(1975, 2012), st.integers(1975, 2012)),
    k=st.integers(0, 2 * N),
)
def test_k_results_whenever_k_exist(
    retriever: Retriever,
    query: str,
    liked: list[int],
    excluded: frozenset[str],
    years: tuple[int, int],
    k: int,
) -> None:
    constraints = Constraints(
        exclude={"genres": excluded}, year_min=years[0], year_max=years[1], exclude_rows=frozenset(liked)
    )
    allowed = retriever.catalog.mask(constraints)
    found = retriever.search(query, liked, constraints, k)
    assert len(found) == min(k, allowed.sum())
    assert len(set(found.rows.tolist())) == len(found)
    assert allowed[found.rows].all()
    assert (np.diff(found.fused) <= 0).all()
    arrays = (found.semantic, found.lexical, found.collab, found.content, found.popularity)
    assert all(a.shape == found.rows.shape and np.isfinite(a).all() for a in arrays)


def test_nothing_to_go_by_is_popularity(retriever: Retriever) -> None:
    found = retriever.search("", [], None, 10)
    assert found.rows.tolist() == retriever.catalog.by_popularity[:10].tolist()
    assert not found.semantic.any()
    assert not found.collab.any()


def test_words_of_the_query_are_found(retriever: Retriever) -> None:
    found = retriever.search("blade runner", [], None, 20)
    assert 0 in found.rows
    assert found.lexical[found.rows.tolist().index(0)] == found.lexical.max() > 0


def test_cold_liked_items_do_not_break_it(retriever: Retriever) -> None:
    found = retriever.search("", [55], None, 20)
    assert len(found) == 20
    assert not found.collab.any()
    assert found.content.any()


def test_scores_are_what_they_say(retriever: Retriever) -> None:
    found = retriever.search("dark film", [3, 4], None, N)
    vectors = HashEncoder().encode(retriever.catalog.titles)
    np.testing.assert_allclose(
        found.semantic, vectors[found.rows] @ HashEncoder().encode(["dark film"])[0], atol=1e-5
    )
    np.testing.assert_allclose(found.content, vectors[found.rows] @ vectors[[3, 4]].mean(axis=0), atol=1e-5)
    assert found.popularity.max() == 1


def test_similar_leaves_the_item_out(retriever: Retriever) -> None:
    found = retriever.similar(3, 10, Constraints(include_any={"genres": frozenset({"Drama"})}))
    assert len(found) == 10
    assert 3 not in found.rows
    assert len(retriever.similar(3, 1000)) == N - 1


def test_without_encoder_and_collab(retriever: Retriever) -> None:
    vectors = HashEncoder().encode(retriever.catalog.titles)
    catalog = retriever.catalog
    bare = Retriever(catalog, VectorIndex.build(vectors), vectors, None, catalog.popularity, None)
    assert len(bare.search("film 7", [1], None, 30)) == 30


def test_bad_arguments(retriever: Retriever) -> None:
    with pytest.raises(UnknownItem):
        retriever.search("", [N])
    with pytest.raises(BadData, match="Nearest known: Horror"):
        retriever.search("", [], Constraints(exclude={"genres": frozenset({"horor"})}))
    vectors = np.eye(3, D, dtype=np.float32)
    with pytest.raises(BadData, match="text index 3"):
        Retriever(retriever.catalog, VectorIndex.build(vectors), vectors, None, np.ones(3), None)


def test_bm25_by_hand() -> None:
    index = LexicalIndex(["dark city", "dark dark night", "sunny day"])
    scores = index.scores("The DARK city")
    assert scores[0] > scores[1] > scores[2] == 0
    idf = np.log1p((3 - 2 + 0.5) / (2 + 0.5))
    norm = 1.2 * (1 - 0.5 + 0.5 * 3 / (7 / 3))
    np.testing.assert_allclose(scores[1], idf * 2 / (2 + norm), rtol=1e-5)
    assert not index.scores("").any()
