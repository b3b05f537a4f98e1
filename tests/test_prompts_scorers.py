from __future__ import annotations

from typing import Any

import pytest

from prompts.pairs import Label, Labels, labelled_pairs, read_pairs
from prompts.scorers import (
    SlotScore,
    accuracy,
    by_slot,
    confusions,
    match_pairs,
    query_recall,
    slot_f1,
    slot_precision,
    slot_recall,
    slot_score,
)


def low(title: str) -> str:
    return title.lower()


def label(slot: str, *values: str) -> Label:
    return Label(slot, frozenset(values))


# Worked out by hand: case 1 hits two of three with one extra, case 2 reads nothing of one, case 3 is empty.
ONE = match_pairs(
    {("liked", "alien"), ("count", "3"), ("wanted", "g=war")},
    Labels((label("liked", "alien"), label("count", "3"), label("liked", "heat")), frozenset()),
)
TWO = match_pairs(set(), Labels((label("audience", "kids"),), frozenset()))
THREE = match_pairs(set(), Labels((), frozenset()))


def test_micro_averages_are_those_worked_out_by_hand() -> None:
    cases = [ONE, TWO, THREE]
    assert slot_score(cases) == SlotScore(hits=2, extra=1, missed=2)
    assert slot_precision(cases) == pytest.approx(2 / 3)
    assert slot_recall(cases) == pytest.approx(2 / 4)
    assert slot_f1(cases) == pytest.approx(4 / 7)
    assert [case.perfect for case in cases] == [False, False, True]


def test_the_table_by_slot_adds_up() -> None:
    assert by_slot([ONE, TWO]) == {
        "audience": SlotScore(0, 0, 1),
        "count": SlotScore(1, 0, 0),
        "liked": SlotScore(1, 0, 1),
        "wanted": SlotScore(0, 1, 0),
    }


@pytest.mark.parametrize(
    ("score", "precision", "recall", "f1"),
    [
        (SlotScore(0, 0, 0), 1.0, 1.0, 1.0),
        (SlotScore(0, 2, 0), 0.0, 1.0, 0.0),
        (SlotScore(0, 0, 2), 1.0, 0.0, 0.0),
        (SlotScore(0, 1, 1), 0.0, 0.0, 0.0),
        (SlotScore(3, 1, 2), 0.75, 0.6, 2 / 3),
    ],
)
def test_figures_at_the_edges(score: SlotScore, precision: float, recall: float, f1: float) -> None:
    assert (score.precision, score.recall, score.f1) == pytest.approx((precision, recall, f1))


def test_alternatives_are_one_hit_and_free_pairs_count_neither_way() -> None:
    labels = Labels((label("less", "g=war", "g=horror"),), frozenset({("wanted", "g=comedy")}))
    both = match_pairs({("less", "g=war"), ("less", "g=horror"), ("wanted", "g=comedy")}, labels)
    assert (len(both.hits), both.extra, both.missed) == (1, (), ())
    none = match_pairs({("less", "g=drama")}, labels)
    assert (none.hits, none.extra, len(none.missed)) == ((), (("less", "g=drama"),), 1)


SLOTS: dict[str, Any] = {
    "liked": ("Alien",),
    "wanted": {"Genres": ("Sci-Fi",), "artist": ("Lan Ye",)},
    "unwanted": {"artists": ("Ferrous",)},
    "match_any": True,
    "ranges": {"year": (1990, None), "price": (None, 49.9)},
    "not_ranges": {"year": (1980, 1989)},
    "toward": {"price": "lower"},
    "same": {"artist": "Alien"},
    "audience": "kids",
    "count": 3,
    "query": "slow sea",
    "implied": {"genres": ("War",)},
    "withdrawn": ("Year",),
}


def test_slots_become_pairs() -> None:
    assert read_pairs(SLOTS, low, near={}) == {
        ("liked", "alien"), ("wanted", "Genres=sci-fi"), ("people", "lan ye"), ("not_people", "ferrous"),
        ("match_any", "true"), ("ranges", "year>=1990"), ("ranges", "price<=49.9"), ("count", "3"),
        ("not_ranges", "year=1980..1989"), ("toward", "price=lower"), ("same", "artist=alien"),
        ("audience", "kids"), ("withdrawn", "year"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("said", "labelled", "agrees"),
    [
        ({"price": (None, 49.9)}, {"price": (None, 50)}, True),
        ({"price": (None, 49)}, {"price": (None, 50)}, False),
        ({"price": (27, 33)}, {"price": (27, 33)}, True),
        ({"year": (1990, None)}, {"year": (1991, None)}, False),
        ({"year": (1990.0, None)}, {"year": (1990, None)}, True),
    ],
)
def test_bounds_agree_within_one_per_cent_and_years_exactly(
    said: dict[str, Any], labelled: dict[str, Any], agrees: bool
) -> None:
    labels = labelled_pairs({"ranges": labelled}, {}, low)
    read = read_pairs({"ranges": said}, low, near={"ranges": labelled})
    assert match_pairs(read, labels).perfect is agrees


def test_labels_split_alternatives_and_nothing_said_is_no_pair() -> None:
    labels = labelled_pairs({"liked": ("A|B",), "match_any": False}, {"count": 1}, low)
    assert labels == Labels((label("liked", "a", "b"),), frozenset({("count", "1")}))


def test_moves() -> None:
    pairs = [("ask", "ask"), ("ask", "rate"), ("ask", "rate"), ("chat", "why")]
    assert accuracy(pairs) == 0.25
    assert accuracy([]) == 1.0
    assert confusions(pairs) == [("ask", "rate", 2), ("chat", "why", 1)]


def test_words_of_the_query_latin_by_word_and_chinese_by_character() -> None:
    assert query_recall([("slow, sea", "slow sea film"), ("anything", "")]) == pytest.approx(2 / 3)
    assert query_recall([("写作", "写作业")]) == pytest.approx(2 / 3)
    assert query_recall([]) == 1.0
