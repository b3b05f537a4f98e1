"""Rules held against a catalogue: what may be picked at all, for whom, and what not side by side."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches

import numpy as np
import polars as pl
import scipy.sparse as sp
from numpy.typing import NDArray

from retriever.catalog import Catalog
from retriever.constraints import Constraints
from retriever.rules import Require, Rules, Value
from retriever.strategies.links import Links

YES = ("yes", "true", "1", "y")
BEFORE_SECONDS = 10_000  # lower numbers are years
Mask = NDArray[np.bool_]
Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Rulings:
    """What rules say of the N items of a catalogue.

    Attributes:
        fit: bool [N], what satisfies every `require`.
        opens: float64 [N], unix seconds from which an item may be picked, -inf where nothing is said.
        later: int64 [r], rows that come after others.
        earlier: int64 [r], the row that each of them comes after.
        shared: int32 CSR [N, g], which values of `one_per` an item has; None without such a rule.
    """

    fit: Mask
    opens: NDArray[np.float64]
    later: NDArray[np.int64]
    earlier: NDArray[np.int64]
    shared: sp.csr_matrix | None = None

    def open(self, now: float) -> Mask:
        """Return what may be picked at a moment, bool [N]."""
        return self.fit & (self.opens <= now)

    def too_early(self, known: frozenset[int]) -> frozenset[int]:
        """Return the rows that come after something that somebody does not know."""
        if not len(self.later):
            return frozenset()
        missing = ~np.isin(self.earlier, np.fromiter(known, np.int64, len(known)))
        return frozenset(self.later[missing].tolist())


def alike(shared: sp.csr_matrix, rows: NDArray[np.int64]) -> Mask:
    """Return which of k rows have a value in common and must not stand side by side, bool [k, k]."""
    held = shared[rows]
    return np.asarray((held @ held.T).toarray() > 0)


class RuledCatalog(Catalog):
    """A catalogue whose masks also leave out what the rules do.

    Args:
        frame: The items.
        rulings: What the rules say of them.
        clock: Tells unix seconds.
    """

    def __init__(self, frame: pl.DataFrame, rulings: Rulings, clock: Callable[[], float] = time.time) -> None:
        super().__init__(frame)
        self._rulings, self._clock = rulings, clock

    def mask(self, constraints: Constraints) -> Mask:
        """Return which rows satisfy every constraint and every rule, bool [N].

        Raises:
            BadData: A facet or a facet value is not known.
            UnknownItem: A row to exclude is outside the catalogue.
        """
        return np.asarray(super().mask(constraints) & self._rulings.open(self._clock()))


def held_against(rules: Rules, catalog: Catalog, links: Links) -> Rulings:
    """Hold rules against a catalogue and its links.

    Raises:
        BadData: A rule names a column, value or relation that is not there.
    """
    said, n = rules.said, len(catalog)
    fit = np.ones(n, np.bool_)
    for at, require in enumerate(said.require):
        fit &= _fits(rules, at, require, catalog)
    if not fit.any():
        raise rules.wrong(("require",), "no item satisfies all of these", "Ask for less.")
    for relation in dict.fromkeys((*said.after, *said.one_per, *(said.links.use or ()))):
        key = next(k for k in ("after", "one_per", "links") if relation in _named(rules, k))
        if relation.casefold() not in links.relations:
            place = ("links", "use") if key == "links" else (key,)
            raise rules.wrong(place, f"nothing is linked by {relation!r}", _known(relation, links.relations))
    opens = np.full(n, -np.inf) if said.not_before is None else _opens(rules, said.not_before, catalog, links)
    later, earlier = _order(rules, catalog, links)
    shared = None
    if said.one_per:
        kept = links.only([name.casefold() for name in said.one_per])
        columns = kept.kinds * (n + len(kept.entities)) + kept.tails
        _, numbers = np.unique(columns, return_inverse=True)
        shape = (n, int(numbers.max(initial=-1)) + 1)
        shared = sp.csr_matrix((np.ones(len(kept), np.int32), (kept.heads, numbers)), shape=shape)
    return Rulings(fit, opens, later, earlier, shared)


def _named(rules: Rules, key: str) -> tuple[str, ...]:
    said = rules.said
    return {"after": said.after, "one_per": said.one_per, "links": said.links.use or ()}[key]


def plain(name: str) -> str:
    """Return a name in lower case with blanks between its words: "In_stock" is "in stock"."""
    return " ".join(re.split(r"[\s_-]+", name.casefold().strip()))


def _known(name: str, names: Sequence[str]) -> str:
    known = {plain(each): each for each in names}
    near = get_close_matches(plain(name), list(known), n=3, cutoff=0.5)
    if near:
        return f"Did you mean {' or '.join(known[each] for each in near)}?"
    return f"Known: {', '.join(list(names)[:20]) or 'nothing'}."


def _fits(rules: Rules, at: int, require: Require, catalog: Catalog) -> Mask:
    place, column = ("require", at), require.column
    names = {plain(name): name for name in (*catalog.numbers, *catalog.facet_values)}
    found = names.get(plain(column))
    fit = np.ones(len(catalog), np.bool_)
    if require.at_least is not None or require.at_most is not None:
        if found not in catalog.numbers:
            raise rules.wrong(
                (*place, "column"),
                f"there is no column of numbers {column!r}",
                _known(column, list(catalog.numbers)),
            )
        with np.errstate(invalid="ignore"):
            values = catalog.numbers[found]
            fit &= values >= (-np.inf if require.at_least is None else require.at_least)
            fit &= values <= (np.inf if require.at_most is None else require.at_most)
    if require.is_ is not None:
        fit &= _has(rules, (*place, "is"), column, require.is_, catalog)
    if require.is_not is not None:
        fit &= ~_has(rules, (*place, "is_not"), column, require.is_not, catalog)
    return fit


def _has(
    rules: Rules,
    place: tuple[str | int, ...],
    column: str,
    wanted: Value | tuple[Value, ...],
    catalog: Catalog,
) -> Mask:
    """Return which items have one of some values in a column, bool [N]."""
    values = wanted if isinstance(wanted, tuple) else (wanted,)
    names = {plain(name): name for name in (*catalog.numbers, *catalog.facet_values)}
    found = names.get(plain(column))
    if found in catalog.numbers:
        numbers = [float(v) for v in values if isinstance(v, bool | int | float)]
        if len(numbers) < len(values):
            raise rules.wrong(place, f"{found} holds numbers", "Write numbers without quotes.")
        return np.asarray(np.isin(catalog.numbers[found], numbers))
    if found is None:
        # Three columns of yes and no and more become one facet, with their names as its values.
        flags = [
            catalog.facet_matrix(name)[:, [at]].toarray().ravel()
            for name, held in catalog.facet_values.items()
            for at, value in enumerate(held)
            if plain(value) == plain(column)
        ]
        if not flags or not all(isinstance(v, bool) for v in values):
            raise rules.wrong(
                (*place[:-1], "column"),
                f"there is no column {column!r}",
                _known(column, list(names.values())),
            )
        either: Mask = np.any([flags[0] == bool(v) for v in values], axis=0)
        return either
    held = {value.casefold(): at for at, value in enumerate(catalog.facet_values[found])}
    matrix, masks = catalog.facet_matrix(found), []
    for value in values:
        if isinstance(value, bool):
            yes = [at for text, at in held.items() if plain(text) in (*YES, plain(found))]
            masks.append(matrix[:, yes].toarray().any(axis=1) == value)
        elif str(value).casefold() in held:
            masks.append(matrix[:, [held[str(value).casefold()]]].toarray().ravel())
        else:
            raise rules.wrong(
                place, f"no item has {value!r} in {found}", _known(str(value), catalog.facet_values[found])
            )
    any_of: Mask = np.any(masks, axis=0)
    return any_of


def _order(rules: Rules, catalog: Catalog, links: Links) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the rows that come after others, and these."""
    kept = links.only([name.casefold() for name in rules.said.after])
    direct = kept.tails < len(catalog)
    later, earlier = [kept.heads[direct]], [kept.tails[direct]]
    # What shares a series is in the order of its years: each after the one before.
    shared = ~direct
    members, groups, years = kept.heads[shared], kept.tails[shared], catalog.years[kept.heads[shared]]
    order = np.lexsort((members, np.where(years > 0, years, np.iinfo(np.int32).max), groups))
    members, groups = members[order], groups[order]
    follows = groups[1:] == groups[:-1]
    later.append(members[1:][follows])
    earlier.append(members[:-1][follows])
    return np.concatenate(later), np.concatenate(earlier)


