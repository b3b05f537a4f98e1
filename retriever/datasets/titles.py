"""Titles as data sets write them -> display title, aliases and year."""

from __future__ import annotations

import re
from typing import NamedTuple

ARTICLES = (
    "The", "A", "An", "Les", "La", "Le", "L'", "El", "Los", "Las", "Il", "Lo", "Gli",
    "Der", "Die", "Das", "Den", "Det", "De", "Een", "En", "Et", "Un", "Une", "Una", "Ein", "Eine",
    "O", "Os", "As",
)  # fmt: skip
_TRAILING_ARTICLE = re.compile(rf"^(?P<rest>.+), (?P<article>{'|'.join(ARTICLES)})$", re.IGNORECASE)
_TRAILING_YEAR = re.compile(r"\s*\((?P<year>\d{4})(?:\s*[-–]\s*(?:\d{4})?)?\)\s*$")
_TRAILING_GROUP = re.compile(r"\s*\((?P<inside>(?:[^()]|\([^()]*\))*)\)\s*$")
_ALSO = re.compile(r"^(?:a\.?k\.?a\.?|aka|or)\s+", re.IGNORECASE)


class Title(NamedTuple):
    """Hold the parts of a title.

    Attributes:
        title: Display form, articles in front: "The City of Lost Children".
        aliases: Other titles that stood in parentheses, display form.
        year: Year in parentheses at the end; None where there is none.
    """

    title: str
    aliases: tuple[str, ...]
    year: int | None


def article_first(title: str) -> str:
    """Return "The Matrix" for "Matrix, The", "L'Avventura" for "Avventura, L'"."""
    match = _TRAILING_ARTICLE.match(title.strip())
    if match is None:
        return title.strip()
    article, rest = match["article"], match["rest"]
    return f"{article}{rest}" if article.endswith("'") else f"{article} {rest}"


def parse_title(raw: str) -> Title:
    """Split a title such as "City of Lost Children, The (Cité des enfants perdus, La) (1995)"."""
    year_match = _TRAILING_YEAR.search(raw)
    rest = raw[: year_match.start()] if year_match else raw
    groups: list[str] = []
    while (match := _TRAILING_GROUP.search(rest)) and match.start() > 0:
        groups.insert(0, match["inside"].strip())
        rest = rest[: match.start()]
    title = article_first(rest)
    aliases = dict.fromkeys(article_first(_ALSO.sub("", group)) for group in groups)
    kept = tuple(alias for alias in aliases if alias and alias.casefold() != title.casefold())
    return Title(title, kept, int(year_match["year"]) if year_match else None)
