"""Users, events, sessions and turns in one SQL database (SQLite by default, PostgreSQL by URL)."""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from assistant.errors import BadInput, StoreError, UnknownSession
from assistant.schema import clicks, drafts, events, exposures, friendships, metadata, sessions, turns, users
from assistant.standing import AVOIDING
from assistant.types import ITEM_KINDS, Event, Kind, StoredTurn

USER_ID = re.compile(r"\w[\w.@+-]{0,63}")


@dataclass(frozen=True)
class Forgotten:
    """Numbers of rows that were deleted of a person."""

    people: int
    sessions: int
    turns: int
    events: int


def _ties(user_id: str) -> sa.Delete:
    """Return the deletion of a person's friendships, in either direction."""
    return friendships.delete().where(
        sa.or_(friendships.c.user_id == user_id, friendships.c.friend_id == user_id)
    )


def check_user_id(user_id: str) -> str:
    """Return `user_id` when it can name a person.

    Raises:
        BadInput: When it is not 1 to 64 letters, digits or `_ . @ + -`, starting with a letter or digit.
    """
    if not isinstance(user_id, str) or not USER_ID.fullmatch(user_id):
        raise BadInput(
            f"User id {str(user_id)[:80]!r} is malformed.",
            "Use 1 to 64 letters, digits or _ . @ + - and start with a letter or digit.",
        )
    return user_id


def current(log: Sequence[Event]) -> list[Event]:
    """Return the item events that stand, in the order in which they came to stand.

    Args:
        log: Events of one person, oldest first.
    """
    latest: dict[str, Event] = {}
    for event in log:
        if event.item_id is not None:
            latest.pop(event.item_id, None)
            latest[event.item_id] = event
    return [event for event in latest.values() if event.kind != "clear"]


class Store:
    """Keep every event once, in one transaction each.

    Args:
        url: SQLAlchemy URL.

    Raises:
        StoreError: When the database cannot be opened or is damaged.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = _engine(url)
        with self._guard():
            metadata.create_all(self.engine)

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    def add_event(self, event: Event) -> bool:
        """Store `event`; return False when it says what already stands.

        A repeated like of a liked item, or a sentence said before, is kept once. Events are ordered by
        (time, kind), so the stance that results does not depend on the order of arrival.
        """
        check_user_id(event.user_id)
        with self.writing(event.user_id) as db:
            ensure_user(db, event.user_id)
            if _stands_already(db, event):
                return False
            db.execute(events.insert().values(**vars(event)))
            return True

    def events(self, user_id: str) -> list[Event]:
        """Return every event of a person, oldest first."""
        columns = [events.c[name] for name in ("user_id", "kind", "item_id", "text", "at", "session_id")]
        query = sa.select(*columns).where(events.c.user_id == user_id).order_by(events.c.at, events.c.kind)
        with self.reading() as db:
            return [Event(*row) for row in db.execute(query)]

    def stances(self, user_id: str) -> dict[str, Event]:
        """Return the event that stands for each item a person has reacted to, oldest first."""
        return {str(event.item_id): event for event in current(self.events(user_id))}

    def users(self) -> list[str]:
        """Return every user id, oldest first."""
        with self.reading() as db:
            return list(db.scalars(sa.select(users.c.user_id).order_by(users.c.created_at)))

    def forget(self, user_id: str) -> Forgotten:
        """Delete a person and everything that is stored of them; return what was deleted."""
        with self.writing(check_user_id(user_id)) as db:
            own = sa.select(sessions.c.session_id).where(sessions.c.user_id == user_id)
            for table in (exposures, drafts, clicks):
                db.execute(table.delete().where(table.c.user_id == user_id))
            gone = [
                db.execute(turns.delete().where(turns.c.session_id.in_(own))).rowcount,
                db.execute(sessions.delete().where(sessions.c.user_id == user_id)).rowcount,
                db.execute(events.delete().where(events.c.user_id == user_id)).rowcount,
                db.execute(_ties(user_id)).rowcount,
                db.execute(users.delete().where(users.c.user_id == user_id)).rowcount,
            ]
        self._compact()
        return Forgotten(people=gone[4], sessions=gone[1], turns=gone[0], events=gone[2])

    def _compact(self) -> None:
        """Write the database anew, so that deleted words do not linger in its free pages or its log."""
        if self.engine.dialect.name != "sqlite":
            return  # PostgreSQL reuses what its own vacuum has freed
        with self._guard(), self.engine.connect() as db:
            raw = db.connection.driver_connection
            for command in ("PRAGMA wal_checkpoint(TRUNCATE)", "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
                raw.execute(command)  # type: ignore[union-attr]

    def start_session(self, user_id: str, state: str = "{}") -> str:
        """Create a session (and the person, where new); return its id."""
        session_id = uuid.uuid4().hex[:16]
        with self.writing(check_user_id(user_id)) as db:
            ensure_user(db, user_id)
            row = {"session_id": session_id, "user_id": user_id, "state": state, "updated_at": time.time()}
            db.execute(sessions.insert().values(**row))
        return session_id

    def session_state(self, user_id: str, session_id: str) -> str:
        """Return the JSON state of a session.

        Raises:
            UnknownSession: When this person has no such session.
        """
        query = sa.select(sessions.c.state).where(
            sessions.c.session_id == session_id, sessions.c.user_id == user_id
        )
        with self.reading() as db:
            state = db.scalar(query) if "\x00" not in session_id else None
        if state is None:
            raise UnknownSession(
                f"{user_id!r} has no session {session_id[:80]!r}.", "Leave the session id out to start one."
            )
        return str(state)

    def save_state(self, user_id: str, session_id: str, state: str) -> None:
        """Replace the JSON state of a session."""
        with self.writing(user_id) as db:
            db.execute(
                sessions.update()
                .where(sessions.c.session_id == session_id)
                .values(state=state, updated_at=time.time())
            )

    def sessions(self, user_id: str) -> list[str]:
        """Return the session ids of a person, latest first."""
        query = sa.select(sessions.c.session_id).where(sessions.c.user_id == user_id)
        with self.reading() as db:
            return list(db.scalars(query.order_by(sessions.c.updated_at.desc())))

    def add_turn(
        self, user_id: str, session_id: str, text: str, reply: str, picks: Sequence[str], intent: str
    ) -> int:
        """Store one finished turn; return its number."""
        row = {"session_id": session_id, "text": text, "reply": reply, "intent": intent, "at": time.time()}
        with self.writing(user_id) as db:
            insert = turns.insert().values(**row, picks=json.dumps(list(picks))).returning(turns.c.turn_id)
            return int(db.execute(insert).scalar_one())

    def finish_turn(self, user_id: str, turn_id: int, reply: str) -> None:
        """Replace the reply of a stored turn by what was really said."""
        with self.writing(user_id) as db:
            db.execute(turns.update().where(turns.c.turn_id == turn_id).values(reply=reply))

    def turns(self, user_id: str, session_id: str) -> list[StoredTurn]:
        """Return the turns of a session, oldest first.

        Raises:
            UnknownSession: When this person has no such session.
        """
        self.session_state(user_id, session_id)
        columns = [turns.c[name] for name in ("turn_id", "session_id", "text", "reply", "picks", "at")]
        query = sa.select(*columns).where(turns.c.session_id == session_id).order_by(turns.c.turn_id)
        with self.reading() as db:
            rows = db.execute(query).all()
        return [StoredTurn(r[0], r[1], r[2], r[3], tuple(json.loads(r[4])), r[5]) for r in rows]

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Open a connection to read by."""
        with self._guard(), self.engine.connect() as db:
            yield db

    @contextmanager
    def writing(self, user_id: str) -> Iterator[sa.Connection]:
        """Open a transaction in which no one else writes this person's rows."""
        with self._guard(), self.engine.connect().execution_options(palate_write=True) as db, db.begin():
            if db.dialect.name == "postgresql":
                lock = sa.func.pg_advisory_xact_lock(sa.func.hashtext(user_id))
                db.execute(sa.select(lock))
            yield db

    @contextmanager
    def _guard(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            raise StoreError(*_explain(error, self.engine.url)) from error


def _engine(url: str) -> sa.Engine:
    """Create the engine; SQLite in WAL mode, writers taking the lock when they begin."""
    try:
        engine = sa.create_engine(url)
    except (SQLAlchemyError, ImportError) as error:
        raise StoreError(f"The database URL cannot be used: {error}", "Check PALATE_DATABASE_URL.") from error
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _sqlite_connect)
        sa.event.listen(engine, "begin", _sqlite_begin)
    return engine


