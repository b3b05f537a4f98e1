"""Traces: what a turn read, weighed, showed and said, as one line of JSON."""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.conversation import Reply
from assistant.errors import BadInput
from assistant.settings import Settings
from assistant.types import Event

log = logging.getLogger(__name__)


class Trace(BaseModel):
    """One turn.

    Attributes:
        format: Version of this form.
        at: Unix seconds of the end of the turn.
        user: Digest of the user id.
        session: Session of the turn; empty where nothing was stored.
        text: The message.
        variant: `experiment:variant` where the person takes part in one.
        support: (kind, item id, text, Unix seconds) of every event of the person before the turn.
        state: What stood in the session before the turn, as the store keeps it.
        intent: How the message was read.
        candidates: (item id, score) of what was ranked, best first.
        picks: (item id, score, probability of being shown at that place).
        pool: Item ids among which the last place was drawn; empty where nothing was drawn.
        usual: Item id that the last place has without chance.
        teams: Where two rankers share the list, which of them ("A" or "B") drafted each pick.
        prompts: Name -> mark of each prompt.
        llm: What the model was asked.
        timings: Milliseconds by stage.
        fallback: Whether rules or templates stood in for the model.
        reply: What was said.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal[1] = 1
    at: float
    user: str
    session: str
    text: str
    variant: str = ""
    support: tuple[tuple[str, str | None, str, float], ...] = ()
    state: str = "{}"
    intent: dict[str, Any]
    candidates: tuple[tuple[str, float], ...] = ()
    picks: tuple[tuple[str, float, float], ...] = ()
    pool: tuple[str, ...] = ()
    usual: str = ""
    teams: tuple[str, ...] = ()
    prompts: dict[str, str] = {}
    llm: dict[str, Any] = {}
    timings: dict[str, float | None] = {}
    fallback: bool = False
    reply: str = ""


Tracer = Callable[[Trace], None]


@dataclass(frozen=True)
class Before:
    """What stood before a turn: the person, their events, the session's state, the words."""

    user_id: str
    events: Sequence[Event]
    state: str
    text: str


def digest_of(user_id: str) -> str:
    """Return the digest by which traces name a person."""
    return hashlib.sha256(user_id.encode()).hexdigest()[:16]


def trace_of(before: Before, reply: Reply, prompts: dict[str, str], variant: str) -> Trace:
    """Return the trace of a turn that has ended."""
    chances = reply.decision.chances or (1.0,) * len(reply.recommendations)
    return Trace(
        at=time.time(),
        user=digest_of(before.user_id),
        session=reply.session_id,
        text=before.text,
        variant=variant,
        support=tuple((e.kind, e.item_id, e.text, e.at) for e in before.events),
        state=before.state,
        intent=reply.intent.model_dump(),
        candidates=tuple((item, round(score, 6)) for item, score in reply.decision.candidates),
        picks=tuple(
            (pick.item_id, round(pick.score, 6), chance)
            for pick, chance in zip(reply.recommendations, chances, strict=True)
        ),
        pool=reply.decision.pool,
        usual=reply.decision.usual,
        teams=reply.decision.teams,
        prompts=prompts,
        llm=asdict(reply.usage),
        timings=asdict(reply.timings),
        fallback=reply.fallback,
        reply=reply.text,
    )


class TraceFile:
    """Append traces to a file; several threads and processes may.

    A line that cannot be written is reported in the log: no turn fails for its trace.
    """

    def __init__(self, path: Path) -> None:
        self._path, self._lock = path, threading.Lock()

    def __call__(self, trace: Trace) -> None:
        """Append one trace."""
        try:
            with self._lock, self._path.open("a", encoding="utf-8") as file:
                file.write(trace.model_dump_json() + "\n")
        except OSError as error:
            log.error("The trace of a turn could not be written to %s: %s", self._path, error)


def read_traces(path: Path) -> list[Trace]:
    """Read a file of traces, oldest first.

    Raises:
        BadInput: When it cannot be read or a line is no trace; the line is named.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} cannot be read: {error}.", "Give a file that PALATE_TRACE wrote.") from error
    traces = []
    for number, line in enumerate(lines, 1):
        try:
            traces.append(Trace.model_validate_json(line))
        except ValidationError as error:
            fault = error.errors()[0]["msg"]
            raise BadInput(f"{path}:{number} is no trace: {fault}.", "Remove the line.") from error
    return traces


def tracers_of(settings: Settings) -> tuple[Tracer, ...]:
    """Return what is told of every turn.

    Raises:
        BadInput: When the folder of the file is missing, or the package for spans.
    """
    found: list[Tracer] = []
    if settings.trace is not None:
        if not settings.trace.parent.is_dir():
            raise BadInput(f"There is no folder {settings.trace.parent}.", "Make it, or set PALATE_TRACE.")
        found.append(TraceFile(settings.trace))
    if settings.otel_url is not None:
        from assistant.telemetry import exporter_to

        found.append(exporter_to(settings.otel_url))
    return tuple(found)
