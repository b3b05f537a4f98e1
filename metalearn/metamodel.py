"""The adapter as a differentiable function of what is meta-learned; the torch twin of ``ridge``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import softplus

from metalearn.crossfit import Statistics
from metalearn.data import IntArray
from metalearn.episodes import Episode
from metalearn.features import Projection
from metalearn.gates import KNOTS, Gates, hats
from metalearn.ials import IALS

# People watch what they expect to like, so that in logs a dislike says little; said to an assistant it is a
# wish. Episodes may weaken it down to this share of a like's target and weight, not to nothing.
LEAST_DISLIKE = 0.25


@dataclass(frozen=True)
class FoldTensors:
    """Statistics of one fold as tensors; kernels are float16 [W, W] to keep memory down."""

    base: Tensor
    fame: Tensor
    warm: Tensor
    warm_of: Tensor
    kernels: dict[str, Tensor]
    factors: dict[str, Tensor]
    blocks: tuple[Tensor, Tensor, Tensor, Tensor]
    statistics: Statistics

    @classmethod
    def of(cls, statistics: Statistics) -> FoldTensors:
        """Convert, making every kernel dense."""
        n_items = len(statistics.base)
        warm_of = np.full(n_items, -1, dtype=np.int64)
        warm_of[statistics.warm] = np.arange(len(statistics.warm))
        every = np.arange(len(statistics.warm))
        kernels = {
            name: torch.from_numpy(model.terms(every)).half()
            for name, model in statistics.models.items()
            if not isinstance(model, IALS)
        }
        factors = {
            name: torch.from_numpy(model.items)
            for name, model in statistics.models.items()
            if isinstance(model, IALS)
        }
        base = torch.from_numpy(statistics.base)
        blocks = tuple(torch.from_numpy(b) for b in statistics.blocks)
        return cls(
            base=base,
            fame=base / base.abs().max().clamp_min(1e-12),
            warm=torch.from_numpy(statistics.warm),
            warm_of=torch.from_numpy(warm_of),
            kernels=kernels,
            factors=factors,
            blocks=(blocks[0], blocks[1], blocks[2], blocks[3]),
            statistics=statistics,
        )


@dataclass(frozen=True)
class Batch:
    """E episodes padded to n events; padding has label 0 and is consumed by nobody.

    Attributes:
        rows: int64 [E, n], catalogue rows.
        columns: int64 [E, n], warm positions, 0 where cold.
        likes: float32 [E, n], 1 for likes.
        dislikes: float32 [E, n], 1 for dislikes.
        is_warm: float32 [E, n].
        solved: one float32 [2, E, n, c] per factor model: folded-in events, likes then dislikes.
        query: float32 [E, W], 1 for later likes.
        refused: bool [E, W], later dislikes.
        hidden: bool [E, W], neither right nor wrong.
    """

    rows: Tensor
    columns: Tensor
    likes: Tensor
    dislikes: Tensor
    is_warm: Tensor
    solved: dict[str, Tensor]
    query: Tensor
    refused: Tensor
    hidden: Tensor


def pad(episodes: Sequence[Episode], fold: FoldTensors) -> Batch:
    """Collate episodes against the statistics of their fold."""
    n = max(len(e.rows) for e in episodes)
    rows = np.zeros((len(episodes), n), np.int64)
    labels = np.zeros((len(episodes), n), np.float32)
    for line, episode in enumerate(episodes):
        rows[line, : len(episode.rows)], labels[line, : len(episode.rows)] = episode.rows, episode.labels
    columns = fold.warm_of.numpy()[rows]
    known = columns >= 0
    solved = {name: _fold_in(fold, name, columns, labels) for name in fold.factors}
    tensors = (rows, np.maximum(columns, 0), labels > 0, labels < 0, known)
    r, c, likes, dislikes, warm = (torch.from_numpy(np.asarray(t)) for t in tensors)
    query, refused, hidden = (
        _marked([getattr(e, name) for e in episodes], fold) for name in ("query", "refused", "hidden")
    )
    wanted = (query & ~hidden).float()
    return Batch(r, c, likes.float(), dislikes.float(), warm.float(), solved, wanted, refused, hidden)


def _fold_in(fold: FoldTensors, name: str, columns: np.ndarray, labels: np.ndarray) -> Tensor:
    model = fold.statistics.models[name]
    assert isinstance(model, IALS)
    out = np.zeros((2, *columns.shape, model.factors), np.float32)
    for side, sign in enumerate((1, -1)):
        for line in range(len(columns)):
            events = np.flatnonzero((labels[line] == sign) & (columns[line] >= 0))
            if len(events):
                out[side, line, events] = model.folded(columns[line, events])
    return torch.from_numpy(out)


def _marked(rows: Sequence[IntArray], fold: FoldTensors) -> Tensor:
    """Return bool [E, W]: which warm items are among the rows of each episode."""
    marked = np.zeros((len(rows), len(fold.warm)), bool)
    for line, chosen in enumerate(rows):
        columns = fold.warm_of.numpy()[chosen]
        marked[line, columns[columns >= 0]] = True
    return torch.from_numpy(marked)


def _inverse_softplus(value: float) -> float:
    return float(np.log(np.expm1(value)))


class MetaModel(nn.Module):
    """All meta-learned parameters, and the score they give to every warm item."""

    def __init__(self, names: Sequence[str], text_size: int, facet_size: int) -> None:
        super().__init__()
        self.names = tuple(names)
        k, b = len(KNOTS), len(names)
        self.popularity = nn.Parameter(torch.full((k - 1,), _inverse_softplus(0.8)))
        self.like = nn.Parameter(torch.full((b, k), _inverse_softplus(0.25)))
        self.dislike = nn.Parameter(torch.full((b, k), _inverse_softplus(0.03)))
        self.phi = nn.Parameter(torch.full((k,), _inverse_softplus(0.5)))
        self.penalty = nn.Parameter(torch.full((k,), _inverse_softplus(1.0)))
        self.dampening = nn.Parameter(torch.zeros(b))
        self.surprise = nn.Parameter(torch.tensor([-2.0]))
        self.dislike_target = nn.Parameter(torch.tensor([_inverse_softplus(0.3)]))
        self.dislike_weight = nn.Parameter(torch.tensor([_inverse_softplus(0.5)]))
        self.collab_gain = nn.Parameter(torch.tensor([_inverse_softplus(0.7)]))
        self.popularity_gain = nn.Parameter(torch.tensor([_inverse_softplus(0.1)]))
        self.text_map = nn.Parameter(torch.eye(text_size) * 0.7)
        self.facet_map = nn.Parameter(torch.eye(facet_size) * 0.3)

    def tables(self) -> dict[str, Tensor]:
        """Return the constrained tables of ``Gates``."""
        return {
            "popularity": torch.cat([torch.ones(1), softplus(self.popularity)]),
            "like": softplus(self.like),
            "dislike": softplus(self.dislike),
            "phi": softplus(self.phi),
            "penalty": softplus(self.penalty) + 1e-3,
            "dampening": self.dampening,
            "surprise": torch.sigmoid(self.surprise),
            "dislike_target": LEAST_DISLIKE + softplus(self.dislike_target),
            "dislike_weight": LEAST_DISLIKE + softplus(self.dislike_weight),
        }

    def features(self, fold: FoldTensors, rows: Tensor, dropped: Tensor | None) -> Tensor:
        """Return phi of rows [...]; where `dropped` [N] is set an item is treated as cold."""
        collab, text, facets, popularity = (block[rows] for block in fold.blocks)
        collab, popularity = collab * softplus(self.collab_gain), popularity * softplus(self.popularity_gain)
        if dropped is not None:
            kept = (~dropped[rows]).float().unsqueeze(-1)
            collab, popularity = collab * kept, popularity * kept
        return torch.cat([collab, text @ self.text_map, facets @ self.facet_map, popularity], dim=-1)

    def forward(self, fold: FoldTensors, batch: Batch, dropped: Tensor | None = None) -> Tensor:
        """Score every warm item for every episode; return float32 [E, W]."""
        tables = self.tables()
        n_likes = _hat(batch.likes.sum(1))
        scores = (n_likes @ tables["popularity"])[:, None] * fold.base[fold.warm][None]
        for side, (events, table) in enumerate(((batch.likes, "like"), (batch.dislikes, "dislike"))):
            if bool(events.any()):
                gates = _hat(events.sum(1)) @ tables[table].T
                added = self._events(fold, batch, side, events * batch.is_warm, gates)
                scores = scores + (1 - 2 * side) * added
        return scores + self._ridge(fold, batch, tables, dropped)

    def projection(self) -> Projection:
        """Export the learned projection."""
        parts = (softplus(self.collab_gain), self.text_map, self.facet_map, softplus(self.popularity_gain))
        return Projection(*(p.detach().numpy().copy() for p in parts))

    def gates(self) -> Gates:
        """Export the learned tables."""
        return Gates(**{name: t.detach().numpy().copy() for name, t in self.tables().items()})

    def _events(self, fold: FoldTensors, batch: Batch, side: int, events: Tensor, gates: Tensor) -> Tensor:
        total = torch.zeros(len(events), len(fold.warm))
        fame = fold.fame[batch.rows]
        # Each kernel row that the batch needs is fetched once, however many people share it.
        columns, places = torch.unique(batch.columns, return_inverse=True)
        for b, name in enumerate(self.names):
            weights = events * torch.exp(-self.dampening[b] * fame)
            if name in fold.kernels:
                spread_out = torch.zeros(len(events), len(columns)).scatter_add(1, places, weights)
                raw = spread_out @ fold.kernels[name][columns].float()
            else:
                raw = (weights.unsqueeze(1) @ batch.solved[name][side]).squeeze(1) @ fold.factors[name].T
            spread = raw.std(dim=1, correction=0, keepdim=True)
            spread = torch.where(spread > 1e-9, spread, torch.ones_like(spread))
            total = total + gates[:, b : b + 1] * raw / spread
        return total

    def _ridge(
        self, fold: FoldTensors, batch: Batch, tables: dict[str, Tensor], dropped: Tensor | None
    ) -> Tensor:
        counted = _hat((batch.likes + batch.dislikes).sum(1))
        features = self.features(fold, batch.rows, dropped)
        fame = fold.fame[batch.rows]
        target = batch.likes * (1 - tables["surprise"] * fame) - batch.dislikes * tables["dislike_target"]
        root = batch.likes + batch.dislikes * tables["dislike_weight"].sqrt()
        scaled = features * root.unsqueeze(-1)
        penalty = counted @ tables["penalty"]
        system = scaled @ scaled.mT + penalty[:, None, None] * torch.eye(features.shape[1])
        dual = root * torch.linalg.solve(system, root * target)
        sign = batch.likes - batch.dislikes
        dual = (counted @ tables["phi"])[:, None] * torch.relu(dual * sign) * sign
        delta = (dual.unsqueeze(1) @ features).squeeze(1)
        return delta @ self.features(fold, fold.warm, dropped).T


def _hat(counts: Tensor) -> Tensor:
    return torch.from_numpy(hats(counts.numpy().astype(np.int64)))
