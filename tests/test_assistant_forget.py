from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from small_world import HashEncoder
from typer.testing import CliRunner

from assistant.agent import Assistant
from assistant.cli import app
from assistant.errors import BadInput
from assistant.homes.exporting import export_home
from assistant.rooms import Rooms
from assistant.schema import exposures
from assistant.store import Store
from assistant.tracing import TraceFile, forget_traces

SECRET = "zebrafish"


def lived(rooms: Rooms, path: Path) -> Assistant:
    """An assistant that two people have talked to."""
    assistant = Assistant(rooms, Store(f"sqlite:///{path}"))
    for user in ("ann", "bob"):
        first = assistant.chat(user, f"I loved Alien. a thriller with a {SECRET}{user}")
        first.read()
        assistant.chat(user, f"I hate musicals, said {user}", first.session_id).read()
        assistant.feedback(user, first.recommendations[0].item_id, "dislike", first.session_id)
    return assistant


def everything(path: Path) -> str:
    """Every byte of the database and of what lies beside it."""
    return "".join(file.read_bytes().decode("latin-1") for file in path.parent.glob(f"{path.name}*"))


def test_nothing_is_left_of_a_person_and_nobody_else_is_touched(rooms: Rooms, tmp_path: Path) -> None:
    path = tmp_path / "events.db"
    assistant = lived(rooms, path)
    gone = assistant.forget("ann")
    assert (gone.people, gone.sessions, gone.turns) == (1, 1, 2)
    assert gone.events >= 2
    assert assistant.users() == ["bob"]
    assert (assistant.sessions("ann"), assistant.stances("ann")) == ([], {})
    assert assistant.taste("ann").n_events == 0
    assistant.close()
    left = everything(path)
    assert f"{SECRET}ann" not in left
    assert "said ann" not in left
    assert f"{SECRET}bob" in left
    with sqlite3.connect(path) as db:
        for table in ("users", "sessions", "events"):
            assert db.execute(f"select count(*) from {table} where user_id = 'ann'").fetchone() == (0,)
        assert db.execute("select count(*) from turns").fetchone() == (2,)


def test_forgetting_a_stranger_deletes_nothing(rooms: Rooms, tmp_path: Path) -> None:
    assistant = lived(rooms, tmp_path / "events.db")
    assert assistant.forget("carl").people == 0
    with pytest.raises(BadInput, match="malformed"):
        assistant.forget("../ann")
    assert assistant.users() == ["ann", "bob"]


def test_the_command_asks_first(small_home: Path, rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PALATE_DATABASE_URL", raising=False)
    lived(rooms, small_home / "events.db").close()
    command = ["forget", "--user", "ann", "--home", str(small_home)]
    refused = CliRunner().invoke(app, command, input="n\n")
    assert refused.exit_code == 1
    assert f"{SECRET}ann" in everything(small_home / "events.db")
    asked = CliRunner().invoke(app, command, input="y\n")
    assert asked.exit_code == 0, asked.output
    assert f"{SECRET}ann" not in everything(small_home / "events.db")
    told = CliRunner().invoke(app, ["forget", "--user", "bob", "--yes", "--home", str(small_home)])
    assert "2 turns" in told.output
    again = CliRunner().invoke(app, ["forget", "--user", "bob", "--yes", "--home", str(small_home)])
    assert isinstance(again.exception, BadInput)


def test_no_store_is_made_by_forgetting(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["forget", "--user", "ann", "--yes", "--home", str(tmp_path)])
    assert isinstance(result.exception, BadInput)
    assert list(tmp_path.iterdir()) == []


def test_logs_hold_nothing_personal(rooms: Rooms, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    lived(rooms, tmp_path / "events.db").forget("ann")
    assert SECRET not in caplog.text
    assert "ann" not in [word for record in caplog.records for word in record.getMessage().split()]


def test_exposures_and_traces_of_a_person_go_and_those_of_others_stay(
    small_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rooms, trace = Rooms(small_home, HashEncoder), tmp_path / "traces.jsonl"  # type: ignore[arg-type]
    assistant = Assistant(rooms, Store(f"sqlite:///{small_home}/events.db"))
    assistant._turns.tracers = (TraceFile(trace),)
    for user in ("ann", "bob"):
        assistant.chat(user, f"a thriller with a {SECRET}{user}").read()
        with assistant.store.writing(user) as db:
            row = {"user_id": user, "experiment": "e", "variant": "=b", "at": 1.0, "turns": 2, "seconds": 3.0}
            db.execute(exposures.insert().values(**row, fallbacks=0))
    assistant.close()
    for form, ending in (("csv", "csv"), ("recbole", "csv"), ("parquet", "parquet")):
        written = export_home(small_home, tmp_path / form, form)
        assert tmp_path / form / f"exposures.{ending}" in written
    assert "ann,e,'=b,1.0,2,3.0,0" in (tmp_path / "csv" / "exposures.csv").read_text()
    with trace.open("a", encoding="utf-8") as file:
        file.write("no trace\n")
    monkeypatch.setenv("PALATE_TRACE", str(trace))
    told = CliRunner().invoke(app, ["forget", "--user", "ann", "--yes", "--home", str(small_home)])
    assert "1 exposures to experiments, 1 traces" in told.output
    left = trace.read_text(encoding="utf-8")
    assert f"{SECRET}ann" not in left
    assert f"{SECRET}bob" in left
    assert left.endswith("no trace\n")
    export_home(small_home, tmp_path / "after", "csv")
    assert "ann" not in (tmp_path / "after" / "exposures.csv").read_text()
    assert forget_traces(trace, "ann") == 0
