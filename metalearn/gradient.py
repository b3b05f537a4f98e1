"""The gradient-based family of meta-learners: MAML, FOMAML, ANIL, Meta-SGD, Reptile and iMAML.

Sources: MAML and FOMAML, Finn et al. 2017 (arXiv 1703.03400); ANIL, Raghu et al. 2020 (arXiv 1909.09157);
Meta-SGD, Li et al. 2017 (arXiv 1707.09835); Reptile, Nichol et al. 2018 (arXiv 1803.02999); iMAML,
Rajeswaran et al. 2019 (arXiv 1909.04630).
"""

from __future__ import annotations

from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.func import grad, vmap

from metalearn.descent import STEPS, Descent, Proximal
from metalearn.inner import Inner
from metalearn.learners import Learner, Problems, RidgeLearner, dual_system

FIRST_RATE = 0.5


def event_loss(delta: Tensor, scale: Tensor, features: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Return the inner loss of one event, w (y - f . (scale * delta))^2 / 2."""
    return 0.5 * weight * (target - features @ (scale * delta)) ** 2


# Gradients by delta and scale of every event of every episode: [E, n, p] each.
_PER_EVENT = vmap(vmap(grad(event_loss, argnums=(0, 1)), in_dims=(None, None, 0, 0, 0)))


class DescentLearner(Learner):
    """A few inner steps of gradient descent, differentiated as an algorithm says."""

    def __init__(
        self,
        size: int,
        *,
        steps: int = STEPS,
        first_rate: float = FIRST_RATE,
        per_coordinate: bool = False,
        adapts_scale: bool = False,
        first_order: bool = False,
    ) -> None:
        super().__init__()
        self.steps, self.first_order, self.adapts_scale = steps, first_order, adapts_scale
        self.start = nn.Parameter(torch.zeros(size))
        self.scale = nn.Parameter(torch.ones(size), requires_grad=adapts_scale)
        # As a logit of the share of twice the largest stable step, so that no outer step can make it diverge.
        raw = torch.full((size if per_coordinate else 1,), _logit(first_rate / 2))
        self.rate = nn.Parameter(raw, requires_grad=not first_order)
        self.scale_rate = nn.Parameter(torch.full((1,), _logit(first_rate / 20)), requires_grad=adapts_scale)

    def forward(self, problems: Problems) -> tuple[Tensor, Tensor]:
        """Unroll the inner steps."""
        features, targets, weights, penalty = problems
        moves, turns = torch.zeros_like(features), torch.zeros_like(features)
        largest = (weights * features.square().sum(-1)).sum(1) + penalty
        step = (2 * torch.sigmoid(self.rate))[None] / largest[:, None]
        turn = 2 * torch.sigmoid(self.scale_rate)[None] / largest[:, None]
        for _ in range(self.steps):
            delta, scale = self.start + moves.sum(1), self.scale + turns.sum(1)
            by_delta, by_scale = _PER_EVENT(delta, scale, features, targets, weights)
            if self.first_order:
                by_delta, by_scale = by_delta.detach(), by_scale.detach()
            moves = moves - step[:, None] * (by_delta + penalty * moves)
            if self.adapts_scale:
                turns = turns - turn[:, None] * (by_scale + penalty * turns)
        vectors = (self.scale + turns.sum(1))[:, None] * moves + self.start * turns
        return self.scale * self.start, vectors

    def export(self) -> Inner:
        """Return the same steps on NumPy arrays."""
        rates = (2 * torch.sigmoid(self.rate)).expand(len(self.start))
        turn = 2 * torch.sigmoid(self.scale_rate) if self.adapts_scale else torch.zeros(1)
        start, scale, rate, scale_rate = (
            t.detach().numpy().copy() for t in (self.start, self.scale, rates, turn)
        )
        return Descent(start, scale, rate, scale_rate, self.steps)


class ReptileLearner(DescentLearner):
    """Moves the start towards where the inner steps end; no outer gradient reaches it."""

    _ends: Tensor

    def __init__(
        self, size: int, *, steps: int = STEPS, first_rate: float = FIRST_RATE, pace: float = 0.05
    ) -> None:
        super().__init__(size, steps=steps, first_rate=first_rate, first_order=True)
        self.start.requires_grad_(False)
        self.pace = pace
        # A buffer, because a step without any event moves the start to where the step before ended.
        self.register_buffer("_ends", torch.zeros(size))

    def forward(self, problems: Problems) -> tuple[Tensor, Tensor]:
        """Take the inner steps and remember where they end on average."""
        start, vectors = super().forward(problems)
        known = (problems.weights > 0).any(1)
        if bool(known.any()):
            self._ends = vectors.detach().sum(1)[known].mean(0)
        return start, vectors

    def after_step(self) -> None:
        """Move the start."""
        with torch.no_grad():
            self.start.add_(self.pace * self._ends)


class ImplicitLearner(Learner):
    """iMAML: a proximal inner problem by conjugate gradients, its outer gradient by the implicit theorem."""

    def __init__(self, size: int, iterations: int = 60) -> None:
        super().__init__()
        self.start = nn.Parameter(torch.zeros(size))
        self.iterations = iterations

    def forward(self, problems: Problems) -> tuple[Tensor, Tensor]:
        """Solve the dual system without differentiating through the iterations."""
        features, (root, system) = problems.features, dual_system(problems)
        left = root * (problems.targets - features @ self.start)
        dual = root * ImplicitSolve.apply(system, left, self.iterations)  # type: ignore[no-untyped-call]
        return self.start, dual.unsqueeze(-1) * features

    def export(self) -> Inner:
        """Return the exact solver around the learned start."""
        return Proximal(self.start.detach().numpy().copy())


class ImplicitSolve(torch.autograd.Function):
    """x = A^-1 b for positive definite A [E, n, n], forward and backward by conjugate gradients."""

    @staticmethod
    def forward(ctx: Any, system: Tensor, left: Tensor, iterations: int) -> Tensor:
        """Solve A x = b."""
        solved = conjugate_gradients(system, left, iterations)
        ctx.save_for_backward(system, solved)
        ctx.iterations = iterations
        return solved

    @staticmethod
    def backward(ctx: Any, *outputs: Tensor) -> tuple[Tensor, Tensor, None]:
        """Solve A z = dL/dx; then dL/db = z and dL/dA = -z x'."""
        system, solved = ctx.saved_tensors
        adjoint = conjugate_gradients(system, outputs[0], ctx.iterations)
        return -adjoint.unsqueeze(-1) * solved.unsqueeze(-2), adjoint, None


def conjugate_gradients(system: Tensor, left: Tensor, iterations: int) -> Tensor:
    """Solve A x = b for a batch of positive definite systems. Hestenes and Stiefel 1952.

    Args:
        system: float32 [E, n, n].
        left: float32 [E, n].
        iterations: at most; stops when every residual is below 1e-7 of its right side.
    """
    solved, residual = torch.zeros_like(left), left.clone()
    direction, size = residual.clone(), (residual * residual).sum(-1, keepdim=True)
    least = 1e-14 * size
    for _ in range(iterations):
        if bool((size <= least).all()):
            break
        image = (system @ direction.unsqueeze(-1)).squeeze(-1)
        step = size / (direction * image).sum(-1, keepdim=True).clamp_min(1e-30)
        solved, residual = solved + step * direction, residual - step * image
        new = (residual * residual).sum(-1, keepdim=True)
        direction, size = residual + new / size.clamp_min(1e-30) * direction, new
    return solved


ALGORITHMS = (
    "ridge",
    "maml",
    "fomaml",
    "anil",
    "metasgd",
    "reptile",
    "imaml",
    "online",
    "augmented",
    "unsupervised",
)


# Those whose inner problem is solved by a number of steps at a rate.
DESCENDING = ("maml", "fomaml", "anil", "metasgd", "reptile")


def learner_for(algorithm: str, size: int, *, steps: int = STEPS, first_rate: float = FIRST_RATE) -> Learner:
    """Return the inner learner of an algorithm; those that differ in their data only have the ridge.

    Args:
        algorithm: one of ``ALGORITHMS``.
        size: p, columns of phi.
        steps: inner steps of those in ``DESCENDING``.
        first_rate: their first rate as a share of the largest stable one, within 0..2.
    """
    descent = partial(DescentLearner, size, steps=steps, first_rate=first_rate)
    if algorithm == "maml":
        return descent(adapts_scale=True)
    if algorithm == "fomaml":
        return descent(adapts_scale=True, first_order=True)
    if algorithm == "anil":
        return descent()
    if algorithm == "metasgd":
        return descent(per_coordinate=True)
    if algorithm == "reptile":
        return ReptileLearner(size, steps=steps, first_rate=first_rate)
    if algorithm == "imaml":
        return ImplicitLearner(size)
    return RidgeLearner(size)


def _logit(share: float) -> float:
    return float(torch.logit(torch.tensor(share)))
