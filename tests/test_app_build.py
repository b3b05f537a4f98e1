from __future__ import annotations

import socket
from typing import Any

import gradio as gr
import pytest
from fake_assistant import FakeAssistant

import app
from assistant.errors import PalateError
from assistant.ui.page import Frame, Screen


def config(**fields: Any) -> dict[str, Any]:
    return app.build(FakeAssistant(**fields)).get_config_file()


def test_every_part_of_the_page_is_there_and_named() -> None:
    ids = {part["props"].get("elem_id") for part in config()["components"]}
    assert {"chat", "message", "send", "cards", "taste", "llm", "person", "renew", "upload", "report"} <= ids


def test_the_state_of_the_language_model_is_asked_every_two_seconds() -> None:
    made = config(status="loading")
    clock = next(part for part in made["components"] if part["type"] == "timer")
    assert clock["props"]["value"] == 2
    assert any((clock["id"], "tick") in map(tuple, event["targets"]) for event in made["dependencies"])


def test_nothing_is_fetched_from_elsewhere() -> None:
    css = (app.WEB / "palate.css").read_text() + (app.WEB / "cards.js").read_text()
    theme = app.look()["theme"]
    assert "http" not in css
    assert "//" not in str(theme._stylesheets)
    assert app.build(FakeAssistant()).analytics_enabled is False


def test_a_frame_paints_only_what_it_holds() -> None:
    nothing = app.paint(Frame())
    assert nothing == [gr.skip()] * 10
    painted = app.paint(Frame(screen=Screen("ann"), messages=[], users=("ann", "ben")))
    assert painted[0] == Screen("ann")
    assert painted[1] == {"user": "ann", "session": ""}
    assert painted[2] == []
    assert painted[-2]["value"] == "ann"


def test_a_taken_port_is_named_with_the_mend() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        with pytest.raises(PalateError, match=rf"Port {port} .*--port {port + 1}"):
            app.start(FakeAssistant(), port=port)
