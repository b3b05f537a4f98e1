"""Cross-fitting: every person's episodes are measured by what other people like."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from metalearn.augment import augmented
from metalearn.config import TrainConfig
from metalearn.data import History, IntArray, InteractionLog, friends_of
from metalearn.episodes import Episode, draw
from metalearn.errors import BadLog
from metalearn.evidence import Evidence, FixedBlocks, fit_evidence
from metalearn.feedback import LIKE_FROM
from metalearn.tablefile import arrays_of, table_of
from metalearn.tables import Table, tabulate
from metalearn.workfolder import WorkFolder

Progress = Callable[[str, float], None]
# Ratings per like from which ratings of any kind are counted apart.
RATED_APART = 1.2


def cross_fit(
    log: InteractionLog,
    people: Sequence[History],
    fixed: FixedBlocks,
    config: TrainConfig,
    progress: Progress,
    work: WorkFolder | None = None,
) -> list[Table]:
    """Return one table per fold: episodes of its people under the evidence of all others.

    Args:
        log: ratings.
        people: the histories in it.
        fixed: blocks of text and facets.
        config: hyper-parameters.
        progress: told the share of the folds done.
        work: keeps every table once it is there, and gives back those that are.

    Raises:
        BadLog: when nobody has enough likes for an episode.
    """
    rng = np.random.default_rng(config.seed)
    folds = assign_folds(len(people), config)
    friends, tables, count = friends_of(log.links, log.n_users), [], int(folds.max()) + 1
    for fold in range(count):
        progress("measuring people by what others like", fold / count)
        held = np.flatnonzero(folds == fold)
        # Drawn even where the table is kept: later folds draw from the same generator.
        drawn = [e for u in held for e in draw(people[u], int(u), config.episodes, rng)]
        if not drawn:
            continue
        kept = None if work is None else work.read(name_of(fold))
        if kept is not None:
            tables.append(table_of(kept.arrays, fixed))
            continue
        evidence = fold_evidence(log, people, folds, fold, fixed, config)
        drawn = _augmented(drawn, [people[u] for u in held], evidence, config)
        tables.append(tabulate(evidence, drawn, friends, config.candidates, config.seed))
        if work is not None:
            work.write(name_of(fold), arrays_of(tables[-1]))
    if not tables:
        raise BadLog("nobody has enough likes for an episode; there is nothing to learn from")
    return tables


def name_of(fold: int) -> str:
    """Return the name of the table of a fold in a work folder."""
    return f"fold-{fold}"


def fold_evidence(
    log: InteractionLog,
    people: Sequence[History],
    folds: IntArray,
    fold: int,
    fixed: FixedBlocks,
    config: TrainConfig,
) -> Evidence:
    """Fit the evidence of everybody but the people of a fold; `folds` [n_users] is from ``assign_folds``."""
    return fit(log, people, np.flatnonzero(folds != fold), fixed, config)


def assign_folds(n_users: int, config: TrainConfig) -> IntArray:
    """Deal people into folds at random; return int64 [n_users], the fold of each, -1 for none."""
    rng = np.random.default_rng(config.seed)
    if n_users <= config.holdout:
        return rng.permutation(np.arange(n_users) % config.folds).astype(np.int64)
    folds = np.full(n_users, -1, np.int64)
    folds[rng.permutation(n_users)[: min(n_users // 5, config.holdout)]] = 0
    return folds


def fit(
    log: InteractionLog, people: Sequence[History], known: IntArray, fixed: FixedBlocks, config: TrainConfig
) -> Evidence:
    """Fit the evidence of the people in `known`, positions in the log."""
    return fit_evidence(
        people,
        known,
        fixed,
        config.kernels,
        timed=log.timed,
        links=log.links,
        rated=len(log.ratings) > RATED_APART * int((log.ratings >= LIKE_FROM).sum()),
        counted=log.amounts is not None,
        factors=config.factors,
    )


def _augmented(
    drawn: list[Episode], held: list[History], evidence: Evidence, config: TrainConfig
) -> list[Episode]:
    kind = "diffusion" if config.algorithm == "augmented" else config.augment
    return augmented(kind, drawn, held, evidence, config.episodes, config.seed)
