"""Groups of nearly the same items in a home: found once, told in the report, kept apart in picks."""

from __future__ import annotations

from html import escape
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.errors import HomeError
from retriever.catalog import Catalog, label_of
from retriever.datasets.portrait import NEAR, with_section
from retriever.files import write_atomically, write_text
from retriever.nearsame import members, near_same

TWINS = "index/twins.npy"
SHOWN = 8


def save(home: Path, catalog: Catalog, vectors: NDArray[np.float32]) -> None:
    """Find the groups of a catalogue by its text vectors and write them."""
    pairs = zip(catalog.titles, catalog.years.tolist(), strict=True)
    groups = near_same(vectors, [label_of(title, year) for title, year in pairs])

    def write(path: Path) -> None:
        with path.open("wb") as file:
            np.save(file, groups, allow_pickle=False)

    write_atomically(home / TWINS, write)


def load_groups(folder: Path, n: int) -> NDArray[np.int32]:
    """Read the group of each of n items, -1 for an item like no other; an older home has none.

    Raises:
        HomeError: The file is damaged or of another catalogue.
    """
    path = folder / TWINS
    if not path.is_file():
        return np.full(n, -1, np.int32)
    try:
        groups: NDArray[np.int32] = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise HomeError(f"{path} is damaged: {error}.", "Run `palate setup` to mend it.") from error
    if groups.shape != (n,):
        raise HomeError(f"{path} does not fit the catalogue of {n}.", "Run `palate setup --force`.")
    return groups


def report(home: Path, page: Path) -> int:
    """Write the groups of a home into its report, where it has one; return how many there are."""
    catalog = Catalog.load(home / "items.parquet")
    groups = members(load_groups(home, len(catalog)))
    if page.is_file():
        text = with_section(page.read_text(encoding="utf-8"), NEAR, _section(catalog, groups))
        write_atomically(page, lambda temporary: write_text(temporary, text))
    return len(groups)


def _section(catalog: Catalog, groups: list[list[int]]) -> str:
    if not groups:
        return ""
    best = sorted(groups, key=lambda group: -int(catalog.popularity[group].sum()))[:SHOWN]
    lines = ("<br>".join(_line(catalog, row) for row in group[:4]) for group in best)
    rows = "".join(
        f"<tr><td>{len(group)}</td><td>{line}</td></tr>" for group, line in zip(best, lines, strict=True)
    )
    text = (
        f"{sum(map(len, groups)):,} items in {len(groups):,} groups have nearly the same text and the same "
        "numbers. They are kept, but two of a group do not stand in one list of picks unless nothing else is "
        "left. <code>palate items merge</code> makes one item of each group. The most popular groups:"
    )
    return f"<h2>Nearly the same</h2><p>{text}</p><table>{rows}</table>"


def _line(catalog: Catalog, row: int) -> str:
    item = catalog.item(row)
    return f"{escape(item.label[:90])} <small>{escape(item.item_id[:40])}, {item.popularity:,}</small>"
