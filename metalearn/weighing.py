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
        self._consumed = spread_out(gates.consumed)
        self._refusal = np.zeros(len(gates.target), np.float32)
        self._refusal[list(REFUSALS)] = gates.refusal
        self._surprise = np.zeros(len(gates.target), np.float32)
        self._surprise[LIKE] = gates.surprise[0]

    def mixture(self, n: int) -> FloatArray:
        """Return the weights of the mixtures at n events, float32 [R]."""
        return at(self._mixture, n)

    def phi_gate(self, n: int) -> float:
        """Return the weight of phi . delta at n events."""
        return float(at(self._phi, n))

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
            rows: int [n], -1 for sentences.
            kinds: int8 [n].
            labels: float32 [n]; a sentence may say what somebody does not want.
            ages: float32 [n], days before the last event.
            features: float32 [n, p], phi of the events.
        """
        gates = self.gates
        fame = np.where(rows == PSEUDO, np.float32(0.0), self.fame[rows])
        target = gates.target[kinds] - self._surprise[kinds] * fame
        target = np.where(rows == PSEUDO, target * labels, target)
        weight = gates.weight[kinds] * np.exp2(-ages / gates.half_life[0])
        return Problem(features, target, weight, float(gates.penalty[0]))

    def kernels(self, state: UserState) -> FloatArray:
        """Return float32 [e, 2 R]: how much every event of a state counts in every merged kernel."""
        rank, everything = len(self.gates.mixture), state.n_likes + state.n_attended
        weights = np.zeros((len(state.rows), 2 * rank), np.float32)
        attention = (state.kinds == LIKE) + at(self._consumed, everything) * state.attended
        mixture = self.mixture(everything)
        shares = event_shares(self.fame[state.rows], state.later, everything) * attention
        weights[:, :rank] = shares[0][:, None] * mixture
        weights[:, rank:] = shares[2][:, None] * mixture
        if state.n_refused:
            against = self._refusal[state.kinds] / np.float32(np.sqrt(state.n_refused))
            weights[:, :rank] -= against[:, None] * self.mixture(state.n_refused)
        return weights
