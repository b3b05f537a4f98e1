"""`palate eval simulate`: simulated people talk with the assistant about what they would like."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl

from assistant.agent import Assistant
from assistant.evaluating import setup_of
from assistant.llm import ChatModel
from assistant.rooms import Rooms
from assistant.speech import Prompts
from assistant.store import Store
from assistant.types import Event, Usage
from assistant.watched import Watched, tokens_of, watch
from prompts.harness import Plan, Progress, Sample, run
from prompts.runs import Outcome, Run
from prompts.simulator import Gate, Person, Shown, Target, as_it_is, simulate, target_of
from prompts.suites import SIMULATE
from prompts.template import Prompt

USER = "simulated"
GIVEN = 3  # likes that the assistant knows; the others are held out
LIKED = 4.0


@dataclass(frozen=True)
class Life:
    """One person of the log: what the assistant knows of them, and what they would like to find.

    Attributes:
        given: Item ids of likes that the assistant knows.
        target: Item id of a like held out.
        seed: Seed of the person's choices.
    """

    given: tuple[str, ...]
    target: str
    seed: int


def lives(home: Path, people: int, seed: int = 0) -> list[Life]:
    """Draw people of a home's log with enough likes: the first ones are known, one later one is held out."""
    log = pl.read_parquet(home / "interactions.parquet").filter(pl.col("rating") >= LIKED)
    order = [name for name in ("timestamp",) if name in log.columns]
    log = log.sort(order) if order else log
    grouped = log.group_by("user_id", maintain_order=True).agg(pl.col("item_id"))
    able = grouped.filter(pl.col("item_id").list.len() > GIVEN).sort("user_id")
    rng = np.random.default_rng(seed)
    rows = rng.permutation(len(able))[:people]
    found = []
    for row in rows:
        items = able["item_id"][int(row)].to_list()
        later = items[GIVEN:]
        target = later[int(rng.integers(len(later)))]
        found.append(Life(tuple(items[:GIVEN]), target, int(rng.integers(2**31))))
    return found


def simulate_people(
    people: Sequence[Life],
    rooms: Rooms,
    llm: ChatModel | None,
    prompts: Prompts,
    turns: int,
    plan: Plan,
    progress: Progress,
    writer: Prompt | None = None,
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
    """
    samples = [
        Sample(f"p{number}", life, json.dumps([life.given, life.target, life.seed, turns]))
        for number, life in enumerate(people, 1)
    ]
    setup = setup_of(llm, prompts.marks, rooms.home) | {"turns": str(turns)}
    setup |= {"writer": writer.mark if writer is not None else "agenda"}

    def system(life: Life) -> Outcome:
        return _lived(life, rooms, llm, prompts, turns, writer)

    return run(SIMULATE, samples, system, setup, plan, progress, str(rooms.home))


def _lived(
    life: Life, rooms: Rooms, llm: ChatModel | None, prompts: Prompts, turns: int, writer: Prompt | None
) -> Outcome:
    watched = watch(llm)
    item = rooms.catalog.item(rooms.row(life.target))
    facets = {name: tuple(values) for name, values in item.facets.items()}
    person = Person(target_of(item.title, facets, item.year), np.random.default_rng(life.seed))
    with TemporaryDirectory(prefix="palate-") as folder:
        store = Store(f"sqlite:///{Path(folder)}/events.db")
        with contextlib.closing(Assistant(rooms, store, watched, prompts)) as assistant:
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
