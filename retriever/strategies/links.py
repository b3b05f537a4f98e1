"""Typed links from items to items and to what they have in common, and walks along them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp

from retriever.strategies.source import Ask, FloatArray, IntArray

RESTART = 0.3  # share of every step that goes back to the likes
STEPS = 8


@dataclass(frozen=True)
class Links:
    """Typed links over N items.

    Attributes:
        n_items: N.
        heads: int64 [t], catalogue row of the item each link is of.
        kinds: int64 [t], position in `relations`.
        tails: int64 [t], what it links to: a row, or N + position in `entities`.
        relations: Names such as "director".
        entities: Names such as "Ridley Scott".
    """

    n_items: int
    heads: IntArray
    kinds: IntArray
    tails: IntArray
    relations: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.heads)

    @classmethod
    def none(cls, n_items: int) -> Links:
        """Return no links at all."""
        empty = np.zeros(0, np.int64)
        return cls(n_items, empty, empty, empty)

    @classmethod
    def of_facets(
        cls, n_items: int, facets: Mapping[str, sp.csr_matrix], values: Mapping[str, Sequence[str]]
    ) -> Links:
        """Link every item to the values of its facets; the facet, in lower case, is the relation."""
        found = cls.none(n_items)
        for name, matrix in facets.items():
            rows, columns = matrix.nonzero()
            kinds = np.zeros(len(rows), np.int64)
            found += cls(n_items, rows, kinds, columns + n_items, (name.casefold(),), tuple(values[name]))
        return found

    def __add__(self, other: Links) -> Links:
        """Return both; an entity of one relation is another than its namesake of another file of links."""
        n, moved = self.n_items, other.tails >= self.n_items
        tails = np.where(moved, other.tails + len(self.entities), other.tails)
        known = {name: at for at, name in enumerate(self.relations)}
        relations = (*self.relations, *(name for name in other.relations if name not in known))
        at = np.array([relations.index(name) for name in other.relations], dtype=np.int64)
        return Links(
            n,
            np.concatenate([self.heads, other.heads]).astype(np.int64),
            np.concatenate([self.kinds, at[other.kinds]]).astype(np.int64),
            np.concatenate([self.tails, tails]).astype(np.int64),
            relations,
            (*self.entities, *other.entities),
        )

    def only(self, relations: Iterable[str]) -> Links:
        """Return the links of some relations."""
        wanted = np.array([name in set(relations) for name in self.relations], dtype=bool)
        kept = wanted[self.kinds] if len(self) else np.zeros(0, bool)
        return Links(
            self.n_items, self.heads[kept], self.kinds[kept], self.tails[kept], self.relations, self.entities
        )

    def over(self, rows: IntArray) -> Links:
        """Return the links among a part of the catalogue, its rows numbered as in `rows`."""
        place = np.full(self.n_items, -1, np.int64)
        place[rows] = np.arange(len(rows))
        n, inner = len(rows), self.tails < self.n_items
        tails = np.where(inner, place[np.where(inner, self.tails, 0)], self.tails - self.n_items + n)
        kept = (place[self.heads] >= 0) & (tails >= 0)
        heads = place[self.heads][kept]
        return Links(n, heads, self.kinds[kept], tails[kept], self.relations, self.entities)

    def step(self) -> sp.csr_matrix:
        """Return the transition matrix of a walk along the links, either way; float32 CSR, rows sum to 1."""
        size = self.n_items + len(self.entities)
        ones = np.ones(len(self), np.float32)
        there = sp.csr_matrix((ones, (self.heads, self.tails)), shape=(size, size))
        both = sp.csr_matrix(there + there.T)
        degrees = np.asarray(both.sum(axis=1)).ravel()
        return sp.csr_matrix(sp.diags(1 / np.maximum(degrees, 1.0)) @ both, dtype=np.float32)


class Knowledge:
    """Walk from the likes along the links: personalised PageRank. Haveliwala 2002; Bogers 2010.

    A value that many items share passes little on to each of them, so genres count less than directors.
    """

    name = "knowledge"

    def __init__(self, links: Links) -> None:
        self._n = links.n_items
        # Arriving = row of the transposed step, so that a step is one product of a CSR matrix and a vector.
        self._arrive = sp.csr_matrix(links.step().T)

    def scores(self, ask: Ask, /) -> FloatArray:
        """Return the share of visits beside the restarts; zeros without likes or links."""
        if not len(ask.rows) or not self._arrive.nnz:
            return np.zeros(self._n, np.float32)
        home = np.zeros(self._arrive.shape[0], np.float32)
        np.add.at(home, ask.rows, np.float32(1 / len(ask.rows)))
        at, visits = home, np.zeros_like(home)
        for _ in range(STEPS):
            at = (1 - RESTART) * (self._arrive @ at)
            visits += at
        return np.asarray(visits[: self._n], dtype=np.float32)


class Path(NamedTuple):
    """One way from a liked item to another: directly, or by what both are linked to.

    Attributes:
        event: Position among the liked items.
        place: Position among the items asked for.
        relation: Name of the link.
        through: Name of what both have in common; empty where one is linked to the other.
        weight: What it counts, above 0.
    """

    event: int
    place: int
    relation: str
    through: str
    weight: float


class Paths:
    """Find and weigh the ways of one and two links between items.

    A way through something that n items have counts 1 / log2(1 + n); a direct link counts 1.
    """

    def __init__(self, links: Links) -> None:
        self._links, n = links, links.n_items
        far = links.tails >= n
        size = (n, max(len(links.relations), 1) * max(len(links.entities), 1))
        self._entities = max(len(links.entities), 1)
        columns = links.kinds[far] * self._entities + (links.tails[far] - n)
        held = sp.csr_matrix((np.ones(int(far.sum()), np.float32), (links.heads[far], columns)), shape=size)
        held.data[:] = 1.0
        counts = np.bincount(held.indices, minlength=size[1])
        self._worth = sp.csr_matrix(held)
        self._worth.data = (1 / np.log2(1 + counts[held.indices])).astype(np.float32)
        self._held = held
        self._direct = [
            sp.csr_matrix((np.ones(int(c.sum()), np.float32), (links.heads[c], links.tails[c])), shape=(n, n))
            for c in ((links.kinds == kind) & ~far for kind in range(len(links.relations)))
        ]

    def between(self, events: IntArray, rows: IntArray) -> FloatArray:
        """Return float32 [n, k]: the summed weight of all ways from each of n liked items to each of k."""
        found = np.asarray((self._worth[events] @ self._held[rows].T).toarray(), dtype=np.float32)
        for there in self._direct:
            found += there[events][:, rows].toarray() + there[rows][:, events].toarray().T
        found[events[:, None] == rows[None]] = 0.0
        return found

    def to(self, events: IntArray, row: int) -> list[Path]:
        """Return every way from the liked items to one row; their weights sum to `between`."""
        found: list[Path] = []
        mine = self._held[[row]].indices
        for event, liked in enumerate(events):
            if liked == row:
                continue
            line = self._worth[[int(liked)]]
            shared = np.flatnonzero(np.isin(line.indices, mine))
            for at in shared:
                kind, entity = divmod(int(line.indices[at]), self._entities)
                names = self._links.relations[kind], self._links.entities[entity]
                found.append(Path(event, 0, *names, float(line.data[at])))
            for relation, there in zip(self._links.relations, self._direct, strict=True):
                weight = float(there[int(liked), row]) + float(there[row, int(liked)])
                if weight:
                    found.append(Path(event, 0, relation, "", weight))
        return sorted(found, key=lambda path: -path.weight)
