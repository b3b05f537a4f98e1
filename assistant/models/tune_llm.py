"""`palate tune-llm`: a small adapter for the language model, trained on a CPU in under an hour, resumable."""

from __future__ import annotations

import hashlib
import json
import math
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from assistant.errors import BadInput, HomeError
from assistant.models.lora import Adapter, LoraLinear, attach, tensors_of
from assistant.models.packing import Pack, loss, pack
from assistant.models.tune_data import Packs
from retriever.files import write_atomically, write_text

Progress = Callable[[str, float], None]
Precision = Literal["float32", "bfloat16"]
BETAS, EPSILON = (0.9, 0.98), 1e-8
CHECKPOINT = "checkpoint.safetensors"


@dataclass(frozen=True)
class Recipe:
    """Say how an adapter is trained.

    Attributes:
        name: Name under which the tuned model is served.
        base: Weights that are tuned.
        rank: Rank of each correction.
        alpha: Its scale times the rank.
        rate: Highest learning rate.
        warm: Steps over which the rate rises to it; then it falls along a cosine.
        steps: Packs to learn from.
        clip: Largest norm of the gradient.
        seed: Decides first matrices and packs.
        every: Steps between checkpoints.
        workers: Packs of one step; each is computed by a thread of its own.
        start: Checksum of the adapter that training goes on from; empty where it begins anew.
        precision: What the frozen weights are held and multiplied in; the corrections stay in float32.
    """

    name: str = "palate-0.5b"
    base: str = "qwen2.5-coder-0.5b-instruct"
    rank: int = 8
    alpha: float = 16.0
    rate: float = 8e-4
    warm: int = 8
    steps: int = 100
    clip: float = 1.0
    seed: int = 0
    every: int = 5
    workers: int = 2
    start: str = ""
    precision: Precision = "float32"

    def rate_at(self, step: int) -> float:
        """Return the learning rate of a step, counted from 0."""
        if step < self.warm:
            return self.rate * (step + 1) / self.warm
        share = (step - self.warm) / max(1, self.steps - self.warm)
        return self.rate * (0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * share)))


class _Found(NamedTuple):
    loss: float
    gradients: tuple[torch.Tensor, ...]


class Tuner:
    """Train the corrections of one model, step by step.

    Args:
        model: A causal language model of transformers in the recipe's precision; it is changed in place.
        recipe: How.
        digest: What the packs depend on; a checkpoint of other packs is refused.
        start: Adapter to go on from, of the same rank.
    """

    def __init__(self, model: Any, recipe: Recipe, digest: str, start: Adapter | None = None) -> None:
        self.model, self.recipe = model, recipe
        self._key = json.dumps({**asdict(recipe), "packs": digest}, sort_keys=True)
        self.layers: dict[str, LoraLinear] = attach(model, recipe.rank, recipe.alpha, recipe.seed)
        self.tensors = tensors_of(self.layers)
        if start is not None:
            self._begin(start)
        self._optimizer = torch.optim.Adam(
            list(self.tensors.values()), lr=recipe.rate, betas=BETAS, eps=EPSILON
        )
        self.step, self.losses, self.seconds = 0, list[float](), 0.0

    def _begin(self, start: Adapter) -> None:
        with torch.no_grad():
            for name, tensor in self.tensors.items():
                if name not in start.tensors or start.tensors[name].shape != tensor.shape:
                    raise BadInput("The adapter to go on from has another rank or base.", "Begin anew.")
                tensor.copy_(start.tensors[name])

    def learn(self, packs: Sequence[Pack]) -> float:
        """Take one step along the mean gradient of the packs; return their mean loss before it.

        Each pack has a thread of its own: on a busy machine two threads with one core each get twice as far
        as one product that waits for two cores at every barrier. Gradients are added in order.
        """
        start = time.perf_counter()
        for group in self._optimizer.param_groups:
            group["lr"] = self.recipe.rate_at(self.step)
        with ThreadPoolExecutor(len(packs)) as pool:
            found = list(pool.map(self._gradients, packs))
        for place, tensor in enumerate(self.tensors.values()):
            tensor.grad = torch.stack([each.gradients[place] for each in found]).mean(0)
        torch.nn.utils.clip_grad_norm_(self.tensors.values(), self.recipe.clip)
        self._optimizer.step()
        self.step += 1
        self.losses.append(round(sum(each.loss for each in found) / len(found), 4))
        self.seconds += time.perf_counter() - start
        return self.losses[-1]

    def _gradients(self, packed: Pack) -> _Found:
        value = loss(self.model, packed)
        return _Found(float(value.detach()), torch.autograd.grad(value, list(self.tensors.values())))

    def adapter(self) -> Adapter:
        """Return the corrections as they are now."""
        scale = self.recipe.alpha / self.recipe.rank
        tensors = {name: tensor.detach() for name, tensor in self.tensors.items()}
        return Adapter(tensors, scale, self.recipe.name, self.recipe.base)

    def save(self, path: Path) -> None:
        """Write everything that the next step depends on, whole or not at all."""
        state = {name: tensor.detach() for name, tensor in self.tensors.items()}
        for name, tensor in self.tensors.items():
            moments = self._optimizer.state[tensor]
            state |= {f"{name}.m": moments["exp_avg"], f"{name}.v": moments["exp_avg_sq"]}
        notes = {"key": self._key, "step": self.step, "losses": self.losses, "seconds": self.seconds}
        metadata = {"palate": json.dumps(notes)}
        write_atomically(path, lambda temporary: save_file(state, temporary, metadata=metadata))

    def resume(self, path: Path) -> None:
        """Go on from a checkpoint: the next steps are bit for bit those of an uninterrupted run.

        Raises:
            BadInput: When it belongs to another recipe.
            HomeError: When it is damaged.
        """
        try:
            with safe_open(path, framework="pt") as opened:
                notes = json.loads((opened.metadata() or {})["palate"])
                state = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118
        except (OSError, KeyError, ValueError, SafetensorError) as error:
            raise HomeError(f"{path} is damaged: {error}.", "Delete it to begin anew.") from error
        if notes["key"] != self._key:
            raise BadInput(f"{path} belongs to another recipe.", "Give another --out, or delete it.")
        with torch.no_grad():
            for name, tensor in self.tensors.items():
                tensor.copy_(state[name])
                self._optimizer.state[tensor] = {
                    "step": torch.tensor(float(notes["step"])),
                    "exp_avg": state[f"{name}.m"].clone(),
                    "exp_avg_sq": state[f"{name}.v"].clone(),
                }
        self.step, self.losses, self.seconds = notes["step"], notes["losses"], notes["seconds"]


