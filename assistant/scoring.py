"""The score of candidates for a person and a request: additive terms, brought to one scale."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from assistant import explain, folding
from assistant.dialogue import DialogueState
from assistant.folding import Facets
from assistant.intents import Toward
from assistant.people import Person
from assistant.phrases import Lang
from assistant.ranking import (
    ALONE,
    FloatArray,
    Scale,
    Terms,
    Weights,
    combine,
    directed,
    share,
    sharpness_of,
)
from assistant.reading import audience, moods
from assistant.reading.columns import Columns
from assistant.reading.company import widened
from assistant.rooms import Rooms
from retriever.constraints import Constraints

CANDIDATES = 200
PERSONAL = 100
CLOSE = 2.0  # deviations above the mean cosine of the catalogue from which an item can be said to fit words
RECENT = 1.0  # score of what came out now, where newness counts; by judgement
Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Request:
    """What the score of an item depends on, beside the person.

    Attributes:
        query: Free words.
        implied: Facet name -> values that the words suggest.
        more: Facet name -> values of which more is asked for; `less` those of which less.
        toward: Numeric column -> direction asked for.
        lang: Language of the reasons.
    """

    query: str = ""
    implied: Facets = field(default_factory=dict)
    more: Facets = field(default_factory=dict)
    less: Facets = field(default_factory=dict)
    toward: dict[str, Toward] = field(default_factory=dict)
    lang: Lang = "en"

    @classmethod
    def of(cls, state: DialogueState, columns: Columns) -> Request:
        """Return the standing request of a session, in the terms of what the catalogue tells of its items."""
        query, implied, less = state.query, state.implied, state.less
        if not columns.described:
            query, suggested, against = moods.read(query, columns.facets)
            implied = folding.join(implied, folding.minus(suggested, state.unwanted))
            less = folding.join(less, folding.minus(folding.minus(against, state.wanted), state.more))
        if not columns.described and not columns.named:
            query = ""  # there is nothing that words could be held against
        if columns.bare:
            query = moods.topic(query)  # a name may tell of reggae, but not of what is calm
        return cls(query, implied, state.more, less, state.toward, state.lang)

    @property
    def words(self) -> explain.Words:
        """Return the request as the explanations quote it."""
        values = folding.join(self.implied, self.more).values()
        return explain.Words(
            self.query, tuple(v for held in values for v in held), tuple(self.toward), lang=self.lang
        )


@dataclass(frozen=True)
class Yardstick:
    """Constants by which the parts of a score are brought to one scale.

    Attributes:
        personal: Scale of the person's score over the candidates.
        query: Scale of the match with the words over the candidates, None without words.
        weights: How much each part counts.
        match: float32 [N], how well items match the words, None without words.
        close: bool [N], which items match the words so well that it can be said, None without words.
    """

    personal: Scale
    query: Scale | None
    weights: Weights
    match: FloatArray | None
    close: NDArray[np.bool_] | None = None

    @classmethod
    def of(cls, rooms: Rooms, person: Person, request: Request, rows: Rows) -> Yardstick:
        """Measure the candidates `rows` of a request."""
        personal = Scale.of(person.scores[rows])
        if not request.query:
            return cls(personal, None, Weights.of(0.0, len(person.events)), None)
        match = matching(rooms, request.query)
        weights, of_all = Weights.of(sharpness_of(match), len(person.events)), Scale.of(match)
        if rooms.columns.bare:  # there is nothing to filter by, so the words are the whole request
            weights = replace(weights, query=ALONE)
        close = match >= of_all.mean + CLOSE * of_all.spread
        close |= rooms.retriever.shares_words(request.query)
        return cls(personal, Scale.of(match[rows]), weights, match, close)


def matching(rooms: Rooms, query: str) -> FloatArray:
    """Return how well every item matches words, float32 [N]."""
    cosines = np.asarray(rooms.vectors @ rooms.encode_query(query), dtype=np.float32)
    return widened(cosines, rooms.tastes, rooms.catalog.popularity) if rooms.columns.bare else cosines


def banned(rooms: Rooms, person: Person, state: DialogueState) -> Facets:
    """Return facet values that no pick may have beside those ruled out in the session.

    They are the limits of the audience, and what the person never wants unless it is asked for here.
    """
    limits = audience.ruled_out(state.audience, rooms.catalog, rooms.limits)
    asked = folding.join(state.allowed, folding.join(state.wanted, state.more))
    for group in state.either:
        asked = folding.join(asked, group)
    return folding.join(limits, folding.minus(folding.known(person.avoids, rooms.catalog), asked))


def candidates(rooms: Rooms, person: Person, request: Request, constraints: Constraints) -> Rows:
    """Return candidate rows that satisfy the constraints.

    They are those of the search and the personal best of all items or, where strategies are switched on,
    what these propose, beside what the words of the request find.
    """
    allowed = rooms.catalog.mask(constraints)
    fitting = np.flatnonzero(allowed).astype(np.int64)
    liked = liked_rows(rooms, person).tolist()
    if rooms.proposer is None:
        parts = [
            rooms.retriever.search(request.query, liked, constraints, CANDIDATES).rows,
            fitting[np.argsort(-person.scores[fitting], kind="stable")[:PERSONAL]],
        ]
    else:
        parts = [rooms.proposer.candidates(liked, person.state.friends, allowed, CANDIDATES)]
        if request.query:
            parts.append(rooms.retriever.search(request.query, [], constraints, CANDIDATES).rows)
    if request.query and rooms.columns.bare:
        match = matching(rooms, request.query)[fitting]
        parts.append(fitting[np.argsort(-match, kind="stable")[:PERSONAL]])
    direction = directed(rooms.catalog, fitting, request.toward)
    if direction is not None:
        parts.append(fitting[np.argsort(-direction, kind="stable")[:PERSONAL]])
    return np.unique(np.concatenate(parts)).astype(np.int64)


def score(rooms: Rooms, person: Person, request: Request, rows: Rows, pool: Rows) -> Terms:
    """Return the additive terms of the scores of `rows`, measured by the candidates `pool`."""
    parts = rooms.adapter.contributions(person.state, rows)
    yardstick = Yardstick.of(rooms, person, request, pool)
    match = yardstick.match
    terms = combine(
        parts.base,
        parts.events,
        yardstick.personal,
        None if match is None else match[rows],
        yardstick.query,
        leaning(rooms, request, rows),
        directed(rooms.catalog, rows, request.toward),
        yardstick.weights,
        None if rooms.knowledge.ways is None else rooms.knowledge.ways.terms(liked_rows(rooms, person), rows),
    )
    close = None if yardstick.close is None else yardstick.close[rows]
    return replace(terms, close=close, recent=None if rooms.newness is None else RECENT * rooms.newness[rows])


def liked_rows(rooms: Rooms, person: Person) -> Rows:
    """Return the rows that a person likes, in the order of their events."""
    liked = [rooms.catalog.row(e.item_id) for e in person.events if e.kind == "like" and e.item_id]
    return np.array(liked, dtype=np.int64)


def leaning(rooms: Rooms, request: Request, rows: Rows) -> FloatArray | None:
    """Return how far rows have what is suggested or asked more of, less what is asked less of, [k]."""
    raised = _shares(rooms, folding.join(request.implied, request.more), rows)
    lowered = _shares(rooms, request.less, rows)
    if raised is None or lowered is None:
        return raised if lowered is None else -lowered
    return raised - lowered


def _shares(rooms: Rooms, facets: Facets, rows: Rows) -> FloatArray | None:
    """Return which share of the values each row has, float32 [k]; None where there are no values."""
    shares = [
        share(rooms.catalog.facet_matrix(facet), rows, [rooms.facet_values[facet].index(v) for v in values])
        for facet, values in facets.items()
        if values
    ]
    return np.asarray(np.mean(shares, axis=0), dtype=np.float32) if shares else None


def pool_of(rooms: Rooms, person: Person, state: DialogueState) -> Rows:
    """Return the candidates of a session, those shown and turned down among them."""
    constraints = state.constraints(frozenset(), banned(rooms, person, state))
    if not rooms.catalog.mask(constraints).any():
        constraints = Constraints()
    return candidates(rooms, person, Request.of(state, rooms.columns), constraints)
