"""Other public sets in the folders beside a set of dialogues: more to learn from where they are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from prompts.talks import iard, processed

# What a folder holds tells which set it is; names of folders differ.
FILES = {
    "iard": (iard.FILE,),
    "movielens": ("movies.csv", "ratings.csv"),
    "redial": (processed.INFO, processed.IDS, processed.ITEMS, "valid_data.jsonl"),
    "opendialkg": (processed.INFO, processed.IDS, processed.ITEMS, "dialog_Books.jsonl"),
}


@dataclass(frozen=True)
class Beside:
    """Name the folders of other sets; None where there is none.

    Attributes:
        iard: ReDial dialogues labelled with intents.
        movielens: a rating log in GroupLens' CSV form.
        redial: ReDial, its films.
        opendialkg: OpenDialKG, its films.
    """

    iard: Path | None = None
    movielens: Path | None = None
    redial: Path | None = None
    opendialkg: Path | None = None


NOTHING = Beside()


def find(data: Path) -> Beside:
    """Look at the folders beside `data`, in the order of their names; the first of a kind counts."""
    around = data.resolve().parent
    folders = sorted(path for path in around.iterdir() if path.is_dir())
    found: dict[str, Path] = {}
    for kind, names in FILES.items():
        for folder in folders:
            if kind not in found and all((folder / name).is_file() for name in names):
                found[kind] = folder
    return Beside(**found)