def fast_precision() -> Precision:
    """Return bfloat16 where the processor has tiles for it (AMX), which makes a step five times as fast.

    Elsewhere bfloat16 is emulated and slower than float32.
    """
    return "bfloat16" if torch.cpu._is_amx_tile_supported() else "float32"


def tune(
    model: Any,
    tokenizer: Any,
    recipe: Recipe,
    packs: Packs,
    out: Path,
    progress: Progress,
    start: Adapter | None = None,
) -> Tuner:
    """Train, going on from a checkpoint in `out` where there is one, and write the adapter there.

    Raises:
        BadInput: When the checkpoint belongs to another recipe.
        HomeError: When it is damaged.
    """
    out.mkdir(parents=True, exist_ok=True)
    digest = json.dumps(
        [
            asdict(packs.mixture),
            [catalog.name for catalog in packs.own],
            [[each.text for each in group] for group in packs.gold],
        ]
    )
    tuner = Tuner(model, recipe, digest, start)
    kept = out / CHECKPOINT
    if kept.is_file():
        tuner.resume(kept)
    torch.set_num_threads(1)
    for step in range(tuner.step, recipe.steps):
        places = range(step * recipe.workers, (step + 1) * recipe.workers)
        value = tuner.learn([pack(tokenizer, packs.examples(place)) for place in places])
        left = tuner.seconds / tuner.step * (recipe.steps - tuner.step)
        progress(
            f"step {tuner.step} of {recipe.steps}, loss {value:.3f}, {left / 60:.0f} min left",
            tuner.step / recipe.steps,
        )
        if tuner.step % recipe.every == 0:
            tuner.save(kept)
    tuner.save(kept)
    write_atomically(out / "adapter.safetensors", tuner.adapter().save)
    return tuner


def write_recipe(out: Path, tuner: Tuner, packs: Packs, figures: Mapping[str, Any] | None = None) -> None:
    """Write how the adapter in `out` was made, and its figures, beside it."""
    adapter = out / "adapter.safetensors"
    notes = {
        **{"name": tuner.recipe.name, "base": tuner.recipe.base},
        "sha256": hashlib.sha256(adapter.read_bytes()).hexdigest(),
        "bytes": adapter.stat().st_size,
        "recipe": asdict(tuner.recipe),
        "packs": {
            **asdict(packs.mixture),
            "own": [catalog.name for catalog in packs.own],
            "gold": sum(map(len, packs.gold)),
        },
        **{"steps": tuner.step, "seconds": round(tuner.seconds), "losses": tuner.losses},
        "figures": dict(figures or {}),
    }
    text = json.dumps(notes, indent=1)
    write_atomically(out / "recipe.json", lambda temporary: write_text(temporary, text))
