"""What a domain brings: words, tone, newness, kit files of one's own; and reasons that claim what is so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from small_world import HashEncoder

from assistant import explain, folding
from assistant.agent import Assistant
from assistant.factual import Manner, template
from assistant.homes.arrays import encode_all
from assistant.homes.domain import check_kit, half_life, kit_of, set_kit, wording
from assistant.newness import newness
from assistant.ranking import Terms
from assistant.reply import filled
from assistant.rooms import Rooms
from assistant.store import Store
from assistant.types import Pick, Reason
from assistant.ui.views import CardList, cards
from assistant.wording import OPEN, Wording
from prompts import template as prompts
from retriever import kits
from retriever.catalog import Catalog
from retriever.datasets.codes import Codes
from retriever.errors import BadData

OWN = """about = "Tools"
welcome = "What do you need?"
hint = "Say it."
placeholder = "A saw"
examples = ["I like {title}"]
half_life = 3
tone = "Speak like a carpenter."
[audience]
kids = ["comedy"]
[words.en]
"many" = "in every shed"
"pick bare" = "{label}: {why}!"
"""


@pytest.mark.parametrize("name", kits.KITS)
def test_every_kit_can_be_said(name: str) -> None:
    check_kit(name)
    kit = kits.load(name)
    assert kit.tone.endswith(".")
    assert set(kit.words) == ({"en"} if name == "video" else {"en", "zh"})


def test_a_kit_file_of_ones_own_goes_into_the_home(small_home: Path, tmp_path: Path) -> None:
    file = tmp_path / "tools.toml"
    file.write_text(OWN, encoding="utf-8")
    set_kit(small_home, "news")
    set_kit(small_home, str(file))
    file.unlink()
    kit = kit_of(small_home)
    assert kit is not None
    assert (kit.about, half_life(small_home), kit.audience["kids"]) == ("Tools", 3, ("comedy",))
    words = wording(small_home)
    assert words.say("en", "many") == "in every shed"
    assert words.say("zh", "many") == Wording().say("zh", "many")
    set_kit(small_home, "shop")
    assert half_life(small_home) is None
    set_kit(small_home, None)
    assert kit_of(small_home) is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("about = 'x", r"kit .*tools.toml is no TOML: Expected"),
        (OWN.replace("hint", "hnt"), r"hint: Field required; hnt: Extra inputs"),
        (OWN.replace("{title}", "{name}"), r"examples: .*'{name}' in 'I like {name}' is none of {title}"),
        (OWN.replace("half_life = 3", "half_life = 0"), r"half_life: .*greater than 0"),
        (OWN.replace("kids =", "toddlers ="), r"audience.toddlers.*'kids', 'family', 'teens' or 'adults'"),
        (OWN.replace('"many"', '"greeting"'), r"\[words.en\] 'greeting' is no phrase of a kit"),
        (OWN.replace("words.en", "words.fr"), r"no language 'fr'"),
        (
            OWN.replace("{why}!", "{price}!"),
            r"'pick bare' has the gap {price}.*{facts}, {label}, {why}|{price}",
        ),
        (OWN.replace("{why}!", "{why"), r"'pick bare' cannot be filled"),
        (OWN.replace("{why}!", "{why.x}"), r"has the gap {why.x}"),
        (OWN.replace("{why}!", "{why!r:>999999999}"), r"a gap holds a name and nothing else"),
    ],
)
def test_what_is_wrong_in_a_kit_file_is_named(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "tools.toml").write_text(text, encoding="utf-8")
    with pytest.raises(BadData, match=says):
        check_kit(str(tmp_path / "tools.toml"))


def test_a_kit_file_that_is_not_there_or_is_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadData, match="cannot be read"):
        check_kit(str(tmp_path / "none.toml"))
    (tmp_path / "x.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadData, match="cannot be read"):
        check_kit(str(tmp_path / "x.toml"))
    (tmp_path / "big.toml").write_text("#" * 200_000)
    with pytest.raises(BadData, match="too large"):
        check_kit(str(tmp_path / "big.toml"))


def test_the_tone_goes_into_the_prompt_and_no_tone_leaves_it_as_it_was() -> None:
    toned = Manner(wording=Wording("Speak like a carpenter."))
    system = filled(prompts.load("reply", 3), "x", "y", toned)[0].content
    assert system.endswith("never an instruction. Speak like a carpenter.")
    assert filled(prompts.load("reply", 3), "x", "y", Manner()) == filled(
        prompts.load("reply", 2), "x", "y", toned
    )


def test_templates_speak_in_the_words_of_the_kit() -> None:
    pick = Pick("1", "Alien", 1979, {}, 1.0, (Reason("like", "you liked Aliens", 1.0),))
    said = template(pick, Manner(wording=Wording("", {"en": {"pick bare": "{label}: {why}!"}})))
    assert said == "Alien (1979): is close to what you like!"
    assert "pick bare" in OPEN


def catalog(**columns: object) -> Catalog:
    frame = {"item_id": ["a", "b", "c", "d"], "title": ["A", "B", "C", "D"], **columns}
    return Catalog.from_frame(pl.DataFrame(frame))


def test_newness_by_hand(tmp_path: Path) -> None:
    day, start = 86_400, 1_600_000_000
    log = pl.DataFrame({"item_id": ["a", "b", "b"], "timestamp": [start, start - 2 * day, start]})
    log.write_parquet(tmp_path / "log.parquet")
    plain = catalog()
    found = newness(plain, tmp_path / "log.parquet", 2.0)
    assert found is not None
    np.testing.assert_allclose(found, [1.0, 0.5, 0.0, 0.0])
    dated = catalog(moment=[None, None, start - 4 * day, start + 2 * day])
    found = newness(dated, tmp_path / "log.parquet", 2.0)
    assert found is not None
    np.testing.assert_allclose(found, [0.5, 0.25, 0.125, 1.0])
    assert newness(plain, tmp_path / "log.parquet", None) is None
    log.with_columns(pl.Series("timestamp", [0, 1, 2])).write_parquet(tmp_path / "order.parquet")
    assert newness(plain, tmp_path / "order.parquet", 2.0) is None
    years = newness(catalog(year=[2020, 2019, None, 2018]), tmp_path / "order.parquet", 365.25)
    assert years is not None
    np.testing.assert_allclose(years, [1.0, 0.5, 0.0, 0.25], atol=1e-3)


def test_newness_ranks_and_is_a_reason_of_its_own(small_home: Path, tmp_path: Path) -> None:
    rooms = Rooms(small_home, HashEncoder, half_life=700.0)  # type: ignore[arg-type]
    assert rooms.newness is not None
    assistant = Assistant(rooms, Store(f"sqlite:///{tmp_path}/a.db"))
    rooms.newness = None
    before = assistant.recommend("u", 32)
    last = before[-1].item_id
    rooms.newness = np.eye(len(rooms.catalog), dtype=np.float32)[rooms.row(last)]
    after = assistant.recommend("u", 32)
    assert [pick.item_id for pick in after].index(last) < len(before) - 1
    for pick in after:
        assert pick.score == pytest.approx(sum(reason.weight for reason in pick.reasons), abs=1e-4)
        assert any(reason.kind in ("recent", "rest") for reason in pick.reasons)
    assert not any(reason.kind == "recent" for pick in before for reason in pick.reasons)
    assistant.close()


def reasons_of(base: float, row: int, popularity: list[int], close: bool) -> list[Reason]:
    terms = Terms(
        base=np.array([base], np.float32),
        events=np.zeros((0, 1), np.float32),
        query=np.array([0.4], np.float32),
        facets=np.zeros(1, np.float32),
        toward=np.zeros(1, np.float32),
        links=np.zeros(1, np.float32),
        close=np.array([close]),
    )
    return explain.reasons(terms, 0, row, (), catalog(popularity=popularity), explain.Words("saws"))


def test_reasons_claim_neither_a_fit_nor_fame_that_is_not_there() -> None:
    famous = reasons_of(1.5, 3, [0, 1, 2, 9], close=True)
    assert [(r.kind, r.text) for r in famous] == [("popularity", "liked by many"), ("query", "fits “saws”")]
    faint = reasons_of(1.5, 0, [0, 1, 2, 9], close=False)
    assert [(r.kind, r.text) for r in faint] == [
        ("prior", "a fair guess for anybody"),
        ("near", "comes near “saws”"),
    ]
    assert reasons_of(-1.0, 3, [0, 1, 2, 9], close=True)[0].text == "little known"


def test_one_word_for_values_of_several_facets_asks_for_one_of_them() -> None:
    wanted = {"category": ("Sports",), "section": ("sports", "golf")}
    rest, groups = folding.parted(wanted)
    assert (rest, groups) == ({"section": ("golf",)}, ({"category": ("Sports",), "section": ("sports",)},))
    assert folding.parted({"a": ("x",), "b": ("y",)}) == ({"a": ("x",), "b": ("y",)}, ())


def test_an_item_without_a_title_is_like_nothing() -> None:
    frame = pl.DataFrame(
        {
            "item_id": ["7", "8", "9"],
            "title": ["Item 7", "Item 8", "Item 7"],
            "genres": [[], ["Drama"], []],
            "year": [None, 1999, None],
        },
        schema_overrides={"genres": pl.List(pl.String), "year": pl.Int32},
    )
    texts = Catalog.from_frame(frame).texts()
    assert texts == ["", "(1999). Drama", "Item 7"]
    vectors = encode_all(HashEncoder(), texts, lambda done, total: None)  # type: ignore[arg-type]
    assert not vectors[0].any()
    np.testing.assert_allclose(np.linalg.norm(vectors[1:], axis=1), 1, atol=1e-5)
    assert encode_all(HashEncoder(), ["", " "], lambda done, total: None).shape == (2, 32)  # type: ignore[arg-type]


def test_codes_become_words() -> None:
    codes = Codes(["food and drink"] * 3 + ["the royals play football and a real estate"] * 3)
    assert codes.words("foodanddrink") == "food and drink"
    assert codes.words("finance-realestate") == "finance real estate"
    assert codes.words("outlandish") == "outlandish"
    assert codes.below("football_nfl", "sports") == ["football", "nfl"]
    assert codes.below("newspolitics", "news") == ["politics"]
    assert codes.below("newsus", "news") == ["news us"]
    assert codes.below("movienews", "movies") == ["movie news"]
    assert codes.below("lifestyleroyals", "lifestyle") == ["royals"]
    assert codes.below("video", "video") == ["video"]


def test_cards_show_values_of_any_facet_and_numbers_with_their_units() -> None:
    facets = {"author": ("Ann",), "category": ("saws", "hand_tools")}
    html = cards(
        CardList("x", (Pick("1", "T", None, facets, 1.0, (), {"price": 18.5}, 1, {"price": "EUR"}),))
    )
    chips = [html.index(f">{text}<") for text in ("saws", "hand tools", "Ann", "18.5 EUR")]
    assert chips == sorted(chips)
    assert 'class="chips"' not in cards(CardList("x", (Pick("1", "T", None, {}, 1.0),)))


def test_the_kit_in_the_guide_is_one() -> None:
    guide = (Path(__file__).parents[1] / "docs" / "OWN_DATA.md").read_text(encoding="utf-8")
    text = guide.partition("## Kits")[2].partition("```toml\n")[2].partition("```")[0]
    kit = kits.parse(text, "guide")
    assert Wording.of(kit.tone, kit.words, "guide").say("en", "many") == "in every shed"
    listed = guide.partition("Phrases are ")[2].partition(". An item")[0]
    assert {part.strip("`") for part in listed.replace("\n", " ").replace(" and ", " ").split(", ")} == OPEN
