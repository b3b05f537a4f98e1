"""Event kernels of how much people consumed of what they like, such as the plays of an artist.

Two people who both play something most are more alike than two who each played it once. Amounts of the
people who are counted enter, never those of the person who is served: a support holds none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from metalearn.data import History
from metalearn.errors import BadLog
from metalearn.kernels import KernelConfig, ease, factor_kernel, neighbourhood, scaled

TILT = 0.4
# Added to the expected co-likes, in units of squared amounts.
SHRINK_LOGS, SHRINK_SHARES = 10.0, 0.5
PENALTY = 1000.0
FACTORS = 96
# Of a like's weight in iALS, what does not depend on its amount.
UNCOUNTED = 0.2
Weigh = Callable[[NDArray[np.float64]], NDArray[np.float64]]


def amount_kernels(people: Sequence[History], n_items: int, config: KernelConfig) -> dict[str, sp.csr_matrix]:
    """Fit the kernels that likes weighed by amounts give.

    Args:
        people: histories with amounts, over the same N items.
        n_items: N.
        config: neighbours of a row, size of the dense inverse, strength of iALS.

    Returns:
        Kernels by name, float32 CSR [N, N] with an empty diagonal and unit deviation: cosine of log amounts,
        cosine of the roots of shares (Bhattacharyya 1943), and EASE and iALS of log amounts (weights that
        grow with the log of a count: Hu, Koren, Volinsky 2008).
    """
    logs = _weighed(people, n_items, relative_logs)
    shares = _weighed(people, n_items, _root_shares)
    trusted = logs.copy()
    trusted.data = (UNCOUNTED + (1.0 - UNCOUNTED) * trusted.data).astype(np.float32)
    found = {
        "amounts": neighbourhood(logs, SHRINK_LOGS, TILT, config.neighbours),
        "shares": neighbourhood(shares, SHRINK_SHARES, TILT, config.neighbours),
        "amounts ease": ease(logs, PENALTY, 0.0, config),
        "amounts ials": factor_kernel(trusted, FACTORS, config),
    }
    return {name: scaled(kernel) for name, kernel in found.items()}


def relative_logs(amounts: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return log(1 + amount) over its mean for the person, float64 [n]: 1 is as much as usual."""
    logs = np.log1p(amounts.astype(np.float64))
    return np.asarray(logs / logs.mean())


def _root_shares(amounts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the roots of the shares of the person's total; their squares sum to 1."""
    return np.asarray(np.sqrt(amounts / amounts.sum()))


def _weighed(people: Sequence[History], n_items: int, weigh: Weigh) -> sp.csr_matrix:
    """Return float32 [len(people), n_items]: what `weigh` makes of the amounts of a person's likes."""
    liked = [h.labels > 0 for h in people]
    rows = [h.items[kept] for h, kept in zip(people, liked, strict=True)]
    weights = [
        weigh(_amounts_of(h)[kept]) if kept.any() else np.zeros(0)
        for h, kept in zip(people, liked, strict=True)
    ]
    owner = np.repeat(np.arange(len(people)), list(map(len, rows)))
    ends = (owner, np.concatenate([np.zeros(0, np.int64), *rows]))
    values = np.concatenate([np.zeros(0), *weights]).astype(np.float32)
    return sp.csr_matrix((values, ends), shape=(len(people), n_items))


def _amounts_of(person: History) -> NDArray[np.float64]:
    if person.amounts is None:
        raise BadLog("a person of a log with amounts has none; give one per rating or none at all")
    return person.amounts.astype(np.float64)
