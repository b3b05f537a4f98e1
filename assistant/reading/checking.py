"""The LLM's proposal checked against the sentence and the catalogue: nothing passes that was not said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from rapidfuzz import fuzz

from assistant.intents import REFERENCE, Intent, Move, Range
from assistant.reading.asked import says_audience
from assistant.reading.columns import Columns
from assistant.reading.lexis import Lexis, lexis_of
from assistant.reading.message import Span, blank, plain_of
from assistant.reading.proposals import Proposal
from assistant.reading.quantities import find_quantities
from assistant.reading.references import find_references
from assistant.reading.same import says_column
from assistant.reading.units import same_dimension
from assistant.reading.years import read_years

SAID = 82.0  # fuzz.partial_ratio from which a title counts as said; typos pass, other titles do not
SLOTS = ("audience", "count", "query", "people")
NEAR = 0.11  # share by which a bound may differ from a number said: "about 30" is 27 to 33


def merge(rules: Intent, proposal: Proposal, text: str, columns: Columns, titles: Sequence[Span]) -> Intent:
    """Complete the rules' reading by what the LLM proposed, as far as the sentence bears it out.

    Titles must have been said, references too; a facet value filters only where a word for it was said,
    otherwise it merely ranks; nothing is both wanted and unwanted; a number, a
    name or a column must stand in the sentence. Where the rules have read a slot of a column, theirs stands.
    """
    check = Check(text, columns, titles, rules)
    facets = check.facets(proposal)
    if not rules.query and not check.is_said(proposal.query):
        query = ""
    else:
        query = rules.query or proposal.query.strip()
    return rules.changed(
        move=choose_move(rules, proposal.move),
        **check.titles_of(proposal),
        **facets,
        **check.people_of(proposal),
        ranges={**check.ranges(proposal.ranges), **rules.ranges},
        not_ranges={**check.ranges(proposal.not_ranges), **rules.not_ranges},
        toward={**check.wishes(proposal.toward), **rules.toward},
        same={**check.same(proposal.same), **rules.same},
        audience=rules.audience or check.audience(proposal.audience),
        count=rules.count or check.count(proposal.count),
        withdrawn=tuple(dict.fromkeys((*rules.withdrawn, *check.withdrawn(proposal.withdrawn)))),
        query=query,
        source="llm",
    )


def choose_move(rules: Intent, proposed: Move) -> Move:
    """Prefer the rules; let the LLM decide only where they read nothing at all.

    On the shipped cases the rules tell moves better than the small models do (docs/LOG.md).
    """
    return rules.move if rules.move != "ask" or holds_anything(rules) else proposed


def holds_anything(intent: Intent) -> bool:
    """Say whether an intent holds any slot; what is merely implied counts for nothing."""
    empty = Intent(move=intent.move, source=intent.source, implied=intent.implied)
    return intent != empty


@dataclass(frozen=True)
class Check:
    """Check what a model proposes for one message.

    Attributes:
        text: The message.
        columns: The columns of the catalogue.
        titles: Where the linker found items.
        rules: The rules' reading.
    """

    text: str
    columns: Columns
    titles: Sequence[Span]
    rules: Intent

    @cached_property
    def plain(self) -> str:
        """Return the message made plain."""
        return plain_of(self.text)

    @cached_property
    def lexis(self) -> Lexis:
        """Return the words for the catalogue."""
        return lexis_of(self.columns)

    @cached_property
    def pointed_at(self) -> frozenset[str]:
        """Return the references that stand in the sentence."""
        found = find_references(blank(self.text, self.titles), 20)
        return frozenset(target for reference in found for target in reference.targets)

    def titles_of(self, proposal: Proposal) -> dict[str, tuple[str, ...]]:
        """Return the title slots: those of the rules, with titles that only the LLM saw."""
        rules = self.rules
        taken = {*rules.liked, *rules.disliked, *rules.seen, *rules.about}
        out: dict[str, tuple[str, ...]] = {}
        for slot, proposed in (
            ("disliked", proposal.dislike),
            ("seen", proposal.seen),
            ("about", proposal.about),
            ("liked", proposal.like),
        ):
            new = tuple(t for t in dict.fromkeys(proposed) if t not in taken and self.is_title(t))
            taken.update(new)
            out[slot] = (*getattr(rules, slot), *new)
        return out

    def is_title(self, title: str) -> bool:
        """Say whether a title or reference was said, is not one the linker has, and is no facet value."""
        if REFERENCE.fullmatch(title):
            return title in self.pointed_at
        low = title.strip().lower()
        known = {value.lower() for values in self.columns.facets.values() for value in values}
        found = [span.text.lower() for span in self.titles]
        if len(low) < 2 or low in known or any(low in other or other in low for other in found):
            return False
        return fuzz.partial_ratio(low, self.text.lower()) >= SAID and len(low) <= len(self.text)

    def facets(self, proposal: Proposal) -> dict[str, dict[str, tuple[str, ...]]]:
        """Return the facet slots; what was not said is implied at most."""
        rules, says = self.rules, self.lexis.vocabulary.says
        unwanted, implied = dict(rules.unwanted), dict(rules.implied)
        more, less = dict(rules.more), dict(rules.less)
        for facet, values in self.columns.facets.items():
            slots = (rules.wanted, rules.unwanted, rules.more, rules.less)
            taken = {value for slot in slots for value in slot.get(facet, ())}

            def new(
                proposed: Iterable[str], values: Sequence[str] = values, taken: set[str] = taken
            ) -> list[str]:
                return [v for v in dict.fromkeys(proposed) if v in values and v not in taken]

            ruled_out = [v for v in new(proposal.avoid) if says(self.plain, v)]
            taken.update(ruled_out)
            unwanted = _extend(unwanted, facet, ruled_out)
            for target, proposed in ((more, proposal.more), (less, proposal.less)):
                shifted = [v for v in new(proposed) if says(self.plain, v)]
                taken.update(shifted)
                target.update(_extend(target, facet, shifted))
            if not implied.get(facet):  # a word that suggests a value beats a guess
                implied = _extend(implied, facet, new(proposal.want))
            implied[facet] = tuple(v for v in implied.get(facet, ()) if v not in unwanted.get(facet, ()))
        implied = {facet: values for facet, values in implied.items() if values}
        return {"unwanted": unwanted, "implied": implied, "more": more, "less": less}

    def people_of(self, proposal: Proposal) -> dict[str, tuple[str, ...]]:
        """Return the people: those of the rules, with names that were said."""
        said = {name.person for name in self.lexis.names.find(self.text, self.plain)}
        taken = {*self.rules.people, *self.rules.not_people}
        out = [p for p in proposal.not_people if p in said and p not in taken]
        wanted = [p for p in proposal.people if p in said and p not in taken and p not in out]
        return {
            "people": (*self.rules.people, *dict.fromkeys(wanted)),
            "not_people": (*self.rules.not_people, *dict.fromkeys(out)),
        }

    def ranges(self, proposed: Mapping[str, Range]) -> dict[str, Range]:
        """Return the ranges whose every bound is a number of the sentence."""
        return {column: bounds for column, bounds in proposed.items() if self._is_said_range(column, bounds)}

    def _is_said_range(self, column: str, bounds: Range) -> bool:
        edges = [edge for edge in bounds if edge is not None]
        if column not in self.columns.numbers or not edges:
            return False
        said = self._numbers(column)
        return all(any(abs(edge - number) <= NEAR * abs(number) for number in said) for edge in edges) and (
            column != "year" or all(int(edge) in said for edge in edges)
        )

    def _numbers(self, column: str) -> set[float]:
        """Return the numbers of the sentence as values of a column."""
        if column == "year":
            stretches = read_years(self.plain)
            ends = {edge for s in stretches for edge in (s.low, s.high) if edge is not None}
            return {float(edge + step) for edge in ends for step in (-1, 0, 1)}
        unit = next((c.unit for c in self.lexis.numbers if c.name == column), None)
        found = find_quantities(self.plain)
        return {q.value * same_dimension(q.unit, unit) for q in found if same_dimension(q.unit, unit)}

    def wishes(self, proposed: Mapping[str, str]) -> dict[str, str]:
        """Return the wishes for columns of which an adjective or the name was said."""
        said = {wish.column for wish in self.lexis.adjectives.find(self.plain) if wish.side}
        bounded = {*self.rules.ranges, *self.rules.toward}
        return {c: side for c, side in proposed.items() if c in said and c not in bounded}

    def same(self, proposed: Mapping[str, str]) -> dict[str, str]:
        """Return the wishes for the value of an item, where column and item were named."""
        known = {*self.columns.facets, *self.columns.people, *self.columns.numbers}
        return {
            column: item
            for column, item in proposed.items()
            if column in known
            and says_column(self.plain, column)
            and (self.is_title(item) or self._is_linked(item))
        }

    def _is_linked(self, title: str) -> bool:
        return any(title.lower() == span.text.lower() for span in self.titles)

    def audience(self, proposed: str | None) -> str | None:
        """Return the audience if words for it stand in the sentence."""
        return proposed if proposed is not None and says_audience(self.plain, proposed) else None

    def count(self, proposed: int | None) -> int | None:
        """Return the number of picks if that number stands in the sentence."""
        return proposed if any(q.value == proposed for q in find_quantities(self.plain)) else None

    def withdrawn(self, proposed: Sequence[str]) -> tuple[str, ...]:
        """Return what is taken back, where the column or the value was named."""
        return tuple(name for name in proposed if self._is_named(name))

    def _is_named(self, name: str) -> bool:
        column, _, value = name.partition(":")
        known = {*self.columns.facets, *self.columns.people, *self.columns.numbers}
        if value:
            wanted = self.rules.wanted.get(column, ())
            return column in known and value not in wanted and self.lexis.vocabulary.says(self.plain, value)
        if column in SLOTS:
            return column == "audience" and any(
                says_audience(self.plain, a) for a in ("kids", "family", "teens")
            )
        return column in known and says_column(self.plain, column)

    def is_said(self, query: str) -> bool:
        """Say whether at least four fifths of the words of a query stand in the sentence."""
        words, said = query.lower().split(), self.text.lower()
        return bool(words) and sum(word.strip(".,!?'\"")[:6] in said for word in words) >= 0.8 * len(words)


def _extend(facets: dict[str, tuple[str, ...]], facet: str, values: Sequence[str]) -> dict[str, Any]:
    return {**facets, facet: (*facets.get(facet, ()), *values)} if values else facets
