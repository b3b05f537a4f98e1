"""Peers from `irspack` 0.5.2: RP3beta, EASE and SLIM."""

from __future__ import annotations

from itertools import product

import scipy.sparse as sp
from contest import Knobs, Model, contest
from irspack.recommenders import DenseSLIMRecommender, RP3betaRecommender, SLIMRecommender
from sparse import ItemItem
from split import FloatArray


class Similarity(ItemItem):
    """An item-item model of the library.

    RP3beta: Paudel et al. 2017; EASE: Steck 2019; SLIM: Ning, Karypis 2011.
    """

    def __init__(self, kind: type, knobs: Knobs) -> None:
        super().__init__()
        self.kind, self.knobs = kind, knobs

    def similarity(self, likes: sp.csr_matrix) -> sp.spmatrix | FloatArray:
        return self.kind(likes, **self.knobs).learn().W


RP3BETA_GRID = tuple(
    {"top_k": top_k, "beta": beta, "normalize_weight": norm, "n_threads": 1}
    for top_k, beta, norm in product((20, 100, 500), (0.0, 0.1, 0.3), (False, True))
)
EASE_GRID = tuple({"reg": float(reg)} for reg in (300, 1000, 3000, 6000, 12000, 25000))
SLIM_GRID = tuple(
    {"alpha": alpha, "l1_ratio": share, "n_iter": 30, "n_threads": 1}
    for alpha, share in product((0.05, 0.2, 1.0, 3.0), (0.01, 0.1))
)

if __name__ == "__main__":
    contest(
        [
            Model("rp3beta", lambda knobs: Similarity(RP3betaRecommender, knobs), RP3BETA_GRID),
            Model("ease", lambda knobs: Similarity(DenseSLIMRecommender, knobs), EASE_GRID),
            Model("slim", lambda knobs: Similarity(SLIMRecommender, knobs), SLIM_GRID),
        ]
    )
