"""A chat model under measurement: what it wrote, and whether it failed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from assistant.errors import EngineError
from assistant.llm import ChatModel
from assistant.types import LLMState, Usage
from prompts.errors import SystemFailure
from prompts.runs import Tokens
from prompts.template import Message


class Watched:
    """Pass everything on to a model, and remember it.

    A turn falls back to rules and templates where its model fails. That is right for people and wrong for
    measurements: the figures would be those of the rules. `check` tells.

    Attributes:
        engine: That of the model.
        streamed: Every answer streamed so far.
        failures: Every fault of the model so far.
    """

    def __init__(self, llm: ChatModel) -> None:
        self._llm, self.engine = llm, llm.engine
        self.streamed: list[str] = []
        self.failures: list[EngineError] = []
        self._open: set[int] = set()

    def state(self) -> LLMState:
        """Return the model's state."""
        return self._llm.state()

    def complete_json(
        self, messages: Sequence[Message], schema: dict[str, Any], usage: Usage, max_tokens: int
    ) -> str:
        """Return what the model answers."""
        try:
            return self._llm.complete_json(messages, schema, usage, max_tokens)
        except EngineError as error:
            self.failures.append(error)
            raise

    def stream(
        self, messages: Sequence[Message], usage: Usage, max_tokens: int, temperature: float
    ) -> Iterator[str]:
        """Yield what the model writes."""
        self.streamed.append("")
        place = len(self.streamed) - 1
        self._open.add(place)
        try:
            for piece in self._llm.stream(messages, usage, max_tokens, temperature):
                self.streamed[place] += piece
                yield piece
            self._open.discard(place)
        except EngineError as error:
            self.failures.append(error)
            raise

    def check(self, fallback: bool = False) -> None:
        """Say whether the model has answered throughout.

        Args:
            fallback: Whether the template has taken over somewhere.

        Raises:
            SystemFailure: When it has failed.
        """
        if self.failures:
            raise SystemFailure(str(self.failures[0]))
        if self._open or fallback:
            raise SystemFailure("The model was so slow that the template took over; try fewer --workers.")
        state = self.state()
        if state.status != "ready":
            raise SystemFailure(f"The language model is {state.status}: {state.detail}")


def watch(llm: ChatModel | None) -> Watched | None:
    """Return the model under watch; None where there is none."""
    return None if llm is None else Watched(llm)


def tokens_of(usages: Sequence[Usage]) -> Tokens:
    """Return what the model was asked in several turns."""
    return Tokens(
        calls=sum(u.calls for u in usages),
        prompt=sum(u.prompt_tokens for u in usages),
        completion=sum(u.completion_tokens for u in usages),
    )
