"""Mood and occasion in a request, for catalogues that do not describe their items."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from assistant.folding import Facets
from assistant.reading.lexicon import HAN
from assistant.reading.word_forms import bases_of

LEFT = re.compile(
    r"^(?:\W|\b(?:and|or|but|a|an|the|with|for|of|very|really|quite|pretty|day|days|的|又|很|点)\b)+$"
)


class Mood(NamedTuple):
    """A request without its mood.

    Attributes:
        topic: The words that are left: what it is about. Empty where nothing but mood was said.
        values: Facet name -> values of the catalogue that the mood suggests.
        against: Facet name -> values that speak against it: a light comedy is no crime film.
    """

    topic: str
    values: Facets
    against: Facets


class _Suggested(NamedTuple):
    values: tuple[str, ...]
    against: tuple[str, ...]


def read(query: str, facet_values: Mapping[str, Sequence[str]]) -> Mood:
    """Part the words of mood and occasion from what a request is about.

    A word that suggests no value of this catalogue stays in the topic: there it is the best there is.

    Args:
        query: Free words of a request.
        facet_values: Facet name -> values of the catalogue.
    """
    spelled = {v.casefold(): (facet, v) for facet, held in facet_values.items() for v in held}
    found, against = list[tuple[str, str]](), list[tuple[str, str]]()

    def without(match: re.Match[str]) -> str:
        mood = _moods()[match[0].casefold().removesuffix("的")]
        known = [spelled[name] for name in mood.values if name in spelled]
        if mood.values and not known:
            return match[0]
        found.extend(known)
        against.extend(spelled[name] for name in mood.against if name in spelled)
        return " "

    topic = " ".join(_pattern().sub(without, query).split()).strip(" ,;、，")
    spoken_against = _by_facet(pair for pair in against if pair not in found)
    return Mood("" if LEFT.fullmatch(topic) else topic, _by_facet(found), spoken_against)


def _by_facet(pairs: Iterable[tuple[str, str]]) -> Facets:
    """Return facet -> its values, each once, in order."""
    held: dict[str, tuple[str, ...]] = {}
    for facet, value in dict.fromkeys(pairs):
        held[facet] = (*held.get(facet, ()), value)
    return held


def topic(query: str) -> str:
    """Return a request without any word of mood, and without comparatives of adjectives ("calmer")."""
    words = _pattern().sub(" ", query).split()
    rest = " ".join(word for word in words if not any(bases_of(word.casefold())))
    return "" if LEFT.fullmatch(rest) else rest


@cache
def _moods() -> dict[str, _Suggested]:
    text = files("assistant.reading.lexicon").joinpath("moods.toml").read_text(encoding="utf-8")
    return {
        word.strip().casefold(): _Suggested(tuple(mood["values"]), tuple(mood.get("against", ())))
        for mood in tomllib.loads(text)["mood"]
        for word in mood["words"].split(",")
    }


@cache
def _pattern() -> re.Pattern[str]:
    words = sorted(_moods(), key=len, reverse=True)
    marks = "|".join(re.escape(word) for word in words if HAN.search(word))
    letters = "|".join(re.escape(word) for word in words if not HAN.search(word))
    return re.compile(rf"(?:{marks})的?|(?<![\w-])(?:{letters})(?![\w-])", re.I)
