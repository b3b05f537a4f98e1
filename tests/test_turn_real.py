"""Whole turns: real MovieLens home, real encoder, real FAISS, real vLLM server."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from assistant.agent import Assistant
from assistant.engine import Engine
from assistant.llm import EndpointLLM
from assistant.models.serving import connect
from assistant.settings import Settings

pytestmark = [pytest.mark.llm, pytest.mark.home]
ASK = "I loved Blade Runner and The Matrix. Something smart and dark set in the future, no horror, after 1995"


@pytest.fixture
def palate(home: Path, engine: Engine, tmp_path: Path) -> Iterator[Assistant]:
    assert engine.wait_ready(300), engine.detail
    settings = Settings(database_url=f"sqlite:///{tmp_path}/events.db")
    assistant = Assistant.open(home, llm=connect(settings, engine), settings=settings)
    yield assistant
    assistant.close()


def titles_in(assistant: Assistant, text: str) -> set[str]:
    return {assistant.rooms.catalog.ids[m.row] for m in assistant.rooms.linker.link(text)}


def test_a_turn_obeys_names_only_picks_and_asks_at_most_twice(palate: Assistant) -> None:
    reply = palate.chat("ann", ASK)
    assert len(reply.recommendations) == 5
    assert reply.intent.source == "llm"  # words are left open, and the model is tuned to read them
    text = reply.read()
    picks = {pick.item_id: pick for pick in reply.recommendations}
    for pick in picks.values():
        assert "Horror" not in pick.facets["genres"]
        assert (pick.year or 0) >= 1996
        assert pick.title not in ("Blade Runner", "The Matrix")
    assert titles_in(palate, text) <= set(picks)
    assert any(pick.title in text for pick in picks.values())
    assert reply.usage.calls == 2
    assert reply.usage.prompt_tokens > 0
    assert reply.timings.first_token is not None


@pytest.mark.parametrize("ask", ["a comedy from the 90s", "a tense crime thriller, nothing before 1970"])
def test_prose_is_grounded_for_other_requests(palate: Assistant, ask: str) -> None:
    reply = palate.chat("bob", ask)
    assert titles_in(palate, reply.read()) <= {pick.item_id for pick in reply.recommendations}


class KillsItsServer(EndpointLLM):
    """The real model, whose real server is killed by SIGKILL after a few words of prose."""

    engine_to_kill: Engine
    killed: list[psutil.Process]

    def stream(self, *arguments: Any) -> Iterator[str]:
        for number, piece in enumerate(super().stream(*arguments)):
            if number == 5:
                assert self.engine_to_kill.pid is not None
                self.killed = psutil.Process(self.engine_to_kill.pid).children(recursive=True)
                for process in self.killed:
                    process.send_signal(signal.SIGKILL)
                self.killed_at = time.monotonic()
            yield piece


def test_a_server_killed_mid_sentence_ends_the_turn_in_the_template_and_comes_back(
    palate: Assistant, engine: Engine
) -> None:
    real, killer = palate.llm, KillsItsServer(engine.base_url, engine.model, state=engine.state)
    killer.engine_to_kill, palate.llm = engine, killer
    reply = palate.chat("ann", ASK)
    text = reply.read()
    assert time.monotonic() - killer.killed_at < 5
    assert reply.fallback
    assert all(pick.label in text for pick in reply.recommendations[:3])
    assert palate.turns("ann", reply.session_id)[-1].reply == text
    palate.llm = real
    noticed_by = time.monotonic() + 5
    while engine.status == "ready":
        assert time.monotonic() < noticed_by
        time.sleep(0.05)
    during = palate.chat("ann", "a comedy", reply.session_id)
    assert during.recommendations
    assert "by rules" in during.read()
    assert engine.wait_ready(300), engine.detail
    assert not any(process.is_running() for process in killer.killed)
    after = palate.chat("ann", "something tense about a bank robbery", reply.session_id)
    after.read()
    assert after.intent.source == "llm"
    assert after.usage.calls == 2
