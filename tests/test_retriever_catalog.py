from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retriever.catalog import Catalog, Constraints
from retriever.errors import BadData, DamagedFile, UnknownItem

FRAME = pl.DataFrame(
    {
        "item_id": ["a", "b", "c", "d"],
        "title": ["The Matrix", "Heat", "Hamlet", "Hamlet"],
        "year": [1999, 1995, 2000, 2000],
        "genres": [["Action", "Sci-Fi"], ["Crime", "Action"], ["Drama"], []],
        "aliases": [["Matrix"], [], [], []],
        "popularity": [5, 9, 1, 0],
    }
).with_columns(pl.col("year").cast(pl.Int32))


@pytest.fixture
def catalog() -> Catalog:
    return Catalog.from_frame(FRAME)


def test_items_and_rows(catalog: Catalog) -> None:
    item = catalog.item(catalog.row("a"))
    assert (item.label, item.facets, item.popularity) == (
        "The Matrix (1999)",
        {"genres": ("Action", "Sci-Fi")},
        5,
    )
    assert [catalog.item(row).label for row in (2, 3)] == ["Hamlet (2000)", "Hamlet (2000/II)"]
    assert catalog.facet_values == {"genres": ("Action", "Crime", "Drama", "Sci-Fi")}
    assert catalog.by_popularity.tolist() == [1, 0, 2, 3]


def test_a_facet_matrix_holds_what_is_there_and_no_more(catalog: Catalog) -> None:
    plain = [[True, False, False, True], [True, True, False, False], [False, False, True, False], [False] * 4]
    assert catalog.facet_matrix("genres").toarray().tolist() == plain
    n, many = 5_000, 4_000
    brands = pl.Series("brand", [[f"b{row % many}"] for row in range(n)])
    titles = [f"Thing {row}" for row in range(n)]
    wide = Catalog.from_frame(pl.DataFrame({"item_id": titles, "title": titles, "brand": brands}))
    matrix = wide.facet_matrix("brand")
    assert matrix.shape == (n, many)
    assert matrix.data.nbytes + matrix.indices.nbytes + matrix.indptr.nbytes < 20 * n  # not n * many
    held = dict(zip(wide.facet_values["brand"], np.ravel(matrix.sum(axis=0)).tolist(), strict=True))
    assert (held["b0"], held["b999"], held["b1000"], sum(held.values())) == (2, 2, 1, n)


def test_optional_columns_have_defaults() -> None:
    catalog = Catalog.from_frame(pl.DataFrame({"item_id": [7], "title": ["Alone"]}))
    assert catalog.item(0).label == "Alone"
    assert catalog.years.tolist() == [0]
    assert catalog.texts() == ["Alone"]
    assert not catalog.mask(Constraints(year_max=3000)).any()


@pytest.mark.parametrize(
    ("constraints", "rows"),
    [
        (Constraints(), [0, 1, 2, 3]),
        (Constraints(include_all={"genres": frozenset({"action", "SCI-FI"})}), [0]),
        (Constraints(include_any={"genres": frozenset({"Drama", "Crime"})}), [1, 2]),
        (Constraints(include_any={"genres": frozenset()}), [0, 1, 2, 3]),
        (Constraints(exclude={"genres": frozenset({"Action"})}), [2, 3]),
        (Constraints(year_min=1999, year_max=1999), [0]),
        (Constraints(exclude_rows=frozenset({0, 3})), [1, 2]),
        (Constraints(year_min=1990, exclude={"genres": frozenset({"drama"})}), [0, 1, 3]),
    ],
)
def test_mask(catalog: Catalog, constraints: Constraints, rows: list[int]) -> None:
    assert np.flatnonzero(catalog.mask(constraints)).tolist() == rows


GENRES = st.frozensets(st.sampled_from(["Action", "Crime", "Drama", "Sci-Fi"]), max_size=3)
YEARS = st.none() | st.integers(1994, 2001)


@given(all_of=GENRES, any_of=GENRES, none_of=GENRES, first=YEARS, last=YEARS)
def test_mask_equals_the_plain_definition(
    all_of: frozenset[str],
    any_of: frozenset[str],
    none_of: frozenset[str],
    first: int | None,
    last: int | None,
) -> None:
    catalog = Catalog.from_frame(FRAME)
    mask = catalog.mask(Constraints({"genres": all_of}, {"genres": any_of}, {"genres": none_of}, first, last))
    for row, allowed in enumerate(mask):
        item = catalog.item(row)
        has = set(item.facets["genres"])
        assert allowed == (
            all_of <= has
            and (not any_of or bool(any_of & has))
            and not none_of & has
            and (first is None or (item.year or 0) >= first)
            and (last is None or (item.year or 9999) <= last)
        )


def test_unknown_names_are_named_with_the_nearest(catalog: Catalog) -> None:
    with pytest.raises(BadData, match=r"'scifi' is not known in genres\. Nearest known: Sci-Fi"):
        catalog.mask(Constraints(exclude={"genres": frozenset({"scifi"})}))
    with pytest.raises(BadData, match="no facet 'mood'"):
        catalog.facet_matrix("mood")
    with pytest.raises(UnknownItem) as caught:
        catalog.row("zzz")
    assert caught.value.item_id == "zzz"
    assert isinstance(caught.value, KeyError)
    for row in (-1, 4):
        with pytest.raises(UnknownItem):
            catalog.item(row)
        with pytest.raises(UnknownItem):
            catalog.mask(Constraints(exclude_rows=frozenset({row})))


@pytest.mark.parametrize(
    "frame",
    [
        pl.DataFrame({"item_id": ["a"]}),
        pl.DataFrame({"item_id": ["a", "a"], "title": ["x", "y"]}),
        pl.DataFrame({"item_id": ["a", None], "title": ["x", "y"]}),
        pl.DataFrame({"item_id": ["a"], "title": ["x"]}).clear(),
    ],
)
def test_bad_frames(frame: pl.DataFrame) -> None:
    with pytest.raises(BadData):
        Catalog.from_frame(frame)


def test_save_and_load(catalog: Catalog, tmp_path: Path) -> None:
    path = tmp_path / "home" / "items.parquet"
    catalog.save(path)
    again = Catalog.load(path)
    assert again.frame.equals(catalog.frame)
    assert [file.name for file in path.parent.iterdir()] == ["items.parquet"]
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(DamagedFile, match=r"items\.parquet.*palate setup"):
        Catalog.load(path)
    with pytest.raises(DamagedFile):
        Catalog.load(tmp_path / "absent.parquet")
