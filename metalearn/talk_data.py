"""Dialogues as arrays: what a turn was preceded by, what it named, what is known of the items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from metalearn.data import IntArray
from metalearn.errors import BadLog

FloatArray = NDArray[np.float32]
Lists = Sequence[Sequence[int]]


@dataclass(frozen=True)
class TalkItems:
    """Hold what is known of I items without any dialogue.

    Attributes:
        vectors: float32 [I, d], unit text vectors.
        facets: CSR [I, F], 1 where an item has a facet value.
        kinds: str [F], kind of each value; "genre" is told apart from people.
        words: CSR [I, W], 1 where a word stands in the title.
        years: float [I], 0 where not known.
        popularity: float [I], log(1 + ratings) in a rating log; 0 where the item is not in it.
        linked: bool [I], whether it is in the log.
        kernel: CSR [I, I], item-item weights learned from the log.
        described: bool [I], whether it is known apart from the turns; others are ranked once a turn to
            learn from named them.
    """

    vectors: FloatArray
    facets: sp.csr_matrix
    kinds: NDArray[np.str_]
    words: sp.csr_matrix
    years: NDArray[np.float64]
    popularity: NDArray[np.float64]
    linked: NDArray[np.bool_]
    kernel: sp.csr_matrix
    described: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.vectors)


@dataclass(frozen=True)
class TalkTurns:
    """Hold T turns.

    Attributes:
        dialogues: int [T], dialogue of each turn.
        lengths: int [T], utterances before it.
        mentioned: T lists of items said before it, in order.
        targets: T lists of items named in it for the first time.
        wanted: int [T], number of targets, those that no candidate stands for included.
        cues: T lists of marked words and people before it, numbered 0..n_cues-1.
        n_cues: how many cues there are.
        people: T lists of facet values (people) named before it.
        genres: T lists of facet values (genres) named before it.
        last_genres: T lists of facet values (genres) in the last utterance.
        whole: float32 [T, d], unit vectors of all before it.
        last: float32 [T, d], unit vectors of the last utterance.
    """

    dialogues: IntArray
    lengths: IntArray
    mentioned: Lists
    targets: Lists
    wanted: IntArray
    cues: Lists
    n_cues: int
    people: Lists
    genres: Lists
    last_genres: Lists
    whole: FloatArray
    last: FloatArray

    def __post_init__(self) -> None:
        sizes = {len(getattr(self, name)) for name in self.__dataclass_fields__ if name != "n_cues"}
        if len(sizes) != 1:
            raise BadLog(f"all columns of {max(sizes)} turns must be of one length, not {sorted(sizes)}")

    def __len__(self) -> int:
        return len(self.dialogues)


def rows_matrix(rows: Sequence[Sequence[int]], n: int, *, once: bool = True) -> sp.csr_matrix:
    """Return CSR [m, n] with 1 at every number of every row; without `once` repeated numbers add up."""
    sizes = [len(row) for row in rows]
    columns = np.fromiter((x for row in rows for x in row), dtype=np.int64, count=sum(sizes))
    places = np.repeat(np.arange(len(rows)), sizes)
    matrix = sp.csr_matrix((np.ones(len(columns), np.float32), (places, columns)), (len(rows), n))
    matrix.sum_duplicates()
    if once:
        matrix.data[:] = 1.0
    return matrix


def unit(vectors: NDArray[np.floating]) -> FloatArray:
    """Return rows of length 1; rows of zeros stay so."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), dtype=np.float32)


def rare_rows(matrix: sp.csr_matrix) -> sp.csr_matrix:
    """Return rows of length 1 after weighing each column by how rare it is, log((n + 1) / (df + 1))."""
    frequency = np.asarray((matrix > 0).sum(axis=0)).ravel()
    weighed = matrix @ sp.diags(np.log((matrix.shape[0] + 1) / (frequency + 1)))
    lengths = np.sqrt(np.asarray(weighed.multiply(weighed).sum(axis=1)).ravel())
    return sp.csr_matrix(sp.diags(1.0 / np.maximum(lengths, 1e-9)) @ weighed)
