from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp

from metalearn.errors import BadLog
from metalearn.talk_benchmark import Ranked, best, cross_validate, folds_of, recalls, train_and_rank
from metalearn.talk_data import TalkItems, TalkTurns, rows_matrix, unit
from metalearn.talk_evidence import FEATURES, Evidence

SIZE = 12


def silent(what: str, share: float) -> None:
    assert 0 <= share <= 1, what


def world(pairs: list[tuple[list[int], list[int]]]) -> tuple[TalkItems, TalkTurns]:
    rng = np.random.default_rng(0)
    items = TalkItems(
        vectors=unit(rng.normal(size=(SIZE, 4))),
        facets=rows_matrix([[i % 2] for i in range(SIZE)], 2),
        kinds=np.array(["genre", "star"]),
        words=rows_matrix([[i] for i in range(SIZE)], SIZE),
        years=np.full(SIZE, 2000.0),
        popularity=np.zeros(SIZE),
        linked=np.ones(SIZE, dtype=bool),
        kernel=sp.csr_matrix((SIZE, SIZE)),
        described=np.ones(SIZE, dtype=bool),
    )
    n = len(pairs)
    none: list[list[int]] = [[] for _ in pairs]
    turns = TalkTurns(
        dialogues=np.arange(n),
        lengths=np.ones(n, dtype=np.int64),
        mentioned=[said for said, _ in pairs],
        targets=[named for _, named in pairs],
        wanted=np.array([len(named) for _, named in pairs]),
        cues=none,
        n_cues=1,
        people=none,
        genres=none,
        last_genres=none,
        whole=unit(rng.normal(size=(n, 4))),
        last=unit(rng.normal(size=(n, 4))),
    )
    return items, turns


def partners(n: int = 120) -> tuple[TalkItems, TalkTurns]:
    """Whoever likes an even item is told of the odd one beside it."""
    return world([([2 * (k % 6)], [2 * (k % 6) + 1]) for k in range(n)])


def column(features: np.ndarray, name: str) -> np.ndarray:
    return features[:, :, FEATURES.index(name)]


def test_counts_and_weights_of_items_said_together() -> None:
    items, turns = world([([0], [1]), ([0], [1, 2]), ([3], [4]), ([0], [5])])
    evidence = Evidence(items, turns, np.array([0, 1, 2]))
    found = evidence.features(np.array([3]))
    assert column(found, "named")[0, 1] == pytest.approx(np.log(2.3))
    assert column(found, "said")[0, 0] == pytest.approx(np.log(2.3))
    # 0 and 1 are together in two dialogues, and in two each; 0 and 2 in one, in two and one.
    assert column(found, "beside")[0, 1] == pytest.approx(np.log1p(5 * 2 / (2 + 2)))
    assert column(found, "beside")[0, 2] == pytest.approx(np.log1p(5 * 1 / np.sqrt(4 * 3)))
    assert column(found, "beside")[0, 4] == 0
    assert column(found, "never")[0].tolist() == [0] * 5 + [1] * 7


def test_evidence_knows_nothing_of_the_turns_that_it_describes() -> None:
    items, turns = partners(12)
    train, rest = np.arange(10), np.array([10, 11])
    other = replace(turns, targets=[*turns.targets[:10], [7], [8]])
    ours = Evidence(items, turns, train).features(rest)
    assert np.array_equal(ours, Evidence(items, other, train).features(rest))
    learned = replace(turns, targets=[[7], *turns.targets[1:]])
    assert not np.array_equal(ours, Evidence(items, learned, train).features(rest))


def test_what_is_named_beside_an_item_is_learned_and_the_same_again_by_seed() -> None:
    items, turns = partners()
    ranked = cross_validate(items, turns, 2, silent)
    assert ranked.rows.tolist() == list(range(len(turns)))
    found = recalls(turns, ranked)
    assert found[1].mean > 0.9
    assert found[1].low <= found[1].mean <= found[1].high <= found[10].mean + 1e-9
    for said, top in zip(turns.mentioned, ranked.top, strict=True):
        assert not set(said) & set(top.tolist())
    again = cross_validate(items, turns, 2, silent)
    assert np.array_equal(ranked.top, again.top)


def test_targets_of_test_turns_change_no_ranking() -> None:
    items, turns = partners(60)
    train, test = np.arange(50), np.arange(50, 60)
    ours = train_and_rank(items, turns, train, test, silent)
    other = replace(turns, targets=[*turns.targets[:50], *([[0]] * 10)])
    assert np.array_equal(ours.top, train_and_rank(items, other, train, test, silent).top)


def test_items_known_from_turns_alone_wait_until_a_turn_names_them() -> None:
    items, turns = partners(60)
    described = np.arange(SIZE) != 1
    hidden = replace(items, described=described, linked=described)
    train = np.array([t for t in range(50) if 1 not in turns.targets[t]])
    top = train_and_rank(hidden, turns, train, np.arange(50, 60), silent).top
    assert 1 not in top
    assert 1 in train_and_rank(hidden, turns, np.arange(50), np.arange(50, 60), silent).top


def test_best_leaves_out_what_was_said_and_pads() -> None:
    scores = np.array([[1, 3, 2], [5, 5, -np.inf]], dtype=np.float32)
    assert best(scores, [[1], []], depth=4).tolist() == [[2, 0, -1, -1], [0, 1, -1, -1]]


def test_recall_is_over_pairs_of_turn_and_target() -> None:
    _, turns = world([([], [3]), ([], [4, 5]), ([], [6])])
    turns = replace(turns, wanted=np.array([1, 2, 2]))  # of the last turn's two, one is no candidate
    top = np.full((3, 50), -1)
    top[0, 0], top[1, 2], top[1, 30] = 3, 5, 4
    found = recalls(turns, Ranked(np.arange(3), top))
    assert [round(found[k].mean, 6) for k in (1, 10, 50)] == [0.2, 0.4, 0.6]
    with pytest.raises(BadLog, match="nothing to measure"):
        recalls(replace(turns, wanted=np.zeros(3, dtype=np.int64)), Ranked(np.arange(3), top))


def test_folds_keep_dialogues_whole() -> None:
    dialogues = np.array([5, 5, 9, 9, 9, 2, 1])
    fold = folds_of(dialogues, 2, 0)
    assert fold[0] == fold[1]
    assert len(set(fold[2:5].tolist())) == 1
    assert set(fold.tolist()) == {0, 1}
    with pytest.raises(BadLog, match="4 dialogues cannot be split into 5"):
        folds_of(dialogues, 5, 0)


def test_columns_of_unequal_length_are_refused() -> None:
    _, turns = partners(3)
    with pytest.raises(BadLog, match="one length"):
        replace(turns, lengths=np.ones(2, dtype=np.int64))
