"""What the LLM may propose of a message, in short keys, and the JSON schema that holds it there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from assistant.intents import Audience, Move, Range, Toward

PROPOSED: tuple[Move, ...] = (
    "ask",
    "refine",
    "critique",
    "compare",
    "why",
    "chat",
)  # moves the prompt explains


class Proposal(BaseModel):
    """Hold what the LLM answered, in the short keys of the prompt; keys that a prompt leaves out are empty.

    Attributes:
        move: Kind of move.
        like: Titles or references liked.
        dislike: Titles or references disliked.
        seen: Titles or references known.
        about: Titles or references asked about.
        want: Facet values wanted, in whatever facet.
        avoid: Facet values ruled out.
        more: Facet values of which more is wanted.
        less: Facet values of which less is wanted.
        people: Names wanted.
        not_people: Names ruled out.
        ranges: Numeric column -> bounds in the unit of the column.
        not_ranges: Numeric column -> stretch ruled out.
        toward: Numeric column -> side.
        same: Column -> title or reference.
        audience: Whom the picks are for.
        count: Number of picks.
        withdrawn: Constraints taken back.
        query: Free words.
    """

    model_config = ConfigDict(extra="forbid")

    move: Move
    like: list[str] = Field(max_length=8)
    dislike: list[str] = Field(max_length=8)
    seen: list[str] = Field(default=[], max_length=8)
    about: list[str] = Field(default=[], max_length=8)
    want: list[str] = Field(max_length=8)
    avoid: list[str] = Field(max_length=8)
    more: list[str] = Field(default=[], max_length=8)
    less: list[str] = Field(default=[], max_length=8)
    people: list[str] = Field(default=[], max_length=8)
    not_people: list[str] = Field(default=[], max_length=8)
    ranges: dict[str, Range] = {}
    not_ranges: dict[str, Range] = {}
    toward: dict[str, Toward] = {}
    same: dict[str, str] = {}
    audience: Audience | None = None
    count: int | None = Field(default=None, ge=1, le=20)
    withdrawn: list[str] = Field(default=[], max_length=8)
    query: str = Field(max_length=400)


def schema(facet_values: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Return the JSON schema of a proposal; its enums are the values of the catalogue at hand."""
    values = sorted({value for values in facet_values.values() for value in values})
    title = {"type": "array", "items": {"type": "string", "maxLength": 80}, "maxItems": 6}
    facet = {"type": "array", "items": {"type": "string", "enum": values}, "maxItems": 4}
    properties: dict[str, Any] = {"move": {"type": "string", "enum": list(PROPOSED)}}
    properties |= {"like": title, "dislike": title, "want": facet, "avoid": facet}
    properties["query"] = {"type": "string", "maxLength": 120}
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
