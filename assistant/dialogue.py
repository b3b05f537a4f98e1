"""Standing constraints, rejections and what was shown: folds each Intent into the state of a session."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from assistant import folding
from assistant.errors import StoreError
from assistant.folding import Facets, Ranges
from assistant.intents import Audience, Intent, Range, Toward
from assistant.reading.said import Said
from assistant.reading.taking_back import widen, withdraw
from retriever.catalog import Catalog
from retriever.columns import YEAR
from retriever.constraints import Constraints

IDLE = ("chat", "off-topic", "unsafe", "why", "compare")  # moves that change no constraint
REMEMBERED = 500  # items shown that are kept in mind


class DialogueState(BaseModel):
    """Hold what stands in a session; stored as JSON, so that it survives a restart.

    States of earlier versions load; keys that are not known are left out.

    Attributes:
        wanted: Facet name -> values that a pick must have.
        either: Groups of values by facet name; a pick must have at least one value of every group.
        unwanted: Facet name -> values that no pick may have.
        allowed: Facet name -> values asked for or allowed here although the person dislikes them elsewhere.
        people: Names that a pick must have; `not_people` those it must not have.
        ranges: Numeric column -> bounds, inclusive.
        not_ranges: Numeric column -> stretches ruled out, inclusive.
        bounds: Numeric column -> bounds that the latest critique sets against the picks then shown.
        toward: Numeric column -> standing wish for lower or higher values; it ranks.
        more: Facet name -> values to shift towards; `less` those to shift away from.
        audience: Whom the picks are for.
        count: Number of picks asked for.
        query: Free words of the standing request.
        implied: Facet name -> values that the request suggests.
        rejected: Item ids turned down in this session.
        named: Item ids that the person has named as liked, disliked or seen.
        shown: Item ids shown, oldest first.
        last: Item ids of the last picks, best first.
        focus: Item id spoken of last; empty where it is the first of the last picks.
        questioned: True when the last reply asked a question; `asked` is the facet it was about.
        offer: Constraint that the last reply offered to drop, in the form of `Intent.withdrawn`.
        lang: Language of the person.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    wanted: Facets = {}
    either: tuple[Facets, ...] = ()
    unwanted: Facets = {}
    allowed: Facets = {}
    people: tuple[str, ...] = ()
    not_people: tuple[str, ...] = ()
    ranges: Ranges = {}
    not_ranges: dict[str, tuple[Range, ...]] = {}
    bounds: Ranges = {}
    toward: dict[str, Toward] = {}
    more: Facets = {}
    less: Facets = {}
    audience: Audience | None = None
    count: int | None = None
    query: str = ""
    implied: Facets = {}
    rejected: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    last: tuple[str, ...] = ()
    focus: str = ""
    questioned: bool = False
    asked: str = ""
    offer: str = ""
    lang: Literal["en", "zh"] = "en"

    @model_validator(mode="before")
    @classmethod
    def _of_earlier_versions(cls, data: Any) -> Any:
        """Take over years and `match_any` of states stored before ranges and groups came."""
        if not isinstance(data, dict):
            return data
        data = dict(data)
        years = (data.pop("year_min", None), data.pop("year_max", None))
        if years != (None, None):
            data["ranges"] = {YEAR: years, **data.get("ranges", {})}
        if data.pop("match_any", False) and data.get("wanted"):
            data["either"] = (*data.get("either", ()), *folding.groups_of(data.pop("wanted")))
        return data

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

    def constraints(self, exclude_rows: frozenset[int], banned: Facets | None = None) -> Constraints:
        """Return the hard constraints of the session.

        Args:
            exclude_rows: Rows that must not come back.
            banned: Facet values ruled out besides: by the audience, by what the person never wants.
        """
        return Constraints(
            include_all=folding.sets(self.wanted),
            either=tuple(folding.sets(group) for group in self.either),
            exclude=folding.sets(folding.join(self.unwanted, banned or {})),
            ranges=folding.both(self.ranges, self.bounds),
            not_ranges=self.not_ranges,
            people=frozenset(self.people),
            not_people=frozenset(self.not_people),
            exclude_rows=exclude_rows,
        )

    def showing(self, item_ids: Sequence[str]) -> DialogueState:
        """Return the state after `item_ids` were shown as picks."""
        shown = tuple(dict.fromkeys((*self.shown, *item_ids)))[-REMEMBERED:]
        return self.model_copy(update={"last": tuple(item_ids), "shown": shown, "focus": ""})

    def changed(self, **fields: Any) -> DialogueState:
        """Return a copy with other fields."""
        return self.model_copy(update=fields)


