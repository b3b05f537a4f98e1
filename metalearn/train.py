"""Meta-training: learn over many people's episodes how to learn one person."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from metalearn.augment import augmented
from metalearn.data import (
    FloatArray,
    History,
    IntArray,
    InteractionLog,
    ItemFeatures,
    friends_of,
    histories,
)
from metalearn.episodes import EpisodeConfig, draw
from metalearn.errors import BadLog, UnknownAlgorithm
from metalearn.evidence import Evidence, FixedBlocks, fit_evidence
from metalearn.feedback import LIKE_FROM
from metalearn.gradient import ALGORITHMS, learner_for
from metalearn.kernels import KernelConfig
from metalearn.learners import Learner, Problems, monotone
from metalearn.losses import pairwise_loss, satisfaction_loss, softmax_loss
from metalearn.metamodel import Batch, MetaModel, collate
from metalearn.sampling import Shuffled, Stream
from metalearn.tables import Table, deviations, tabulate
from metalearn.taste import TasteAdapter
from metalearn.unsupervised import clustered_log

Progress = Callable[[str, float], None]
# Ratings per like from which ratings of any kind are counted apart.
RATED_APART = 1.2


@dataclass(frozen=True)
class TrainConfig:
    """Hyper-parameters of meta-training.

    Attributes:
        kernels: those of the event kernels.
        episodes: how episodes are cut.
        algorithm: one of ``ALGORITHMS``.
        augment: one of ``metalearn.augment.KINDS``; the algorithm "augmented" means "diffusion".
        seed: everything random depends on it alone.
        folds: cross-fitting folds of people.
        holdout: above this many people one fold of a fifth of them, at most `holdout` people, replaces
            cross-fitting: kernels hardly change, and the cost does.
        candidates: items ranked per episode; all of them where the catalogue is not larger.
        directions: size of the text block and, at most, of the facet block.
        factors: size of the collaborative block.
        rank: mixtures of features.
        steps: gradient steps.
        batch: episodes per step.
        rate: Adam rate, falling to 0 along a cosine.
        shrinkage: weight of the squared gates.
        dropout: share of items treated as cold in phi, drawn anew each step.
        softmax: weight of the softmax loss.
        pairwise: weight of the pairwise loss.
        satisfaction: weight of the loss of later likes against later dislikes.
    """

    kernels: KernelConfig = field(default_factory=KernelConfig)
    episodes: EpisodeConfig = field(default_factory=EpisodeConfig)
    algorithm: str = "ridge"
    augment: str = "none"
    seed: int = 0
    folds: int = 4
    holdout: int = 2500
    candidates: int = 1200
    directions: int = 64
    factors: int = 64
    rank: int = 2
    steps: int = 300
    batch: int = 48
    rate: float = 0.03
    shrinkage: float = 1e-3
    dropout: float = 0.15
    softmax: float = 1.0
    pairwise: float = 1.0
    satisfaction: float = 0.1


def train(
    log: InteractionLog,
    features: ItemFeatures,
    config: TrainConfig | None = None,
    progress: Progress | None = None,
) -> TasteAdapter:
    """Meta-train an adapter on everybody in the log.

    Args:
        log: ratings; a like is a rating of 4 and more, a dislike one of 2 and less.
        features: text, facets and numbers of every item, in catalogue order.
        config: hyper-parameters, default ``TrainConfig()``.
        progress: called with what is being done and the share of it that is done, 0..1.

    Raises:
        BadLog: when features and log disagree or nobody has enough likes to learn from.
        UnknownAlgorithm: when the configuration names none of ``ALGORITHMS``.
    """
    config, tell = config or TrainConfig(), progress or _silent
    if config.algorithm not in ALGORITHMS:
        raise UnknownAlgorithm(config.algorithm, ALGORITHMS)
    if config.algorithm == "unsupervised":
        log = clustered_log(features, config.seed)
    people = _checked(log, features)
    fixed = FixedBlocks.of(features, config.directions)
    tables = cross_fit(log, people, fixed, config, tell)
    tell("counting everybody's likes", 0.0)
    everybody = fit(log, people, np.arange(len(people)), fixed, config)
    scale = deviations(tables)
    meta, learner = meta_train(tables, scale, config, tell)
    return assemble(meta, learner, scale, everybody, fixed)


def cross_fit(
    log: InteractionLog,
    people: Sequence[History],
    fixed: FixedBlocks,
    config: TrainConfig,
    progress: Progress,
) -> list[Table]:
    """Return one table per fold: episodes of its people under the evidence of all others.

    Raises:
        BadLog: when nobody has enough likes for an episode.
    """
    rng = np.random.default_rng(config.seed)
    folds = assign_folds(len(people), config)
    friends, tables = friends_of(log.links, log.n_users), []
    for fold in range(int(folds.max()) + 1):
        progress("measuring people by what others like", fold / (int(folds.max()) + 1))
        held = np.flatnonzero(folds == fold)
        drawn = [e for u in held for e in draw(people[u], int(u), config.episodes, rng)]
        if drawn:
            evidence = fit(log, people, np.flatnonzero(folds != fold), fixed, config)
            kind = "diffusion" if config.algorithm == "augmented" else config.augment
            held_people = [people[u] for u in held]
            drawn = augmented(kind, drawn, held_people, evidence, config.episodes, config.seed)
            tables.append(tabulate(evidence, drawn, friends, config.candidates, config.seed))
    if not tables:
        raise BadLog("nobody has enough likes for an episode; there is nothing to learn from")
    return tables


def assign_folds(n_users: int, config: TrainConfig) -> IntArray:
    """Deal people into folds at random; return int64 [n_users], the fold of each, -1 for none."""
    rng = np.random.default_rng(config.seed)
    if n_users <= config.holdout:
        return rng.permutation(np.arange(n_users) % config.folds).astype(np.int64)
    folds = np.full(n_users, -1, np.int64)
    folds[rng.permutation(n_users)[: min(n_users // 5, config.holdout)]] = 0
    return folds


def meta_train(
    tables: Sequence[Table],
    scale: FloatArray,
    config: TrainConfig,
    progress: Progress,
) -> tuple[MetaModel, Learner]:
    """Learn gates and inner algorithm; each episode is scored with the evidence of its own fold.

    Args:
        tables: episodes by fold.
        scale: float32 [P + F], what features are divided by.
        config: hyper-parameters.
        progress: told the share of the steps done.
    """
    generator = torch.Generator().manual_seed(config.seed)
    sampler = (Stream if config.algorithm == "online" else Shuffled)(
        tables, config.batch, config.steps, config.seed
    )
    blocks = [torch.from_numpy(np.concatenate(t.evidence.blocks, axis=1)) for t in tables]
    evidence = tables[0].evidence
    sizes = [block.shape[1] for block in evidence.blocks]
    meta = MetaModel(len(evidence.prior_names), len(evidence.event_names), sizes, config.rank)
    learner = learner_for(config.algorithm, sum(sizes))
    learned = [p for p in (*meta.parameters(), *learner.parameters()) if p.requires_grad]
    optimizer = torch.optim.Adam(learned, lr=config.rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, config.steps, eta_min=0.0)
    for step in range(config.steps):
        table = tables[step % len(tables)]
        batch = collate(table, sampler.draw(step), scale)
        dropped = torch.rand(len(blocks[0]), generator=generator) < config.dropout
        scores = score(meta, learner, blocks[step % len(tables)], batch, dropped)
        loss = outer_loss(scores, batch, config) + config.shrinkage * meta.size()
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        optimizer.step()
        learner.after_step()
        schedule.step()
        progress("learning how people differ", (step + 1) / config.steps)
    return meta, learner


def score(
    meta: MetaModel, learner: Learner, blocks: Tensor, batch: Batch, dropped: Tensor | None = None
) -> Tensor:
    """Score every candidate, float32 [E, C]: the frozen part plus phi . delta."""
    phi = meta.phi_of(blocks, dropped)
    features, signs = phi[batch.events], batch.signs
    targets, weights = meta.targets(batch)
    penalty = torch.nn.functional.softplus(meta.penalty) + 1e-3
    start, vectors = learner(Problems(features, targets, weights, penalty))
    delta = start + monotone(vectors, features, signs).sum(1)
    added = torch.gather(delta @ phi.T, 1, batch.rows)
    gate = meta.phi_gate(batch) * batch.known.any(1)
    return meta.frozen(batch) + gate[:, None] * added


def outer_loss(scores: Tensor, batch: Batch, config: TrainConfig) -> Tensor:
    """Return the weighted outer losses over the candidates."""
    scores = scores.masked_fill(batch.padded, -1e9)
    loss = config.softmax * softmax_loss(scores, batch.query)
    if config.pairwise:
        loss = loss + config.pairwise * pairwise_loss(scores, batch.query)
    if config.satisfaction:
        loss = loss + config.satisfaction * satisfaction_loss(scores, batch.query, batch.refused)
    return loss


def assemble(
    meta: MetaModel, learner: Learner, scale: FloatArray, evidence: Evidence, fixed: FixedBlocks
) -> TasteAdapter:
    """Join what was meta-learned with the evidence it will serve with."""
    return TasteAdapter.of(evidence, fixed.text_map, meta.projection(), meta.gates(scale), learner.export())


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
        linked=log.links is not None,
        rated=len(log.ratings) > RATED_APART * int((log.ratings >= LIKE_FROM).sum()),
        factors=config.factors,
    )


def _checked(log: InteractionLog, features: ItemFeatures) -> list[History]:
    if len(features.text) != log.n_items:
        raise BadLog(f"the log has {log.n_items} items, the features {len(features.text)}")
    people = histories(log)
    if sum(len(person.likes) > 0 for person in people) < 2:
        raise BadLog("fewer than two people have liked anything; there is nothing to learn from")
    return people


def _silent(_: str, __: float) -> None:
    return None
