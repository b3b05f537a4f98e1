"""What may be asked: cleans a message, and says politely why one cannot be answered."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

MAX_TEXT = 2000


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
