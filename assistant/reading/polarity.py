"""What a message says of each thing it names: wanted, ruled out, more, less, allowed, or nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple, cast

from assistant.reading.cues import AFTER, BEFORE, CHAIN, ENOUGH, NEW_ITEM
from assistant.reading.message import sentence_end, sentence_start

Stance = Literal["want", "unwant", "more", "less", "soft", "allow", "open"]
REACH = 90  # characters before a thing in which a cue counts
_CONTRAST = re.compile(
    r"(?<!anything )(?<!everything )(?<!nothing )\bbut\b|\b(?:however|though|although|yet|"
    r"because|so)\b|但是?|不过|而是|因为"
)
_HARD_CHAIN = re.compile(r"\bor\b|\bnor\b|或|、|和|以及|跟")


class Cue(NamedTuple):
    """Hold a word that gives a stance, and where it ends."""

    stance: Stance
    start: int
    end: int


def stances(plain: str, spans: Sequence[tuple[int, int]]) -> list[Stance]:
    """Return what is said of each of the things at `spans`, which are in order and do not overlap.

    A cue holds for the thing after it and for what is joined to that by commas, "and" or "or"; words after a
    thing ("horror is out") hold for all of its list.
    """
    found: list[Stance] = []
    for number, (start, end) in enumerate(spans):
        previous = spans[number - 1] if number else None
        cue = _cue_before(plain, start, previous)
        if cue is None and previous is not None and _joined(plain, spans, number, found[-1]):
            found.append(found[-1])
        else:
            found.append("want" if cue is None else _reread(plain, cue, end))
    return _with_words_after(plain, spans, found)


def stance_at(plain: str, start: int, end: int) -> Stance:
    """Return what is said of one thing, whatever else is named."""
    return stances(plain, [(start, end)])[0]


def _cue_before(plain: str, start: int, previous: tuple[int, int] | None) -> Cue | None:
    """Return the nearest cue in the clause before a thing; a comma after it ends its reach."""
    begin = max(sentence_start(plain, start), start - REACH, previous[1] if previous else 0)
    cue = None
    for match in BEFORE.finditer(plain, begin, start):
        cue = Cue(_stance_of(match), match.start(), match.end())
    if cue is None or re.search(r"[,(]", plain[cue.end : start]):
        return None
    if cue.stance not in ("want", "open") and _CONTRAST.search(plain, cue.end, start):
        return None
    return cue


def _stance_of(match: re.Match[str]) -> Stance:
    return cast(Stance, str(match.lastgroup).rstrip("_"))


def _reread(plain: str, cue: Cue, end: int) -> Stance:
    """Return the stance of a cue, given what follows the thing: "not funny enough" wants more."""
    if cue.stance == "unwant" and ENOUGH.match(plain, end):
        return "more"
    return cue.stance


def _joined(plain: str, spans: Sequence[tuple[int, int]], number: int, stance: Stance) -> bool:
    """Say whether a thing carries on the list of the one before it."""
    left, right = spans[number - 1][1], spans[number][0]
    gap = plain[left:right]
    if stance in ("want", "open"):
        return False
    if not CHAIN.fullmatch(gap) or NEW_ITEM.search(gap):
        return False
    if "的" in gap and re.search(r"不是[^,.]*$", plain[:left]):
        return False  # "a children's film that is no animation": 不是动画片的儿童电影
    if "," not in gap or _HARD_CHAIN.search(gap):
        return True
    return _list_goes_on(plain, spans, number)


def _list_goes_on(plain: str, spans: Sequence[tuple[int, int]], number: int) -> bool:
    """Say whether a bare comma belongs to a list that ends in "or" or "and": "no horror, romance or war"."""
    for (_, left), (right, _) in zip(spans[number:], spans[number + 1 :], strict=False):
        gap = plain[left:right]
        if not CHAIN.fullmatch(gap):
            return False
        if re.search(r"\b(?:or|nor|and)\b|[或和]", gap):
            return not NEW_ITEM.search(gap)
    rest = plain[spans[number][1] : sentence_end(plain, spans[number][1])]
    return bool(re.match(r",? (?:or|nor|and) (?!an? )", rest))


def _with_words_after(plain: str, spans: Sequence[tuple[int, int]], found: list[Stance]) -> list[Stance]:
    """Let words after a thing decide, for it and for the list that it ends."""
    out = list(found)
    for number, (start, end) in enumerate(spans):
        limit = spans[number + 1][0] if number + 1 < len(spans) else sentence_end(plain, end) + 1
        match = AFTER.match(plain, end)
        if match is not None and match.group().startswith("?"):  # "horror? no" runs over a stop
            limit = spans[number + 1][0] if number + 1 < len(spans) else len(plain)
        if (
            match is None
            or not match.group()
            or match.end() > limit
            or (out[number] not in ("want", "open") and match.lastgroup != "less")
        ):
            continue
        stance = _stance_of(match)
        if stance == "allow" and _is_request(plain, start, end):
            continue
        at = number
        out[at] = stance
        while at and CHAIN.fullmatch(plain, spans[at - 1][1], spans[at][0]) and out[at - 1] == "want":
            at -= 1
            out[at] = stance
    return out


def _is_request(plain: str, start: int, end: int) -> bool:
    """Say whether "... is fine" asks for a thing: "a comedy is fine", not "horror is fine"."""
    return bool(re.search(r"\b(?:an?|one)(?: \w+)? $", plain[:start]))
