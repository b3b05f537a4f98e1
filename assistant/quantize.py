"""Eight-bit weights: one scale for each output row, packed the way GPTQ checkpoints are.

Rounding to eight bits is nearly lossless even for a model of half a billion weights (mean KL divergence of the
next token 0.002; four bits by rounding: 0.11 to 0.23), and on processors whose four-bit arithmetic is slow it
costs no speed. docs/LOG.md has the figures.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch

OFFSET = 128  # codes run from -127 to 127 and are stored with this added
PER_WORD = 4  # eight-bit codes in one int32
ROWS = 16384  # rows handled at once, which bounds the memory of a vocabulary-sized matrix


@dataclass(frozen=True)
class Packed:
    """Hold one linear layer in GPTQ form.

    Attributes:
        qweight: int32 [in / 4, out], four input rows in a word, low byte first.
        qzeros: int32 [1, out / 4]; every zero point is 128, stored as 127 (GPTQ stores one less).
        scales: bfloat16 [1, out].
        g_idx: int32 [in], all zero: one group.
    """

    qweight: torch.Tensor
    qzeros: torch.Tensor
    scales: torch.Tensor
    g_idx: torch.Tensor

    def tensors(self, prefix: str) -> dict[str, torch.Tensor]:
        """Return the four tensors under the names of a checkpoint, such as `prefix.qweight`."""
        return {f"{prefix}.{name}": value for name, value in vars(self).items()}


def quantize(weight: torch.Tensor) -> Packed:
    """Round a weight matrix to eight bits, each output row by its largest weight.

    Args:
        weight: [out, in] float; both are multiples of 4.

    Raises:
        ValueError: If a dimension is no multiple of 4.
    """
    rows, columns = weight.shape
    if rows % PER_WORD or columns % PER_WORD:
        raise ValueError(f"a matrix of {rows} x {columns} does not pack into words of {PER_WORD}")
    scales = (weight.abs().amax(1).float() / 127).clamp_min(1e-9).bfloat16()
    parts = zip(weight.split(ROWS), scales.split(ROWS), strict=True)
    return Packed(
        qweight=torch.cat([_pack(_codes(part, scale)) for part, scale in parts], dim=1),
        qzeros=torch.full((1, rows // PER_WORD), 0x7F7F7F7F, dtype=torch.int32),
        scales=scales[None],
        g_idx=torch.zeros(columns, dtype=torch.int32),
    )


def unpack(qweight: torch.Tensor) -> torch.Tensor:
    """Return the codes int8 [out, in] of GPTQ words int32 [in / 4, out]."""
    codes = qweight.t().contiguous().view(torch.uint8)  # little-endian, so the bytes stand in input order
    return (codes.to(torch.int16) - OFFSET).to(torch.int8)


def dequantize(packed: Packed) -> torch.Tensor:
    """Return the float32 matrix [out, in] that `packed` stands for."""
    return unpack(packed.qweight).float() * packed.scales.float().t()


def _codes(weight: torch.Tensor, scale: torch.Tensor) -> torch.Tensor:
    rounded = (weight.float() / scale.float()[:, None]).round_().clamp_(-127, 127)
    return (rounded + OFFSET).to(torch.uint8)


def _pack(codes: torch.Tensor) -> torch.Tensor:
    """Pack uint8 codes [out, in] into int32 [in / 4, out]."""
    return codes.contiguous().view(torch.int32).t().contiguous()
