from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from small_world import HashEncoder
from typer.testing import CliRunner

from assistant.agent import Assistant
from assistant.cli import app
from assistant.commands.ab import judged, read_spec
from assistant.errors import BadInput, EngineError
from assistant.experiments import begin, end, evidence, exposed, outcomes, running
from assistant.exploring import Dice, explore
from assistant.llm import ScriptedLLM
from assistant.measuring.replaying import replay
from assistant.measuring.simulating import simulate_people
from assistant.measuring.strangers import Life, held_out, lives_of, strangers
from assistant.measuring.watched import Watched
from assistant.rooms import Rooms
from assistant.settings import Settings
from assistant.speech import Prompts
from assistant.store import Store
from assistant.telemetry import Spans
from assistant.tracing import TraceFile, read_traces, tracers_of
from assistant.types import Usage
from prompts.abtest import Experiment, Variant, assign
from prompts.errors import SystemFailure
from prompts.harness import Plan
from prompts.library import Library

TWO = Experiment(name="words", variants=(Variant(name="now"), Variant(name="new")), days=0)


def quiet(what: str, share: float) -> None:
    assert what


def traced(assistant: Assistant, path: Path) -> Path:
    assistant._turns.tracers = (TraceFile(path),)
    first = assistant.chat("ann", "I loved Alien. Something with robots, no romance")
    first.read()
    assistant.feedback("ann", first.recommendations[0].item_id, "like")
    assistant.chat("ann", "only from the 90s", first.session_id).read()
    return path


def test_a_trace_holds_the_turn_and_its_prompts(assistant: Assistant, tmp_path: Path) -> None:
    traces = read_traces(traced(assistant, tmp_path / "t.jsonl"))
    first, second = traces
    assert first.text.startswith("I loved Alien")
    assert first.intent["unwanted"] == {"genres": ["Romance"]}
    assert first.prompts == assistant.prompts.marks
    assert [len(pick) for pick in first.picks] == [3] * 5
    assert {chance for _, _, chance in first.picks} == {1.0}
    scores = [score for _, score in first.candidates]
    assert scores == sorted(scores, reverse=True)
    assert {item for item, _, _ in first.picks} <= {item for item, _ in first.candidates}
    assert first.support == ()
    assert [kind for kind, *_ in second.support].count("like") == 2
    assert second.session == first.session
    assert second.timings["total"] > 0
    assert "ann" not in first.model_dump_json()


def test_a_replay_by_the_same_program_gives_the_same(
    assistant: Assistant, rooms: Rooms, tmp_path: Path
) -> None:
    traces = read_traces(traced(assistant, tmp_path / "t.jsonl"))
    run = replay(traces, rooms, None, assistant.prompts, Plan(), quiet)
    assert len(run.cases) == 2
    for result in run.cases.values():
        assert result.detail["changed"] == {}
        assert (result.values["same_picks"], result.values["same_move"], result.values["same_slots"]) == (
            1,
            1,
            1,
        )
    other = [traces[1].model_copy(update={"text": "something else entirely, a romance"})]
    changed = replay(other, rooms, None, assistant.prompts, Plan(), quiet)
    assert next(iter(changed.cases.values())).values["same_slots"] == 0


def test_a_damaged_trace_is_named_by_line(assistant: Assistant, tmp_path: Path) -> None:
    path = traced(assistant, tmp_path / "t.jsonl")
    with path.open("a", encoding="utf-8") as file:
        file.write('{"format": 1}\n')
    with pytest.raises(BadInput, match=r"t\.jsonl:3"):
        read_traces(path)
    with pytest.raises(BadInput, match="no folder"):
        tracers_of(Settings(trace=tmp_path / "nowhere" / "t.jsonl"))


def test_a_turn_survives_a_trace_that_cannot_be_written(assistant: Assistant, tmp_path: Path) -> None:
    assistant._turns.tracers = (TraceFile(tmp_path),)
    assert assistant.chat("ann", "a comedy").read()


def test_spans_tell_times_and_no_words(assistant: Assistant) -> None:
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    exporter = InMemorySpanExporter()
    assistant._turns.tracers = (Spans(exporter, wait=True),)
    assistant.chat("ann", "a comedy with robots").read()
    spans = {span.name: span for span in exporter.get_finished_spans()}
    assert {"palate.turn", "palate.intent", "palate.search", "palate.score", "palate.pick"} <= set(spans)
    turn = spans["palate.turn"]
    assert all(s.parent.span_id == turn.context.span_id for n, s in spans.items() if n != "palate.turn")
    assert all(turn.start_time <= s.start_time <= s.end_time <= turn.end_time for s in spans.values())
    assert "robots" not in turn.to_json()


