"""Evaluation cases as JSONL, of every form; docs/CASES.md defines them."""

from __future__ import annotations

import hashlib
import json
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from prompts.errors import CaseError as CaseError
from prompts.forms import Id, Lang, Number, Past, RankingCase, ReplyCase, Values
from prompts.forms import Range as Range

# The harness knows no assistant, so these repeat assistant.intents; a test keeps them equal.
Move = Literal["ask", "refine", "critique", "compare", "why", "rate", "reset", "chat", "off-topic", "unsafe"]
Audience = Literal["kids", "family", "teens", "adults"]
Toward = Literal["lower", "higher"]
TITLES = ("liked", "disliked", "seen", "about")
FACETS = ("wanted", "unwanted", "more", "less")
SHORTEST, LONGEST = 3, 8  # turns of a dialogue


class Strict(BaseModel):
    """Refuse unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Slots(Strict):
    """Hold what a message says; each attribute is a slot of `docs/CASES.md`."""

    liked: tuple[str, ...] = ()
    disliked: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    wanted: Values = {}
    unwanted: Values = {}
    match_any: bool = False
    more: Values = {}
    less: Values = {}
    people: tuple[str, ...] = ()
    not_people: tuple[str, ...] = ()
    ranges: dict[str, Range] = {}
    not_ranges: dict[str, Range] = {}
    toward: dict[str, Toward] = {}
    same: dict[str, str] = {}
    audience: Audience | None = None
    count: int | None = Field(default=None, ge=1)
    query: str = ""
    withdrawn: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _bounds(self) -> Slots:
        for name, (low, high) in (*self.ranges.items(), *self.not_ranges.items()):
            _check_range(name, low, high)
        return self


class IntentCase(Strict):
    """One message and how a person reads it.

    Attributes:
        id: Unique name.
        catalog: Name of the catalogue.
        lang: Two-letter code of the message's language.
        kind: Free tags.
        text: The message.
        shown: Labels of the last picks; empty at the start of a session.
        move: Kind of move.
        slots: What the message says.
        may: What a reading may hold or not.
        note: Why it is labelled so.
    """

    id: Id
    catalog: str
    lang: Lang
    kind: tuple[str, ...] = ()
    text: str = Field(min_length=1)
    shown: tuple[str, ...] = ()
    move: Move
    slots: Slots = Slots()
    may: Slots = Slots()
    note: str = ""


class Must(Strict):
    """State what every pick of a turn obeys."""

    facets: Values = {}
    any: Values = {}
    people: tuple[str, ...] = ()
    ranges: dict[str, Range] = {}
    toward: dict[str, Toward] = {}
    same: dict[str, str] = {}


class MustNot(Strict):
    """State what no pick of a turn has."""

    facets: Values = {}
    people: tuple[str, ...] = ()
    ranges: dict[str, Range] = {}
    titles: tuple[str, ...] = ()
    shown: bool = False


class Turn(Strict):
    """One message of a dialogue, its reading, and what the answer must keep to.

    Attributes:
        text: The message.
        move: Kind of move.
        slots: What the message says.
        may: What a reading may hold or not.
        must: What every pick obeys.
        must_not: What no pick has.
        refers_to: Items that the answer is about: references or labels.
        picks: Least and most new picks shown.
        say: Words that the prose holds.
        say_not: Words that the prose does not hold.
        question_ok: Whether a question back is in place.
        note: Why it is labelled so.
    """

    text: str = Field(min_length=1)
    move: Move
    slots: Slots = Slots()
    may: Slots = Slots()
    must: Must = Must()
    must_not: MustNot = MustNot()
    refers_to: tuple[str, ...] = ()
    picks: tuple[int, int] | None = None
    say: tuple[str, ...] = ()
    say_not: tuple[str, ...] = ()
    question_ok: bool = True
    note: str = ""


class Plant(Strict):
    """One item that is added to the catalogue for a dialogue."""

    title: str = Field(min_length=1)
    facets: Values = {}
    numbers: dict[str, Number] = {}


class Dialogue(Strict):
    """Turns played in one session of a new person; see `docs/CASES.md`."""

    id: Id
    catalog: str
    lang: Lang
    kind: tuple[str, ...] = ()
    history: tuple[Past, ...] = ()
    plant: tuple[Plant, ...] = ()
    turns: tuple[Turn, ...] = Field(min_length=SHORTEST, max_length=LONGEST)
    note: str = ""


class Injection(Strict):
    """One string that tries to give orders, and how obedience shows.

    Attributes:
        id: Unique name.
        catalog: Name of the catalogue.
        lang: Two-letter code of the string's language.
        where: Where it stands: after the request, as a title, or as a stored sentence.
        plain: The request without it.
        text: The string.
        canary: What the prose holds if the string was obeyed; empty where only picks tell.
        same_picks: Whether picks other than those for `plain` tell.
        kind: Free tags.
    """

    id: Id
    catalog: str
    lang: Lang
    where: Literal["message", "title", "history"]
    plain: str = Field(min_length=1)
    text: str = Field(min_length=1)
    canary: str = ""
    same_picks: bool = False
    kind: tuple[str, ...] = ()


Case = IntentCase | Dialogue | Injection | ReplyCase | RankingCase


def shipped(name: str = "intent/dev") -> Path:
    """Return the path of a case file that comes with Palate."""
    return Path(str(files("prompts") / "cases" / f"{name}.jsonl"))


def shipped_files() -> list[Path]:
    """Return the paths of all case files that come with Palate."""
    return sorted(Path(str(files("prompts") / "cases")).rglob("*.jsonl"))


def load(path: Path) -> list[IntentCase]:
    """Read single turns, one JSON object a line.

    Raises:
        CaseError: When the file cannot be read or a line is no single turn.
    """
    return [case for _, case in numbered(path, IntentCase) if isinstance(case, IntentCase)]


def load_dialogues(path: Path) -> list[Dialogue]:
    """Read dialogues, one JSON object a line; raises as `load`."""
    return [case for _, case in numbered(path, Dialogue) if isinstance(case, Dialogue)]


def load_injections(path: Path) -> list[Injection]:
    """Read injections, one JSON object a line; raises as `load`."""
    return [case for _, case in numbered(path, Injection) if isinstance(case, Injection)]


def load_replies(path: Path) -> list[ReplyCase]:
    """Read picks to be written about, one JSON object a line; raises as `load`."""
    return [case for _, case in numbered(path, ReplyCase) if isinstance(case, ReplyCase)]


def load_rankings(path: Path) -> list[RankingCase]:
    """Read rankings, one JSON object a line; raises as `load`."""
    return [case for _, case in numbered(path, RankingCase) if isinstance(case, RankingCase)]


def numbered(path: Path, form: type[Case] | None = None) -> list[tuple[int, Case]]:
    """Read cases with their line numbers; without `form`, each line by its keys.

    Raises:
        CaseError: When the file cannot be read or a line is no such case.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise CaseError(f"{path} cannot be read: {error}. Give a JSONL file of cases.") from error
    return [(n, _case(line, f"{path}:{n}", form)) for n, line in enumerate(lines, 1) if line.strip()]


def half(case_id: str) -> Literal["dev", "test"]:
    """Return the half that a case belongs to, by the first byte of the SHA-256 of its id."""
    return "test" if hashlib.sha256(case_id.encode()).digest()[0] % 2 else "dev"


def _case(line: str, where: str, form: type[Case] | None) -> Case:
    try:
        data = json.loads(line)
        return (form or _form(data)).model_validate(data)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'line'}: {e['msg']}" for e in error.errors())
        raise CaseError(f"{where} is no case: {faults}. See docs/CASES.md.") from error
    except ValueError as error:
        raise CaseError(f"{where} is no JSON: {error}.") from error


def _form(data: Any) -> type[Case]:
    keys = data if isinstance(data, dict) else {}
    marks: dict[str, type[Case]] = {
        "turns": Dialogue,
        "where": Injection,
        "picks": ReplyCase,
        "relevant": RankingCase,
    }
    return next((form for mark, form in marks.items() if mark in keys), IntentCase)


def _check_range(name: str, low: Number | None, high: Number | None) -> None:
    if low is None and high is None:
        raise ValueError(f"the range of {name!r} is open at both ends")
    if low is not None and high is not None and low > high:
        raise ValueError(f"the range of {name!r} ends before it begins")
