"""A whole benchmark on a small made-up log."""

from __future__ import annotations

import csv
import gzip
import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from tastes import N_ITEMS, make_features, make_log, small_config

import metalearn.selection as selection
from metalearn.benchmark import run, support_of
from metalearn.data import ItemFeatures
from metalearn.errors import BadLog
from metalearn.protocol import RawLog, few_shot_data
from metalearn.selection import choose

IDS = [f"film{row}" for row in range(N_ITEMS)]


def make_raw() -> RawLog:
    log = make_log(80)
    users = np.array([f"u{u}" for u in log.users])
    return RawLog(users, np.array(IDS)[log.items], log.ratings, log.times)


@cache
def measured() -> dict[str, object]:
    return run(make_raw(), IDS, make_features(), "made-up", ks=(0, 1, 3), config=small_config(steps=4))


@pytest.fixture(autouse=True)
def small_grids(monkeypatch: pytest.MonkeyPatch) -> None:
    grids = {
        "popularity": ({},),
        "itemknn": ({"k": 20, "shrink": 1.0, "tilt": 0.5}, {"k": 20, "shrink": 50.0, "tilt": 0.5}),
        "rp3beta": ({"k": 20, "alpha": 1.0, "beta": 0.2},),
        "ease": ({"regularization": 20.0},),
        "ials": ({"factors": 4, "regularization": 5.0, "alpha": 5.0},),
    }
    for name, grid in grids.items():
        monkeypatch.setitem(selection.GRIDS, name, grid)  # type: ignore[arg-type]


def test_every_model_has_a_row_for_every_support_size() -> None:
    for part in ("validation", "test"):
        rows = measured()[part]
        assert {(r["model"], r["K"]) for r in rows} == {
            (m, k) for m in ("popularity", "itemknn", "rp3beta", "ease", "ials", "adapter") for k in (0, 1, 3)
        }
        for row in rows:
            assert 0 <= row["low"] <= row["ndcg10"] <= row["high"] <= 1
            assert 0 < row["coverage10"] <= 1


def test_without_support_every_base_model_gives_popularity() -> None:
    rows = {r["model"]: r["ndcg10"] for r in measured()["test"] if r["K"] == 0 and r["model"] != "adapter"}
    assert len(set(rows.values())) == 1


def test_base_models_can_be_left_out() -> None:
    report = run(
        make_raw(),
        IDS,
        make_features(),
        "made-up",
        ks=(1,),
        config=small_config(steps=1),
        min_user_likes=13,
        only_adapter=True,
    )
    assert {row["model"] for row in report["test"]} == {"popularity", "adapter"}
    assert (
        report["n_users"] == len(few_shot_data(make_raw(), 13).people) < len(few_shot_data(make_raw()).people)
    )


def test_the_request_is_at_the_last_like_and_friends_are_training_people() -> None:
    raw = make_raw()
    links = np.array([["u0", "u1"], ["u0", "u2"], ["u2", "u0"], ["u0", "nobody"]])
    data = few_shot_data(raw._replace(links=links))
    place = {name: at for at, name in enumerate(data.user_ids)}
    known = np.array([place["u5"], place["u2"], place["u7"]])
    support = support_of(data, place["u0"], 3, known)
    person = data.people[place["u0"]]
    assert support.now == np.sort(person.times[person.labels > 0])[2]
    assert support.friends is not None
    assert support.friends.tolist() == [1]
    assert support_of(data, place["u0"], 0, known).now == person.times[0]
    untimed = few_shot_data(raw._replace(timed=False))
    assert support_of(untimed, 0, 2, known).now is None
    assert support_of(untimed, 0, 2, known).friends is None
    log = data.log(np.array([place["u2"], place["u0"]]))
    assert log.links is not None
    assert log.links.tolist() == [[1, 0], [0, 1]]


def test_people_with_short_histories_take_part_when_asked() -> None:
    raw = make_raw()
    few = np.flatnonzero(raw.users == "u0")[:-1]
    kept = np.concatenate([few[:9], np.flatnonzero(raw.users != "u0")])
    cut = RawLog(raw.users[kept], raw.items[kept], np.full(len(kept), 5.0, np.float32), raw.times[kept])
    assert "u0" not in few_shot_data(cut).user_ids
    assert "u0" in few_shot_data(cut, 8).user_ids


def test_everybody_is_tested_once() -> None:
    report = measured()
    rows = [r for r in report["test"] if r["K"] == 0]
    assert {r["n_users"] for r in rows} == {report["n_users"]}


def test_paired_rows_compare_with_the_best_base_model() -> None:
    report = measured()
    for pair in (p for p in report["paired"] if p["part"] == "test"):
        rows = {r["model"]: r["ndcg10"] for r in report["test"] if r["K"] == pair["K"]}
        best = max(v for m, v in rows.items() if m != "adapter")
        assert pair["difference"] == pytest.approx(rows["adapter"] - best)
        assert pair["low"] <= pair["difference"] <= pair["high"]


def test_files_and_progress(tmp_path: Path) -> None:
    told: list[float] = []
    report = run(
        make_raw(),
        IDS,
        make_features(),
        "made-up",
        ks=(0, 2),
        config=small_config(steps=1),
        json_path=tmp_path / "report.json",
        export_path=tmp_path / "rankings.csv.gz",
        progress=lambda _, share: told.append(share),
    )
    assert json.loads((tmp_path / "report.json").read_text()) == json.loads(json.dumps(report))
    assert told == sorted(told)
    assert told[-1] == 1.0
    with gzip.open(tmp_path / "rankings.csv.gz", "rt") as stream:
        rows = list(csv.DictReader(stream))
    data = few_shot_data(make_raw())
    assert {(r["user"], r["K"]) for r in rows} == {(u, k) for u in data.user_ids for k in ("0", "2")}
    likes = dict(zip(data.user_ids, data.people, strict=True))
    for row in rows:
        ranked, support = row["items"].split(), likes[row["user"]].likes[: int(row["K"])]
        assert len(set(ranked)) == len(ranked) == data.n_items - len(support)
        assert not {data.item_ids[i] for i in support} & set(ranked)


def test_an_item_without_features_is_named() -> None:
    features = make_features()
    short = ItemFeatures(features.text[1:], features.facets[1:])
    with pytest.raises(BadLog, match="film0"):
        run(make_raw(), IDS[1:], short, "made-up")


def test_choice_pools_the_people_of_all_folds() -> None:
    weak, strong = np.array([0.1, 0.1]), np.array([0.4])
    folds = [[[weak], [strong]], [[strong], [weak]]]
    assert choose("itemknn", folds) is selection.GRIDS["itemknn"][0]
    assert choose("itemknn", [[[weak], [strong]]]) is selection.GRIDS["itemknn"][1]
