"""What a message says of the titles in it, and what kind of move it is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from assistant import lexicon
from assistant.quantities import Years
from assistant.types import Move
from assistant.words import MASK, Facets, Span, blank


class Opinions(NamedTuple):
    """Titles as written, by what is said of them."""

    liked: tuple[str, ...]
    disliked: tuple[str, ...]
    seen: tuple[str, ...]
    about: tuple[str, ...]


def read_opinions(text: str, titles: Sequence[Span], default: str = "liked") -> Opinions:
    """Sort the titles of a message by the nearest word of praise or blame in their clause.

    Args:
        text: The message.
        titles: Where items are named, in order.
        default: What a title without such a word counts as: `liked`, or `about` where it is asked about.
    """
    plain = blank(text, titles)
    carried = default
    sides: dict[str, list[str]] = {name: [] for name in Opinions._fields}
    previous_end = 0
    for span in titles:
        between = plain[previous_end : span.start]
        after = re.split(rf"[.;!?\n{MASK}]|\bbut\b", plain[span.end : span.end + 60])[0]
        joined = previous_end > 0 and re.fullmatch(
            r"[\s\"'“”]*(?:,|and|or|&|,\s*and)?[\s\"'“”]*(?:the )?", between
        )
        carried = carried if joined else _opinion(between, after, default)
        sides[carried].append(span.text)
        previous_end = span.end
    found = Opinions(*(tuple(dict.fromkeys(sides[key])) for key in Opinions._fields))
    return found._replace(liked=tuple(t for t in found.liked if t not in found.disliked))


def _opinion(before: str, after: str, default: str) -> str:
    clause = re.split(r"[.;!?\n]|\bbut\b", before)[-1]
    if re.match(
        rf"(?:[^,]*\b(?:it|that|this))?\W*(?:(?:was|is|were|felt|seemed)\s+(?:\w+\s+)?)?(?:{lexicon.BLAME})\b",
        after,
    ):
        return "disliked"
    for side, words in (("disliked", lexicon.BLAME), ("liked", lexicon.PRAISE), ("seen", lexicon.KNOWN)):
        if re.search(rf"\b(?:{words})(?![\w'])[^,]*$", clause):
            return side
    if re.search(rf"\b(?:{lexicon.BLAME})(?![\w'])", clause):
        return "disliked"
    return default


_NOTHING_SAID = re.compile(
    r"\W*(?:hi|hello|hey|thanks?|thank you|ok(?:ay)?|cool|bye|good (?:morning|evening|night)|lol|who are you|"
    r"what can you do|help|how are you|yes|no|great|nice)"
    r"(?:[\s,]+(?:there|palate|you|so much|a lot|very much|again|that (?:was|is) \w+))*\W*"
)
_WHY = re.compile(r"\bwhy\b(?! not)|\bhow come\b|\bwhat makes you\b")
_COMPARE = re.compile(
    r"\bcompare\b|\bdifference between\b|\bwhich (?:one )?(?:is|of (?:these|those|them)|should)\b|"
    r"\bbetter\b.*\b(?:or|than)\b|\bvs\.?(?!\w)"
)
_CRITIQUE = re.compile(
    r"something else|not (?:that|this|these|those)|another one|other ones?|different ones?|"
    r"none of (?:these|those)|anything else|\b(?:less|too)\b|"
    r"\b(?:older|newer|shorter|longer|darker|lighter|funnier|scarier)\b"
)
_ADDS = re.compile(
    r"\W*(?:but|and|only|no|not|without|instead|actually|also|make it|just|from|after|before)\b"
)


def read_move(plain: str, facets: Facets, years: Years, names_titles: bool, fresh: bool) -> Move:
    """Tell what kind of move a message makes; critiques and refinements need something to refer to."""
    if _NOTHING_SAID.fullmatch(plain) or not re.search(rf"[^\W_]|{MASK}", plain):
        return "chat"
    if _COMPARE.search(plain):
        return "compare"
    if fresh:
        return "ask"
    if _WHY.search(plain):
        return "why"
    if _CRITIQUE.search(plain):
        return "critique"
    says_constraint = any((facets.wanted, facets.unwanted, years.first, years.last))
    short = _ADDS.match(plain) or len(plain.split()) <= 4
    return "refine" if says_constraint and short and not names_titles else "ask"


def read_direction(plain: str) -> Literal["older", "newer"] | None:
    """Read a wish for older or newer items than those shown ("older ones", "more recent please")."""
    match = re.search(r"\b(older|newer|more recent)\b(?! than| is (?:fine|ok))", plain)
    return None if match is None else "older" if match[1] == "older" else "newer"


def read_withdrawn(plain: str, facet_values: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Find the constraints that a message takes back: "year" or facet names."""
    out = []
    if re.search(
        r"\b(?:any|whatever|all) (?:year|decade|era|age)s?\b|\byear doesn'?t matter\b|\bolder is (?:fine|ok)",
        plain,
    ):
        out.append("year")
    for facet in facet_values:
        name = re.escape(facet.rstrip("s"))
        if re.search(rf"\b(?:any|all|whatever) {name}s?\b|\b{name}s? does ?n[o']t matter\b", plain):
            out.append(facet)
    if re.search(r"\b(?:start over|forget (?:all|everything|that|it)|reset|never mind)\b", plain):
        out = ["year", *facet_values]
    return tuple(out)
