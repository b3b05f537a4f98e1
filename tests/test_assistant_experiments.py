"""Every kind of variant takes effect in the running assistant, and interleaving finds the better ranker."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from small_world import HashEncoder
from typer.testing import CliRunner

from assistant.agent import Assistant
from assistant.cli import app
from assistant.llm import ScriptedLLM
from assistant.mixing import Mixer, credits
from assistant.rooms import Rooms
from assistant.settings import Settings
from assistant.tracing import read_traces
from metalearn import checkpoint
from prompts.abtest import Experiment, assign

NOW = '[[variants]]\nname = "now"\n'


@pytest.fixture
def running(small_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Assistant]:
    """An assistant opened as the page opens it, with a scripted model, a trace and prompts of its own."""
    prompts = tmp_path / "prompts.d"
    prompts.mkdir()
    monkeypatch.setenv("PALATE_PROMPTS", str(prompts))
    monkeypatch.setattr("assistant.agent.open_encoder", lambda settings: HashEncoder())
    copied = CliRunner().invoke(app, ["prompts", "copy", "reply@2"])
    assert copied.exit_code == 0, copied.output
    file = prompts / "reply" / "21.md"
    file.write_text(file.read_text("utf-8").replace("plain, warm words", "the words of a sailor"), "utf-8")
    settings = Settings(engine="off", prompts=prompts, trace=tmp_path / "turns.jsonl")
    assistant = Assistant.open(small_home, llm=ScriptedLLM([]), settings=settings)
    yield assistant
    assistant.close()


def start(running: Assistant, folder: Path, text: str) -> None:
    spec = folder / "spec.toml"
    spec.write_text(f'name = "words"\ndays = 0\n{text}', encoding="utf-8")
    done = CliRunner().invoke(app, ["ab", "start", str(spec), "--home", str(running.rooms.home)])
    assert done.exit_code == 0, done.output


def people(assistant: Assistant, folder: Path) -> dict[str, str]:
    """Return variant -> a person who has it."""
    experiment = Experiment.model_validate_json((assistant.rooms.home / "experiment.json").read_text())
    return {assign(experiment, f"u{n}").name: f"u{n}" for n in range(60)}


def said(assistant: Assistant, user: str) -> str:
    """Return all that the assistant's own model was asked for one message."""
    llm = ScriptedLLM(["A comedy."])
    assistant.llm = llm
    assistant.chat(user, "a comedy").read()
    return "\n".join(message.content for asked in llm.asked for message in asked)


def test_a_prompt_reaches_the_model_for_its_people_alone_and_from_the_next_message(
    running: Assistant, tmp_path: Path
) -> None:
    old, new = (f'prompts = {{ reply = "reply@{version}" }}' for version in (2, 21))
    start(running, tmp_path, f'{NOW}{old}\n[[variants]]\nname = "salt"\n{new}')
    of = people(running, tmp_path)
    assert "sailor" in said(running, of["salt"])
    assert "sailor" not in said(running, of["now"])
    traces = read_traces(tmp_path / "turns.jsonl")
    assert [(trace.variant, trace.prompts["reply"].split("#")[0]) for trace in traces] == [
        ("words:salt", "reply@21"),
        ("words:now", "reply@2"),
    ]
    CliRunner().invoke(app, ["ab", "stop", "--home", str(running.rooms.home)])
    assert "sailor" in said(running, of["now"])  # the newest prompt is the usual one


class Endpoint(BaseHTTPRequestHandler):
    """An OpenAI-compatible server that writes one sentence; the rules read plain messages without it."""

    def log_message(self, *arguments: object) -> None:
        pass

    def do_GET(self) -> None:
        self._send(json.dumps({"data": [{"id": "other"}]}), "application/json")

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        server = self.server
        server.asked.append(asked["model"])  # type: ignore[attr-defined]
        delta = {"choices": [{"index": 0, "delta": {"role": "assistant", "content": "From the other."}}]}
        chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "other", **delta}
        self._send(f"data: {json.dumps(chunk)}\n\ndata: [DONE]\n\n", "text/event-stream")

    def _send(self, text: str, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())


def test_a_model_is_asked_for_its_people_alone(running: Assistant, tmp_path: Path) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    server.asked = []  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    try:
        start(running, tmp_path, f'{NOW}[[variants]]\nname = "big"\nmodel = "other"\nurl = "{url}"')
        of = people(running, tmp_path)
        assert said(running, of["now"])
        assert server.asked == []  # type: ignore[attr-defined]
        assert said(running, of["big"]) == ""  # the usual model was not asked
        assert server.asked == ["other"]  # type: ignore[attr-defined]
        last = read_traces(tmp_path / "turns.jsonl")[-1]
        assert (last.variant, last.llm["model"], last.llm["calls"]) == ("words:big", "other", 1)
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def upside_down(small_home: Path, tmp_path: Path) -> Path:
    """An adapter by which what is liked least comes first."""
    config, tensors = checkpoint.read(small_home / "adapter")
    folder = tmp_path / "upside-down"
    kept = {key: value for key, value in config.items() if key not in ("format", "sha256")}
    checkpoint.write(folder, kept, {**tensors, "gates.prior": -tensors["gates.prior"]})
    return folder


