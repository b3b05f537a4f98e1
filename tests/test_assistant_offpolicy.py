"""Off-policy estimates through the real log files, against a simulation whose answer is known."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from small_world import HashEncoder
from typer.testing import CliRunner

from assistant.agent import Assistant
from assistant.cli import app
from assistant.errors import BadInput
from assistant.exploring import Dice
from assistant.measuring.offpolicy import rounds_of, usual
from assistant.rooms import Rooms
from assistant.store import Store
from assistant.tracing import TraceFile, read_traces

PEOPLE = 160
MESSAGE = "one horror film"


def worth(rooms: Rooms, item: str) -> float:
    """Return the probability that anybody likes a card: older films are liked more."""
    return 0.9 if (rooms.catalog.item(rooms.row(item)).year or 0) < 1990 else 0.1


@pytest.fixture(scope="module")
def lived(
    rooms: Rooms, small_home_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Path]:
    """A home and a trace of people who were shown one card each, seven tenths of them by chance."""
    small_home = Path(shutil.copytree(small_home_template, tmp_path_factory.mktemp("lived") / "home"))
    rng, trace = np.random.default_rng(2), small_home / "turns.jsonl"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PALATE_TRACE", str(trace))
        patch.setenv("PALATE_EXPLORE", "0.7")
        patch.setattr("assistant.agent.open_encoder", lambda settings: HashEncoder())
        assistant = Assistant.open(small_home)
    assistant._turns.dice = replace(assistant._turns.dice, rng=rng)
    for number in range(PEOPLE):
        reply = assistant.chat(f"u{number}", MESSAGE)
        reply.read()
        shown = reply.recommendations[-1].item_id
        liked = rng.random() < worth(rooms, shown)
        assistant.feedback(f"u{number}", shown, "like" if liked else "dislike")
    assistant.close()
    return small_home, trace


def test_the_known_value_of_another_ranker_is_found_in_the_logs(
    rooms: Rooms, lived: tuple[Path, Path], tmp_path: Path
) -> None:
    home, trace = lived
    out = tmp_path / "figures.json"
    command = ["eval", "offpolicy", str(trace), "--home", str(home), "--days", "0", "--json", str(out)]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    found = json.loads(out.read_text("utf-8"))
    pool = read_traces(trace)[0].pool
    popular = max(pool, key=lambda item: rooms.catalog.popularity[rooms.row(item)])
    truth = {
        "as it is, no chance": worth(rooms, read_traces(trace)[0].usual),
        "popularity": worth(rooms, popular),
    }
    assert found["rounds"] == PEOPLE
    assert found["people"] == PEOPLE
    assert len(set(truth.values())) == 2  # else the simulation could not tell them apart
    for line in found["policies"]:
        true = truth[line["policy"]]
        for name in ("ips", "snips", "dr"):
            assert line[name]["low"] - 0.02 <= true <= line[name]["high"] + 0.02, (line["policy"], name)
        assert line["dr"]["value"] == pytest.approx(true, abs=0.2)
    gain = next(line["gain"] for line in found["policies"] if line["policy"] == "popularity")
    difference = truth["popularity"] - truth["as it is, no chance"]
    assert gain["low"] <= difference <= gain["high"]
    assert np.sign(gain["low"]) == np.sign(gain["high"]) == np.sign(difference)
    assert "doubly robust" in done.output


def test_the_adapter_of_the_log_puts_on_top_what_stands_on_top_of_its_scores(
    rooms: Rooms, lived: tuple[Path, Path]
) -> None:
    from assistant.measuring.offpolicy import by_adapter

    home, trace = lived
    store = Store(f"sqlite:///{home}/events.db")
    log = rounds_of(read_traces(trace)[:3], store, "liked", 0, 1e12)
    assert [by_adapter(rooms)(found) for found in log.rounds] == [0, 0, 0]
    assert [usual(found) for found in log.rounds] == [
        found.pool.index(found.trace.usual) for found in log.rounds
    ]
    store.close()


def test_a_log_without_propensities_is_refused(assistant: Assistant, tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    assistant._turns.tracers = (TraceFile(path),)
    assistant.chat("ann", "a comedy").read()
    with pytest.raises(BadInput, match="propensities are missing"):
        rounds_of(read_traces(path), assistant.store, "liked", 0, 1e12)
    with pytest.raises(BadInput, match="no list of recommendations"):
        rounds_of([], assistant.store, "liked", 0, 1e12)


def test_what_cannot_be_used_is_counted_and_later_words_decide(assistant: Assistant, tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    assistant._turns.tracers = (TraceFile(path),)
    assistant.chat("ann", "a comedy").read()
    assistant._turns.dice = Dice(1.0, np.random.default_rng(0))
    for user in ("ann", "bob", "cid"):
        reply = assistant.chat(user, "a comedy")
        reply.read()
        assistant.feedback(user, reply.recommendations[-1].item_id, "like")
    assistant.feedback("bob", reply.recommendations[0].item_id, "like")
    assistant.forget("cid")
    traces = read_traces(path)
    log = rounds_of(traces, assistant.store, "liked", 1, 1e12)
    assert log.left_out == {"nothing drawn by chance": 1, "person unknown to the event store": 1}
    assert [found.reward for found in log.rounds] == [1.0, 1.0]
    assistant.feedback("ann", traces[1].picks[-1][0], "dislike")
    assert rounds_of(traces, assistant.store, "net", 0, 1e12).rounds[0].reward == -1.0
    assert rounds_of(traces, assistant.store, "liked", 0, 1e12).rounds[0].reward == 0.0
    with pytest.raises(BadInput, match="younger than 7 days"):
        rounds_of(traces, assistant.store, "liked", 7, traces[-1].at + 60)