def _sqlite_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not open transactions of its own
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=10000", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _sqlite_begin(connection: sa.Connection) -> None:
    write = connection.get_execution_options().get("palate_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def ensure_user(db: sa.Connection, user_id: str) -> None:
    """Create a person who is new."""
    if db.scalar(sa.select(users.c.user_id).where(users.c.user_id == user_id)) is None:
        db.execute(users.insert().values(user_id=user_id, created_at=time.time()))


def _stands_already(db: sa.Connection, event: Event) -> bool:
    """Say whether the stored events up to `event.at` already amount to `event`."""
    same = events.c.user_id == event.user_id
    if event.kind in AVOIDING:
        told = sa.select(events.c.kind).where(
            same, events.c.kind.in_(AVOIDING), events.c.text == event.text, events.c.at <= event.at
        )
        latest = db.scalar(told.order_by(events.c.at.desc(), events.c.event_id.desc()).limit(1))
        return latest == event.kind or (latest is None and event.kind == "allow")
    if event.item_id is None:
        said = sa.select(events.c.event_id).where(same, events.c.kind == "say", events.c.text == event.text)
        return db.scalar(said.limit(1)) is not None
    query = sa.select(events.c.kind).where(
        same, events.c.item_id == event.item_id, events.c.kind.in_(ITEM_KINDS), events.c.at <= event.at
    )
    before: Kind | None = db.scalar(query.order_by(events.c.at.desc(), events.c.kind.desc()).limit(1))
    return before == event.kind or (before is None and event.kind == "clear")


def _explain(error: SQLAlchemyError, url: sa.URL) -> tuple[str, str]:
    """Turn a driver's message into one line and its mend."""
    where, text = url.render_as_string(hide_password=True), str(getattr(error, "orig", error) or error)
    mends = {
        "full": "Free some disk space and try again; nothing that was stored is lost.",
        "malformed": "Move the file away, or restore it from a copy; it is not touched further.",
        "not a database": "Move the file away, or restore it from a copy; it is not touched further.",
        "readonly": "Make the file and its folder writable.",
        "locked": "Another process holds the database; try again.",
    }
    mend = next((value for key, value in mends.items() if key in text), "Check PALATE_DATABASE_URL.")
    return f"The event store {where} failed: {text}.", mend
