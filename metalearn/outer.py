"""The outer loop: gates and inner algorithm, learned step by step over everybody's episodes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from metalearn.config import TrainConfig
from metalearn.crossfit import Progress
from metalearn.data import FloatArray, Tensors
from metalearn.gradient import learner_for
from metalearn.journal import gate_figures, journal
from metalearn.learners import Learner, Problems, monotone
from metalearn.metamodel import Batch, MetaModel, collate
from metalearn.objectives import Ranked, outer_losses, weighed
from metalearn.sampling import Shuffled, Stream
from metalearn.stopping import PLACES, Watch, hold_back, ranking
from metalearn.tables import Extract, Table
from metalearn.workfolder import Kept, WorkFolder

STATE = "steps"
SAVED_EVERY = 20
OUT_OF_PLAY = -1e9


class Learned(NamedTuple):
    """What the outer loop learns."""

    meta: MetaModel
    learner: Learner

    @classmethod
    def first(cls, evidence: Extract, config: TrainConfig) -> Learned:
        """Return what training starts from."""
        sizes = [block.shape[1] for block in evidence.blocks]
        priors, events = len(evidence.prior_names), len(evidence.event_names)
        meta = MetaModel(priors, events, sizes, config.rank, config.penalty)
        steps, rate = config.inner_steps, config.inner_rate
        return cls(meta, learner_for(config.algorithm, sum(sizes), steps=steps, first_rate=rate))

    def parameters(self) -> dict[str, Tensor]:
        """Return everything learned by name."""
        parts = {"meta": self.meta, "learner": self.learner}
        return {f"{part}.{name}": t for part, m in parts.items() for name, t in m.state_dict().items()}

    def restore(self, parameters: dict[str, Tensor]) -> None:
        """Take the values back from ``parameters``; other names are passed over."""
        for part, module in (("meta", self.meta), ("learner", self.learner)):
            start = f"{part}."
            module.load_state_dict(
                {name.removeprefix(start): t for name, t in parameters.items() if name.startswith(start)}
            )


class Outer:
    """Everything that changes from step to step; it can be saved and taken up again bit for bit.

    Attributes:
        step: steps taken.
        learned: gates and inner algorithm as of now.
        watch: the best ones on held-back people.
    """

    def __init__(self, tables: Sequence[Table], scale: FloatArray, config: TrainConfig) -> None:
        """Start; `scale` float32 [P + F] is what features are divided by."""
        self.tables, self.scale, self.config = tables, scale, config
        self.parted = hold_back(tables, config.held_back if config.patience else 0.0, config.seed)
        self.folds = [at for at, lines in enumerate(self.parted.trained) if len(lines)]
        lines = [self.parted.trained[at] for at in self.folds]
        self.generator = torch.Generator().manual_seed(config.seed)
        self.sampler = (Stream if config.algorithm == "online" else Shuffled)(
            [tables[at] for at in self.folds], lines, config.batch, config.steps, config.seed
        )
        self.blocks = [torch.from_numpy(np.concatenate(t.evidence.blocks, axis=1)) for t in tables]
        self.learned = Learned.first(tables[0].evidence, config)
        modules = (self.learned.meta, self.learned.learner)
        learned = [p for module in modules for p in module.parameters() if p.requires_grad]
        self.optimizer = torch.optim.Adam(learned, lr=config.rate)
        self.schedule = torch.optim.lr_scheduler.CosineAnnealingLR(self.optimizer, config.steps, eta_min=0.0)
        self.step, self.watch = 0, Watch(config.patience)

    @property
    def done(self) -> bool:
        """Return whether all steps are taken or patience has run out."""
        return self.step >= self.config.steps or self.watch.over

    @property
    def check_due(self) -> bool:
        """Return whether held-back people are to be looked at after this step."""
        if not any(map(len, self.parted.held)):
            return False
        return self.step % self.config.check_every == 0 or self.step == self.config.steps

    def advance(self) -> dict[str, float]:
        """Take one step; return the losses before it, by name."""
        meta, learner = self.learned
        fold = self.folds[self.step % len(self.folds)]
        batch, blocks = (
            collate(self.tables[fold], self.sampler.draw(self.step), self.scale),
            self.blocks[fold],
        )
        dropped = torch.rand(len(blocks), generator=self.generator) < self.config.dropout
        scores = score(meta, learner, blocks, batch, dropped).masked_fill(batch.padded, OUT_OF_PLAY)
        # Without dropped items: how similar two items are does not depend on the step.
        ranked = Ranked(scores, batch, lambda: meta.phi_of(blocks, None).detach())
        found = outer_losses(ranked, self.config.losses)
        loss = weighed(found, self.config.losses) + self.config.shrinkage * meta.size()
        self.optimizer.zero_grad()
        torch.autograd.backward(loss)
        self.optimizer.step()
        learner.after_step()
        self.schedule.step()
        self.step += 1
        return {name: value.item() for name, value in {**found, "sum": loss}.items()}

    def check(self) -> float:
        """Rank the held-back episodes, take note, and return their mean NDCG@10."""
        meta, learner = self.learned
        found = []
        with torch.no_grad():
            for at, lines in self.parted.batches(self.config.batch):
                batch = collate(self.tables[at], lines, self.scale)
                scores = score(meta, learner, self.blocks[at], batch)
                found.append(ranking(scores.masked_fill(batch.padded, OUT_OF_PLAY), batch.query))
        value = float(np.concatenate(found).mean())
        self.watch.see(value, self.learned.parameters())
        return value

    def best(self) -> Learned:
        """Return the best gates and inner algorithm that were checked; those of now without any check."""
        if self.watch.kept:
            self.learned.restore(self.watch.kept)
        return self.learned

    def arrays(self) -> Tensors:
        """Return every number that ``restore`` needs, by name."""
        kept = dict(self.learned.parameters())
        kept |= {f"best.{name}": t for name, t in self.watch.kept.items()}
        for at, moments in self.optimizer.state_dict()["state"].items():
            kept |= {f"adam.{at}.{name}": t for name, t in moments.items()}
        kept["generator"] = self.generator.get_state()
        return {name: t.numpy() for name, t in kept.items()}

    def notes(self) -> dict[str, Any]:
        """Return all else that ``restore`` needs."""
        return {
            "step": self.step,
            "best": self.watch.best,
            "since": self.watch.since,
            "sampler": self.sampler.rng.bit_generator.state,
            "schedule": self.schedule.state_dict(),
            "groups": self.optimizer.state_dict()["param_groups"],
        }

    def restore(self, kept: Kept) -> None:
        """Go on from a state of the same configuration and tables."""
        tensors = {name: torch.from_numpy(array) for name, array in kept.arrays.items()}
        self.learned.restore(tensors)
        state: dict[int, dict[str, Tensor]] = {}
        for name, tensor in tensors.items():
            part, _, rest = name.partition(".")
            if part == "adam":
                at, _, moment = rest.partition(".")
                state.setdefault(int(at), {})[moment] = tensor
            elif part == "best":
                self.watch.kept[rest] = tensor
        self.optimizer.load_state_dict({"state": state, "param_groups": kept.notes["groups"]})
        self.schedule.load_state_dict(kept.notes["schedule"])
        self.generator.set_state(tensors["generator"])
        self.sampler.rng.bit_generator.state = kept.notes["sampler"]
        self.step, self.watch.best = kept.notes["step"], kept.notes["best"]
        self.watch.since = kept.notes["since"]


def meta_train(
    tables: Sequence[Table],
    scale: FloatArray,
    config: TrainConfig,
    progress: Progress,
    *,
    work: WorkFolder | None = None,
    log_to: Path | None = None,
) -> Learned:
    """Learn gates and inner algorithm; each episode is scored with the evidence of its own fold.

    Args:
        tables: episodes by fold.
        scale: float32 [P + F], what features are divided by.
        config: hyper-parameters.
        progress: told the share of the steps done.
        work: keeps the state every ``SAVED_EVERY`` steps, and is asked for one first.
        log_to: folder for TensorBoard.
    """
    outer = Outer(tables, scale, config)
    kept = None if work is None else work.read(STATE)
    if kept is not None:
        outer.restore(kept)
    with journal(log_to, outer.step) as write:
        while not outer.done:
            losses = outer.advance()
            figures = {f"loss/{name}": value for name, value in losses.items()}
            if outer.check_due:
                figures[f"held back/NDCG@{PLACES}"] = outer.check()
            if write is not None:
                due = outer.step % config.check_every == 0 or outer.done
                write(outer.step, figures | (gate_figures(outer.learned.meta) if due else {}))
            if work is not None and (outer.step % SAVED_EVERY == 0 or outer.done):
                work.write(STATE, outer.arrays(), outer.notes())
            progress("learning how people differ", 1.0 if outer.done else outer.step / config.steps)
    return outer.best()


def score(
    meta: MetaModel, learner: Learner, blocks: Tensor, batch: Batch, dropped: Tensor | None = None
) -> Tensor:
    """Score every candidate, float32 [E, C]: the frozen part plus phi . delta."""
    phi = meta.phi_of(blocks, dropped)
    features, signs = phi[batch.events], batch.signs
    targets, weights = meta.targets(batch)
    penalty = torch.nn.functional.softplus(meta.penalty) + 1e-3
    start, vectors = learner(Problems(features, targets, weights, penalty))
    delta = start + monotone(vectors, features, signs).sum(1)
    added = torch.gather(delta @ phi.T, 1, batch.rows)
    gate = meta.phi_gate(batch) * batch.known.any(1)
    return meta.frozen(batch) + gate[:, None] * added
