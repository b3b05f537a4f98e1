"""Everything counted or fitted on one set of people, and the features it gives to a support."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from metalearn.alike import link_kernel, spread, text_kernel, word_kernel
from metalearn.amounts import amount_kernels
from metalearn.data import FloatArray, History, IntArray, ItemFeatures, likes_matrix
from metalearn.features import Blocks, Reducer, log_popularity, popularity_block, soft_bins, unit_rows
from metalearn.ials import IALS
from metalearn.kernels import KernelConfig, fit_kernels
from metalearn.moments import Moments
from metalearn.social import NAMES as FRIEND_NAMES
from metalearn.social import Friends

# How the events of a support share a kernel: all alike, those on rare items more, the latest more.
WEIGHTINGS = ("alike", "rare", "recent")
RARE = 1.4
RECENT = 3.0


@dataclass(frozen=True)
class FixedBlocks:
    """What no interaction enters: four blocks of phi, kernels by name, and how sentences reach the text."""

    kernels: dict[str, sp.csr_matrix]
    text: FloatArray
    facets: FloatArray
    numbers: FloatArray
    text_map: Reducer
    pictures: FloatArray

    @classmethod
    def of(cls, features: ItemFeatures, size: int) -> FixedBlocks:
        """Reduce text, facets and pictures to at most `size` directions each."""
        text_map = Reducer.fit(features.text, size)
        facet_map = Reducer.fit(features.facets, size)
        numbers = np.zeros((len(features.text), 0)) if features.numbers is None else features.numbers
        bins = [np.zeros((len(features.text), 0), np.float32), *map(soft_bins, numbers.T)]
        text, facets = text_map(features.text), facet_map(features.facets)
        kernels = {"text": text_kernel(features.text)}
        if features.links is not None:
            kernels["links"] = link_kernel(features.links)
        if features.words is not None:
            kernels["words"] = word_kernel(features.words)
        numbered, seen = unit_rows(np.concatenate(bins, axis=1)), _pictures(features, size)
        return cls(kernels, text, facets, numbered, text_map, seen)


def _pictures(features: ItemFeatures, size: int) -> FloatArray:
    """Return the block of pictures, float32 [N, 0] where no item has one; their mean is that of pictures."""
    rows = features.pictures
    known = np.zeros(0, bool) if rows is None else np.abs(rows).sum(axis=1) > 0
    if rows is None or not known.any():
        return np.zeros((len(features.text), 0), np.float32)
    return Reducer.fit(rows[known], min(size, rows.shape[1]))(rows)


@dataclass(frozen=True)
class Evidence:
    """What one set of people says of the items.

    Attributes:
        moments: popularity and age as of any moment.
        kernels: event kernels by name, CSR [N, N].
        fame: float32 [N], log popularity scaled to 0..1.
        blocks: feature blocks of all N items, for phi.
        friends: likes of everybody who may be a friend, None without links.
    """

    moments: Moments
    kernels: dict[str, sp.csr_matrix]
    fame: FloatArray
    blocks: Blocks
    friends: Friends | None

    @property
    def n_items(self) -> int:
        """Return the size of the catalogue."""
        return len(self.fame)

    @property
    def prior_names(self) -> tuple[str, ...]:
        """Return the names of the features that no event enters."""
        return self.moments.names + (FRIEND_NAMES if self.friends else ())

    @property
    def event_names(self) -> tuple[tuple[str, str], ...]:
        """Return kernel and weighting of every feature that events enter."""
        return tuple((kernel, weighting) for kernel in self.kernels for weighting in WEIGHTINGS)

    def priors(self, now: float | None, friends: IntArray | None) -> FloatArray:
        """Return float32 [P, N]: what is known of the items before any event of the person."""
        rows = self.moments.at(now)
        return rows if self.friends is None else np.concatenate([rows, self.friends.at(friends)])

    def shares(self, rows: IntArray, later: IntArray, count: int) -> FloatArray:
        """Return float32 [3, n]: the weight of each event under each of the weightings.

        Args:
            rows: int64 [n], items of the events.
            later: int64 [n], how many likes came after each.
            count: how many events there are of this kind.
        """
        return event_shares(self.fame[rows], later, count)


def event_shares(fame: FloatArray, later: NDArray[np.integer], count: int) -> FloatArray:
    """Return float32 [3, n]: 1/sqrt(count), the same times exp(-1.4 fame), and exp(-later / 3)."""
    root = 1.0 / np.sqrt(max(count, 1))
    alike = np.full(len(fame), root)
    return np.stack([alike, root * np.exp(-RARE * fame), np.exp(-later / RECENT)]).astype(np.float32)


def fame_of(likes: FloatArray) -> FloatArray:
    """Return log(1 + likes) over its largest value, float32 [N]."""
    logs = np.log1p(likes.astype(np.float64))
    return np.asarray(logs / max(float(logs.max(initial=0.0)), 1e-12), dtype=np.float32)


def fit_evidence(
    people: Sequence[History],
    known: IntArray,
    fixed: FixedBlocks,
    config: KernelConfig,
    *,
    timed: bool,
    links: IntArray | None = None,
    rated: bool,
    counted: bool = False,
    factors: int = 64,
) -> Evidence:
    """Fit moments, kernels and collaborative factors.

    Args:
        people: histories of everybody in the log.
        known: int64 [m], positions of the people to learn from; nothing of the others is used.
        fixed: blocks of text and facets.
        config: hyper-parameters of the kernels.
        timed: whether times are unix seconds.
        links: int64 [l, 2], who is a friend of whom, positions in `people`; None where nobody knows.
        rated: whether ratings other than likes count too.
        counted: whether every history has amounts, which then count.
        factors: size of the collaborative block.
    """
    chosen, n_items = [people[u] for u in known], len(fixed.text)
    moments = Moments.fit(chosen, n_items, timed=timed, rated=rated)
    kernels = fit_kernels(chosen, n_items, config, timed=timed, rated=rated)
    if counted:
        kernels |= amount_kernels(chosen, n_items, config)
    for name, alike in fixed.kernels.items():
        through = spread(kernels["knn"], alike, config.neighbours)
        kernels |= {f"{name} then knn": through[0], f"knn then {name}": through[1]}
    kernels |= fixed.kernels
    friends = None if links is None else Friends.fit(people, known, n_items, kernels["denoised"], links)
    base = log_popularity(moments.likes)
    collab = _factors(chosen, n_items, factors)
    popular = popularity_block(base)
    blocks = Blocks(collab, fixed.text, fixed.facets, fixed.numbers, popular, fixed.pictures)
    return Evidence(moments, kernels, fame_of(moments.likes), blocks, friends)


def _factors(people: Sequence[History], n_items: int, size: int) -> FloatArray:
    """Return unit collaborative item vectors [N, size]; items without a like keep zeros."""
    likes = likes_matrix([h.likes for h in people], n_items)
    known = np.flatnonzero(np.asarray(likes.sum(axis=0)).ravel() > 0)
    vectors = np.zeros((n_items, size), np.float32)
    if len(known):
        fitted = IALS(factors=size, regularization=30.0, alpha=5.0).fit(likes[:, known]).items
        vectors[known] = unit_rows(fitted)
    return vectors
