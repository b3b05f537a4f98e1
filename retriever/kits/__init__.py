"""Domain kits: settings of a kind of catalogue, and no code. One TOML file each, or a person's own."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator

from retriever.catalog import Catalog
from retriever.errors import BadData
from retriever.strategies.names import chosen

KITS = ("shop", "video", "social", "news", "music")
MOST_LETTERS = 60  # of a title that stands in an example
MOST_BYTES = 100_000  # of a kit file
GAPS = ("title", "other", "facet")
_GAP = re.compile(r"\{(.*?)\}|[{}]")
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Words = Mapping[str, tuple[Line, ...]]


class Candidates(BaseModel):
    """Say where candidates come from.

    Attributes:
        sources: Names of sources or groups of them, see `retriever.strategies`; empty for all.
        always: Let them propose in a small catalogue too, where the adapter could score every item.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    sources: tuple[Line, ...] = ()
    always: bool = False

    @field_validator("sources")
    @classmethod
    def _only_known(cls, sources: tuple[str, ...]) -> tuple[str, ...]:
        try:
            return chosen(",".join(sources), "candidates")
        except BadData as error:
            raise ValueError(f"{error.message.partition(': ')[2]} {error.mend}") from error


class Kit(BaseModel):
    """Hold the settings of one kind of catalogue.

    Attributes:
        about: One line below the name.
        welcome: What the page asks.
        hint: What to answer.
        placeholder: What stands in the empty field.
        examples: Messages to try; {title} and {other} are well-known items, {facet} a frequent value.
        examples_with: Numeric column -> messages to try where the catalogue has that column; they come first.
        facets: Name of a facet -> words in the names of columns that hold it.
        ranges: The same of numeric columns.
        audience: Audience -> facet values in lower case that are ruled out for it, besides those of Palate.
        half_life: Days after which the newness of an item counts half; None where age says nothing.
        tone: How replies are to sound, in a sentence for the language model.
        candidates: Where candidates come from; rules of the home and settings go first.
        words: Language -> phrase -> what is said in its place; `assistant.wording` knows the phrases.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    about: Line
    welcome: Line
    hint: Line
    placeholder: Line
    examples: Annotated[tuple[Line, ...], Field(min_length=1, max_length=8)]
    examples_with: Mapping[Line, tuple[Line, ...]] = {}
    facets: Words = {}
    ranges: Words = {}
    audience: Mapping[Literal["kids", "family", "teens", "adults"], tuple[Line, ...]] = {}
    half_life: Annotated[float, Field(gt=0, le=36_500)] | None = None
    candidates: Candidates = Candidates()
    tone: Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)] = ""
    words: Mapping[str, Mapping[str, Line]] = {}

    @field_validator("examples")
    @classmethod
    def _only_known_gaps(cls, examples: tuple[str, ...]) -> tuple[str, ...]:
        return _checked(examples)

    @field_validator("examples_with")
    @classmethod
    def _only_known_gaps_with(cls, examples: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
        return {column: _checked(texts) for column, texts in examples.items()}

    def names(self, kind: str) -> Mapping[str, str]:
        """Return word -> name of the facet ("facet") or range ("number") that it means."""
        table = self.facets if kind == "facet" else self.ranges
        return {word: name for name, words in table.items() for word in words}

    def examples_for(self, catalog: Catalog) -> tuple[str, ...]:
        """Return the examples with items and values of a catalogue, without those that it cannot fill."""
        best = (catalog.titles[row] for row in catalog.by_popularity[:200])
        titles = [title for title in best if len(title) <= MOST_LETTERS]
        counts = {
            value: int(count)
            for name, values in catalog.facet_values.items()
            if name in self.facets and name not in catalog.people and len(values) <= 500
            for value, count in zip(values, np.ravel(catalog.facet_matrix(name).sum(axis=0)), strict=True)
        }
        values = sorted(counts, key=lambda value: -counts[value])
        given = {"title": titles[0] if titles else "", "other": titles[1] if len(titles) > 1 else ""}
        told = [
            text for name, texts in self.examples_with.items() if name in catalog.numbers for text in texts
        ]
        fit = []
        for text in (*told, *self.examples):
            facet = values.pop(0) if "{facet}" in text and values else ""  # each example has one of its own
            filled = {**given, "facet": facet}
            if all(value or "{" + name + "}" not in text for name, value in filled.items()):
                fit.append(text.format(**filled))
        return tuple(fit)


def _checked(examples: tuple[str, ...]) -> tuple[str, ...]:
    """Refuse an example with a gap that cannot be filled."""
    for text in examples:
        wrong = [match.group() for match in _GAP.finditer(text) if match[1] not in GAPS]
        if wrong:
            raise ValueError(f"{wrong[0]!r} in {text!r} is none of {{title}}, {{other}}, {{facet}}")
    return examples


def load(name: str) -> Kit:
    """Read a kit that comes with Palate, or a file of one's own.

    Args:
        name: One of `KITS`, or the path of a TOML file.

    Raises:
        BadData: There is no such kit, or the file is none; the message says what is wrong in it.
    """
    if name in KITS:
        return parse((files("retriever.kits") / f"{name}.toml").read_text(encoding="utf-8"), name)
    path = Path(name).expanduser()
    if path.suffix != ".toml":
        raise BadData(f"There is no kit {name!r}.", f"Use one of {', '.join(KITS)}, or a file NAME.toml.")
    return parse(text_of(path), str(path))


def text_of(path: Path) -> str:
    """Read a kit file as text.

    Raises:
        BadData: It is missing, too large, or no text.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise BadData(f"{path} is too large for a kit.", f"A kit has at most {MOST_BYTES:,} bytes.")
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadData(f"The kit {path} cannot be read: {error}.", "Give a TOML file in UTF-8.") from error


def parse(text: str, where: str) -> Kit:
    """Read the text of a kit.

    Raises:
        BadData: It is no TOML, or a setting is missing, unknown or wrong; each is named.
    """
    try:
        return Kit.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise BadData(f"The kit {where} is no TOML: {error}.", "Mend that line.") from error
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()]
        mend = "docs/OWN_DATA.md lists the settings of a kit."
        raise BadData(f"The kit {where} is wrong: {'; '.join(faults[:5])}.", mend) from error
