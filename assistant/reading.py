"""Rule-based reading of one message: what rules read well, they read alone; the LLM adds to it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from assistant import lexicon
from assistant.opinions import read_direction, read_move, read_opinions, read_withdrawn
from assistant.quantities import read_count, read_years, without_years
from assistant.types import Intent
from assistant.words import MASK, Span, blank, is_negated, read_facets, without_facets


def read(
    text: str, facet_values: Mapping[str, Sequence[str]], titles: Sequence[Span] = (), fresh: bool = True
) -> Intent:
    """Read `text` by rules alone.

    Args:
        text: The message.
        facet_values: Facet name -> values of the catalogue at hand.
        titles: Where items are named, in order.
        fresh: True when nothing has been recommended in the session yet.
    """
    plain = blank(text, titles)
    facets = read_facets(plain, facet_values)
    years = read_years(plain)
    move = read_move(plain, facets, years, bool(titles), fresh)
    withdrawn = read_withdrawn(plain, facet_values)
    opinions = read_opinions(text, titles, "about" if move in ("why", "compare") else "liked")
    return Intent(
        move="refine" if withdrawn and move == "ask" and not fresh else move,
        **opinions._asdict(),
        wanted=facets.wanted,
        unwanted=facets.unwanted,
        implied=facets.implied,
        match_any=facets.match_any,
        year_min=years.first,
        year_max=years.last,
        count=read_count(plain),
        direction=None if fresh else read_direction(plain),
        query=read_query(without_facets(without_years(plain), facet_values)),
        withdrawn=withdrawn,
    )


def read_query(plain: str) -> str:
    """Return the free words of a request: no titles, years, numbers, negated words or filler."""
    words = []
    for match in re.finditer(r"[^\W\d_][\w'-]*", plain):
        word = match.group()
        if word not in lexicon.STOP and MASK not in word and not is_negated(plain, match.start()):
            words.append(word)
    return " ".join(dict.fromkeys(words))[:400]
