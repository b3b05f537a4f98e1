"""What all cases are made of, and the cases of what is written and ranked (docs/CASES.md)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Number = int | float
Range = tuple[Number | None, Number | None]
Values = dict[str, tuple[str, ...]]
Id = Annotated[str, Field(pattern=r"^[\w.-]+$")]
Lang = Annotated[str, Field(pattern=r"^[a-z]{2}$")]


class Form(BaseModel):
    """Refuse unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Past(Form):
    """One event of an earlier session: `title` for an item, `text` for a sentence."""

    kind: Literal["like", "dislike", "hide", "consume", "say"]
    title: str = ""
    text: str = ""

    @model_validator(mode="after")
    def _one(self) -> Past:
        if bool(self.text) != (self.kind == "say") or bool(self.title) == (self.kind == "say"):
            raise ValueError("give text for a say, title for everything else")
        return self


class ReplyCase(Form):
    """Picks that are given, to be written about.

    Attributes:
        id: Unique name.
        catalog: Name of the catalogue.
        lang: Two-letter code of the language of request and answer.
        kind: Free tags.
        history: Events from which the reasons of the picks come.
        request: What the person asked for.
        picks: Labels of the picks, best first.
        say: Words that the prose holds.
        say_not: Words that the prose does not hold.
        note: Why it is so.
    """

    id: Id
    catalog: str
    lang: Lang
    kind: tuple[str, ...] = ()
    history: tuple[Past, ...] = ()
    request: str = Field(min_length=1)
    picks: tuple[str, ...] = Field(min_length=1, max_length=5)
    say: tuple[str, ...] = ()
    say_not: tuple[str, ...] = ()
    note: str = ""


class RankingCase(Form):
    """A person and a request, and the items that belong on top.

    Attributes:
        id: Unique name.
        catalog: Name of the catalogue.
        lang: Two-letter code of the request's language.
        kind: Free tags.
        history: Events stored before; from an earlier session.
        request: What the person asks for; empty where their taste alone counts.
        relevant: Label -> gain, above 0.
        note: Why it is so.
    """

    id: Id
    catalog: str
    lang: Lang
    kind: tuple[str, ...] = ()
    history: tuple[Past, ...] = ()
    request: str = ""
    relevant: dict[str, Annotated[float, Field(gt=0)]] = Field(min_length=1)
    note: str = ""

    @model_validator(mode="after")
    def _something(self) -> RankingCase:
        if not self.request and not self.history:
            raise ValueError("give a request, a history, or both")
        return self
