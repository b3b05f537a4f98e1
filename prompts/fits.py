"""Which items of a catalogue a turn of a dialogue allows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from prompts.cases import Must, MustNot, Range
from prompts.catalogs import PEOPLE, CaseCatalog
from prompts.pairs import SEPARATOR


def fits(catalog: CaseCatalog, row: int, must: Must, must_not: MustNot) -> bool:
    """Say whether an item obeys what a turn says of facets, people and ranges.

    `toward`, `same`, `titles` and `shown` depend on what the system showed before and are left out. Any
    of the alternatives of a value (`Steel|Wood`) meets it.
    """
    return (
        all(_has(catalog, row, facet, value) for facet, values in must.facets.items() for value in values)
        and all(any(_has(catalog, row, f, v) for v in values) for f, values in must.any.items() if values)
        and all(_is_by(catalog, row, name) for name in must.people)
        and all(_within(catalog, row, column, bounds) for column, bounds in must.ranges.items())
        and not any(_has(catalog, row, f, v) for f, values in must_not.facets.items() for v in values)
        and not any(_is_by(catalog, row, name) for name in must_not.people)
        and not any(_within(catalog, row, column, bounds) for column, bounds in must_not.ranges.items())
    )


def fitting(catalog: CaseCatalog, must: Must, must_not: MustNot) -> list[int]:
    """Return the rows that a turn allows, see `fits`."""
    return [row for row in range(len(catalog.ids)) if fits(catalog, row, must, must_not)]


def _has(catalog: CaseCatalog, row: int, facet: str, value: str) -> bool:
    return _meets(catalog.facets.get(facet, ((),) * len(catalog.ids))[row], value)


def _is_by(catalog: CaseCatalog, row: int, name: str) -> bool:
    return _meets(
        (who for column in PEOPLE & set(catalog.facets) for who in catalog.facets[column][row]), name
    )


def _meets(values: Iterable[str], wanted: str) -> bool:
    alternatives: Sequence[str] = [part.strip().casefold() for part in wanted.split(SEPARATOR)]
    return any(value.casefold() in alternatives for value in values)


def _within(catalog: CaseCatalog, row: int, column: str, bounds: Range) -> bool:
    value, (low, high) = catalog.numbers[column][row], bounds
    return value is not None and (low is None or value >= low) and (high is None or value <= high)
