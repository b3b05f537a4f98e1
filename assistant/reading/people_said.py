"""What a message says of the people it names: wanted or ruled out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.reading.cues import CORRECTION
from assistant.reading.people_words import Name
from assistant.reading.polarity import Stance, stances
from assistant.reading.verdicts import own_stretch, verdict_after

# "She has read everything by Bea Lomax": nothing more of hers.
_KNOWN_ALL = re.compile(
    r"\b(?:read|seen|heard|watched|owns?|has|have|know|got|played) (?:everything|all|every \w+)(?: \w+)?"
    r" (?:by|from|of) $"
)


def sort_names(plain: str, names: Sequence[Name]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the people wanted and those ruled out."""
    said = stances(plain, [(n.start, n.end) for n in names])
    ends = [*(n.start for n in names[1:]), len(plain)][: len(names)]
    said = [
        "unwant" if _turned_down(plain, name, stance, end) else stance
        for name, stance, end in zip(names, said, ends, strict=True)
    ]
    out = tuple(dict.fromkeys(n.person for n, s in zip(names, said, strict=True) if s in ("unwant", "less")))
    for match in CORRECTION.finditer(plain):
        if any(n.start >= match.start() for n in names):
            names, said = _later(names, said, match.start())
    wanted = (n.person for n, s in zip(names, said, strict=True) if s in ("want", "more"))
    return tuple(p for p in dict.fromkeys(wanted) if p not in out), out


def _turned_down(plain: str, name: Name, stance: Stance, end: int) -> bool:
    """Say whether what is told of a person rules them out: "Lomax bores me", "Lomax? no"."""
    if _KNOWN_ALL.search(plain[: name.start]):
        return True
    told = plain[name.end : end]
    own = told[: own_stretch(told)] if end < len(plain) else told
    return stance == "want" and verdict_after(own) == "disliked"


def _later(names: Sequence[Name], said: list[Stance], place: int) -> tuple[list[Name], list[Stance]]:
    kept = [(n, s) for n, s in zip(names, said, strict=True) if n.start >= place]
    return [n for n, _ in kept], [s for _, s in kept]
