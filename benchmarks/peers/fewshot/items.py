"""What the few-shot learners know of an item, their episodes, and the loss over the whole catalogue."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from split import Fold, IntArray
from torch import Tensor

TEXT = 32  # principal components of the text vectors
SIZES = (0, 1, 3, 5, 10, 20)
MIN_QUERY = 5


class Items:
    """Inputs of a fold.

    Attributes:
        features: float32 [N, f]: facets, numbers, components of the text, log popularity, unit variance.
        prior: float32 [N], log of 1 + likes among the training people, mean 0.
    """

    def __init__(self, fold: Fold) -> None:
        text = fold.folder.text - fold.folder.text.mean(axis=0)
        _, _, directions = np.linalg.svd(text, full_matrices=False)
        log = np.log1p(fold.popularity)
        columns = np.concatenate([fold.folder.features, text @ directions[:TEXT].T, log[:, None]], axis=1)
        columns = (columns - columns.mean(axis=0)) / np.maximum(columns.std(axis=0), 1e-6)
        self.features = torch.from_numpy(columns.clip(-5, 5).astype(np.float32))
        self.prior = torch.from_numpy((log - log.mean()).astype(np.float32))


def episodes(fold: Fold, steps: int, batch: int, seed: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Yield support int64 [b, k] and query as float32 [b, N], rows summing to 1; k is the same within a step.

    Supports are the first k likes, as at test, every other time k likes drawn at random.
    """
    rng = np.random.default_rng(seed)
    for step in range(steps):
        k = SIZES[int(rng.integers(len(SIZES)))]
        able = [rows for rows in fold.train if len(rows) >= k + MIN_QUERY]
        chosen = [able[i] for i in rng.integers(len(able), size=batch)]
        if step % 2:
            chosen = [rng.permutation(rows) for rows in chosen]
        support = np.stack([rows[:k] for rows in chosen]).astype(np.int64)
        yield torch.from_numpy(support), query_of([rows[k:] for rows in chosen], fold.n_items)


def query_of(rows: list[IntArray], n_items: int) -> Tensor:
    """Return queries as distributions over the catalogue, float32 [b, N]."""
    found = torch.zeros(len(rows), n_items)
    for line, query in zip(found, rows, strict=True):
        line[torch.from_numpy(query)] = 1.0 / len(query)
    return found


def query_loss(scores: Tensor, support: Tensor, query: Tensor) -> Tensor:
    """Return the cross entropy of the query under a softmax over all items but the support, one number."""
    masked = scores.scatter(1, support, -1e9) if support.shape[1] else scores
    return -(query * torch.log_softmax(masked, dim=1)).sum(dim=1).mean()
