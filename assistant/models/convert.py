"""Weights as they come -> a folder that vLLM serves; run as a process of its own, so its memory is returned.

    python -m assistant.models.convert SOURCE TARGET --scheme int8 --adapter FILE

SOURCE is a GGUF file or a Hugging Face folder. Progress is printed as lines `progress <0..1> <what>`.
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import torch

from assistant.errors import WeightsError
from assistant.models.gguf_source import GgufSource
from assistant.models.lora import Adapter, merged
from assistant.models.quantize import METHOD, quantize

Scheme = Literal["int8", "bf16"]
SAME_HEAD = 0.1  # relative distance below which an output matrix is the embedding, only rounded otherwise
EMBEDDING, HEAD = "model.embed_tokens.weight", "lm_head.weight"
KEPT_FILES = ("tokenizer*.json", "*.jinja", "generation_config.json", "vocab.json", "merges.txt", "*.model")


@dataclass(frozen=True)
class Model:
    """Hold what a conversion starts from.

    Attributes:
        config: The Hugging Face configuration as a dictionary.
        tensors: Name -> tensor [shape of the checkpoint], any float type.
    """

    config: dict[str, Any]
    tensors: dict[str, torch.Tensor]


def convert(source: Path, target: Path, scheme: Scheme, adapter: Path | None = None) -> None:
    """Write the model of `source` into the folder `target`, which must not exist yet.

    Args:
        source: GGUF file or Hugging Face folder.
        target: Folder to write.
        scheme: How weights are rounded.
        adapter: Low-rank adapter that is added to the weights before.

    Raises:
        WeightsError: If the source or the adapter cannot be read, or the adapter does not fit.
    """
    target.mkdir(parents=True)
    model = _read_gguf(source, target) if source.is_file() else _read_folder(source, target)
    head = _settle_head(model.tensors)
    if head is not None:
        model.tensors[HEAD] = head
    tensors = merged(Adapter.load(adapter), model.tensors) if adapter else model.tensors
    outputs = _rounded(tensors) if scheme == "int8" else _plain(tensors)
    config = model.config | {"dtype": "bfloat16", "tie_word_embeddings": head is None}
    if scheme == "int8":
        config["quantization_config"] = {"quant_method": METHOD}
    _write(target, config, dict(outputs))


def _settle_head(tensors: dict[str, torch.Tensor]) -> torch.Tensor | None:
    """Return the output matrix where it is a matrix of its own, and take it out of `tensors`.

    Some GGUF files store one tied matrix twice, more finely for the output; then the finer copy serves for
    both.
    """
    head = tensors.pop(HEAD, None)
    if head is None:
        return None
    embedding = tensors[EMBEDDING]
    distance = (head.float() - embedding.float()).norm() / embedding.float().norm()
    if distance > SAME_HEAD:
        return head
    tensors[EMBEDDING] = head
    return None


def _plain(tensors: dict[str, torch.Tensor]) -> Iterator[tuple[str, torch.Tensor]]:
    for name, tensor in tensors.items():
        yield name, tensor.bfloat16()


def _rounded(tensors: dict[str, torch.Tensor]) -> Iterator[tuple[str, torch.Tensor]]:
    """Yield every matrix as codes and scales, the rest (norms, biases) in bfloat16."""
    for place, (name, tensor) in enumerate(tensors.items()):
        print(f"progress {0.2 + 0.7 * place / len(tensors):.3f} rounding to eight bits", flush=True)
        if tensor.ndim == 2:
            rounded = quantize(tensor)
            yield name, rounded.codes
            yield f"{name}_scale", rounded.scales
        else:
            yield name, tensor.bfloat16()


def _read_gguf(source: Path, target: Path) -> Model:
    from transformers import AutoConfig, AutoTokenizer

    print("progress 0.0 reading the GGUF file", flush=True)
    tensors = dict(GgufSource.open(source).tensors())
    print("progress 0.15 reading its tokenizer", flush=True)
    config = AutoConfig.from_pretrained(source.parent, gguf_file=source.name)
    AutoTokenizer.from_pretrained(source.parent, gguf_file=source.name).save_pretrained(target)
    return Model(_architecture(config.to_dict()), tensors)


def _architecture(config: dict[str, Any]) -> dict[str, Any]:
    names = {"qwen2": "Qwen2ForCausalLM", "llama": "LlamaForCausalLM"}
    dropped = ("_name_or_path", "quantization_config")
    kept = {key: value for key, value in config.items() if key not in dropped}
    return kept | {"architectures": [names[str(config["model_type"])]]}


def _read_folder(source: Path, target: Path) -> Model:
    from safetensors import safe_open

    print("progress 0.0 reading the weights", flush=True)
    config = json.loads((source / "config.json").read_text(encoding="utf-8"))
    if "quantization_config" in config:
        raise WeightsError(f"{source} is quantised already.", "Serve it as it is: name the folder itself.")
    tensors: dict[str, torch.Tensor] = {}
    for shard in sorted(source.glob("*.safetensors")):
        with safe_open(shard, framework="pt") as opened:
            tensors.update({name: opened.get_tensor(name) for name in opened.keys()})  # noqa: SIM118
    if EMBEDDING not in tensors:
        raise WeightsError(
            f"{source} holds no {EMBEDDING}.", "Give a folder with safetensors of a text model."
        )
    for pattern in KEPT_FILES:
        for file in source.glob(pattern):
            shutil.copy2(file, target)
    return Model(config, tensors)


def _write(target: Path, config: dict[str, Any], tensors: dict[str, torch.Tensor]) -> None:
    from safetensors.torch import save_file

    print("progress 0.9 writing", flush=True)
    (target / "config.json").write_text(json.dumps(config, indent=2), encoding="utf-8")
    contiguous = {name: tensor.contiguous() for name, tensor in tensors.items()}
    save_file(contiguous, target / "model.safetensors", metadata={"format": "pt"})
    print("progress 1.0 done", flush=True)


def main() -> None:
    """Run one conversion as a command."""
    parser = argparse.ArgumentParser()
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--scheme", choices=("int8", "bf16"), default="int8")
    parser.add_argument("--adapter", type=Path)
    given = parser.parse_args()
    with torch.inference_mode():
        convert(given.source, given.target, given.scheme, given.adapter)


if __name__ == "__main__":
    main()
