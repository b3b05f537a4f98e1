"""Few-shot learners written here: RESUS-like, MAML and MeLU-like; see the modules beside this one."""

from __future__ import annotations

from itertools import product

import torch
from contest import Model, contest
from gradient import GradientLearner
from resus import Resus

RESUS_GRID = tuple(
    {"size": size, "lr": lr, "decay": decay, "episodes": 1500}
    for size, lr, decay in product((64,), (0.003, 0.01), (0.01, 0.1, 1.0))
)
GRADIENT_GRID = tuple(
    {"steps": steps, "inner": inner, "lr": 0.003, "episodes": 600}
    for steps, inner in ((1, 0.1), (3, 0.1), (5, 0.03))
)

if __name__ == "__main__":
    torch.set_num_threads(1)
    contest(
        [
            Model("resus-like", Resus, RESUS_GRID, folds=2),
            Model("maml", lambda knobs: GradientLearner(knobs, whole=True), GRADIENT_GRID, folds=1),
            Model("melu-like", lambda knobs: GradientLearner(knobs, whole=False), GRADIENT_GRID, folds=1),
        ]
    )
