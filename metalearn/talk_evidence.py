"""What a set of dialogues says of the items that may come next in others: one number per turn, item and kind.

Counts, item-item weights, neighbouring contexts and a ridge regression are fitted on given turns; nothing of
the turns described enters, so features of training turns come from the other folds (`talk_benchmark`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from metalearn.data import IntArray
from metalearn.errors import BadLog
from metalearn.talk_data import FloatArray, TalkItems, TalkTurns, rare_rows, rows_matrix, unit

FEATURES = (
    "named", "said", "never", "rated", "linked", "age", "no_year", "beside", "beside_last", "kernel",
    "kernel_last", "genre_said", "genre_last", "person_shared", "title_last", "title_any", "person_named",
    "genre_named", "genre_now", "cue", "years_apart", "text_whole", "text_last", "text_items",
    "near_whole", "near_last", "centroid", "ridge",
)  # fmt: skip
NEWEST = 2020.0
SHRINK = 2.0
TEMPERATURE = 0.07
RIDGE = 30.0
LIMIT = 20.0
Dense = NDArray[np.floating]


class Evidence:
    """Fit on some turns, describe others."""

    def __init__(self, items: TalkItems, turns: TalkTurns, train: IntArray) -> None:
        """Fit.

        Args:
            items: I items.
            turns: T turns.
            train: int [n], the turns to learn from.

        Raises:
            BadLog: When none of them has a target.
        """
        self._items, self._turns, self._train = items, turns, train
        size = len(items)
        self._targets = rows_matrix([turns.targets[t] for t in train], size, once=False)
        if not self._targets.nnz:
            raise BadLog("no turn to learn from names an item that is known")
        named = np.asarray(self._targets.sum(axis=0)).ravel()
        talks: dict[int, dict[int, None]] = {}
        for t in train:
            said = talks.setdefault(int(turns.dialogues[t]), {})
            said.update(dict.fromkeys((*turns.mentioned[t], *turns.targets[t])))
        together = rows_matrix([list(said) for said in talks.values()], size)
        self.named = named
        self.said = np.asarray(together.sum(axis=0)).ravel()
        self._share = named / named.sum()
        self._beside = _cosine(together, self.said)
        self._cue = self._cue_weights()
        self._fit_vectors()

    def features(self, rows: IntArray) -> FloatArray:
        """Return float32 [n, I, len(FEATURES)] for the n turns of `rows`."""
        columns = {**self._priors(), **self._from_items(rows), **self._from_words(rows)}
        out = np.empty((len(rows), len(self._items), len(FEATURES)), dtype=np.float32)
        for place, name in enumerate(FEATURES):
            out[:, :, place] = np.clip(columns[name], -LIMIT, LIMIT)
        return out

    def _priors(self) -> dict[str, Dense]:
        items = self._items
        known = items.years > 0
        return {
            "named": np.log(self.named + 0.3),
            "said": np.log(self.said + 0.3),
            "never": (self.named + self.said == 0).astype(float),
            "rated": items.popularity,
            "linked": items.linked.astype(float),
            "age": np.where(known, np.log1p(np.maximum(NEWEST - items.years, 0)), 2.5),
            "no_year": (~known).astype(float),
        }

    def _from_items(self, rows: IntArray) -> dict[str, Dense]:
        items, size = self._items, len(self._items)
        said = [self._turns.mentioned[t] for t in rows]
        every = rows_matrix(said, size)
        last = rows_matrix([names[-2:] for names in said], size)
        count = np.asarray(every.sum(axis=1)).ravel()
        mean = sp.diags(1.0 / np.maximum(count, 1)) @ every
        centre = unit(np.asarray(mean @ items.vectors))
        genres, people, words = self._similar
        return {
            "beside": np.log1p(5 * _times(every, self._beside)),
            "beside_last": np.log1p(5 * _times(last, self._beside)),
            "kernel": np.log1p(10 * _times(mean, items.kernel)),
            "kernel_last": np.log1p(10 * _times(last, items.kernel)),
            "genre_said": _times(mean @ genres, genres.T),
            "genre_last": _times(last @ genres, genres.T),
            "person_shared": np.minimum(_times(every @ people, people.T), 3),
            "title_last": _times(last @ words, words.T),
            "title_any": _times(every @ words, words.T),
            "years_apart": self._years_apart(said),
            "text_items": centre @ items.vectors.T,
        }

    def _from_words(self, rows: IntArray) -> dict[str, Dense]:
        items, turns = self._items, self._turns
        width = items.facets.shape[1]
        people = rows_matrix([turns.people[t] for t in rows], width)
        cues = rows_matrix([turns.cues[t] for t in rows], turns.n_cues)
        regressed = (self._inputs[rows] - self._input_mean) @ self._weights
        return {
            "person_named": np.minimum(_times(people, items.facets.T), 3),
            "genre_named": self._genre_match([turns.genres[t] for t in rows]),
            "genre_now": self._genre_match([turns.last_genres[t] for t in rows]),
            "cue": np.minimum(_times(cues, self._cue), 8),
            "text_whole": turns.whole[rows] @ items.vectors.T,
            "text_last": turns.last[rows] @ items.vectors.T,
            "near_whole": self._near(turns.whole, rows),
            "near_last": self._near(turns.last, rows),
            "centroid": 5 * (turns.whole[rows] - self._centre) @ self._centroids.T,
            "ridge": 5 * regressed @ (items.vectors - items.vectors.mean(axis=0)).T,
        }

    @cached_property
    def _similar(self) -> tuple[sp.csr_matrix, sp.csr_matrix, sp.csr_matrix]:
        is_genre = self._items.kinds == "genre"
        facets = self._items.facets
        return rare_rows(facets[:, is_genre]), rare_rows(facets[:, ~is_genre]), rare_rows(self._items.words)

    def _genre_match(self, wanted: Sequence[Sequence[int]]) -> Dense:
        facets = self._items.facets
        asked = rows_matrix(wanted, facets.shape[1])
        own = np.sqrt(np.maximum(np.asarray(facets[:, self._items.kinds == "genre"].sum(axis=1)).ravel(), 1))
        number = np.sqrt(np.maximum(np.asarray(asked.sum(axis=1)), 1))
        return np.asarray(_times(asked, facets.T) / own / number)

    def _years_apart(self, said: Sequence[Sequence[int]]) -> Dense:
        years = self._items.years
        known = [[years[i] for i in names if years[i] > 0] for names in said]
        mean = np.array([np.mean(values) if values else 0.0 for values in known])
        apart = np.minimum(np.abs(mean[:, None] - years[None]) / 10, 4)
        return np.where((mean[:, None] > 0) & (years[None] > 0), apart, 1.0)

    def _near(self, vectors: FloatArray, rows: IntArray) -> Dense:
        """Return the log lift of what was named after similar contexts over what is named anyway."""
        alike = vectors[rows] @ vectors[self._train].T
        weights = np.exp((alike - alike.max(axis=1, keepdims=True)) / TEMPERATURE)
        weights /= weights.sum(axis=1, keepdims=True)
        prior = 0.3 * self._share + 1e-5
        return np.asarray(np.log(weights @ self._targets + prior) - np.log(self._share + prior))

    def _cue_weights(self) -> sp.csr_matrix:
        cues = rows_matrix([self._turns.cues[t] for t in self._train], self._turns.n_cues)
        count = np.asarray(cues.sum(axis=0)).ravel()
        pairs = sp.coo_matrix(cues.T @ self._targets)
        lift = np.log1p(pairs.data / ((count[pairs.row] + 2) * (self._share[pairs.col] + 1e-3)))
        return sp.csr_matrix((lift, (pairs.row, pairs.col)), pairs.shape)

    def _fit_vectors(self) -> None:
        """Fit the mean context of every item, and the regression from contexts to item vectors."""
        items, turns, train = self._items, self._turns, self._train
        self._centre = turns.whole[train].mean(axis=0)
        total = np.asarray(self._targets.T @ turns.whole[train])
        self._centroids = (total + self._centre) / (self.named[:, None] + 1) - self._centre
        said = rows_matrix(turns.mentioned, len(items))
        self._inputs = np.hstack([turns.whole, turns.last, unit(np.asarray(said @ items.vectors))])
        rows = np.repeat(train, [len(turns.targets[t]) for t in train])
        outputs = items.vectors[[x for t in train for x in turns.targets[t]]]
        self._input_mean = self._inputs[rows].mean(axis=0)
        x = self._inputs[rows] - self._input_mean
        gram = x.T @ x + RIDGE * np.eye(x.shape[1])
        self._weights = np.linalg.solve(gram, x.T @ (outputs - outputs.mean(axis=0)))


def _cosine(together: sp.csr_matrix, count: Dense) -> sp.csr_matrix:
    """Return how often two items were said in one dialogue over their shrunk geometric mean count."""
    pairs = sp.coo_matrix(together.T @ together)
    apart = pairs.row != pairs.col
    row, col = pairs.row[apart], pairs.col[apart]
    weights = pairs.data[apart] / np.sqrt((count[row] + SHRINK) * (count[col] + SHRINK))
    return sp.csr_matrix((weights, (row, col)), pairs.shape)


def _times(left: sp.spmatrix, right: sp.spmatrix) -> Dense:
    return np.asarray((sp.csr_matrix(left) @ sp.csr_matrix(right)).toarray())
