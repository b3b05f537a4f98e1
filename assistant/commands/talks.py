"""`palate cases from-talks`: public dialogues as cases of the suite `ranking`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from assistant.commands.cases import cases_app
from assistant.errors import BadInput
from prompts.talks import music, playlists
from prompts.talks.records import TalkItem, Turn


class Talk(StrEnum):
    """Name a dialogue set."""

    redial = "redial"
    inspired = "inspired"
    opendialkg = "opendialkg"
    cpcd = "cpcd"
    music = "music"


@cases_app.command("from-talks")
def from_talks(
    dataset: Annotated[Talk, typer.Option("--dataset", help="Which form the files have.")],
    data: Annotated[Path, typer.Option("--data", help="Folder with the files.")],
    out: Annotated[
        Path, typer.Option("--out", help="Case file to write; catalogs/NAME.csv comes beside it.")
    ],
    limit: Annotated[
        int, typer.Option("--limit", min=0, help="Only so many cases, spread over the turns.")
    ] = 0,
) -> None:
    """Write ranking cases from public dialogues: the last words, the items before them, what came next."""
    from prompts.talks.turned import turned
    from retriever.files import write_atomically, write_text

    if not data.is_dir():
        raise BadInput(f"There is no folder {data}.", "Give the folder of the files.")
    turns, items = _read(dataset, data)
    cases, catalog = turned(turns, items, out.stem, limit)
    lines = "".join(case.model_dump_json(exclude_defaults=True) + "\n" for case in cases)
    table = out.parent / "catalogs" / f"{out.stem}.csv"
    table.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(table, lambda path: write_text(path, catalog))
    write_atomically(out, lambda path: write_text(path, lines))
    print(f"{len(cases)} cases in {out}, {len(items)} items in {table}.")
    print(f"Measure: palate eval run ranking --model rules --cases {out}")


def _read(dataset: Talk, data: Path) -> tuple[Sequence[Turn], Sequence[TalkItem]]:
    if dataset is Talk.cpcd:
        files = sorted(data.glob(playlists.FILES))
        if not files:
            raise BadInput(f"{data} has no {playlists.FILES}.", "Give the data folder of CPCD.")
        talks = playlists.read(files)
        return talks.turns, talks.items
    if dataset is Talk.music:
        files = sorted(path for path in data.rglob("*") if path.suffix in music.SUFFIXES)
        talks = music.read(files)
        return talks.turns, talks.items
    return _films(dataset, data)


def _films(dataset: Talk, data: Path) -> tuple[Sequence[Turn], Sequence[TalkItem]]:
    from assistant.measuring.crs_files import TalkSet, read
    from retriever.datasets.rdatasets_movielens import load

    files = read(TalkSet(dataset.value), data, None, load())
    return files.turns, [_keyed(key, item) for key, item in zip(files.keys, files.items, strict=True)]


def _keyed(key: str, item: TalkItem) -> TalkItem:
    """Return an item under the name by which turns refer to it."""
    dated = {"year": (str(item.year),)} if item.year else {}
    title = item.name.removesuffix(f"({item.year})").rstrip()
    return replace(item, name=key, facets={**item.facets, **dated}, title=title)