def fold(state: DialogueState, intent: Intent, said: Said, catalog: Catalog) -> DialogueState:
    """Return the state after one message.

    A new request replaces what was asked for; a refinement or critique adds to it, the latest word on a
    matter counting. What was ruled out, and whom it is for, stand until they are taken back. A critique
    turns the last picks down.

    Args:
        state: State before.
        intent: What the message says.
        said: The items that it speaks of.
        catalog: Spells values and people, tells which values go together, and holds the numbers of the picks.
    """
    state = state.changed(bounds={}, offer="") if intent.move not in IDLE else state
    state = state.changed(focus=said.focus or state.focus)
    if intent.move in IDLE:
        return state
    if intent.move == "reset":
        state = DialogueState(rejected=state.rejected, named=state.named, lang=state.lang)
    elif intent.move == "ask":
        state = _new_request(state)
    opened = folding.widening(state.wanted, state.either, state.unwanted, intent)
    before, state = state, widen(state, opened, catalog)
    wider = {n: r for n, r in intent.opened.items() if n in state.ranges}
    state = withdraw(state, [name for name in intent.withdrawn if name not in opened and name not in wider])
    hulls = {n: folding.hull(state.ranges[n], r) for n, r in wider.items()}
    state = state.changed(ranges={**state.ranges, **hulls})
    state = _facets(state, intent, catalog, before)
    state = _people(state, intent, catalog)
    state = _ranges(state, intent, catalog)
    state = _toward(state, intent, catalog)
    state = _same(state, said, catalog)
    turned_down = state.last if intent.move == "critique" else ()
    return state.changed(
        audience=intent.audience or state.audience,
        count=intent.count or state.count,
        query=intent.query or state.query,
        implied=folding.minus(
            folding.join(state.implied, folding.known(intent.implied, catalog)), state.unwanted
        ),
        rejected=tuple(dict.fromkeys((*state.rejected, *turned_down, *said.disliked))),
        named=tuple(dict.fromkeys((*state.named, *said.liked, *said.disliked, *said.seen))),
    )


def _new_request(state: DialogueState) -> DialogueState:
    """Drop what was asked for; what was ruled out, and for whom it is, stand."""
    blank = DialogueState()
    asked = ("wanted", "either", "people", "ranges", "toward", "more", "less", "count", "query", "implied")
    return state.changed(**{name: getattr(blank, name) for name in asked})


def _facets(state: DialogueState, intent: Intent, catalog: Catalog, before: DialogueState) -> DialogueState:
    """Join facets; the latest word on a value counts. "Mains is fine as well" joins what stood before."""
    wanted, unwanted = folding.known(intent.wanted, catalog), folding.known(intent.unwanted, catalog)
    more, less = folding.known(intent.more, catalog), folding.known(intent.less, catalog)
    asked = folding.join(wanted, more)
    groups = tuple(folding.minus(group, unwanted) for group in state.either)
    if intent.match_any:
        singles = {n for n in wanted if catalog.is_single(n)}
        if intent.move in ("refine", "critique") and all(len(values) == 1 for values in wanted.values()):
            stood = folding.standing(before.wanted, before.either)
            wanted = folding.join({n: stood.get(n, ()) for n in wanted}, wanted)
        groups = (*(g for g in groups if not singles & set(g)), *folding.groups_of(wanted))
        standing = {n: v for n, v in state.wanted.items() if n not in wanted}
    else:
        groups = tuple(g for g in groups if not set(g) <= set(wanted)) if wanted else groups
        wanted, shared = folding.parted(wanted)
        shared = tuple(folding.minus(group, unwanted) for group in shared)
        groups, standing = (*groups, *shared), folding.added(state.wanted, wanted, catalog)
    return state.changed(
        wanted=folding.minus(standing, unwanted),
        either=tuple(group for group in groups if group),
        unwanted=folding.minus(folding.join(state.unwanted, unwanted), asked),
        allowed=folding.minus(folding.join(state.allowed, asked), unwanted),
        more=folding.minus(folding.join(folding.minus(state.more, less), more), unwanted),
        less=folding.join(folding.minus(state.less, asked), less),
    )


