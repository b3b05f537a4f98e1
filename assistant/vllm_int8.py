"""A vLLM plugin: eight-bit linear layers on any x86 processor.

vLLM's own CPU kernels for GPTQ weights know four bits only, and are built for AVX-512 only: on a processor with
nothing but AVX2 the server starts and dies at its first request. PyTorch has an int8 kernel for both
(`_weight_int8pack_mm`), which this layer runs while it decodes. Long prompts are bound by arithmetic instead of
memory and take an ordinary matrix product, in the float type that the processor multiplies fastest.

vLLM finds `register` through the entry point `vllm.general_plugins` and calls it in each of its processes.
"""

from __future__ import annotations

from typing import Any

import torch

from assistant.quantize import unpack

DECODE_ROWS = 48  # up to here the int8 kernel is the faster one (measured on two AVX2 cores)
NAME = "PalateInt8Kernel"


def register() -> None:
    """Put the int8 kernel first in vLLM's list of CPU kernels."""
    from vllm.model_executor.kernels import linear
    from vllm.platforms import PlatformEnum

    kernels = linear._POSSIBLE_KERNELS.get(PlatformEnum.CPU, [])
    if not any(kernel.__name__ == NAME for kernel in kernels):
        kernels.insert(0, kernel_class())


def kernel_class() -> type[Any]:
    """Return the kernel; built on demand, because its base class needs vLLM."""
    from vllm.model_executor.kernels.linear.mixed_precision.MPLinearKernel import MPLinearKernel
    from vllm.platforms import current_platform
    from vllm.scalar_type import scalar_types

    class PalateInt8Kernel(MPLinearKernel):  # type: ignore[misc]
        """Multiply by symmetric eight-bit weights with one scale per output row."""

        @classmethod
        def get_min_capability(cls) -> int:
            return -1

        @classmethod
        def can_implement(cls, c: Any) -> tuple[bool, str | None]:
            if not current_platform.is_cpu() or c.weight_type != scalar_types.uint8b128 or c.zero_points:
                return False, "only symmetric eight-bit weights on a CPU"
            if c.group_size not in (-1, c.full_weight_shape[0]) or c.act_type != torch.bfloat16:
                return False, "only one scale per output row and bfloat16 activations"
            return True, None

        def process_weights_after_loading(self, layer: torch.nn.Module) -> None:
            packed, scales = getattr(layer, self.w_q_name), getattr(layer, self.w_s_name)
            layer.int8_weight = unpack(packed.data)
            layer.int8_scales = scales.data.reshape(-1).to(torch.bfloat16).contiguous()
            for name in (self.w_q_name, self.w_s_name, self.w_zp_name):
                setattr(layer, str(name), torch.nn.Parameter(torch.empty(0), requires_grad=False))

        def apply_weights(
            self, layer: torch.nn.Module, x: torch.Tensor, bias: torch.Tensor | None = None
        ) -> torch.Tensor:
            flat = x.reshape(-1, x.shape[-1])
            product = decode if flat.shape[0] <= DECODE_ROWS else prefill
            out = product(flat, layer.int8_weight, layer.int8_scales)
            out = out if bias is None else out + bias
            return out.reshape(*x.shape[:-1], -1)

    return PalateInt8Kernel


def decode(x: torch.Tensor, weight: torch.Tensor, scales: torch.Tensor) -> torch.Tensor:
    """Multiply few rows: bfloat16 [m, in] by int8 [out, in] and bfloat16 scales [out] -> bfloat16 [m, out]."""
    return torch.ops.aten._weight_int8pack_mm(x.contiguous(), weight, scales)


def prefill(x: torch.Tensor, weight: torch.Tensor, scales: torch.Tensor) -> torch.Tensor:
    """Multiply many rows, like `decode`; the weights are widened for this one product (int8 fits bfloat16)."""
    kind = torch.bfloat16 if torch.cpu._is_avx512_bf16_supported() else torch.float32
    out = torch.nn.functional.linear(x.to(kind), weight.to(kind))
    return (out * scales.to(kind)).to(x.dtype)
