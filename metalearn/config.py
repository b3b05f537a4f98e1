"""Every hyper-parameter of meta-training, in one record."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

from metalearn.episodes import EpisodeConfig
from metalearn.errors import BadConfig, UnknownLoss
from metalearn.kernels import KernelConfig
from metalearn.objectives import OBJECTIVES

# Names of losses and what each weighs in their sum.
Losses = tuple[tuple[str, float], ...]


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
        steps: gradient steps; at most that many with `patience`.
        batch: episodes per step, the meta-batch.
        rate: Adam rate of the outer problem, falling to 0 along a cosine over `steps`.
        penalty: lambda > 0 of the inner problem before the first step; it is learned from there.
        inner_steps: steps of the learners that descend (maml, fomaml, anil, metasgd, reptile).
        inner_rate: their first rate as a share of the largest stable one, within 0..2; fomaml and reptile
            keep it, the others learn it.
        shrinkage: weight of the squared gates.
        dropout: share of items treated as cold in phi, drawn anew each step.
        losses: names of ``OBJECTIVES`` and their weights; summed in this order.
        patience: checks without a better held-back ranking after which training stops; 0 trains on
            everybody for all `steps`, which is how their number was chosen (docs/LOG.md).
        check_every: steps between two checks.
        held_back: share of people whose episodes are only checked on, with `patience`.
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
    penalty: float = 1.0
    inner_steps: int = 5
    inner_rate: float = 0.5
    shrinkage: float = 1e-3
    dropout: float = 0.15
    losses: Losses = (("softmax", 1.0), ("pairwise", 1.0), ("satisfaction", 0.1))
    patience: int = 0
    check_every: int = 10
    held_back: float = 0.1

    def __post_init__(self) -> None:
        """Refuse what could not be trained.

        Raises:
            UnknownLoss: when a loss is named that does not exist.
            BadConfig: when a number is out of its range, or no loss has a weight.
        """
        for name, weight in self.losses:
            if name not in OBJECTIVES:
                raise UnknownLoss(name, tuple(OBJECTIVES))
            if not (math.isfinite(weight) and weight >= 0):
                raise BadConfig(f"the weight of the loss {name!r} must be 0 or more, got {weight}")
        if not any(weight > 0 for _, weight in self.losses):
            raise BadConfig("at least one loss needs a weight above 0")
        if len({name for name, _ in self.losses}) < len(self.losses):
            raise BadConfig("a loss is named twice; give each one weight")
        ranges = (
            ("inner_rate", 0 < self.inner_rate < 2, "between 0 and 2"),
            ("inner_steps", self.inner_steps >= 1, "1 or more"),
            ("penalty", self.penalty > 0, "above 0"),
            ("batch", self.batch >= 1, "1 or more"),
            ("check_every", self.check_every >= 1, "1 or more"),
            ("patience", self.patience >= 0, "0 or more"),
            ("held_back", 0 < self.held_back < 1, "between 0 and 1"),
        )
        for name, good, wanted in ranges:
            if not good:
                raise BadConfig(f"{name} must be {wanted}, got {getattr(self, name)}")

    def weight_of(self, loss: str) -> float:
        """Return the weight of a loss, 0 where it is not used."""
        return dict(self.losses).get(loss, 0.0)

    def with_loss(self, loss: str, weight: float) -> TrainConfig:
        """Return the configuration with one loss weighed anew; the others keep their places."""
        losses = {**dict(self.losses), loss: weight}
        return replace(self, losses=tuple(losses.items()))
