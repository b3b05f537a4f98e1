"""Slots as comparable pairs: what was read and what a person labelled, in one form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from prompts.cases import FACETS, TITLES, Range
from prompts.catalogs import PEOPLE

Slot = tuple[str, str]
NameItem = Callable[[str], str]
NEAR = 0.01  # share by which bounds of columns other than the year may differ
SEPARATOR = "|"  # between alternatives of one label


class Label(NamedTuple):
    """One labelled pair; any of its values meets it."""

    slot: str
    values: frozenset[str]


class Labels(NamedTuple):
    """What a case says: the pairs that count, and pairs that count neither way."""

    asked: tuple[Label, ...]
    free: frozenset[Slot]


def read_pairs(slots: Mapping[str, Any], name_item: NameItem, near: Mapping[str, Any]) -> set[Slot]:
    """Return the pairs of what was read.

    Args:
        slots: Slot -> value, as `Intent.model_dump()` gives them; unknown slots are left out.
        name_item: Title or reference -> a string that is equal for equal items.
        near: The labelled slots; a bound within 1 % of a labelled one counts as that.
    """
    labels = _labels(_moved_people(slots), name_item, _bounds(near))
    return {(label.slot, value) for label in labels for value in label.values}


def labelled_pairs(slots: Mapping[str, Any], may: Mapping[str, Any], name_item: NameItem) -> Labels:
    """Return the pairs of a case, from its `slots` and `may` as mappings."""
    free = _labels(_moved_people(may), name_item, {})
    return Labels(
        asked=tuple(_labels(_moved_people(slots), name_item, {})),
        free=frozenset((label.slot, value) for label in free for value in label.values),
    )


def _labels(slots: Mapping[str, Any], name_item: NameItem, near: Mapping[str, Range]) -> list[Label]:
    labels = [_label(slot, title, name_item) for slot in TITLES for title in slots.get(slot) or ()]
    for slot in FACETS:
        for facet, values in (slots.get(slot) or {}).items():
            labels += [_label(slot, value, str.casefold, f"{facet}=") for value in values]
    for slot in ("people", "not_people", "withdrawn"):
        labels += [_label(slot, value, str.casefold) for value in slots.get(slot) or ()]
    for column, (low, high) in (slots.get("ranges") or {}).items():
        low, high = _snapped(column, (low, high), near.get(column))
        labels += [Label("ranges", frozenset({f"{column}>={low:g}"}))] if low is not None else []
        labels += [Label("ranges", frozenset({f"{column}<={high:g}"}))] if high is not None else []
    for column, (low, high) in (slots.get("not_ranges") or {}).items():
        labels.append(Label("not_ranges", frozenset({f"{column}={low}..{high}"})))
    for column, side in (slots.get("toward") or {}).items():
        labels.append(Label("toward", frozenset({f"{column}={side}"})))
    for column, title in (slots.get("same") or {}).items():
        labels.append(_label("same", title, name_item, f"{column}="))
    return list(dict.fromkeys((*labels, *_scalars(slots))))


def _scalars(slots: Mapping[str, Any]) -> list[Label]:
    said = {"match_any": slots.get("match_any") or None}
    said |= {name: slots.get(name) for name in ("audience", "count")}
    return [Label(name, frozenset({str(v).lower()})) for name, v in said.items() if v is not None]


def _label(slot: str, text: str, name: NameItem, prefix: str = "") -> Label:
    return Label(slot, frozenset(prefix + name(part.strip()) for part in text.split(SEPARATOR)))


def _moved_people(slots: Mapping[str, Any]) -> dict[str, Any]:
    """Return the slots with values of people's columns moved from the facets to the people."""
    moved = dict(slots)
    for facet_slot, people_slot in (("wanted", "people"), ("unwanted", "not_people")):
        facets = slots.get(facet_slot) or {}
        names = [value for facet, values in facets.items() if facet in PEOPLE for value in values]
        moved[facet_slot] = {facet: values for facet, values in facets.items() if facet not in PEOPLE}
        moved[people_slot] = tuple(dict.fromkeys((*(slots.get(people_slot) or ()), *names)))
    return moved


def _bounds(slots: Mapping[str, Any]) -> dict[str, Range]:
    return dict(slots.get("ranges") or {})


def _snapped(column: str, bounds: Range, near: Range | None) -> Range:
    """Return the bounds, each replaced by the labelled one where it is close enough."""
    if near is None or column == "year":
        return bounds
    pairs = zip(bounds, near, strict=True)
    low, high = (
        b if a is not None and b is not None and abs(a - b) <= NEAR * abs(b) else a for a, b in pairs
    )
    return low, high
