from __future__ import annotations

from pathlib import Path

import pytest
from small_world import HashEncoder

from assistant.homes.domain import Greeting, candidates, greeting, limits, set_kit
from assistant.rooms import Rooms
from retriever import kits
from retriever.catalog import Catalog
from retriever.errors import BadData
from retriever.intake.building import Tables, take_in


@pytest.mark.parametrize("name", kits.KITS)
def test_every_kit_fills_its_examples_from_the_catalogue(name: str, small_home: Path) -> None:
    catalog = Catalog.load(small_home / "items.parquet")
    assert greeting(small_home, catalog) == Greeting()
    set_kit(small_home, name)
    said = greeting(small_home, catalog)
    assert said.examples
    assert not [text for text in said.examples if "{" in text]
    best = catalog.titles[catalog.by_popularity[0]]
    assert any(best in text for text in said.examples)
    table = limits(small_home, {"kids": ["x"]})
    assert table["kids"] == ["x"]
    assert "horror" in table["family"]


def test_a_kit_names_columns_and_limits(tmp_path: Path, small_home: Path) -> None:
    rows = [f"{i};Spade {i};{'Acme' if i % 2 else 'Bolt'};{i},50" for i in range(1, 40)]
    (tmp_path / "s.csv").write_text("\n".join(["nr;name;Hersteller;VK Preis EUR", *rows]))
    data = take_in(Tables("s", str(tmp_path / "s.csv"), kit=kits.load("shop")), tmp_path).data
    assert data.items["brand"].explode().unique().sort().to_list() == ["Acme", "Bolt"]
    assert data.items["price (EUR)"][0] == 1.5
    set_kit(small_home, "news")
    assert {"horror", "newscrime"} <= set(limits(small_home, {})["kids"])
    with pytest.raises(BadData, match="shop, video, social, news, music"):
        kits.load("cooking")


def test_a_kit_says_where_candidates_come_from(tmp_path: Path, small_home: Path) -> None:
    assert candidates(small_home).sources == ()
    set_kit(small_home, "news")
    assert candidates(small_home).sources[-1] == "recent"
    assert not candidates(small_home).always
    plain = (Path(kits.__file__).parent / "shop.toml").read_text(encoding="utf-8")
    own = tmp_path / "own.toml"
    own.write_text(
        plain.replace(
            "[facets]", '[candidates]\nsources = ["popular", "content"]\nalways = true\n[facets]', 1
        )
    )
    set_kit(small_home, str(own))
    for sources, rules, setting, names in (
        (candidates(small_home), "", None, ("text", "facets", "bm25", "popular")),
        (kits.Candidates(sources=("popular",)), "", None, None),
        (candidates(small_home), 'strategies = "itemknn"', None, ("itemknn",)),
        (candidates(small_home), 'strategies = "itemknn"', "fused", None),
    ):
        (small_home / "rules.toml").write_text(rules, encoding="utf-8")
        rooms = Rooms(small_home, HashEncoder, strategies=setting, sources=sources)  # type: ignore[arg-type]
        assert (None if rooms.proposer is None else set(rooms.proposer.names)) == (names and set(names))
    own.write_text(plain.replace("[facets]", '[candidates]\nsources = ["oracle"]\n[facets]', 1))
    with pytest.raises(BadData, match=r"candidates.sources: .*'oracle' is unknown. Choose among"):
        kits.load(str(own))
