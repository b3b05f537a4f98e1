"""Numeric columns of the catalogue at hand, each with the words by which people speak of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assistant.intents import Toward
from assistant.reading import lexicon
from assistant.reading.columns import Number
from assistant.reading.units import MONEY, Unit, unit_of

# What columns of a kind measure; a column whose unit measures something else is of another kind.
DIMENSIONS = {
    "price": (MONEY,), "weight": ("mass",), "duration": ("time",), "warranty": ("time",), "tempo": ("tempo",),
    "pages": ("pages",), "size": ("distance",), "height": ("distance",), "group": ("players",),
    "volume": ("volume", "data"), "power": ("power",),
    "noise": ("sound",), "calories": ("energy",), "battery": ("time", "charge"), "rating": ("stars",),
    "players": ("players",), "alcohol": ("percent",), "distance": ("distance",), "servings": ("servings",),
}  # fmt: skip
# The unit of columns whose header names none.
USUAL_UNIT = {
    "price": "EUR", "duration": "min", "pages": "pages", "tempo": "bpm", "weight": "kg", "calories": "kcal",
    "warranty": "years", "players": "players", "rating": "stars", "distance": "km",
}  # fmt: skip
# Kinds that the unit alone tells, where the name of a column says nothing.
UNIT_TELLS = ("price", "weight", "duration", "tempo", "pages", "distance", "calories", "noise")
YEAR = "year"
_LINKS = frozenset(
    (
        "number",
        "total",
        "average",
        "from",
        "with",
        "time",
        "item",
        "level",
        "need",
        "needed",
        "read",
        "release",
    )
)


@dataclass(frozen=True)
class ColumnWords:
    """Hold what people say of one numeric column.

    Attributes:
        name: Its name.
        kind: Kind in the lexicon, empty where it is none of them.
        unit: What it is measured in; None where that is not known.
        number: Its unit as written and its spread.
        said: Words for the quantity.
        sides: Adjective -> side to which it points.
        bound: The same for adjectives that count beside a word of `said` only.
    """

    name: str
    kind: str
    unit: Unit | None
    number: Number
    said: tuple[str, ...]
    sides: Mapping[str, Toward]
    bound: Mapping[str, Toward]


def columns_words(numbers: Mapping[str, Number]) -> tuple[ColumnWords, ...]:
    """Return the words for every numeric column, in the order of the lexicon's kinds, other columns last."""
    kinds = list(lexicon.column_kinds())
    found = [_column_words(name, number) for name, number in numbers.items()]
    return tuple(sorted(found, key=lambda c: kinds.index(c.kind) if c.kind else len(kinds)))


def _column_words(name: str, number: Number) -> ColumnWords:
    kind = _kind_of(name, number)
    spoken = name.casefold().replace("_", " ")
    unit = unit_of(number.unit) or _unit_in(spoken) or unit_of(USUAL_UNIT.get(kind, ""))
    if not kind:
        return ColumnWords(name, "", unit, number, _own_words(spoken), {}, {})
    words = lexicon.column_kinds()[kind]
    said = tuple(dict.fromkeys((*_own_words(spoken), *words.said)))
    return ColumnWords(
        name,
        kind,
        unit,
        number,
        said,
        _sides(words.lower, words.higher),
        _sides(words.bound_lower, words.bound_higher),
    )


def _kind_of(name: str, number: Number) -> str:
    """Return the kind that a column is called by, whole or by a word, else the one that its unit tells."""
    spoken = name.casefold().replace("_", " ")
    unit = unit_of(number.unit) or _unit_in(spoken)
    kinds = {
        kind: words
        for kind, words in lexicon.column_kinds().items()
        if unit is None or unit.dimension in DIMENSIONS.get(kind, (unit.dimension,))
    }
    for names in ({spoken}, *({word} for word in reversed(re.findall(r"\w+", spoken)))):
        for kind, words in kinds.items():
            if names & set(words.names):
                return kind
    return next((kind for kind in UNIT_TELLS if unit and unit.dimension in DIMENSIONS[kind]), "")


def _unit_in(spoken: str) -> Unit | None:
    """Return the unit that the name of a column holds: "minutes to read", "hours"."""
    units = (unit_of(word) for word in re.findall(r"[a-z]{3,}", spoken) if word not in ("second", "star"))
    return next((unit for unit in units if unit is not None), None)


def _own_words(spoken: str) -> tuple[str, ...]:
    """Return the name of a column and the words of it that stand for it alone."""
    words = [word for word in re.findall(r"\w+", spoken) if len(word) > 3 and word not in _LINKS]
    return tuple(dict.fromkeys((spoken, *words)))


def _sides(lower: Iterable[str], higher: Iterable[str]) -> dict[str, Toward]:
    return {**dict.fromkeys(lower, "lower"), **dict.fromkeys(higher, "higher")}
