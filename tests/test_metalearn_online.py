"""One event at a time equals solving afresh; states come back bit for bit; adapting that hurts is noticed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tastes import N_ITEMS, make_features, make_log, small_config, trained

from metalearn.adapter import Support
from metalearn.feedback import CONSUME, DISLIKE, HIDE, LIKE, SKIP
from metalearn.online import OnlineRidge, Prequential, prequential
from metalearn.train import train


def as_support(events: list[tuple[int, float]]) -> Support:
    rows, labels = zip(*events, strict=True)
    return Support(np.array(rows), np.array(labels, np.float32), np.arange(len(rows), dtype=np.float64))


KINDS = st.lists(
    st.tuples(
        st.integers(0, N_ITEMS - 1), st.sampled_from([LIKE, DISLIKE, HIDE, CONSUME, SKIP]), st.integers(0, 3)
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=40, deadline=None)
@given(KINDS)
def test_every_update_equals_solving_afresh(events: list[tuple[int, int, int]]) -> None:
    adapter = trained()
    online = OnlineRidge(adapter)
    rows, kinds, gaps = (np.array(column) for column in zip(*events, strict=True))
    # Several events of one day, then days or months later.
    times = np.cumsum(np.array([60.0, 3600.0, 5 * 86_400.0, 200 * 86_400.0])[gaps])
    stream = Support.of_kinds(rows, kinds.astype(np.int8), times)
    for size in range(1, len(rows) + 1):
        delta = online.take(stream.part(np.array([size - 1])))
        known = stream.part(np.arange(size))
        np.testing.assert_allclose(delta, adapter.adapt(known).delta, atol=1e-5)


def test_sentences_are_events_too() -> None:
    adapter, text = trained(), make_features().text
    online = OnlineRidge(adapter, as_support([(3, 1.0), (7, -1.0)]))
    delta = online.add(-1, 1.0, text[20])
    vectors = np.zeros((3, text.shape[1]), np.float32)
    vectors[2] = text[20]
    both = Support(np.array([3, 7, -1]), np.array([1, -1, 1], np.float32), np.arange(3.0), vectors)
    np.testing.assert_allclose(delta, adapter.adapt(both).delta, atol=1e-5)


def test_a_state_is_rebuilt_from_its_events_bit_for_bit() -> None:
    adapter, events = trained(), as_support([(3, 1.0), (7, -1.0), (3, -1.0), (20, 1.0)])
    first, again = adapter.adapt(events), adapter.adapt(events)
    np.testing.assert_array_equal(first.delta, again.delta)
    np.testing.assert_array_equal(adapter.score(first), adapter.score(again))


def test_other_algorithms_are_refused_by_name() -> None:
    adapter = train(make_log(), make_features(), small_config(algorithm="anil", steps=1))
    with pytest.raises(ValueError, match="descent"):
        OnlineRidge(adapter)


class TestDrift:
    def test_a_steady_taste_gains(self) -> None:
        steady = prequential(trained(), Support.of_likes([3, 9, 15, 0, 6, 12, 18, 21]))
        assert steady.rows.tolist() == [3, 9, 15, 0, 6, 12, 18, 21]
        assert steady.gain[0] == pytest.approx(0.0, abs=1e-6)
        assert steady.gain[3:].mean() > 0
        assert not steady.hurts()

    def test_dislikes_and_sentences_are_not_foreseen_but_learned_from(self) -> None:
        assert prequential(trained(), as_support([(3, -1.0), (9, 1.0)])).rows.tolist() == [9]

    def test_it_takes_several_events_and_a_clear_loss(self) -> None:
        rows = np.arange(8)
        assert Prequential(rows, np.full(8, -1.0) + 0.1 * np.arange(8)).hurts()
        assert not Prequential(rows[:3], np.full(3, -1.0)).hurts()
        assert not Prequential(rows, np.array([-1.0, 1.0] * 4)).hurts()

    def test_random_likes_are_noticed_and_a_steady_taste_never_is(self) -> None:
        random = [np.random.default_rng(seed).permutation(45)[:30] for seed in range(8)]
        steady = [np.random.default_rng(seed).permutation(15)[:12] * 3 for seed in range(8)]
        flags = [
            [prequential(trained(), Support.of_likes(rows)).hurts() for rows in s] for s in (random, steady)
        ]
        assert np.mean(flags[0]) > 0.7
        assert not any(flags[1])

    def test_only_the_latest_likes_are_looked_at_when_asked(self) -> None:
        likes = Support.of_likes([3, 9, 15, 0, 6, 12, 18, 21])
        whole, part = prequential(trained(), likes), prequential(trained(), likes, latest=3)
        assert part.rows.tolist() == [12, 18, 21]
        np.testing.assert_array_equal(part.gain, whole.gain[-3:])
