"""The adapter that serves: frozen evidence under learned gates, plus one person's own weights of phi."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np

from metalearn import checkpoint
from metalearn.adapter import PSEUDO, Contributions, Support, UserState
from metalearn.canonical import Canonical, canonical
from metalearn.data import FloatArray, IntArray, Tensors
from metalearn.descent import INNERS
from metalearn.errors import DamagedAdapter
from metalearn.evidence import Evidence, fame_of
from metalearn.features import Blocks, Projection, Reducer
from metalearn.gates import KNOTS, Gates
from metalearn.inner import Inner, Problem, Solution
from metalearn.merged import MergedKernel
from metalearn.moments import Moments
from metalearn.social import Friends
from metalearn.weighing import Weighing

# Base scores kept, each of the whole catalogue at one moment and one number of events.
REMEMBERED = 16


@dataclass(frozen=True)
class Catalogue:
    """What the adapter keeps of the N items.

    Attributes:
        phi: float32 [N, p].
        collab: float32 [N, c], unit rows, zero for cold items.
        sizes: int64 [6], columns of every block of phi.
        text: maps a text vector to its block.
    """

    phi: FloatArray
    collab: FloatArray
    sizes: IntArray
    text: Reducer


class TasteAdapter:
    """Score = sum_p g_p(n) prior_p(x, now) + sum_events M_n(event, x) + g_phi(n) phi(x) . delta.

    M_n is all event kernels merged under their gates; delta solves the inner problem of the support.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        moments: Moments,
        friends: Friends | None,
        merged: MergedKernel,
        projection: Projection,
        gates: Gates,
        inner: Inner,
        kernels: Sequence[str] = (),
    ) -> None:
        self.kernels = tuple(kernels)  # their names in the order of the gates; none in an older adapter
        self.catalogue, self.moments, self.friends = catalogue, moments, friends
        self.merged, self.projection, self.gates, self.inner = merged, projection, gates, inner
        self.weighing = Weighing(gates, fame_of(moments.likes))
        self._bases: OrderedDict[tuple[int, int], FloatArray] = OrderedDict()

    @classmethod
    def of(
        cls, evidence: Evidence, text: Reducer, projection: Projection, gates: Gates, inner: Inner
    ) -> Self:
        """Merge evidence and gates."""
        sizes = np.array([block.shape[1] for block in evidence.blocks], dtype=np.int64)
        return cls(
            Catalogue(projection(evidence.blocks), evidence.blocks.collab, sizes, text),
            evidence.moments,
            evidence.friends,
            MergedKernel.of(evidence.kernels, gates.event, evidence.fame),
            projection,
            gates,
            inner,
            tuple(evidence.kernels),
        )

    @property
    def n_items(self) -> int:
        """Return the size of the catalogue."""
        return len(self.weighing.fame)

    def item_vectors(self) -> FloatArray:
        """Return collaborative item vectors [N, c], unit rows, zero for cold items."""
        return self.catalogue.collab

    def adapt(self, support: Support) -> UserState:
        """Solve for the person's delta; independent of the order of the support.

        Raises:
            BadSupport: when an event cannot be used.
        """
        events = canonical(support, self.n_items, len(self.catalogue.text.mean))
        n_said = len(events.vectors)
        features = self.features(events)
        # Whatever everybody starts from, a person of whom nothing is known has the base score.
        gate = self.weighing.phi_gate(events.labels) if len(events.rows) else 0.0
        return UserState(
            rows=events.rows.astype(np.int32),
            labels=events.labels,
            kinds=events.kinds,
            attended=events.attended,
            later=events.later.astype(np.int32),
            ages=events.ages,
            origin=events.origin.astype(np.int32),
            said=features[:n_said],
            n_support=len(support),
            n_likes=int(np.count_nonzero(events.labels[n_said:] > 0)),
            n_refused=int(np.count_nonzero(events.labels[n_said:] < 0)),
            n_attended=int(np.count_nonzero(events.attended)),
            delta=(gate * self._solve(events, features).delta).astype(np.float32),
            now=support.now,
            friends=support.friends,
        )

    def base(self, state: UserState) -> FloatArray:
        """Return the part of all scores that no event of the person enters, float32 [N]."""
        n = state.n_likes
        if self.friends is not None and state.friends is not None:
            own = np.concatenate([self.moments.at(state.now), self.friends.at(state.friends)])
            return self._blend(n, own)
        # The same for everybody with as many events: a turn looks it up.
        key = (self.moments.second(state.now), min(n, KNOTS[-1]))
        if key not in self._bases:
            rows = self.moments.at(state.now)
            found = self._blend(n, rows)
            found.setflags(write=False)
            self._bases[key] = found
            while len(self._bases) > REMEMBERED:
                self._bases.popitem(last=False)
        return self._bases[key]

    def score(self, state: UserState, rows: IntArray | None = None) -> FloatArray:
        """Score the given rows, or the whole catalogue; return float32 [k]."""
        base = self.base(state)
        scores = base.copy() if rows is None else base[rows]
        if len(state.rows):
            added = self._personal(state)
            scores += added if rows is None else added[rows]
        if len(state.rows):
            phi = self.catalogue.phi if rows is None else np.take(self.catalogue.phi, rows, axis=0)
            scores += phi @ state.delta
        return scores

    def score_many(self, states: Sequence[UserState]) -> FloatArray:
        """Score the whole catalogue for m people at once; return float32 [m, N]."""
        if not states:
            return np.zeros((0, self.n_items), np.float32)
        scores = np.stack([self.base(state) for state in states])
        for line, state in zip(scores, states, strict=True):
            line += self._personal(state)
        deltas = np.stack([s.delta for s in states])
        return np.asarray(scores + deltas @ self.catalogue.phi.T, dtype=np.float32)

    def contributions(self, state: UserState, rows: IntArray) -> Contributions:
        """Split the scores of the given rows [k] into the base and what each event adds."""
        terms = np.zeros((len(state.rows), len(rows)), np.float32)
        chosen = np.flatnonzero(state.rows != PSEUDO)
        base = self.base(state)[rows]
        if len(chosen):
            weights = self.weighing.kernels(state)[chosen]
            terms[chosen] = self.merged.terms(state.rows[chosen], weights, rows)
        if len(state.rows):
            terms += self.contributions_of_phi(state, rows)
            gate = self.weighing.phi_gate(state.labels)
            base = base + gate * (self.catalogue.phi[rows] @ self._solve_again(state).start)
        events = np.zeros((state.n_support, len(rows)), np.float32)
        events[state.origin] = terms
        return Contributions(np.asarray(base, np.float32), events)

    def contributions_of_phi(self, state: UserState, rows: IntArray) -> FloatArray:
        """Return float32 [e, k]: what each event of a state adds to each row through phi alone."""
        gate = self.weighing.phi_gate(state.labels)
        vectors = self._solve_again(state).vectors
        return np.asarray((gate * vectors) @ self.catalogue.phi[rows].T, dtype=np.float32)

    def save(self, folder: Path) -> None:
        """Write adapter.safetensors and config.json into a folder."""
        tensors: Tensors = {f"catalogue.{n}": getattr(self.catalogue, n) for n in ("phi", "collab", "sizes")}
        tensors |= {"text.mean": self.catalogue.text.mean, "text.basis": self.catalogue.text.basis}
        tensors["projection.gains"] = self.projection.gains
        groups: dict[str, Any] = {
            "moments": self.moments,
            "merged": self.merged,
            "gates": self.gates,
            "inner": self.inner,
        }
        if self.friends is not None:
            groups["friends"] = self.friends
        for name, group in groups.items():
            tensors |= {f"{name}.{key}": array for key, array in group.tensors().items()}
        config = {
            "algorithm": self.inner.name,
            "knots": list(KNOTS),
            "n_items": self.n_items,
            "linked": self.friends is not None,
            "kernels": list(self.kernels),
        }
        checkpoint.write(folder, config, tensors)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what ``save`` wrote; scores are bit for bit the same.

        Raises:
            DamagedAdapter: naming the file that cannot be used.
        """
        config, tensors = checkpoint.read(folder)
        if config.get("algorithm") not in INNERS or config.get("knots") != list(KNOTS):
            raise DamagedAdapter(folder / checkpoint.CONFIG, "not the configuration of an adapter")
        try:
            names = ("gates", "moments", "merged", "catalogue")
            _with_every_block(tensors)
            groups: dict[str, Any] = {name: _group(tensors, f"{name}.") for name in names}
            inner = INNERS[str(config["algorithm"])]
            return cls(
                Catalogue(text=Reducer(**_group(tensors, "text.")), **groups["catalogue"]),
                Moments(**groups["moments"]),
                Friends.restore(_group(tensors, "friends.")) if config["linked"] else None,
                MergedKernel(**groups["merged"]),
                Projection(**_group(tensors, "projection.")),
                Gates(**groups["gates"]),
                inner.restore(_group(tensors, "inner."), tensors["catalogue.phi"].shape[1]),
                _names(config.get("kernels")),
            )
        except (KeyError, TypeError) as error:
            raise DamagedAdapter(folder / checkpoint.TENSORS, f"an array is missing ({error})") from error

    def features(self, events: Canonical) -> FloatArray:
        """Return phi of the events, float32 [e, p]; sentences are known by their text only."""
        features = self.catalogue.phi[events.rows]
        if len(events.vectors):
            parts = [np.zeros((len(events.vectors), size), np.float32) for size in self.catalogue.sizes]
            parts[Blocks._fields.index("text")] = self.catalogue.text(events.vectors)
            features[: len(events.vectors)] = self.projection(Blocks(*parts))
        return features

    def problem(self, events: Canonical, features: FloatArray) -> Problem:
        """Return what the events ask of delta."""
        return self.weighing.problem(events.rows, events.kinds, events.labels, events.ages, features)

    def _solve(self, events: Canonical, features: FloatArray) -> Solution:
        """Solve the inner problem; what would turn a like against its own item is dropped."""
        solution = self.inner.solve(self.problem(events, features))
        agrees = np.einsum("np,np->n", solution.vectors, features) * events.labels >= 0
        if agrees.all():
            return solution
        return Solution(solution.start, solution.vectors * agrees[:, None])

    def _solve_again(self, state: UserState) -> Solution:
        """Return what each event of a state added to its delta."""
        rows = state.rows.astype(np.int64)
        features = self.catalogue.phi[rows]
        features[: len(state.said)] = state.said
        blank = np.zeros((len(state.said), 0), np.float32)
        later = state.later.astype(np.int64)
        events = Canonical(rows, state.labels, state.kinds, state.attended, later, state.ages, rows, blank)
        return self._solve(events, features)

    def _blend(self, n: int, rows: FloatArray) -> FloatArray:
        """Return what everybody's features [P, N] say at n events; those of friends may be left out."""
        weights = self.gates.prior[: len(rows)] @ self.weighing.mixture(n)
        return np.asarray(weights @ rows, dtype=np.float32)

    def _personal(self, state: UserState) -> FloatArray:
        """Return what the events of a person add through the kernels, float32 [N]."""
        chosen = state.rows != PSEUDO
        return self.merged.total(state.rows[chosen], self.weighing.kernels(state)[chosen])


def _with_every_block(tensors: Tensors) -> None:
    """Add what an adapter that was trained before items had pictures lacks: a block without columns."""
    for name in ("catalogue.sizes", "projection.gains"):
        missing = len(Blocks._fields) - len(tensors[name])
        tensors[name] = np.concatenate([tensors[name], np.zeros(missing, tensors[name].dtype)])


def _names(given: object) -> tuple[str, ...]:
    return tuple(str(name) for name in given) if isinstance(given, list) else ()


def _group(tensors: Tensors, prefix: str) -> Tensors:
    return {name.removeprefix(prefix): t for name, t in tensors.items() if name.startswith(prefix)}
