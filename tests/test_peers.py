"""The protocol handed out as files, a whole peer run as its own process, and its rankings scored."""

from __future__ import annotations

import csv
import gzip
import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from tastes import N_ITEMS, make_features, make_log

from metalearn.benchmark import features_of
from metalearn.data import likes_matrix
from metalearn.errors import BadLog
from metalearn.exchange import Handed, add_rankings, read_protocol, write_protocol
from metalearn.protocol import FewShotData, RawLog, few_shot_data, splits, top_rows
from metalearn.report import Rankings, Row, tables
from metalearn.selection import build

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
IDS = [f"film{row}" for row in range(N_ITEMS)]
KS = (0, 1, 3)


@cache
def made() -> FewShotData:
    log = make_log(80)
    users = np.array([f"u{u}" for u in log.users])
    return few_shot_data(RawLog(users, np.array(IDS)[log.items], log.ratings, log.times))


def hand_out(folder: Path) -> Path:
    data = made()
    features = features_of(data, IDS, make_features())
    write_protocol(folder, "made-up", data, splits(len(data.people)), data.item_ids, features, KS)
    return folder


def run_popularity(split: Path, out: Path) -> None:
    command = [sys.executable, str(BENCHMARKS / "peers" / "popularity" / "run.py")]
    surroundings = {**os.environ, "PYTHONPATH": str(BENCHMARKS / "kit")}
    command += ["--split", str(split), "--out", str(out)]
    subprocess.run(command, env=surroundings, check=True, timeout=60)


def scored(handed: Handed, path: Path) -> list[Row]:
    rankings = Rankings(handed.data, handed.ks)
    add_rankings(handed, rankings, "popularity", path)
    return tables(rankings, "").test


def expected() -> list[Row]:
    """Popularity measured within this package."""
    data = made()
    rankings = Rankings(data, KS)
    for fold in splits(len(data.people)):
        counts = data.popularity(fold.train)
        model = build("popularity", {}).fit(likes_matrix(data.likes(fold.train), data.n_items))
        for k in KS:
            users = data.eligible(fold.test, k)
            supports = [rows[:k] for rows in data.likes(users)]
            scores = model.scores(likes_matrix(supports, data.n_items))
            rankings.add("test", "popularity", k, users, top_rows(scores, supports, counts, data.n_items - k))
    return tables(rankings, "").test


@pytest.fixture
def split(tmp_path: Path) -> Path:
    return hand_out(tmp_path / "split")


def test_what_is_handed_out_comes_back(split: Path) -> None:
    handed, data = read_protocol(split), made()
    assert handed.data.item_ids == data.item_ids
    assert handed.data.user_ids == data.user_ids
    everybody = np.arange(len(data.people))
    for ours, theirs in zip(data.likes(everybody), handed.data.likes(everybody), strict=True):
        assert ours.tolist() == theirs.tolist()
    for ours_fold, fold in zip(splits(len(data.people)), handed.folds, strict=True):
        assert all(np.array_equal(a, b) for a, b in zip(ours_fold, fold, strict=True))
    with (split / "items.csv").open(encoding="utf-8") as file:
        assert [row["item"] for row in csv.DictReader(file)] == list(data.item_ids)


def test_the_same_data_are_the_same_bytes(split: Path, tmp_path: Path) -> None:
    again = hand_out(tmp_path / "again")
    assert all((again / f.name).read_bytes() == f.read_bytes() for f in split.iterdir())


def test_a_peer_in_its_own_process_scores_as_within_the_package(split: Path, tmp_path: Path) -> None:
    run_popularity(split, tmp_path / "out")
    assert scored(read_protocol(split), tmp_path / "out" / "popularity.csv.gz") == expected()
    record = json.loads((tmp_path / "out" / "popularity.json").read_text(encoding="utf-8"))
    assert record["state_bytes"] == 0
    assert record["sha256"] == read_protocol(split).digest


def test_a_peer_that_has_been_run_is_kept(split: Path, tmp_path: Path) -> None:
    run_popularity(split, tmp_path / "out")
    before = (tmp_path / "out" / "popularity.json").stat().st_mtime_ns
    run_popularity(split, tmp_path / "out")
    assert (tmp_path / "out" / "popularity.json").stat().st_mtime_ns == before


def test_the_tables_show_every_model(split: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    from peer_tables import markdown, results, score

    run_popularity(split, tmp_path / "out")
    handed = read_protocol(split)
    told = results(tmp_path / "out", handed.digest)
    shown = markdown("made-up", score(handed, {"popularity": tmp_path / "out" / "popularity.csv.gz"}), told)
    assert shown.count("| popularity |") == 3
    assert results(tmp_path / "out", "other data") == {}


def test_a_missing_person_is_refused(split: Path, tmp_path: Path) -> None:
    run_popularity(split, tmp_path / "out")
    path = tmp_path / "out" / "popularity.csv.gz"
    lines = gzip.decompress(path.read_bytes()).decode().splitlines(keepends=True)
    path.write_bytes(gzip.compress("".join(lines[:-1]).encode()))
    with pytest.raises(BadLog, match="no ranking for person"):
        scored(read_protocol(split), path)


def test_a_short_ranking_is_refused(split: Path, tmp_path: Path) -> None:
    run_popularity(split, tmp_path / "out")
    path = tmp_path / "out" / "popularity.csv.gz"
    text = gzip.decompress(path.read_bytes()).decode()
    path.write_bytes(gzip.compress(text.rsplit(" ", 1)[0].encode()))
    with pytest.raises(BadLog, match="ranks only"):
        scored(read_protocol(split), path)


def test_a_damaged_folder_is_refused(split: Path) -> None:
    (split / "people.npz").write_bytes(b"")
    with pytest.raises(BadLog, match="palate bench protocol"):
        read_protocol(split)
