"""A person's own rules in one small TOML file: read, with every error naming line, key and what to write."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from retriever.errors import BadData
from retriever.strategies.names import chosen

Value = bool | str | int | float


def _several(given: object) -> object:
    return (given,) if isinstance(given, str) else given


# One name, or a list of names.
Names = Annotated[tuple[str, ...], BeforeValidator(_several)]


class Require(BaseModel):
    """Keep to items whose column says so; an item of which the column says nothing is left out.

    Attributes:
        column: Facet, numeric column, or flag.
        is_: Value, or values of which one is enough; true and false for columns of yes and no.
        is_not: Values that none has; what is not known stays.
        at_least: Lowest number.
        at_most: Highest number.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    column: str
    is_: Value | tuple[Value, ...] | None = Field(None, alias="is")
    is_not: Value | tuple[Value, ...] | None = None
    at_least: float | None = None
    at_most: float | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Require:
        if all(v is None for v in (self.is_, self.is_not, self.at_least, self.at_most)):
            raise ValueError("needs one of is, is_not, at_least, at_most")
        return self


class Linking(BaseModel):
    """Say which links count for a pick and are told as its reasons.

    Attributes:
        use: Relations of the triples, facets, or `series`; all relations of the triples where left out.
        weight: What links count against the taste, in deviations of it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    use: Names | None = None
    weight: float | None = Field(None, ge=0.0, le=10.0)


class RuleFile(BaseModel):
    """Hold what a rules file says.

    Attributes:
        strategies: Candidate sources that are switched on.
        require: What every pick has.
        after: Relations such as "sequel of", or `series`: an item comes after what it links to is known.
        not_before: Column or relation with the day from which an item may be picked.
        one_per: Facets, relations or `series` of which a list has every value once at most.
        links: Links that count.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    strategies: Names = ()
    require: tuple[Require, ...] = ()
    after: Names = ()
    not_before: str | None = None
    one_per: Names = ()
    links: Linking = Linking(weight=None)


KEYS = {
    "": "strategies, require, after, not_before, one_per, links",
    "require": "column and one of is, is_not, at_least, at_most",
    "links": "use, weight",
}


class Rules(NamedTuple):
    """A rules file as read, with what messages need to point into it.

    Attributes:
        path: The file.
        text: Its text.
        said: What it says.
    """

    path: Path
    text: str
    said: RuleFile

    def wrong(self, key: Sequence[str | int], what: str, mend: str) -> BadData:
        """Return the error for a key: file, line, key, what is wrong and what to write."""
        return _error(self.path, self.text, key, what, mend)

    @property
    def strategies(self) -> str:
        """Return the sources that are switched on, divided by commas; empty where it does not say."""
        return ",".join(self.said.strategies)


def read_rules(path: Path) -> Rules:
    """Read a rules file.

    Raises:
        BadData: It cannot be read, is no TOML, or a key or value is wrong.
    """
    try:
        text = path.read_text(encoding="utf-8")
        found = tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise BadData(f"{path} cannot be read: {error}.", "Write it in UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise BadData(
            f"{path} is no TOML: {error}.", 'Write key = "value"; text stands in double quotes.'
        ) from error
    try:
        said = RuleFile.model_validate(found)
    except ValidationError as error:
        first = error.errors()[0]
        raise _error(path, text, _keys(first["loc"]), _plain(first["msg"]), _mend(first["loc"])) from error
    rules = Rules(path, text, said)
    try:
        chosen(rules.strategies, "strategies")
    except BadData as error:
        what = error.message.partition(": ")[2].rstrip(".")
        raise rules.wrong(("strategies",), what, error.mend) from error
    return rules


def _error(path: Path, text: str, key: Sequence[str | int], what: str, mend: str) -> BadData:
    name = ".".join(str(part) for part in key if isinstance(part, str)) or "the file"
    return BadData(f"{path}, line {line_of(text, key)}, {name}: {what}.", mend)


def line_of(text: str, key: Sequence[str | int]) -> int:
    """Return the line of a key, such as ("require", 1, "is"): the `is` of the second [[require]]."""
    lines = text.splitlines()
    at, seen = 0, -1
    table = key[0] if len(key) > 1 else None
    for number, line in enumerate(lines):
        head = re.fullmatch(r"\s*\[\[?\s*([\w.-]+)\s*\]\]?\s*(?:#.*)?", line)
        if head and head[1] == table:
            seen += 1
            wanted = key[1] if isinstance(key[1], int) else 0
            at = number if seen == wanted else at
            if seen == wanted:
                break
    names = [str(part) for part in key if isinstance(part, str)]
    for name in reversed(names):
        pattern = re.compile(rf"\s*(?:\[\[?\s*)?[\"']?{re.escape(name)}[\"']?\s*(?:=|\]|\.)")
        for number in range(at, len(lines)):
            if pattern.match(lines[number]):
                return number + 1
    return at + 1


def _keys(loc: Sequence[str | int]) -> tuple[str | int, ...]:
    """Return the place of an error without what pydantic adds for the kinds of a value."""
    kinds = ("str", "bool", "int", "float", "tuple")
    return tuple(p for p in loc if not (isinstance(p, str) and (p in kinds or p.startswith("tuple["))))


def _plain(message: str) -> str:
    if message.startswith("Extra inputs"):
        return "there is no such key"
    if message.endswith("valid tuple"):
        return "is neither a name nor a list of names"
    return message.removeprefix("Value error, ").rstrip(".").lower()


def _mend(loc: Sequence[str | int]) -> str:
    table = str(loc[0]) if loc and str(loc[0]) in KEYS and len(loc) > 1 else ""
    where = f"[{table}]" if table else "the file"
    return f"Keys of {where}: {KEYS[table]}."
