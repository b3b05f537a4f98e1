"""The protocol against an independent derivation of it, row by row."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from metalearn.errors import BadLog
from metalearn.protocol import RawLog, few_shot_data, splits, top_rows


def make_raw(seed: int = 0, n: int = 2500) -> RawLog:
    rng = np.random.default_rng(seed)
    users = np.array([f"u{x}" for x in rng.integers(0, 60, n)])
    items = np.array([f"{x}" for x in (rng.random(n) ** 2 * 120).astype(int)])
    ratings = rng.choice([1.0, 2.0, 3.0, 4.0, 5.0], n).astype(np.float32)
    return RawLog(users, items, ratings, rng.integers(0, 400, n))


def derive(raw: RawLog) -> dict[str, list[str]]:
    """Apply the filters with dictionaries only."""
    order = sorted(range(len(raw.users)), key=lambda r: raw.times[r])
    seen, likes = set(), []
    for r in order:
        pair = (str(raw.users[r]), str(raw.items[r]))
        if raw.ratings[r] >= 4 and pair not in seen:
            seen.add(pair)
            likes.append(pair)
    by_item = Counter(item for _, item in likes)
    likes = [(u, i) for u, i in likes if by_item[i] >= 5]
    by_user = Counter(user for user, _ in likes)
    kept: dict[str, list[str]] = {}
    for user, item in likes:
        if by_user[user] >= 10:
            kept.setdefault(user, []).append(item)
    return kept


def test_people_items_and_order_are_those_of_the_derivation() -> None:
    raw = make_raw()
    data, expected = few_shot_data(raw), derive(raw)
    assert list(data.user_ids) == sorted(expected)
    assert list(data.item_ids) == sorted({i for items in expected.values() for i in items})
    for user, person in zip(data.user_ids, data.people, strict=True):
        assert [data.item_ids[row] for row in person.likes] == expected[user]


def test_other_ratings_of_kept_items_come_along_without_touching_the_likes() -> None:
    data = few_shot_data(make_raw())
    labels = np.concatenate([person.labels for person in data.people])
    assert set(labels.tolist()) == {-1.0, 0.0, 1.0}
    for person in data.people:
        assert len(np.unique(person.items)) == len(person.items)


def test_folds_are_drawn_once_and_for_all() -> None:
    parts = np.array_split(np.random.default_rng(0).permutation(23), 5)
    found = splits(23)
    assert [fold.test.tolist() for fold in found] == [p.tolist() for p in parts]
    rest = np.concatenate(parts[1:])
    assert found[0].validation.tolist() == rest[: len(rest) // 10].tolist()
    assert found[0].train.tolist() == rest[len(rest) // 10 :].tolist()


def test_many_people_are_split_once() -> None:
    (only,) = splits(3000)
    assert (len(only.train), len(only.validation), len(only.test)) == (2400, 300, 300)
    assert len(np.unique(np.concatenate(only))) == 3000


def test_eligible_people_have_five_likes_left() -> None:
    data = few_shot_data(make_raw())
    everybody = np.arange(len(data.people))
    for k in (0, 3, 10):
        expected = [u for u in everybody if len(data.people[u].likes) >= k + 5]
        assert data.eligible(everybody, k).tolist() == expected


def test_rankings_leave_the_support_out_and_break_ties_by_popularity() -> None:
    scores = np.array([[1.0, 1.0, 3.0, 0.0], [0.0, 0.0, 0.0, 0.0]])
    popularity = np.array([1.0, 5.0, 2.0, 9.0], np.float32)
    top = top_rows(scores, [np.array([2]), np.array([], np.int64)], popularity, 3)
    assert top.tolist() == [[1, 0, 3], [3, 1, 2]]


def test_scores_that_are_not_numbers_are_refused() -> None:
    with pytest.raises(BadLog):
        top_rows(np.array([[np.nan, 1.0]]), [np.array([0])], np.ones(2, np.float32), 1)


def test_nobody_left_is_an_error() -> None:
    raw = make_raw(n=40)
    with pytest.raises(BadLog, match="nobody"):
        few_shot_data(raw)


def test_log_numbers_people_from_zero_and_keeps_labels() -> None:
    data = few_shot_data(make_raw())
    log = data.log(np.array([4, 2]))
    assert log.n_users == 2
    assert log.items[log.users == 0].tolist() == data.people[4].items.tolist()
    assert ((log.ratings >= 4) == np.concatenate([data.people[u].labels > 0 for u in (4, 2)])).all()


def test_links_are_positions_of_kept_people_in_both_directions() -> None:
    raw = make_raw()
    first, second, third = sorted(derive(raw))[:3]
    links = np.array([[third, first], [first, third], [second, "stranger"], [first, second]])
    data = few_shot_data(raw._replace(links=links))
    assert data.links is not None
    assert data.links.tolist() == [[2, 0], [0, 2], [0, 1]]
    among = np.array([7, 2, 1])
    found = [data.friends(user, among) for user in (0, 1, 2)]
    assert [f.tolist() for f in found if f is not None] == [[1, 2], [], []]
    log = data.log(np.array([2, 5, 0]))
    assert log.links is not None
    assert log.links.tolist() == [[0, 2], [2, 0]]


def test_without_links_nobody_has_friends() -> None:
    data = few_shot_data(make_raw())
    assert data.links is None
    assert data.friends(0, np.arange(3)) is None
    assert data.log(np.array([1])).links is None


@pytest.mark.parametrize("timed", [True, False])
def test_whether_times_are_moments_comes_along(timed: bool) -> None:
    data = few_shot_data(make_raw()._replace(timed=timed))
    assert data.timed == data.log(np.array([0, 1])).timed == timed


def test_how_many_likes_a_person_needs_can_be_changed() -> None:
    raw = make_raw()
    fewest = min(len(person.likes) for person in few_shot_data(raw).people)
    data = few_shot_data(raw, fewest + 5)
    assert 0 < len(data.people) < len(few_shot_data(raw).people)
    assert min(len(person.likes) for person in data.people) >= fewest + 5
