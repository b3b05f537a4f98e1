"""Meta-training: learn over many people's episodes how to learn one person."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor, nn

from metalearn.crossfit import (
    BaseConfig,
    FixedBlocks,
    Progress,
    Statistics,
    assign_folds,
    cross_fit,
    fit_statistics,
    warm_rows,
)
from metalearn.data import History, IntArray, InteractionLog, ItemFeatures, histories
from metalearn.episodes import EpisodeConfig, draw_batch
from metalearn.errors import BadLog
from metalearn.losses import pairwise_loss, satisfaction_loss, softmax_loss
from metalearn.metamodel import Batch, FoldTensors, MetaModel, pad
from metalearn.ridge import Catalogue, RidgeAdapter


@dataclass(frozen=True)
class TrainConfig:
    """Hyper-parameters of meta-training.

    Attributes:
        base: those of the event models.
        episodes: how episodes are cut.
        seed: everything random depends on it alone.
        min_likes: likes an item needs to be warm.
        max_warm: how many items can be warm, the most liked ones; memory grows with its square.
        folds: cross-fitting folds of people.
        directions: size of the text block and, at most, of the facet block.
        steps: gradient steps.
        batch: episodes per step.
        gate_rate: Adam rate of the gates.
        map_rate: Adam rate of the two matrices of the projection. At 0 only the gains of its other blocks are
            learned, which is best on a few hundred people.
        dropout: share of items treated as cold in phi, drawn anew each step.
        softmax: weight of the softmax loss.
        pairwise: weight of the pairwise loss.
        satisfaction: weight of the loss of later likes against later dislikes.
        anchor: weight of the pull of the projection to where it started.
    """

    base: BaseConfig = field(default_factory=BaseConfig)
    episodes: EpisodeConfig = field(default_factory=EpisodeConfig)
    seed: int = 0
    min_likes: int = 3
    max_warm: int = 6000
    folds: int = 4
    directions: int = 64
    steps: int = 250
    batch: int = 32
    gate_rate: float = 0.03
    map_rate: float = 0.0
    dropout: float = 0.15
    softmax: float = 1.0
    pairwise: float = 1.0
    satisfaction: float = 0.1
    anchor: float = 0.0


def train(
    log: InteractionLog,
    features: ItemFeatures,
    config: TrainConfig | None = None,
    progress: Progress | None = None,
) -> RidgeAdapter:
    """Meta-train a ridge adapter on everybody in the log.

    Args:
        log: ratings; a like is a rating of 4 and more, a dislike one of 2 and less.
        features: text and facets of every item, in catalogue order.
        config: hyper-parameters, default ``TrainConfig()``.
        progress: called with what is being done and the share of it that is done, 0..1.

    Raises:
        BadLog: when features and log disagree or nobody has enough likes to learn from.
    """
    config, tell = config or TrainConfig(), progress or _silent
    if len(features.text) != log.n_items:
        raise BadLog(f"the log has {log.n_items} items, the features {len(features.text)}")
    people = histories(log)
    if sum(len(person.likes) > 0 for person in people) < 2:
        raise BadLog("fewer than two people have liked anything; there is nothing to learn from")
    warm = warm_rows(people, log.n_items, config.min_likes, config.max_warm)
    if not len(warm):
        raise BadLog(f"no item has {config.min_likes} likes; there is nothing to learn from")
    fixed = FixedBlocks.of(features, config.directions)
    folds = assign_folds(len(people), config.folds, config.seed)
    fitted = cross_fit(people, folds, fixed, warm, config.base, tell)
    tell("fitting base models on everybody", 0.0)
    everybody = fit_statistics(people, fixed, warm, config.base)
    meta = meta_train(people, folds, fitted, config, tell)
    return assemble(meta, everybody, fixed)


def meta_train(
    people: Sequence[History],
    folds: IntArray,
    fitted: Sequence[Statistics],
    config: TrainConfig,
    progress: Progress,
    watch: Callable[[int, MetaModel], None] | None = None,
) -> MetaModel:
    """Learn gates and projection; each episode is scored with the statistics of its own fold.

    Args:
        people: histories.
        folds: int64 [len(people)], fold of each.
        fitted: statistics per fold, fitted without its people.
        config: hyper-parameters.
        progress: told the share of the steps done.
        watch: called after every step with its number and the model.

    Raises:
        BadLog: when nobody has enough likes for an episode.
    """
    rng, generator = np.random.default_rng(config.seed), torch.Generator().manual_seed(config.seed)
    stats = [FoldTensors.of(s) for s in fitted]
    pools = [np.flatnonzero(folds == f) for f in range(len(stats))]
    sizes = (fitted[0].blocks.text.shape[1], fitted[0].blocks.facets.shape[1])
    meta = MetaModel(list(fitted[0].models), *sizes)
    optimizer = _optimizer(meta, config)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, config.steps, eta_min=0.0)
    start = [p.detach().clone() for p in (meta.text_map, meta.facet_map)]
    for step in range(config.steps):
        fold = stats[step % len(stats)]
        episodes = draw_batch(people, pools[step % len(stats)], config.batch, config.episodes, rng)
        episodes = [e for e in episodes if fold.warm_of.numpy()[e.query].max(initial=-1) >= 0]
        if episodes:
            dropped = torch.rand(len(fold.base), generator=generator) < config.dropout
            batch = pad(episodes, fold)
            loss = _loss(meta(fold, batch, dropped), batch, config)
            drift = sum(
                ((p - s) ** 2).sum() for p, s in zip((meta.text_map, meta.facet_map), start, strict=True)
            )
            optimizer.zero_grad()
            torch.autograd.backward(loss + config.anchor * drift)
            optimizer.step()
        schedule.step()
        progress("learning how people differ", (step + 1) / config.steps)
        if watch:
            watch(step + 1, meta)
    return meta


def assemble(meta: MetaModel, statistics: Statistics, fixed: FixedBlocks) -> RidgeAdapter:
    """Join what was meta-learned with the statistics it will serve with."""
    projection = meta.projection()
    catalogue = Catalogue(
        base=statistics.base,
        warm=statistics.warm,
        phi=projection(statistics.blocks),
        collab=statistics.blocks.collab,
        text=fixed.text_map,
    )
    return RidgeAdapter(catalogue, statistics.models, projection, meta.gates())


def _optimizer(meta: MetaModel, config: TrainConfig) -> torch.optim.Optimizer:
    maps: list[nn.Parameter] = [meta.text_map, meta.facet_map]
    chosen = {id(p) for p in maps}
    gates = [p for p in meta.parameters() if id(p) not in chosen]
    groups = [{"params": gates, "lr": config.gate_rate}, {"params": maps, "lr": config.map_rate}]
    return torch.optim.Adam(groups)


def _loss(scores: Tensor, batch: Batch, config: TrainConfig) -> Tensor:
    """Return the weighted outer losses over the warm items."""
    scores = scores.masked_fill(batch.hidden, -1e9)
    loss = config.softmax * softmax_loss(scores, batch.query)
    if config.pairwise:
        loss = loss + config.pairwise * pairwise_loss(scores, batch.query)
    if config.satisfaction:
        loss = loss + config.satisfaction * satisfaction_loss(scores, batch.query, batch.refused)
    return loss


def _silent(_: str, __: float) -> None:
    return None
