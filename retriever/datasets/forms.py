"""The forms of data set that can be read from a folder, and which of them a folder holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from retriever.datasets import grouplens, lastfm, mind, ml_100k, plain_csv, recbole, sequences
from retriever.datasets.cleaning import Dataset
from retriever.errors import BadData

AUTO = "auto"
LOADERS: Mapping[str, Callable[[Path], Dataset]] = MappingProxyType(
    {
        "movielens-latest": grouplens.load,
        "ml-100k": ml_100k.load,
        "lastfm-hetrec2011": lastfm.load,
        "mind": mind.load,
        "amazon-games": sequences.load,
        "recbole": recbole.load,
        "csv": plain_csv.load,
    }
)
# A folder has the form of the first line of which it has all files.
SIGNS = (
    ("movielens-latest", ("movies.csv", "ratings.csv")),
    ("ml-100k", ("u.data", "u.item")),
    ("lastfm-hetrec2011", ("user_artists.dat", "artists.dat")),
    ("mind", ("behaviors.tsv", "news.tsv")),
    ("csv", ("items.csv", "interactions.csv")),
    ("recbole", ("*.inter",)),
)


def load(name: str, folder: Path) -> Dataset:
    """Read and clean the data set in a folder; a name that is none of `LOADERS` leaves the form to `detect`.

    Raises:
        BadData: The folder or its files cannot be used.
    """
    form = name if name in LOADERS else detect(folder)
    return LOADERS[_recbole(folder) if form == "recbole" else form](folder)


def detect(folder: Path) -> str:
    """Return the form of the files in a folder, one of `LOADERS`.

    Raises:
        BadData: It is no folder, or holds none of the forms.
    """
    signs = "; ".join(f"{' and '.join(files)} ({name})" for name, files in SIGNS)
    mend = f"Give a folder with one of: {signs}."
    if not folder.is_dir():
        raise BadData(f"{folder} is no folder.", mend)
    for name, files in SIGNS:
        if all(any(folder.glob(file)) for file in files):
            return _recbole(folder) if name == "recbole" else name
    raise BadData(f"{folder} holds no data set of a known form.", mend)


def _recbole(folder: Path) -> str:
    """Tell histories as rows from a log with one interaction a row."""
    return "amazon-games" if sequences.files(folder) else "recbole"
