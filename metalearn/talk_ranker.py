"""Evidence -> one score per item: a linear part whose weights depend on the turn, and a small network.

Trained with the softmax over sampled candidates; uniformly drawn ones count for those they stand for
(sampled softmax, Bengio and Senecal 2008). The other targets of the same turn are no negatives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from metalearn.data import IntArray
from metalearn.talk_data import FloatArray, TalkTurns

if TYPE_CHECKING:
    import torch

HIDDEN = 32
EPOCHS = 15
BATCH = 256
RATE = 0.01
DECAY = 3e-3
OUT = -1e9


class Sampled(NamedTuple):
    """Training rows: m turns with k sampled candidates each, and p pairs of turn and target.

    Attributes:
        x: float32 [m, k, D], features of the candidates.
        offset: float32 [m, k], log of how many items each stands for; -1e9 where it must not count.
        z: float32 [m, Q], what the turns are like.
        pair_rows: int [p], row of the turn of each target.
        pair_x: float32 [p, D], features of the targets.
    """

    x: FloatArray
    offset: FloatArray
    z: FloatArray
    pair_rows: IntArray
    pair_x: FloatArray


def describe(turns: TalkTurns, rows: IntArray) -> FloatArray:
    """Return float32 [n, 6]: one, no / one / four or more items said, length, whether cues were said."""
    said = np.array([len(turns.mentioned[t]) for t in rows])
    cued = np.array([len(turns.cues[t]) > 0 for t in rows])
    length = np.log1p(turns.lengths[rows]) - 1.8
    columns = (np.ones(len(rows)), said == 0, said == 1, said >= 4, length, cued)
    return np.stack(columns, axis=1).astype(np.float32)


class TalkRanker:
    """Score items of turns; deterministic by `seed`."""

    def __init__(self, *, seed: int = 0) -> None:
        self._seed = seed
        self._mean = np.zeros(0, np.float32)
        self._scale = np.ones(0, np.float32)
        self._parts: dict[str, torch.Tensor] = {}

    def fit(self, rows: Sampled) -> TalkRanker:
        """Learn from sampled candidates."""
        import torch

        width, context = rows.x.shape[2], rows.z.shape[1]
        flat = rows.x.reshape(-1, width)
        self._mean, self._scale = flat.mean(axis=0), flat.std(axis=0) + 1e-2
        x = torch.from_numpy((rows.x - self._mean) / self._scale)
        pair_x = torch.from_numpy((rows.pair_x - self._mean) / self._scale)
        offset, z = torch.from_numpy(rows.offset), torch.from_numpy(rows.z)
        at = torch.from_numpy(rows.pair_rows)
        generator = torch.Generator().manual_seed(self._seed)
        self._parts = parts = _initial(width, context, generator)
        optimiser = torch.optim.Adam(parts.values(), lr=RATE)
        steps = EPOCHS * -(-len(at) // BATCH)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
        for _ in range(EPOCHS):
            order = torch.randperm(len(at), generator=generator)
            for batch in (order[start : start + BATCH] for start in range(0, len(at), BATCH)):
                turn = at[batch]
                others = _score(parts, x[turn], z[turn]) + offset[turn]
                own = _score(parts, pair_x[batch][:, None], z[turn])[:, 0]
                loss = (torch.logsumexp(torch.cat([others, own[:, None]], 1), 1) - own).mean()
                optimiser.zero_grad()
                (loss + DECAY * _size(parts)).backward()  # type: ignore[no-untyped-call]
                optimiser.step()
                schedule.step()
        return self

    def scores(self, x: FloatArray, z: FloatArray) -> FloatArray:
        """Return float32 [n, I] for features [n, I, D] and turns [n, Q]."""
        import torch

        out = np.empty(x.shape[:2], dtype=np.float32)
        with torch.no_grad():
            for start in range(0, len(x), 16):
                part = slice(start, start + 16)
                scaled = torch.from_numpy((x[part] - self._mean) / self._scale)
                out[part] = _score(self._parts, scaled, torch.from_numpy(z[part])).numpy()
        return out


def _initial(width: int, context: int, generator: torch.Generator) -> dict[str, torch.Tensor]:
    import torch

    def drawn(*shape: int) -> torch.Tensor:
        bound = float(shape[0]) ** -0.5
        values: torch.Tensor = (torch.rand(shape, generator=generator) * 2 - 1) * bound
        return values

    parts = {
        "linear": torch.zeros(width, context),
        "inner": drawn(width, HIDDEN),
        "turn": drawn(context, HIDDEN),
        "bias": torch.zeros(HIDDEN),
        "outer": torch.zeros(HIDDEN),
    }
    for part in parts.values():
        part.requires_grad_()
    return parts


def _score(parts: dict[str, torch.Tensor], x: torch.Tensor, z: torch.Tensor) -> torch.Tensor:
    import torch

    linear = (x @ (z @ parts["linear"].T)[:, :, None])[:, :, 0]
    hidden = torch.relu(x @ parts["inner"] + (z @ parts["turn"])[:, None] + parts["bias"])
    scores: torch.Tensor = linear + hidden @ parts["outer"]
    return scores


def _size(parts: dict[str, torch.Tensor]) -> torch.Tensor:
    """Return the squared length of all weights; what holds for every turn costs less."""
    import torch

    linear = parts["linear"]
    rest = torch.stack([parts[name].pow(2).sum() for name in ("inner", "turn", "bias", "outer")]).sum()
    size: torch.Tensor = 0.3 * linear[:, 0].pow(2).sum() + linear[:, 1:].pow(2).sum() + rest
    return size
