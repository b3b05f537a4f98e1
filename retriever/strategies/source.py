"""The protocol of candidate sources, what they are asked and what they know of items and log."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]


class Ask(NamedTuple):
    """What a source may know of the person it is asked for.

    Attributes:
        rows: int64 [n], liked catalogue rows, oldest first.
        now: Moment of the request in the unit of the log's times; None is the end of the log.
        friends: int64 [f], numbers of friends among the people of the log; None where nobody knows.
    """

    rows: IntArray
    now: float | None = None
    friends: IntArray | None = None


class Source(Protocol):
    """Propose items for a person."""

    @property
    def name(self) -> str:
        """Return the name by which it is switched on."""
        ...

    def scores(self, ask: Ask, /) -> FloatArray:
        """Return float32 [N]; what is above 0 is proposed, the higher the sooner, all else is not."""
        ...


@dataclass(frozen=True)
class Likes:
    """Who likes what.

    Attributes:
        matrix: float32 CSR [U, N], a one for every like.
        items: int64 [m], row of every like.
        times: float64 [m], unix seconds of every like; None where the log only knows the order.
    """

    matrix: sp.csr_matrix
    items: IntArray
    times: NDArray[np.float64] | None = None


@dataclass(frozen=True)
class Described:
    """What is known of the N items without any log.

    Attributes:
        texts: One line each.
        vectors: float32 [N, d], text vectors, unit rows.
        facets: Name -> CSR of bool [N, F], which row has which value.
    """

    texts: Sequence[str]
    vectors: FloatArray
    facets: Mapping[str, sp.csr_matrix] = field(default_factory=dict)


@dataclass(frozen=True)
class Additive:
    """A source that a model with fold-in stands behind: neighbourhoods of items, factors.

    Attributes:
        name: By which it is switched on.
        total: Maps liked rows [n] and weights [n] to scores [N].
        n_items: N.
    """

    name: str
    total: Callable[[IntArray, FloatArray], FloatArray]
    n_items: int

    def scores(self, ask: Ask, /) -> FloatArray:
        """Fold the likes in, each with weight one; zeros without any."""
        if not len(ask.rows):
            return np.zeros(self.n_items, np.float32)
        return np.asarray(self.total(ask.rows, np.ones(len(ask.rows), np.float32)), dtype=np.float32)


def best(scores: FloatArray, allowed: NDArray[np.bool_] | None, k: int) -> IntArray:
    """Return the rows of the k highest scores above 0 that are allowed, best first, int64 [<= k].

    Equal scores go to the lower row.
    """
    fit = scores > 0 if allowed is None else (scores > 0) & allowed
    rows = np.flatnonzero(fit)
    values = scores[rows]
    if len(rows) > k > 0:
        # All that reach the k-th value: a partition alone would choose among equals by chance.
        least = np.partition(values, len(values) - k)[len(values) - k]
        rows = rows[values >= least]
        values = scores[rows]
    return rows[np.argsort(-values, kind="stable")][:k].astype(np.int64)
