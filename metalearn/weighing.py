"""How much every event counts: in the kernels, and in the inner problem."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from metalearn.adapter import PSEUDO, UserState
from metalearn.data import FloatArray
from metalearn.evidence import event_shares
from metalearn.feedback import LIKE, REFUSALS, Kinds
from metalearn.gates import Gates, at, spread_out
from metalearn.inner import Problem


class Weighing:
    """The gates, ready to weigh the events of a person.

    Args:
        gates: what was meta-learned.
        fame: float32 [N], log popularity of the items scaled to 0..1.
    """

    def __init__(self, gates: Gates, fame: FloatArray) -> None:
        self.gates, self.fame = gates, fame
        self._mixture, self._phi = spread_out(gates.mixture), spread_out(gates.phi)
        self._target, self._weight = gates.target.astype(np.float64), gates.weight.astype(np.float64)
        self._consumed = spread_out(gates.consumed)
        self._refusal = np.zeros(len(gates.target), np.float32)
        self._refusal[list(REFUSALS)] = gates.refusal
        self._surprise = np.zeros(len(gates.target), np.float32)
        self._surprise[LIKE] = gates.surprise[0]

    def mixture(self, n: int) -> FloatArray:
        """Return the weights of the mixtures at n events, float32 [R]."""
        return at(self._mixture, n)

    def phi_gate(self, labels: FloatArray) -> float:
        """Return the weight of phi . delta under events with these labels [n]; consumption is not counted."""
        return float(at(self._phi, int(np.count_nonzero(labels))))

    def problem(
        self,
        rows: NDArray[np.integer],
        kinds: Kinds,
        labels: FloatArray,
        ages: FloatArray,
        features: FloatArray,
    ) -> Problem:
        """Return what n events ask of delta.

        Args:
            rows: int [n], -1 for sentences, which come first.
            kinds: int8 [n].
            labels: float32 [n]; a sentence may say what somebody does not want.
            ages: float32 [n], days before the last event.
            features: float32 [n, p], phi of the events.
        """
        gates = self.gates
        target = self._target[kinds] - self._surprise[kinds] * self.fame[rows]
        if len(rows) and rows[0] == PSEUDO:
            said = rows == PSEUDO
            target[said] = (self._target[kinds] * labels)[said]
        weight = self._weight[kinds]
        if ages.any():
            weight = weight * np.exp2(-ages / gates.half_life[0])
        return Problem(features, target, weight, float(gates.penalty[0]))

    def kernels(self, state: UserState) -> FloatArray:
        """Return float32 [e, 2 R]: how much every event of a state counts in every merged kernel."""
        rank, likes = len(self.gates.mixture), state.kinds == LIKE
        weights = np.zeros((len(state.rows), 2 * rank), np.float32)
        self._share(weights, state, likes, state.n_likes, np.float32(1.0))
        if state.n_attended:
            # Beside the likes, which count as if nothing else were known.
            everything = state.n_likes + state.n_attended
            self._share(weights, state, state.attended, everything, at(self._consumed, everything))
        if state.n_refused:
            against = self._refusal[state.kinds] / np.float32(np.sqrt(state.n_refused))
            weights[:, :rank] -= against[:, None] * self.mixture(state.n_refused)
        return weights

    def _share(
        self,
        weights: FloatArray,
        state: UserState,
        chosen: NDArray[np.bool_],
        count: int,
        worth: NDArray[np.floating] | np.floating,
    ) -> None:
        """Give the chosen events the weights that each of `count` likes would have, times `worth`."""
        rank, mixture = weights.shape[1] // 2, self.mixture(count) * worth
        shares = event_shares(self.fame[state.rows[chosen]], state.later[chosen], count)
        weights[chosen, :rank] = shares[0][:, None] * mixture
        weights[chosen, rank:] = shares[2][:, None] * mixture
