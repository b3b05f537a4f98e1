"""Early stopping: who is held back, how they are ranked, when patience ends, which parameters are kept."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from tastes import make_features, make_log, small_config

from metalearn.crossfit import cross_fit
from metalearn.data import histories
from metalearn.errors import MissingPackage
from metalearn.evidence import FixedBlocks
from metalearn.outer import Outer, meta_train
from metalearn.stopping import Watch, hold_back, ranking
from metalearn.tables import Table, deviations
from metalearn.train import train


def quiet(_: str, __: float) -> None:
    return None


@pytest.fixture(scope="module")
def tables() -> list[Table]:
    log = make_log()
    return cross_fit(log, histories(log), FixedBlocks.of(make_features(), 4), small_config(), quiet)


def owned_by(table: Table, person: int) -> Table:
    return replace(table, episodes=tuple(e._replace(person=person) for e in table.episodes))


class TestHeldBack:
    def test_a_tenth_of_the_people_with_all_their_episodes(self, tables: list[Table]) -> None:
        parted = hold_back(tables, 0.1, seed=0)
        owners = [np.array([e.person for e in table.episodes]) for table in tables]
        held = {int(p) for o, lines in zip(owners, parted.held, strict=True) for p in o[lines]}
        trained = {int(p) for o, lines in zip(owners, parted.trained, strict=True) for p in o[lines]}
        assert len(held) == 6
        assert not held & trained
        for table, mine, others in zip(tables, parted.held, parted.trained, strict=True):
            assert sorted([*mine, *others]) == list(range(len(table)))

    def test_the_seed_decides_who(self, tables: list[Table]) -> None:
        first, again, other = (hold_back(tables, 0.1, seed) for seed in (0, 0, 1))
        assert [a.tolist() for a in first.held] == [a.tolist() for a in again.held]
        assert [a.tolist() for a in first.held] != [a.tolist() for a in other.held]

    def test_nobody_without_patience_and_made_up_people_never(self, tables: list[Table]) -> None:
        assert not any(map(len, hold_back(tables, 0.0, seed=0).held))
        parted = hold_back([owned_by(tables[0], -1), tables[1]], 0.9, seed=0)
        assert len(parted.held[0]) == 0
        assert len(parted.held[1]) > 0

    def test_somebody_is_always_trained_on(self, tables: list[Table]) -> None:
        assert any(map(len, hold_back(tables, 0.999, seed=0).trained))
        assert not any(map(len, hold_back([owned_by(tables[0], 3)], 0.5, seed=0).held))


def test_ranking_by_hand() -> None:
    scores = torch.tensor([[3.0, 2.0, 1.0, -1e9], [1.0, 2.0, 3.0, 0.0]])
    query = torch.tensor([[0.0, 1.0, 0.0, 0.0], [0.0, 1.0, 1.0, 0.0]])
    np.testing.assert_allclose(ranking(scores, query), [1 / math.log2(3), 1.0])


class TestWatch:
    def test_the_best_is_kept_and_patience_ends(self) -> None:
        watch, value = Watch(patience=2), torch.zeros(1)
        for at, found in enumerate((0.1, 0.3, 0.2, 0.3)):
            assert not watch.over
            value.fill_(at)
            watch.see(found, {"value": value})
        # An equal value is not better; the parameters are copies.
        assert watch.over
        assert (watch.best, float(watch.kept["value"])) == (0.3, 1.0)

    def test_no_patience_is_endless(self) -> None:
        watch = Watch(patience=0)
        for _ in range(100):
            watch.see(0.0, {})
        assert not watch.over


def test_training_stops_early_with_the_best_parameters(tables: list[Table]) -> None:
    # A rate at which the ranking soon gets worse.
    config, scale = small_config(steps=400, patience=3, check_every=5, rate=0.5), deviations(tables)
    told: list[float] = []
    learned = meta_train(tables, scale, config, lambda _, share: told.append(share))
    assert len(told) < 400
    assert told[-1] == 1.0
    outer = Outer(tables, scale, config)
    outer.learned.restore(learned.parameters())
    again, found = outer.check(), []
    outer = Outer(tables, scale, config)
    while not outer.done:
        outer.advance()
        if outer.check_due:
            found.append(outer.check())
    assert again == max(found)
    assert len(found) - 1 - int(np.argmax(found)) == 3


def test_without_patience_all_steps_are_taken_on_everybody(tables: list[Table]) -> None:
    told: list[float] = []
    meta_train(tables, deviations(tables), small_config(steps=9), lambda _, share: told.append(share))
    assert len(told) == 9
    outer = Outer(tables, deviations(tables), small_config())
    assert [len(lines) for lines in outer.parted.trained] == [len(table) for table in tables]
    assert not outer.check_due


@pytest.mark.parametrize("people", [2, 3])
def test_a_handful_of_people_can_be_trained_on_with_patience(people: int) -> None:
    adapter = train(make_log(people), make_features(), small_config(steps=6, patience=1, check_every=1))
    assert np.isfinite(adapter.item_vectors()).all()


class TestJournal:
    def test_losses_ranking_and_gates_are_written(self, tmp_path: Path) -> None:
        pytest.importorskip("tensorboard")
        from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

        config = small_config(steps=10, patience=5, check_every=5)
        train(make_log(), make_features(), config, log_to=tmp_path)
        events = EventAccumulator(str(tmp_path)).Reload()
        names = set(events.Tags()["scalars"])
        losses = {f"loss/{name}" for name in ("softmax", "pairwise", "satisfaction", "sum")}
        assert losses | {"held back/NDCG@10", "gates/penalty", "gates/phi/0", "gains/collab"} <= names
        assert [event.step for event in events.Scalars("loss/softmax")] == list(range(1, 11))
        assert [event.step for event in events.Scalars("held back/NDCG@10")] == [5, 10]
        assert all(0 <= event.value <= 1 for event in events.Scalars("held back/NDCG@10"))

    def test_a_journal_changes_nothing(self, tmp_path: Path) -> None:
        pytest.importorskip("tensorboard")
        one = train(make_log(), make_features(), small_config(), log_to=tmp_path)
        other = train(make_log(), make_features(), small_config())
        np.testing.assert_array_equal(one.gates.event, other.gates.event)

    def test_a_missing_package_names_the_command(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
        with pytest.raises(MissingPackage, match=r'pip install "palate\[tensorboard\]"'):
            train(make_log(), make_features(), small_config(), log_to=tmp_path)
