"""A small assistant with a toy catalogue and a linear taste, for tests of the page."""

from __future__ import annotations

import csv
import time
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path

from assistant.conversation import Option
from assistant.errors import BadInput, UnknownSession
from assistant.store import check_user_id
from assistant.types import (
    Affinity,
    ImportReport,
    Intent,
    ItemKind,
    LLMState,
    Pick,
    Reason,
    StoredTurn,
    Taste,
)

FILMS = {
    "1": ("Alien", 1979, ("Sci-Fi", "Horror", "Thriller"), 0.90),
    "2": ("Blade Runner", 1982, ("Sci-Fi", "Film-Noir"), 0.85),
    "3": ("The Matrix", 1999, ("Action", "Sci-Fi", "Thriller"), 0.95),
    "4": ("Toy Story", 1995, ("Animation", "Children's", "Comedy"), 0.92),
    "5": ("Fargo", 1996, ("Crime", "Drama", "Thriller"), 0.93),
    "6": ("Gattaca", 1997, ("Drama", "Sci-Fi", "Thriller"), 0.55),
    "7": ("Dark City", 1998, ("Film-Noir", "Sci-Fi", "Thriller"), 0.50),
    "8": ("Contact", 1997, ("Drama", "Sci-Fi"), 0.70),
    "9": ("The Fifth Element", 1997, ("Action", "Sci-Fi"), 0.60),
    "10": ("Casablanca", 1942, ("Drama", "Romance", "War"), 0.88),
    "11": ("<b>Tag</b> & {{value}} ${alert(1)}", None, ("Documentary",), 0.10),
}
GENRES = sorted({genre for film in FILMS.values() for genre in film[2]})
STEP = {"like": 0.5, "dislike": -0.5, "hide": -0.2}


class FakeReply:
    """A reply whose prose comes word by word and is stored at its end."""

    def __init__(
        self, owner: FakeAssistant, user: str, text: str, session_id: str, picks: list[Pick]
    ) -> None:
        self.owner, self.user, self.asked, self.session_id = owner, user, text, session_id
        self.recommendations, self.notes = picks, ("Nothing after 2010 fits, so the year was left open.",)
        self.intent, self.fallback, self.text = Intent(query=text), False, ""
        self.options: tuple[Option, ...] = ()

    def __iter__(self) -> Iterator[str]:
        for (
            word
        ) in f"You might like **{self.recommendations[0].label}** & friends, for the mood of it.".split():
            time.sleep(self.owner.delay / 5)
            self.text += word + " "
            yield word + " "
        self.owner.store_turn(self)


