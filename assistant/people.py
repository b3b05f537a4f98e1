"""What is known of each person: support set, adapted state, taste."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from assistant.circle import Circle
from assistant.folding import Facets
from assistant.ranking import Scale
from assistant.rooms import FloatArray, Rooms
from assistant.standing import AVOIDING, avoided, in_words
from assistant.store import Store, current
from assistant.types import Affinity, Event, Taste
from metalearn.adapter import Support, UserState
from metalearn.feedback import CONSUME, DISLIKE, HIDE, LIKE, SENTENCE, SKIP
from metalearn.online import prequential

CACHED = 256
FEEDBACK = {
    "like": LIKE,
    "dislike": DISLIKE,
    "hide": HIDE,
    "consume": CONSUME,
    "skip": SKIP,
    "say": SENTENCE,
}
MAX_SAID = 20
# Likes that the watch on a person looks back on.
WATCHED = 50
PAST = {
    "like": "liked",
    "dislike": "disliked",
    "hide": "hid",
    "consume": "have seen",
    "skip": "passed over",
    "clear": "took back",
}
NOTE = "Your likes do not foresee each other so far, so your picks follow what is widely liked."
MOST_PEOPLE = 500  # people in a column from which no taste is drawn for each of them


@dataclass(frozen=True)
class Person:
    """A person as adapted to.

    Attributes:
        events: The support events, oldest first.
        state: The adapter's state.
        scores: float32 [N], personal score of every item.
        scale: Mean and deviation of `scores`.
        known: Rows that the person has reacted to or seen; never recommended.
        adapted: False where adapting would rank worse than not, so that `scores` are the base scores.
        avoids: Facet name -> values that the person never wants, in any session.
    """

    events: tuple[Event, ...]
    state: UserState
    scores: FloatArray
    scale: Scale
    known: frozenset[int]
    adapted: bool = True
    avoids: Facets = field(default_factory=dict)


class People:
    """Adapt to people from their stored events, and remember the result until an event comes.

    Args:
        rooms: The adapter and its catalogue.
        store: Keeps the events.
        circle: Knows friends; made from the rooms where None.
        adapts: False ranks everybody by the base score, which is what is popular: a yardstick.
    """

    def __init__(
        self, rooms: Rooms, store: Store, circle: Circle | None = None, *, adapts: bool = True
    ) -> None:
        self._adapts = adapts
        self._rooms, self._store = rooms, store
        self._circle = circle or Circle(rooms.folder, store)
        self._ids = frozenset(rooms.catalog.ids)
        self._cache: OrderedDict[str, Person] = OrderedDict()
        self._unit = Scale.of(rooms.adapter.score(rooms.adapter.adapt(Support.empty()))).spread
        self._changes: dict[str, int] = {}
        self._watched: OrderedDict[tuple[str, int, float], bool] = OrderedDict()
        self._lock = threading.Lock()
        self._alike: list[People] = [self]  # all that adapt to the same events

    @property
    def rooms(self) -> Rooms:
        """Return the rooms whose rows the scores of people are of."""
        return self._rooms

    def get(self, user_id: str) -> Person:
        """Return a person as of their last event."""
        with self._lock:
            if user_id in self._cache:
                self._cache.move_to_end(user_id)
                return self._cache[user_id]
            change = self._changes.get(user_id, 0)
        person = self._adapt(user_id, self._log(user_id))
        with self._lock:
            if self._changes.get(user_id, 0) == change:  # no event came while the log was read
                self._cache[user_id] = person
            while len(self._cache) > CACHED:
                self._cache.popitem(last=False)
        return person

    def without(self, user_id: str, item_id: str | None, text: str = "") -> Person:
        """Return a person as if one event of the support had never been: of an item, or a sentence."""
        log = self._log(user_id)
        left = [e for e in log if (e.item_id, e.text if e.item_id is None else "") != (item_id, text)]
        return self._adapt(user_id, left)

    def add(self, event: Event) -> bool:
        """Store an event and forget the state that it outdates; return False when it was known."""
        new = self._store.add_event(event)
        self.forget(event.user_id)
        return new

    def forget(self, user_id: str) -> None:
        """Drop what is remembered of a person; their events are the store's matter."""
        for people in self._alike:
            people._drop(user_id)

    def join(self, other: People) -> None:
        """Hear of every event that `other` hears of, and the other way round: another ranker's people."""
        other._alike.append(self)
        self._alike = other._alike

    def _drop(self, user_id: str) -> None:
        with self._lock:
            self._changes[user_id] = self._changes.get(user_id, 0) + 1
            self._cache.pop(user_id, None)

    def taste(self, user_id: str) -> Taste:
        """Return what has been learned, and what the latest feedback changed."""
        log = self._log(user_id)
        now, before = self.get(user_id), self._adapt(user_id, log[:-1]) if log else None
        stances = current(log)
        return Taste(
            user_id=user_id,
            affinities=self._affinities(now, before or now),
            liked=self._labels(stances, "like"),
            disliked=self._labels(stances, "dislike"),
            said=tuple(e.text for e in reversed(log) if e.kind == "say"),
            hidden=self._labels(stances, "hide"),
            last=self._in_words(log[-1]) if log else "",
            n_events=len(now.events),
            note="" if now.adapted else NOTE,
            avoided=tuple((facet, value) for facet, values in now.avoids.items() for value in values),
        )

    def _log(self, user_id: str) -> list[Event]:
        """Return the events of a person on items that the catalogue has."""
        return [e for e in self._store.events(user_id) if e.item_id is None or e.item_id in self._ids]

    def _adapt(self, user_id: str, log: Sequence[Event]) -> Person:
        stances = current(log)
        said = [e for e in log if e.kind == "say"][-MAX_SAID:]
        events = (*stances, *said)
        support = replace(self._support(events, seen_before(log)), friends=self._circle.friends(user_id))
        adapted = self._adapts and not self._hurts(log, support)
        if not adapted:
            events, support = (), replace(Support.empty(), friends=support.friends)
        state = self._rooms.adapter.adapt(support)
        scores = self._rooms.adapter.score(state)
        # What was passed over may come back.
        known = frozenset(
            self._rooms.catalog.row(e.item_id) for e in stances if e.item_id is not None and e.kind != "skip"
        )
        return Person(events, state, scores, Scale.of(scores), known, adapted, avoided(log))

    def _hurts(self, log: Sequence[Event], support: Support) -> bool:
        """Return whether adapting to these events ranks their later likes worse; found once for a log."""
        if not log:
            return False
        key = (log[-1].user_id, len(log), log[-1].at)
        with self._lock:
            if key in self._watched:
                return self._watched[key]
        found = prequential(self._rooms.adapter, support, latest=WATCHED).hurts()
        with self._lock:
            self._watched[key] = found
            while len(self._watched) > 4 * CACHED:
                self._watched.popitem(last=False)
        return found

    def _support(self, events: Sequence[Event], seen: frozenset[str]) -> Support:
        if not events:
            return Support.empty()
        catalog, width = self._rooms.catalog, self._rooms.vectors.shape[1]
        vectors = np.zeros((len(events), width), np.float32)
        for position, event in enumerate(events):
            if event.item_id is None:
                vectors[position] = self._rooms.encode_query(event.text)
        return Support.of_kinds(
            np.array([-1 if e.item_id is None else catalog.row(e.item_id) for e in events], np.int64),
            np.array([FEEDBACK[e.kind] for e in events], np.int8),
            np.array([e.at for e in events], np.float64),
            seen=np.array([e.item_id in seen for e in events]),
            vectors=vectors,
        )

    def _affinities(self, now: Person, before: Person) -> tuple[Affinity, ...]:
        """Return, for each facet value, the mean personal term of its items against the catalogue's mean."""
        learned, learned_before = self._learned(now), self._learned(before)
        found = []
        people = self._rooms.catalog.people
        for facet, values in self._rooms.facet_values.items():
            if facet in people and len(values) > MOST_PEOPLE:
                continue
            held = self._rooms.catalog.facet_matrix(facet).astype(np.float32).T
            sizes = np.maximum(np.asarray(held.sum(axis=1)).ravel(), 1)
            means, means_before = held @ learned / sizes, held @ learned_before / sizes
            found += [
                Affinity(facet, value, float(a), float(b))
                for value, a, b in zip(values, means, means_before, strict=True)
            ]
        return tuple(sorted(found, key=lambda affinity: -affinity.now))

    def _learned(self, person: Person) -> FloatArray:
        """Return the part of every score that the events add, centred, in deviations of popularity."""
        if not person.events:
            return np.zeros(len(self._rooms.catalog), np.float32)
        learned = person.scores - self._rooms.adapter.base(person.state)
        return np.asarray((learned - learned.mean()) / self._unit, dtype=np.float32)

    def _labels(self, stances: Sequence[Event], kind: str) -> tuple[str, ...]:
        return tuple(self._label(e) for e in reversed(stances) if e.kind == kind)

    def _label(self, event: Event) -> str:
        return self._rooms.catalog.item(self._rooms.catalog.row(str(event.item_id))).label

    def _in_words(self, event: Event) -> str:
        if event.kind in AVOIDING:
            return in_words(event)
        if event.item_id is None:
            return f"You said “{event.text}”"
        what = "your word on " if event.kind == "clear" else ""
        return f"You {PAST[event.kind]} {what}{self._label(event)}"


def seen_before(log: Sequence[Event]) -> frozenset[str]:
    """Return the items that somebody has said to have seen, whatever they said of them later."""
    return frozenset(e.item_id for e in log if e.item_id is not None and e.kind == "consume")
