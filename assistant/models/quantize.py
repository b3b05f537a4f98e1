"""Eight-bit weights: one scale for each output row.

Rounding to eight bits is nearly lossless even for a model of half a billion weights (mean KL divergence of
the next token 0.002; four bits by rounding: 0.11 to 0.23), and on processors whose four-bit arithmetic is
slow it costs no speed. docs/LOG.md has the figures.
"""

from __future__ import annotations

from typing import NamedTuple

import torch

METHOD = "palate_int8"  # the name under which config.json and vLLM know this form
TOP = 127  # codes run from -127 to 127
ROWS = 16384  # rows handled at once, which bounds the memory of a vocabulary-sized matrix


class Rounded(NamedTuple):
    """Hold a weight matrix in eight bits: `codes` int8 [out, in] and `scales` bfloat16 [out]."""

    codes: torch.Tensor
    scales: torch.Tensor


def quantize(weight: torch.Tensor) -> Rounded:
    """Round a float matrix [out, in] to eight bits, each output row by its largest weight."""
    scales = (weight.abs().amax(1).float() / TOP).clamp_min(1e-9).bfloat16()
    starts = range(0, len(weight), ROWS)
    return Rounded(torch.cat([_codes(weight[i : i + ROWS], scales[i : i + ROWS]) for i in starts]), scales)


def dequantize(rounded: Rounded) -> torch.Tensor:
    """Return the float32 matrix [out, in] that `rounded` stands for."""
    return rounded.codes.float() * rounded.scales.float()[:, None]


def _codes(weight: torch.Tensor, scale: torch.Tensor) -> torch.Tensor:
    return (weight.float() / scale.float()[:, None]).round_().clamp_(-TOP, TOP).to(torch.int8)
