"""What may be asked, and how text of others is handed on: as data, never as an instruction."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

MAX_TEXT = 2000
# What chat templates and prompt files use to part messages; no title or message may hold it.
MARKS = re.compile(
    r"<\|[^|>]{0,40}\|?>|</?s>|\[/?INST\]|<</?SYS>>|\{\{|\}\}|</?data>|^\s*#{1,6}\s|(?:^|(?<=\s))"
    r"(?:system|assistant|user|human)\s*:",
    re.I | re.M,
)


class Cleaned(NamedTuple):
    """A message fit for reading, or the line to answer instead.

    Attributes:
        text: The message without control characters and broken code points; empty where it is refused.
        answer: A short polite line where the message cannot be used; empty where it can.
    """

    text: str
    answer: str


def clean(message: object) -> Cleaned:
    """Clean a message of any form.

    Broken surrogates and control characters are dropped, runs of white space become one blank.
    """
    if not isinstance(message, str):
        return Cleaned("", "Please write a message in words.")
    if len(message) > MAX_TEXT:
        return Cleaned("", f"That is a long message. Please put it in at most {MAX_TEXT:,} characters.")
    kept = "".join(
        c for c in message if c.isspace() or unicodedata.category(c) not in ("Cc", "Cs", "Co", "Cn")
    )
    text = re.sub(r"\s+", " ", unicodedata.normalize("NFC", kept)).strip()
    if not text:
        return Cleaned("", "Your message is empty. Tell me what you like, or what you are in the mood for.")
    if not any(c.isalnum() for c in text):
        return Cleaned("", "I read words best. Tell me what you like, or what you are in the mood for.")
    return Cleaned(text, "")


def as_data(text: str, limit: int) -> str:
    """Return text of a person, a catalogue or a history as it goes into a prompt: one line, no marks.

    Args:
        text: What somebody wrote.
        limit: Longest result, in characters.
    """
    plain = re.sub(r"\s+", " ", MARKS.sub(" ", clean_line(text)))
    return plain.replace("<", "‹").replace(">", "›").strip()[:limit]


def clean_line(text: str) -> str:
    """Return text without control characters and broken code points, line ends kept."""
    return "".join(
        c for c in text if c.isspace() or unicodedata.category(c) not in ("Cc", "Cs", "Co", "Cn", "Cf")
    )