def _opens(rules: Rules, name: str, catalog: Catalog, links: Links) -> NDArray[np.float64]:
    """Return the moment from which each item may be picked, float64 [N]."""
    numbers = {plain(column): column for column in catalog.numbers}
    facets = {plain(facet): facet for facet in catalog.facet_values}
    relations = {plain(relation): relation for relation in links.relations}
    key, opens = plain(name), np.full(len(catalog), -np.inf)
    if key in numbers:
        values = catalog.numbers[numbers[key]]
        years = np.isfinite(values) & (np.abs(values) < BEFORE_SECONDS)
        seconds = np.where(np.isfinite(values), values, -np.inf)
        seconds[years] = [datetime(int(max(y, 1)), 1, 1, tzinfo=UTC).timestamp() for y in values[years]]
        return seconds
    if key in facets:
        texts = catalog.facet_values[facets[key]]
        rows, columns = catalog.facet_matrix(facets[key]).nonzero()
    elif key in relations:
        kept = links.only([relations[key]])
        far = kept.tails >= len(catalog)
        texts, rows, columns = kept.entities, kept.heads[far], kept.tails[far] - len(catalog)
    else:
        everything = (*numbers, *facets, *relations)
        what = f"there is no column or relation {name!r}"
        raise rules.wrong(("not_before",), what, _known(name, everything))
    moments = np.array([_moment(rules, texts[at]) for at in np.unique(columns)])
    np.maximum.at(opens, rows, moments[np.searchsorted(np.unique(columns), columns)])
    return opens


def _moment(rules: Rules, text: str) -> float:
    try:
        found = datetime.fromisoformat(text.strip() + ("-01-01" if text.strip().isdigit() else ""))
    except ValueError:
        raise rules.wrong(("not_before",), f"{text!r} is no day", "Write days as 2026-12-31.") from None
    return found.replace(tzinfo=found.tzinfo or UTC).timestamp()
