"""Few-shot learners written here: RESUS-like, MAML and MeLU-like; see the modules beside this one."""

from __future__ import annotations

from itertools import product

import torch
from contest import Model, contest
from gradient import GradientLearner
from resus import Resus

RESUS_GRID = tuple(
    {"size": 64, "lr": 0.003, "decay": decay, "episodes": episodes}
    for decay, episodes in product((0.1, 1.0), (300, 600, 1500))
)
GRADIENT_GRID = tuple(
    {"steps": steps, "inner": inner, "lr": 0.003, "episodes": 250}
    for steps, inner in ((1, 0.1), (5, 0.1), (5, 0.5))
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
