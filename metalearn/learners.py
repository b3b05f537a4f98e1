"""Meta-learners: inner algorithms as differentiable functions, trained together with the gates."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

from metalearn.inner import Inner, Ridge


class Problems(NamedTuple):
    """E inner problems, padded to n events of weight 0.

    Attributes:
        features: float32 [E, n, p].
        targets: float32 [E, n].
        weights: float32 [E, n].
        penalty: float32 [1].
    """

    features: Tensor
    targets: Tensor
    weights: Tensor
    penalty: Tensor


class Learner(nn.Module):
    """One inner algorithm; its parameters are meta-learned with the gates."""

    def forward(self, problems: Problems) -> tuple[Tensor, Tensor]:
        """Return start [p] and vectors [E, n, p]; delta = start + vectors.sum(1)."""
        raise NotImplementedError

    def after_step(self) -> None:
        """Learn what no gradient teaches; called after every outer step."""

    def export(self) -> Inner:
        """Return the same algorithm on NumPy arrays, to serve with."""
        raise NotImplementedError


def dual_system(problems: Problems) -> tuple[Tensor, Tensor]:
    """Return the roots of the weights [E, n] and W^(1/2) F F' W^(1/2) + penalty I, [E, n, n]."""
    weights = problems.weights
    # The root of the parameters only: that of a padded zero has an infinite gradient.
    root = torch.where(weights > 0, weights.clamp_min(1e-12).sqrt(), torch.zeros(()))
    scaled = problems.features * root.unsqueeze(-1)
    return root, scaled @ scaled.mT + problems.penalty * torch.eye(weights.shape[1])


class RidgeLearner(Learner):
    """The closed form, through the n x n equations of the dual."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.dim = size

    def forward(self, problems: Problems) -> tuple[Tensor, Tensor]:
        """Return nothing to start from and each event's share of the minimum."""
        root, system = dual_system(problems)
        dual = root * torch.linalg.solve(system, root * problems.targets)
        return torch.zeros(self.dim), dual.unsqueeze(-1) * problems.features

    def export(self) -> Inner:
        """Return the ridge solver."""
        return Ridge(self.dim)


def monotone(vectors: Tensor, features: Tensor, signs: Tensor) -> Tensor:
    """Drop what would make a like lower, or a dislike raise, the score of the item itself.

    Args:
        vectors: float32 [E, n, p], what each event adds to delta.
        features: float32 [E, n, p], phi of the events.
        signs: float32 [E, n], 1 for likes, -1 for dislikes.
    """
    agrees = (vectors * features).sum(-1) * signs >= 0
    return vectors * agrees.unsqueeze(-1)
