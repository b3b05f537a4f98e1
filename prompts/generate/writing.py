"""Cases as files: messages and dialogues of several catalogues, invented ones beside them."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel

from prompts.catalogs import CaseCatalog
from prompts.generate.dialogues import dialogues as write_dialogues
from prompts.generate.invent import invent
from prompts.generate.single import singles


class Count(NamedTuple):
    """How much was written."""

    singles: int
    dialogues: int


def write_cases(
    out: Path, own: Sequence[CaseCatalog], n: int, seed: int, chinese: float, invented: int, dialogues: int
) -> Count:
    """Write n messages and some dialogues, shared evenly among the catalogues.

    Args:
        out: JSONL file of messages; dialogues go to a file beside it, `<stem>-dialogues.jsonl`.
        own: Catalogues at hand.
        n: Messages.
        seed: Decides everything.
        chinese: Share in Chinese.
        invented: Invented catalogues to add; each is written to `catalogs/` beside the file.
        dialogues: Dialogues.
    """
    made = [invent(1000 * seed + place) for place in range(invented)]
    for catalog in made:
        write_catalog(catalog, out.parent / "catalogs" / f"{catalog.name}.csv")
    catalogs = [*own, *made]
    cases: list[BaseModel] = []
    talks: list[BaseModel] = []
    for place, catalog in enumerate(catalogs):
        part = n // len(catalogs) + (place < n % len(catalogs))
        cases += [each.case for each in singles(catalog, part, seed, chinese)]
        part = dialogues // len(catalogs) + (place < dialogues % len(catalogs))
        talks += write_dialogues(catalog, part, seed, chinese)
    _write(out, cases)
    if talks:
        _write(out.with_name(f"{out.stem}-dialogues.jsonl"), talks)
    return Count(len(cases), len(talks))


def _write(path: Path, cases: Iterable[BaseModel]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = (json.dumps(case.model_dump(exclude_defaults=True), ensure_ascii=False) for case in cases)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def write_catalog(catalog: CaseCatalog, path: Path) -> None:
    """Write a catalogue as the CSV file that `prompts.catalogs.read_catalog` reads."""
    path.parent.mkdir(parents=True, exist_ok=True)
    units = {name: f"{name} ({unit})" if unit else name for name, unit in catalog.units.items()}
    header = ["item_id", "title", *catalog.facets, *(units.get(name, name) for name in catalog.numbers)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for row, (item, title) in enumerate(zip(catalog.ids, catalog.titles, strict=True)):
            facets = ["|".join(column[row]) for column in catalog.facets.values()]
            numbers = [column[row] for column in catalog.numbers.values()]
            writer.writerow([item, title, *facets, *(f"{n:g}" if n is not None else "" for n in numbers)])
