"""Evaluation cases for the reading of single messages, as JSONL."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError


class CaseError(Exception):
    """Report a case file that cannot be used; names file and line."""


class IntentCase(BaseModel):
    """One message and how a person reads it.

    Attributes:
        text: The message.
        shown: Labels of the last picks; empty at the start of a session.
        move: Kind of move.
        like: Titles liked, by any name that the catalogue links.
        dislike: Titles disliked.
        seen: Titles known, without praise or blame.
        about: Titles asked about or compared.
        want: Facet values asked for.
        avoid: Facet values ruled out.
        year_min: First year allowed.
        year_max: Last year allowed.
        count: Number of picks asked for.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str
    shown: tuple[str, ...] = ()
    move: str
    like: tuple[str, ...] = ()
    dislike: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    want: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    year_min: int | None = None
    year_max: int | None = None
    count: int | None = None


def shipped(name: str = "intent_dev") -> Path:
    """Return the path of a case file that comes with Palate."""
    return Path(str(files("prompts") / "cases" / f"{name}.jsonl"))


def load(path: Path) -> list[IntentCase]:
    """Read cases, one JSON object a line.

    Raises:
        CaseError: When the file cannot be read or a line is no case.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CaseError(f"{path} cannot be read: {error}. Give a JSONL file of cases.") from error
    return [_case(line, f"{path}:{number}") for number, line in enumerate(lines, 1) if line.strip()]


def _case(line: str, where: str) -> IntentCase:
    try:
        return IntentCase.model_validate(json.loads(line))
    except (ValueError, ValidationError) as error:
        raise CaseError(f"{where} is no case: {error}") from error
