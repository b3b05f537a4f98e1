"""How much people consumed: kernels by hand, what a log must hold, and what no amount may give away."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tastes import make_features, make_log, small_config

from metalearn.amounts import SHRINK_SHARES, amount_kernels
from metalearn.cold_benchmark import warm_log
from metalearn.crossfit import assign_folds, cross_fit
from metalearn.data import History, InteractionLog, histories
from metalearn.errors import BadLog
from metalearn.evidence import FixedBlocks
from metalearn.kernels import KernelConfig
from metalearn.protocol import RawLog, few_shot_data
from metalearn.tables import Table
from metalearn.train import train

CONFIG = KernelConfig(factors=(2,))
COUNTED = ("amounts", "shares", "amounts ease", "amounts ials")


def person(items: list[int], amounts: list[float], labels: list[float] | None = None) -> History:
    signs = np.array(labels or [1.0] * len(items), np.float32)
    return History(np.array(items), signs, np.arange(len(items)), amounts=np.array(amounts, np.float32))


def counted_log(seed: int = 3) -> InteractionLog:
    log = make_log()
    return replace(
        log, amounts=np.random.default_rng(seed).integers(1, 900, len(log.users)).astype(np.float32)
    )


def first_table(log: InteractionLog) -> Table:
    fixed = FixedBlocks.of(make_features(), 4)
    return cross_fit(log, histories(log), fixed, small_config(), lambda _what, _share: None)[0]


class TestKernels:
    def test_shares_by_hand(self) -> None:
        people = [person([0, 1], [1, 3]), person([0, 2], [1, 1]), person([1], [7])]
        found = amount_kernels(people, 3, CONFIG)["shares"].toarray()
        # Roots of shares: (1/2, sqrt(3)/2) and (sqrt(1/2), sqrt(1/2)) and (1).
        squares = np.array([0.25 + 0.5, 0.75 + 1.0, 0.5])
        raw = np.zeros((3, 3))
        for one, other, both in ((0, 1, 0.5 * 0.75**0.5), (0, 2, 0.5)):
            for a, b in ((one, other), (other, one)):
                raw[a, b] = both / (squares[a] ** 0.6 * squares[b] ** 0.4 + SHRINK_SHARES)
        expected = raw / np.sqrt((raw[raw > 0] ** 2).mean())
        np.testing.assert_allclose(found, expected, rtol=1e-5)

    def test_what_is_played_most_together_is_nearest(self) -> None:
        people = [person([0, 1, 2], [900, 800, 1]) for _ in range(4)]
        for name, kernel in amount_kernels(people, 3, CONFIG).items():
            near, far = kernel[0, 1], kernel[0, 2]
            assert near > far, name

    def test_amounts_of_what_is_not_liked_do_not_count(self) -> None:
        one = [person([0, 1, 2], [5, 3, 2], [1, 1, -1]), person([0, 1], [4, 4])]
        other = [person([0, 1, 2], [5, 3, 999], [1, 1, -1]), person([0, 1], [4, 4])]
        for a, b in zip(*(amount_kernels(p, 3, CONFIG).values() for p in (one, other)), strict=True):
            np.testing.assert_array_equal(a.toarray(), b.toarray())

    def test_nobody_gives_empty_kernels(self) -> None:
        found = amount_kernels([], 5, CONFIG)
        assert tuple(found) == COUNTED
        assert all(kernel.nnz == 0 for kernel in found.values())

    def test_somebody_without_amounts_is_refused(self) -> None:
        with pytest.raises(BadLog, match="one per rating or none"):
            amount_kernels([History(np.array([0]), np.ones(1, np.float32), np.zeros(1, np.int64))], 2, CONFIG)


class TestLogs:
    @pytest.mark.parametrize("bad", [0.0, -1.0, np.nan, np.inf])
    def test_an_amount_is_a_number_above_0(self, bad: float) -> None:
        amounts = np.ones(len(make_log().users), np.float32)
        amounts[3] = bad
        with pytest.raises(BadLog, match="numbers above 0"):
            replace(make_log(), amounts=amounts)

    def test_there_are_as_many_as_ratings(self) -> None:
        with pytest.raises(BadLog, match="as many amounts, got 2"):
            replace(make_log(), amounts=np.ones(2, np.float32))

    def test_they_stay_with_their_ratings(self) -> None:
        log = counted_log()
        of = {(int(u), int(i)): a for u, i, a in zip(log.users, log.items, log.amounts, strict=True)}
        raw = RawLog(
            log.users.astype(str), log.items.astype(str), log.ratings, log.times, amounts=log.amounts
        )
        data = few_shot_data(raw, 5)
        kept = data.log(np.arange(len(data.people))[::-1])
        kept = warm_log(kept, np.arange(data.n_items) == 0)
        assert kept.amounts is not None
        assert len(kept.amounts) > 300
        names = [data.user_ids[::-1][u] for u in kept.users], [data.item_ids[i] for i in kept.items]
        for user, item, amount in zip(*names, kept.amounts, strict=True):
            assert of[int(user), int(item)] == amount


class TestWhatMayBeKnown:
    def test_the_amounts_of_a_person_never_reach_their_own_episodes(self) -> None:
        log = counted_log()
        assert log.amounts is not None
        folds = assign_folds(log.n_users, small_config())
        own, others = (np.isin(log.users, np.flatnonzero(mine)) for mine in (folds == 0, folds != 0))
        base = first_table(log)
        assert {k for k, _ in base.evidence.event_names} >= set(COUNTED)
        for changed, same in ((own, True), (others, False)):
            table = first_table(replace(log, amounts=np.where(changed, 1.0 / log.amounts, log.amounts)))
            assert np.array_equal(table.features, base.features) is same

    def test_a_log_without_amounts_has_no_such_kernels(self) -> None:
        assert not {k for k, _ in first_table(make_log()).evidence.event_names} & set(COUNTED)

    def test_amounts_change_what_is_learned(self) -> None:
        support = np.array([0, 3])
        plain, counted = (train(log, make_features(), small_config()) for log in (make_log(), counted_log()))
        assert not np.array_equal(
            plain.merged.total(support, np.ones((2, 4), np.float32)),
            counted.merged.total(support, np.ones((2, 4), np.float32)),
        )