class FakeAssistant:
    """Rank eleven films by popularity plus the genres of what was liked."""

    def __init__(self, delay: float = 0.0, status: str = "ready") -> None:
        self.delay, self.status = delay, status
        self.events: dict[str, dict[str, str]] = {}
        self.last: dict[str, tuple[str, dict[str, str]]] = {}
        self.kept: dict[str, dict[str, list[StoredTurn]]] = {}

    def chat(self, user_id: str, text: str, session_id: str | None = None) -> FakeReply:
        check_user_id(user_id)
        if not text.strip("\x00 \n"):
            raise BadInput("The message is empty.", "Say what you are in the mood for.")
        time.sleep(self.delay)
        session_id = session_id or uuid.uuid4().hex[:8]
        self.kept.setdefault(user_id, {}).setdefault(session_id, [])
        return FakeReply(self, user_id, text, session_id, self.recommend(user_id, 6))

    def store_turn(self, reply: FakeReply) -> None:
        ids = tuple(pick.item_id for pick in reply.recommendations)
        turn = StoredTurn(1, reply.session_id, reply.asked, reply.text, ids, time.time())
        self.kept[reply.user][reply.session_id].append(turn)

    def recommend(self, user_id: str, n: int = 10) -> list[Pick]:
        known = self.stances(user_id)
        return self.picks(user_id, [item for item in FILMS if item not in known])[:n]

    def similar(self, user_id: str, item_id: str, n: int = 5) -> list[Pick]:
        genres = set(FILMS[item_id][2])
        alike = [item for item, film in FILMS.items() if item != item_id and genres & set(film[2])]
        return self.picks(user_id, alike)[:n]

    def feedback(self, user_id: str, item_id: str, kind: ItemKind, session_id: str | None = None) -> Taste:
        if item_id not in FILMS:
            raise BadInput(f"No item {item_id!r}.")
        standing = self.events.setdefault(check_user_id(user_id), {})
        words = {"like": "liked", "dislike": "disliked", "hide": "hid", "clear": "took back"}
        self.last[user_id] = (f"You {words[kind]} {self.explain(user_id, item_id).label}", dict(standing))
        standing.pop(item_id, None)
        if kind != "clear":
            standing[item_id] = kind
        return self.taste(user_id)

    def explain(self, user_id: str, item_id: str) -> Pick:
        return self.picks(user_id, [item_id])[0]

    def taste(self, user_id: str) -> Taste:
        standing = self.stances(check_user_id(user_id))
        last, before = self.last.get(user_id, ("", {}))
        now, was = _weights(standing), _weights(before)
        affinities = [Affinity("genres", g, now.get(g, 0.0), was.get(g, 0.0)) for g in GENRES]

        def titles(kind: str) -> tuple[str, ...]:
            return tuple(FILMS[item][0] for item, stance in standing.items() if stance == kind)

        ranked = tuple(sorted(affinities, key=lambda a: -a.now))
        return Taste(
            user_id, ranked, titles("like"), titles("dislike"), (), titles("hide"), last, len(standing)
        )

    def stances(self, user_id: str) -> dict[str, str]:
        return dict(self.events.get(user_id, {}))

    def picks(self, user_id: str, item_ids: Sequence[str], session_id: str | None = None) -> list[Pick]:
        weights = _weights(self.stances(user_id))
        return sorted((_pick(item, weights) for item in item_ids), key=lambda pick: -pick.score)

    def pictures(self, item_ids: Sequence[str]) -> dict[str, str] | None:
        return None

    def import_history(self, user_id: str, path: Path) -> ImportReport:
        with path.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
        if not rows or "title" not in rows[0]:
            raise BadInput("The file has no column `title`.", "Add a first line `title,rating`.")
        ids = {film[0]: item for item, film in FILMS.items()}
        for row in rows:
            if row["title"] in ids:
                self.feedback(user_id, ids[row["title"]], "like")
        linked = tuple(row["title"] for row in rows if row["title"] in ids)
        return ImportReport(liked=linked, unknown=tuple(r["title"] for r in rows if r["title"] not in ids))

    def users(self) -> list[str]:
        return list(dict.fromkeys([*self.events, *self.kept]))

    def sessions(self, user_id: str) -> list[str]:
        return list(reversed(self.kept.get(check_user_id(user_id), {})))

    def turns(self, user_id: str, session_id: str) -> list[StoredTurn]:
        if session_id not in self.kept.get(user_id, {}):
            raise UnknownSession(f"{user_id!r} has no session {session_id!r}.")
        return list(self.kept[user_id][session_id])

    def llm_state(self) -> LLMState:
        return LLMState(self.status, "small-model on this machine", "small-model")  # type: ignore[arg-type]


def _weights(standing: dict[str, str]) -> dict[str, float]:
    weights: dict[str, float] = {}
    for item, stance in standing.items():
        for genre in FILMS[item][2]:
            weights[genre] = weights.get(genre, 0.0) + STEP[stance] / len(FILMS[item][2])
    return weights


def _pick(item: str, weights: dict[str, float]) -> Pick:
    title, year, genres, popularity = FILMS[item]
    terms = [Reason("facet", f"your taste for {g}", weights[g]) for g in genres if weights.get(g)]
    reasons = (*sorted(terms, key=lambda r: -r.weight), Reason("popularity", "widely liked", popularity))
    return Pick(item, title, year, {"genres": genres}, sum(r.weight for r in reasons), reasons)