def _people(state: DialogueState, intent: Intent, catalog: Catalog) -> DialogueState:
    people = tuple(n for n in map(catalog.person, intent.people) if n)
    banned = tuple(n for n in map(catalog.person, intent.not_people) if n)
    together = tuple(dict.fromkeys((*state.people, *people)))
    if people and not catalog.mask(Constraints(people=frozenset(together))).any():
        together = people
    return state.changed(
        people=tuple(n for n in together if n not in banned),
        not_people=tuple(n for n in dict.fromkeys((*state.not_people, *banned)) if n not in people),
    )


def _ranges(state: DialogueState, intent: Intent, catalog: Catalog) -> DialogueState:
    said = {n: r for n, r in intent.ranges.items() if n in catalog.numbers}
    ruled_out = {n: r for n, r in intent.not_ranges.items() if n in catalog.numbers}
    ranges = {n: folding.narrow(state.ranges.get(n), r) for n, r in said.items()}
    kept = {
        n: tuple(r for r in stretches if n not in said or not folding.meets(r, said[n]))
        for n, stretches in state.not_ranges.items()
    }
    stretches = {n: tuple(dict.fromkeys((*kept.get(n, ()), r))) for n, r in ruled_out.items()}
    return state.changed(
        ranges={**state.ranges, **ranges},
        not_ranges={n: r for n, r in {**kept, **stretches}.items() if r},
        toward={n: side for n, side in state.toward.items() if n not in said},
    )


def _toward(state: DialogueState, intent: Intent, catalog: Catalog) -> DialogueState:
    """Set what "cheaper" means now: strictly below the middle of the picks it is said of; then it ranks."""
    toward = {n: side for n, side in intent.toward.items() if n in catalog.numbers}
    bounds, ranges = dict(state.bounds), dict(state.ranges)
    rows = [catalog.row(item) for item in state.last]
    for name, side in toward.items() if intent.move == "critique" else ():
        bound = folding.beyond([float(catalog.numbers[name][row]) for row in rows], side)
        if bound is None:
            continue
        bounds[name] = bound
        if name in ranges and not folding.meets(ranges[name], bound):  # "older" than the years asked for
            low, high = ranges.pop(name)
            rest = (None, high) if side == "lower" else (low, None)
            ranges |= {name: rest} if rest != (None, None) else {}
    return state.changed(toward={**state.toward, **toward}, bounds=bounds, ranges=ranges)


def _same(state: DialogueState, said: Said, catalog: Catalog) -> DialogueState:
    """Want what an item has in a column: its artist, its brand, its year."""
    for name, item_id in said.same.items():
        item = catalog.item(catalog.row(item_id))
        if values := item.facets.get(name):
            rest = {n: v for n, v in state.wanted.items() if n != name}
            groups = (*(g for g in state.either if name not in g), {name: values})
            state = state.changed(wanted=rest, either=groups)
        elif name in catalog.numbers and (value := item.year if name == YEAR else item.numbers.get(name)):
            near = 0.0 if name == YEAR else 0.1 * abs(value)
            state = state.changed(ranges={**state.ranges, name: (value - near, value + near)})
    return state
