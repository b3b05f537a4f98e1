"""`palate eval replay`: logged turns once more, by another prompt, model or program."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant.agent import Assistant
from assistant.errors import BadInput
from assistant.llm import ChatModel
from assistant.measuring.evaluating import setup_of
from assistant.measuring.watched import tokens_of, watch
from assistant.rooms import Rooms
from assistant.speech import Prompts
from assistant.store import Store
from assistant.tracing import Trace
from assistant.types import Event
from prompts.harness import Plan, Progress, Sample, run
from prompts.runs import Outcome, Run
from prompts.suites import REPLAY

USER = "replayed"
UNREAD = ("source",)  # fields of an intent that say how it was read, not what


def replay(
    traces: Sequence[Trace],
    rooms: Rooms,
    llm: ChatModel | None,
    prompts: Prompts,
    plan: Plan,
    progress: Progress,
    file: str = "",
) -> Run:
    """Answer every logged message again, with the events and the state of that moment.

    Turns do not depend on each other: each starts from what was logged before it.

    Args:
        traces: Logged turns.
        rooms: The home that they were logged in.
        llm: The model; None reads by rules.
        prompts: What it is asked by.
        plan: How to run.
        progress: Told after every turn.
        file: Where the traces come from.

    Raises:
        BadInput: When there is no turn.
    """
    if not traces:
        raise BadInput(f"{file or 'The file'} holds no turn.", "Set PALATE_TRACE and chat.")
    samples = [
        Sample(f"{trace.session or 'none'}-{number}", trace, trace.model_dump_json())
        for number, trace in enumerate(traces, 1)
    ]
    setup = setup_of(llm, prompts.marks, rooms.home)
    return run(REPLAY, samples, lambda t: _again(t, rooms, llm, prompts), setup, plan, progress, file)


def _again(trace: Trace, rooms: Rooms, llm: ChatModel | None, prompts: Prompts) -> Outcome:
    watched = watch(llm)
    with TemporaryDirectory(prefix="palate-") as folder:
        store = Store(f"sqlite:///{Path(folder)}/events.db")
        with contextlib.closing(Assistant(rooms, store, watched, prompts)) as assistant:
            for kind, item, text, at in trace.support:
                store.add_event(Event(USER, kind, item, text, at))  # type: ignore[arg-type]
            session = store.start_session(USER, trace.state)
            start = time.perf_counter()
            reply = assistant.chat(USER, trace.text, session)
            reply.read()
            seconds = time.perf_counter() - start
    if watched is not None:
        watched.check(reply.fallback and bool(reply.recommendations))
    intent = reply.intent.model_dump(mode="json")
    before = {name: value for name, value in trace.intent.items() if name not in UNREAD}
    changed = {name: [value, intent.get(name)] for name, value in before.items() if intent.get(name) != value}
    picks = [pick.item_id for pick in reply.recommendations]
    tokens = tokens_of([reply.usage])
    values = {
        "same_picks": _overlap(picks, [item for item, _, _ in trace.picks]),
        "same_move": float(reply.intent.move == trace.intent.get("move")),
        "same_slots": float(not set(changed) - {"move"}),
        "own_words": float(not reply.fallback),
        "seconds": seconds,
        "prompt_tokens": float(tokens.prompt),
        "completion_tokens": float(tokens.completion),
    }
    detail = {"text": trace.text, "changed": changed, "picks": picks, "said": reply.text}
    return Outcome(values=values, tokens=tokens, seconds=seconds, detail=detail)


def _overlap(now: Sequence[str], then: Sequence[str]) -> float:
    """Return the Jaccard index of two sets of picks; 1 where both are empty."""
    either = set(now) | set(then)
    return len(set(now) & set(then)) / len(either) if either else 1.0
