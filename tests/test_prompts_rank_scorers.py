"""Tables worked out by hand."""

from __future__ import annotations

import math

import pytest

from prompts import prose_scorers as prose
from prompts import rank_scorers as rank
from prompts.cases import Must, MustNot
from prompts.catalogs import CaseCatalog

THREE = 1 / math.log2(4)  # the discount of place 3


@pytest.mark.parametrize(
    ("ranking", "relevant", "ndcg", "recall", "mrr"),
    [
        ("abc", {"a": 1}, 1.0, 1.0, 1.0),
        ("abc", {"c": 1}, THREE, 1.0, 1 / 3),
        ("abc", {"d": 1}, 0.0, 0.0, 0.0),
        ("abc", {"a": 1, "c": 1}, (1 + THREE) / (1 + 1 / math.log2(3)), 1.0, 1.0),
        ("abc", {"b": 2, "c": 1}, (2 / math.log2(3) + THREE) / (2 + 1 / math.log2(3)), 1.0, 0.5),
        ("ab", {"a": 1, "x": 1, "y": 1}, 1 / (1 + 1 / math.log2(3) + THREE), 1 / 3, 1.0),
        ("", {"a": 1}, 0.0, 0.0, 0.0),
    ],
)
def test_ndcg_recall_and_mrr(
    ranking: str, relevant: dict[str, float], ndcg: float, recall: float, mrr: float
) -> None:
    assert rank.ndcg(ranking, relevant) == pytest.approx(ndcg)
    assert rank.recall(ranking, relevant) == pytest.approx(recall)
    assert rank.mrr(ranking, relevant) == pytest.approx(mrr)


def test_repeated_items_flatter_a_system_that_copies() -> None:
    ranking, known, wanted = ["a", "b", "c", "b"], {"a"}, {"a": 1.0, "c": 1.0}
    fresh = rank.without_repeated(ranking, known)
    assert fresh == ["b", "c"]
    assert rank.mrr(ranking, wanted) == 1.0
    assert rank.mrr(fresh, {"c": 1.0}) == 0.5


def test_recall_is_out_of_what_the_places_can_hold() -> None:
    assert rank.recall("abc", dict.fromkeys("abcdef", 1.0), k=2) == 1.0


def test_diversity_is_the_mean_distance_of_pairs() -> None:
    likeness = {"ab": 0.5, "ac": 0.0, "bc": 1.0}
    assert rank.diversity("abc", lambda a, b: likeness[a + b]) == pytest.approx(1 - 1.5 / 3)
    assert rank.diversity("abc", lambda a, b: likeness[a + b], k=2) == 0.5
    assert rank.diversity("a", lambda a, b: 1.0) == 1.0


def test_novelty_in_bits_and_popularity_by_place() -> None:
    popularity = {"a": 4.0, "b": 2.0, "c": 1.0, "d": 1.0}
    assert rank.novelty("ab", popularity) == pytest.approx((1 + 2) / 2)
    assert rank.novelty("x", popularity) == pytest.approx(4.0)  # half an interaction of eight
    assert rank.popularity_bias("a", popularity) == pytest.approx((3 + 4) / 8)
    assert rank.popularity_bias("c", popularity) == pytest.approx((0 + 2) / 8)
    assert rank.popularity_bias("abcd", popularity) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("rankings", "gini"),
    [(["ab", "cd"], 0.0), (["a", "a"], 0.75), (["ab", "ab"], 0.5), ([], 0.0), (["a", "b", "a"], 0.583333)],
)
def test_gini_of_exposure(rankings: list[str], gini: float) -> None:
    assert rank.gini(rankings, "abcd") == pytest.approx(gini, abs=1e-6)


def test_calibration_error_is_the_gap_between_saying_and_being_right() -> None:
    assert rank.calibration_error([1.0, 1.0], [True, True]) == 0.0
    assert rank.calibration_error([0.9, 0.9, 0.9, 0.9], [True, True, False, False]) == pytest.approx(0.4)
    assert rank.calibration_error([0.95, 0.15], [True, False]) == pytest.approx((0.05 + 0.15) / 2)
    assert rank.calibration_error([], []) == 0.0
    with pytest.raises(ValueError, match=r"1\.2"):
        rank.calibration_error([1.2], [True])


CATALOG = CaseCatalog(
    "toy",
    ("1", "2"),
    ("Ant", "Bee"),
    ("Ant", "Bee"),
    {"kind": (("Red",), ("Blue",))},
    {"price": (10.0, None)},
)


@pytest.mark.parametrize(
    ("picks", "share"), [(["Ant"], 1.0), (["Ant", "Bee"], 0.5), (["Ant", "Cow"], 0.5), ([], 1.0)]
)
def test_constraint_obedience(picks: list[str], share: float) -> None:
    must, no = (
        Must(facets={"kind": ("Red",)}, ranges={"price": (None, 10)}),
        MustNot(facets={"kind": ("Blue",)}),
    )
    assert prose.constraint_obedience(CATALOG, picks, must, no) == share


def test_prose_is_held_against_what_it_may_say() -> None:
    assert prose.grounding([True, False, True, True]) == 0.75
    assert prose.grounding([]) == 1.0
    assert prose.title_guard(["1", "9"], {"1", "2"}) == 0.5
    assert prose.coverage_of_picks("Take ANT.", ["Ant", "Bee"]) == 0.5
    assert prose.says_as_asked("A calm one", ["calm"], ["loud"])
    assert not prose.says_as_asked("A calm, Loud one", ["calm"], ["loud"])
    assert prose.in_language("Alien (1979) 符合你的要求，是 horror 片", "zh", ["Alien (1979)"])
    assert not prose.in_language("Alien is a horror film", "zh", ["Alien"])
    assert prose.in_language("Alien is a horror film", "en")
    assert not prose.in_language("这是一部 horror 片", "en")
