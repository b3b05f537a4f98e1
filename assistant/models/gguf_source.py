"""GGUF files as ordinary model tensors: block-quantised weights unpacked under Hugging Face names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from assistant.errors import WeightsError

OUTER = {"token_embd": "model.embed_tokens", "output_norm": "model.norm", "output": "lm_head"}
INNER = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}
ROTARY_INTERLEAVED = {"llama"}  # architectures whose query and key rows llama.cpp re-orders


@dataclass(frozen=True)
class GgufSource:
    """Read the tensors of one GGUF file of the Qwen2 or Llama family.

    Attributes:
        path: The file.
        architecture: `qwen2` or `llama`.
        heads: Query heads.
        kv_heads: Key and value heads.
    """

    path: Path
    architecture: str
    heads: int
    kv_heads: int

    @classmethod
    def open(cls, path: Path) -> GgufSource:
        """Read the header of `path`.

        Raises:
            WeightsError: If the file is no GGUF, or of an architecture whose names are not known here.
        """
        reader = _reader(path)
        architecture = str(_field(reader, "general.architecture", ""))
        if architecture not in ("qwen2", "llama"):
            raise WeightsError(
                f"{path} holds a {architecture or 'nameless'} model.", "Use a Qwen2 or Llama one."
            )
        heads = int(_field(reader, f"{architecture}.attention.head_count", 1))
        kv_heads = int(_field(reader, f"{architecture}.attention.head_count_kv", heads))
        return cls(path, architecture, heads, kv_heads)

    def tensors(self) -> Iterator[tuple[str, torch.Tensor]]:
        """Yield (name, float32 tensor) for each tensor; names as in a Hugging Face checkpoint.

        Raises:
            WeightsError: If a tensor has a name that is not known here.
        """
        from gguf.quants import dequantize

        for entry in _reader(self.path).tensors:
            name = hugging_name(entry.name)
            if name is None:
                raise WeightsError(f"{self.path} holds an unknown tensor {entry.name}.", "Use another file.")
            values = np.asarray(dequantize(entry.data, entry.tensor_type), dtype=np.float32)
            yield name, torch.from_numpy(self._plain_order(name, values))

    def _plain_order(self, name: str, values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Undo the interleaving of rotary pairs that llama.cpp applies to Llama's query and key rows."""
        if self.architecture not in ROTARY_INTERLEAVED or (".q_proj" not in name and ".k_proj" not in name):
            return values
        heads = self.heads if ".q_proj" in name else self.kv_heads
        half = values.shape[0] // heads // 2
        pairs = values.reshape(heads, half, 2, *values.shape[1:])
        return np.ascontiguousarray(pairs.swapaxes(1, 2).reshape(values.shape))


def hugging_name(name: str) -> str | None:
    """Return the Hugging Face name of a GGUF tensor, or None if it is not known."""
    stem, _, kind = name.rpartition(".")
    if stem in OUTER:
        return f"{OUTER[stem]}.{kind}"
    parts = stem.split(".")
    if len(parts) == 3 and parts[0] == "blk" and parts[2] in INNER:
        return f"model.layers.{parts[1]}.{INNER[parts[2]]}.{kind}"
    return None


def _reader(path: Path) -> Any:
    from gguf import GGUFReader

    try:
        return GGUFReader(path)
    except (OSError, ValueError) as error:
        raise WeightsError(
            f"{path} is not a readable GGUF file: {error}.", "Delete it and run `palate setup`."
        ) from error


def _field(reader: Any, key: str, default: object) -> Any:
    field = reader.fields.get(key)
    return default if field is None else field.contents()
