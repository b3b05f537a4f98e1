"""`palate bench intent`: how well messages are read, by rules alone and with the LLM."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

from assistant.intent import infer_intent
from assistant.llm import ChatModel
from assistant.naming import name_items
from assistant.types import Intent, Usage
from prompts import template
from prompts.cases import IntentCase
from prompts.scorers import Slot, accuracy, slot_score
from retriever.linking import Linker

Progress = Callable[[str, float], None]


def run(
    cases: Sequence[IntentCase],
    llm: ChatModel | None,
    linker: Linker,
    facet_values: dict[str, tuple[str, ...]],
    progress: Progress,
) -> dict[str, Any]:
    """Read every case and score slots and moves.

    Args:
        cases: Labelled messages.
        llm: The model; None measures the rules alone.
        linker: Finds titles; titles agree when they link to the same item.
        facet_values: Facet name -> values of the catalogue.
        progress: Told which case is read.

    Returns:
        `slot_f1`, `slot_precision`, `slot_recall`, `move_accuracy`, `cases`, `seconds_median`,
        `completion_tokens_median`, `failures`.
    """
    prompt, slots, moves, failures = template.load("intent"), [], [], []
    seconds, tokens = [], []
    for number, case in enumerate(cases):
        progress(f"case {number + 1} of {len(cases)}", number / len(cases))
        start, usage = time.perf_counter(), Usage()
        titles = name_items(linker, case.text).titles
        intent = infer_intent(llm, prompt, case.text, facet_values, titles, case.shown, usage)
        seconds.append(time.perf_counter() - start)
        tokens.append(usage.completion_tokens)
        found, gold = _read(intent, linker), _labelled(case, linker)
        slots.append((found, gold))
        moves.append((intent.move, case.move))
        if found != gold or intent.move != case.move:
            failures.append(_failure(case, intent, found, gold))
    score = slot_score(slots)
    return {
        "slot_f1": score.f1,
        "slot_precision": score.precision,
        "slot_recall": score.recall,
        "move_accuracy": accuracy(moves),
        "cases": len(cases),
        "seconds_median": statistics.median(seconds) if seconds else 0.0,
        "completion_tokens_median": statistics.median(tokens) if tokens else 0,
        "failures": failures,
    }


def _failure(case: IntentCase, intent: Intent, found: set[Slot], gold: set[Slot]) -> dict[str, Any]:
    return {
        "text": case.text,
        "move": [intent.move, case.move],
        "extra": sorted(found - gold),
        "missed": sorted(gold - found),
    }


def _read(intent: Intent, linker: Linker) -> set[Slot]:
    titles = {"like": intent.liked, "dislike": intent.disliked, "seen": intent.seen, "about": intent.about}
    facets = {"want": intent.wanted, "avoid": intent.unwanted}
    slots = {(side, _name(title, linker)) for side, names in titles.items() for title in names}
    slots |= {(side, v) for side, by_facet in facets.items() for values in by_facet.values() for v in values}
    return slots | _numbers(intent.year_min, intent.year_max, intent.count)


def _labelled(case: IntentCase, linker: Linker) -> set[Slot]:
    titles = {"like": case.like, "dislike": case.dislike, "seen": case.seen, "about": case.about}
    slots = {(side, _name(title, linker)) for side, names in titles.items() for title in names}
    slots |= {("want", value) for value in case.want} | {("avoid", value) for value in case.avoid}
    return slots | _numbers(case.year_min, case.year_max, case.count)


def _numbers(year_min: int | None, year_max: int | None, count: int | None) -> set[Slot]:
    numbers = {"year_min": year_min, "year_max": year_max, "count": count}
    return {(name, str(value)) for name, value in numbers.items() if value is not None}


def _name(title: str, linker: Linker) -> str:
    mention = linker.resolve(title)
    return f"row {mention.row}" if mention is not None else title.lower()
