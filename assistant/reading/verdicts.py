"""What a clause, and the sentences that go on about it, say of the title in it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from assistant.reading import verdict_cues as cues
from assistant.reading.message import MASK

Verdict = Literal["liked", "disliked", "seen"]
_SIDES: dict[str, Verdict] = {"good": "liked", "bad": "disliked", "known": "seen"}
_OTHER: dict[Verdict, Verdict] = {"liked": "disliked", "disliked": "liked", "seen": "seen"}
BARE = 6  # words of a sentence that is nothing but a verdict: "Brilliant from start to end"


class _Cue(NamedTuple):
    start: int
    end: int
    side: Verdict


def verdict_after(text: str) -> Verdict | None:
    """Return what the words behind a title say of it; None where they say nothing.

    The clause of the title counts, and every sentence after it that is still about it. A request ends that.
    Of praise and blame the first counts, unless a contrast leads over to the other: "I thought it dull,
    but ...".

    Args:
        text: What follows the title, made plain, up to where the next title has words of its own.
    """
    if cues.YES.match(text):
        return "liked"
    if cues.NO.match(text):
        return "disliked"
    return _weighed(_about(text), cues.CUE)


def verdict_before(text: str) -> Verdict | None:
    """Return what the words before a title say of it, in Chinese, Spanish, German and French.

    Args:
        text: The clause up to the title, made plain.
    """
    return _weighed(text, cues.CUE_BEFORE)


def verdict_spans(plain: str, titles: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return where words of praise, blame or knowing stand behind titles that nothing is asked with.

    "Heat bored me" asks for nothing boring; "something like Heat, gripping" asks for what is gripping.

    Args:
        plain: The message, made plain.
        titles: Where its titles are, in order.
    """
    found: list[tuple[int, int]] = []
    for (start, end), (after, _) in itertools.pairwise([*titles, (len(plain), 0)]):
        opening = max((stop.end() for stop in cues.STOP.finditer(plain, 0, start)), default=0)
        if not cues.REQUEST.search(plain, opening, start):
            told = _about(plain[end:after])
            found += [(end + match.start(), end + match.end()) for match in cues.CUE.finditer(told)]
    return found


def own_stretch(gap: str) -> int:
    """Return how much of what stands between two titles belongs to the first of them, in characters."""
    ends = [match.start() for match in cues.BOUNDARY.finditer(gap.rstrip(" :\"'《*“-"))]
    if not ends and gap[-1:].isspace() and re.search(r"[,，;；.] *$", gap):
        ends = [len(gap.rstrip(" ,;.，；"))]
    return ends[-1] if ends else len(gap)


def _about(text: str) -> str:
    """Return the stretch of a text that is about the title before it."""
    at = 0
    while at < len(text):
        stop = cues.STOP.search(text, at)
        end = stop.start() if stop else len(text)
        request = cues.REQUEST.search(text, at, end)
        if request:
            return text[: request.start()]
        if stop is None or not _goes_on(text[stop.end() :]):
            return text[:end]
        at = stop.end()
    return text


def _goes_on(text: str) -> bool:
    """Say whether a sentence still speaks of the title before it."""
    stop = cues.STOP.search(text)
    sentence = text[: stop.start()] if stop else text
    if MASK in sentence[:2] or not sentence.strip():
        return False
    if cues.ABOUT_IT.match(sentence):
        return True
    cue = cues.CUE.search(sentence)
    return cue is not None and (len(sentence.split()) <= BARE or not sentence[: cue.start()].strip())


def _weighed(text: str, pattern: re.Pattern[str]) -> Verdict | None:
    found = [cue for match in pattern.finditer(text) if (cue := _read(text, match)) is not None]
    felt = [cue for cue in found if cue.side != "seen"]
    if not felt:
        return found[0].side if found else None
    first, last = felt[0], felt[-1]
    if first.side != last.side and cues.CONTRAST.search(text, first.end, last.start):
        return last.side
    return first.side


def _read(text: str, match: re.Match[str]) -> _Cue | None:
    side = _SIDES[str(match.lastgroup)]
    before = text[max(0, match.start() - 40) : match.start()]
    before = cues.BOUNDARY.split(before)[-1] if side != "seen" else before
    if cues.UNREAL.search(before):
        return None
    flipped = cues.FLIP.search(before) is not None
    if side == "seen":
        return None if flipped else _Cue(match.start(), match.end(), side)
    if not flipped and side == "liked":
        flipped = cues.FLIP_AFTER.match(text, match.end()) is not None
    return _Cue(match.start(), match.end(), _OTHER[side] if flipped else side)
