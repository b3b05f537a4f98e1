"""The adapter's score against the kernels, gates and weights it was merged from, summed one by one."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
from tastes import N_ITEMS, make_features, make_log, small_config

from metalearn.adapter import Support
from metalearn.crossfit import fit
from metalearn.data import histories
from metalearn.evidence import RARE, RECENT, Evidence, FixedBlocks
from metalearn.feedback import CONSUME, DISLIKE, HIDE, LIKE, REFUSALS, SKIP
from metalearn.gates import Gates, hats
from metalearn.learners import RidgeLearner
from metalearn.merged import MergedKernel
from metalearn.metamodel import MetaModel
from metalearn.taste import TasteAdapter
from metalearn.train import assemble

# Rows, kinds, and which of the refused items had been seen.
SUPPORTS = {
    "nothing": ([], [], []),
    "likes": ([3, 9, 20], [LIKE] * 3, []),
    "dislikes": ([7, 10], [DISLIKE] * 2, []),
    "dislikes of what was seen": ([7, 10, 3], [DISLIKE, DISLIKE, LIKE], [7]),
    "mixed": ([3, 7, 12, 46, 20], [LIKE, DISLIKE, LIKE, LIKE, CONSUME], []),
    "all kinds": ([3, 7, 12, 45, 20, 8, 30], [LIKE, DISLIKE, HIDE, SKIP, CONSUME, HIDE, LIKE], [7, 8]),
}


def support(rows: list[int], kinds: list[int], seen: list[int]) -> Support:
    items, moments = np.array(rows, np.int64), np.arange(len(rows), dtype=float)
    return Support.of_kinds(items, np.array(kinds, np.int8), moments, seen=np.isin(items, seen))


class Parts:
    """An adapter with gates of no pattern, and what it was made of."""

    def __init__(self) -> None:
        log, config, rng = make_log(), small_config(), np.random.default_rng(0)
        fixed = FixedBlocks.of(make_features(), 4)
        self.evidence: Evidence = fit(log, histories(log), np.arange(60), fixed, config)
        priors, events = len(self.evidence.prior_names), len(self.evidence.event_names)
        sizes = [block.shape[1] for block in self.evidence.blocks]
        meta = MetaModel(priors, events, sizes)
        for parameter in meta.parameters():
            parameter.data += 0.3 * parameter.new_tensor(rng.normal(size=parameter.shape))
        scale = rng.uniform(0.5, 2.0, priors + events).astype(np.float32)
        self.gates: Gates = meta.gates(scale)
        self.adapter: TasteAdapter = assemble(meta, RidgeLearner(sum(sizes)), scale, self.evidence, fixed)

    def weights(self, table: np.ndarray, n: int) -> np.ndarray:
        """Weight of every feature at n events."""
        return table @ self.gates.mixture @ hats(np.array([n]))[0]

    def by_hand(self, rows: list[int], kinds: list[int], seen: list[int]) -> np.ndarray:
        """Priors and events under their gates, without phi."""
        pairs = list(zip(rows, kinds, strict=True))
        liked = [r for r, kind in pairs if kind == LIKE]
        attended = [r for r, kind in pairs if kind == CONSUME or (kind != LIKE and r in seen)]
        refused = [(r, REFUSALS.index(kind)) for r, kind in pairs if kind in REFUSALS]
        known = len(liked) + len(attended)
        consumed = float((self.gates.consumed @ hats(np.array([known]))[0]).item())
        score = self.weights(self.gates.prior, len(liked)) @ self.evidence.moments.at(None)
        # Each event with how many share the unit of its kind and what it is worth.
        events = [(row, len(liked), 1.0) for row in liked] + [(row, known, consumed) for row in attended]
        against = self.weights(self.gates.event, len(refused)).reshape(-1, 3)
        for at, kernel in enumerate(self.evidence.kernels.values()):
            lines = kernel.toarray()
            for row, count, worth in events:
                alike, rare, recent = self.weights(self.gates.event, count).reshape(-1, 3)[at]
                later = sum(rows.index(r) > rows.index(row) for r in liked)
                share = (alike + rare * np.exp(-RARE * self.evidence.fame[row])) / np.sqrt(count)
                score = score + worth * (share + recent * np.exp(-later / RECENT)) * lines[row]
            turned = against[at]
            for row, place in refused:
                share = turned[0] + turned[1] * np.exp(-RARE * self.evidence.fame[row])
                score = score - self.gates.refusal[place] * share / np.sqrt(len(refused)) * lines[row]
        return np.asarray(score)


@pytest.fixture(scope="module")
def parts() -> Parts:
    return Parts()


@pytest.mark.parametrize("name", SUPPORTS)
def test_the_score_is_the_sum_over_kernels_gates_and_events(parts: Parts, name: str) -> None:
    given = SUPPORTS[name]
    state = parts.adapter.adapt(support(*given))
    personal = parts.adapter.catalogue.phi @ state.delta
    expected = parts.by_hand(*given) + personal
    np.testing.assert_allclose(parts.adapter.score(state), expected, rtol=1e-4, atol=1e-4)


def test_a_batch_of_all_kinds_scores_as_one_by_one(parts: Parts) -> None:
    states = [parts.adapter.adapt(support(*given)) for given in SUPPORTS.values()]
    alone = np.stack([parts.adapter.score(state) for state in states])
    np.testing.assert_allclose(parts.adapter.score_many(states), alone, rtol=1e-5, atol=1e-5)


def test_sentences_stay_out_of_the_kernels(parts: Parts) -> None:
    said = Support(np.array([-1]), np.ones(1, np.float32), np.zeros(1), make_features().text[[46]])
    state = parts.adapter.adapt(said)
    expected = parts.adapter.base(state) + parts.adapter.catalogue.phi @ state.delta
    np.testing.assert_allclose(parts.adapter.score(state), expected, rtol=1e-6)
    np.testing.assert_allclose(parts.adapter.score_many([state])[0], expected, rtol=1e-5, atol=1e-5)


def test_width_keeps_the_largest_over_all_merged_kernels() -> None:
    kernel = sp.csr_matrix(np.array([[0, 1, -5, 3], [2, 0, 0, 0], [1, 2, 0, 4], [0, 0, 0, 0]], np.float32))
    gates = np.array([[1.0], [0.0], [-2.0]], np.float32)
    merged = MergedKernel.of({"only": kernel}, gates, np.zeros(4, np.float32), width=2)
    alike, recent = (m.toarray() for m in merged.matrices())
    kept = [[0, 0, -5, 3], [2, 0, 0, 0], [0, 2, 0, 4], [0, 0, 0, 0]]
    np.testing.assert_allclose(alike, kept)
    np.testing.assert_allclose(recent, -2.0 * np.array(kept))


def test_a_width_beyond_the_catalogue_keeps_everything(parts: Parts) -> None:
    whole, narrow = (
        MergedKernel.of(parts.evidence.kernels, parts.gates.event, parts.evidence.fame, width)
        for width in (N_ITEMS, 3)
    )
    assert np.diff(whole.indptr).max() > np.diff(narrow.indptr).max() == 3
    wanted = np.diff(parts.adapter.merged.indptr)
    np.testing.assert_array_equal(np.diff(whole.indptr), wanted)
