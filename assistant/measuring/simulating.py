"""`palate eval simulate`: simulated people talk with the assistant about what they would like."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from assistant.agent import Assistant
from assistant.llm import ChatModel
from assistant.measuring.evaluating import setup_of
from assistant.measuring.strangers import Life
from assistant.measuring.watched import Watched, tokens_of, watch
from assistant.rooms import Rooms
from assistant.speech import Prompts
from assistant.store import Store
from assistant.types import Event, Usage
from prompts.harness import Plan, Progress, Sample, run
from prompts.runs import Outcome, Run
from prompts.simulator import Gate, Person, Shown, Target, as_it_is, simulate, target_of
from prompts.suites import SIMULATE
from prompts.template import Prompt

USER = "simulated"


def simulate_people(
    people: Sequence[Life],
    rooms: Rooms,
    llm: ChatModel | None,
    prompts: Prompts,
    turns: int,
    plan: Plan,
    progress: Progress,
    writer: Prompt | None = None,
    *,
    adapts: bool = True,
) -> Run:
    """Let every person talk in a conversation of their own.

    Args:
        people: Whose likes.
        rooms: The catalogue.
        llm: The model under test; it rewords the messages too where there is a `writer`.
        prompts: What it is asked by.
        turns: Most messages of a person.
        plan: How to run.
        progress: Told after every person.
        writer: Prompt by which messages are reworded; the agenda's own words where None.
        adapts: False ranks everybody by the base score: what is popular among those who fit the request.
    """
    samples = [
        Sample(f"p{number}", life, json.dumps([life.given, life.target, life.seed, turns]))
        for number, life in enumerate(people, 1)
    ]
    setup = setup_of(llm, prompts.marks, rooms.home) | {"turns": str(turns)}
    setup |= {"writer": writer.mark if writer is not None else "agenda"}
    setup |= {"ranker": "taste" if adapts else "popularity"}

    def system(life: Life) -> Outcome:
        return _lived(life, rooms, llm, prompts, turns, writer, adapts)

    return run(SIMULATE, samples, system, setup, plan, progress, str(rooms.home))


def _lived(
    life: Life,
    rooms: Rooms,
    llm: ChatModel | None,
    prompts: Prompts,
    turns: int,
    writer: Prompt | None,
    adapts: bool,
) -> Outcome:
    watched = watch(llm)
    item = rooms.catalog.item(rooms.row(life.target))
    facets = {name: tuple(values) for name, values in item.facets.items()}
    person = Person(target_of(item.title, facets, item.year), np.random.default_rng(life.seed))
    with TemporaryDirectory(prefix="palate-") as folder:
        store = Store(f"sqlite:///{Path(folder)}/events.db")
        with contextlib.closing(Assistant(rooms, store, watched, prompts, adapts=adapts)) as assistant:
            for place, known in enumerate(life.given):
                store.add_event(Event(USER, "like", known, "", 1.0 + place))
            talk = Conversation(assistant)
            asked = writer is not None and watched is not None
            reword = Rewriter(watched, writer) if asked else as_it_is  # type: ignore[arg-type]
            outcome = simulate(person, life.target, Gate(item.title), talk, turns, reword)
    if watched is not None:
        watched.check()
    return outcome


class Conversation:
    """One conversation with an assistant, as a simulated person sees it."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._session: str | None = None

    def __call__(self, message: str) -> Shown:
        """Send a message and return what is shown."""
        start = time.perf_counter()
        reply = self._assistant.chat(USER, message, self._session)
        reply.read()
        self._session = reply.session_id or self._session
        picks = reply.recommendations
        facets = self._assistant.rooms.facet_values
        values = {option.text for option in reply.options}
        asked = next((name for name, known in facets.items() if values & set(known)), "")
        return Shown(
            tuple(pick.item_id for pick in picks),
            tuple(pick.facets for pick in picks),
            tuple(pick.year for pick in picks),
            asked if reply.question else "",
            tokens_of([reply.usage]),
            time.perf_counter() - start,
        )


class Rewriter:
    """Put messages of the agenda into a person's words by a model that is told attributes only."""

    def __init__(self, llm: Watched, prompt: Prompt) -> None:
        self._llm, self._prompt = llm, prompt

    def __call__(self, message: str, target: Target) -> str:
        """Return the message in other words."""
        wishes = ", ".join(value for values in target.facets.values() for value in values)
        messages = self._prompt.render({"message": message, "wishes": wishes})
        meta = self._prompt.meta
        text = "".join(self._llm.stream(messages, Usage(), meta.max_tokens, meta.temperature)).strip()
        line = text.splitlines()[0].strip('" ') if text else ""
        return line or message
