"""What the ends of titles say: "Need for Speed: The Run - Playstation 3" is of the kind PlayStation 3."""

from __future__ import annotations

import re
from collections import Counter

import polars as pl

KIND = "kind"
FEWEST, ONE_IN = 12, 2000  # times that an end must come again: that often, and with one item in so many
COVERED = 0.1  # share of the titles that must end in one of them, so that ends are a habit of the source
_END = re.compile(r"(?:\s[-–|]\s+([^-–|:()\[\]]{2,30})|[(\[]([^()\[\]]{2,30})[)\]])\s*$")
_CAPITALS = re.compile(r"[A-Z]|\d+")


def kinds_of(titles: pl.Series) -> pl.Series | None:
    """Return the kinds that titles name, list[str], one list per item; None where ends do not come again.

    An end that comes again is a kind of every item that has its words anywhere: "Xbox 360 Wireless Headset"
    is of the kind Xbox 360 as well. The longest words count, so Xbox 360 is not Xbox, but whoever has
    "Nintendo Wii" has "Wii", and "PS3" is "PlayStation 3".
    """
    spelt: dict[str, Counter[str]] = {}
    for title in titles.drop_nulls():
        match = _END.search(title)
        if match:
            end = (match[1] or match[2]).strip()
            spelt.setdefault(end.casefold(), Counter())[end] += 1
    least = max(FEWEST, len(titles) // ONE_IN)
    known = {
        end: spellings for end, spellings in spelt.items() if spellings.total() >= least and not end.isdigit()
    }
    ended = sum(spellings.total() for spellings in known.values())
    if not known or ended < COVERED * len(titles):
        return None
    names = {end: spellings.most_common(1)[0][0] for end, spellings in known.items()}
    implied = {end: _implied(end, known) for end in known}
    words = "|".join(re.escape(end) for end in sorted(known, key=len, reverse=True))
    pattern = re.compile(rf"(?<!\w)(?:{words})(?!\w)")
    found = [[e for m in pattern.findall((t or "").casefold()) for e in implied[m]] for t in titles]
    return pl.Series(
        KIND, [list(dict.fromkeys(names[e] for e in ends)) for ends in found], pl.List(pl.String)
    )


def _implied(end: str, known: dict[str, Counter[str]]) -> list[str]:
    """Return an end, the ends that are its last words, and those that it abbreviates or is abbreviated by."""
    tails = [other for other in known if end.endswith(f" {other}")]
    short = _initials(known[end])
    same = [other for other in known if other in short or end in _initials(known[other])]
    return [end, *(other for other in (*tails, *same) if other != end)]


def _initials(spellings: Counter[str]) -> set[str]:
    """Return capitals and numbers of each spelling: "ps3" for "PlayStation 3"."""
    return {"".join(_CAPITALS.findall(text)).casefold() for text in spellings if not text.isupper()}
