"""The second protocol and cold items, on a small made-up log."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from tastes import N_ITEMS, make_features, make_log, small_config

from metalearn import cold_benchmark
from metalearn.cold_benchmark import cases_of, cold_items, run_cold, warm_log
from metalearn.feedback import CONSUME, DISLIKE, HIDE, LIKE
from metalearn.protocol import FewShotData, RawLog, few_shot_data
from metalearn.rated_benchmark import (
    FULL,
    UNTOLD,
    VIEWS,
    eligible,
    left_out,
    query_of,
    rated_support,
    run_rated,
)

IDS = [f"film{row}" for row in range(N_ITEMS)]
CONFIG = small_config(steps=4)


def make_raw() -> RawLog:
    log = make_log(80)
    return RawLog(np.array([f"u{u}" for u in log.users]), np.array(IDS)[log.items], log.ratings, log.times)


@cache
def data() -> FewShotData:
    return few_shot_data(make_raw())


class TestRatings:
    def test_support_is_the_first_ratings_and_the_query_every_later_like(self) -> None:
        users = np.arange(len(data().people))
        chosen = eligible(data(), users, 6)
        assert 0 < len(chosen) <= len(users)
        for user in chosen:
            person, support = data().people[user], rated_support(data(), int(user), 6, users)
            np.testing.assert_array_equal(support.rows, person.items[:6])
            np.testing.assert_array_equal(support.kinds, person.kinds[:6])
            assert support.seen is not None
            assert support.seen.all()
            assert support.now == person.times[5]
            later = {
                int(i) for i, label in zip(person.items[6:], person.labels[6:], strict=True) if label > 0
            }
            assert set(query_of(data(), int(user), 6).tolist()) == later
            assert len(later) >= 5

    @pytest.mark.parametrize("view", VIEWS)
    def test_a_blind_adapter_sees_part_of_the_same_support_at_the_same_moment(self, view: str) -> None:
        users = np.arange(len(data().people))
        shown = {
            FULL: lambda kind: True,
            "blind to all but likes": lambda kind: kind == LIKE,
            "blind to dislikes": lambda kind: kind in (LIKE, CONSUME),
            "never told of dislikes": lambda kind: kind in (LIKE, CONSUME),
        }[view]
        for user in range(10):
            whole, part = (rated_support(data(), user, 8, users, v) for v in (FULL, view))
            kept = [shown(kind) for kind in whole.kinds.tolist()]  # type: ignore[union-attr]
            np.testing.assert_array_equal(part.rows, whole.rows[kept])
            assert part.now == whole.now

    def test_only_who_was_never_told_of_a_dislike_may_offer_it_again(self) -> None:
        again = 0
        for user in range(10):
            rated = rated_support(data(), user, 8, np.arange(len(data().people)))
            for view in VIEWS:
                out = left_out(data(), user, 8, view)
                missing = np.setdiff1d(rated.rows, out)
                assert view in UNTOLD or not len(missing)
                again += len(missing)
                refused = rated.rows[np.isin(rated.kinds, (DISLIKE, HIDE))]  # type: ignore[arg-type]
                assert np.isin(missing, refused).all()
        assert again

    def test_the_report_pairs_the_adapter_with_both_blind_ones(self, tmp_path: Path) -> None:
        told: list[float] = []
        report = run_rated(
            make_raw(),
            IDS,
            make_features(),
            "made-up",
            ks=(1, 3),
            config=CONFIG,
            json_path=tmp_path / "report.json",
            progress=lambda _, share: told.append(share),
        )
        assert json.loads((tmp_path / "report.json").read_text()) == json.loads(json.dumps(report))
        assert told == sorted(told)
        rows = {(r["K"], r["model"]): r["ndcg10"] for r in report["test"]}  # type: ignore[attr-defined,index]
        assert set(rows) == {(k, view) for k in (1, 3) for view in VIEWS}
        pairs = [p for p in report["paired"] if p["part"] == "test"]  # type: ignore[attr-defined,index]
        assert {(p["K"], p["against"]) for p in pairs} == {
            (k, view) for k in (1, 3) for view in VIEWS if view != FULL
        }
        for pair in pairs:
            full, blind = rows[pair["K"], FULL], rows[pair["K"], pair["against"]]
            assert pair["difference"] == pytest.approx(full - blind)
            assert pair["ratio"] == pytest.approx(full / blind)
            assert pair["low"] <= pair["difference"] <= pair["high"]


class TestColdItems:
    def test_a_tenth_of_the_items_is_drawn_by_seed(self) -> None:
        assert cold_items(200, 0).sum() == 20
        np.testing.assert_array_equal(cold_items(200, 3), cold_items(200, 3))
        assert not np.array_equal(cold_items(200, 3), cold_items(200, 4))

    def test_nothing_of_a_cold_item_is_left_to_learn_from(self) -> None:
        is_cold = cold_items(data().n_items, 0)
        log = data().log(np.arange(len(data().people)))
        warm = warm_log(log, is_cold)
        assert not is_cold[warm.items].any()
        assert len(warm.items) == (~is_cold[log.items]).sum()
        assert (warm.n_users, warm.n_items) == (log.n_users, log.n_items)

    @pytest.mark.parametrize("k", [0, 2])
    def test_supports_are_warm_and_queries_cold_and_later(self, k: int) -> None:
        is_cold = cold_items(data().n_items, 0)
        cases = cases_of(data(), np.arange(len(data().people)), k, is_cold, is_cold, 1)
        assert cases
        for case in cases:
            person = data().people[case.user]
            assert len(case.support) == k
            assert not is_cold[person.items[case.support]].any()
            assert (person.labels[case.support] > 0).all()
            assert is_cold[case.query].all()
            last = case.support.max(initial=-1)
            later = person.items[last + 1 :][person.labels[last + 1 :] > 0]
            assert set(case.query.tolist()) == {int(i) for i in later if is_cold[i]}

    def test_the_report_compares_text_popularity_and_chance(self, monkeypatch: pytest.MonkeyPatch) -> None:
        seen: list[np.ndarray] = []
        honest = cold_benchmark.train

        def spy(log, *rest):  # type: ignore[no-untyped-def]
            seen.append(np.unique(log.items))
            return honest(log, *rest)

        monkeypatch.setattr(cold_benchmark, "train", spy)
        report = run_cold(make_raw(), IDS, make_features(), "made-up", ks=(0, 2), config=CONFIG)
        is_cold = cold_items(data().n_items, 0)
        assert len(seen) == 5
        assert not any(is_cold[items].any() for items in seen)
        rows = report["test"]
        settings = {(r["items"], r["K"], r["model"]) for r in rows}  # type: ignore[attr-defined,index]
        models = ("adapter", "text centroid", "popularity", "random")
        assert settings == {(i, k, m) for i, k in (("cold", 0), ("cold", 2), ("warm", 0)) for m in models}
        known = {(r["items"], r["K"], r["model"]): r["ndcg10"] for r in rows}  # type: ignore[attr-defined,index]
        assert known["cold", 2, "adapter"] > known["cold", 2, "random"]
        pairs = report["paired"]
        assert all(p["low"] <= p["difference"] <= p["high"] for p in pairs)  # type: ignore[attr-defined,index]
