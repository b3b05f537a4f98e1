"""Why an item scores as it does: the additive terms of its score, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.ranking import Terms
from assistant.types import Event, Pick, Reason
from retriever.catalog import Catalog

MAX_REASONS = 8
VERBS = {
    "like": "you liked",
    "dislike": "you disliked",
    "hide": "you hid",
    "consume": "you have seen",
    "skip": "you passed over",
    "say": "you said",
}


@dataclass(frozen=True)
class Words:
    """What the request said, for the wording of its terms.

    Attributes:
        query: Free words.
        implied: Facet values the words suggest.
        similar_to: Label of the item that others shall be like; takes the place of `query`.
    """

    query: str = ""
    implied: tuple[str, ...] = ()
    similar_to: str = ""


def reasons(
    terms: Terms, position: int, events: Sequence[Event], catalog: Catalog, words: Words
) -> list[Reason]:
    """Return the terms of one candidate's score, largest effect first; their weights sum to the score.

    Args:
        terms: Terms of all candidates.
        position: Which candidate.
        events: The support events, in the order of `terms.events`.
        catalog: For the titles.
        words: For the wording of what was said in the request.

    Returns:
        At most `MAX_REASONS` + 1 terms; the smallest are summed into one.
    """
    parts = [
        Reason(e.kind, _event_words(e, catalog), float(w), e.item_id)
        for e, w in zip(events, terms.events[:, position], strict=True)
    ]
    parts.append(Reason("popularity", _popularity_words(terms.base[position]), float(terms.base[position])))
    if np.any(terms.query):
        match = f"is like {words.similar_to}" if words.similar_to else f"fits “{words.query}”"
        parts.append(Reason("query", match, float(terms.query[position])))
    if terms.facets[position]:
        parts.append(Reason("facet", f"is {', '.join(words.implied)}", float(terms.facets[position])))
    parts.sort(key=lambda reason: -abs(reason.weight))
    rest = parts[MAX_REASONS:]
    if rest:
        parts[MAX_REASONS:] = [Reason("rest", f"{len(rest)} smaller terms", sum(r.weight for r in rest))]
    return parts


def _event_words(event: Event, catalog: Catalog) -> str:
    what = f"“{event.text}”" if event.item_id is None else catalog.item(catalog.row(event.item_id)).label
    return f"{VERBS.get(event.kind, event.kind)} {what}"


def _popularity_words(weight: float) -> str:
    """Name the popularity term; its unit is the deviation of the person's scores over the catalogue."""
    return "liked by many" if weight >= 1 else "liked by some" if weight >= 0 else "little known"


def make_pick(catalog: Catalog, row: int, parts: Sequence[Reason]) -> Pick:
    """Return the pick for a row; its score is the sum of its reasons."""
    item = catalog.item(row)
    score = float(sum(reason.weight for reason in parts))
    return Pick(item.item_id, item.title, item.year, item.facets, score, tuple(parts))


def why_text(picks: Sequence[Pick]) -> str:
    """Explain the last picks by the terms that moved their scores most."""
    lines = []
    for pick in picks:
        told = [
            f"{reason.text} ({reason.weight:+.2f})"
            for reason in pick.reasons[:4]
            if abs(reason.weight) >= 0.005
        ]
        lines.append(f"{pick.label} scores {pick.score:.2f}: {', '.join(told)}.")
    return "\n\n".join(lines)


def compare_text(picks: Sequence[Pick]) -> str:
    """Compare picks in a small table of catalogue facts and scores."""
    facets = list(dict.fromkeys(name for pick in picks for name in pick.facets))
    head = ["", *(pick.label for pick in picks)]
    rows = [[name, *(", ".join(pick.facets.get(name, ())) for pick in picks)] for name in facets]
    rows.append(["your score", *(f"{pick.score:.2f}" for pick in picks)])
    rows.append(["why", *(pick.why for pick in picks)])
    lines = [_row(head), _row(["---"] * len(head)), *(_row(row) for row in rows)]
    return "\n".join(lines)


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |"
