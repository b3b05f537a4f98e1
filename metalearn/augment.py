"""More episodes than there are: subsampled supports, noisy labels, and people made up by diffusion."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from metalearn.data import FloatArray, History
from metalearn.episodes import Episode, EpisodeConfig, draw
from metalearn.evidence import Evidence
from metalearn.features import unit_rows

LEVELS = 40
KINDS = ("none", "subsample", "noise", "diffusion")


def augmented(
    kind: str,
    episodes: Sequence[Episode],
    people: Sequence[History],
    evidence: Evidence,
    config: EpisodeConfig,
    seed: int,
) -> list[Episode]:
    """Return the episodes and as many made from them.

    Args:
        kind: "none"; "subsample" drops a random half of every support; "noise" takes a tenth of the likes of
            every support out for random items; "diffusion" adds episodes of made-up people.
        episodes: real ones, of people the evidence does not know.
        people: the histories they were cut from.
        evidence: what all other people say.
        config: how episodes are cut.
        seed: of everything random.

    Raises:
        ValueError: for an unknown kind.
    """
    rng = np.random.default_rng(seed)
    if kind == "none":
        return list(episodes)
    if kind == "subsample":
        return [*episodes, *(_subsampled(e, rng) for e in episodes if len(e.rows) > 1)]
    if kind == "noise":
        return [*episodes, *(_noisy(e, evidence.n_items, rng) for e in episodes if len(e.rows))]
    if kind == "diffusion":
        made = made_up_people(people, evidence, len(people), seed)
        return [*episodes, *(e for person in made for e in draw(person, -1, config, rng))]
    raise ValueError(f"unknown augmentation {kind!r}; known are {', '.join(KINDS)}")


def made_up_people(people: Sequence[History], evidence: Evidence, count: int, seed: int) -> list[History]:
    """Draw people from a diffusion model of mean collaborative vectors.

    A person is the mean of the collaborative vectors of what they like; a made-up vector z likes items with
    chance softmax(log popularity + 8 z . v), as many as a random real person and at that person's moments.
    Ho et al. 2020 (arXiv 2006.11239), on vectors of a few dozen numbers.
    """
    rng = np.random.default_rng(seed)
    real = [p for p in people if (p.labels > 0).sum() > 0]
    vectors = evidence.blocks.collab
    if len(real) < 2:
        return []
    tastes = unit_rows(np.stack([vectors[p.likes].mean(axis=0) for p in real]))
    drawn = unit_rows(diffuse(tastes, count, seed))
    popularity = np.log(evidence.moments.likes.astype(np.float64) + 0.1)
    made = []
    for z in drawn:
        like = real[int(rng.integers(len(real)))]
        liked = np.flatnonzero(like.labels > 0)
        # The largest of logits plus Gumbel noise is a draw without replacement.
        keys = popularity + 8.0 * (vectors @ z) + rng.gumbel(size=len(vectors))
        chosen = np.argsort(-keys)[: len(liked)]
        made.append(History(rng.permutation(chosen), np.ones(len(liked), np.float32), like.times[liked]))
    return made


def diffuse(points: FloatArray, count: int, seed: int, steps: int = 800) -> FloatArray:
    """Fit a small denoising diffusion model to points [m, d]; draw new ones, float32 [count, d]."""
    generator = torch.Generator().manual_seed(seed)
    mean, spread = points.mean(axis=0), points.std(axis=0) + 1e-6
    data = torch.from_numpy((points - mean) / spread)
    kept = torch.cumprod(1.0 - torch.linspace(1e-3, 0.2, LEVELS), 0)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = nn.Sequential(
            nn.Linear(points.shape[1] + 3, 128),
            nn.SiLU(),
            nn.Linear(128, 128),
            nn.SiLU(),
            nn.Linear(128, points.shape[1]),
        )
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    for _ in range(steps):
        chosen = data[torch.randint(len(data), (128,), generator=generator)]
        level = torch.randint(LEVELS, (128,), generator=generator)
        noise = torch.randn(chosen.shape, generator=generator)
        noisy = kept[level].sqrt()[:, None] * chosen + (1 - kept[level]).sqrt()[:, None] * noise
        loss = ((_predicted(model, noisy, level) - noise) ** 2).mean()
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        optimizer.step()
    sample = torch.randn(count, points.shape[1], generator=generator)
    with torch.no_grad():
        for below in range(LEVELS - 1, -1, -1):
            sample = _denoised(model, sample, below, kept, generator)
    return np.asarray(sample.numpy() * spread + mean, dtype=np.float32)


def _denoised(
    model: nn.Module, sample: Tensor, level: int, kept: Tensor, generator: torch.Generator
) -> Tensor:
    """Take one step from noise level `level` to the one below it."""
    before = kept[level - 1] if level else torch.ones(())
    share = kept[level] / before
    noise = _predicted(model, sample, torch.full((len(sample),), level))
    mean = (sample - (1 - share) / (1 - kept[level]).sqrt() * noise) / share.sqrt()
    if not level:
        return mean
    return mean + (1 - share).sqrt() * torch.randn(sample.shape, generator=generator)


def _predicted(model: nn.Module, noisy: Tensor, level: Tensor) -> Tensor:
    share = (level / LEVELS)[:, None]
    when = torch.cat([share, torch.sin(6.3 * share), torch.cos(6.3 * share)], dim=1)
    out: Tensor = model(torch.cat([noisy, when], dim=1))
    return out


def _subsampled(episode: Episode, rng: np.random.Generator) -> Episode:
    kept = np.sort(rng.permutation(len(episode.rows))[: (len(episode.rows) + 1) // 2])
    return episode._replace(
        rows=episode.rows[kept],
        kinds=episode.kinds[kept],
        later=episode.later[kept] // 2,
        ages=episode.ages[kept],
    )


def _noisy(episode: Episode, n_items: int, rng: np.random.Generator) -> Episode:
    wrong = rng.random(len(episode.rows)) < 0.1
    rows = np.where(wrong, rng.integers(0, n_items, len(episode.rows)), episode.rows)
    rows = np.where(np.isin(rows, episode.query), episode.rows, rows)
    return episode._replace(rows=rows, hidden=np.union1d(episode.hidden, rows))
