"""The closed-form adapter: base models folded in, plus a ridge residual on phi solved in its dual."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.lapack import dposv

from metalearn import checkpoint
from metalearn.adapter import PSEUDO, Canonical, Contributions, Support, UserState, canonical
from metalearn.base import EASE, EventModel, ItemKNN, RP3beta
from metalearn.data import FloatArray, IntArray, Tensors
from metalearn.errors import DamagedAdapter
from metalearn.features import Blocks, Projection, Reducer
from metalearn.gates import KNOTS, Gates, at, spread_out
from metalearn.ials import IALS

MODELS = {"itemknn": ItemKNN, "rp3beta": RP3beta, "ease": EASE, "ials": IALS}


@dataclass(frozen=True)
class Catalogue:
    """What the adapter keeps of the items; W of the N items are warm, that is known to the event models.

    Attributes:
        base: float32 [N], the popularity score.
        warm: int64 [W], catalogue rows of the warm items, ascending.
        phi: float32 [N, p].
        collab: float32 [N, c], unit rows, zero for cold items.
        text: maps a text vector to its block.
    """

    base: FloatArray
    warm: IntArray
    phi: FloatArray
    collab: FloatArray
    text: Reducer


class RidgeAdapter:
    """Score = g_pop(n) pop + sum_b g_b(n) base_b(u, x) + g_phi(n) phi(x) . delta_u.

    The base scores are divided by their standard deviation over the warm items; all weights were learned
    over many people's episodes and depend on the number of events.
    """

    def __init__(
        self, catalogue: Catalogue, models: dict[str, EventModel], projection: Projection, gates: Gates
    ) -> None:
        self.catalogue, self.models, self.projection, self.gates = catalogue, models, projection, gates
        self._warm_of = np.full(self.n_items, -1, dtype=np.int64)
        self._warm_of[catalogue.warm] = np.arange(len(catalogue.warm))
        top = float(np.abs(catalogue.base).max(initial=0.0))
        self._fame = (catalogue.base / max(top, 1e-12)).astype(np.float32)
        self._popularity, self._phi, self._penalty = map(
            spread_out, (gates.popularity, gates.phi, gates.penalty)
        )
        self._gates = {1: spread_out(gates.like), -1: spread_out(gates.dislike)}

    @property
    def n_items(self) -> int:
        """Return the size of the catalogue."""
        return len(self.catalogue.base)

    def item_vectors(self) -> FloatArray:
        """Return collaborative item vectors [N, c], unit rows, zero for cold items."""
        return self.catalogue.collab

    def adapt(self, support: Support) -> UserState:
        """Solve for the person's delta; independent of the order of the support.

        Raises:
            BadSupport: when an event cannot be used.
        """
        events = canonical(support, self.n_items, len(self.catalogue.text.mean))
        real = events.rows != PSEUDO
        features = self._features(events)
        coefficients = self._coefficients(events, features)
        return UserState(
            rows=events.rows,
            labels=events.labels,
            origin=events.origin,
            n_support=len(support),
            n_likes=int(((events.labels > 0) & real).sum()),
            n_dislikes=int(((events.labels < 0) & real).sum()),
            coefficients=coefficients,
            features=features,
            delta=coefficients @ features,
        )

    def score(self, state: UserState, rows: IntArray | None = None) -> FloatArray:
        """Score the given rows, or the whole catalogue; return float32 [k]."""
        scores = self.catalogue.base * at(self._popularity, state.n_likes)
        parts = self._parts(state)
        if parts:
            scores[self.catalogue.warm] += sum(part.gain * part.total for part in parts)
        if rows is not None:
            scores = scores[rows]
        if len(state.rows):
            phi = self.catalogue.phi if rows is None else self.catalogue.phi[rows]
            scores += phi @ state.delta
        return np.asarray(scores, dtype=np.float32)

    def contributions(self, state: UserState, rows: IntArray) -> Contributions:
        """Split the scores of the given rows [k] into popularity and what each event adds."""
        base = self.catalogue.base[rows] * at(self._popularity, state.n_likes)
        terms = (state.coefficients[:, None] * state.features) @ self.catalogue.phi[rows].T
        columns = self._warm_of[rows]
        known = np.flatnonzero(columns >= 0)
        for part in self._parts(state):
            added = part.model.terms(part.rows, columns[known]) * part.weights[:, None] * part.gain
            terms[np.ix_(part.events, known)] += added
        events = np.zeros((state.n_support, len(rows)), np.float32)
        events[state.origin] = terms
        return Contributions(np.asarray(base, np.float32), events)

    def save(self, folder: Path) -> None:
        """Write adapter.safetensors and config.json into a folder."""
        tensors: Tensors = {
            "catalogue.base": self.catalogue.base,
            "catalogue.warm": self.catalogue.warm,
            "catalogue.phi": self.catalogue.phi,
            "catalogue.collab": self.catalogue.collab,
            "text.mean": self.catalogue.text.mean,
            "text.basis": self.catalogue.text.basis,
        }
        for name in ("collab", "text", "facets", "popularity"):
            tensors[f"projection.{name}"] = getattr(self.projection, name)
        tensors |= {f"gates.{name}": table for name, table in self.gates.tensors().items()}
        for name, model in self.models.items():
            tensors |= {f"model.{name}.{key}": array for key, array in model.tensors().items()}
        config = {
            "algorithm": "ridge",
            "models": list(self.models),
            "knots": list(KNOTS),
            "n_items": self.n_items,
        }
        checkpoint.write(folder, config, tensors)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what ``save`` wrote; scores are bit for bit the same.

        Raises:
            DamagedAdapter: naming the file that cannot be used.
        """
        config, tensors = checkpoint.read(folder)
        names = config.get("models")
        if (
            config.get("algorithm") != "ridge"
            or config.get("knots") != list(KNOTS)
            or not isinstance(names, list)
        ):
            raise DamagedAdapter(folder / checkpoint.CONFIG, "not the configuration of a ridge adapter")
        try:
            return cls(
                Catalogue(
                    text=Reducer(**_group(tensors, "text.")),
                    **_group(tensors, "catalogue."),
                ),
                {n: MODELS[n]().restore(_group(tensors, f"model.{n}.")) for n in names},
                Projection(**_group(tensors, "projection.")),
                Gates(**_group(tensors, "gates.")),
            )
        except (KeyError, TypeError) as error:
            raise DamagedAdapter(folder / checkpoint.TENSORS, f"an array is missing ({error})") from error

    def _features(self, events: Canonical) -> FloatArray:
        features = self.catalogue.phi[events.rows]
        pseudo = events.rows == PSEUDO
        if pseudo.any():
            n, blank = len(events.vectors), np.zeros
            blocks = Blocks(
                blank((n, self.catalogue.collab.shape[1]), np.float32),
                self.catalogue.text(events.vectors),
                blank((n, len(self.projection.facets)), np.float32),
                blank((n, 1), np.float32),
            )
            features[pseudo] = self.projection(blocks)
        return features

    def _coefficients(self, events: Canonical, features: FloatArray) -> FloatArray:
        """Return g_phi(n) times the dual ridge solution; an event never acts against its own label."""
        labels, gates = events.labels, self.gates
        n = int(np.count_nonzero(labels))
        fame = np.where(events.rows == PSEUDO, 0.0, self._fame[events.rows])
        target = np.where(labels > 0, 1.0 - gates.surprise * fame, labels * gates.dislike_target)
        weight = np.where(labels > 0, 1.0, np.where(labels < 0, gates.dislike_weight, 0.0))
        dual = solve_dual(features, target, weight, float(at(self._penalty, n)))
        return np.asarray(at(self._phi, n) * np.maximum(dual * labels, 0.0) * labels, dtype=np.float32)

    def _parts(self, state: UserState) -> list[_Part]:
        """Return what every event model adds, likes and dislikes apart; cold items are not in it."""
        columns = np.where(state.rows == PSEUDO, -1, self._warm_of[state.rows])
        parts = []
        for sign, n in ((1, state.n_likes), (-1, state.n_dislikes)):
            events = np.flatnonzero((columns >= 0) & (state.labels == sign))
            for b, model in enumerate(self.models.values()) if len(events) else ():
                fame = self._fame[state.rows[events]]
                weights = np.exp(-self.gates.dampening[b] * fame).astype(np.float32)
                total = model.total(columns[events], weights)
                gain = sign * float(at(self._gates[sign], n)[b]) / max(float(total.std()), 1e-9)
                parts.append(_Part(model, events, columns[events], weights, gain, total))
        return parts


@dataclass(frozen=True)
class _Part:
    """The share of one event model in a score: gain * sum_i weights_i * terms_i over the warm items."""

    model: EventModel
    events: IntArray
    rows: IntArray
    weights: FloatArray
    gain: float
    total: FloatArray


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
    scaled = features * root[:, None]
    system = scaled @ scaled.T
    system.ravel()[:: len(system) + 1] += penalty
    # The driver itself: the checks of scipy.linalg.solve take longer than solving 50 equations.
    _, solved, failed = dposv(system, root * targets)
    if failed:
        raise np.linalg.LinAlgError(f"ridge system of {len(system)} events is not positive definite")
    return np.asarray(root * solved)


def _group(tensors: Tensors, prefix: str) -> Tensors:
    return {name.removeprefix(prefix): t for name, t in tensors.items() if name.startswith(prefix)}
