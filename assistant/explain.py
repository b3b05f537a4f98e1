"""Why an item scores as it does: the additive terms of its score, in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from assistant.phrases import Lang, listed, say
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
}


@dataclass(frozen=True)
class Words:
    """What the request said, for the wording of its terms.

    Attributes:
        query: Free words.
        implied: Facet values the words suggest, or of which more is asked for.
        toward: Numeric columns in which a direction is asked for.
        similar_to: Label of the item that others shall be like; takes the place of `query`.
        lang: Language of the person.
    """

    query: str = ""
    implied: tuple[str, ...] = ()
    toward: tuple[str, ...] = ()
    similar_to: str = ""
    lang: Lang = "en"

    def of(self, held: Iterable[Sequence[str]]) -> Words:
        """Return the words for an item that has the values `held`: no other value is said of it."""
        values = {value for part in held for value in part}
        return replace(self, implied=tuple(value for value in self.implied if value in values))


def reasons(
    terms: Terms,
    position: int,
    events: Sequence[Event],
    catalog: Catalog,
    words: Words,
    linked: Sequence[Reason] = (),
) -> list[Reason]:
    """Return the terms of one candidate's score, largest effect first; their weights sum to the score.

    Args:
        terms: Terms of all candidates.
        position: Which candidate.
        events: The support events, in the order of `terms.events`.
        catalog: For the titles.
        words: For the wording of what was said in the request.
        linked: The ways that make up the candidate's `terms.links`.

    Returns:
        At most `MAX_REASONS` + 1 terms; the smallest are summed into one.
    """
    lang = words.lang
    parts = [
        Reason(e.kind, event_words(e, catalog, lang), float(w), e.item_id)
        for e, w in zip(events, terms.events[:, position], strict=True)
    ]
    base = float(terms.base[position])
    parts.append(Reason("popularity", _popularity_words(base, lang), base))
    if np.any(terms.query):
        alike = say(lang, "is like", label=words.similar_to) if words.similar_to else ""
        match = alike or say(lang, "fits", query=words.query)
        parts.append(Reason("query", match, float(terms.query[position])))
    if terms.facets[position]:
        weight = float(terms.facets[position])
        parts.append(Reason("facet", _facet_words(weight, words), weight))
    if np.any(terms.toward):
        text = say(lang, "direction", columns=", ".join(words.toward))
        parts.append(Reason("toward", text, float(terms.toward[position])))
    parts += linked
    parts.sort(key=lambda reason: -abs(reason.weight))
    rest = parts[MAX_REASONS:]
    if rest:
        total = sum(reason.weight for reason in rest)
        parts[MAX_REASONS:] = [Reason("rest", say(lang, "rest", n=len(rest)), total)]
    return parts


def event_words(event: Event, catalog: Catalog, lang: Lang) -> str:
    """Return an event as a reason: "you liked Alien (1979)"."""
    if event.item_id is None:
        return say(lang, "you said", text=event.text)
    label = catalog.item(catalog.row(event.item_id)).label
    return say(lang, VERBS[event.kind], label=label) if event.kind in VERBS else f"{event.kind} {label}"


def _facet_words(weight: float, words: Words) -> str:
    if weight < 0:
        return say(words.lang, "leans away")
    return (
        say(words.lang, "is", values=listed(words.implied, words.lang))
        if words.implied
        else say(words.lang, "leans")
    )


def _popularity_words(weight: float, lang: Lang) -> str:
    """Name the popularity term; its unit is the deviation of the person's scores over the candidates."""
    return say(lang, "many" if weight >= 1 else "some" if weight >= 0 else "little")


def make_pick(catalog: Catalog, row: int, parts: Sequence[Reason]) -> Pick:
    """Return the pick for a row; its score is the sum of its reasons."""
    item = catalog.item(row)
    score = float(sum(reason.weight for reason in parts))
    return Pick(
        item.item_id, item.title, item.year, item.facets, score, tuple(parts), item.numbers, item.edition
    )
