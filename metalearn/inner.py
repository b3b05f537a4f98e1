"""The inner problem: what one support says of a person's weights of phi, and who solves it."""

from __future__ import annotations

from typing import ClassVar, NamedTuple, Protocol, Self

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.lapack import dposv

from metalearn.data import FloatArray, Tensors


class Problem(NamedTuple):
    """Weighted least squares over the events of a support.

    Attributes:
        features: float32 [n, p], phi of the events.
        targets: float64 [n], what phi . delta should give for each.
        weights: float64 [n], >= 0, how much each counts.
        penalty: lambda > 0 of |delta|^2.
    """

    features: FloatArray
    targets: NDArray[np.float64]
    weights: NDArray[np.float64]
    penalty: float


class Solution(NamedTuple):
    """delta = start + vectors.sum(0).

    Attributes:
        start: float32 [p], what everybody starts from.
        vectors: float32 [n, p], what each event adds.
    """

    start: FloatArray
    vectors: FloatArray

    @property
    def delta(self) -> FloatArray:
        """Return the person's weights, float32 [p]."""
        return np.asarray(self.start + self.vectors.sum(axis=0), dtype=np.float32)


class Inner(Protocol):
    """An algorithm that solves inner problems; everything it needs was meta-learned before."""

    name: ClassVar[str]

    def solve(self, problem: Problem) -> Solution:
        """Solve one problem; the result must not depend on the order of the events."""
        ...

    def tensors(self) -> Tensors:
        """Return every meta-learned array by name."""
        ...

    @classmethod
    def restore(cls, tensors: Tensors, size: int) -> Self:
        """Rebuild from ``tensors``; `size` is p."""
        ...


class Ridge:
    """The exact minimum, in closed form through the dual: n x n equations."""

    name: ClassVar[str] = "ridge"

    def __init__(self, size: int) -> None:
        self.start = np.zeros(size, np.float32)

    def solve(self, problem: Problem) -> Solution:
        """Solve the ridge regression of targets on features."""
        dual = solve_dual(*problem)
        return Solution(self.start, (dual[:, None] * problem.features).astype(np.float32))

    def tensors(self) -> Tensors:
        """Return nothing: the penalty is one of the gates."""
        return {}

    @classmethod
    def restore(cls, tensors: Tensors, size: int) -> Self:
        """Rebuild from the size alone."""
        del tensors
        return cls(size)


def solve_dual(
    features: FloatArray, targets: NDArray[np.floating], weights: NDArray[np.floating], penalty: float
) -> NDArray[np.float64]:
    """Solve weighted ridge regression in its dual, an n x n system.

    Returns a [n] with delta = features' a = argmin sum_i w_i (y_i - f_i . delta)^2 + penalty |delta|^2, that
    is a = W^(1/2) (W^(1/2) F F' W^(1/2) + penalty I)^-1 W^(1/2) y. Saunders et al. 1998; rows of weight
    zero get zero.
    """
    if not len(features):
        return np.zeros(0)
    root = np.sqrt(np.asarray(weights, dtype=np.float64))
    scaled = features * root.astype(features.dtype)[:, None]
    system = (scaled @ scaled.T).astype(np.float64)
    system.ravel()[:: len(system) + 1] += penalty
    # The driver itself: the checks of scipy.linalg.solve take longer than solving 50 equations.
    _, solved, failed = dposv(system, root * targets)
    if failed:
        raise np.linalg.LinAlgError(f"ridge system of {len(system)} events is not positive definite")
    return np.asarray(root * solved)
