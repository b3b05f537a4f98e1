"""The search: never worse than where it starts, goes on where it ended, and never reads test people."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tastes import make_features, small_config
from test_metalearn_benchmark import IDS, make_raw

import metalearn.tune as tuning
from metalearn.benchmark import features_of
from metalearn.config import TrainConfig
from metalearn.protocol import few_shot_data, splits
from metalearn.tune import tune


@pytest.fixture(autouse=True)
def small_world(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tuning, "KS", (1, 3))


def test_a_search_goes_on_and_is_never_worse_than_its_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[float] = []
    monkeypatch.setattr(tuning, "objective", lambda *args: calls.append(args[-1].rate) or 0.1 + args[-1].rate)
    start, storage = small_config(rate=0.03, steps=120), tmp_path / "trials.db"
    first = tune(make_raw(), IDS, make_features(), trials=2, base=start, storage=storage)
    again = tune(make_raw(), IDS, make_features(), trials=5, base=start, storage=storage)
    assert len(calls) == 5
    assert calls[0] == pytest.approx(0.03)
    assert first["start"] == again["start"] == pytest.approx(0.13)
    assert again["best"] >= again["start"]  # type: ignore[operator]
    assert len(again["trials"]) == 5  # type: ignore[arg-type]


@pytest.mark.parametrize(("algorithm", "inside"), [("ridge", False), ("anil", True)])
def test_the_search_reaches_both_problems(
    algorithm: str, inside: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[TrainConfig] = []
    monkeypatch.setattr(tuning, "objective", lambda *args: tried.append(args[-1]) or 0.1)
    base = small_config(algorithm=algorithm, steps=120)
    report = tune(make_raw(), IDS, make_features(), trials=4, base=base)
    assert tried[0] == base
    for name in ("rate", "batch", "penalty"):
        assert len({getattr(config, name) for config in tried}) > 1
    assert len({config.weight_of("pairwise") for config in tried}) > 1
    for name in ("inner_steps", "inner_rate"):
        assert (len({getattr(config, name) for config in tried}) > 1) == inside
        assert (name in report["trials"][0]) == inside  # type: ignore[index]


def test_the_objective_is_the_mean_over_validation_people_alone() -> None:
    data = few_shot_data(make_raw())
    fold = splits(len(data.people))[0]
    spoiled = list(data.people)
    for user in fold.test:
        person = spoiled[user]
        spoiled[user] = person._replace(labels=np.roll(person.labels, 1))
    features = features_of(data, IDS, make_features())
    config = small_config(steps=2)
    value = tuning.objective(data, [fold], features, config)
    assert 0 < value < 1
    changed = replace(data, people=tuple(spoiled))
    assert tuning.objective(changed, [fold], features, config) == value
