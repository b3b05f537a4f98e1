"""A vLLM plugin: eight-bit layers on any x86 processor.

vLLM's own four-bit CPU kernel is built for AVX-512 only: on a processor with nothing but AVX2 the server
starts and dies at its first request. PyTorch has an int8 kernel for both (`_weight_int8pack_mm`), which the
layers here run while they decode. Long prompts are bound by arithmetic instead of memory and take an
ordinary matrix product, in the float type that the processor multiplies fastest.

vLLM finds `register` through the entry point `vllm.general_plugins` and calls it in each of its processes.
"""

from __future__ import annotations

from typing import Any

import torch

from assistant.models.quantize import METHOD

DECODE_ROWS = 48  # up to here the int8 kernel is the faster one (measured on two AVX2 cores)


def register() -> None:
    """Tell vLLM of the form `palate_int8`, which `assistant.models.convert` writes."""
    from vllm.model_executor.layers.quantization import register_quantization_config

    register_quantization_config(METHOD)(config_class())
    allow_tiles()


def allow_tiles() -> None:
    """Ask the kernel for the tile registers of AMX, which vLLM takes for granted where they exist.

    Linux hands them out on request only. oneDNN asks when it first multiplies; the int8 kernel does not,
    and without them the first tile instruction kills the worker (illegal instruction).
    """
    if torch.cpu._is_amx_tile_supported():
        torch.cpu._init_amx()


def config_class() -> type[Any]:
    """Return the quantisation config; built on demand, because its base class needs vLLM."""
    from vllm.model_executor.layers.linear import LinearBase
    from vllm.model_executor.layers.quantization.base_config import QuantizationConfig
    from vllm.model_executor.layers.vocab_parallel_embedding import VocabParallelEmbedding

    method = method_class()

    class PalateInt8Config(QuantizationConfig):  # type: ignore[misc]
        """Quantise every linear layer and the vocabulary matrix."""

        def get_name(self) -> str:
            return METHOD

        def get_supported_act_dtypes(self) -> list[torch.dtype]:
            return [torch.bfloat16]

        @classmethod
        def get_min_capability(cls) -> int:
            return -1

        @staticmethod
        def get_config_filenames() -> list[str]:
            return []

        @classmethod
        def from_config(cls, config: dict[str, Any]) -> Any:
            return cls()

        def get_quant_method(self, layer: torch.nn.Module, prefix: str) -> Any:
            return method() if isinstance(layer, LinearBase | VocabParallelEmbedding) else None

    return PalateInt8Config


def method_class() -> type[Any]:
    """Return the method that makes, loads and multiplies one layer's weights."""
    from vllm.model_executor.layers.linear import LinearMethodBase
    from vllm.model_executor.utils import set_weight_attrs

    class PalateInt8Method(LinearMethodBase):  # type: ignore[misc]
        """Keep int8 codes [out, in] and bfloat16 scales [out]."""

        def create_weights(
            self,
            layer: torch.nn.Module,
            input_size_per_partition: int,
            output_partition_sizes: list[int],
            input_size: int,
            output_size: int,
            params_dtype: torch.dtype,
            **attributes: Any,
        ) -> None:
            rows = sum(output_partition_sizes)
            codes = torch.empty(rows, input_size_per_partition, dtype=torch.int8)
            weight = torch.nn.Parameter(codes, requires_grad=False)
            scale = torch.nn.Parameter(torch.empty(rows, dtype=torch.bfloat16), requires_grad=False)
            set_weight_attrs(weight, {"input_dim": 1, "output_dim": 0, **attributes})
            set_weight_attrs(scale, {"output_dim": 0, **attributes})
            layer.register_parameter("weight", weight)
            layer.register_parameter("weight_scale", scale)

        def apply(self, layer: Any, x: torch.Tensor, bias: torch.Tensor | None = None) -> torch.Tensor:
            flat = x.reshape(-1, x.shape[-1])
            product = decode if flat.shape[0] <= DECODE_ROWS else prefill
            out = product(flat, layer.weight, layer.weight_scale)
            out = out if bias is None else out + bias
            return out.reshape(*x.shape[:-1], -1)

        def embedding(self, layer: Any, ids: torch.Tensor) -> torch.Tensor:
            codes = torch.nn.functional.embedding(ids, layer.weight)
            scaled: torch.Tensor = codes.to(torch.bfloat16) * layer.weight_scale[ids][..., None]
            return scaled

        def tie_weights(self, layer: torch.nn.Module, embed_tokens: torch.nn.Module) -> torch.nn.Module:
            layer.weight, layer.weight_scale = embed_tokens.weight, embed_tokens.weight_scale
            return layer

    return PalateInt8Method


def decode(x: torch.Tensor, weight: torch.Tensor, scales: torch.Tensor) -> torch.Tensor:
    """Multiply few rows: bfloat16 [m, in], int8 [out, in], bfloat16 scales [out] -> bfloat16 [m, out]."""
    product: torch.Tensor = torch.ops.aten._weight_int8pack_mm(x.contiguous(), weight, scales)
    return product


def prefill(x: torch.Tensor, weight: torch.Tensor, scales: torch.Tensor) -> torch.Tensor:
    """Multiply many rows, like `decode`, by weights widened for this product (int8 fits bfloat16)."""
    kind = torch.bfloat16 if torch.cpu._is_avx512_bf16_supported() else torch.float32
    out = torch.nn.functional.linear(x.to(kind), weight.to(kind))
    return (out * scales.to(kind)).to(x.dtype)
