"""What people call values and columns: data files of this folder, read once; no rule stands here."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

HAN = re.compile(r"[㐀-鿿]")


class ColumnKind(NamedTuple):
    """How people speak of one kind of numeric column; every attribute holds words in lower case.

    Attributes:
        names: What such columns are called.
        said: Words for the quantity in a message.
        lower: Adjectives for less of it.
        higher: Adjectives for more of it.
        bound_lower: Adjectives for less of it, beside a word of `said` only.
        bound_higher: The same for more.
    """

    names: tuple[str, ...]
    said: tuple[str, ...]
    lower: tuple[str, ...]
    higher: tuple[str, ...]
    bound_lower: tuple[str, ...]
    bound_higher: tuple[str, ...]


class Words(NamedTuple):
    """What people call facet values.

    Attributes:
        entries: Each entry a name of a value and other words for it.
        also: Word -> name of a second value that it says.
        shifts: Word -> names of the values of which "less WORD" wants less.
        hints: Name of a value -> words that suggest it.
        idioms: Turns of phrase in which no word means a value.
        adjectives: Adjectives that are compared: "funnier", "sadder".
    """

    entries: tuple[tuple[str, ...], ...]
    also: dict[str, str]
    shifts: dict[str, tuple[str, ...]]
    hints: dict[str, tuple[str, ...]]
    idioms: tuple[str, ...]
    adjectives: frozenset[str]


@cache
def words() -> Words:
    """Return what people call facet values."""
    data = _load("values.toml")
    lines = dict(data["words"])
    for name, line in _load("tongues.toml")["words"].items():
        lines[name] = f"{lines[name]}, {line}" if name in lines else line
    pairs = (pair.split(": ") for line in data["also"].values() for pair in line.split(", "))
    return Words(
        entries=tuple((name, *_split(line)) for name, line in lines.items()),
        also=dict(pairs),
        shifts={word: _split(names) for names, line in data["shifts"].items() for word in _split(line)},
        hints={name: _split(line) for name, line in data["hints"].items()},
        idioms=tuple(word for line in data["idioms"].values() for word in _split(line)),
        adjectives=frozenset(_split(data["adjectives"]["english"])),
    )


@cache
def _in_chinese() -> dict[str, str]:
    return {
        entry[0]: word for entry in words().entries if (word := next(filter(HAN.search, entry[1:]), None))
    }


def in_chinese(value: str) -> str:
    """Return the usual Chinese word for a facet value; the value itself where none is known."""
    return _in_chinese().get(value.lower(), value)


@cache
def column_kinds() -> dict[str, ColumnKind]:
    """Return how people speak of numeric columns, by kind."""
    fields = ColumnKind._fields
    return {
        name: ColumnKind(*(_split(entry.get(key, "")) for key in fields))
        for name, entry in _load("columns.toml").items()
    }


@cache
def called() -> dict[str, tuple[str, ...]]:
    """Return column -> what it is called besides its name; parts of regular expressions."""
    return {name: _split(line) for name, line in _load("called.toml")["called"].items()}


@cache
def plain_titles() -> frozenset[str]:
    """Return titles that are everyday words or turns of phrase, lower case."""
    return frozenset(word for line in _load("titles.toml")["plain"].values() for word in _split(line))


@cache
def fillers() -> dict[str, str]:
    """Return the filler words by language, parted by blanks; the Chinese ones are regular expressions."""
    return dict(_load("stopwords.toml")["words"])


def is_chinese(text: str) -> bool:
    """Say whether `text` holds a Chinese character."""
    return HAN.search(text) is not None


def _load(name: str) -> dict[str, Any]:
    return tomllib.loads((files("assistant.reading.lexicon") / name).read_text(encoding="utf-8"))


def _split(line: str) -> tuple[str, ...]:
    return tuple(part.strip().lower() for part in line.split(",") if part.strip())
