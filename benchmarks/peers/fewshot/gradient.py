"""MAML and a MeLU-like learner: a few gradient steps on one person's likes, through which training goes.

MAML (Finn, Abbeel, Levine 2017): all layers of an MLP over item features learn from the person. MeLU-like
(Lee et al. 2019): embeddings of the item stay as they are, the decision layers above learn. MeLU regresses
on ratings and knows ages and jobs; here there are likes only, so the inner loss (logistic) sets them against
items drawn once at random, and nobody is described. Both learn their inner rate, one number, and add a
multiple of log popularity, so that no steps mean a sane ranking.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from contest import Knobs
from items import Items, episodes, query_loss
from split import FloatArray, Fold, IntArray
from torch import Tensor
from torch.func import grad, vmap

Parameters = dict[str, Tensor]
HIDDEN, NEGATIVES = 64, 10


class GradientLearner:
    """Meta-learn a start from which a few gradient steps suit one person."""

    def __init__(self, knobs: Knobs, whole: bool) -> None:
        self.knobs, self.whole = knobs, whole
        self.shared: Parameters = {}
        self.local: Parameters = {}

    def fit(self, fold: Fold) -> None:
        """Train through the inner steps on episodes of the training people."""
        torch.manual_seed(0)
        self.items = Items(fold)
        self.negatives = np.random.default_rng(1).integers(fold.n_items, size=(64, NEGATIVES))
        self._start(self.items.features.shape[1], fold.n_items)
        everything = [*self.shared.values(), *self.local.values()]
        optimizer = torch.optim.AdamW(everything, lr=self.knobs["lr"], weight_decay=1e-3)
        steps = self.knobs["episodes"]
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
        for support, query in episodes(fold, steps, batch=32, seed=0):
            optimizer.zero_grad()
            query_loss(self._score(self._adapted(support)), support, query).backward()
            torch.nn.utils.clip_grad_norm_(everything, 1.0)
            optimizer.step()
            schedule.step()
        for tensor in everything:
            tensor.requires_grad_(False)

    def adapt(self, support: IntArray) -> Parameters:
        """Return the parameters of one person, a leading axis of 1."""
        return {name: t.detach() for name, t in self._adapted(torch.from_numpy(support)[None]).items()}

    def scores(self, supports: Sequence[IntArray]) -> FloatArray:
        """Adapt and score people one after the other, for their supports differ in length."""
        return np.concatenate([self._score(self.adapt(rows)).numpy() for rows in supports])

    def state_bytes(self) -> int:
        """Return the size of the parameters that learn from a person."""
        return sum(t.numel() for t in self.local.values()) * 4

    def _start(self, width: int, n_items: int) -> None:
        """Make the parameters: embedding (`w0`, for MeLU also one vector per item) and decision layers."""
        entry = {"w0": torch.randn(width, HIDDEN) / width**0.5, "b0": torch.zeros(HIDDEN)}
        decision = {
            "w1": torch.randn(HIDDEN, HIDDEN) * (2 / HIDDEN) ** 0.5,
            "b1": torch.zeros(HIDDEN),
            "w2": torch.randn(HIDDEN) / HIDDEN**0.5 / 10,
        }
        self.local = {**entry, **decision} if self.whole else decision
        self.shared = {"popularity": torch.ones(()), "rate": torch.tensor(float(self.knobs["inner"])).log()}
        if not self.whole:
            self.shared |= {**entry, "ids": 0.01 * torch.randn(n_items, HIDDEN)}
        for tensor in (*self.shared.values(), *self.local.values()):
            tensor.requires_grad_(True)

    def _forward(self, own: Parameters, rows: Tensor | None = None) -> Tensor:
        """Score items for one person's parameters; all of them without `rows`."""
        at = slice(None) if rows is None else rows
        found = {**self.shared, **own}
        hidden = self.items.features[at] @ found["w0"] + found["b0"]
        if "ids" in found:
            hidden = hidden + found["ids"][at]
        hidden = torch.relu(torch.relu(hidden) @ found["w1"] + found["b1"])
        return hidden @ found["w2"] + found["popularity"] * self.items.prior[at]

    def _score(self, own: Parameters) -> Tensor:
        """Score the catalogue for people with their own parameters, [b, N]."""
        return vmap(self._forward)(own)

    def _adapted(self, support: Tensor) -> Parameters:
        """Take the inner steps for supports [b, k]; return parameters with a leading axis of b."""
        own = {name: t.expand(len(support), *t.shape) for name, t in self.local.items()}
        if not support.shape[1]:
            return own
        drawn = torch.from_numpy(self.negatives[: support.shape[1]].ravel())
        rows = torch.cat([support, drawn.expand(len(support), -1)], dim=1)
        label = torch.zeros(rows.shape[1])
        label[: support.shape[1]] = 1.0

        def loss(own: Parameters, rows: Tensor) -> Tensor:
            return torch.nn.functional.binary_cross_entropy_with_logits(self._forward(own, rows), label)

        for _ in range(self.knobs["steps"]):
            slope = vmap(grad(loss))(own, rows)
            own = {name: t - self.shared["rate"].exp() * slope[name] for name, t in own.items()}
        return own
