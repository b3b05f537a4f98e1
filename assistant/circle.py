"""Who is linked to whom: the links of the data set, and those that a person gave."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl
import sqlalchemy as sa
from numpy.typing import NDArray

from assistant.schema import friendships
from assistant.store import Store, check_user_id, ensure_user

LINKS = "links.parquet"


class Circle:
    """The people of the catalogue's log, numbered as the adapter numbers them, and their links.

    Args:
        home: Home folder; one without links knows nobody, and friends then change nothing.
        store: Keeps the friends that people gave.
    """

    def __init__(self, home: Path, store: Store) -> None:
        self._store = store
        self._numbers: dict[str, int] = {}
        self._links: dict[str, list[str]] = {}
        if (home / LINKS).is_file():
            people = pl.read_parquet(home / "interactions.parquet", columns=["user_id"])["user_id"]
            self._numbers = {user: number for number, user in enumerate(people.unique().sort())}
            links = pl.read_parquet(home / LINKS).group_by("source").agg(pl.col("target"))
            self._links = dict(links.iter_rows())

    def friends(self, user_id: str) -> NDArray[np.int64] | None:
        """Return the numbers of a person's friends in the log, int64 [f]; None where there are none."""
        if not self._numbers:
            return None
        known = [self._numbers[f] for f in self.names(user_id) if f in self._numbers]
        return np.array(sorted(known), dtype=np.int64) if known else None

    def names(self, user_id: str) -> list[str]:
        """Return the ids of a person's friends: as given, else those that the data set links them to."""
        query = sa.select(friendships.c.friend_id).where(friendships.c.user_id == user_id)
        with self._store.reading() as db:
            given = list(db.scalars(query.order_by(friendships.c.friend_id)))
        return given or self._links.get(user_id, [])

    def give(self, user_id: str, friends: Sequence[str]) -> None:
        """Replace the friends that a person gave.

        Raises:
            BadInput: When an id is malformed; nothing is stored.
        """
        chosen = sorted({check_user_id(friend) for friend in friends})
        rows = [{"user_id": user_id, "friend_id": friend} for friend in chosen]
        with self._store.writing(check_user_id(user_id)) as db:
            ensure_user(db, user_id)
            db.execute(friendships.delete().where(friendships.c.user_id == user_id))
            if rows:
                db.execute(friendships.insert(), rows)
