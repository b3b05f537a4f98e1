"""Domain kits: settings of a kind of catalogue, and no code. One TOML file each."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from retriever.catalog import Catalog
from retriever.errors import BadData

KITS = ("shop", "video", "social", "news", "music")
MOST_LETTERS = 60  # of a title that stands in an example


class Kit(BaseModel):
    """Hold the settings of one kind of catalogue.

    Attributes:
        about: One line below the name.
        welcome: What the page asks.
        hint: What to answer.
        placeholder: What stands in the empty field.
        examples: Messages to try; {title} and {other} are well-known items, {facet} a frequent value.
        facets: Name of a facet -> words in the names of columns that hold it.
        ranges: The same of numeric columns.
        audience: Audience -> facet values in lower case that are ruled out for it, besides those of Palate.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    about: str
    welcome: str
    hint: str
    placeholder: str
    examples: tuple[str, ...]
    facets: Mapping[str, tuple[str, ...]] = {}
    ranges: Mapping[str, tuple[str, ...]] = {}
    audience: Mapping[str, tuple[str, ...]] = {}

    def names(self, kind: str) -> Mapping[str, str]:
        """Return word -> name of the facet ("facet") or range ("number") that it means."""
        table = self.facets if kind == "facet" else self.ranges
        return {word: name for name, words in table.items() for word in words}

    def examples_for(self, catalog: Catalog) -> tuple[str, ...]:
        """Return the examples with items and values of a catalogue, without those that it cannot fill."""
        best = (catalog.titles[row] for row in catalog.by_popularity[:200])
        titles = [title for title in best if len(title) <= MOST_LETTERS]
        counts = {
            value: int(catalog.facet_matrix(name)[:, column].sum())
            for name, values in catalog.facet_values.items()
            if name in self.facets and name not in catalog.people and len(values) <= 500
            for column, value in enumerate(values)
        }
        given = {
            "title": titles[0] if titles else "",
            "other": titles[1] if len(titles) > 1 else "",
            "facet": max(counts, key=lambda value: counts[value], default=""),
        }
        fit = [
            text for text in self.examples if all(v or "{" + n + "}" not in text for n, v in given.items())
        ]
        return tuple(text.format(**given) for text in fit)


def load(name: str) -> Kit:
    """Read a kit.

    Raises:
        BadData: There is no such kit.
    """
    if name not in KITS:
        raise BadData(f"There is no kit {name!r}.", f"Use one of {', '.join(KITS)}.")
    return Kit.model_validate(
        tomllib.loads((files("retriever.kits") / f"{name}.toml").read_text(encoding="utf-8"))
    )
