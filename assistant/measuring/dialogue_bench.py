"""`palate bench dialogue`: plays labelled dialogues against the assistant and counts what goes wrong."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from assistant.agent import Assistant
from assistant.conversation import Reply
from assistant.folding import sets
from assistant.guard import Claim
from assistant.measuring import dialogue_checks as checks
from assistant.measuring.case_catalogs import CaseRoom, CaseRooms
from assistant.measuring.case_homes import CaseHomes
from assistant.measuring.claims import claims_of
from assistant.measuring.dialogue_checks import Played
from assistant.measuring.intent_bench import match_intent
from assistant.measuring.oracle import oracle
from assistant.types import Event, Usage
from prompts.cases import Dialogue, IntentCase, Turn
from prompts.scorers import Match, accuracy, slot_score
from retriever.constraints import Constraints

Progress = Callable[[str, float], None]
USER = "case"
NAMES = ("title", "name")  # kinds of claims that name something


@dataclass
class TurnResult:
    """One played turn.

    Attributes:
        dialogue: Id of the dialogue.
        number: Number of the turn, from 1.
        turn: Its labels.
        move: The move that was read.
        match: How what was read agrees with the labels.
        faults: Kind of check -> what went wrong.
        claims: What the prose claims.
        seconds: From the message to the end of the prose.
        usage: What the language model was asked.
        fallback: Whether rules or templates stood in for it where there were picks to write about.
    """

    dialogue: str
    number: int
    turn: Turn
    move: str
    match: Match
    faults: dict[str, list[str]] = field(default_factory=dict)
    claims: list[Claim] = field(default_factory=list)
    seconds: float = 0.0
    usage: Usage = field(default_factory=Usage)
    fallback: bool = False


def run(
    dialogues: Sequence[Dialogue],
    file: Path,
    homes: CaseHomes,
    labels: CaseRooms,
    progress: Progress,
    *,
    labelled: bool = False,
) -> dict[str, Any]:
    """Play every dialogue and report figures and failures.

    Args:
        dialogues: Labelled dialogues.
        file: Where they come from; catalogues may lie beside it.
        homes: Opens assistants.
        labels: Opens catalogues in the form of labels.
        progress: Told which dialogue is played.
        labelled: Put the labels in the place of the reading, so that only what comes after it is measured.
    """
    results: list[TurnResult] = []
    for number, dialogue in enumerate(dialogues):
        progress(f"dialogue {number + 1} of {len(dialogues)}", number / max(len(dialogues), 1))
        assistant = homes.assistant(dialogue.catalog, file, dialogue.plant)
        try:
            results += play(dialogue, assistant, labels.room(dialogue.catalog, file), labelled=labelled)
        finally:
            assistant.close()
    return {"reader": "labels" if labelled else "assistant", "dialogues": len(dialogues), **figures(results)}


def play(
    dialogue: Dialogue, assistant: Assistant, room: CaseRoom, *, labelled: bool = False
) -> list[TurnResult]:
    """Play one dialogue in one session of a new person."""
    played, session, said = Played(lambda name: items_of(assistant, name)), None, list[str]()
    for past in dialogue.history:
        _remember(assistant, past.kind, past.title, past.text, played)
        said.append(past.text)
    results = []
    for number, turn in enumerate(dialogue.turns, 1):
        said.append(turn.text)
        if labelled:
            intent = oracle(turn, played)
            assistant.read_by(lambda *_, intent=intent: intent)
        start = time.perf_counter()
        reply = assistant.chat(USER, turn.text, session)
        reply.read()
        session = reply.session_id or session
        result = _checked(dialogue, turn, number, reply, assistant, room, played, said)
        result.seconds, result.usage = time.perf_counter() - start, reply.usage
        result.fallback = reply.fallback and bool(reply.recommendations)
        results.append(result)
        _go_on(turn, reply, played)
    return results


def _remember(assistant: Assistant, kind: str, title: str, text: str, played: Played) -> None:
    """Store an event of an earlier session."""
    if kind == "say":
        assistant.tell(USER, text)
    for item in played.resolve(title) if title else ():
        assistant.store.add_event(Event(USER, kind, item, "", time.time()))  # type: ignore[arg-type]


def items_of(assistant: Assistant, name: str) -> tuple[str, ...]:
    """Return the items of a label, or of a title."""
    catalog = assistant.rooms.catalog
    low = name.casefold()
    rows = [row for row, title in enumerate(catalog.titles) if low.startswith(title.casefold()[:60])]
    exact = [r for r in rows if low in (catalog.item(r).label.casefold(), catalog.titles[r].casefold())]
    if not exact:
        mention = assistant.rooms.linker.resolve(name)
        exact = [mention.row] if mention is not None else []
    return tuple(catalog.ids[row] for row in exact)


def _checked(
    dialogue: Dialogue,
    turn: Turn,
    number: int,
    reply: Reply,
    assistant: Assistant,
    room: CaseRoom,
    played: Played,
    said: Sequence[str],
) -> TurnResult:
    case = _as_case(dialogue, turn, number, played)
    result = TurnResult(dialogue.id, number, turn, reply.intent.move, match_intent(reply.intent, case, room))
    picks, known = reply.recommendations, set(assistant.rooms.catalog.ids)
    result.claims = claims_of(reply, assistant, USER, said)
    questions = len(re.findall(r"[?？]", reply.question)) or int(bool(reply.question))
    result.faults = {
        "constraint": checks.disobeyed(picks, turn, played),
        "rejected": checks.reoffered(picks, played),
        "picks": checks.miscounted(picks, turn, _left(turn, assistant, played)),
        "refers": checks.misreferred(reply.about or picks, turn, played) if turn.refers_to else [],
        "catalogue": [p.label for p in picks if p.item_id not in known]
        + [c.fault for c in result.claims if c.kind in NAMES and not c.holds],
        "claim": [c.fault for c in result.claims if not c.holds],
        "say": [f"does not say {w!r}" for w in turn.say if w.casefold() not in reply.text.casefold()]
        + [f"says {w!r}" for w in turn.say_not if w.casefold() in reply.text.casefold()],
        "question": _questions(reply, turn, played, questions),
    }
    return result


def _questions(reply: Reply, turn: Turn, played: Played, questions: int) -> list[str]:
    faults = ["more than one question"] if questions > 1 else []
    if reply.question and played.questioned:
        faults.append("a question after a question")
    return [*faults, "a question out of place"] if reply.question and not turn.question_ok else faults


def _as_case(dialogue: Dialogue, turn: Turn, number: int, played: Played) -> IntentCase:
    """Return a turn in the form of a single turn, references to earlier turns replaced by labels."""
    shown = tuple(pick.label for pick in played.last)
    slots, may = (_plain(part.model_dump(), played) for part in (turn.slots, turn.may))
    return IntentCase.model_validate(
        {
            "id": f"{dialogue.id}-{number}",
            "catalog": dialogue.catalog,
            "lang": dialogue.lang,
            "text": turn.text,
            "shown": shown,
            "move": turn.move,
            "slots": slots,
            "may": may,
        }
    )


def _plain(value: Any, played: Played) -> Any:
    """Return slots in which `#2@1` is the label of that pick."""
    if isinstance(value, dict):
        return {name: _plain(part, played) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return tuple(_plain(part, played) for part in value)
    if isinstance(value, str) and "@" in value:
        labels = {pick.item_id: pick.label for shown in played.picks for pick in shown}
        parts = [
            labels.get(next(iter(played.resolve(part)), ""), part) if "@" in part else part
            for part in value.split(checks.SEPARATOR)
        ]
        return checks.SEPARATOR.join(parts)
    return value


def _left(turn: Turn, assistant: Assistant, played: Played) -> int:
    """Return how many items the turn allows that were not shown, turned down or known before."""
    catalog, must, no = assistant.rooms.catalog, turn.must, turn.must_not
    either = [{f: tuple(v.split(checks.SEPARATOR))} for f, vs in must.facets.items() for v in vs]
    groups = (*either, *((dict(must.any),) if must.any else ()))
    banned = {f: tuple(part for v in vs for part in v.split(checks.SEPARATOR)) for f, vs in no.facets.items()}
    gone = {*played.shown, *played.rejected, *assistant.stances(USER)}
    gone |= {item for name in no.titles for item in played.resolve(name)}
    constraints = Constraints(
        either=tuple(sets(group) for group in groups),
        exclude=sets(banned),
        ranges=must.ranges,
        not_ranges={name: (bounds,) for name, bounds in no.ranges.items()},
        people=frozenset(must.people),
        not_people=frozenset(no.people),
        exclude_rows=frozenset(catalog.row(item) for item in gone),
    )
    mask = catalog.mask(constraints)
    if must.toward and played.last:
        picks = [assistant.explain(USER, catalog.ids[row]) for row in np.flatnonzero(mask)[:400]]
        return sum(not list(checks._against_the_last([pick], must, played)) for pick in picks)
    return int(mask.sum())


def _go_on(turn: Turn, reply: Reply, played: Played) -> None:
    """Note what the next turns depend on."""
    gone = checks.turned_down(turn, played)
    played.rejected = set() if turn.move == "reset" else played.rejected | gone
    again = {pick.item_id for pick in reply.recommendations}
    played.rejected -= again if turn.move == "reset" else set()
    played.picks.append(list(reply.recommendations))
    played.last = list(reply.recommendations) or played.last
    played.shown |= again
    played.questioned = bool(reply.question)


def figures(results: Sequence[TurnResult]) -> dict[str, Any]:
    """Return the figures over played turns, and the turns in which something went wrong."""
    score = slot_score(result.match for result in results)
    claims = [claim for result in results for claim in result.claims]
    judged = [r for r in results if constrained(r.turn)]
    return {
        "turns": len(results),
        "slot_f1": score.f1,
        "slot_precision": score.precision,
        "slot_recall": score.recall,
        "move_accuracy": accuracy((r.move, r.turn.move) for r in results),
        "constraint_obedience": _share(not r.faults["constraint"] for r in judged),
        "off_catalogue": sum(len(r.faults["catalogue"]) for r in results),
        "claims": len(claims),
        "claims_supported": _share(claim.holds for claim in claims),
        "rejected_reoffered": sum(len(r.faults["rejected"]) for r in results),
        "picks_as_asked": _share(not r.faults["picks"] for r in results),
        "references_right": _share(not r.faults["refers"] for r in results if r.turn.refers_to),
        "questions_right": _share(not r.faults["question"] for r in results),
        "says_as_asked": _share(not r.faults["say"] for r in results if r.turn.say or r.turn.say_not),
        "seconds_median": float(np.median([r.seconds for r in results])) if results else 0.0,
        "failures": [failure for r in results if (failure := failure_of(r))],
    }


def constrained(turn: Turn) -> bool:
    """Say whether a turn has picks to hold against anything."""
    return bool(
        turn.must.model_dump(exclude_defaults=True) or turn.must_not.model_dump(exclude_defaults=True)
    )


def _share(held: Iterable[bool]) -> float:
    values = list(held)
    return sum(values) / len(values) if values else 1.0


def failure_of(result: TurnResult) -> dict[str, Any] | None:
    """Return what went wrong in a turn as plain data; None where nothing did."""
    faults = {name: lines for name, lines in result.faults.items() if lines}
    wrong = result.move != result.turn.move
    if not faults and not wrong and result.match.perfect:
        return None
    return {
        "dialogue": result.dialogue,
        "turn": result.number,
        "text": result.turn.text,
        "move": [result.move, result.turn.move],
        "extra": [list(pair) for pair in result.match.extra],
        "missed": [[label.slot, "|".join(sorted(label.values))] for label in result.match.missed],
        "faults": faults,
    }
