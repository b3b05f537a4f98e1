"""Which language model a process speaks to: its own local server, one that runs already, or an endpoint."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from pydantic import BaseModel, ValidationError

from assistant.engine import Engine
from assistant.errors import EngineError, PalateError
from assistant.llm import ChatModel, EndpointLLM, probe
from assistant.settings import Settings
from retriever.files import write_atomically, write_text

log = logging.getLogger(__name__)
READY = 900.0  # seconds to wait for a local server that has to fetch its weights first
LONG = 3600.0  # seconds; weights may have to be fetched first


class Announcement(BaseModel):
    """Tell other processes of this person where a local server answers."""

    base_url: str
    model: str


def connect(settings: Settings, engine: Engine) -> ChatModel | None:
    """Return the chat model of a started engine; None where the engine is off."""
    if engine.device == "off":
        return None
    kind = "openai-compatible" if settings.llm_url else "vllm"
    return EndpointLLM(engine.base_url, engine.model, settings.llm_key, engine.state, kind)


@contextlib.contextmanager
def running_engine(settings: Settings) -> Iterator[Engine]:
    """Start the engine, announce it, and stop it at the end."""
    engine = Engine(settings)
    engine.start()
    place = _place(settings)
    local = engine.device in ("cpu", "cuda")
    if local:
        text = Announcement(base_url=engine.base_url, model=engine.model).model_dump_json()
        write_atomically(place, lambda path: write_text(path, text))
    try:
        yield engine
    finally:
        if local:
            place.unlink(missing_ok=True)
        engine.stop()


def warm_when_ready(engine: Engine, warm_up: Callable[[], None]) -> None:
    """Call `warm_up` in the background once the engine answers; a failure costs speed only and is logged."""

    def work() -> None:
        if engine.wait_ready(LONG):
            try:
                warm_up()
            except PalateError as error:
                log.warning("The prompts were not read ahead: %s", error)

    threading.Thread(target=work, name="warm-up", daemon=True).start()


def find_running(settings: Settings) -> ChatModel | None:
    """Return the local server that another process of Palate has announced, where it answers now."""
    try:
        found = Announcement.model_validate_json(_place(settings).read_text(encoding="utf-8"))
    except (OSError, ValidationError):
        return None  # nothing is announced
    if probe(found.base_url, found.model).status != "ready":
        return None
    return EndpointLLM(found.base_url, found.model, settings.llm_key, engine="vllm")


@contextlib.contextmanager
def local_model(settings: Settings) -> Iterator[ChatModel | None]:
    """Yield the model of a running Palate, or start one for this process alone; None where it is off.

    Raises:
        EngineError: When the model is not ready in time.
    """
    found = None if settings.llm_url or settings.engine == "off" else find_running(settings)
    if found is not None:
        yield found
        return
    with running_engine(settings) as engine:
        if engine.device != "off" and not engine.wait_ready(READY):
            mend = "Try --no-llm, or run `palate doctor`."
            raise EngineError(f"The language model is not ready: {engine.detail}", mend)
        yield connect(settings, engine)


def _place(settings: Settings) -> Path:
    return settings.cache / "engine.json"
