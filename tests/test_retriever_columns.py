from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retriever.catalog import Catalog, Constraints
from retriever.columns import parse_header, typed
from retriever.datasets import plain_csv
from retriever.errors import BadData

ITEMS = """item_id,title,brand,director,price (EUR),weight (kg),year,aliases
s1,Heron,Fennwick,Ada Quill|Bo Li,42,2.1,1999,Grey Heron
s2,Old Tom,Oakhollow,Bo Li,24.50,,2004,
s3,Border Queen,Fennwick|Tarrow,,36,1.7,,
"""


ADA = frozenset({"Ada Quill"})


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    (tmp_path / "items.csv").write_text(ITEMS)
    (tmp_path / "interactions.csv").write_text("user_id,item_id\nu,s1\nu,s2\nv,s1\n")
    return Catalog.from_frame(plain_csv.load(tmp_path).items)


def test_a_plain_csv_keeps_numbers_units_people_and_facets(catalog: Catalog) -> None:
    assert catalog.units == {"year": "", "price": "EUR", "weight": "kg"}
    np.testing.assert_array_equal(catalog.numbers["weight"], [2.1, np.nan, 1.7])
    np.testing.assert_array_equal(catalog.numbers["year"], [1999, 2004, np.nan])
    assert catalog.people == ("director",)
    assert catalog.facet_values["brand"] == ("Fennwick", "Oakhollow", "Tarrow")
    assert catalog.item(0).numbers == {"price": 42.0, "weight": 2.1}
    assert catalog.item(1).numbers == {"price": 24.5}
    assert catalog.item(0).aliases == ("Grey Heron",)
    assert "Fennwick" in catalog.texts()[0]
    assert catalog.person("bo li") == "Bo Li"
    assert catalog.person("Nobody") is None
    assert not catalog.is_single("brand")


def test_numbers_and_units_survive_the_disk(catalog: Catalog, tmp_path: Path) -> None:
    catalog.save(tmp_path / "items.parquet")
    again = Catalog.load(tmp_path / "items.parquet")
    assert again.units == catalog.units
    assert again.item(0) == catalog.item(0)


@pytest.mark.parametrize(
    ("constraints", "rows"),
    [
        (Constraints(ranges={"price": (None, 36)}), [1, 2]),
        (Constraints(ranges={"weight": (None, 5)}), [0, 2]),  # unknown weight fails
        (Constraints(not_ranges={"weight": ((2.0, 3.0),)}), [1, 2]),  # unknown weight passes
        (Constraints(not_ranges={"price": ((None, 30), (40, None))}), [2]),
        (Constraints(year_min=2000), [1]),
        (Constraints(ranges={"year": (1990, 1999)}), [0]),
        (Constraints(people=frozenset({"bo li"})), [0, 1]),
        (Constraints(people=frozenset({"Bo Li", "Ada Quill"})), [0]),
        (Constraints(not_people=frozenset({"Ada Quill"})), [1, 2]),
        (
            Constraints(either=({"brand": frozenset({"Tarrow"}), "director": frozenset({"Ada Quill"})},)),
            [0, 2],
        ),
        (Constraints(either=({"brand": frozenset({"Fennwick"})}, {"brand": frozenset({"Tarrow"})})), [2]),
        (Constraints(ranges={"tempo": (1, 2)}), []),  # a column that is not there holds nothing
    ],
)
def test_masks(catalog: Catalog, constraints: Constraints, rows: list[int]) -> None:
    assert np.flatnonzero(catalog.mask(constraints)).tolist() == rows


def test_an_unknown_person_is_named(catalog: Catalog) -> None:
    with pytest.raises(BadData, match="nobody called 'Zed'"):
        catalog.mask(Constraints(people=frozenset({"Zed"})))


@pytest.mark.parametrize(
    ("header", "name", "unit"),
    [("price (EUR)", "price", "EUR"), ("year", "year", ""), ("a (b) (c d)", "a", "b) (c d")],
)
def test_headers(header: str, name: str, unit: str) -> None:
    assert parse_header(header) == (name, unit)


def test_one_word_among_numbers_makes_a_facet() -> None:
    columns = typed({"size (cm)": pl.Series(["36", "38|40", None]), "n": pl.Series(["1", "", "-2.5"])})
    assert columns["size"].to_list() == [["36"], ["38", "40"], []]
    assert columns["n"].to_list() == [1.0, None, -2.5]


def test_a_facet_of_many_values_is_held_without_a_matrix() -> None:
    names = [[f"Actor {i}", f"Actor {i + 1}"] for i in range(3000)]
    catalog = Catalog.from_frame(
        pl.DataFrame({"item_id": range(3000), "title": [str(i) for i in range(3000)], "actors": names})
    )
    found = catalog.mask(Constraints(people=frozenset({"Actor 7"})))
    assert np.flatnonzero(found).tolist() == [6, 7]
    assert "matrix" not in vars(catalog._facets["actors"])


@given(st.lists(st.none() | st.floats(-5, 5), min_size=1, max_size=12), st.floats(-5, 5), st.floats(-5, 5))
def test_a_range_equals_the_plain_definition(values: list[float | None], low: float, high: float) -> None:
    frame = pl.DataFrame({"item_id": range(len(values)), "title": ["x"] * len(values)})
    frame = frame.with_columns(pl.Series("n (m)", values, dtype=pl.Float64))
    mask = Catalog.from_frame(frame).mask(Constraints(ranges={"n": (low, high)}))
    assert mask.tolist() == [value is not None and low <= value <= high for value in values]
