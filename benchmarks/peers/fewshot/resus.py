"""A RESUS-like learner: a shared predictor plus a ridge regression of one person's residual.

Shen et al., RESUS: Warm-Up Cold Users via Meta-Learning Residual User Preferences in CTR Prediction, TOIS
2023 (arXiv 2210.16080). The shared predictor says what everybody likes; what it misses of the support is
regressed on learned item vectors in closed form, and a learned weight per number of likes says how far to
trust that. With likes only, the residual of a like is 1 minus its shared probability, and training is by a
softmax over the catalogue.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from contest import Knobs
from items import Items, episodes, query_loss
from split import FloatArray, Fold, IntArray
from torch import Tensor, nn

LONGEST = 50


class Net(nn.Module):
    """Shared predictor, item vectors and the closed form."""

    def __init__(self, items: Items, size: int) -> None:
        super().__init__()
        n_items, width = items.features.shape
        self.register_buffer("features", items.features)
        self.register_buffer("prior", items.prior)
        self.shared = nn.Sequential(nn.Linear(width, 32), nn.ReLU(), nn.Linear(32, 1, bias=False))
        self.bias = nn.Parameter(torch.zeros(n_items))
        self.popularity = nn.Parameter(torch.ones(()))
        self.vectors = nn.Embedding(n_items, size)
        self.content = nn.Linear(width, size, bias=False)
        nn.init.normal_(self.vectors.weight, std=0.1)
        nn.init.normal_(self.content.weight, std=0.1 / width**0.5)
        self.ridge = nn.Parameter(torch.zeros(()))
        self.trust = nn.Parameter(torch.full((LONGEST + 1,), 1.0))

    def base(self) -> Tensor:
        """Return the scores of the shared predictor, [N]."""
        return self.shared(self.features)[:, 0] + self.bias + self.popularity * self.prior

    def items(self) -> Tensor:
        """Return the item vectors, [N, d]."""
        return self.vectors.weight + self.content(self.features)

    def person(self, base: Tensor, items: Tensor, support: Tensor) -> Tensor:
        """Solve the dual ridge system for supports [b, k]; return weights [b, d]."""
        chosen = items[support]
        residual = 1.0 - torch.sigmoid(base[support])
        gram = chosen @ chosen.transpose(1, 2) + self.ridge.exp() * torch.eye(support.shape[1])
        return (chosen.transpose(1, 2) @ torch.linalg.solve(gram, residual)[..., None])[..., 0]

    def forward(self, support: Tensor) -> Tensor:
        """Score the catalogue for supports [b, k]: [b, N]."""
        base, items = self.base(), self.items()
        if not support.shape[1]:
            return base.expand(len(support), -1)
        trust = self.trust[min(support.shape[1], LONGEST)].exp()
        return base + trust * (self.person(base, items, support) @ items.T)


class Resus:
    """Train the net on episodes; a new person is one solve."""

    def __init__(self, knobs: Knobs) -> None:
        self.knobs = knobs

    def fit(self, fold: Fold) -> None:
        """Meta-train by Adam on supports of 0 to 20 likes; sizes in between share the nearest trust."""
        torch.manual_seed(0)
        self.net = Net(Items(fold), self.knobs["size"])
        decay = self.knobs["decay"]
        optimizer = torch.optim.AdamW(self.net.parameters(), lr=self.knobs["lr"], weight_decay=decay)
        steps = self.knobs["episodes"]
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
        for support, query in episodes(fold, steps, batch=64, seed=0):
            optimizer.zero_grad()
            query_loss(self.net(support), support, query).backward()
            optimizer.step()
            schedule.step()
        with torch.no_grad():
            self.base, self.items = self.net.base(), self.net.items()
            self.net.trust[21:] = self.net.trust[20]

    def adapt(self, support: IntArray) -> Tensor:
        """Return the weights of one person, float32 [1, d]."""
        if not len(support):
            return torch.zeros(1, self.items.shape[1])
        with torch.no_grad():
            trust = self.net.trust[min(len(support), LONGEST)].exp()
            return trust * self.net.person(self.base, self.items, torch.from_numpy(support)[None])

    def scores(self, supports: Sequence[IntArray]) -> FloatArray:
        people = torch.cat([self.adapt(rows) for rows in supports])
        return np.asarray((self.base + people @ self.items.T).numpy())

    def state_bytes(self) -> int:
        return int(self.items.shape[1]) * 4
