"""Experiments in the running assistant: who gets which variant, and what came of it."""

from __future__ import annotations

import copy
import logging
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from pydantic import ValidationError

from assistant.circle import Circle
from assistant.errors import BadInput, HomeError, PalateError
from assistant.llm import ChatModel, EndpointLLM
from assistant.mixing import MIXED, interleaved
from assistant.people import People
from assistant.rooms import Rooms
from assistant.schema import events, exposures
from assistant.speech import Prompts
from assistant.store import Store, ensure_user
from assistant.turn import Turns
from metalearn.errors import MetalearnError
from metalearn.taste import TasteAdapter
from prompts.abtest import Evidence, Experiment, Variant, assign, sequential_test
from prompts.library import Library
from prompts.template import PromptError
from retriever.files import write_atomically, write_text

log = logging.getLogger(__name__)
FILE = "experiment.json"
DAY = 86_400.0
SLOW = 10.0  # mean seconds of a turn that count as the worst outcome


def running(home: Path) -> Experiment | None:
    """Return the experiment of a home; None where none runs.

    Raises:
        HomeError: When its file is damaged.
    """
    try:
        return Experiment.model_validate_json((home / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError, ValidationError) as error:
        raise HomeError(f"{home / FILE} is damaged.", "Run `palate ab stop`, then start it anew.") from error


def begin(home: Path, experiment: Experiment) -> None:
    """Start an experiment; a running assistant of this home takes it up with the next message.

    Raises:
        BadInput: When another one runs.
    """
    if (home / FILE).exists():
        raise BadInput("An experiment runs already.", "See `palate ab status`, or end it: `palate ab stop`.")
    text = experiment.model_dump_json(indent=2) + "\n"
    write_atomically(home / FILE, lambda temporary: write_text(temporary, text))


def end(home: Path) -> bool:
    """Stop the experiment of a home, damaged or not; return whether there was one."""
    found = (home / FILE).exists()
    (home / FILE).unlink(missing_ok=True)
    return found


class Split:
    """Answer each person by their variant.

    Args:
        library: Where prompts are.
    """

    def __init__(self, library: Library | None = None) -> None:
        self._library = library or Library()
        self._read: tuple[int, Experiment | None] = (0, None)
        self._turns: dict[tuple[str, str], Turns | None] = {}
        self._lock = threading.Lock()

    def forget(self) -> None:
        """Make the turns of every variant anew, since the usual turns have moved to other rooms."""
        with self._lock:
            self._turns.clear()

    def turns(self, user_id: str, usual: Turns) -> Turns:
        """Return what answers a person: the usual turns where no experiment runs.

        A variant that cannot be made, for its prompt or adapter is gone, answers in the usual way; the log
        says so, and its people are not counted.
        """
        with self._lock:
            experiment = self._now(usual.rooms.home)
            if experiment is None:
                return usual
            variant = assign(experiment, user_id) if experiment.kind == "split" else experiment.variants[0]
            key = (experiment.model_dump_json(), variant.name)
            if key not in self._turns:
                self._turns[key] = self._made(variant, experiment, usual)
            found = self._turns[key]
            if found is None:
                return usual
            if not variant.url:
                found.llm = usual.llm
            return found

    def _made(self, variant: Variant, experiment: Experiment, usual: Turns) -> Turns | None:
        try:
            if experiment.kind == "interleave":
                a, b = (turns_of(v, experiment, usual, self._library) for v in experiment.variants)
                mixed = interleaved(a, b, experiment.name)
                mixed.answered = Exposed(usual.store, experiment.name, MIXED)
                return mixed
            return turns_of(variant, experiment, usual, self._library)
        except (PalateError, PromptError, MetalearnError) as error:
            log.error("Variant %s answers in the usual way and is not counted: %s", variant.name, error)
            return None

    def _now(self, home: Path) -> Experiment | None:
        try:
            changed = (home / FILE).stat().st_mtime_ns
        except FileNotFoundError:
            return None
        if changed != self._read[0]:
            self._turns.clear()
            try:
                self._read = (changed, running(home))
            except HomeError as error:
                log.error("No experiment runs: %s", error)
                self._read = (changed, None)
        return self._read[1]


def turns_of(variant: Variant, experiment: Experiment, usual: Turns, library: Library) -> Turns:
    """Make the turns of a variant.

    Raises:
        PalateError: When a prompt is for another model, or an adapter for another catalogue.
        PromptError: When there is no such prompt.
        MetalearnError: When the adapter is damaged.
    """
    rooms, people = usual.rooms, usual.people
    if variant.adapter:
        rooms = with_adapter(usual.rooms, Path(variant.adapter))
    if variant.adapter or variant.ranker:
        circle = Circle(rooms.folder, usual.store)
        people = People(rooms, usual.store, circle, adapts=variant.ranker != "popularity")
        people.join(usual.people)
    llm: ChatModel | None = EndpointLLM(variant.url, variant.model) if variant.url else usual.llm
    changed = bool(variant.prompts or variant.url)
    prompts = Prompts.of(library, llm, variant.prompts) if changed else usual.prompts
    turns = Turns(rooms, usual.store, people, llm, prompts)
    turns.variant, turns.dice, turns.tracers = f"{experiment.name}:{variant.name}", usual.dice, usual.tracers
    turns.answered = Exposed(usual.store, experiment.name, variant.name)
    turns.working = None if usual.working is None else usual.working.moved(rooms)
    return turns


def with_adapter(rooms: Rooms, folder: Path) -> Rooms:
    """Return rooms with another adapter.

    Raises:
        BadInput: When it is for another catalogue.
        MetalearnError: When it is damaged.
    """
    other = copy.copy(rooms)
    other.adapter = fitting(folder, len(rooms.catalog))
    return other


def fitting(folder: Path, items: int) -> TasteAdapter:
    """Load an adapter for a catalogue of so many items.

    Raises:
        BadInput: When it is for another catalogue.
        MetalearnError: When it is missing or damaged.
    """
    adapter = TasteAdapter.load(folder)
    if adapter.n_items != items:
        raise BadInput(
            f"The adapter in {folder} is for {adapter.n_items} items, the catalogue has {items}.",
            "Train it on this data set.",
        )
    return adapter


class Exposed:
    """Count the turns of a person in an experiment; the first one is their exposure."""

    def __init__(self, store: Store, experiment: str, variant: str) -> None:
        self._store, self._experiment, self._variant = store, experiment, variant

    def __call__(self, user_id: str, seconds: float, fallback: bool) -> None:
        """Count one turn."""
        c = exposures.c
        mine = sa.and_(c.user_id == user_id, c.experiment == self._experiment)
        counts = {
            "turns": c.turns + 1,
            "seconds": c.seconds + seconds,
            "fallbacks": c.fallbacks + int(fallback),
        }
        with self._store.writing(user_id) as db:
            ensure_user(db, user_id)
            if not db.execute(exposures.update().where(mine).values(**counts)).rowcount:
                names = {"user_id": user_id, "experiment": self._experiment, "variant": self._variant}
                first = {"at": time.time() - seconds, "turns": 1, "seconds": seconds}
                db.execute(exposures.insert().values(**names, **first, fallbacks=int(fallback)))


def outcomes(store: Store, experiment: Experiment, now: float) -> list[dict[str, Any]]:
    """Return one record for everybody whose outcome is final, in the order of their first turns.

    A record has `variant`, and in 0..1: `liked` (any like), `likes` (ten or more are 1), `answered` (any
    feedback), `disliked`, `slow` (mean seconds of a turn; ten or more are 1), `fallback` (share of turns).
    """
    c, window = exposures.c, experiment.days * DAY
    exposed = sa.select(exposures).where(c.experiment == experiment.name).order_by(c.at, c.user_id)
    found = []
    with store.reading() as db:
        for row in db.execute(exposed).mappings().all():
            if row["at"] + window > now:
                continue
            until = row["at"] + window if window else now
            mine = sa.and_(events.c.user_id == row["user_id"], events.c.item_id.is_not(None))
            after = sa.and_(events.c.at >= row["at"], events.c.at <= until)
            kinds = list(db.scalars(sa.select(events.c.kind).where(mine, after)))
            found.append(
                {
                    "variant": row["variant"],
                    "liked": float("like" in kinds),
                    "likes": min(kinds.count("like"), 10) / 10,
                    "answered": float(bool(kinds)),
                    "disliked": float("dislike" in kinds or "hide" in kinds),
                    "slow": min(row["seconds"] / row["turns"] / SLOW, 1.0),
                    "fallback": row["fallbacks"] / row["turns"],
                }
            )
    return found


def exposed(store: Store, experiment: Experiment) -> dict[str, int]:
    """Return variant -> number of people who have had a turn of it, final or not."""
    c = exposures.c
    mine = sa.select(c.variant, sa.func.count()).where(c.experiment == experiment.name).group_by(c.variant)
    with store.reading() as db:
        return {variant: int(number) for variant, number in db.execute(mine)}


def evidence(records: Sequence[dict[str, Any]], experiment: Experiment, b: Variant, figure: str) -> Evidence:
    """Test the first variant against another by one figure of the records."""
    a = experiment.variants[0]
    mine = [record for record in records if record["variant"] in (a.name, b.name)]
    in_b = [record["variant"] == b.name for record in mine]
    return sequential_test(in_b, [record[figure] for record in mine], b.weight / (a.weight + b.weight))
