"""Low-rank adapters (LoRA, arXiv:2106.09685): W + (alpha / r) B A, with A [r, in] and B [out, r].

The two thin matrices are trained beside each frozen linear layer; afterwards their product is added to it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import nn

from assistant.errors import WeightsError

LAYERS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
FIRST, SECOND = ".lora_a", ".lora_b"


class LoraLinear(nn.Module):
    """Compute a frozen linear layer plus its low-rank correction.

    Args:
        base: The layer, in -> out; its weights get no gradient.
        rank: Rank r of the correction.
        scale: Factor alpha / r.
        generator: Draws the first matrix; the second begins at zero, so nothing changes at first.
    """

    def __init__(self, base: nn.Linear, rank: int, scale: float, generator: torch.Generator) -> None:
        super().__init__()
        self.base, self.scale = base.requires_grad_(False), scale
        first = torch.randn(rank, base.in_features, generator=generator) / base.in_features**0.5
        self.a, self.b = nn.Parameter(first), nn.Parameter(torch.zeros(base.out_features, rank))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return base(x) + scale x A^T B^T, [..., in] -> [..., out]."""
        out: torch.Tensor = self.base(x)
        a, b = self.a.to(x.dtype), self.b.to(x.dtype)  # kept in float32, used in what the base computes in
        return out + nn.functional.linear(nn.functional.linear(x, a), b) * self.scale


@dataclass(frozen=True)
class Adapter:
    """Hold trained corrections.

    Attributes:
        tensors: Layer name + `.lora_a` [r, in] or `.lora_b` [out, r] -> matrix.
        scale: Factor of their product.
        name: Name under which the tuned model is served.
        base: Name of the weights it was trained on.
    """

    tensors: Mapping[str, torch.Tensor]
    scale: float
    name: str
    base: str

    def delta(self, layer: str) -> torch.Tensor | None:
        """Return what is added to the weight of a layer, float32 [out, in]; None where nothing is."""
        first = self.tensors.get(layer + FIRST)
        return None if first is None else self.scale * (self.tensors[layer + SECOND].float() @ first.float())

    def save(self, path: Path) -> None:
        """Write the adapter in float16."""
        halves = {name: tensor.detach().half().contiguous() for name, tensor in self.tensors.items()}
        notes = {"scale": repr(self.scale), "name": self.name, "base": self.base}
        save_file(halves, path, metadata={"palate": json.dumps(notes)})

    @classmethod
    def load(cls, path: Path) -> Adapter:
        """Read what `save` wrote.

        Raises:
            WeightsError: When the file is no adapter.
        """
        try:
            with safe_open(path, framework="pt") as opened:
                notes = json.loads((opened.metadata() or {})["palate"])
                tensors = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118
            return cls(tensors, float(notes["scale"]), notes["name"], notes["base"])
        except (OSError, KeyError, ValueError, SafetensorError) as error:
            raise WeightsError(
                f"{path} is no adapter: {error}.", "Make one with `palate tune-llm`."
            ) from error


def attach(model: nn.Module, rank: int, alpha: float, seed: int) -> dict[str, LoraLinear]:
    """Freeze a model and put a correction beside each linear layer of its blocks; return them by name."""
    model.requires_grad_(False)
    generator = torch.Generator().manual_seed(seed)
    found = [(name, module) for name, module in model.named_modules() if name.rpartition(".")[2] in LAYERS]
    made: dict[str, LoraLinear] = {}
    for name, module in found:
        assert isinstance(module, nn.Linear)
        made[name] = LoraLinear(module, rank, alpha / rank, generator)
        parent, _, last = name.rpartition(".")
        setattr(model.get_submodule(parent), last, made[name])
    return made


def tensors_of(layers: Mapping[str, LoraLinear]) -> dict[str, nn.Parameter]:
    """Return the trained matrices by the names of an adapter."""
    return dict(_pairs(layers))


def _pairs(layers: Mapping[str, LoraLinear]) -> Iterator[tuple[str, nn.Parameter]]:
    for name, layer in layers.items():
        yield name + FIRST, layer.a
        yield name + SECOND, layer.b


def merged(adapter: Adapter, tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Return the tensors of a checkpoint with the adapter added, float32 where it is.

    Raises:
        WeightsError: When the adapter was made for another model.
    """
    layers = [name.removesuffix(FIRST) for name in adapter.tensors if name.endswith(FIRST)]
    out = dict(tensors)
    for layer in layers:
        delta, weight = adapter.delta(layer), tensors.get(f"{layer}.weight")
        if delta is None or weight is None or weight.shape != delta.shape:
            raise WeightsError(
                f"The adapter {adapter.name} does not fit these weights at {layer}.",
                f"It is for {adapter.base}.",
            )
        out[f"{layer}.weight"] = weight.float() + delta
    return out
