"""Rule-based reading of one message: what rules read well, they read alone; the LLM adds to it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from assistant.folding import hull, narrow
from assistant.intents import REFERENCE, Audience, Intent, Move, Range, Toward
from assistant.reading import moves, remains
from assistant.reading.absent import find_untold
from assistant.reading.asked import ages_in, read_audience, read_count
from assistant.reading.bases import base_of, without_same
from assistant.reading.bounds import Bound, read_bounds
from assistant.reading.columns import Columns
from assistant.reading.facet_words import Facets, read_facets
from assistant.reading.joining import join_ranges
from assistant.reading.lexis import Lexis, lexis_of
from assistant.reading.message import Span, blank, cover, overlaps, plain_of
from assistant.reading.move_cues import CHOICE, ONES
from assistant.reading.numeric import YEAR
from assistant.reading.opinions import Mention, Opinions, read_opinions
from assistant.reading.orders import orders_in
from assistant.reading.people_said import sort_names
from assistant.reading.people_words import Name
from assistant.reading.references import Reference, find_references, numbered, others_of
from assistant.reading.same import read_same
from assistant.reading.shown_words import shown_parts
from assistant.reading.than import Limit, read_limits
from assistant.reading.titles import meant_titles
from assistant.reading.toward import Wish
from assistant.reading.verdicts import verdict_spans
from assistant.reading.withdrawals import read_withdrawn
from assistant.reading.years import Stretch, read_years

KINDS_OF_ITEMS = frozenset(("category", "genre", "genres", "type", "kind", "categories", "product"))


def read(text: str, columns: Columns, titles: Sequence[Span] = (), shown: Sequence[str] = ()) -> Intent:
    """Read `text` by rules alone.

    Args:
        text: The message.
        columns: The columns of the catalogue at hand.
        titles: Where items are named, in order.
        shown: Labels of the last picks, best first; empty when nothing has been recommended yet.
    """
    return _Reading.of(text, lexis_of(columns), titles, shown).intent()


@dataclass(frozen=True)
class _Reading:
    """Hold what was found in a message, each with its place.

    Attributes:
        text: The message as written.
        whole: The message made plain.
        plain: The same with titles and people covered.
        bare: The same with numbers covered as well.
        uncut: `plain` with what is marked as an order, which is covered everywhere else.
    """

    text: str
    whole: str
    plain: str
    bare: str
    uncut: str
    lexis: Lexis
    shown: Sequence[str]
    titles: Sequence[Span]
    names: Sequence[Name]
    years: Sequence[Stretch]
    bounds: Sequence[Bound]
    wishes: Sequence[Wish]
    facets: Facets
    references: Sequence[Reference]

    @classmethod
    def of(cls, text: str, lexis: Lexis, titles: Sequence[Span], shown: Sequence[str]) -> _Reading:
        whole = plain_of(text)
        names = lexis.names.find(text, blank(text, titles)) if titles else lexis.names.find(text, whole)
        kept = meant_titles(text, whole, titles, lexis.vocabulary, lexis.adjectives, bool(shown))
        kept = [
            t for t in kept if not overlaps((t.start, t.end), [r[:2] for r in numbered(whole, len(shown))])
        ]
        hidden = cover(blank(text, kept), [(n.start, n.end) for n in names], "\x01")
        kept = sorted([*kept, *shown_parts(text, hidden, shown, lexis.vocabulary)], key=lambda t: t.start)
        plain = cover(blank(text, kept), [(n.start, n.end) for n in names], "\x01")
        uncut, orders = plain, orders_in(plain)
        kept = [t for t in kept if not overlaps((t.start, t.end), orders)]
        plain = cover(plain, orders, " ")
        has_year = YEAR in lexis.columns.numbers
        references = find_references(plain, len(shown), named=bool(kept))
        pointing = [(r.start, r.end) for r in references]
        years = [y for y in read_years(plain) if has_year and not overlaps((y.start, y.end), pointing)]
        taken = [(y.start, y.end) for y in years] + pointing + ages_in(plain)
        wished = frozenset(w.column for w in lexis.adjectives.find(plain))
        bounds = read_bounds(plain, lexis.numbers, taken, wished)
        numeric = [*((y.start, y.end) for y in years), *((b.start, b.end) for b in bounds)]
        bare = cover(plain, numeric, "\x02")
        adjectives = lexis.adjectives.find(bare)
        facets = read_facets(
            bare,
            lexis.vocabulary,
            shown=bool(shown),
            based=bool(kept or names),
            others=[(w.start, w.end) for w in adjectives],
            subjects=[r.end for r in references],
        )
        said = [(f.start, f.end) for f in facets.found if f.kind in ("said", "more")]
        said += [(b.end, b.end + 2) for b in bounds]  # "under 50 cm tall"
        wishes = [w for w in adjectives if not overlaps((w.start, w.end), said)]
        words = (text, whole, plain, bare, uncut)
        return cls(*words, lexis, shown, kept, names, years, bounds, wishes, facets, references)

    def intent(self) -> Intent:
        """Return what the message asks for."""
        move = self.move()
        if move in ("unsafe", "off-topic", "chat"):
            return Intent(move=move)
        asked = move in ("why", "compare")
        opinions = self.opinions("about" if asked else "liked")
        same = self.same()
        opinions = without_same(opinions, same)
        if move == "critique":  # turning all picks down is the move itself
            opinions = opinions._replace(disliked=tuple(t for t in opinions.disliked if t != "#*"))
        query = "" if asked or move == "rate" else self.query()
        people, not_people = self.people() if not asked else ((), ())
        facets = self.facets if not asked else Facets()
        return Intent(
            move=move,
            **opinions._asdict(),
            wanted=facets.wanted,
            unwanted=facets.unwanted,
            implied=facets.implied,
            more=facets.more,
            less=facets.less,
            match_any=facets.match_any,
            people=people,
            not_people=not_people,
            ranges={} if asked else self.ranges(),
            not_ranges={} if asked else self.not_ranges(),
            toward={} if asked else self.toward(),
            same=same,
            audience=None if asked else self.audience(),
            count=None if asked else self.count(),
            query=query,
            untold=() if asked else tuple(self._untold),
            opened={YEAR: self._fine[0]} if self._fine and not asked else {},
            withdrawn=() if move == "reset" else self.withdrawn(),
        )

    def move(self) -> Move:
        """Return the kind of move."""
        facets = self.facets
        opinions = without_same(self.opinions("liked"), self.same())
        wanted = any((facets.wanted, facets.unwanted, self.names, self.ranges(), self.not_ranges()))
        compared = any(w.compared for w in self.wishes if w.side) or bool(facets.more or facets.less)
        signs = moves.Signs(
            plain=self.plain,
            whole=self.uncut,
            fresh=not self.shown,
            titles=len(self.titles),
            references=sum(len(r.targets) if r.targets != ("#*",) else 2 for r in self.references),
            choice=self._weighs(),
            opinions=bool(opinions.liked or opinions.disliked or opinions.seen),
            rejects=bool(opinions.disliked or opinions.seen),
            asks=bool(wanted or self.wishes or self.audience() or self.count()),
            wanted=bool(wanted),
            elsewhere=[f.start for f in facets.found if f.kind == "said"] + [b.start for b in self.bounds],
            compared=compared,
            base=base_of(self.plain, opinions),
            head=self._opens_with_kind(),
            shares=bool(self.same()),
            withdrawn=bool(self.withdrawn()),
            free=bool(self.query()),
            bounded=bool(self.bounds)
            and not (self.titles or self.names or self.wishes or facets.found or self.query()),
            domain=self.lexis.domain,
            own=self.lexis.own,
        )
        return moves.read_move(signs)

    def _weighs(self) -> bool:
        """Say whether two titles or picks are joined by "or"."""
        places = sorted([(t.start, t.end) for t in self.titles] + [(r.start, r.end) for r in self.references])
        return any(CHOICE.fullmatch(self.plain[a:b]) for (_, a), (b, _) in itertools.pairwise(places))

    def same(self) -> dict[str, str]:
        """Return the columns whose value an item lends."""
        return read_same(self.plain, self.lexis.columns, self.titles, self.references, bool(self.shown))

    def _opens_with_kind(self) -> bool:
        """Say whether the message opens with a kind of item: "gloves for brambles", not "leather ones"."""
        first = next((f for f in self.facets.found if f.kind == "said"), None)
        if first is None or not {facet for facet, _ in first.pairs} & KINDS_OF_ITEMS:
            return False
        before = re.sub(
            r"\W*(?:an?|the|some|one|\d+|good|nice|[一两三几]?[个部首把款]?)\W*", "", self.bare[: first.start]
        )
        return not before and ONES.match(self.bare, first.end) is None

    def opinions(self, default: str) -> Opinions:
        """Return the titles and picks by what is said of them."""
        mentions = [Mention(t.start, t.end, (t.text,), t.text in self.shown) for t in self.titles]
        rest = others_of(self.shown, [t.text for t in self.titles], self.references)
        mentions += [Mention(r.start, r.end, rest.get(r.start, r.targets), True) for r in self.references]
        found = read_opinions(self.plain, sorted(mentions), "about" if default == "about" else "liked")
        sides = (tuple(t for t in side if not REFERENCE.fullmatch(t)) for side in found)
        return found if self.shown else Opinions(*sides)

    def people(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the people wanted and ruled out."""
        return sort_names(self.plain, self.names)

    def ranges(self) -> dict[str, Range]:
        """Return the bounds said, by column; the span of all that are said of the year."""
        said = join_ranges(self.plain, self.years, self.bounds, ruled_out=False)
        for fine in self._fine if YEAR in said else ():
            said[YEAR] = hull(said[YEAR], fine)
        for limit in self._limits:
            said[limit.column] = narrow(said.get(limit.column), limit.range)
        return said

    @cached_property
    def _fine(self) -> list[Range]:
        """Return the years that are fine besides others."""
        return [y.fine for y in self.years if y.fine is not None]

    @cached_property
    def _limits(self) -> list[Limit]:
        """Return the bounds that items set: "cheaper than the Heron"."""
        return read_limits(
            self.plain, self.lexis.columns, self.wishes, self.titles, self.references, self.shown
        )

    def not_ranges(self) -> dict[str, Range]:
        """Return the stretches ruled out, by column."""
        return join_ranges(self.plain, self.years, self.bounds, ruled_out=True)

    def toward(self) -> dict[str, Toward]:
        """Return the wishes without a number; the last word counts."""
        ranges, found = self.ranges(), {w.column: w.side for w in self.wishes if w.side}
        bounded = {column: "higher" if bounds[1] is None else "lower" for column, bounds in ranges.items()}
        return {
            c: side
            for c, side in found.items()
            if c not in bounded or (bounded[c] != side and None in ranges[c])
        }

    def audience(self) -> Audience | None:
        """Return for whom the picks are."""
        return read_audience(self.plain)

    def count(self) -> int | None:
        """Return how many picks are asked for."""
        pointing = [(r.start, r.end) for r in self.references if r.targets != ("#*",)]
        return read_count(cover(self.bare, pointing, "\x03"), self._kinds)

    @cached_property
    def _kinds(self) -> frozenset[str]:
        return frozenset(
            self.bare[f.start : f.end].split()[-1]
            for f in self.facets.found
            if self.bare[f.start : f.end].strip()
        )

    def withdrawn(self) -> tuple[str, ...]:
        """Return the constraints taken back."""
        found = read_withdrawn(
            self.bare, self.lexis.columns, self.lexis.numbers, self.facets, self.wishes, bool(self.shown)
        )
        taken_back = self.shown and any(y.taken_back for y in self.years) and YEAR not in self.ranges()
        return tuple(dict.fromkeys((*found, YEAR))) if taken_back else found

    @cached_property
    def _untold(self) -> dict[str, list[tuple[int, int]]]:
        """Return where something is asked for that no column tells, and that is no value."""
        held = [(f.start, f.end) for f in self.facets.found if f.kind != "hint"]
        return find_untold(cover(self.plain, held, "\x04"), self.lexis.told)

    def query(self) -> str:
        """Return the free words of the request."""
        spans = [(f.start, f.end) for f in self.facets.found if f.kind in ("said", "more", "shift")]
        spans += [(w.start, w.end) for w in self.wishes] + [(r.start, r.end) for r in self.references]
        spans += verdict_spans(self.plain, [(t.start, t.end) for t in self.titles])
        spans += itertools.chain(*self._untold.values())
        return remains.read_query(cover(self.bare, spans, "\x04"), self.shown)