def test_the_logged_probability_is_how_often_an_item_is_shown() -> None:
    rng, shown, chance = np.random.default_rng(0), dict[int, int](), dict[int, float]()
    for _ in range(4000):
        found = explore([4, 2, 0], list(range(6)), Dice(0.4, rng))
        assert found.positions[:2] == [4, 2]
        assert found.chances[:2] == (1.0, 1.0)
        shown[found.positions[2]] = shown.get(found.positions[2], 0) + 1
        chance[found.positions[2]] = found.chances[2]
    assert sorted(shown) == [0, 1, 3, 5]
    assert sum(chance.values()) == pytest.approx(1.0)
    for item, count in shown.items():
        assert count / 4000 == pytest.approx(chance[item], abs=0.03)
    assert explore([4, 2], [4, 2], Dice(1.0, rng)).chances == (1.0, 1.0)
    assert explore([], [], Dice(1.0, rng)).positions == []


def test_exploring_obeys_and_is_logged(assistant: Assistant, tmp_path: Path) -> None:
    assistant._turns.tracers = (TraceFile(tmp_path / "t.jsonl"),)
    assistant._turns.dice = Dice(1.0, np.random.default_rng(1))
    for number in range(4):
        reply = assistant.chat(f"u{number}", "no romance please")
        reply.read()
        assert all("Romance" not in pick.facets["genres"] for pick in reply.recommendations)
    last = [trace.picks[-1] for trace in read_traces(tmp_path / "t.jsonl")]
    assert len({item for item, _, _ in last}) > 1
    assert all(0 < chance < 1 for _, _, chance in last)


def someone(variant: str) -> str:
    return next(f"user{n}" for n in range(99) if assign(TWO, f"user{n}").name == variant)


def test_an_experiment_splits_people_and_stops(assistant: Assistant, tmp_path: Path) -> None:
    home, old = assistant.rooms.home, someone("now")
    try:
        begin(home, TWO)
        with pytest.raises(BadInput, match="runs already"):
            begin(home, TWO)
        assistant._turns.tracers = (TraceFile(tmp_path / "t.jsonl"),)
        for user in (old, someone("new")):
            reply = assistant.chat(user, "a comedy")
            reply.read()
            assistant.chat(user, "something else", reply.session_id).read()
        assistant.feedback(old, reply.recommendations[0].item_id, "like")
        told = [trace.variant for trace in read_traces(tmp_path / "t.jsonl")]
        assert told == ["words:now", "words:now", "words:new", "words:new"]
        records = outcomes(assistant.store, running(home) or TWO, time.time())
        assert {r["variant"]: r["liked"] for r in records} == {"now": 1.0, "new": 0.0}
        assert exposed(assistant.store, TWO) == {"now": 1, "new": 1}
        assert evidence(records, TWO, TWO.variants[1], "liked").people == 2
        assistant.forget(old)
        assert [r["variant"] for r in outcomes(assistant.store, TWO, time.time())] == ["new"]
    finally:
        assert end(home)
    assert running(home) is None
    assert assistant._of(old) is assistant._turns


def test_a_variant_has_its_own_prompt_and_adapter(assistant: Assistant) -> None:
    adapter = str(assistant.rooms.home / "adapter")
    spec = {"name": "new", "prompts": {"reply": "reply@1"}, "adapter": adapter}
    experiment = Experiment(
        name="words", variants=(Variant(name="now"), Variant.model_validate(spec)), days=0
    )
    begin(assistant.rooms.home, experiment)
    try:
        turns = assistant._of(someone("new"))
        assert turns.prompts.reply.name == "reply@1"
        assert turns.rooms.adapter is not assistant.rooms.adapter
        assert assistant._of(someone("now")).prompts.reply.name == "reply@3"
        user = someone("new")
        before = assistant.picks(user, [assistant.rooms.catalog.ids[0]])[0].score
        assistant.feedback(user, assistant.rooms.catalog.ids[0], "like")
        assert assistant.picks(user, [assistant.rooms.catalog.ids[0]])[0].score != before
        assert assistant.stances(user) == {assistant.rooms.catalog.ids[0]: "like"}
    finally:
        end(assistant.rooms.home)


def test_a_variant_that_cannot_be_made_is_not_counted(
    assistant: Assistant, caplog: pytest.LogCaptureFixture
) -> None:
    gone = Variant(name="new", prompts={"reply": "reply@99"})
    begin(assistant.rooms.home, Experiment(name="words", variants=(Variant(name="now"), gone), days=0))
    try:
        assert assistant.chat(someone("new"), "a comedy").read()
        assert "reply@99" in caplog.text
        assert outcomes(assistant.store, TWO, time.time()) == []
    finally:
        end(assistant.rooms.home)


def test_the_commands_of_experiments(small_home: Path, tmp_path: Path) -> None:
    spec, run, home = tmp_path / "ab.toml", CliRunner(), ["--home", str(small_home)]
    spec.write_text(
        'name = "w"\n[[variants]]\nname = "a"\n[[variants]]\nname = "b"\nprompts = {reply = "reply@1"}'
    )
    assert "w runs: a, b" in run.invoke(app, ["ab", "start", str(spec), *home]).output
    shown = run.invoke(app, ["ab", "status", *home])
    assert shown.exit_code == 0
    assert "go on" in shown.output
    assert "ended" in run.invoke(app, ["ab", "stop", *home]).output
    spec.write_text('name = "w"\ncolour = "red"')
    with pytest.raises(BadInput, match="colour"):
        read_spec(spec)


