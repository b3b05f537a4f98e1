"""Ranking what comes next in dialogues: cross-fitted training, rankings of turns, recall with intervals.

Recall@k is over pairs of a turn and one of its targets, as in Chen et al. 2019 (arXiv 1908.05391) and
later work; items said before a turn are neither targets nor ranked (He et al. 2023, arXiv 2308.10053).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from metalearn.data import IntArray
from metalearn.errors import BadLog
from metalearn.metrics import Interval
from metalearn.talk_data import FloatArray, TalkItems, TalkTurns
from metalearn.talk_evidence import FEATURES, Evidence
from metalearn.talk_ranker import OUT, Sampled, TalkRanker, describe

Progress = Callable[[str, float], None]
CUTS = (1, 10, 50)
DEPTH = 50
CANDIDATES = 700
INNER = 5
CHUNK = 64
DRAWS = 2000


class Ranked(NamedTuple):
    """Rankings of n turns.

    Attributes:
        rows: int [n], the turns.
        top: int [n, up to 50], items best first, those said before left out; -1 where there are no more.
    """

    rows: IntArray
    top: IntArray


def folds_of(dialogues: IntArray, number: int, seed: int) -> IntArray:
    """Return the fold of each turn, int [T]; all turns of a dialogue are in one.

    Raises:
        BadLog: When there are fewer dialogues than folds.
    """
    different = np.unique(dialogues)
    if len(different) < number:
        raise BadLog(f"{len(different)} dialogues cannot be split into {number} folds")
    shuffled = np.random.default_rng(seed).permutation(len(different))
    return np.asarray((shuffled % number)[np.searchsorted(different, dialogues)], dtype=np.int64)


def cross_validate(
    items: TalkItems, turns: TalkTurns, number: int, progress: Progress, *, lent: int = 0, seed: int = 0
) -> Ranked:
    """Rank every turn that has targets by what was learned from the other folds of dialogues.

    The first `lent` turns are learned from in every fold and never ranked.
    """
    rows = np.flatnonzero(turns.wanted > 0)
    rows, always = rows[rows >= lent], rows[rows < lent]
    fold = folds_of(turns.dialogues[rows], number, seed)
    found: list[Ranked] = []
    for k in range(number):
        step = _part(progress, f"fold {k + 1} of {number}", k / number, 1 / number)
        train = np.concatenate([always, rows[fold != k]])
        found.append(train_and_rank(items, turns, train, rows[fold == k], step, seed=seed))
    order = np.argsort(np.concatenate([part.rows for part in found]))
    return Ranked(*(np.concatenate(column)[order] for column in zip(*found, strict=True)))


def train_and_rank(
    items: TalkItems,
    turns: TalkTurns,
    train: IntArray,
    test: IntArray,
    progress: Progress,
    *,
    seed: int = 0,
) -> Ranked:
    """Learn from the turns `train`, rank the items for the turns `test`; targets of `test` are not read.

    Raises:
        BadLog: When there is too little to learn from.
    """
    train = train[[len(turns.targets[t]) > 0 for t in train]]
    fold = folds_of(turns.dialogues[train], INNER, seed + 1)
    pieces: list[Sampled] = []
    for k in range(INNER):
        progress("evidence of the other dialogues", k / INNER)
        evidence = Evidence(items, turns, train[fold != k])
        pieces.append(_sample(items, turns, train[fold == k], evidence, seed + k))
    progress("weighing it", 0.8)
    ranker = TalkRanker(seed=seed).fit(_joined(pieces))
    evidence = Evidence(items, turns, train)
    known = items.described | items.linked | (evidence.said > 0)
    tops = []
    for start in range(0, len(test), CHUNK):
        progress("ranking", 0.8 + 0.2 * start / max(len(test), 1))
        rows = test[start : start + CHUNK]
        scores = ranker.scores(evidence.features(rows), describe(turns, rows))
        scores[:, ~known] = -np.inf
        tops.append(best(scores, [turns.mentioned[t] for t in rows]))
    progress("ranking", 1.0)
    top = np.concatenate(tops) if tops else np.zeros((0, DEPTH), np.int64)
    return Ranked(test, top)


def best(scores: FloatArray, without: Sequence[Sequence[int]], depth: int = DEPTH) -> IntArray:
    """Return the best items of each row, int [n, depth], ties by number; -1 where none is left.

    Args:
        scores: float [n, I].
        without: n lists of items that are left out.
        depth: how many.
    """
    kept = np.asarray(scores, dtype=np.float64).copy()
    for row, left_out in enumerate(without):
        kept[row, list(left_out)] = -np.inf
    order = np.argsort(-kept, axis=1, kind="stable")[:, :depth]
    gone = np.isneginf(np.take_along_axis(kept, order, axis=1))
    padded = np.full((len(kept), depth), -1, dtype=np.int64)
    padded[:, : order.shape[1]] = np.where(gone, -1, order)
    return padded


def recalls(turns: TalkTurns, ranked: Ranked, *, seed: int = 0) -> dict[int, Interval]:
    """Return Recall@1, @10, @50 with 95 % bootstrap intervals over dialogues.

    Targets that no candidate stands for are misses.

    Raises:
        BadLog: When no turn has a target.
    """
    wanted = turns.wanted[ranked.rows].astype(np.float64)
    if not wanted.sum():
        raise BadLog("no turn names an item that was not named before; there is nothing to measure")
    _, talk = np.unique(turns.dialogues[ranked.rows], return_inverse=True)
    total = np.bincount(talk, wanted)
    draws = np.random.default_rng(seed).integers(0, len(total), (DRAWS, len(total)))
    found = {}
    for cut in CUTS:
        pairs = zip(ranked.rows, ranked.top, strict=True)
        hits = np.array([np.isin(top[:cut], turns.targets[t]).sum() for t, top in pairs], dtype=np.float64)
        by_talk = np.bincount(talk, hits)
        means = by_talk[draws].sum(axis=1) / np.maximum(total[draws].sum(axis=1), 1)
        low, high = np.percentile(means, [2.5, 97.5])
        found[cut] = Interval(float(hits.sum() / wanted.sum()), float(low), float(high))
    return found


def _sample(items: TalkItems, turns: TalkTurns, rows: IntArray, evidence: Evidence, seed: int) -> Sampled:
    """Draw candidates: half those said most often, half of the rest at random."""
    size = len(items)
    number = min(CANDIDATES, size)
    often = np.argsort(-evidence.said, kind="stable")[: number // 2]
    rest = np.setdiff1d(np.arange(size), often)
    generator = np.random.default_rng(seed)
    x = np.empty((len(rows), number, len(FEATURES)), np.float32)
    offset = np.zeros((len(rows), number), np.float32)
    offset[:, len(often) :] = np.log(len(rest) / (number - len(often)))
    pair_rows: list[int] = []
    pair_x: list[FloatArray] = []
    for start in range(0, len(rows), CHUNK):
        part = rows[start : start + CHUNK]
        whole = evidence.features(part)
        for place, t in enumerate(part):
            drawn = generator.choice(rest, number - len(often), replace=False)
            chosen = np.concatenate([often, drawn])
            x[start + place] = whole[place, chosen]
            offset[start + place, _isin(chosen, (*turns.mentioned[t], *turns.targets[t]))] = OUT
            pair_rows.extend([start + place] * len(turns.targets[t]))
            pair_x.extend(whole[place, list(turns.targets[t])])
    return Sampled(x, offset, describe(turns, rows), np.array(pair_rows, np.int64), np.stack(pair_x))


def _joined(pieces: Sequence[Sampled]) -> Sampled:
    shifts = np.cumsum([0, *(len(piece.x) for piece in pieces[:-1])])
    shifted = [piece.pair_rows + shift for piece, shift in zip(pieces, shifts, strict=True)]
    return Sampled(
        np.concatenate([piece.x for piece in pieces]),
        np.concatenate([piece.offset for piece in pieces]),
        np.concatenate([piece.z for piece in pieces]),
        np.concatenate(shifted),
        np.concatenate([piece.pair_x for piece in pieces]),
    )


def _isin(values: IntArray, wanted: Sequence[int]) -> NDArray[np.bool_]:
    return np.isin(values, np.asarray(wanted, dtype=np.int64))


def _part(progress: Progress, name: str, start: float, share: float) -> Progress:
    def told(what: str, done: float) -> None:
        progress(f"{name}: {what}", start + share * done)

    return told
