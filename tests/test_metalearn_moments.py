"""What is known at a moment, and what friends like, against counts made by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import scipy.sparse as sp
from tastes import N_ITEMS, make_features, make_log, small_config

from metalearn.adapter import Support
from metalearn.data import History, InteractionLog
from metalearn.moments import DAY, Moments
from metalearn.social import NAMES, Friends
from metalearn.taste import TasteAdapter
from metalearn.train import train


def history(items: list[int], labels: list[float], days: list[float]) -> History:
    return History(np.array(items), np.array(labels, np.float32), (np.array(days) * DAY).astype(np.int64))


# Item 0 is liked on days 1 and 100, item 1 on day 200, item 2 only disliked, item 3 never seen.
PEOPLE = [history([0, 2], [1, -1], [1, 2]), history([0, 1], [1, 1], [100, 200])]


def feature(moments: Moments, name: str, day: float | None) -> np.ndarray:
    table = moments.at(None if day is None else day * DAY)
    return table[moments.names.index(name)]


class TestMoments:
    moments = Moments.fit(PEOPLE, 4, timed=True, rated=False)

    def test_a_window_counts_its_own_past_only(self) -> None:
        early, late = (feature(self.moments, "likes within 30 days", day) for day in (10, 110))
        assert early.argmax() == late.argmax() == 0
        between = feature(self.moments, "likes within 30 days", 60)
        np.testing.assert_allclose(between, 0.0, atol=1e-6)

    def test_a_window_by_hand(self) -> None:
        found = feature(self.moments, "likes within 30 days", 110)
        # One like of item 0 out of the three of the log; the smoothing is half of that share.
        logs = np.log(np.array([1.0, 0.0, 0.0, 0.0]) + 0.5 / 3)
        np.testing.assert_allclose(found, logs - logs.mean(), rtol=1e-5)

    def test_unseen_and_age_by_hand(self) -> None:
        unseen, age = (feature(self.moments, name, 100) for name in ("unseen", "age"))
        np.testing.assert_allclose(unseen, [-0.5, 0.5, -0.5, 0.5])
        ages = np.log1p(np.array([99.0, 0.0, 98.0, 0.0]) / 365)
        np.testing.assert_allclose(age, ages - ages.mean(), rtol=1e-5)

    def test_the_event_of_the_moment_itself_is_not_yet_there(self) -> None:
        before, after = (feature(self.moments, "likes within 365 days", day) for day in (200, 200.01))
        assert before[1] == before[3]
        assert after[1] > after[3]

    def test_items_nobody_has_seen_yet(self) -> None:
        unseen = feature(self.moments, "unseen", 50)
        assert unseen[[1, 3]].min() > unseen[[0, 2]].max()
        assert feature(self.moments, "age", 201)[0] == feature(self.moments, "age", 201).max()

    def test_no_moment_and_a_later_one_are_the_end_of_the_log(self) -> None:
        np.testing.assert_array_equal(self.moments.at(None), self.moments.at(9_999 * DAY))

    def test_every_feature_has_mean_zero(self) -> None:
        np.testing.assert_allclose(self.moments.at(50 * DAY).mean(axis=1), 0.0, atol=1e-5)

    def test_all_time_popularity_comes_first(self) -> None:
        assert self.moments.names[0] == "popularity"
        assert self.moments.at(10 * DAY)[0].argmax() == 0

    def test_an_order_without_times_has_no_windows(self) -> None:
        untimed = Moments.fit(PEOPLE, 4, timed=False, rated=True)
        assert untimed.names == ("popularity", "liking", "attention")
        np.testing.assert_array_equal(untimed.at(5.0), untimed.at(None))

    def test_nobody_at_all(self) -> None:
        assert np.isfinite(Moments.fit([], 3, timed=True, rated=False).at(None)).all()


class TestFriends:
    kernel = sp.csr_matrix(np.array([[0, 2, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]], np.float32))
    friends = Friends.fit(PEOPLE, np.array([0, 1]), 4, kernel)

    def test_counts_by_hand(self) -> None:
        logs, share, spread = self.friends.at(np.array([0, 1]))[:3]
        np.testing.assert_allclose(logs, np.log1p([2, 1, 0, 0]), rtol=1e-6)
        np.testing.assert_allclose(share, [1.0, 0.5, 0.0, 0.0])
        np.testing.assert_allclose(spread, [0.0, 2.0, 0.0, 0.0])

    def test_friends_who_are_not_known_do_not_count(self) -> None:
        np.testing.assert_array_equal(self.friends.at(np.array([0, 17, -1])), self.friends.at(np.array([0])))
        left_out = Friends.fit(PEOPLE, np.array([0]), 4, self.kernel)
        np.testing.assert_array_equal(left_out.at(np.array([0, 1])), left_out.at(np.array([0])))

    def test_nobody_gives_zeros(self) -> None:
        for nobody in (None, np.zeros(0, np.int64)):
            np.testing.assert_array_equal(self.friends.at(nobody), np.zeros((len(NAMES), 4)))

    def test_an_adapter_with_friends_learns_from_them_and_survives_the_disk(self, tmp_path: Path) -> None:
        log, rng = make_log(), np.random.default_rng(0)
        pairs = [(u, v) for u in range(60) for v in rng.permutation(60)[:20] if u % 3 == v % 3 and u != v]
        linked = InteractionLog(
            log.users, log.items, log.ratings, log.times, 60, N_ITEMS, True, np.array(pairs)
        )
        adapter = train(linked, make_features(), small_config(steps=60))
        near = Support(
            *(getattr(Support.empty(), n) for n in ("rows", "labels", "times")), friends=np.array([0, 3, 6])
        )
        scores = adapter.score(adapter.adapt(near))
        change = scores - adapter.score(adapter.adapt(Support.empty()))
        same = np.arange(N_ITEMS) % 3 == 0
        assert change[same].mean() > change[~same].mean()
        adapter.save(tmp_path)
        again = TasteAdapter.load(tmp_path)
        np.testing.assert_array_equal(again.score(again.adapt(near)), scores)
