"""The rooms as LangChain tools of one turn: search, similar, narrow, rank, facts, compare, recommend."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Annotated

import numpy as np
from langchain_core.tools import BaseTool, StructuredTool
from pydantic import Field

from assistant import answers, choosing
from assistant.choosing import Gone
from assistant.errors import BadInput
from assistant.folding import Facets, sets
from assistant.rooms import Rooms
from assistant.safety import as_data
from assistant.scoring import Request, banned, candidates, score
from assistant.talk import Asked
from retriever.columns import YEAR
from retriever.constraints import Constraints

FOUND = 20  # items that one answer of a tool lists
Ids = Annotated[list[str], Field(description="item ids, as a tool has given them", max_length=100)]
Words = Annotated[str, Field(description="what is looked for, in words", max_length=400)]
Values = Annotated[list[str] | None, Field(description="values of facets, such as genres", max_length=20)]
Year = Annotated[int | None, Field(description="a year")]


class Toolbox:
    """Answer the tool calls of one turn; nothing that the person has ruled out comes out of any tool.

    A tool never raises on what a model asks for: it says what is wrong, so that the model can go on.

    Args:
        rooms: The loaded parts.
        asked: The message, and who asks.
        gone: Rows that must not come back.

    Attributes:
        chosen: Item ids that the model has recommended, best first.
    """

    def __init__(self, rooms: Rooms, asked: Asked, gone: Gone) -> None:
        self._rooms, self._asked = rooms, asked
        early = rooms.knowledge.too_early(asked.person.known)
        excluded = gone.rejected | gone.shown | asked.person.known | early
        self._standing = asked.state.constraints(excluded, banned(rooms, asked.person, asked.state))
        self._allowed = rooms.catalog.mask(self._standing)
        self._values = {
            value.casefold(): (facet, value) for facet, held in rooms.facet_values.items() for value in held
        }
        self.chosen: list[str] = []

    def tools(self) -> list[BaseTool]:
        """Return the tools, bound to this turn."""
        calls: tuple[Callable[..., str], ...] = (
            self.search,
            self.similar,
            self.narrow,
            self.rank_for_me,
            self.facts,
            self.compare,
            self.recommend,
        )
        return [StructuredTool.from_function(call) for call in calls]

    def search(
        self,
        words: Words,
        wanted: Values = None,
        unwanted: Values = None,
        first: Year = None,
        last: Year = None,
    ) -> str:
        """Find items by words, facet values and years; the best matches come first."""
        constraints = self._narrowed(wanted, unwanted, first, last)
        if isinstance(constraints, str):
            return constraints
        state = self._asked.state.changed(query=words.strip() or self._asked.state.query)
        request = Request.of(state, self._rooms.columns)
        if not self._rooms.catalog.mask(constraints).any():
            return self._listed(())
        rows = candidates(self._rooms, self._asked.person, request, constraints)
        totals = score(self._rooms, self._asked.person, request, rows, rows).total()
        best = rows[np.argsort(-totals, kind="stable")[:FOUND]]
        return self._listed(self._rooms.catalog.ids[row] for row in best.tolist())

    def similar(self, item_id: str) -> str:
        """Find items like one item."""
        row = self._row(item_id)
        if row is None:
            return f"There is no item {item_id[:40]!r}; use an id that a tool has given."
        gone = frozenset(np.flatnonzero(~self._allowed).tolist())
        picks = choosing.similar(self._rooms, self._asked.person, row, FOUND, gone)
        return self._listed(pick.item_id for pick in picks)

    def narrow(
        self,
        item_ids: Ids,
        wanted: Values = None,
        unwanted: Values = None,
        first: Year = None,
        last: Year = None,
    ) -> str:
        """Keep those of some items that have the facet values and years."""
        constraints = self._narrowed(wanted, unwanted, first, last)
        if isinstance(constraints, str):
            return constraints
        mask = self._rooms.catalog.mask(constraints)
        return self._listed(item for item in item_ids if (row := self._row(item)) is not None and mask[row])

    def rank_for_me(self, item_ids: Ids) -> str:
        """Order items by the taste of the person, best first."""
        rows = [row for item in item_ids if (row := self._row(item)) is not None and self._allowed[row]]
        picks = choosing.score_items(self._rooms, self._asked.person, rows, self._asked.state)
        return self._listed(pick.item_id for pick in picks)

    def facts(self, item_ids: Ids) -> str:
        """Tell what the catalogue says of items, and what speaks for each with this person."""
        rows = [row for item in item_ids if (row := self._row(item)) is not None]
        picks = choosing.score_items(self._rooms, self._asked.person, rows[:FOUND], self._asked.state)
        units = self._rooms.catalog.units
        lines = (
            f"{p.item_id} | {p.label} | {', '.join(answers.fact_list(p, dict(units), 'en'))} | {p.why}"
            for p in picks
        )
        return "\n".join(as_data(line, 400) for line in lines) or "None of these is in the catalogue."

    def compare(self, item_ids: Ids) -> str:
        """Compare up to four items in a table."""
        rows = [row for item in item_ids if (row := self._row(item)) is not None]
        picks = choosing.score_items(
            self._rooms, self._asked.person, rows[: answers.TABLED], self._asked.state
        )
        if len(picks) < 2:
            return "Give at least two ids that a tool has given."
        return answers.compare(picks, self._asked.text, self._rooms.catalog, "en")

    def recommend(self, item_ids: Ids) -> str:
        """Choose the picks that the person sees, best first. Call it once, before the answer in words."""
        known = [item for item in dict.fromkeys(item_ids) if self._row(item) is not None]
        self.chosen = [item for item in known if self._allowed[self._rooms.row(item)]]
        left = [item for item in item_ids if item not in self.chosen]
        told = f"Chosen: {', '.join(self.chosen) or 'none'}."
        return told + (
            f" Left out, for they are ruled out or unknown: {', '.join(left)[:200]}." if left else ""
        )

    def _row(self, item_id: str) -> int | None:
        try:
            return self._rooms.row(item_id)
        except BadInput:
            return None  # the caller says so to the model

    def _narrowed(
        self,
        wanted: Sequence[str] | None,
        unwanted: Sequence[str] | None,
        first: int | None,
        last: int | None,
    ) -> Constraints | str:
        """Return the standing constraints and these; a line for the model where a value is unknown."""
        given = [*(wanted or ()), *(unwanted or ())]
        unknown = [value for value in given if value.casefold() not in self._values]
        if unknown:
            return f"There is no facet value {unknown[0][:40]!r}. Leave it to the words of search."
        standing, more = self._standing, [sets(self._facets([value])) for value in wanted or ()]
        less = sets(self._facets(unwanted or ()))
        exclude = {
            facet: standing.exclude.get(facet, frozenset()) | less.get(facet, frozenset())
            for facet in {*standing.exclude, *less}
        }
        ranges = dict(standing.ranges)
        if first is not None or last is not None:
            low, high = ranges.get(YEAR, (None, None))
            ranges[YEAR] = (_tighter(max, low, first), _tighter(min, high, last))
        return replace(standing, exclude=exclude, either=(*standing.either, *more), ranges=ranges)

    def _facets(self, values: Iterable[str]) -> Facets:
        facets: dict[str, tuple[str, ...]] = {}
        for value in values:
            facet, spelled = self._values[value.casefold()]
            facets[facet] = (*facets.get(facet, ()), spelled)
        return facets

    def _listed(self, item_ids: Iterable[str]) -> str:
        items = [self._rooms.catalog.item(self._rooms.row(item_id)) for item_id in item_ids]
        lines = (
            f"{item.item_id} | {item.label} | {', '.join(v for held in item.facets.values() for v in held)}"
            for item in items
        )
        return "\n".join(as_data(line, 200) for line in lines) or "Nothing fits. Ask for less."


def _tighter(
    choose: Callable[[float, float], float], held: float | None, given: float | None
) -> float | None:
    return given if held is None else held if given is None else choose(held, given)
