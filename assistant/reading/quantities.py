"""Numbers of a message with their units."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from assistant.reading import units
from assistant.reading.numerals import NUMBER, value_of
from assistant.reading.units import Unit, unit_of

_CURRENCY = r"[€$£¥]"
_CLOCK = r"\d{1,3}:[0-5]\d"


class Quantity(NamedTuple):
    """Hold a number of a message: its place, value, unit where one is said, and whether it is "-ish"."""

    start: int
    end: int
    value: float
    unit: Unit | None
    word: str
    about: bool = False


@cache
def _pattern() -> re.Pattern[str]:
    unit = units.pattern()
    return re.compile(
        rf"(?P<cur>{_CURRENCY}\s?)?(?:(?P<clock>{_CLOCK})|"
        rf"(?P<num>{NUMBER}))(?P<ish>-?ish\b)?[来多]?(?:[ -]?(?P<unit>{unit}))?(?P<half>半)?"
    )


def find_quantities(plain: str) -> list[Quantity]:
    """Return the numbers of a message with their units; numbers inside words are left out."""
    found = []
    for match in _pattern().finditer(plain):
        word = (match["unit"] or (match["cur"] or "").strip()).strip()
        if match["clock"]:
            minutes, seconds = match["clock"].split(":")
            found.append(Quantity(*match.span(), int(minutes) * 60 + int(seconds), Unit("time", 1.0), "s"))
            continue
        value = value_of(match["num"])
        if match["num"].endswith("千") and len(match["num"]) > 1 and word in ("米", "克"):
            value, word = (
                value_of(match["num"][:-1]),
                f"千{word}",
            )  # twelve kilometres, not 10 and 2,000 metres
        if match["num"] in ("一", "半") and not match["unit"]:
            continue
        glued = (
            match.end("num") < len(plain)
            and not match["unit"]
            and re.match(r"(?!ish\b)[a-z']", plain[match.end("num") :])
        )
        if value is not None and not glued:
            value += 0.5 if match["half"] else 0
            found.append(
                Quantity(*match.span(), value, unit_of(word) if word else None, word, bool(match["ish"]))
            )
    return found
