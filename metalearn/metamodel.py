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
from metalearn.gates import KNOTS, Gates, hats
from metalearn.tables import Table

# People watch what they expect to like, so that in logs a dislike says little; said to an assistant it is a
# wish. Episodes may weaken it down to this share of a like's target and weight, not to nothing.
LEAST_DISLIKE = 0.25


@dataclass(frozen=True)
class Batch:
    """E episodes of one table, padded to n events; padding has label 0.

    Attributes:
        features: float32 [E, P + F, C], scaled.
        refusals: float32 [E, F, C], scaled; None where nobody dislikes anything.
        rows: int64 [E, C], candidates, 0 where padded.
        padded: bool [E, C].
        query: float32 [E, C], 1 for later likes.
        refused: bool [E, C], later dislikes.
        rated: bool [E, C], later ratings of any kind.
        events: int64 [E, n], catalogue rows.
        likes: float32 [E, n], 1 for likes.
        dislikes: float32 [E, n], 1 for dislikes.
        fame: float32 [E, n].
    """

    features: Tensor
    refusals: Tensor | None
    rows: Tensor
    padded: Tensor
    query: Tensor
    refused: Tensor
    rated: Tensor
    events: Tensor
    likes: Tensor
    dislikes: Tensor
    fame: Tensor


def collate(table: Table, lines: IntArray, scale: FloatArray) -> Batch:
    """Take some episodes of a table; features are divided by `scale` [P + F]."""
    episodes = [table.episodes[line] for line in lines]
    n = max(1, *(len(e.rows) for e in episodes))
    events, labels = np.zeros((len(lines), n), np.int64), np.zeros((len(lines), n), np.float32)
    for line, episode in enumerate(episodes):
        events[line, : len(episode.rows)], labels[line, : len(episode.rows)] = episode.rows, episode.labels
    features = torch.from_numpy(table.features[lines].astype(np.float32) / scale[None, :, None])
    rows, refusing = table.rows[lines].astype(np.int64), table.refusing[lines]
    refusals = None
    if (refusing >= 0).any():
        chosen = table.refusals[np.maximum(refusing, 0)].astype(np.float32)
        chosen *= (refusing >= 0)[:, None, None] / scale[None, -chosen.shape[1] :, None]
        refusals = torch.from_numpy(chosen.astype(np.float32))
    later = (table.query[lines].astype(np.float32), table.refused[lines], table.rated[lines])
    ranked = [torch.from_numpy(a) for a in (np.maximum(rows, 0), rows < 0, *later)]
    fame = table.evidence.fame[events] * (labels != 0)
    signs = (events, (labels > 0).astype(np.float32), (labels < 0).astype(np.float32), fame)
    return Batch(features, refusals, *ranked, *(torch.from_numpy(a) for a in signs))


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
        self.refusal = nn.Parameter(torch.tensor([inverse_softplus(0.2)]))
        self.phi = nn.Parameter(torch.full((len(KNOTS),), inverse_softplus(0.5)))
        self.penalty = nn.Parameter(torch.tensor([inverse_softplus(penalty)]))
        self.surprise = nn.Parameter(torch.tensor([-2.0]))
        self.dislike_target = nn.Parameter(torch.tensor([inverse_softplus(0.3)]))
        self.dislike_weight = nn.Parameter(torch.tensor([inverse_softplus(0.5)]))
        starts = {"collab": 0.7, "text": 0.7, "facets": 0.5, "numbers": 0.5, "popularity": 0.1}
        gains = [inverse_softplus(starts[name]) for name in Blocks._fields]
        self.gains = nn.Parameter(torch.tensor(gains))

    def gates(self, scale: FloatArray) -> Gates:
        """Export the gates for features that are not divided by `scale` [P + F]."""
        table = self.features / torch.from_numpy(scale)[:, None]
        tensors = {
            "prior": table[: self.n_priors],
            "event": table[self.n_priors :],
            "mixture": self.mixture,
            "refusal": 0.05 + softplus(self.refusal),
            "phi": softplus(self.phi),
            "penalty": softplus(self.penalty) + 1e-3,
            "surprise": torch.sigmoid(self.surprise),
            "dislike_target": LEAST_DISLIKE + softplus(self.dislike_target),
            "dislike_weight": LEAST_DISLIKE + softplus(self.dislike_weight),
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

    def targets(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Return the targets and weights of the inner problems, float32 [E, n] each."""
        refused = batch.dislikes * (LEAST_DISLIKE + softplus(self.dislike_target))
        target = batch.likes * (1 - torch.sigmoid(self.surprise) * batch.fame) - refused
        return target, batch.likes + batch.dislikes * (LEAST_DISLIKE + softplus(self.dislike_weight))

    def frozen(self, batch: Batch) -> Tensor:
        """Return the part of the score that the inner problem does not touch, float32 [E, C]."""
        likes, dislikes = batch.likes.sum(1), batch.dislikes.sum(1)
        weights = _hat(likes) @ self.mixture.T @ self.features.T
        scores = torch.einsum("efc,ef->ec", batch.features, weights)
        if batch.refusals is not None:
            # A dislike pushes down what a like would have pushed up, recency apart.
            events = self.features[self.n_priors :].reshape(-1, len(WEIGHTINGS), self.features.shape[1])
            kept = torch.tensor([1.0, 1.0, 0.0])[None, :, None]
            against = _hat(dislikes) @ self.mixture.T @ (events * kept).reshape(-1, events.shape[2]).T
            pushed = torch.einsum("efc,ef->ec", batch.refusals, against)
            scores = scores - (0.05 + softplus(self.refusal)) * pushed
        return scores

    def phi_gate(self, batch: Batch) -> Tensor:
        """Return the weight of phi . delta of every episode, float32 [E]."""
        return _hat((batch.likes + batch.dislikes).sum(1)) @ softplus(self.phi)

    def size(self) -> Tensor:
        """Return the mean square of the feature weights over the knots."""
        return ((self.features @ self.mixture) ** 2).sum()


def _hat(counts: Tensor) -> Tensor:
    return torch.from_numpy(hats(counts.detach().numpy().astype(np.int64)))
