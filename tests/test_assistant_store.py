from __future__ import annotations

import itertools
import threading
from pathlib import Path

import pytest

from assistant.errors import BadInput, StoreError, UnknownSession
from assistant.store import Store
from assistant.types import Event


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(f"sqlite:///{tmp_path}/events.db")


def like(item: str, at: float = 1.0, kind: str = "like") -> Event:
    return Event("ann", kind, item, "", at)  # type: ignore[arg-type]


def test_the_same_feedback_is_kept_once(store: Store) -> None:
    assert store.add_event(like("a"))
    assert not store.add_event(like("a", 2.0))
    assert len(store.events("ann")) == 1


def test_a_stance_can_change_and_change_back(store: Store) -> None:
    for at, kind in enumerate(["like", "dislike", "like", "clear"]):
        assert store.add_event(like("a", float(at), kind))
        stands = {k: e.kind for k, e in store.stances("ann").items()}
        assert stands == ({"a": kind} if kind != "clear" else {})


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_stances_do_not_depend_on_the_order_of_arrival(tmp_path: Path, order: tuple[int, ...]) -> None:
    store = Store(f"sqlite:///{tmp_path}/events.db")
    stream = [like("a", 1.0), like("a", 2.0, "dislike"), like("b", 2.0)]
    for k in order:
        store.add_event(stream[k])
    assert {k: e.kind for k, e in store.stances("ann").items()} == {"a": "dislike", "b": "like"}


def test_two_feedbacks_at_once_are_both_kept_once(store: Store) -> None:
    jobs = [threading.Thread(target=store.add_event, args=(like(item, 5.0),)) for item in "abcd" * 8]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    assert sorted(e.item_id or "" for e in store.events("ann")) == list("abcd")


def test_sqlite_is_in_wal_mode(store: Store) -> None:
    with store.engine.connect() as db:
        assert db.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


def test_turns_come_back_in_order_after_reopening(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/events.db"
    store = Store(url)
    session = store.start_session("ann")
    store.add_turn("ann", session, "hi", "hello", ["a", "b"], "{}")
    store.add_turn("ann", session, "more", "sure", [], "{}")
    store.close()
    again = Store(url)
    assert [(t.text, t.picks) for t in again.turns("ann", session)] == [("hi", ("a", "b")), ("more", ())]
    assert again.sessions("ann") == [session]


@pytest.mark.parametrize("user", ["", " ann", "a/b", "../x", "x" * 65, "a\x00b", "a\nb", "ann\n", "-a"])
def test_a_malformed_user_id_leaves_no_half_made_user(store: Store, user: str) -> None:
    with pytest.raises(BadInput, match="malformed"):
        store.add_event(Event(user, "like", "a", "", 1.0))
    with pytest.raises(BadInput, match="malformed"):
        store.start_session(user)
    assert store.users() == []


def test_unknown_session_is_named(store: Store) -> None:
    session = store.start_session("ann")
    for user, wrong in (("ann", "nope"), ("bob", session), ("ann", "a\x00")):
        with pytest.raises(UnknownSession, match="no session"):
            store.turns(user, wrong)


def test_a_damaged_database_is_named_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "events.db"
    path.write_bytes(b"this is not a database, it is a letter" * 100)
    before = path.read_bytes()
    with pytest.raises(StoreError, match=r"events\.db"):
        Store(f"sqlite:///{path}")
    assert path.read_bytes() == before
