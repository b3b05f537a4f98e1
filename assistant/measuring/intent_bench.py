"""`palate bench intent`: how well messages are read - by rules, by the LLM, by both."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from assistant.intent import infer_intent, propose
from assistant.intents import Reader
from assistant.llm import ChatModel
from assistant.measuring.case_catalogs import CaseRoom, CaseRooms
from assistant.reading import compact
from assistant.reading.naming import is_whole_title, name_items
from assistant.reading.proposals import Proposal
from assistant.types import Intent, Usage
from prompts import template
from prompts.cases import IntentCase
from prompts.pairs import Label, labelled_pairs, read_pairs
from prompts.scorers import (
    Match,
    SlotScore,
    accuracy,
    by_slot,
    confusions,
    match_pairs,
    query_recall,
    slot_score,
)
from prompts.template import Prompt

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Outcome:
    """One case as it was read.

    Attributes:
        case: The case.
        intent: What was read.
        match: How its pairs agree with the labels.
        seconds: Time of the reading.
        tokens: Completion tokens.
    """

    case: IntentCase
    intent: Intent
    match: Match
    seconds: float
    tokens: int


def run(
    cases: Sequence[IntentCase],
    file: Path,
    rooms: CaseRooms,
    llm: ChatModel | None,
    progress: Progress,
    reader: Reader = Reader.both,
) -> dict[str, Any]:
    """Read every case and score slots and moves, as `docs/CASES.md` says.

    Args:
        cases: Labelled messages.
        file: Where they come from; catalogues may lie beside it.
        rooms: Opens catalogues.
        llm: The model; needed unless `reader` is `rules`.
        progress: Told which case is read.
        reader: What reads.

    Returns:
        The figures and failures that `docs/CASES.md` lists.
    """
    outcomes = []
    for number, case in enumerate(cases):
        progress(f"case {number + 1} of {len(cases)}", number / len(cases))
        outcomes.append(_outcome(case, rooms.room(case.catalog, file), llm, reader))
    return {"reader": reader.value, **_figures(outcomes), "failures": _failures(outcomes)}


def read_case(
    case: IntentCase,
    room: CaseRoom,
    llm: ChatModel | None,
    reader: Reader,
    usage: Usage,
    prompt: Prompt | None = None,
) -> Intent:
    """Read the message of a case with what the assistant would know of it, by a prompt if one is given."""
    served = llm.state().model if llm is not None else ""
    prompt, facets = prompt or template.load("intent", model=served), room.catalog.facet_values
    if reader is Reader.llm and llm is not None and prompt.meta.model:
        return compact.propose(llm, prompt, case.text, room.columns, case.shown, usage) or Intent()
    if reader is Reader.llm and llm is not None:
        proposal = propose(llm, prompt, case.text, facets, case.shown, usage)
        return Intent() if proposal is None else _unchecked(proposal, facets)
    titles = name_items(room.linker, case.text).titles
    model = None if reader is Reader.rules else llm
    is_title = partial(is_whole_title, room.linker)
    return infer_intent(model, prompt, case.text, room.columns, titles, case.shown, usage, is_title)


def _unchecked(proposal: Proposal, facets: Mapping[str, Sequence[str]]) -> Intent:
    """Return what the LLM answered, as it stands."""

    def sorted_out(values: Sequence[str]) -> dict[str, tuple[str, ...]]:
        return {facet: tuple(v for v in values if v in known) for facet, known in facets.items()}

    return Intent(
        move=proposal.move,
        liked=tuple(proposal.like),
        disliked=tuple(proposal.dislike),
        wanted=sorted_out(proposal.want),
        unwanted=sorted_out(proposal.avoid),
        query=proposal.query,
        source="llm",
    )


def _outcome(case: IntentCase, room: CaseRoom, llm: ChatModel | None, reader: Reader) -> Outcome:
    start, usage = time.perf_counter(), Usage()
    intent = read_case(case, room, llm, reader, usage)
    seconds = time.perf_counter() - start
    match = match_intent(intent, case, room)
    return Outcome(case, intent, match, seconds, usage.completion_tokens)


def match_intent(intent: Intent, case: IntentCase, room: CaseRoom) -> Match:
    """Compare an intent with the labels of a case; a reset takes everything back, so nothing of it counts."""

    def name_item(title: str) -> str:
        return _named(title, case.shown, room)

    slots, may, read = case.slots.model_dump(), case.may.model_dump(), intent.model_dump()
    labels = labelled_pairs(slots, may, name_item)
    match = match_pairs(read_pairs(read, name_item, near=slots), labels)
    if case.move != "reset":
        return match
    return replace(match, extra=tuple(pair for pair in match.extra if pair[0] != "withdrawn"))


def _named(title: str, shown: Sequence[str], room: CaseRoom) -> str:
    """Return one string for one item, by label, reference or link; else the title in lower case."""
    reference = re.fullmatch(r"#(-?[1-9]\d*)", title)
    if reference:
        place = int(reference[1])
        place = place - 1 if place > 0 else len(shown) + place
        title = shown[place] if 0 <= place < len(shown) else title
    elif title == "#it" and len(shown) == 1:
        title = shown[0]
    row = room.named.row(title)
    if row is None and not title.startswith("#"):
        mention = room.linker.resolve(title)
        row = None if mention is None else mention.row
    return title.lower() if row is None else room.named.labels[row]


def _figures(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    queries = [(o.intent.query, o.case.slots.query) for o in outcomes]
    return {
        **_scores(outcomes),
        "query_recall": query_recall(queries),
        "by_slot": {name: _counts(score) for name, score in by_slot([o.match for o in outcomes]).items()},
        "by_catalog": _grouped(outcomes, lambda o: o.case.catalog),
        "by_lang": _grouped(outcomes, lambda o: o.case.lang),
        "confusions": confusions((o.intent.move, o.case.move) for o in outcomes),
        "seconds_median": statistics.median(o.seconds for o in outcomes) if outcomes else 0.0,
        "completion_tokens_median": statistics.median(o.tokens for o in outcomes) if outcomes else 0,
    }


def _scores(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    score = slot_score(o.match for o in outcomes)
    return {
        "slot_f1": score.f1,
        "slot_precision": score.precision,
        "slot_recall": score.recall,
        "move_accuracy": accuracy((o.intent.move, o.case.move) for o in outcomes),
        "cases": len(outcomes),
    }


def _grouped(outcomes: Sequence[Outcome], key: Callable[[Outcome], str]) -> dict[str, Any]:
    names = sorted({key(o) for o in outcomes})
    return {name: _scores([o for o in outcomes if key(o) == name]) for name in names}


def _counts(score: SlotScore) -> dict[str, Any]:
    return {"f1": score.f1, "hits": score.hits, "extra": score.extra, "missed": score.missed}


def _failures(outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    wrong = [o for o in outcomes if not o.match.perfect or o.intent.move != o.case.move]
    return [
        {
            "id": o.case.id,
            "text": o.case.text,
            "move": [o.intent.move, o.case.move],
            "extra": [list(pair) for pair in o.match.extra],
            "missed": [_shown_label(label) for label in o.match.missed],
        }
        for o in wrong
    ]


def _shown_label(label: Label) -> list[str]:
    return [label.slot, "|".join(sorted(label.values))]
