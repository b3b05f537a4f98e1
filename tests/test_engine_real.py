"""The real vLLM with small weights: an answer that obeys a schema, and a server that comes back."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from assistant.engine import Engine
from assistant.settings import Settings

MODEL = "smollm2-135m-instruct"
SCHEMA = {
    "type": "object",
    "properties": {"genre": {"enum": ["Comedy", "Drama", "Horror"]}, "year": {"type": "integer"}},
    "required": ["genre", "year"],
    "additionalProperties": False,
}

pytestmark = pytest.mark.llm


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    assert importlib.util.find_spec("vllm"), "vLLM is not installed; run `pip install -e '.[cpu]'`"
    made = Engine(Settings(llm_url=None, engine="auto", llm_model=MODEL, engine_port=0))
    made.start()
    assert made.wait_ready(600), f"{made.detail}\n{log_tail(made)}"
    yield made
    made.stop()


def log_tail(engine: Engine) -> str:
    log = Settings().cache / "logs" / "vllm.log"
    return log.read_text(errors="replace")[-3000:] if log.is_file() else "no log"


def ask(engine: Engine) -> dict[str, object]:
    question = {
        "model": engine.model,
        "messages": [{"role": "user", "content": "A film to laugh at, from 1999. Answer with JSON."}],
        "max_tokens": 60,
        "temperature": 0,
        "response_format": {"type": "json_schema", "json_schema": {"name": "film", "schema": SCHEMA}},
    }
    answer = httpx.post(f"{engine.base_url}/chat/completions", json=question, timeout=300)
    answer.raise_for_status()
    read: dict[str, object] = json.loads(answer.json()["choices"][0]["message"]["content"])
    return read


def descendants(pid: int) -> dict[int, str]:
    """Return pid -> name of every process below `pid`."""
    found: dict[int, str] = {}
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        found[int(child)] = Path(f"/proc/{child}/comm").read_text().strip()
        found |= descendants(int(child))
    return found


def test_answers_obey_the_schema(engine: Engine) -> None:
    answer = ask(engine)
    assert answer["genre"] in ("Comedy", "Drama", "Horror")
    assert isinstance(answer["year"], int)


@pytest.mark.timeout(900)
def test_a_killed_engine_process_is_noticed_and_comes_back(engine: Engine) -> None:
    assert engine.pid is not None
    before = descendants(engine.pid)
    core = next(pid for pid, name in before.items() if "EngineCor" in name)
    killed = time.monotonic()
    os.kill(core, signal.SIGKILL)
    while engine.status == "ready":
        assert time.monotonic() - killed < 10, "the death was not noticed"
        time.sleep(0.02)
    noticed = time.monotonic() - killed
    assert engine.wait_ready(600), f"{engine.detail}\n{log_tail(engine)}"
    print(f"noticed after {noticed:.2f} s, back after {time.monotonic() - killed:.0f} s")
    assert not any(Path(f"/proc/{pid}").exists() for pid in before)
    assert ask(engine)["genre"] in ("Comedy", "Drama", "Horror")
