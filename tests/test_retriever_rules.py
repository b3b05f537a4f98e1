"""Triples and rules: what they mean on a small catalogue, and what is said where one is wrong."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from assistant.homes.linking_up import links_of
from retriever.catalog import Catalog
from retriever.constraints import Constraints
from retriever.errors import BadData
from retriever.ruled import RuledCatalog, Rulings, alike, held_against
from retriever.rules import read_rules
from retriever.series import SeriesIndex
from retriever.strategies.links import Paths
from retriever.strategies.triples import read_triples

TITLES = ["Alien", "Aliens", "Alien 3", "Blade Runner", "Gladiator", "Heat"]
NOW = datetime(2026, 6, 1, tzinfo=UTC).timestamp()


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog.from_frame(
        pl.DataFrame(
            {
                "item_id": [f"m{row}" for row in range(6)],
                "title": TITLES,
                "year": [1979, 1986, 1992, 1982, 2000, 1995],
                "popularity": [9, 8, 7, 6, 5, 4],
                "in_stock": [["in_stock"], ["in_stock"], ["in_stock"], ["in_stock"], [], ["in_stock"]],
                "format": [["DVD"], ["DVD"], ["DVD"], ["Tape"], ["DVD"], []],
                "price (EUR)": [5.0, 7.0, 9.0, None, 30.0, 8.0],
            }
        )
    )


@pytest.fixture
def triples(tmp_path: Path) -> Path:
    path = tmp_path / "triples.csv"
    path.write_text(
        "head,relation,tail\nAlien (1979),Director,Ridley Scott\nblade runner,director,ridley scott\n"
        "m4,director,Ridley Scott\nAliens,sequel of,Alien\nAlien 3,sequel of,m1\n"
        "Sigourney Weaver,acts in,Alien\nNobody,director,Nothing\nHeat,released,2027-01-31\n",
        encoding="utf-8",
    )
    return path


def held(tmp_path: Path, catalog: Catalog, triples: Path | None, text: str) -> Rulings:
    path = tmp_path / "rules.toml"
    path.write_text(text, encoding="utf-8")
    return held_against(read_rules(path), catalog, links_of(catalog, triples))


def test_triples_are_found_by_id_label_and_title(catalog: Catalog, triples: Path) -> None:
    found = read_triples(triples, catalog)
    links = found.links
    named = [
        (
            TITLES[head],
            links.relations[kind],
            TITLES[tail] if tail < 6 else links.entities[tail - 6],
        )
        for head, kind, tail in zip(links.heads, links.kinds, links.tails, strict=True)
    ]
    assert named == [
        ("Alien", "director", "Ridley Scott"),
        ("Blade Runner", "director", "Ridley Scott"),
        ("Gladiator", "director", "Ridley Scott"),
        ("Aliens", "sequel of", "Alien"),
        ("Alien 3", "sequel of", "Aliens"),
        ("Alien", "acts in", "Sigourney Weaver"),  # the item may stand at either end
        ("Heat", "released", "2027-01-31"),
    ]
    assert found.unknown == 1
    assert "'Nobody' - 'Nothing'" in found.to_text()


def test_triples_without_names_of_columns_and_in_tabs(catalog: Catalog, tmp_path: Path) -> None:
    path = tmp_path / "t.tsv"
    path.write_text("Alien\tdirector\tRidley Scott\nGladiator\tdirector\tRidley Scott\n", encoding="utf-8")
    assert read_triples(path, catalog).links.heads.tolist() == [0, 4]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b\n1,2\n", "has the columns a, b"),
        ("head,relation,tail\nx,y,z\n", "none of its 1 triples names an item"),
    ],
)
def test_triples_of_no_use_are_refused(catalog: Catalog, tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadData, match=said):
        read_triples(path, catalog)


def test_series_have_the_root_that_their_titles_begin_with(catalog: Catalog) -> None:
    # "Aliens" is "alien" in the singular, which is the title of another item, not the beginning of one.
    roots = SeriesIndex(catalog).roots()
    assert roots[2] == roots[0]
    assert roots[0] >= 0
    assert roots[3] == roots[4] == roots[5] == -1


def test_ways_say_what_two_items_share_and_sum_up(catalog: Catalog, triples: Path) -> None:
    links = links_of(catalog, triples).only(["director", "sequel of"])
    paths = Paths(links)
    liked = np.array([0, 4], np.int64)
    rows = np.arange(6)
    between = paths.between(liked, rows)
    assert between[0, 3] == pytest.approx(1 / np.log2(4))  # three films of one director
    assert between[0, 1] == between[0, 4] * 2 == 1.0  # a direct link
    assert between[0, 0] == between[1, 4] == 0.0
    for row in rows:
        found = paths.to(liked, int(row))
        for event in range(2):
            weights = [path.weight for path in found if path.event == event]
            assert sum(weights) == pytest.approx(between[event, row], abs=1e-6)
    assert [(p.relation, p.through) for p in paths.to(liked, 3)] == [("director", "Ridley Scott")] * 2
    assert [(p.relation, p.through) for p in paths.to(liked, 1)] == [("sequel of", "")]


def test_requirements_of_flags_values_and_numbers(catalog: Catalog, tmp_path: Path) -> None:
    assert held(tmp_path, catalog, None, '[[require]]\ncolumn = "In stock"\nis = false\n').fit.sum() == 1
    text = '[[require]]\ncolumn = "in_stock"\nis = true\n'
    assert held(tmp_path, catalog, None, text).fit.tolist() == [1, 1, 1, 1, 0, 1]
    text += '[[require]]\ncolumn = "price"\nat_most = 10\n'
    assert held(tmp_path, catalog, None, text).fit.tolist() == [1, 1, 1, 0, 0, 1]  # no price, no pick
    text = '[[require]]\ncolumn = "Format"\nis = ["dvd", "Tape"]\n'
    assert held(tmp_path, catalog, None, text).fit.tolist() == [1, 1, 1, 1, 1, 0]
    text = '[[require]]\ncolumn = "format"\nis_not = "DVD"\n'
    assert held(tmp_path, catalog, None, text).fit.tolist() == [0, 0, 0, 1, 0, 1]


def test_a_sequel_comes_after_its_original(catalog: Catalog, triples: Path, tmp_path: Path) -> None:
    rulings = held(tmp_path, catalog, triples, 'after = "sequel of"\n')
    assert rulings.too_early(frozenset()) == {1, 2}
    assert rulings.too_early(frozenset({0})) == {2}
    assert rulings.too_early(frozenset({1})) == {1}  # known or not, the original comes first
    assert held(tmp_path, catalog, None, 'after = ["series"]\n').too_early(frozenset()) == {2}


def test_nothing_is_picked_before_its_day(catalog: Catalog, triples: Path, tmp_path: Path) -> None:
    rulings = held(tmp_path, catalog, triples, 'not_before = "released"\n')
    clock = [NOW]
    ruled = RuledCatalog(catalog.frame, rulings, lambda: clock[0])
    assert ruled.mask(Constraints()).tolist() == [1, 1, 1, 1, 1, 0]
    assert ruled.mask(Constraints(year_min=1995)).tolist() == [0, 0, 0, 0, 1, 0]
    clock[0] = datetime(2027, 1, 31, tzinfo=UTC).timestamp()
    assert ruled.mask(Constraints()).all()
    by_year = held(tmp_path, catalog, None, 'not_before = "year"\n')
    assert by_year.open(datetime(1986, 1, 1, tzinfo=UTC).timestamp()).tolist() == [1, 1, 0, 1, 0, 0]


def test_values_that_stand_once_in_a_list(catalog: Catalog, triples: Path, tmp_path: Path) -> None:
    rulings = held(tmp_path, catalog, triples, 'one_per = ["director", "series"]\n')
    assert rulings.shared is not None
    apart = alike(rulings.shared, np.array([0, 3, 2, 5], np.int64))
    assert apart.tolist() == [[1, 1, 1, 0], [1, 1, 0, 0], [1, 0, 1, 0], [0, 0, 0, 0]]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            'after = "series"\n\n[[require]]\ncolumn = "stock"\nis = true\n',
            "line 4, require.column: .*'stock'.*in_stock",
        ),
        ('[[require]]\ncolumn = "format"\nis = "DVDs"\n', "line 3, require.is: no item has 'DVDs'.*mean DVD"),
        (
            '[[require]]\ncolumn = "price"\nis = "cheap"\n',
            "line 3, require.is: price holds numbers.*without quotes",
        ),
        ('[[require]]\ncolumn = "format"\n', "line 1, require: needs one of is, is_not"),
        (
            '[[require]]\ncolumn = "price"\nat_most = 5\n[[require]]\ncolumn = "price"\nat_mots = 3\n',
            "line 6, require.at_mots: there is no such key.*at_most",
        ),
        ('afer = "series"\n', "line 1, afer: there is no such key.*strategies, require, after"),
        ('# mine\nafter = "sequel"\n', "line 2, after: nothing is linked by 'sequel'"),
        (
            '[links]\nweight = 0.5\nuse = ["directors"]\n',
            "line 3, links.use: nothing is linked by 'directors'",
        ),
        ("[links]\nweight = -1\n", "line 2, links.weight: .*greater than or equal to 0"),
        ('not_before = "format"\n', "line 1, not_before: 'DVD' is no day. Write days as 2026-12-31"),
        ('not_before = "relased"\n', "line 1, not_before: there is no column or relation"),
        ('strategies = "itemknn,tags"\n', "line 1, strategies: the strategy 'tags' is unknown"),
        ('[[require]]\ncolumn = "price"\nat_least = 99\n', "line 1, require: no item satisfies"),
        ("after = series\n", "no TOML: .*line 1.*double quotes"),
    ],
)
def test_errors_name_line_key_and_what_to_write(
    catalog: Catalog, tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(BadData, match=said):
        held(tmp_path, catalog, None, text)
