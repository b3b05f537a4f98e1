"""Links between people: who is a friend, who counts, and what nobody's links may give away."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
from tastes import N_ITEMS, make_features, make_log, small_config

from metalearn.crossfit import assign_folds, cross_fit
from metalearn.data import History, InteractionLog, friends_of, histories
from metalearn.errors import BadLog
from metalearn.evidence import FixedBlocks
from metalearn.social import NAMES, Friends

KERNEL = sp.csr_matrix(np.array([[0, 2, 0], [1, 0, 0], [0, 0, 0]], np.float32))


def person(items: list[int], labels: list[float]) -> History:
    return History(np.array(items), np.array(labels, np.float32), np.arange(len(items)))


def linked(pairs: list[tuple[int, int]]) -> InteractionLog:
    log = make_log()
    return InteractionLog(
        log.users, log.items, log.ratings, log.times, log.n_users, N_ITEMS, True, np.array(pairs)
    )


class TestCounts:
    people = (person([0, 2], [1, -1]), person([0, 1], [1, 1]), person([2], [-1]), person([2], [1]))
    friends = Friends.fit(people, np.array([0, 1, 2]), 3, KERNEL)

    def test_share_and_counts_by_hand(self) -> None:
        logs, share, spread, consumed, near, further = self.friends.at(np.array([0, 1]))
        np.testing.assert_allclose(logs, np.log1p([2, 1, 0]), rtol=1e-6)
        np.testing.assert_allclose(share, [1.0, 0.5, 0.0])
        np.testing.assert_allclose(spread, [0.5, 2.0, 0.0])
        # Nobody counted: a like is as much as usual, over the root of two friends.
        np.testing.assert_allclose(consumed, np.array([2, 1, 0]) / np.sqrt(2), rtol=1e-6)
        np.testing.assert_allclose(near, np.array([1, 4, 0]) / np.sqrt(2), rtol=1e-6)
        np.testing.assert_array_equal(further, np.zeros(3))

    def test_amounts_and_friends_of_friends_by_hand(self) -> None:
        first = self.people[0]._replace(items=np.array([0, 1]), labels=np.ones(2, np.float32))
        counted = first._replace(amounts=np.array([np.e**3 - 1, np.e - 1]))
        people = [counted, self.people[1], person([2], [1]), person([1], [1])]
        links = np.array([[0, 1], [0, 2], [1, 3], [1, 1]])
        friends = Friends.fit(people, np.array([0, 1, 2]), 3, KERNEL, links)
        # Logs 3 and 1, mean 2.
        np.testing.assert_allclose(friends.at(np.array([0]))[3], [1.5, 0.5, 0.0], rtol=1e-6)
        # Person 0 knows 1 and 2; of somebody whose friends are 0 and 1 only 2 is further away.
        np.testing.assert_allclose(friends.at(np.array([0]))[5], np.array([1, 1, 1]) / np.sqrt(2), rtol=1e-6)
        np.testing.assert_allclose(friends.at(np.array([0, 1]))[5], [0, 0, 1])
        again = Friends.restore(friends.tensors())
        np.testing.assert_array_equal(again.at(np.array([0, 1])), friends.at(np.array([0, 1])))

    def test_a_friend_named_twice_counts_once(self) -> None:
        np.testing.assert_array_equal(self.friends.at(np.array([1, 0, 1])), self.friends.at(np.array([0, 1])))

    @pytest.mark.parametrize("other", [2, 3, 4, -1])
    def test_friends_without_known_likes_do_not_thin_the_share(self, other: int) -> None:
        np.testing.assert_array_equal(self.friends.at(np.array([0, other])), self.friends.at(np.array([0])))
        np.testing.assert_array_equal(self.friends.at(np.array([other])), np.zeros((len(NAMES), 3)))

    @pytest.mark.parametrize("nobody", [None, np.zeros(0, np.int64)])
    def test_no_friends_give_zeros(self, nobody: np.ndarray | None) -> None:
        np.testing.assert_array_equal(self.friends.at(nobody), np.zeros((len(NAMES), 3)))

    def test_the_arrays_on_disk_give_the_same_counts(self) -> None:
        again = Friends.restore(self.friends.tensors())
        np.testing.assert_array_equal(again.at(np.array([0, 1])), self.friends.at(np.array([0, 1])))


class TestLinks:
    def test_friends_of_everybody(self) -> None:
        found = friends_of(np.array([[2, 0], [0, 2], [2, 1]]), 4)
        assert found is not None
        assert [f.tolist() for f in found] == [[2], [], [0, 1], []]
        assert friends_of(None, 4) is None

    def test_a_link_to_nobody_is_refused(self) -> None:
        with pytest.raises(BadLog, match="links"):
            linked([(0, 60)])


def test_friends_of_the_same_fold_are_not_known_to_it() -> None:
    config = small_config()
    folds = assign_folds(60, config)
    inside, outside = np.flatnonzero(folds == 0)[:2], np.flatnonzero(folds == 1)[:1]
    me, near, far = int(inside[0]), int(inside[1]), int(outside[0])
    fixed, tables = FixedBlocks.of(make_features(), 4), []
    for pairs in ([(near, me)], [(me, near)], [(me, near), (me, far)]):
        log = linked(pairs)
        tables.append(cross_fit(log, histories(log), fixed, config, lambda _what, _share: None)[0])
    lonely, same_fold, other_fold = (t.features for t in tables)
    assert tables[0].evidence.prior_names[-len(NAMES) :] == NAMES
    np.testing.assert_array_equal(lonely, same_fold)
    changed = {tables[0].episodes[line].person for line in np.argwhere(lonely != other_fold)[:, 0]}
    assert changed == {me}
