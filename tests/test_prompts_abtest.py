"""Simulations with known answers."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from prompts.abtest import Experiment, Variant, assign, paired_test, sequential_test
from prompts.interleave import preference, team_draft
from prompts.offpolicy import doubly_robust, ips, snips

AB = Experiment(name="words", variants=(Variant(name="now"), Variant(name="new")))


def test_a_person_has_one_variant_and_weights_hold() -> None:
    people = [f"user{n}" for n in range(4000)]
    first = [assign(AB, user).name for user in people]
    assert first == [assign(AB, user).name for user in people]
    assert first.count("new") / 4000 == pytest.approx(0.5, abs=0.03)
    wide = Experiment(name="words", variants=(Variant(name="now", weight=9), Variant(name="new")))
    assert [assign(wide, u).name for u in people].count("new") / 4000 == pytest.approx(0.1, abs=0.02)
    other = Experiment(name="other", variants=AB.variants)
    both = sum(assign(other, u).name == assign(AB, u).name for u in people) / 4000
    assert both == pytest.approx(0.5, abs=0.03)  # experiments divide people independently


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"variants": [{"name": "a"}]}, "variants"),
        ({"variants": [{"name": "a"}, {"name": "a"}]}, "same name"),
        ({"metric": "clicks"}, "metric"),
        ({"colour": 1}, "colour"),
        ({"variants": [{"name": "a"}, {"name": "b", "model": "x"}]}, "url"),
        ({"variants": [{"name": "a"}, {"name": "b", "prompts": {"joke": "joke@1"}}]}, "joke"),
        ({"metric": "clicked"}, "interleaving only"),
        ({"kind": "interleave"}, "rank alike"),
        ({"kind": "interleave", "variants": [{"name": n, "adapter": n} for n in "abc"]}, "two variants"),
        (
            {
                "kind": "interleave",
                "variants": [{"name": "a"}, {"name": "b", "prompts": {"reply": "reply@1"}}],
            },
            "adapter and ranker only",
        ),
    ],
)
def test_a_wrong_specification_is_refused_by_name(change: dict[str, object], word: str) -> None:
    with pytest.raises(ValidationError, match=word):
        Experiment.model_validate({**AB.model_dump(), **change})


def looks(rng: np.random.Generator, a: float, b: float, n: int, share: float = 0.5) -> float:
    """Return the smallest always-valid p-value of n people; it only falls, so it is that of every look."""
    in_b = rng.uniform(size=n) < share
    outcomes = (rng.uniform(size=n) < np.where(in_b, b, a)).astype(float)
    return sequential_test(in_b.tolist(), outcomes.tolist(), share).p_value


@pytest.mark.parametrize(("rate", "share"), [(0.3, 0.5), (0.05, 0.5), (0.3, 0.1)])
def test_looking_after_every_person_raises_few_false_alarms(rate: float, share: float) -> None:
    rng = np.random.default_rng(3)
    alarms = sum(looks(rng, rate, rate, 500, share) <= 0.05 for _ in range(150))
    assert alarms / 150 <= 0.05


def test_a_real_effect_is_found_and_its_direction() -> None:
    rng = np.random.default_rng(4)
    assert sum(looks(rng, 0.2, 0.4, 800) <= 0.05 for _ in range(20)) >= 18
    in_b = rng.uniform(size=800) < 0.5
    outcomes = (rng.uniform(size=800) < np.where(in_b, 0.2, 0.5)).astype(float)
    found = sequential_test(in_b.tolist(), outcomes.tolist())
    assert found.worse > 40 > found.better
    assert found.mean_a > found.mean_b


def test_evidence_by_hand() -> None:
    found = sequential_test([True, False], [1.0, 0.0])
    # z = (1 - .5) * 2 = 1 with no bet yet; then the mean is .75 and z = (0 - .75) * -2 = 1.5, the bet 1 / 2
    # of the sum 1 over the squares 1 + 1, cut to .5 * .5.
    assert found.better == pytest.approx(1 + 0.25 * 1.5)
    assert found.worse == 1.0
    assert found.p_value == 1.0
    with pytest.raises(ValueError, match="outcomes"):
        sequential_test([True], [2.0])
    with pytest.raises(ValueError, match="share"):
        sequential_test([True], [1.0], 1.0)


def logged(n: int, seed: int) -> dict[str, np.ndarray]:
    """A log of three actions whose mean rewards are known."""
    rng = np.random.default_rng(seed)
    ran, other, worth = np.array([0.6, 0.3, 0.1]), np.array([0.1, 0.2, 0.7]), np.array([0.2, 0.5, 0.8])
    shown = rng.choice(3, size=n, p=ran)
    return {
        "rewards": (rng.uniform(size=n) < worth[shown]).astype(float),
        "logged": ran[shown],
        "target": other[shown],
        "foreseen_shown": worth[shown],
        "foreseen_target": np.full(n, float(other @ worth)),
    }


TRUE = 0.1 * 0.2 + 0.2 * 0.5 + 0.7 * 0.8


def test_off_policy_estimates_find_the_known_value() -> None:
    log = logged(20_000, 5)
    three = (log["rewards"], log["logged"], log["target"])
    for found in (ips(*three), snips(*three), doubly_robust(**log)):
        assert found.value == pytest.approx(TRUE, abs=0.03)
        assert found.low < TRUE < found.high
    assert doubly_robust(**log).high - doubly_robust(**log).low < ips(*three).high - ips(*three).low
    assert ips(*three).effective < 20_000


def test_intervals_cover_and_a_wrong_reward_model_does_no_harm() -> None:
    covered = {"ips": 0, "snips": 0, "dr": 0}
    for seed in range(100):
        log = logged(1000, seed)
        three = (log["rewards"], log["logged"], log["target"])
        wrong = {**log, "foreseen_shown": np.full(1000, 0.9), "foreseen_target": np.full(1000, 0.9)}
        for name, found in (("ips", ips(*three)), ("snips", snips(*three)), ("dr", doubly_robust(**wrong))):
            covered[name] += found.low <= TRUE <= found.high
    assert all(count >= 88 for count in covered.values()), covered


def test_propensities_of_nought_are_refused_and_the_same_policy_is_its_own_mean() -> None:
    with pytest.raises(ValueError, match="propensities"):
        ips([1.0], [0.0], [1.0])
    assert ips([1.0, 0.0], [0.5, 0.5], [0.5, 0.5]).value == 0.5
    assert ips([1.0, 0.0], [0.1, 0.5], [1.0, 0.5], clip=2.0).value == 1.0


def test_team_draft_is_fair_and_credits_who_drafted() -> None:
    rng = np.random.default_rng(6)
    lists = [team_draft("abc", "bad", 3, rng) for _ in range(400)]
    assert all(len(set(mixed.items)) == 3 for mixed in lists)
    assert {mixed.items[0] for mixed in lists} == {"a", "b"}
    first = sum(mixed.teams[0] == "B" for mixed in lists) / 400
    assert first == pytest.approx(0.5, abs=0.08)
    assert all(abs(mixed.teams[:2].count("A") - 1) == 0 for mixed in lists)
    mixed = lists[0]
    assert mixed.credit({mixed.items[0]}) == (1 if mixed.teams[0] == "B" else -1)
    assert mixed.credit(set()) == 0
    same = [team_draft("abc", "abc", 2, rng).credit({"a"}) for _ in range(300)]
    assert preference(same)[1] > 0.001
    assert preference([1] * 20)[1] < 0.001
    assert preference([]) == (0.5, 1.0)


def test_favour_among_two_that_all_have_seen() -> None:
    rng = np.random.default_rng(8)
    alarms = sum(paired_test(rng.choice([-1, 0, 1], 400).tolist()).p_value <= 0.05 for _ in range(150))
    assert alarms / 150 <= 0.05
    found = paired_test(rng.choice([-1, 0, 1], 200, p=[0.1, 0.5, 0.4]).tolist())
    assert found.better > 40 > found.worse
    assert found.mean_b == pytest.approx(0.4, abs=0.1)
    # No bet on the first; then the bet is the sum 1 over the squares 1 + 1.
    assert paired_test([1, 1]).better == pytest.approx(1.5)
    with pytest.raises(ValueError, match="credit of 2"):
        paired_test([0, 2])
