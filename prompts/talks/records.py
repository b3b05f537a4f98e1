"""What a dialogue is to a ranking: turns, with what was said before them and what came next."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

_YEAR = re.compile(r"\s*\((?P<year>(?:18|19|20)\d\d)\)\s*$")
_ARTICLE = re.compile(r"^(?P<rest>.+), (?P<article>The|A|An)$", re.IGNORECASE)
_APART = re.compile(r"[^\w]+")


@dataclass(frozen=True)
class TalkItem:
    """Hold what the files say of an item.

    Attributes:
        name: Name by which turns refer to it; unique.
        facets: Kind ("genre", "star", "director", "writer") -> values.
        text: Plot or description; empty where there is none.
        title: What people call it, where the name is only an id.
    """

    name: str
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    text: str = ""
    title: str = ""

    @property
    def year(self) -> int | None:
        """Return the year in parentheses at the end of the name, None where there is none."""
        found = _YEAR.search(self.name)
        return int(found["year"]) if found else None


@dataclass(frozen=True)
class Turn:
    """Hold one turn in which the recommender named items, without what was said in it.

    Attributes:
        turn_id: Id of the turn in its file.
        dialogue: Id of its dialogue.
        context: Utterances before it, oldest first.
        mentioned: Names of the items said before it, in order, each once.
        names: Other things said before it that the files mark: people, genres, ...
        targets: Names of the items that the recommender named in it and nobody before.
        repeated: How many of the named items had been named before; they are no targets.
        refused: Names of the items that the person turned down before it, where the files say so.
    """

    turn_id: str
    dialogue: str
    context: tuple[str, ...]
    mentioned: tuple[str, ...]
    names: tuple[str, ...]
    targets: tuple[str, ...]
    repeated: int = 0
    refused: tuple[str, ...] = ()


@dataclass(frozen=True)
class Talks:
    """Hold the turns of one or more files and the items they may name."""

    items: tuple[TalkItem, ...]
    turns: tuple[Turn, ...]


def title_key(name: str) -> str:
    """Return a title without year, case and punctuation, its article in front; equal keys are one title."""
    plain = _YEAR.sub("", name.strip())
    turned = _ARTICLE.match(plain)
    if turned:
        plain = f"{turned['article']} {turned['rest']}"
    return " ".join(part for part in _APART.split(plain.casefold()) if part)


def fresh(named: Iterable[str], before: Iterable[str]) -> tuple[tuple[str, ...], int]:
    """Return what is named for the first time, in order and each once, and how many are repetitions."""
    known = set(before)
    once = list(dict.fromkeys(named))
    kept = tuple(name for name in once if name not in known)
    return kept, len(once) - len(kept)
