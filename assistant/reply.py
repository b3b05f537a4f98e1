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
from assistant.factual import PLAIN, Manner, facts, template
from assistant.guard import Guard, Part
from assistant.llm import ChatModel
from assistant.safety import as_data
from assistant.types import Pick, Usage
from prompts.template import Message, Prompt

log = logging.getLogger(__name__)
TOLD = 3  # picks that the prose speaks of; the cards show all
FIRST_PIECE = 30.0  # seconds to wait for the first piece: reading the prompt takes long on a slow CPU
NEXT_PIECE = 4.0  # seconds between pieces before the turn is ended by the template
# Small models write "a action film"; titles begin with a capital and stay as they are.
ARTICLE = re.compile(r"\b([aA])(?= (?:[aeio]|u(?!ni|se|su|ti))(?!ne\b|nce\b|u)[a-z])")


@dataclass
class Written:
    """Say how a reply came about; filled while it streams.

    Attributes:
        fallback: True when the template wrote some of it because the LLM could not.
        refused: Sentences that the guard kept back, with the fault.
        first_token: `time.monotonic()` of the first piece of the LLM, None where there was none.
        opening: How the sentence begins that is being written, as far as it has been shown.
        said: The sentences so far, made plain.
        looped: True when the model began to repeat itself; what it wrote from there on is not shown.
        begun: Whether anything has been shown.
    """

    fallback: bool = False
    refused: list[tuple[str, str]] = field(default_factory=list)
    first_token: float | None = None
    opening: str = ""
    said: set[str] = field(default_factory=set)
    looped: bool = False
    begun: bool = False


def write_reply(
    llm: ChatModel | None,
    prompt: Prompt,
    request: str,
    picks: Sequence[Pick],
    guard: Guard,
    usage: Usage,
    written: Written,
    manner: Manner = PLAIN,
) -> Iterator[str]:
    """Yield the prose about the first picks.

    A sentence that names anything but the picks, or says what the catalogue does not, never comes through:
    it is mended where only a year in brackets is wrong, else the factual sentence of its pick takes its
    place. It is shown up to the first pick that it names as soon as it stands there, the rest when all of it
    has been checked. If the LLM fails, the template goes on.
    """
    told, spoken = list(picks[:TOLD]), list[str]()
    if llm is not None and told:
        messages = filled(prompt, as_data(request, 400), facts(told, manner), manner)
        pieces = llm.stream(messages, usage, prompt.meta.max_tokens, prompt.meta.temperature)
        try:
            watched = _timed(patient(pieces, lambda: llm.state().status != "down"), written)
            for part in guard.parts(watched):
                if not part.opens and _repeats(part.text, written):
                    break
                for words in _pass(part, guard, spoken, written, manner):
                    written.begun = True
                    yield words
        except EngineError as error:
            log.warning("The reply was completed by the template: %s", error)
            written.fallback = True
        yield from _closed(guard, spoken, written, manner)
    else:
        written.fallback = True
    left = [pick for pick in told if pick.item_id not in spoken]
    if written.fallback or written.looped or not spoken:
        for pick in left:
            yield (_gap(manner) if spoken or written.begun else "") + template(pick, manner)
            spoken.append(pick.item_id)


def filled(prompt: Prompt, request: str, picks: str, manner: Manner) -> list[Message]:
    """Return what the model is asked; a prompt that has no place for the tone goes without."""
    data = {"request": request, "picks": picks, "tone": manner.tone}
    return prompt.render({name: data[name] for name in prompt.meta.inputs if name in data})


def _pass(part: Part, guard: Guard, spoken: list[str], written: Written, manner: Manner) -> Iterator[str]:
    """Yield the part, its mended form, or its factual stand-in when the guard finds fault.

    How a sentence begins is shown at once where it is true; what follows is held back until its end.
    """
    sentence, fault = _joined(part.text, written, manner), guard.fault(part.text)
    if part.opens:
        if fault is None and not any(pick.item_id in spoken for pick in guard.named(sentence)):
            written.opening = sentence
            yield _spelled(sentence, manner)
        return
    if fault is not None:
        written.refused.append((sentence, fault))
        sentence = guard.repair(sentence)
        fault = guard.fault(sentence)
    named = guard.named(sentence)
    if fault is None and sentence.startswith(written.opening):
        yield _spelled(sentence[len(written.opening) :], manner)
    else:
        yield from _closed(guard, spoken, written, manner)
        for pick in named:
            if pick.item_id not in spoken:
                yield (_gap(manner) if written.begun else "") + template(pick, manner)
                spoken.append(pick.item_id)
    written.opening = ""
    spoken += [pick.item_id for pick in named if pick.item_id not in spoken]


def _joined(text: str, written: Written, manner: Manner) -> str:
    """Return a sentence with the blank that it needs before it, whatever was shown or refused before."""
    if written.opening:
        return written.opening[: -len(written.opening.lstrip())] + text.lstrip()
    text = text.lstrip(" ")
    return (_gap(manner) if written.begun and not text.startswith("\n") else "") + text


def _repeats(sentence: str, written: Written) -> bool:
    """Say whether a sentence has been written before: small models fall into loops and never leave them."""
    plain = sentence.strip().casefold()
    if plain and plain in written.said:
        written.refused.append((sentence, "repeats itself"))
        written.looped = True
    written.said.add(plain)
    return written.looped


def _closed(guard: Guard, spoken: list[str], written: Written, manner: Manner) -> Iterator[str]:
    """Yield how the facts end a sentence that has begun and cannot go on as the model would have it."""
    for pick in guard.named(written.opening):  # there is one at most
        fact = template(pick, manner)
        begun = written.opening.strip() == pick.label and fact.startswith(pick.label)
        yield fact[len(pick.label) :] if begun else _stop(manner) + _gap(manner) + fact
        spoken.append(pick.item_id)
    written.opening = ""


def _spelled(words: str, manner: Manner) -> str:
    return ARTICLE.sub(r"\1n", words) if manner.lang == "en" else words


def _stop(manner: Manner) -> str:
    return "。" if manner.lang == "zh" else "."


def _gap(manner: Manner) -> str:
    return "" if manner.lang == "zh" else " "


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
