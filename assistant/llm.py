"""The chat model: an OpenAI-compatible endpoint through LangChain, and a scripted twin for tests."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import httpx
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk
from langchain_openai import ChatOpenAI
from openai import OpenAIError
from pydantic import SecretStr

from assistant.errors import EngineError
from assistant.types import LLMState, Usage
from prompts.template import Message

JSON_TIMEOUT = 25.0  # seconds for a whole intent, on a slow CPU


class ChatModel(Protocol):
    """Answer chat messages; count what was used in `usage`."""

    engine: str

    def state(self) -> LLMState:
        """Return whether the model answers now."""

    def complete_json(
        self, messages: Sequence[Message], schema: dict[str, Any], usage: Usage, max_tokens: int
    ) -> str:
        """Return a JSON text that obeys `schema`.

        Raises:
            EngineError: When the model cannot be reached or does not answer in time.
        """

    def stream(
        self, messages: Sequence[Message], usage: Usage, max_tokens: int, temperature: float
    ) -> Iterator[str]:
        """Yield pieces of the answer as they come.

        Raises:
            EngineError: When the model cannot be reached or breaks off.
        """


class EndpointLLM:
    """Speak to an OpenAI-compatible server.

    Args:
        base_url: URL up to and with `/v1`.
        model: Name of the served model.
        api_key: Key for the server.
        state: Where the server's state is known better than by asking (a local engine).
        engine: Name shown in traces.
    """

    def __init__(
        self,
        base_url: str,
        model: str,
        api_key: str = "none",
        state: Callable[[], LLMState] | None = None,
        engine: str = "openai-compatible",
    ) -> None:
        self.engine, self.model, self._state = engine, model, state
        self._base_url, self._asked = base_url.rstrip("/"), (0.0, LLMState("loading", "not asked yet", model))
        timeout = httpx.Timeout(JSON_TIMEOUT, connect=2.0)
        self._chat = ChatOpenAI(
            model=model,
            base_url=base_url,
            api_key=SecretStr(api_key),
            timeout=timeout,
            max_retries=0,
            stream_usage=True,
        )

    @property
    def langchain(self) -> BaseChatModel:
        """The model as LangChain's agents take it."""
        return self._chat

    def state(self) -> LLMState:
        """Return the engine's state, or ask the server at most every two seconds."""
        if self._state is not None:
            return self._state()
        asked_at, state = self._asked
        if time.monotonic() - asked_at > 2.0:
            state = probe(self._base_url, self.model)
            self._asked = (time.monotonic(), state)
        return state

    def complete_json(
        self, messages: Sequence[Message], schema: dict[str, Any], usage: Usage, max_tokens: int
    ) -> str:
        """Return a JSON text that obeys `schema`, enforced by the server's structured outputs."""
        answer_format = {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema}}
        bound = self._chat.bind(response_format=answer_format, max_tokens=max_tokens, temperature=0.0)
        self._count(usage)
        try:
            answer = bound.invoke(_pairs(messages))
        except (OpenAIError, httpx.HTTPError) as error:
            raise EngineError(f"The language model at {self._base_url} did not answer: {error}.") from error
        _add_tokens(usage, answer.usage_metadata)
        return str(answer.content)

    def stream(
        self, messages: Sequence[Message], usage: Usage, max_tokens: int, temperature: float
    ) -> Iterator[str]:
        """Yield pieces of the answer as the server sends them."""
        bound = self._chat.bind(max_tokens=max_tokens, temperature=temperature)
        self._count(usage)
        try:
            for chunk in bound.stream(_pairs(messages)):
                _add_tokens(usage, chunk.usage_metadata if isinstance(chunk, AIMessageChunk) else None)
                if chunk.content:
                    yield str(chunk.content)
        except (OpenAIError, httpx.HTTPError) as error:
            raise EngineError(f"The language model at {self._base_url} broke off: {error}.") from error

    def _count(self, usage: Usage) -> None:
        usage.engine, usage.model, usage.calls = self.engine, self.model, usage.calls + 1


@dataclass
class ScriptedLLM:
    """Answer from a script, in order; for tests and for trying prompts without a server.

    Attributes:
        answers: One answer a call; an exception is raised instead.
        asked: Every list of messages received.
        status: State to report.
    """

    answers: list[str | Exception]
    asked: list[list[Message]] = field(default_factory=list)
    status: LLMState = field(default_factory=lambda: LLMState("ready", "scripted", "script"))
    engine: str = "scripted"

    def state(self) -> LLMState:
        """Return the state that the script says."""
        return self.status

    def complete_json(
        self, messages: Sequence[Message], schema: dict[str, Any], usage: Usage, max_tokens: int
    ) -> str:
        """Return the next answer."""
        return "".join(self._next(messages, usage))

    def stream(
        self, messages: Sequence[Message], usage: Usage, max_tokens: int, temperature: float
    ) -> Iterator[str]:
        """Yield the next answer, word by word."""
        yield from self._next(messages, usage)

    def _next(self, messages: Sequence[Message], usage: Usage) -> list[str]:
        self.asked.append(list(messages))
        usage.engine, usage.model, usage.calls = self.engine, "script", usage.calls + 1
        if not self.answers:
            raise EngineError("The script has no answer left.")
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        words = answer.split(" ")
        usage.completion_tokens += len(words)
        return [word + " " for word in words[:-1]] + words[-1:]


def probe(base_url: str, model: str) -> LLMState:
    """Ask an OpenAI-compatible server whether it serves `model`."""
    try:
        response = httpx.get(f"{base_url}/models", timeout=2.0)
        response.raise_for_status()
        served = [entry["id"] for entry in response.json()["data"]]
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
        return LLMState("down", f"{base_url} does not answer ({type(error).__name__})", model)
    if model not in served:
        return LLMState("failed", f"{base_url} serves {', '.join(served)}, not {model}", model)
    return LLMState("ready", f"{model} at {base_url}", model)


def _pairs(messages: Sequence[Message]) -> list[tuple[str, str]]:
    return [(message.role, message.content) for message in messages]


def _add_tokens(usage: Usage, counted: Any) -> None:
    if counted:
        usage.prompt_tokens += counted.get("input_tokens", 0)
        usage.completion_tokens += counted.get("output_tokens", 0)
