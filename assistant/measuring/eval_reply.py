"""The system under test of the suite `reply`: prose about given picks, as the model wrote it."""

from __future__ import annotations

import time
from typing import Any

from assistant.factual import Manner
from assistant.guard import Guard
from assistant.measuring.dialogue_bench import items_of
from assistant.measuring.eval_systems import USER, Bench, remember
from assistant.measuring.watched import tokens_of, watch
from assistant.phrases import Lang
from assistant.reply import TOLD, Written, write_reply
from assistant.types import Pick, Usage
from prompts.forms import ReplyCase
from prompts.prose_scorers import coverage_of_picks, in_language, says_as_asked
from prompts.runs import Outcome, Values


def reply(bench: Bench, case: ReplyCase) -> Outcome:
    """Write about the picks of a case, and check what the model wrote before the guard mended it."""
    llm, usage, written = watch(bench.llm), Usage(), Written()
    with bench.assistant(case.catalog, llm) as assistant:
        remember(assistant, case.history)
        ids = [item for label in case.picks for item in items_of(assistant, label)[:1]]
        held = {pick.item_id: pick for pick in assistant.picks(USER, ids)}
        picks, rooms = [held[item] for item in ids], assistant.rooms
        units = rooms.catalog.units
        lang: Lang = "zh" if case.lang == "zh" else "en"
        guard = Guard(
            picks,
            rooms.facet_values,
            lambda text: bool(rooms.linker.link(text)),
            case.request,
            tuple(units.values()),
            lang,
        )
        manner = Manner(lang, units)
        start = time.perf_counter()
        pieces = write_reply(llm, bench.prompts.reply, case.request, picks, guard, usage, written, manner)
        prose = "".join(pieces)
        seconds = time.perf_counter() - start
    if llm is not None:
        llm.check(written.fallback)
    raw = "".join(llm.streamed) if llm is not None else ""
    tokens = tokens_of([usage])
    values = {
        **_values(case, picks, guard, raw or prose, written),
        "seconds": seconds,
        "prompt_tokens": float(tokens.prompt),
        "completion_tokens": float(tokens.completion),
    }
    detail: dict[str, Any] = {
        "request": case.request,
        "picks": list(case.picks),
        "wrote": raw,
        "shown": prose,
        "refused": [f"{sentence} ({fault})" for sentence, fault in written.refused],
    }
    return Outcome(values=values, tokens=tokens, seconds=seconds, detail=detail)


def _values(case: ReplyCase, picks: list[Pick], guard: Guard, text: str, written: Written) -> Values:
    sentences = list(guard.sentences([text + " "]))
    claims = [claim for sentence in sentences for claim in guard.claims(sentence)]
    titles = [claim for claim in claims if claim.kind in ("title", "name")]
    told = [pick.title for pick in picks[:TOLD]]
    asked = bool(case.say or case.say_not)
    return {
        "sentences": float(len(sentences)),
        "kept": float(sum(guard.fault(sentence) is None for sentence in sentences)),
        "claims": float(len(claims)),
        "claims_held": float(sum(claim.holds for claim in claims)),
        "titles": float(len(titles)),
        "titles_held": float(sum(claim.holds for claim in titles)),
        "told": float(len(told)),
        "named": coverage_of_picks(text, told) * len(told),
        "in_language": float(in_language(text, case.lang, [pick.label for pick in picks])),
        "says": float(asked),
        "says_right": float(asked and says_as_asked(text, case.say, case.say_not)),
        "own_words": float(not written.fallback and not written.refused),
    }
