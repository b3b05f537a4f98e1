"""The adapter as a differentiable function of what is meta-learned; the torch twin of ``taste``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import softplus

from metalearn.data import FloatArray, IntArray
from metalearn.evidence import WEIGHTINGS
from metalearn.features import LEARNED_BLOCKS, Blocks, Projection
from metalearn.feedback import LABELS, LIKE
from metalearn.gates import KNOTS, Gates, hats
from metalearn.tables import OTHERS, Table

# People watch what they expect to like, so that in logs a dislike says little; said to an assistant it is a
# wish. Episodes may weaken it down to this share of a like's target and weight, not to nothing.
LEAST_DISLIKE = 0.25
# No log tells what was shown and passed over, so that a skip stays this share of a dislike. Sentences are in
# no log either: each counts as a like of what it says.
SKIP = 0.25
# Days, where a log says nothing of it: its times are an order, or nobody came back.
HALF_LIFE = 730.0


@dataclass(frozen=True)
class Batch:
    """E episodes of one table, padded to n events.

    Attributes:
        features: float32 [E, P + F, C], scaled.
        others: float32 [E, 3, F, C] of each of ``OTHERS``, scaled; None where there are likes only.
        rows: int64 [E, C], candidates, 0 where padded.
        padded: bool [E, C].
        query: float32 [E, C], 1 for later likes.
        refused: bool [E, C], later dislikes.
        rated: bool [E, C], later ratings of any kind.
        events: int64 [E, n], catalogue rows.
        kinds: int64 [E, n], of feedback; any where padded.
        known: float32 [E, n], 0 where padded.
        ages: float32 [E, n], days before the last event.
        fame: float32 [E, n].
    """

    features: Tensor
    others: Tensor | None
    rows: Tensor
    padded: Tensor
    query: Tensor
    refused: Tensor
    rated: Tensor
    events: Tensor
    kinds: Tensor
    known: Tensor
    ages: Tensor
    fame: Tensor

    @property
    def signs(self) -> Tensor:
        """Return the labels of the events, float32 [E, n]; 0 where padded."""
        return torch.from_numpy(LABELS)[self.kinds] * self.known

    def count(self, kind: int) -> Tensor:
        """Return how many events of a kind every episode has, float32 [E]."""
        return ((self.kinds == kind) * self.known).sum(1)


def collate(table: Table, lines: IntArray, scale: FloatArray) -> Batch:
    """Take some episodes of a table; features are divided by `scale` [P + F]."""
    episodes = [table.episodes[line] for line in lines]
    n = max(1, *(len(e.rows) for e in episodes))
    events, kinds = np.zeros((len(lines), n), np.int64), np.zeros((len(lines), n), np.int64)
    known, ages = np.zeros((len(lines), n), np.float32), np.zeros((len(lines), n), np.float32)
    for line, e in enumerate(episodes):
        part = slice(len(e.rows))
        events[line, part], kinds[line, part], known[line, part] = e.rows, e.kinds, 1.0
        ages[line, part] = e.ages
    features = torch.from_numpy(table.features[lines].astype(np.float32) / scale[None, :, None])
    rows = table.rows[lines].astype(np.int64)
    later = (table.query[lines].astype(np.float32), table.refused[lines], table.rated[lines])
    support = (events, kinds, known, ages, table.evidence.fame[events] * known)
    arrays = [torch.from_numpy(a) for a in (np.maximum(rows, 0), rows < 0, *later, *support)]
    return Batch(features, _others(table, lines, scale), *arrays)


def _others(table: Table, lines: IntArray, scale: FloatArray) -> Tensor | None:
    """Return the features of the events that are no likes, zero where an episode has none of a kind."""
    chosen = table.lines[lines]
    if not (chosen >= 0).any():
        return None
    found = np.zeros((*chosen.shape, *table.others.shape[1:]), np.float32)
    found[chosen >= 0] = table.others[chosen[chosen >= 0]]
    return torch.from_numpy(found / scale[-found.shape[2] :, None])


def inverse_softplus(value: float) -> float:
    """Return x with softplus(x) = value."""
    return float(np.log(np.expm1(value)))


class MetaModel(nn.Module):
    """All meta-learned parameters, and the score they give to every candidate."""

    def __init__(
        self, n_priors: int, n_events: int, sizes: Sequence[int], rank: int = 2, penalty: float = 1.0
    ) -> None:
        super().__init__()
        self.n_priors, self.sizes = n_priors, tuple(sizes)
        generator = torch.Generator().manual_seed(0)
        knots = torch.linspace(-1.0, 1.0, len(KNOTS))
        features = 0.001 * torch.randn(n_priors + n_events, rank, generator=generator)
        features[:, 0] += 0.03
        features[0, 0] += 0.4
        self.features = nn.Parameter(features)
        self.mixture = nn.Parameter(torch.stack([knots**r for r in range(rank)]))
        self.refusal = nn.Parameter(torch.full((2,), inverse_softplus(0.2)))
        self.consumed = nn.Parameter(torch.full((len(KNOTS),), inverse_softplus(0.3)))
        self.phi = nn.Parameter(torch.full((len(KNOTS),), inverse_softplus(0.5)))
        self.penalty = nn.Parameter(torch.tensor([inverse_softplus(penalty)]))
        self.surprise = nn.Parameter(torch.tensor([-2.0]))
        # Of dislike and hide; then of consume, whose target lies in 0..1: to have watched is no refusal.
        self.dislike_target = nn.Parameter(torch.full((2,), inverse_softplus(0.3)))
        self.dislike_weight = nn.Parameter(torch.full((2,), inverse_softplus(0.5)))
        self.consume_target = nn.Parameter(torch.tensor([-1.4]))
        self.consume_weight = nn.Parameter(torch.tensor([inverse_softplus(0.25)]))
        self.half_life = nn.Parameter(torch.log(torch.tensor([HALF_LIFE])))
        starts = {
            "collab": 0.7,
            "text": 0.7,
            "facets": 0.5,
            "numbers": 0.5,
            "popularity": 0.1,
            "pictures": 0.5,
        }
        gains = [inverse_softplus(starts[name]) for name in Blocks._fields]
        self.gains = nn.Parameter(torch.tensor(gains))

    def gates(self, scale: FloatArray) -> Gates:
        """Export the gates for features that are not divided by `scale` [P + F]."""
        table = self.features / torch.from_numpy(scale)[:, None]
        tensors = {
            "prior": table[: self.n_priors],
            "event": table[self.n_priors :],
            "mixture": self.mixture,
            "refusal": self.refusals(),
            "consumed": softplus(self.consumed),
            "phi": softplus(self.phi),
            "penalty": softplus(self.penalty) + 1e-3,
            "surprise": torch.sigmoid(self.surprise),
            "target": self.kind_targets(),
            "weight": self.kind_weights(),
            "half_life": torch.exp(self.half_life),
        }
        return Gates(**{name: t.detach().numpy().copy() for name, t in tensors.items()})

    def projection(self) -> Projection:
        """Export the learned projection."""
        return Projection(softplus(self.gains).detach().numpy().copy())

    def phi_of(self, blocks: Tensor, dropped: Tensor | None) -> Tensor:
        """Return phi [N, p] from the blocks side by side; where `dropped` [N] is set an item is cold."""
        gains = torch.cat([g.expand(s) for g, s in zip(softplus(self.gains), self.sizes, strict=True)])
        phi = blocks * gains
        if dropped is None:
            return phi
        learned = [name in LEARNED_BLOCKS for name in Blocks._fields]
        known = torch.cat([torch.full((s,), flag) for s, flag in zip(self.sizes, learned, strict=True)])
        return phi * ~(dropped[:, None] & known[None])

    def kind_targets(self) -> Tensor:
        """Return the inner target of every kind, float32 [6]."""
        one, refused = torch.ones(1), -LEAST_DISLIKE - softplus(self.dislike_target)
        return torch.cat([one, refused, torch.sigmoid(self.consume_target), refused[:1], one])

    def kind_weights(self) -> Tensor:
        """Return the inner weight of every kind, float32 [6]."""
        one, refused = torch.ones(1), LEAST_DISLIKE + softplus(self.dislike_weight)
        return torch.cat([one, refused, softplus(self.consume_weight), SKIP * refused[:1], one])

    def refusals(self) -> Tensor:
        """Return how much a dislike, a hide and a skip count in the kernels, float32 [3]."""
        refused = 0.05 + softplus(self.refusal)
        return torch.cat([refused, SKIP * refused[:1]])

    def targets(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Return the targets and weights of the inner problems, float32 [E, n] each."""
        surprise = (batch.kinds == LIKE) * torch.sigmoid(self.surprise) * batch.fame
        decay = torch.exp2(-batch.ages * torch.exp(-self.half_life))
        weight = self.kind_weights()[batch.kinds] * decay * batch.known
        return (self.kind_targets()[batch.kinds] - surprise) * batch.known, weight

    def frozen(self, batch: Batch) -> Tensor:
        """Return the part of the score that the inner problem does not touch, float32 [E, C]."""
        likes = batch.count(LIKE)
        weights = _hat(likes) @ self.mixture.T @ self.features.T
        scores = torch.einsum("efc,ef->ec", batch.features, weights)
        if batch.others is None:
            return scores
        apart = torch.stack([batch.count(kind) for kind in OTHERS], 1)
        return scores + torch.einsum("ekfc,ekf->ec", batch.others, self._apart(apart, likes + apart.sum(1)))

    def _apart(self, counts: Tensor, everything: Tensor) -> Tensor:
        """Return the weights of the features of the events that are no likes, float32 [E, 3, F].

        To have consumed something speaks for what is like it; to refuse it, against that, recency apart.
        """
        events, refused = self.features[self.n_priors :], counts[:, 1:].sum(1)
        attention = _hat(everything) @ softplus(self.consumed)
        liked = (attention[:, None] * (_hat(everything) @ self.mixture.T @ events.T))[:, None]
        liked = liked * _shares(counts, everything[:, None], len(events))
        kept = (torch.arange(len(events)) % len(WEIGHTINGS) < 2).float()
        against = (_hat(refused) @ self.mixture.T @ events.T * kept)[:, None] * self.refusals()[:2, None]
        against = against * _shares(counts[:, 1:], refused[:, None], len(events))
        return torch.cat([liked[:, :1], liked[:, 1:] - against], 1)

    def phi_gate(self, batch: Batch) -> Tensor:
        """Return the weight of phi . delta of every episode, float32 [E]."""
        return _hat((batch.signs != 0).sum(1)) @ softplus(self.phi)

    def size(self) -> Tensor:
        """Return the mean square of the feature weights over the knots."""
        return ((self.features @ self.mixture) ** 2).sum()


def _hat(counts: Tensor) -> Tensor:
    return torch.from_numpy(hats(counts.detach().numpy().astype(np.int64)))


def _shares(counts: Tensor, everything: Tensor, n_events: int) -> Tensor:
    """Return sqrt(counts / everything) for every feature whose weights share one unit, 1 for recency.

    The tables hold the features of every kind of feedback as if there were no other; [.., n_events].
    """
    root = torch.sqrt(counts / everything.clamp_min(1.0))[..., None]
    recent = (torch.arange(n_events) % len(WEIGHTINGS) == len(WEIGHTINGS) - 1).float()
    return root * (1.0 - recent) + recent
