"""Meta-training: learn over many people's episodes how to learn one person."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

from metalearn.config import TrainConfig
from metalearn.crossfit import Progress, cross_fit, fit, name_of
from metalearn.data import FloatArray, History, InteractionLog, ItemFeatures, histories
from metalearn.errors import BadLog, UnknownAlgorithm
from metalearn.evidence import Evidence, FixedBlocks
from metalearn.gradient import ALGORITHMS
from metalearn.journal import check_installed
from metalearn.learners import Learner
from metalearn.metamodel import MetaModel
from metalearn.objectives import NEED_OTHER_RATINGS
from metalearn.outer import STATE, Learned, meta_train
from metalearn.tables import Extract, Table, deviations
from metalearn.taste import TasteAdapter
from metalearn.unsupervised import clustered_log
from metalearn.workfolder import WorkFolder, key_of

RESULT, SCALE = "learned", "scale"


class Found(NamedTuple):
    """What meta-training ends with.

    Attributes:
        learned: gates and inner algorithm.
        scale: float32 [P + F], what features were divided by.
    """

    learned: Learned
    scale: FloatArray


def train(
    log: InteractionLog,
    features: ItemFeatures,
    config: TrainConfig | None = None,
    progress: Progress | None = None,
    *,
    folder: Path | None = None,
    log_to: Path | None = None,
) -> TasteAdapter:
    """Meta-train an adapter on everybody in the log.

    Args:
        log: ratings; a like is a rating of 4 and more, a dislike one of 2 and less.
        features: text, facets and numbers of every item, in catalogue order.
        config: hyper-parameters, default ``TrainConfig()``.
        progress: called with what is being done and the share of it that is done, 0..1.
        folder: keeps what is done, so that a run that was killed goes on there and ends in the same adapter
            bit for bit. Large while training, a few kilobytes after it; a state of another log or
            configuration is removed. For one run at a time.
        log_to: folder for TensorBoard: losses, held-back NDCG, gates.

    Raises:
        BadLog: when features and log disagree or nobody has enough likes to learn from.
        UnknownAlgorithm: when the configuration names none of ``ALGORITHMS``.
        MissingPackage: for `log_to` without TensorBoard.
        OSError: when `folder` cannot be written.
    """
    config, tell = config or TrainConfig(), progress or _silent
    if config.algorithm not in ALGORITHMS:
        raise UnknownAlgorithm(config.algorithm, ALGORITHMS)
    if log_to is not None:
        check_installed()
    if config.algorithm == "unsupervised":
        log = clustered_log(features, config.seed)
    people = checked(log, features)
    fixed = FixedBlocks.of(features, config.directions)
    work = None if folder is None else WorkFolder(folder, key_of(config, log, features))
    tell("counting everybody's likes", 0.0)
    everybody = fit(log, people, np.arange(len(people)), fixed, config)
    found = None if work is None else _kept(work, everybody, config)
    if found is None:
        tables = cross_fit(log, people, fixed, config, tell, work)
        _check_losses(tables, config)
        scale = deviations(tables)
        found = Found(meta_train(tables, scale, config, tell, work=work, log_to=log_to), scale)
        if work is not None:
            _keep(work, found, config)
    tell("learning how people differ", 1.0)
    return assemble(found.learned.meta, found.learned.learner, found.scale, everybody, fixed)


def assemble(
    meta: MetaModel, learner: Learner, scale: FloatArray, evidence: Evidence, fixed: FixedBlocks
) -> TasteAdapter:
    """Join what was meta-learned with the evidence it will serve with."""
    return TasteAdapter.of(evidence, fixed.text_map, meta.projection(), meta.gates(scale), learner.export())


def _keep(work: WorkFolder, found: Found, config: TrainConfig) -> None:
    """Keep the end instead of the way there."""
    arrays = {name: tensor.numpy() for name, tensor in found.learned.parameters().items()}
    work.write(RESULT, {**arrays, SCALE: found.scale})
    work.discard(STATE, *map(name_of, range(config.folds)))


def _kept(work: WorkFolder, evidence: Evidence, config: TrainConfig) -> Found | None:
    """Return what a run that came to its end has found."""
    kept = work.read(RESULT)
    if kept is None:
        return None
    scale, learned = kept.arrays.pop(SCALE), Learned.first(Extract.of(evidence), config)
    learned.restore({name: torch.from_numpy(array) for name, array in kept.arrays.items()})
    return Found(learned, scale)


def _check_losses(tables: Sequence[Table], config: TrainConfig) -> None:
    """Refuse to train on nothing but losses that this log has no data for."""
    used = {name for name, weight in config.losses if weight}
    apart = any((table.rated & ~table.query).any() for table in tables)
    disliked = any(table.refused.any() for table in tables)
    idle = {name for name, there in zip(NEED_OTHER_RATINGS, (apart, disliked), strict=True) if not there}
    if used <= idle:
        names = " and ".join(sorted(used))
        raise BadLog(f"{names} cannot be learned from this log: nobody's later ratings hold a dislike")


def checked(log: InteractionLog, features: ItemFeatures) -> list[History]:
    """Return everybody's history.

    Raises:
        BadLog: when features and log disagree or nobody has enough likes to learn from.
    """
    if len(features.text) != log.n_items:
        raise BadLog(f"the log has {log.n_items} items, the features {len(features.text)}")
    people = histories(log)
    if sum(len(person.likes) > 0 for person in people) < 2:
        raise BadLog("fewer than two people have liked anything; there is nothing to learn from")
    return people


def _silent(_: str, __: float) -> None:
    return None
