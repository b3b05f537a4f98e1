"""Numbers in a message: year bounds and how many picks."""

from __future__ import annotations

import re
from typing import NamedTuple

from assistant import lexicon
from assistant.words import is_negated

MAX_PICKS = 20


class Years(NamedTuple):
    """First and last year allowed, inclusive; None where open."""

    first: int | None
    last: int | None


def read_years(plain: str) -> Years:
    """Read year bounds: after, before, since, between, decades and single years."""
    y = r"((?:18|19|20)\d\d)"
    first: int | None = None
    last: int | None = None
    if match := re.search(rf"(?:between|from) {y} (?:and|to|until|till|through|-) {y}|{y} ?[-–] ?{y}", plain):
        low, high = sorted(int(group) for group in match.groups() if group)
        return Years(low, high)
    for match in re.finditer(rf"(?:{_OLDER}) (?:the year )?{y}", plain):
        last = int(match.group(1)) - (0 if re.match(r"until|till|up to|not? |nothing", match.group()) else 1)
    for match in re.finditer(rf"(?:{_NEWER}) (?:the year )?{y}", plain):
        strict = re.match(
            r"(?:released |made |come out )?(?:after|newer|later|more recent|past)", match.group()
        )
        first = int(match.group(1)) + bool(strict)
    for match in re.finditer(rf"{y} (?:or |and )?(later|newer|onwards?|on|up|earlier|older)\b", plain):
        older = match.group(2) in ("earlier", "older")
        first, last = (first, int(match.group(1))) if older else (int(match.group(1)), last)
    if first is None and last is None:
        return _decade(plain) or _single_year(plain, y)
    decade = _bounded_decade(plain)
    return Years(first if first is not None else decade.first, last if last is not None else decade.last)


_UNNEGATED = r"(?<!no )(?<!not )(?<!nothing )"
_NEWER = (
    rf"{_UNNEGATED}(?:released |made |come out )?(?:after|newer than|later than|more recent than|past)|since|"
    r"not (?:before|older than)|no (?:older|earlier) than|nothing (?:before|older than)|starting(?: in)?"
)
_OLDER = (
    rf"{_UNNEGATED}(?:released |made )?(?:before|older than|earlier than|prior to)|until|till|up to|"
    r"not (?:after|newer than)|no (?:later|newer) than|nothing (?:after|newer than)"
)
_DECADE = r"(?:(?:19|20)\d0'?s|'?\d0'?s|" + "|".join(lexicon.DECADES) + ")"


_SINCE_DECADE = re.compile(
    rf"(?:not before|nothing before|from) (?:the )?({_DECADE}) (?:on\b|onwards?)|since (?:the )?({_DECADE})"
)


def without_years(plain: str) -> str:
    """Return the message without years, decades and the words that bound them."""
    bounds = rf"(?:{_OLDER}|{_NEWER}|between|in|the|and|to|early|late|mid|-|\s)*"
    return re.sub(rf"\b{bounds}(?:\b(?:18|19|20)\d\d\b|(?<!\w){_DECADE}(?!\w))", " ", plain)


def _decade_start(word: str) -> int:
    if word in lexicon.DECADES:
        return lexicon.DECADES[word]
    digits = re.sub(r"\D", "", word)
    if len(digits) == 4:
        return int(digits)
    return int(digits) + (2000 if int(digits) < 30 else 1900)


def _decade(plain: str) -> Years | None:
    """Read decades without a bound word: "80s horror", "from the seventies"."""
    bounded = _bounded_decade(plain)
    if bounded != Years(None, None):
        return bounded
    found = list(re.finditer(rf"(?<!\w)(early |late |mid[- ])?({_DECADE})(?!\w)", plain))
    kept = [m for m in found if not is_negated(plain, m.start())]
    if not kept:
        return None
    starts = [_decade_start(m.group(2)) for m in kept]
    part = (kept[0].group(1) or "").strip(" -") if len(kept) == 1 else ""
    low, high = {"early": (0, 4), "mid": (3, 7), "late": (5, 9)}.get(part, (0, 9))
    return Years(min(starts) + low, max(starts) + high)


def _bounded_decade(plain: str) -> Years:
    """Read decades with a bound word: "before the 80s", "since the nineties"."""
    first = last = None
    if match := re.search(rf"(?:{_OLDER}) (?:the )?({_DECADE})(?!\w)", plain):
        last = _decade_start(match.group(1)) - 1
    if match := re.search(rf"(?:after|newer than|later than) (?:the )?({_DECADE})(?!\w)", plain):
        first = _decade_start(match.group(1)) + 10
    elif match := _SINCE_DECADE.search(plain):
        first = _decade_start(match.group(1) or match.group(2))
    return Years(first, last)


def _single_year(plain: str, year: str) -> Years:
    match = re.search(
        rf"\b(?:in|of|year|from) {year}\b|\({year}\)|\b{year} (?:films?|movies?|releases?)\b", plain
    )
    if not match or is_negated(plain, match.start()):
        return Years(None, None)
    value = next(int(group) for group in match.groups() if group)
    return Years(value, value)


_NUMBER = rf"\b(?:(\d{{1,3}})|({'|'.join(lexicon.NUMBERS)}))\b"
_THING = (
    r"(?:films?|movies?|titles?|picks?|recommendations?|suggestions?|options?|things?|comedies|dramas|"
    r"thrillers|songs?|artists?|books?|games?|products?|articles?|ones)\b"
)
_COUNTED = re.compile(rf"{_NUMBER} (?:of )?(?:\w+[- ]){{0,3}}?{_THING}")
_ASKED = re.compile(
    rf"\b(?:give me|show me|recommend|suggest|top|pick|name|list)(?: me)? (?:the )?(?:top )?"
    rf"{_NUMBER}(?! of the)"
)


def read_count(plain: str) -> int | None:
    """Read how many picks are asked for, at most 20; None where no number is said."""
    match = _COUNTED.search(plain) or _ASKED.search(plain)
    if match is None:
        return None
    number = int(match.group(1)) if match.group(1) else lexicon.NUMBERS[match.group(2)]
    one_of = plain[match.start() :].startswith("one of")
    return None if number < 1 or one_of else min(number, MAX_PICKS)
