"""Labelled cases as examples for the tuned model."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import BadInput
from assistant.measuring.case_catalogs import gold_of
from assistant.models.tune_data import Mixture, Packs
from prompts import compact
from prompts.cases import Dialogue, IntentCase
from prompts.catalogs import CaseCatalog, read_catalog
from prompts.errors import CaseError
from prompts.generate.gold import Gold, gold, term_for

ROWS = """item_id,title,kind,maker,year,price (EUR)
1,Copper Lamp,Lamp,Mara Oost,1994,40
2,Slow River,Print,Ion Bask,2003,15
3,The Third Door,Print,Mara Oost,2011,90
4,Plain Chair,Chair,,1988,120
"""


@pytest.fixture
def shop(tmp_path: Path) -> CaseCatalog:
    path = tmp_path / "catalogs" / "attic.csv"
    path.parent.mkdir()
    path.write_text(ROWS.replace("maker", "artist"), encoding="utf-8")
    return read_catalog(path)


def turn(text: str, move: str = "ask", shown: tuple[str, ...] = (), **slots: Any) -> IntentCase:
    made = {"id": "x", "catalog": "attic", "lang": "en", "text": text, "move": move}
    return IntentCase.model_validate({**made, "shown": shown, "slots": slots})


def one(case: IntentCase | Dialogue, shop: CaseCatalog) -> Gold:
    (found,) = gold([case], shop)
    return found


@pytest.mark.parametrize(
    ("text", "title", "said"),
    [
        ("we gave up on slow river, sadly", "Slow River (2003)", "slow river"),
        ("third door was lovely", "The Third Door (2011)", "third door"),
        ("the Coper Lamp broke", "Copper Lamp (1994)", "Coper Lamp"),
    ],
)
def test_titles_are_copied_as_the_message_words_them(
    shop: CaseCatalog, text: str, title: str, said: str
) -> None:
    assert one(turn(text, liked=[title]), shop).said["liked"] == [said]


def test_a_message_that_does_not_bear_its_labels_is_left_out(shop: CaseCatalog) -> None:
    hidden = turn("the one with the river was fine", liked=["Copper Lamp (1994)"])
    reckoned = turn("less than half a hundred", ranges={"price": [None, 50]})
    assert not list(gold([hidden, reckoned], shop))


@pytest.mark.parametrize(
    ("ends", "column", "unit", "text", "term"),
    [
        ((1990, 1999), "year", "", "from the 90s", "90s"),
        ((1995, 1999), "year", "", "late 90s please", "late 90s"),
        ((2001, None), "year", "", "after 2000", ">2000"),
        ((None, 40), "price", "EUR", "40 at most", "<=40"),
        ((20, 60), "price", "EUR", "between 20 and 60", "20-60"),
        ((36, 44), "price", "EUR", "around 40", "~40"),
        ((None, 240), "length", "s", "not over 4 minutes", "<=4 min"),
        ((None, 50), "price", "EUR", "cheap", None),
    ],
)
def test_terms_mean_the_bounds_by_numbers_of_the_message(
    ends: tuple[Any, Any], column: str, unit: str, text: str, term: str | None
) -> None:
    assert term_for(ends, column, unit, text) == term


def test_other_titles_take_the_place_in_message_and_answer(shop: CaseCatalog) -> None:
    labelled = one(
        turn("Slow River yes, Plain Chair no", liked=["Slow River"], disliked=["Plain Chair"]), shop
    )
    rng, texts = random.Random(3), set[str]()
    for _ in range(40):
        text, answer = labelled.example(rng)
        slots = compact.decode(answer, labelled.columns)
        (liked,), (disliked,) = slots["liked"], slots["disliked"]
        assert text == f"{liked} yes, {disliked} no"
        texts.add(text)
    assert len(texts) > 10


def test_references_and_messages_without_titles_stay(shop: CaseCatalog) -> None:
    labelled = one(turn("number 2 is dull", "rate", ("Slow River (2003)",), disliked=["#2"]), shop)
    texts = {labelled.example(random.Random(seed))[0] for seed in range(10)}
    assert texts == {"number 2 is dull"}
    assert labelled.shown == 1


def test_turns_of_dialogues_have_picks_before_them(shop: CaseCatalog) -> None:
    turns = [{"text": text, "move": "ask"} for text in ("a print", "a cheap one", "thanks")]
    dialogue = Dialogue.model_validate(
        {"id": "d", "catalog": "attic", "lang": "en", "kind": [], "turns": turns}
    )
    assert [each.shown > 0 for each in gold([dialogue], shop)] == [False, True, True]


def test_packs_hold_labelled_messages_of_one_catalogue(shop: CaseCatalog, tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    lines = [
        turn(f"a lamp under {n}", ranges={"price": [None, n]}, wanted={"kind": ["Lamp"]}) for n in (20, 30)
    ]
    path.write_text(
        "\n".join(case.model_dump_json(exclude_defaults=True) for case in lines), encoding="utf-8"
    )
    labelled = gold_of([path], None)
    packs = Packs(Mixture(reply_share=0, gold_share=1), "palate-0.5b", (), labelled)
    answers = [json.loads(example.answer) for example in packs.examples(0)]
    assert [answer["want"] for answer in answers] == [["Lamp"], ["Lamp"]]
    assert {answer["range"]["price"] for answer in answers} == {"<=20", "<=30"}


def test_other_cases_and_unknown_catalogues_are_named(tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_text(turn("hello", "chat").model_dump_json(exclude_defaults=True), encoding="utf-8")
    with pytest.raises(BadInput, match="attic"):
        gold_of([path], None)
    path.write_text(
        json.dumps(
            {"id": "i", "catalog": "attic", "lang": "en", "where": "title", "plain": "a", "text": "b"}
        ),
        encoding="utf-8",
    )
    with pytest.raises(CaseError, match=r"mine\.jsonl:1 is no message"):
        gold_of([path], None)
