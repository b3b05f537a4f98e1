"""Scorers of picks and prose: whether picks obey, and whether the words keep to what is true."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from prompts.cases import Must, MustNot
from prompts.catalogs import CaseCatalog
from prompts.fits import fits

CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def constraint_obedience(catalog: CaseCatalog, picks: Sequence[str], must: Must, must_not: MustNot) -> float:
    """Return the share of picks (labels) that obey facets, people and ranges; 1 where there is none.

    A pick that the catalogue does not have obeys nothing.
    """
    rows = [catalog.row(label) for label in picks]
    held = [row is not None and fits(catalog, row, must, must_not) for row in rows]
    return sum(held) / len(held) if held else 1.0


def grounding(claims: Iterable[bool]) -> float:
    """Return the share of claims that the catalogue bears out; 1 where nothing is claimed."""
    held = list(claims)
    return sum(held) / len(held) if held else 1.0


def title_guard(named: Iterable[str], allowed: Collection[str]) -> float:
    """Return the share of the items that prose names which it may name; 1 where it names none."""
    return grounding(item in allowed for item in named)


def coverage_of_picks(prose: str, titles: Sequence[str]) -> float:
    """Return the share of titles that the prose names, without regard to case; 1 where there is none."""
    low = prose.casefold()
    return grounding(title.casefold() in low for title in titles)


def in_language(prose: str, lang: str, titles: Iterable[str] = ()) -> bool:
    """Say whether prose is in the script of a language, titles left out.

    Only Chinese (`zh`) and what is written in Latin letters are told apart, signs against words: facet values
    of the catalogue stay in its own language.
    """
    for title in titles:
        prose = prose.replace(title, "")
    signs, words = len(CJK.findall(prose)), len(re.findall(r"[A-Za-zÀ-ž]+", prose))
    return signs > words if lang == "zh" else signs * 3 <= words


def says_as_asked(prose: str, say: Iterable[str], say_not: Iterable[str]) -> bool:
    """Say whether prose holds all words of `say` and none of `say_not`, without regard to case."""
    low = prose.casefold()
    return all(word.casefold() in low for word in say) and not any(w.casefold() in low for w in say_not)
