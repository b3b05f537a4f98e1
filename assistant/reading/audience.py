"""Audience limits: facet values that are ruled out, and those that suit, by whom the picks are for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.folding import Facets
from assistant.intents import Audience
from retriever.catalog import Catalog

Table = Mapping[str, Sequence[str]]

ADULT = ("adult", "erotic", "erotica", "explicit", "pornography")
HARSH = (
    *ADULT,
    "horror",
    "thriller",
    "crime",
    "war",
    "film-noir",
    "noir",
    "violent",
    "gore",
    "mature",
    "18+",
)
# Values in lower case, of whatever facet. A tool with a motor or a blade is nothing for a child either.
LIMITS: Table = {
    "kids": (*HARSH, "dark", "scary", "petrol", "mains", "saw", "trimmer", "mower", "chainsaw", "alcohol"),
    "family": HARSH,
    "teens": ADULT,
    "adults": (),
}
SUITS: Table = {
    "kids": ("children", "children's", "kids", "family", "animation"),
    "family": ("children", "children's", "kids", "family", "animation"),
}


def ruled_out(audience: Audience | None, catalog: Catalog, limits: Table = LIMITS) -> Facets:
    """Return the values of the catalogue that an audience must not get, by facet; people are no such values.

    Args:
        audience: Whom the picks are for; None rules out nothing.
        catalog: Whose values.
        limits: Audience -> values in lower case; one that is not there has the limits that come with Palate.
    """
    return _held(limits.get(audience, LIMITS[audience]) if audience else (), catalog)


def suited(audience: Audience | None, catalog: Catalog) -> Facets:
    """Return the values of the catalogue that are made for an audience, by facet."""
    return _held(SUITS.get(audience, ()) if audience else (), catalog)


def can_tell(audience: Audience | None, catalog: Catalog, limits: Table = LIMITS) -> bool:
    """Say whether the catalogue's columns tell what suits an audience; nobody has to ask for adults."""
    if audience in (None, "adults"):
        return True
    return bool(ruled_out(audience, catalog, limits) or suited(audience, catalog))


def _held(values: Sequence[str], catalog: Catalog) -> Facets:
    wanted = {value.casefold() for value in values}
    found = {
        name: tuple(value for value in known if value.casefold() in wanted)
        for name, known in catalog.facet_values.items()
        if name not in catalog.people
    }
    return {name: held for name, held in found.items() if held}