def test_verdicts_of_evidence() -> None:
    from prompts.abtest import Evidence

    assert judged(Evidence(9, 0.1, 0.5, 50.0, 1.0, 0.04), TWO, guard=False) == "B is better"
    assert judged(Evidence(9, 0.5, 0.1, 1.0, 50.0, 0.04), TWO, guard=False) == "A is better"
    assert judged(Evidence(9, 0.1, 0.5, 30.0, 1.0, 0.07), TWO, guard=False) == "go on"
    assert judged(Evidence(9, 0.1, 0.5, 150.0, 1.0, 0.01), TWO, guard=True) == "HURT"
    assert judged(Evidence(9, 0.5, 0.1, 1.0, 150.0, 0.01), TWO, guard=True) == "no harm seen"


def test_simulated_people_talk_to_the_assistant_and_never_name_the_target(
    rooms: Rooms, assistant: Assistant
) -> None:
    log = pl.read_parquet(rooms.home / "interactions.parquet")
    people = lives_of(log, 4)
    assert people == lives_of(log, 4)
    assert all(life.target not in life.given for life in people)
    run = simulate_people(people, rooms, None, assistant.prompts, 5, Plan(), quiet)
    assert run.cases.keys() == {"p1", "p2", "p3", "p4"}
    for life, result in zip(people, run.cases.values(), strict=True):
        title = rooms.catalog.item(rooms.row(life.target)).title.casefold()
        assert not any(title in line["said"].casefold() for line in result.detail["talk"])
    assert any(result.values["success"] for result in run.cases.values())


def test_a_model_that_fails_is_no_result_of_the_rules() -> None:
    watched = Watched(ScriptedLLM(["fine", EngineError("gone")]))
    assert "".join(watched.stream([], Usage(), 5, 0.0)) == "fine"
    watched.check()
    with pytest.raises(EngineError):
        list(watched.stream([], Usage(), 5, 0.0))
    with pytest.raises(SystemFailure, match="gone"):
        watched.check()


def test_prompts_are_checked_against_the_model() -> None:
    with pytest.raises(BadInput, match=r"palate-0\.5b"):
        Prompts.of(Library(), ScriptedLLM([]), {"reply": "reply@20"})
    with pytest.raises(BadInput, match="no prompt of the kind"):
        Prompts.of(Library(), None, {"reply": "intent@1"})
    assert json.dumps(Prompts.of(Library(), None, {"reply": "reply@1"}).marks).count("#") == 2


def test_a_life_needs_likes_to_hold_out(rooms: Rooms) -> None:
    log = pl.read_parquet(rooms.home / "interactions.parquet")
    assert all(len(life.given) == 3 for life in lives_of(log, 50))
    assert all(isinstance(life, Life) and life.target for life in lives_of(log, 5))


def test_simulated_people_are_strangers_to_everything_that_was_learned(rooms: Rooms, tmp_path: Path) -> None:
    log = pl.read_parquet(rooms.home / "interactions.parquet")
    held = held_out(log)
    assert 4 <= len(held) < 30
    without, lives = strangers(rooms.home, len(held), 0, tmp_path, quiet)
    assert len(lives) == len(held)
    left = pl.read_parquet(without / "interactions.parquet")
    assert not set(left["user_id"]) & set(held)
    assert set(left["user_id"]) | set(held) == set(log["user_id"])
    there = Rooms(without, HashEncoder)  # type: ignore[arg-type]
    assert there.catalog.ids == rooms.catalog.ids
    assert there.catalog.popularity.sum() == len(left)
    assert there.adapter.moments.ratings.sum() == len(left)  # the adapter has counted the others alone
    assert rooms.adapter.moments.ratings.sum() == len(log)
    assert np.array_equal(there.vectors, rooms.vectors)
    with pytest.raises(BadInput, match="held out, not 1000"):
        strangers(rooms.home, 1000, 0, tmp_path, quiet)


def test_the_yardstick_learns_nothing(rooms: Rooms, tmp_path: Path) -> None:
    for adapts in (True, False):
        assistant = Assistant(rooms, Store(f"sqlite:///{tmp_path}/{adapts}.db"), adapts=adapts)
        some = rooms.catalog.ids[10:20]
        before = {pick.item_id: pick.score for pick in assistant.picks("ann", some)}
        for item in rooms.catalog.ids[:3]:
            assistant.feedback("ann", item, "like")
        after = {pick.item_id: pick.score for pick in assistant.picks("ann", some)}
        assert (after == before) is not adapts
        assistant.close()
