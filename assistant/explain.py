"""Why an item scores as it does: the additive terms of its score, in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from assistant.phrases import Lang, listed
from assistant.ranking import Terms
from assistant.types import Event, Pick, Reason
from assistant.wording import PLAIN, Wording
from retriever.catalog import Catalog

MAX_REASONS = 8
# Share of the items that are at most as popular, from which many, and some, can be said to like an item.
MANY, SOME = 0.9, 0.5
NEW = 0.5  # newness from which an item is called recent: half of what counts for the newest
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
        wording: Words of the domain.
    """

    query: str = ""
    implied: tuple[str, ...] = ()
    toward: tuple[str, ...] = ()
    similar_to: str = ""
    lang: Lang = "en"
    wording: Wording = field(default=PLAIN)

    def say(self, key: str, **values: object) -> str:
        """Return a phrase in the language of the person and the words of the domain."""
        return self.wording.say(self.lang, key, **values)

    def of(self, held: Iterable[Sequence[str]]) -> Words:
        """Return the words for an item that has the values `held`: no other value is said of it."""
        values = {value for part in held for value in part}
        return replace(self, implied=tuple(value for value in self.implied if value in values))


def reasons(
    terms: Terms,
    position: int,
    row: int,
    events: Sequence[Event],
    catalog: Catalog,
    words: Words,
    linked: Sequence[Reason] = (),
) -> list[Reason]:
    """Return the terms of one candidate's score, largest effect first; their weights sum to the score.

    Args:
        terms: Terms of all candidates.
        position: Which candidate.
        row: Its row in the catalogue.
        events: The support events, in the order of `terms.events`.
        catalog: For titles, and how many like an item.
        words: For the wording of what was said in the request.
        linked: The ways that make up the candidate's `terms.links`.

    Returns:
        At most `MAX_REASONS` + 1 terms; the smallest are summed into one.
    """
    parts = [
        Reason(e.kind, event_words(e, catalog, words), float(w), e.item_id)
        for e, w in zip(events, terms.events[:, position], strict=True)
    ]
    parts.append(_prior(float(terms.base[position]), catalog.fame(row), words))
    if np.any(terms.query):
        parts.append(_match(terms, position, words))
    if terms.facets[position]:
        weight = float(terms.facets[position])
        parts.append(Reason("facet", _facet_words(weight, words), weight))
    if np.any(terms.toward):
        text = words.say("direction", columns=", ".join(words.toward))
        parts.append(Reason("toward", text, float(terms.toward[position])))
    parts += linked
    if terms.recent is not None:
        newness = float(terms.recent[position])
        parts.append(Reason("recent", words.say("recent" if newness >= NEW else "not recent"), newness))
    parts.sort(key=lambda reason: -abs(reason.weight))
    rest = parts[MAX_REASONS:]
    if rest:
        total = sum(reason.weight for reason in rest)
        parts[MAX_REASONS:] = [Reason("rest", words.say("rest", n=len(rest)), total)]
    return parts


def event_words(event: Event, catalog: Catalog, words: Words) -> str:
    """Return an event as a reason: "you liked Alien (1979)"."""
    if event.item_id is None:
        return words.say("you said", text=event.text)
    label = catalog.item(catalog.row(event.item_id)).label
    return words.say(VERBS[event.kind], label=label) if event.kind in VERBS else f"{event.kind} {label}"


def _match(terms: Terms, position: int, words: Words) -> Reason:
    """Name the match with the words of the request; a faint one is not called a fit."""
    weight = float(terms.query[position])
    if words.similar_to:
        return Reason("query", words.say("is like", label=words.similar_to), weight)
    if terms.close is None or terms.close[position]:
        return Reason("query", words.say("fits", query=words.query), weight)
    return Reason("near", words.say("near", query=words.query), weight)


def _facet_words(weight: float, words: Words) -> str:
    if weight < 0:
        return words.say("leans away")
    values = [value.lower() for value in words.implied]
    return words.say("is", values=listed(values, words.lang)) if values else words.say("leans")


def _prior(weight: float, fame: float, words: Words) -> Reason:
    """Name what an item has going for it with anybody: how many like it, its age, and the rest.

    The unit of `weight` is the deviation of the person's scores over the candidates. That many like an item
    is said only where they do.
    """
    if weight < 0:
        return Reason("popularity", words.say("little"), weight)
    if weight >= 1 and fame >= MANY:
        return Reason("popularity", words.say("many"), weight)
    return Reason(
        "popularity" if fame >= SOME else "prior", words.say("some" if fame >= SOME else "prior"), weight
    )


def make_pick(catalog: Catalog, row: int, parts: Sequence[Reason]) -> Pick:
    """Return the pick for a row; its score is the sum of its reasons."""
    item = catalog.item(row)
    score = float(sum(reason.weight for reason in parts))
    units = {name: catalog.units[name] for name in item.numbers if catalog.units.get(name)}
    return Pick(
        item.item_id,
        item.title,
        item.year,
        item.facets,
        score,
        tuple(parts),
        item.numbers,
        item.edition,
        units,
    )
