"""Kinds of feedback: what each says, how it ages, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tastes import N_ITEMS, make_features, make_log, taste_of, trained

from metalearn.adapter import Support
from metalearn.canonical import canonical
from metalearn.data import histories
from metalearn.errors import BadSupport
from metalearn.feedback import (
    CONSUME,
    DISLIKE,
    HIDE,
    LABELS,
    LIKE,
    RATINGS,
    REFUSALS,
    SENTENCE,
    SKIP,
    kinds_of_labels,
    kinds_of_ratings,
)
from metalearn.protocol import RawLog, few_shot_data
from metalearn.taste import TasteAdapter

DAY = 86_400.0
ROWS = np.arange(N_ITEMS)
SAME = taste_of(ROWS) == 0
WIDTH = make_features().text.shape[1]


def one(kind: int, *, seen: bool = False, row: int = 3) -> Support:
    flags = np.array([seen])
    return Support.of_kinds(np.array([row]), np.array([kind], np.int8), np.zeros(1), seen=flags)


def gap(adapter: TasteAdapter, support: Support) -> float:
    """Return by how much an event raises what is like its item above the rest."""
    events = adapter.contributions(adapter.adapt(support), ROWS).events[0]
    return float(events[SAME].mean() - events[~SAME].mean())


class TestOfRatings:
    def test_stars(self) -> None:
        stars = np.array([0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0])
        expected = [HIDE, HIDE, DISLIKE, DISLIKE, CONSUME, CONSUME, CONSUME, LIKE, LIKE]
        assert kinds_of_ratings(stars).tolist() == expected

    def test_a_kind_comes_back_from_its_rating(self) -> None:
        kinds = np.array([LIKE, DISLIKE, HIDE, CONSUME], np.int8)
        np.testing.assert_array_equal(kinds_of_ratings(RATINGS[kinds]), kinds)

    def test_labels_stand_for_kinds_and_back(self) -> None:
        labels = np.array([1.0, -1.0, 0.0], np.float32)
        np.testing.assert_array_equal(LABELS[kinds_of_labels(labels)], labels)
        said = np.array([False, False, True])
        assert kinds_of_labels(np.array([1.0, -1.0, 1.0]), said).tolist() == [LIKE, DISLIKE, SENTENCE]

    def test_the_protocol_keeps_them(self) -> None:
        log = make_log()
        users = np.array([f"u{u:02d}" for u in log.users])
        ratings = np.where(log.ratings == 1.0, np.float32(1.5), log.ratings)
        raw = RawLog(users, np.array([f"i{i:02d}" for i in log.items]), ratings, log.times)
        data = few_shot_data(raw)
        again = histories(data.log(np.arange(len(data.people))))
        for person, other in zip(data.people, again, strict=True):
            np.testing.assert_array_equal(person.kinds, other.kinds)
        assert DISLIKE in again[0].kinds
        assert HIDE not in again[0].kinds


class TestWhatTheySay:
    def test_a_like_says_most_then_attention_and_refusals_speak_against(self) -> None:
        adapter = trained()
        assert gap(adapter, one(LIKE)) > gap(adapter, one(CONSUME)) > 0
        for kind in REFUSALS:
            assert gap(adapter, one(kind)) < 0

    def test_a_skip_says_less_than_a_dislike(self) -> None:
        adapter = trained()
        assert gap(adapter, one(DISLIKE)) < gap(adapter, one(SKIP)) < 0

    @pytest.mark.parametrize("kind", REFUSALS)
    def test_what_was_seen_first_is_turned_down_less(self, kind: int) -> None:
        adapter = trained()
        assert gap(adapter, one(kind, seen=True)) > gap(adapter, one(kind))

    @pytest.mark.parametrize("kind", REFUSALS)
    def test_a_refusal_never_raises_its_own_item_in_phi_nor_its_neighbours_in_a_kernel(
        self, kind: int
    ) -> None:
        adapter = trained()
        state = adapter.adapt(one(kind))
        assert adapter.contributions_of_phi(state, state.rows.astype(np.int64))[0, 0] <= 0
        liked, refused = (adapter.adapt(one(k)) for k in (LIKE, kind))
        rank = len(adapter.gates.mixture)
        weights = adapter.weighing.kernels(refused)[0, :rank] * adapter.weighing.kernels(liked)[0, :rank]
        assert (weights <= 0).all()

    def test_every_kind_has_a_target_and_a_weight_of_its_own(self) -> None:
        gates = trained().gates
        assert gates.target[LIKE] == gates.weight[LIKE] == 1.0
        assert len(set(gates.weight[[DISLIKE, HIDE, CONSUME, SKIP]].tolist())) == 4
        assert (gates.target[list(REFUSALS)] < -0.2).all()

    def test_a_sentence_may_say_what_is_not_wanted(self) -> None:
        adapter, text = trained(), make_features().text[[45]]
        wanted, unwanted = (
            Support(np.array([-1]), np.array([sign], np.float32), np.zeros(1), text) for sign in (1.0, -1.0)
        )
        assert gap(adapter, wanted) > 0 > gap(adapter, unwanted)


class TestAges:
    def spread(self, days: float) -> Support:
        rows, kinds = np.array([3, 7]), np.array([LIKE, LIKE], np.int8)
        return Support.of_kinds(rows, kinds, np.array([0.0, days * DAY]))

    def test_events_of_one_day_are_of_one_moment(self) -> None:
        adapter = trained()
        near, same = (adapter.adapt(self.spread(days)) for days in (0.5, 0.0))
        np.testing.assert_array_equal(near.delta, same.delta)

    def test_an_old_event_counts_less_and_at_the_half_life_by_half(self) -> None:
        adapter = trained()
        days = float(adapter.gates.half_life[0])
        whole = replace(adapter.gates, half_life=np.array([np.floor(days)], np.float32))
        parts = (adapter.catalogue, adapter.moments, None, adapter.merged, adapter.projection)
        aged = TasteAdapter(*parts, whole, adapter.inner)
        events = canonical(self.spread(np.floor(days)), N_ITEMS, WIDTH)
        problem = aged.problem(events, aged.features(events))
        np.testing.assert_allclose(problem.weights, [0.5, 1.0])

    def test_ages_count_from_the_last_event_that_still_stands(self) -> None:
        kinds, times = np.array([LIKE, LIKE, LIKE], np.int8), np.array([0.0, 3.5 * DAY, 2.0 * DAY])
        state = trained().adapt(Support.of_kinds(np.array([3, 7, 7]), kinds, times))
        assert state.ages.tolist() == [3.0, 0.0]


class TestRefused:
    @pytest.mark.parametrize(
        ("row", "kind", "label"),
        [(3, 9, 1.0), (3, -1, 1.0), (3, LIKE, -1.0), (3, SENTENCE, 1.0), (3, CONSUME, 1.0)],
    )
    def test_kinds_that_do_not_go_with_their_event_are_named(self, row: int, kind: int, label: float) -> None:
        kinds, labels = np.array([LIKE, kind], np.int8), np.array([1.0, label], np.float32)
        with pytest.raises(BadSupport, match=str(row)) as caught:
            trained().adapt(Support(np.array([9, row]), labels, np.zeros(2), kinds=kinds))
        assert caught.value.rows == (row,)

    def test_flags_of_another_length_are_refused(self) -> None:
        with pytest.raises(BadSupport, match="length"):
            trained().adapt(
                Support(np.array([3]), np.ones(1, np.float32), np.zeros(1), seen=np.zeros(2, bool))
            )


def test_of_two_words_on_one_item_at_one_moment_the_same_one_stands_in_any_order() -> None:
    rows, kinds = np.array([3, 3, 3]), np.array([HIDE, LIKE, CONSUME], np.int8)
    states = [
        trained().adapt(Support.of_kinds(rows, kinds[list(order)], np.zeros(3)))
        for order in ((0, 1, 2), (2, 1, 0), (1, 0, 2))
    ]
    assert {state.kinds.tolist()[0] for state in states} == {LIKE}
    assert len({state.delta.tobytes() for state in states}) == 1
