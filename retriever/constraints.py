"""Hard constraints: what every result must satisfy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from retriever.columns import Bounds

Values = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Constraints:
    """State what every result must satisfy. Facet values and names are compared without regard to case.

    Attributes:
        include_all: By facet name, values that an item must all have.
        include_any: By facet name, values of which an item must have at least one.
        exclude: By facet name, values of which an item must have none.
        year_min: First year allowed; items of unknown year do not pass.
        year_max: Last year allowed; items of unknown year do not pass.
        exclude_rows: Rows that must not come back.
        ranges: By numeric column, lowest and highest value allowed, inclusive, None where open; items whose
            value is unknown do not pass.
        not_ranges: By numeric column, stretches ruled out, inclusive; items whose value is unknown pass.
        either: Groups of values by facet name; an item must have at least one value of every group.
        people: Names that an item must all have, in whatever column of people.
        not_people: Names that an item must not have.
    """

    include_all: Values = field(default_factory=dict)
    include_any: Values = field(default_factory=dict)
    exclude: Values = field(default_factory=dict)
    year_min: int | None = None
    year_max: int | None = None
    exclude_rows: frozenset[int] = frozenset()
    ranges: Mapping[str, Bounds] = field(default_factory=dict)
    not_ranges: Mapping[str, tuple[Bounds, ...]] = field(default_factory=dict)
    either: tuple[Values, ...] = ()
    people: frozenset[str] = frozenset()
    not_people: frozenset[str] = frozenset()
