"""Two rankers in every list of the running assistant, and whose cards people like."""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import sqlalchemy as sa

from assistant import choosing
from assistant.choosing import Choice, Gone
from assistant.exploring import Dice
from assistant.schema import clicks, drafts, events
from assistant.store import Store, ensure_user
from assistant.talk import Asked
from assistant.turn import Turns
from assistant.types import Timings
from prompts.abtest import Experiment
from prompts.interleave import Mixed, team_draft

MIXED = "interleaved"
CLICK = "click"
CREDITED = {
    "liked": ("like",),
    "clicked": ("like", "consume", CLICK),
    "disliked": ("dislike", "hide"),
}
DAY = 86_400.0


def interleaved(a: Turns, b: Turns, experiment: str) -> Turns:
    """Return the turns of A with every list drafted from A and B; chance and agents stay out of it."""
    a.variant, a.dice, a.working = f"{experiment}:{MIXED}", Dice(), None
    a.mixing, a.clicked = Mixer(b, experiment), Clicks(a.store)
    return a


class Mixer:
    """Draft lists from the choice of A and of B, and remember who drafted what.

    Args:
        other: The turns of B.
        experiment: Name of the experiment.
    """

    def __init__(self, other: Turns, experiment: str) -> None:
        self._other, self._experiment, self._rng = other, experiment, np.random.default_rng()

    def __call__(self, choice: Choice, asked: Asked, gone: Gone, n: int) -> Choice:
        """Return A's choice with the picks of both; as it is where nothing fits."""
        if not choice.picks:
            return choice
        rooms, person = self._other.rooms, self._other.people.get(asked.user_id)
        theirs = choosing.choose(rooms, person, asked.state, n, gone, Timings())
        a, b = ({pick.item_id: pick for pick in picks} for picks in (choice.picks, theirs.picks))
        mixed = team_draft(list(a), list(b), n, self._rng)
        of = {"A": a, "B": b}
        picks = [of[team][item] for item, team in zip(mixed.items, mixed.teams, strict=True)]
        self._remember(asked.user_id, mixed)
        return replace(choice, picks=picks, teams=mixed.teams, chances=(), pool=(), usual=-1)

    def _remember(self, user_id: str, mixed: Mixed) -> None:
        row = {"user_id": user_id, "experiment": self._experiment, "at": time.time()}
        with self._other.store.writing(user_id) as db:
            ensure_user(db, user_id)
            items = json.dumps(mixed.items)
            db.execute(drafts.insert().values(**row, items=items, teams="".join(mixed.teams)))


class Clicks:
    """Write down the cards that somebody wants more of."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(self, user_id: str, item_id: str) -> None:
        """Write down one."""
        with self._store.writing(user_id) as db:
            ensure_user(db, user_id)
            db.execute(clicks.insert().values(user_id=user_id, item_id=item_id, at=time.time()))


class _Draft(NamedTuple):
    at: float
    mixed: Mixed


class _Deed(NamedTuple):
    kind: str
    item: str
    at: float


def credits(store: Store, experiment: Experiment, now: float) -> list[dict[str, float]]:
    """Return one record for everybody whose outcome is final, in the order of their first lists.

    A record has a credit for `liked`, `clicked` and `disliked`: 1 where more of the person's lists have more
    such cards of B than of A, -1 where more have fewer, 0 where neither. What is done with a card counts for
    the latest list before it that held the card.
    """
    window = experiment.days * DAY
    found = []
    for user, lists in _lists(store, experiment.name).items():
        first = lists[0].at
        if first + window <= now:
            deeds = _deeds(store, user, first, first + window if window else now)
            found.append({name: _credit(lists, deeds, kinds) for name, kinds in CREDITED.items()})
    return found


def _lists(store: Store, experiment: str) -> dict[str, list[_Draft]]:
    mine = sa.select(drafts).where(drafts.c.experiment == experiment).order_by(drafts.c.at, drafts.c.draft_id)
    lists: dict[str, list[_Draft]] = {}
    with store.reading() as db:
        for row in db.execute(mine).mappings():
            mixed = Mixed(tuple(json.loads(row["items"])), tuple(row["teams"]))
            lists.setdefault(row["user_id"], []).append(_Draft(row["at"], mixed))
    return lists


def _deeds(store: Store, user: str, start: float, end: float) -> list[_Deed]:
    def within(table: Any) -> Any:
        return sa.and_(table.c.user_id == user, table.c.at >= start, table.c.at <= end)

    done = sa.select(events.c.kind, events.c.item_id, events.c.at).where(
        within(events), events.c.item_id != ""
    )
    more = sa.select(clicks.c.item_id, clicks.c.at).where(within(clicks))
    with store.reading() as db:
        found = [_Deed(kind, item, at) for kind, item, at in db.execute(done)]
        return found + [_Deed(CLICK, item, at) for item, at in db.execute(more)]


def _credit(lists: Sequence[_Draft], deeds: Sequence[_Deed], kinds: Collection[str]) -> float:
    chosen: dict[int, set[str]] = {}
    for deed in deeds:
        held = [n for n, draft in enumerate(lists) if draft.at <= deed.at and deed.item in draft.mixed.items]
        if deed.kind in kinds and held:
            chosen.setdefault(held[-1], set()).add(deed.item)
    return float(np.sign(sum(lists[n].mixed.credit(items) for n, items in chosen.items())))
