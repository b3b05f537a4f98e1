"""IARD: ReDial dialogues labelled with intents; only who said what, and the films named in it, are read.

Source of the form: Cai and Chen 2020, doi 10.1145/3340631.3394856 (github.com/wanlingcai1997/umap_2020_IARD).
Films stand in the utterances as `@187028 <It  (2017)>`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from prompts.errors import CaseError
from prompts.talks.processed import read_json
from prompts.talks.records import Turn, fresh

FILE = "umap2020_IARD_Cai.json"
# ReDial's dialogues are numbered, and its test set begins here: some of IARD's are from it.
FIRST_OF_TEST = 20_000
_FILM = re.compile(r"@\d+\s*<(?P<name>[^>]*)>")


def read_turns(path: Path, items: frozenset[str], without: Collection[str]) -> tuple[Turn, ...]:
    """Read the recommender's turns that name a film for the first time.

    Args:
        path: the file.
        items: names of all items; other films count as said under no name.
        without: ids of dialogues to leave out; those of ReDial's test set are left out in any case.

    Raises:
        CaseError: When the file is missing or has another form.
    """
    whole = read_json(path)
    if not isinstance(whole, dict):
        raise CaseError(f"{path}: no object of dialogues.")
    turns: list[Turn] = []
    for key, entry in whole.items():
        if not key.isdigit():
            raise CaseError(f"{path}: {key[:40]!r} is no number of a dialogue.")
        if int(key) < FIRST_OF_TEST and key not in without:
            turns.extend(_turns(key, entry, items, f"{path}: dialogue {key}"))
    return tuple(turns)


def _turns(key: str, entry: Any, items: frozenset[str], where: str) -> Iterator[Turn]:
    context: list[str] = []
    said: list[str] = []
    for place, (role, text) in enumerate(_utterances(entry, where)):
        named = [name for m in _FILM.finditer(text) if (name := " ".join(m["name"].split())) in items]
        if role == "recommender":
            targets, repeated = fresh(named, said)
            if targets:
                mentioned = tuple(dict.fromkeys(said))
                yield Turn(f"{key}:{place}", key, tuple(context), mentioned, (), targets, repeated)
        said.extend(named)
        context.append(_FILM.sub(lambda m: " ".join(m["name"].split()), text).strip())


def _utterances(entry: Any, where: str) -> Iterator[tuple[str, str]]:
    said = entry.get("dialogue_info") if isinstance(entry, Mapping) else None
    if not isinstance(said, Mapping):
        raise CaseError(f"{where}: dialogue_info is missing or no object.")
    for name, line in said.items():
        if not isinstance(line, Mapping) or not all(
            isinstance(line.get(k), str) for k in ("role", "utterance_text")
        ):
            raise CaseError(f"{where}: {name} has no role or utterance_text.")
        yield line["role"], line["utterance_text"]
