"""The answer in prose: streamed from the LLM, sentence by sentence through the guard, or from a template."""

from __future__ import annotations

import logging
import queue
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from assistant.errors import EngineError
from assistant.guard import Guard
from assistant.llm import ChatModel
from assistant.types import Pick, Reason, Usage
from prompts.template import Prompt

log = logging.getLogger(__name__)
TOLD = 3  # picks that the prose speaks of; the cards show all
FIRST_PIECE = 30.0  # seconds to wait for the first piece: reading the prompt takes long on a slow CPU
NEXT_PIECE = 4.0  # seconds between pieces before the turn is ended by the template
FELT = {"popularity": 1.0}  # from here a reason is told, in score units: the widely liked, not the average
PHRASES = {
    "like": "is close to what you like",
    "say": "is in line with what you told me",
    "query": "matches what you asked for",
    "facet": "has the feel you describe",
    "popularity": "is liked by many",
}


@dataclass
class Written:
    """Say how a reply came about; filled while it streams.

    Attributes:
        fallback: True when the template wrote some of it because the LLM could not.
        refused: Sentences that the guard kept back, with the fault.
        first_token: `time.monotonic()` of the first piece of the LLM, None where there was none.
    """

    fallback: bool = False
    refused: list[tuple[str, str]] = field(default_factory=list)
    first_token: float | None = None


def write_reply(
    llm: ChatModel | None,
    prompt: Prompt,
    request: str,
    picks: Sequence[Pick],
    guard: Guard,
    usage: Usage,
    written: Written,
) -> Iterator[str]:
    """Yield the prose about the first picks.

    A sentence that names anything but the picks, or says a year or facet they do not have, never comes
    through: the factual sentence of its pick takes its place. If the LLM fails, the template goes on.
    """
    told, spoken = list(picks[:TOLD]), list[str]()
    if llm is not None and told:
        messages = prompt.render({"request": request[:400], "picks": facts(told)})
        pieces = llm.stream(messages, usage, prompt.meta.max_tokens, prompt.meta.temperature)
        try:
            watched = _timed(patient(pieces, lambda: llm.state().status != "down"), written)
            for sentence in guard.sentences(watched):
                yield from _pass(sentence, guard, told, spoken, written)
        except EngineError as error:
            log.warning("The reply was completed by the template: %s", error)
            written.fallback = True
    else:
        written.fallback = True
    left = [pick for pick in told if pick.item_id not in spoken]
    if written.fallback or not spoken:
        for pick in left:
            yield ("" if not spoken else " ") + template(pick)
            spoken.append(pick.item_id)


def _pass(
    sentence: str, guard: Guard, told: Sequence[Pick], spoken: list[str], written: Written
) -> Iterator[str]:
    """Yield the sentence, or its factual stand-in when the guard finds fault."""
    fault, named = guard.fault(sentence), guard.named(sentence)
    if fault is None:
        yield sentence
    else:
        written.refused.append((sentence, fault))
        for pick in named:
            if pick.item_id not in spoken:
                yield (" " if spoken else "") + template(pick)
    spoken += [pick.item_id for pick in named if pick.item_id not in spoken]


def facts(picks: Sequence[Pick]) -> str:
    """Return what the LLM may say: one line a pick with label, facets and the reasons in words."""
    return "\n".join(f"{p.label} | {', '.join(_facets(p))} | {_list(phrases(p.reasons))}" for p in picks)


def template(pick: Pick) -> str:
    """Return the factual sentence of a pick."""
    kinds, told = _list(_facets(pick)), _list(phrases(pick.reasons))
    if told:
        return f"{pick.label}{f', {kinds},' if kinds else ''} {told}."
    return f"{pick.label} is {kinds}." if kinds else f"{pick.label} is in the catalogue."


def phrases(reasons: Sequence[Reason]) -> list[str]:
    """Return the strongest raising reasons as phrases that name no title, at most two."""
    raising = [PHRASES[r.kind] for r in reasons if r.weight > FELT.get(r.kind, 0.02) and r.kind in PHRASES]
    return list(dict.fromkeys(raising))[:2]


def _facets(pick: Pick) -> list[str]:
    return [value.lower() for values in pick.facets.values() for value in values if not value.startswith("(")]


def _list(words: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def _timed(pieces: Iterable[str], written: Written) -> Iterator[str]:
    for piece in pieces:
        written.first_token = written.first_token or time.monotonic()
        yield re.sub(r"[*_#`]+", "", piece)


def patient(
    pieces: Iterator[str], alive: Callable[[], bool], first: float = FIRST_PIECE, gap: float = NEXT_PIECE
) -> Iterator[str]:
    """Yield `pieces`, but no longer than it makes sense to wait.

    Args:
        pieces: The stream; read in a thread of its own.
        alive: Says whether the server still lives; asked twice a second while waiting.
        first: Seconds to wait for the first piece.
        gap: Seconds to wait for each further piece.

    Raises:
        EngineError: When the stream breaks, stalls, or its server is gone.
    """
    inbox: queue.Queue[str | Exception | None] = queue.Queue()
    threading.Thread(target=_pump, args=(pieces, inbox), daemon=True).start()
    limit = time.monotonic() + first
    while True:
        try:
            piece = inbox.get(timeout=0.5)
        except queue.Empty:
            if time.monotonic() > limit or not alive():
                raise EngineError("The language model stopped answering.") from None
            continue
        if isinstance(piece, Exception):
            raise piece
        if piece is None:
            return
        limit = time.monotonic() + gap
        yield piece


def _pump(pieces: Iterator[str], inbox: queue.Queue[str | Exception | None]) -> None:
    try:
        for piece in pieces:
            inbox.put(piece)
        inbox.put(None)
    except Exception as error:  # noqa: BLE001 - handed to the reader, which raises it
        inbox.put(error)
