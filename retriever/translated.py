"""Chinese names of titles that the data set gives in another language only."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files


def names_of(title: str, year: int | None) -> tuple[str, ...]:
    """Return the Chinese names of a title; empty where none is known."""
    return _names().get((title.casefold(), year or 0), ())


@cache
def _names() -> dict[tuple[str, int], tuple[str, ...]]:
    data = tomllib.loads((files("retriever") / "translated.toml").read_text(encoding="utf-8"))
    found: dict[tuple[str, int], tuple[str, ...]] = {}
    for table in data.values():
        for label, names in table.items():
            title, _, year = label.rpartition(" (")
            found[title.casefold(), int(year.rstrip(")"))] = tuple(part.strip() for part in names.split(", "))
    return found
