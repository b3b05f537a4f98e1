"""Candidate sources in a turn: switched on by name, kept on disk, under every hard constraint."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from small_world import HashEncoder, write_csv

from assistant.agent import Assistant
from assistant.measuring.strategy_bench import EVEN, LEARNED, WHOLE, Options, bench_strategies
from assistant.rooms import Rooms
from assistant.settings import Settings
from assistant.store import Store
from metalearn import checkpoint
from metalearn.config import TrainConfig
from metalearn.train import train
from retriever.errors import BadData
from retriever.strategies.names import SOURCES


@pytest.fixture(scope="module")
def strategic_home(small_home_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose sources have been fitted."""
    home = Path(shutil.copytree(small_home_template, tmp_path_factory.mktemp("strategic") / "home"))
    opened(home, "hybrid")
    return home


def opened(home: Path, strategies: str | None) -> Rooms:
    return Rooms(home, HashEncoder, strategies=strategies)  # type: ignore[arg-type]


def test_a_small_catalogue_is_scored_as_a_whole_by_default(small_home: Path) -> None:
    for default in (None, "fused"):
        assert opened(small_home, default).proposer is None
    assert not (small_home / "strategies").exists()


def test_a_large_catalogue_has_its_candidates_proposed(
    strategic_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.rooms.EXACT", 10)
    proposer = opened(strategic_home, None).proposer
    assert proposer is not None
    assert proposer.names == tuple(name for name in SOURCES if name != "social")


def test_sources_are_fitted_once_and_opened_again(strategic_home: Path) -> None:
    config = strategic_home / "strategies" / checkpoint.CONFIG
    written = os.stat(config).st_mtime_ns
    first = opened(strategic_home, "hybrid").proposer
    again = opened(strategic_home, "mf,popular").proposer
    assert os.stat(config).st_mtime_ns == written
    assert first is not None
    assert again is not None
    assert first.names == tuple(name for name in SOURCES if name != "social")  # nobody knows of friends here
    assert again.names == ("ials", "svd", "popular")
    allowed = np.ones(len(first.catalog), np.bool_)
    assert (
        first.candidates([0, 1, 2], None, allowed, 5).tolist()
        != again.candidates([], None, allowed, 5).tolist()
    )


def test_a_damaged_file_is_fitted_anew(strategic_home: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(strategic_home, tmp_path / "home"))
    tensors = home / "strategies" / checkpoint.TENSORS
    whole = tensors.read_bytes()
    tensors.write_bytes(whole[: len(whole) // 2])
    assert opened(home, "hybrid").proposer is not None
    assert len(tensors.read_bytes()) == len(whole)


def test_strategies_of_no_use_here_are_named(strategic_home: Path) -> None:
    with pytest.raises(BadData, match="of use to the strategies social"):
        opened(strategic_home, "social")
    with pytest.raises(BadData, match="'sozial' is unknown"):
        opened(strategic_home, "sozial")


def test_hard_constraints_hold_whatever_is_switched_on(strategic_home: Path, tmp_path: Path) -> None:
    for number, strategies in enumerate(("hybrid", "popular", "itemknn,content")):
        store = Store(f"sqlite:///{tmp_path}/{number}.db")
        it = Assistant(opened(strategic_home, strategies), store)
        reply = it.chat("ann", "I loved Alien and Aliens. Something after 1990, no horror")
        assert len(reply.recommendations) == 5
        for pick in reply.recommendations:
            assert pick.year is not None
            assert pick.year > 1990
            assert "Horror" not in pick.facets["genres"]
            assert pick.title not in ("Alien", "Aliens")
            assert sum(reason.weight for reason in pick.reasons) == pytest.approx(pick.score, abs=1e-6)
        it.close()


def test_too_few_proposals_are_filled_up(strategic_home: Path) -> None:
    proposer = opened(strategic_home, "itemknn").proposer
    assert proposer is not None
    allowed = np.zeros(len(proposer.catalog), np.bool_)
    allowed[[3, 20, 21]] = True
    found = proposer.candidates([], None, allowed, 200)  # without likes itemknn proposes nothing
    assert sorted(found.tolist()) == [3, 20, 21]


def test_the_setting_reaches_the_rooms(strategic_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PALATE_STRATEGIES", "popular,mf")
    it = Assistant.open(strategic_home, settings=Settings(encoder="/nowhere"))
    assert it.rooms.proposer is not None
    assert it.rooms.proposer.names == ("ials", "svd", "popular")
    it.close()


def test_bench_reads_every_source_and_writes_the_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = write_csv(tmp_path / "csv", people=60)
    monkeypatch.setattr("assistant.homes.encoders.open_encoder", lambda *_: HashEncoder())
    short = TrainConfig(steps=2, folds=2)
    monkeypatch.setattr(
        "assistant.measuring.strategy_bench.train",
        lambda log, features, _, told, folder: train(log, features, short),
    )
    settings = Settings(home=tmp_path / "none", cache=tmp_path / "cache")
    report = bench_strategies(
        settings, "movielens-latest", data, tmp_path / "f.json", lambda *_: None, Options(k=3)
    )
    assert (tmp_path / "f.json").is_file()
    rows = {row["source"]: row for row in report["test"]}
    assert set(rows) == {*(name for name in SOURCES if name != "social"), EVEN, LEARNED, WHOLE}
    # There are 32 items, so whoever proposes all of them misses nothing, and the adapter ranks the same.
    assert rows["popular"]["recall200"]["mean"] == 1.0
    assert rows["popular"]["ndcg10"] == rows[WHOLE]["ndcg10"]
    assert all(0 <= row[figure]["mean"] <= 1 for row in rows.values() for figure in ("recall50", "ndcg10"))
