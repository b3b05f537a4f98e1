"""SASRec (Kang, McAuley 2018) from `rectools` 0.19.0, small, with a softmax over the whole catalogue."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Sequence

import numpy as np
import pandas as pd
import torch
from contest import Knobs, Model, contest
from pytorch_lightning import Trainer, seed_everything
from rectools import Columns
from rectools.dataset import Dataset
from rectools.models import SASRecModel
from split import FloatArray, Fold, IntArray

SESSION = 50


class Sasrec:
    """A transformer over the liked items in order; a person is the vector of the last place."""

    def __init__(self, knobs: Knobs) -> None:
        quiet = {"enable_progress_bar": False, "enable_model_summary": False, "enable_checkpointing": False}

        def trainer() -> Trainer:
            return Trainer(max_epochs=knobs["epochs"], accelerator="cpu", devices=1, logger=False, **quiet)

        self.model = SASRecModel(
            n_blocks=knobs["blocks"],
            n_heads=2,
            n_factors=knobs["factors"],
            dropout_rate=knobs["dropout"],
            session_max_len=SESSION,
            loss="softmax",
            batch_size=64,
            get_trainer_func=trainer,
            recommend_torch_device="cpu",
        )
        self.popularity: FloatArray = np.zeros(0, np.float32)

    def fit(self, fold: Fold) -> None:
        """Train on the likes of the training people; the order of likes stands for time."""
        seed_everything(0)
        people = np.repeat(np.arange(len(fold.train)), [len(rows) for rows in fold.train])
        places = np.concatenate([np.arange(len(rows)) for rows in fold.train])
        frame = pd.DataFrame(
            {
                Columns.User: people,
                Columns.Item: np.concatenate(fold.train),
                Columns.Weight: 1.0,
                Columns.Datetime: pd.Timestamp("2000-01-01") + pd.to_timedelta(places, unit="D"),
            }
        )
        self.model.fit(Dataset.construct(frame))
        self.popularity = fold.popularity.astype(np.float32)
        prepared = self.model.data_preparator
        known = prepared.get_known_item_ids().astype(np.int64)
        self.token = np.zeros(fold.n_items, np.int64)
        self.token[known] = prepared.item_id_map.convert_to_internal(known)
        self.net = self.model.torch_model.eval()
        with torch.no_grad():
            self.inside = self.net.item_model.get_all_embeddings()
            outside = self.net.similarity_module.item_tower_forward(self.inside)
        self.items = outside.numpy()[self.token]
        self.items[self.token == 0] = 0.0

    def adapt(self, support: IntArray) -> FloatArray:
        """Return the vector of one person, float32 [factors]."""
        return self._vectors([support])[0]

    def scores(self, supports: Sequence[IntArray]) -> FloatArray:
        """Score the catalogue; items nobody in training liked go last, no likes mean popularity."""
        found = self._vectors(supports) @ self.items.T
        found[:, self.token == 0] = found.min() - 1.0
        empty = [not self.token[rows].any() for rows in supports]
        found[empty] = self.popularity
        return found

    def state_bytes(self) -> int:
        return int(self.items.shape[1]) * 4

    def _vectors(self, supports: Sequence[IntArray]) -> FloatArray:
        """Return float32 [m, factors]: the last place of each session, padded on the left."""
        sessions = np.zeros((len(supports), SESSION), np.int64)
        for line, rows in zip(sessions, supports, strict=True):
            known = self.token[rows]
            known = known[known > 0][-SESSION:]
            if len(known):
                line[-len(known) :] = known
        with torch.no_grad():
            last = self.net.encode_sessions({"x": torch.from_numpy(sessions)}, self.inside)[:, -1, :]
            return self.net.similarity_module.session_tower_forward(last).numpy()


GRID = (
    {"factors": 64, "blocks": 1, "dropout": 0.2, "epochs": 20},
    {"factors": 64, "blocks": 2, "dropout": 0.2, "epochs": 40},
    {"factors": 64, "blocks": 2, "dropout": 0.5, "epochs": 40},
    {"factors": 128, "blocks": 2, "dropout": 0.5, "epochs": 30},
)

if __name__ == "__main__":
    logging.getLogger("pytorch_lightning").setLevel(logging.ERROR)
    warnings.filterwarnings("ignore")
    torch.set_num_threads(1)
    contest([Model("sasrec", Sasrec, GRID, folds=2)])
