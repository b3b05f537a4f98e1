"""When little or nothing satisfies the constraints: which one keeps most of the catalogue out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from assistant.dialogue import DialogueState
from assistant.folding import Facets
from assistant.intents import Range
from assistant.phrases import Lang, number, say
from assistant.reading.taking_back import withdraw
from retriever.catalog import Catalog

Banned = Callable[[DialogueState], Facets]
BANS = ("unwanted", "not_ranges", "not_people", "audience", "standing")  # given up last


@dataclass(frozen=True)
class Obstacle:
    """One constraint, and what its withdrawal would open.

    Attributes:
        withdrawn: The constraint as `Intent.withdrawn` names it; several are parted by "+".
        name: The constraint in words.
        opens: Number of items that would satisfy the others.
    """

    withdrawn: str
    name: str
    opens: int


@dataclass(frozen=True)
class _Part:
    kind: str
    withdrawn: str
    name: str


def obstacle(
    catalog: Catalog, state: DialogueState, banned: Banned, gone: frozenset[int], least: int
) -> Obstacle | None:
    """Return the constraint whose withdrawal would help most; two of them where no single one helps.

    What was ruled out is named only where giving up something that was asked for does not help.

    Args:
        catalog: The items.
        state: What stands.
        banned: Facet values ruled out by audience and standing dislikes, given a state.
        gone: Rows that must not come back.
        least: Number of items that satisfy everything now; less than this is no help.
    """

    def opens(*parts: _Part) -> int:
        left = withdraw(state, tuple(part.withdrawn for part in parts))
        return int(np.count_nonzero(catalog.mask(left.constraints(gone, banned(left)))))

    parts = list(_parts(catalog, state, banned(state)))
    asked = [part for part in parts if part.kind not in BANS]
    for choice in (asked, parts):
        sized = [(opens(part), part) for part in choice]
        best = max(sized, key=lambda entry: entry[0], default=None)
        if best is not None and best[0] > least:
            return Obstacle(best[1].withdrawn, best[1].name, best[0])
    pairs = [(opens(a, b), a, b) for a, b in combinations(asked, 2)]
    widest = max(pairs, key=lambda entry: entry[0], default=None)
    if widest is None or widest[0] <= least:
        return None
    return Obstacle(
        f"{widest[1].withdrawn}+{widest[2].withdrawn}", f"{widest[1].name} + {widest[2].name}", widest[0]
    )


def _parts(catalog: Catalog, state: DialogueState, banned: Facets) -> Iterator[_Part]:
    """Yield every constraint that can be taken back."""
    lang = state.lang
    for name, side in ((n, "lower" if b[0] is None else "higher") for n, b in state.bounds.items()):
        yield _Part("bounds", f"{name}:bound", say(lang, f"{side} than", column=name))
    for name, bounds in state.ranges.items():
        yield _Part("ranges", name, range_words(name, bounds, catalog.units.get(name, ""), lang))
    for kind in ("wanted", "unwanted"):
        key = "value" if kind == "wanted" else "no value"
        for name, values in getattr(state, kind).items():
            yield from (_Part(kind, f"{name}:{v}", say(lang, key, value=v)) for v in values)
    for group in state.either:
        names = "+".join(f"{name}:{v}" for name, values in group.items() for v in values)
        words = "/".join(v for values in group.values() for v in values)
        yield _Part("either", names, say(lang, "value", value=words))
    for name in state.people:
        yield _Part("people", f"people:{name}", say(lang, "by", name=name))
    for name in state.not_people:
        yield _Part("not_people", f"people:{name}", say(lang, "no value", value=name))
    for name, stretches in state.not_ranges.items():
        low, high = stretches[0]
        ends = {
            "low": number(low) if low is not None else "",
            "high": number(high) if high is not None else "",
        }
        yield _Part("not_ranges", name, say(lang, "not between", column=name, **ends))
    if state.audience:
        yield _Part("audience", "audience", say(lang, "for audience", audience=say(lang, state.audience)))
    for name, values in banned.items() if not state.audience else ():
        yield from (_Part("standing", f"{name}:{v}", say(lang, "no value", value=v)) for v in values)


def range_words(name: str, bounds: Range, unit: str, lang: Lang) -> str:
    """Return a range in words: "the limit of price to 50 EUR"."""
    low, high = (None if end is None else number(float(end), unit) for end in bounds)
    key = "limit up to" if low is None else "limit from" if high is None else "limit between"
    key = "limit exactly" if low == high else key
    return say(lang, key, column=name, low=low, high=high)
