"""Small pure steps by which constraints are joined, narrowed, contradicted and taken back."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence

from assistant.intents import Intent, Number, Range, Toward
from retriever.catalog import Catalog
from retriever.constraints import Constraints

Facets = dict[str, tuple[str, ...]]
Ranges = dict[str, Range]
ANYONE = ("people", "not_people")


def join(a: Mapping[str, tuple[str, ...]], b: Mapping[str, tuple[str, ...]]) -> Facets:
    """Return the values of both, those of `a` first, each once."""
    names = dict.fromkeys((*a, *b))
    return {name: tuple(dict.fromkeys((*a.get(name, ()), *b.get(name, ())))) for name in names}


def minus(a: Mapping[str, tuple[str, ...]], b: Mapping[str, tuple[str, ...]]) -> Facets:
    """Return the values of `a` that `b` does not have; facets without any are left out."""
    left = {name: tuple(v for v in values if v not in b.get(name, ())) for name, values in a.items()}
    return {name: values for name, values in left.items() if values}


def known(facets: Mapping[str, tuple[str, ...]], catalog: Catalog) -> Facets:
    """Return only what the catalogue has, as it spells it."""
    spelled = {n: {v.casefold(): v for v in catalog.facet_values.get(n, ())} for n in facets}
    found = {n: [spelled[n].get(v.casefold()) for v in values] for n, values in facets.items()}
    return {n: tuple(v for v in values if v is not None) for n, values in found.items() if any(values)}


def narrow(old: Range | None, new: Range) -> Range:
    """Return the range that stands after a new one was said.

    A side that is said replaces that side ("up to 80 is fine"); the other side stands as long as it does not
    contradict ("before 2000" after "from 1990 on" leaves 1990 to 1999, after "from 2005 on" it does not).
    """
    if old is None or None not in new:
        return new
    low = old[0] if new[0] is None else new[0]
    high = old[1] if new[1] is None else new[1]
    return new if low is not None and high is not None and low > high else (low, high)


def hull(a: Range, b: Range) -> Range:
    """Return the range from the lower low to the higher high; a side that is open in one stays open."""
    low = None if a[0] is None or b[0] is None else min(a[0], b[0])
    high = None if a[1] is None or b[1] is None else max(a[1], b[1])
    return low, high


def beyond(values: Sequence[float], side: Toward) -> Range | None:
    """Return the range strictly below or above the median of known values; None where none is known."""
    present = [value for value in values if not math.isnan(value)]
    if not present:
        return None
    middle = statistics.median(present)
    if side == "lower":
        return None, math.nextafter(middle, -math.inf)
    return math.nextafter(middle, math.inf), None


def meets(a: Range, b: Range) -> bool:
    """Say whether two ranges have anything in common."""
    low, high = highest(a[0], b[0]), lowest(a[1], b[1])
    return low is None or high is None or low <= high


def highest(a: Number | None, b: Number | None) -> Number | None:
    """Return the higher of two bounds, None standing for no bound."""
    return max((x for x in (a, b) if x is not None), default=None)


def lowest(a: Number | None, b: Number | None) -> Number | None:
    """Return the lower of two bounds, None standing for no bound."""
    return min((x for x in (a, b) if x is not None), default=None)


def both(a: Mapping[str, Range], b: Mapping[str, Range]) -> Ranges:
    """Return what lies within the ranges of both."""
    common = {n: (highest(a[n][0], b[n][0]), lowest(a[n][1], b[n][1])) for n in a if n in b}
    return {**a, **b, **common}


def groups_of(facets: Mapping[str, tuple[str, ...]]) -> tuple[Facets, ...]:
    """Return "one of these is enough" as groups, of each of which one value must be there.

    "Spades by Tarrow or Fennwick" asks for a spade and one of two brands: where some facet has several
    values, the choice is within the facets. "Jazz or something sad" leaves the choice between them.
    """
    if any(len(values) > 1 for values in facets.values()):
        return tuple({name: values} for name, values in facets.items())
    return (dict(facets),) if facets else ()


def added(standing: Facets, said: Facets, catalog: Catalog) -> Facets:
    """Return what is wanted after more was said.

    A new value of a facet that items have but once replaces the old one; of another facet it comes on top,
    unless no item has both: then the latest word counts.
    """
    replaced = {n: v for n, v in standing.items() if n not in said or not catalog.is_single(n)}
    together = join(replaced, said)
    if said and not catalog.mask(Constraints(include_all=sets(together))).any():
        return {**{n: v for n, v in standing.items() if n not in said}, **said}
    return together


def parted(wanted: Facets) -> tuple[Facets, tuple[Facets, ...]]:
    """Part values by whether one word names them in several facets: "sports" as category and as section.

    Returns:
        The other values, all of which are wanted, and a group for each such word, of which one is enough.
    """
    places: dict[str, dict[str, tuple[str, ...]]] = {}
    for name, values in wanted.items():
        for value in values:
            places.setdefault(value.casefold(), {}).setdefault(name, (value,))
    shared = {word: group for word, group in places.items() if len(group) > 1}
    alone = {n: tuple(v for v in values if v.casefold() not in shared) for n, values in wanted.items()}
    return {name: values for name, values in alone.items() if values}, tuple(shared.values())


def widening(wanted: Facets, either: Sequence[Facets], unwanted: Facets, intent: Intent) -> Facets:
    """Return the facets that a message opens to more values without giving them up: "mains is okay as well".

    A value that was ruled out is no longer; the values that stood stay, beside the new ones.

    Args:
        wanted: Facet -> values that stand.
        either: Groups of values of which one is enough.
        unwanted: Facet -> values ruled out.
        intent: What the message says; a facet that is taken back while the message names values of it.
    """
    opened = {name: intent.implied[name] for name in intent.withdrawn if name in intent.implied}
    stood = standing(wanted, either)
    return {n: v for n, v in opened.items() if stood.get(n) or set(v) & set(unwanted.get(n, ()))}


def sets(facets: Mapping[str, Iterable[str]]) -> dict[str, frozenset[str]]:
    """Return facets in the form of `Constraints`."""
    return {name: frozenset(values) for name, values in facets.items() if values}


def without(facets: Facets, gone: Iterable[str]) -> Facets:
    """Return facets without what was taken back: a whole facet "genres", or one value "genres:Horror"."""
    taken = [name.casefold() for name in gone]
    kept = {
        name: tuple(v for v in values if f"{name}:{v}".casefold() not in taken)
        for name, values in facets.items()
        if name.casefold() not in taken
    }
    return {name: values for name, values in kept.items() if values}


def standing(wanted: Facets, either: Iterable[Facets]) -> Facets:
    """Return every value asked for, whether all or one of them must be there."""
    for group in either:
        wanted = join(wanted, group)
    return wanted
