"""What is counted, anew; what was learned, as it was: an adapter for a changed catalogue or log."""

from __future__ import annotations

import numpy as np

from metalearn.config import TrainConfig
from metalearn.crossfit import Progress, fit
from metalearn.data import InteractionLog, ItemFeatures
from metalearn.errors import NeedsTraining
from metalearn.evidence import WEIGHTINGS, Evidence, FixedBlocks
from metalearn.features import Blocks
from metalearn.inner import Ridge
from metalearn.taste import TasteAdapter
from metalearn.train import checked
from metalearn.unsupervised import clustered_log


def refresh(
    adapter: TasteAdapter,
    log: InteractionLog,
    features: ItemFeatures,
    config: TrainConfig | None = None,
    progress: Progress | None = None,
) -> TasteAdapter:
    """Fit kernels, popularity, factors and feature blocks on everybody, under the gates that were learned.

    Every gate is a function of how many events somebody has, and none of a single item, so that they hold for
    items and people that were not there when they were learned; how well they hold fades as the log changes.

    Args:
        adapter: the one that was trained.
        log: ratings as of now; items may have been added and removed.
        features: of every item, in catalogue order.
        config: hyper-parameters that the adapter was trained by, default ``TrainConfig()``.
        progress: told what is being done and the share of it that is done.

    Returns:
        The adapter that a training would end in if it learned the same gates.

    Raises:
        BadLog: when features and log disagree or nobody has enough likes to learn from.
        NeedsTraining: when log or items now have kinds of evidence that the gates do not know, or lack some
            that they do, or when the inner algorithm starts from a place in phi, whose axes are new.
    """
    config, tell = config or TrainConfig(), progress or (lambda what, share: None)
    if not isinstance(adapter.inner, Ridge):
        raise NeedsTraining(f"the inner algorithm {adapter.inner.name!r} starts from a place in the old phi")
    if config.algorithm == "unsupervised":
        log = clustered_log(features, config.seed)
    people = checked(log, features)
    tell("counting everybody's likes", 0.0)
    fixed = FixedBlocks.of(features, config.directions)
    evidence = fit(log, people, np.arange(len(people)), fixed, config)
    _check(adapter, evidence)
    tell("keeping what was learned", 0.8)
    width = sum(block.shape[1] for block in evidence.blocks)
    return TasteAdapter.of(evidence, fixed.text_map, adapter.projection, adapter.gates, Ridge(width))


def _check(adapter: TasteAdapter, evidence: Evidence) -> None:
    """Refuse evidence of other kinds than the gates were learned for."""
    had, has = adapter.kernels, tuple(evidence.kernels)
    if had and had != has:
        kinds = ", ".join(sorted({*had} ^ {*has})) or "their order"
        raise NeedsTraining(f"the kernels are others ({kinds})")
    if len(adapter.gates.event) != len(has) * len(WEIGHTINGS):
        raise NeedsTraining(f"there are {len(has)} kernels, and gates of {len(adapter.gates.event)} features")
    priors, gates = len(evidence.prior_names), len(adapter.gates.prior)
    if priors != gates:
        raise NeedsTraining(f"there are {priors} features of popularity, and gates of {gates}")
    # The gain of a block that was empty has learned nothing.
    sizes = zip(Blocks._fields, adapter.catalogue.sizes, evidence.blocks, strict=True)
    grown = [name for name, before, block in sizes if block.shape[1] and not before]
    if grown:
        raise NeedsTraining(f"items have {' and '.join(grown)}, which they had not")
