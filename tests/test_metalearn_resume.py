"""A training that is killed goes on where it was and ends in the same bits; what is damaged is done again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tastes import make_features, make_log, small_config

import metalearn.crossfit as crossfit
import metalearn.workfolder as workfolder
from metalearn.config import TrainConfig
from metalearn.crossfit import cross_fit
from metalearn.data import histories
from metalearn.evidence import FixedBlocks
from metalearn.metamodel import collate
from metalearn.outer import Outer
from metalearn.tablefile import arrays_of, table_of
from metalearn.tables import deviations
from metalearn.taste import TasteAdapter
from metalearn.train import train
from metalearn.workfolder import WorkFolder, key_of

SCRIPT = Path(__file__).with_name("killed_training.py")
LEARNING, MEASURING = "learning how people differ", "measuring people"
STEPS = 70


def killed(folder: Path, wait_at: str, share: float, changes: dict[str, object]) -> None:
    """Start a training and end it with SIGKILL where it is told to wait."""
    command = [sys.executable, str(SCRIPT), str(folder), wait_at, str(share), json.dumps(changes)]
    root = SCRIPT.parents[1]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root, env=paths(root)) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "waiting\n"
        process.kill()
    assert process.returncode == -9


def paths(root: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": f"{root}:{root / 'tests'}"}


def learn(folder: Path | None, **changes: object) -> TasteAdapter:
    return train(make_log(), make_features(), small_config(**changes), folder=folder)


def assert_same(one: TasteAdapter, other: TasteAdapter) -> None:
    for name, array in one.gates.tensors().items():
        np.testing.assert_array_equal(array, getattr(other.gates, name))
    np.testing.assert_array_equal(one.catalogue.phi, other.catalogue.phi)
    mine, theirs = one.inner.tensors(), other.inner.tensors()
    assert mine.keys() == theirs.keys()
    for name in mine:
        np.testing.assert_array_equal(mine[name], theirs[name])


class TestKilled:
    @pytest.mark.parametrize(
        ("wait_at", "share", "changes"),
        [
            (LEARNING, 0.7, {"steps": STEPS}),
            (LEARNING, 0.7, {"steps": STEPS, "algorithm": "reptile", "patience": 50, "check_every": 4}),
            (MEASURING, 0.5, {"steps": STEPS}),
        ],
        ids=["between steps", "early stopping", "between folds"],
    )
    def test_the_second_run_ends_in_the_same_bits(
        self, tmp_path: Path, wait_at: str, share: float, changes: dict[str, object]
    ) -> None:
        folder = tmp_path / "work"
        killed(folder, wait_at, share, changes)
        names = {path.name for path in folder.iterdir()}
        done = {"fold-0.npz", "fold-1.npz", "fold-2.npz", "steps.npz"}
        assert names == (done if wait_at == LEARNING else {"fold-0.npz", "fold-1.npz"})
        assert_same(learn(folder, **changes), learn(None, **changes))
        assert {path.name for path in folder.iterdir()} == {"learned.npz"}

    @pytest.mark.parametrize("algorithm", ["ridge", "maml", "imaml", "online", "augmented"])
    def test_every_kind_of_learner_and_sampler_goes_on(self, tmp_path: Path, algorithm: str) -> None:
        changes = {"steps": 42, "algorithm": algorithm, "folds": 2}

        def interrupt(what: str, share: float) -> None:
            if what == LEARNING and share > 0.6:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            train(make_log(), make_features(), small_config(**changes), interrupt, folder=tmp_path)
        said: list[float] = []
        adapter = train(
            make_log(),
            make_features(),
            small_config(**changes),
            lambda what, share: said.append(share) if what == LEARNING else None,
            folder=tmp_path,
        )
        assert min(said) > 0.45
        assert_same(adapter, learn(None, **changes))


class TestFolder:
    def test_nothing_is_done_twice(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        first = learn(tmp_path)
        monkeypatch.setattr(crossfit, "tabulate", None)
        assert_same(learn(tmp_path), first)

    @pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "text"])
    @pytest.mark.parametrize("name", ["fold-1.npz", "steps.npz", "learned.npz"])
    def test_a_damaged_file_is_discarded_with_a_warning(
        self, tmp_path: Path, name: str, damage: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        def interrupt(what: str, share: float) -> None:
            if name != "learned.npz" and what == LEARNING and share > 0.9:
                raise KeyboardInterrupt

        config = small_config(steps=24)
        try:
            train(make_log(), make_features(), config, interrupt, folder=tmp_path)
        except KeyboardInterrupt:
            assert name != "learned.npz"
        path = tmp_path / name
        raw = bytearray(path.read_bytes())
        raw[len(raw) // 2] ^= 1
        spoiled = {"cut": raw[: len(raw) // 2], "flipped": raw, "empty": b"", "text": b"not an archive"}
        path.write_bytes(bytes(spoiled[damage]))
        assert_same(train(make_log(), make_features(), config, folder=tmp_path), learn(None, steps=24))
        assert f"{name} is damaged and was discarded" in caplog.text

    @pytest.mark.parametrize("what", ["config", "log", "features"])
    def test_another_run_starts_afresh_and_says_so(
        self, tmp_path: Path, what: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        learn(tmp_path)
        mine = tmp_path / "thesis.npz"
        np.savez(mine, chapter=np.arange(3))
        log, features, config = make_log(), make_features(), small_config()
        if what == "config":
            config = small_config(rate=0.02)
        elif what == "log":
            log = make_log(seed=1)
        else:
            features = make_features(seed=1)
        assert_same(train(log, features, config, folder=tmp_path), train(log, features, config))
        assert "starts afresh" in caplog.text
        assert mine.is_file()

    def test_what_a_killed_write_left_is_swept_up(self, tmp_path: Path) -> None:
        (tmp_path / ".steps.npz.1.2.part").write_bytes(b"half")
        learn(tmp_path)
        assert [path.name for path in tmp_path.iterdir()] == ["learned.npz"]

    def test_the_key_knows_the_code(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        given = (small_config(), make_log(), make_features())
        monkeypatch.setattr(workfolder, "CODE", tmp_path)
        keys = set()
        for text in ("old", "new"):
            (tmp_path / "kernels.py").write_text(text)
            keys.add(key_of(*given))
        assert len(keys) == 2

    def test_the_key_knows_the_data_and_every_hyper_parameter(self) -> None:
        log, features, config = make_log(), make_features(), small_config()
        links = replace(log, links=np.array([[0, 1]]))
        keys = [
            key_of(config, log, features),
            key_of(config, links, features),
            key_of(config, replace(log, timed=False), features),
            key_of(config.with_loss("diversity", 0.1), log, features),
            key_of(replace(config, kernels=replace(config.kernels, shrink=4.0)), log, features),
        ]
        assert len(set(keys)) == len(keys)
        assert key_of(small_config(), make_log(), make_features()) == keys[0]


def test_a_table_comes_back_from_disk_as_it_was(tmp_path: Path) -> None:
    log, config, fixed = make_log(), small_config(), FixedBlocks.of(make_features(), 4)
    table = cross_fit(log, histories(log), fixed, config, lambda _what, _share: None)[1]
    work = WorkFolder(tmp_path, "key")
    work.write("table", arrays_of(table))
    kept = work.read("table")
    assert kept is not None
    again = table_of(kept.arrays, fixed)
    assert again.features.dtype == np.float16
    assert again.evidence.prior_names == table.evidence.prior_names
    assert again.evidence.event_names == table.evidence.event_names
    for one, other in zip(table.episodes, again.episodes, strict=True):
        for name, mine, theirs in zip(one._fields, one, other, strict=True):
            assert np.asarray(mine).dtype == np.asarray(theirs).dtype, name
            np.testing.assert_array_equal(mine, theirs)
    lines, scale = np.arange(len(table)), deviations([table])
    np.testing.assert_array_equal(deviations([again]), scale)
    for name, mine in vars(collate(table, lines, scale)).items():
        np.testing.assert_array_equal(mine, getattr(collate(again, lines, scale), name))
    for mine, theirs in zip(table.evidence.blocks, again.evidence.blocks, strict=True):
        np.testing.assert_array_equal(mine, theirs)


def test_a_state_taken_up_gives_the_steps_that_would_have_come(tmp_path: Path) -> None:
    log, fixed = make_log(), FixedBlocks.of(make_features(), 4)
    config: TrainConfig = small_config(steps=30, patience=3, check_every=2)
    tables = cross_fit(log, histories(log), fixed, config, lambda _what, _share: None)
    scale, work = deviations(tables), WorkFolder(tmp_path, "key")
    straight, first, second = (Outer(tables, scale, config) for _ in range(3))
    for outer in (straight, first):
        for _ in range(7):
            outer.advance()
            if outer.check_due:
                outer.check()
    work.write("state", first.arrays(), first.notes())
    kept = work.read("state")
    assert kept is not None
    second.restore(kept)
    assert (second.step, second.watch.best) == (7, straight.watch.best)
    for _ in range(4):
        assert second.advance() == straight.advance()
    assert second.check() == straight.check()
