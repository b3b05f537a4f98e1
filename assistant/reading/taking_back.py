"""Constraints that are taken back, or opened to more values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from assistant import folding
from assistant.folding import Facets
from retriever.catalog import Catalog

if TYPE_CHECKING:
    from assistant.dialogue import DialogueState


def withdraw(state: DialogueState, names: Sequence[str]) -> DialogueState:
    """Take back columns ("year"), values ("genres:Horror") or slots ("audience"), as `Intent.withdrawn`.

    Several names may be joined by "+"; "price:bound" takes back only what the latest critique set.
    """
    gone = [name.strip() for joined in names for name in joined.split("+")]
    if not gone:
        return state
    taken = {name.casefold() for name in gone}

    def numbers(columns: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in columns.items() if name.casefold() not in taken}

    facets = ("wanted", "unwanted", "more", "less", "implied")
    groups = tuple(folding.without(group, gone) for group in state.either)
    people, banned = (
        tuple(n for n in names if not {"people", f"people:{n}".casefold()} & taken)
        for names in (state.people, state.not_people)
    )
    allowed = {f: (v,) for f, _, v in (name.partition(":") for name in gone) if v}
    return state.changed(
        **{name: folding.without(getattr(state, name), gone) for name in facets},
        **{name: numbers(getattr(state, name)) for name in ("ranges", "not_ranges", "toward")},
        bounds={n: b for n, b in state.bounds.items() if not {n, f"{n}:bound"} & taken},
        either=tuple(group for group in groups if group),
        people=people,
        not_people=banned,
        allowed=folding.join(state.allowed, allowed),
        audience=None if "audience" in taken else state.audience,
        count=None if "count" in taken else state.count,
        query="" if "query" in taken else state.query,
    )


def widen(state: DialogueState, opened: Facets, catalog: Catalog) -> DialogueState:
    """Let more values do: what was ruled out is allowed, what stood is one of several.

    Args:
        state: State before.
        opened: Facet -> values that are fine besides, from `folding.widening`.
        catalog: Spells values.
    """
    for name, values in folding.known(opened, catalog).items():
        banned = tuple(v for v in values if v in state.unwanted.get(name, ()))
        if banned:
            gone = [f"{name}:{value}" for value in banned]
            state = withdraw(state, gone)
            continue
        stood = folding.standing(state.wanted, state.either).get(name, ())
        groups = tuple(group for group in state.either if name not in group)
        rest = {n: v for n, v in state.wanted.items() if n != name}
        state = state.changed(wanted=rest, either=(*groups, {name: tuple(dict.fromkeys((*stood, *values)))}))
    return state
