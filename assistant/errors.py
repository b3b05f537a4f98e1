"""Errors for people: what was wrong, where, and what to do about it."""

from __future__ import annotations


class PalateError(Exception):
    """Carry a message for a person and the step that mends it.

    Args:
        message: What was wrong and where.
        mend: What to do about it; empty where there is nothing to do.
    """

    def __init__(self, message: str, mend: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.mend = mend

    def __str__(self) -> str:
        return f"{self.message} {self.mend}".strip()


class BadInput(PalateError):
    """Report an argument that cannot be used: an id, a text, a file given by the caller."""


class UnknownSession(BadInput):
    """Report a session id that this person does not have."""


class HomeError(PalateError):
    """Report a home folder that is missing, damaged, foreign or of another version."""


class EngineError(PalateError):
    """Report that the local LLM server cannot be started or reached."""


class WeightsError(EngineError):
    """Report weights that are missing, damaged or cannot be fetched."""


class StoreError(PalateError):
    """Report that the event store cannot be opened, read or written."""