def shown(assistant: Assistant, user: str) -> list[str]:
    assistant.llm = None
    reply = assistant.chat(user, "recommend me something")
    reply.read()
    return [pick.item_id for pick in reply.recommendations]


def test_an_adapter_ranks_for_its_people_alone(running: Assistant, tmp_path: Path, upside_down: Path) -> None:
    before = shown(running, "nobody")
    start(running, tmp_path, f'{NOW}[[variants]]\nname = "odd"\nadapter = "{upside_down}"')
    of = people(running, tmp_path)
    assert shown(running, of["now"]) == before
    other = shown(running, of["odd"])
    assert not set(other) & set(before)
    assert running.recommend(of["odd"], 1)[0].item_id not in before


def test_an_adapter_for_another_catalogue_is_refused_at_the_start(
    running: Assistant, tmp_path: Path, upside_down: Path
) -> None:
    (upside_down / "adapter.safetensors").unlink()
    spec = tmp_path / "spec.toml"
    spec.write_text(f'name = "w"\n{NOW}[[variants]]\nname = "odd"\nadapter = "{upside_down}"')
    done = CliRunner().invoke(app, ["ab", "start", str(spec), "--home", str(running.rooms.home)])
    assert done.exit_code != 0
    assert not (running.rooms.home / "experiment.json").exists()


def test_interleaving_in_the_running_assistant_finds_the_better_ranker(
    running: Assistant, tmp_path: Path, rooms: Rooms
) -> None:
    spec = 'kind = "interleave"\n[[variants]]\nname = "fame"\nranker = "popularity"\n'
    start(running, tmp_path, spec + '[[variants]]\nname = "taste"')
    running.llm = None
    space = [item for item in rooms.catalog.ids if int(item) <= 16]
    rng = np.random.default_rng(5)
    for number in range(30):
        user, known = f"p{number}", set(rng.choice(space, 4, replace=False).tolist())
        for item in sorted(known):
            running.feedback(user, item, "like")
        reply = running.chat(user, "recommend me something")
        reply.read()
        cards = [pick.item_id for pick in reply.recommendations]
        assert len(cards) == len(set(cards)) == 5
        assert not known & set(cards)
        order = [pick.item_id for pick in running.picks(user, cards, reply.session_id)]
        assert order == cards  # a press on a card does not sort one ranker's cards to the front
        for card in cards:
            running.feedback(user, card, "like" if card in space else "dislike")
    traces = read_traces(tmp_path / "turns.jsonl")
    assert {trace.variant for trace in traces} == {"words:interleaved"}
    assert all(sorted(set(trace.teams)) == ["A", "B"] for trace in traces)
    asked = CliRunner().invoke(app, ["ab", "status", "--home", str(running.rooms.home)])
    assert asked.exit_code == 0, asked.output
    assert "B is better" in asked.output
    assert "30 have interleaved" in asked.output
    running.forget("p0")
    assert (
        "29 have interleaved"
        in CliRunner().invoke(app, ["ab", "status", "--home", str(running.rooms.home)]).output
    )


def test_credits_go_to_who_drafted_the_card_in_the_latest_list(running: Assistant, tmp_path: Path) -> None:
    spec = (
        'kind = "interleave"\nmetric = "clicked"\n[[variants]]\nname = "now"\n[[variants]]\nname = "fame"\n'
    )
    start(running, tmp_path, spec + 'ranker = "popularity"')
    experiment = Experiment.model_validate_json((running.rooms.home / "experiment.json").read_text())
    running.llm = None
    for user in ("ann", "bob"):
        running.chat(user, "recommend me something").read()
    ann, bob = read_traces(tmp_path / "turns.jsonl")
    of_a, of_b = (next(p[0] for p, t in zip(ann.picks, ann.teams, strict=True) if t == team) for team in "AB")
    running.feedback("ann", of_a, "like", at=ann.at - 3600)  # before the list: no credit
    assert credits(running.store, experiment, 1e12)[0]["liked"] == 0
    running.similar("ann", of_b)
    running.feedback("ann", of_a, "dislike")
    running.feedback("bob", next(p[0] for p, t in zip(bob.picks, bob.teams, strict=True) if t == "A"), "like")
    assert credits(running.store, experiment, 1e12) == [
        {"liked": 0, "clicked": 1, "disliked": -1},
        {"liked": -1, "clicked": -1, "disliked": 0},
    ]
    assert credits(running.store, experiment.model_copy(update={"days": 1.0}), bob.at) == []
    mixer = running._of("ann").mixing
    assert isinstance(mixer, Mixer)
