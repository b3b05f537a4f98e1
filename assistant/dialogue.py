"""Standing constraints, rejections and what was shown: folds each Intent into the state of a session."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.errors import StoreError
from assistant.types import Intent
from retriever.catalog import Constraints

Facets = dict[str, tuple[str, ...]]


class DialogueState(BaseModel):
    """Hold what stands in a session; stored as JSON, so that it survives a restart.

    Attributes:
        wanted: Facet name -> values that a pick must have.
        unwanted: Facet name -> values that no pick may have.
        match_any: True when one of `wanted` is enough.
        year_min: First year allowed, inclusive.
        year_max: Last year allowed, inclusive.
        query: Free words of the standing request.
        implied: Facet name -> values that the request suggests.
        rejected: Item ids turned down in this session.
        named: Item ids that the person has named; they are known already.
        shown: Item ids shown, oldest first.
        last: Item ids of the last picks, best first.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    wanted: Facets = {}
    unwanted: Facets = {}
    match_any: bool = False
    year_min: int | None = None
    year_max: int | None = None
    query: str = ""
    implied: Facets = {}
    rejected: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    last: tuple[str, ...] = ()

    @classmethod
    def loads(cls, text: str) -> DialogueState:
        """Read a stored state.

        Raises:
            StoreError: When it is not one.
        """
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            raise StoreError(
                "The stored state of this session is damaged.", "Start a new session."
            ) from error

    def constraints(self, exclude_rows: frozenset[int]) -> Constraints:
        """Return the hard constraints of the session, with rows that must not come back."""
        wanted = {facet: frozenset(values) for facet, values in self.wanted.items() if values}
        return Constraints(
            include_all={} if self.match_any else wanted,
            include_any=wanted if self.match_any else {},
            exclude={facet: frozenset(values) for facet, values in self.unwanted.items() if values},
            year_min=self.year_min,
            year_max=self.year_max,
            exclude_rows=exclude_rows,
        )

    def showing(self, item_ids: Sequence[str]) -> DialogueState:
        """Return the state after `item_ids` were shown."""
        shown = tuple(dict.fromkeys((*self.shown, *item_ids)))[-500:]
        return self.model_copy(update={"last": tuple(item_ids), "shown": shown})


def fold(
    state: DialogueState, intent: Intent, named: Sequence[str], last_years: Sequence[int] = ()
) -> DialogueState:
    """Return the state after one message.

    A new request replaces what was wanted; a refinement or critique adds to it. What is unwanted stands
    until it is wanted. A critique turns the last picks down.

    Args:
        state: State before.
        intent: What the message says.
        named: Item ids named in the message.
        last_years: Years of the last picks, for "older" and "newer".
    """
    state = _withdraw(state, intent)
    adds = intent.move in ("refine", "critique", "why", "compare", "chat")
    wanted = _join(state.wanted, intent.wanted) if adds else dict(intent.wanted)
    wanted = _minus(wanted, intent.unwanted)
    years = _years(state, intent, last_years, adds)
    rejected = (*state.rejected, *state.last) if intent.move == "critique" else state.rejected
    return state.model_copy(
        update={
            "wanted": wanted,
            "unwanted": _minus(_join(state.unwanted, intent.unwanted), intent.wanted),
            "match_any": intent.match_any if intent.wanted else state.match_any and adds,
            "year_min": years[0],
            "year_max": years[1],
            "query": intent.query or (state.query if adds else ""),
            "implied": _join(state.implied, intent.implied) if adds else dict(intent.implied),
            "rejected": tuple(dict.fromkeys(rejected)),
            "named": tuple(dict.fromkeys((*state.named, *named))),
        }
    )


def _withdraw(state: DialogueState, intent: Intent) -> DialogueState:
    gone = set(intent.withdrawn)
    update: dict[str, object] = {}
    if "year" in gone:
        update |= {"year_min": None, "year_max": None}
    for name in ("wanted", "unwanted", "implied"):
        update[name] = {f: v for f, v in getattr(state, name).items() if f not in gone}
    return state.model_copy(update=update)


def _years(
    state: DialogueState, intent: Intent, last_years: Sequence[int], adds: bool
) -> tuple[int | None, int | None]:
    """Return the year bounds: those said now, else those that stand, moved by "older" or "newer"."""
    said = intent.year_min is not None or intent.year_max is not None
    low, high = (intent.year_min, intent.year_max) if said or not adds else (state.year_min, state.year_max)
    if intent.direction is None or not last_years:
        return low, high
    middle = int(statistics.median(last_years))
    return (low, middle - 1) if intent.direction == "older" else (middle + 1, high)


def _join(a: Mapping[str, tuple[str, ...]], b: Mapping[str, tuple[str, ...]]) -> Facets:
    return {
        f: tuple(dict.fromkeys((*a.get(f, ()), *b.get(f, ())))) for f in (*a, *(k for k in b if k not in a))
    }


def _minus(a: Mapping[str, tuple[str, ...]], b: Mapping[str, tuple[str, ...]]) -> Facets:
    left = {facet: tuple(v for v in values if v not in b.get(facet, ())) for facet, values in a.items()}
    return {facet: values for facet, values in left.items() if values}
