"""A Reply: picks that are there at once, and prose that streams."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from assistant.types import Intent, Pick, Timings, Usage


@dataclass(frozen=True)
class Option:
    """One answer to offer.

    Attributes:
        label: What the button says.
        text: The message that a press sends.
    """

    label: str
    text: str


@dataclass(frozen=True)
class Decision:
    """How the picks came about, for traces.

    Attributes:
        candidates: (item id, score) of all that were ranked, best first.
        chances: Probability that each pick is shown at its place; empty where it is 1 for all.
        pool: Item ids among which the last place was drawn; empty where nothing was drawn.
        usual: Item id that the last place has without chance.
        teams: Where two rankers share the list, which of them ("A" or "B") drafted each pick.
    """

    candidates: tuple[tuple[str, float], ...] = ()
    chances: tuple[float, ...] = ()
    pool: tuple[str, ...] = ()
    usual: str = ""
    teams: tuple[str, ...] = ()


@dataclass
class Reply:
    """Answer one message; iterate once for the prose.

    Attributes:
        session_id: Session of the turn; empty where the message could not be used.
        intent: How the message was read.
        recommendations: Picks, best first; ready before the prose.
        notes: Lines for the person: what is short and why, what the LLM could not do.
        about: Items that an answer without new picks is about: explained, compared, rated.
        question: The question that ends the prose; empty where none is asked.
        options: Answers to offer as buttons: to the question, or to what is short.
        timings: Milliseconds by stage; `first_token` and `total` are filled while iterating.
        usage: What the LLM was asked.
        fallback: True when rules or templates stood in for the LLM.
        text: What has been streamed so far.
        decision: How the picks came about.
    """

    session_id: str
    intent: Intent
    recommendations: list[Pick]
    notes: tuple[str, ...] = ()
    about: list[Pick] = field(default_factory=list)
    question: str = ""
    options: tuple[Option, ...] = ()
    timings: Timings = field(default_factory=Timings)
    usage: Usage = field(default_factory=Usage)
    fallback: bool = False
    text: str = ""
    decision: Decision = field(default=Decision(), repr=False)
    _pieces: Iterator[str] = field(default_factory=lambda: iter(()), repr=False)
    _finish: Callable[[Reply], None] = field(default=lambda reply: None, repr=False)
    _start: float = field(default_factory=time.perf_counter, repr=False)

    def __iter__(self) -> Iterator[str]:
        """Yield the prose; what was said is stored when it ends, even if it is cut short."""
        try:
            for piece in self._pieces:
                if piece:
                    if not self.text:
                        self.timings.first_token = self._elapsed()
                    self.text += piece
                    yield piece
        finally:
            self.timings.total = self._elapsed()
            finish, self._finish = self._finish, lambda reply: None
            finish(self)

    def read(self) -> str:
        """Stream to the end and return the whole prose."""
        for _ in self:
            pass
        return self.text

    def _elapsed(self) -> float:
        return (time.perf_counter() - self._start) * 1000
