"""What one message asks for: readers fill it in, the dialogue folds it into what stands."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, model_validator

Move = Literal["ask", "refine", "critique", "compare", "why", "rate", "reset", "chat", "off-topic", "unsafe"]
MOVES: tuple[Move, ...] = get_args(Move)
Audience = Literal["kids", "family", "teens", "adults"]
AUDIENCES: tuple[Audience, ...] = get_args(Audience)
Toward = Literal["lower", "higher"]
Number = int | float
Range = tuple[Number | None, Number | None]
REFERENCE = re.compile(r"#(?:-?[1-9]\d*|\*|it)")


class Intent(BaseModel):
    """Say what one message asks for; `docs/CASES.md` defines every slot with examples.

    A title slot holds titles as the person wrote them, or references to the last picks: `#2` is the second
    one, `#-1` the last one, `#*` all of them, `#it` the item spoken of last.

    Attributes:
        move: Kind of move the person makes.
        liked: Titles said to be liked, and the base of "like X but ...".
        disliked: Titles said to be disliked.
        seen: Titles said to be known or owned already, without praise or blame.
        about: Titles asked about or compared, without an opinion.
        wanted: Facet name -> values that a pick must have.
        unwanted: Facet name -> values that no pick may have.
        implied: Facet name -> values that the words suggest without saying them; they rank, never filter.
        more: Facet name -> values of which picks should have more than the last ones, or than the base.
        less: The same, less.
        match_any: True when any one of `wanted` is enough ("comedy or drama").
        people: Names of people that a pick must be by or with, as the catalogue spells them.
        not_people: Names of people that no pick may be by or with.
        ranges: Numeric column -> (lowest, highest) allowed, inclusive, None where open; in the column's unit.
        not_ranges: Numeric column -> (lowest, highest) ruled out, inclusive ("nothing from the 90s").
        toward: Numeric column -> soft wish for lower or higher values: cheaper, older, longer, not too heavy.
        same: Column -> title or reference whose value a pick must share ("that artist").
        audience: Whom the picks are for.
        count: Number of picks asked for.
        query: The free part of the request in the person's words: mood, theme, purpose.
        untold: Topics asked for that no column of the catalogue tells: length, price, people, country.
        opened: Numeric column -> bounds that are fine besides those that stand: "80s works too".
        withdrawn: Constraints taken back: a column ("year"), a value ("genres:Horror"), a slot ("audience").
        year_min: First year allowed; always the low end of `ranges["year"]`.
        year_max: Last year allowed; always the high end of `ranges["year"]`.
        direction: `toward["year"]` in words.
        source: What read it: the LLM checked by the rules, or the rules alone.
    """

    model_config = ConfigDict(frozen=True)

    move: Move = "ask"
    liked: tuple[str, ...] = ()
    disliked: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    wanted: dict[str, tuple[str, ...]] = {}
    unwanted: dict[str, tuple[str, ...]] = {}
    implied: dict[str, tuple[str, ...]] = {}
    more: dict[str, tuple[str, ...]] = {}
    less: dict[str, tuple[str, ...]] = {}
    match_any: bool = False
    people: tuple[str, ...] = ()
    not_people: tuple[str, ...] = ()
    ranges: dict[str, Range] = {}
    not_ranges: dict[str, Range] = {}
    toward: dict[str, Toward] = {}
    same: dict[str, str] = {}
    audience: Audience | None = None
    count: int | None = None
    query: str = ""
    untold: tuple[str, ...] = ()
    opened: dict[str, Range] = {}
    withdrawn: tuple[str, ...] = ()
    year_min: int | None = None
    year_max: int | None = None
    direction: Literal["older", "newer"] | None = None
    source: Literal["llm", "rules"] = "rules"

    @model_validator(mode="before")
    @classmethod
    def _keep_in_step(cls, data: Any) -> Any:
        """Fill years from `ranges` and `ranges` from years, and the same for the direction."""
        return _with_direction(_with_years(dict(data))) if isinstance(data, dict) else data

    @property
    def references(self) -> tuple[str, ...]:
        """Return the references to picks in the title slots and in `same`, each once, in that order."""
        said = (*self.liked, *self.disliked, *self.seen, *self.about, *self.same.values())
        return tuple(dict.fromkeys(title for title in said if REFERENCE.fullmatch(title)))

    def changed(self, **slots: Any) -> Intent:
        """Return a checked copy with other slots; change years by `ranges` and the direction by `toward`.

        Raises:
            ValidationError: When a slot does not fit, or years contradict `ranges`.
        """
        kept = self.model_dump(exclude={"year_min", "year_max", "direction"})
        return Intent.model_validate({**kept, **slots})


class Reader(StrEnum):
    """What reads a message: the rules, the LLM unchecked, or the LLM checked by the rules."""

    rules = "rules"
    llm = "llm"
    both = "both"


def _with_years(data: dict[str, Any]) -> dict[str, Any]:
    said = (data.get("year_min"), data.get("year_max"))
    ranges = dict(data.get("ranges") or {})
    if said != (None, None):
        if tuple(ranges.get("year", said)) != said:
            raise ValueError("year_min and year_max contradict ranges['year']")
        ranges["year"] = said
    low, high = ranges.get("year", said)
    return {**data, "ranges": ranges, "year_min": low, "year_max": high}


def _with_direction(data: dict[str, Any]) -> dict[str, Any]:
    toward, direction = dict(data.get("toward") or {}), data.get("direction")
    if direction is not None:
        side = "lower" if direction == "older" else "higher"
        if toward.setdefault("year", side) != side:
            raise ValueError("direction contradicts toward['year']")
    elif "year" in toward:
        direction = "older" if toward["year"] == "lower" else "newer"
    return {**data, "toward": toward, "direction": direction}
