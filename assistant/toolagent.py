"""Agent mode: a model with tool calling finds the picks itself, within a budget of calls."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import httpx
from langchain.agents import create_agent
from langchain.agents.middleware import AgentMiddleware, ModelCallLimitMiddleware, ToolCallLimitMiddleware
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage
from langgraph.errors import GraphRecursionError
from openai import OpenAIError

from assistant import choosing
from assistant.choosing import Choice, Gone
from assistant.conversation import Reply
from assistant.errors import EngineError
from assistant.llm import ChatModel
from assistant.rooms import Rooms
from assistant.safety import as_data
from assistant.settings import Settings
from assistant.talk import Asked
from assistant.toolbox import Toolbox
from assistant.types import LLMState, Usage
from prompts.library import Library
from prompts.template import Message, Prompt

log = logging.getLogger(__name__)
MODEL_CALLS = 8  # answers of the model in a turn, the last one in words included
TOOL_CALLS = 10
KNOWN = 12  # events of the person that the model is told of


class Found(NamedTuple):
    """What the model came to.

    Attributes:
        item_ids: Items that it recommends, best first; each obeys what stands. Empty where it chose none.
        text: What it says of them, not yet checked by the guard.
    """

    item_ids: tuple[str, ...]
    text: str


def find(
    model: BaseChatModel, prompt: Prompt, rooms: Rooms, asked: Asked, gone: Gone, n: int, usage: Usage
) -> Found:
    """Let the model work with the tools of this turn.

    Args:
        model: A chat model that can call tools.
        prompt: The prompt `tools`.
        rooms: The loaded parts.
        asked: The message, and who asks.
        gone: Rows that must not come back.
        n: Picks wanted.
        usage: Counts the calls and tokens.

    Returns:
        At most `n` items and the words about them; what was found so far where the budget ran out.

    Raises:
        EngineError: When the model cannot be reached or does not take tools.
    """
    toolbox = Toolbox(rooms, asked, gone)
    system, user = prompt.render(
        {
            "count": str(n),
            "standing": _standing(asked),
            "person": _person(rooms, asked),
            "request": as_data(asked.text, 400),
        }
    )
    budget: list[AgentMiddleware[Any, Any]] = [
        ModelCallLimitMiddleware(run_limit=MODEL_CALLS, exit_behavior="end"),
        ToolCallLimitMiddleware(run_limit=TOOL_CALLS, exit_behavior="continue"),
    ]
    agent = create_agent(model, toolbox.tools(), system_prompt=system.content, middleware=budget)
    try:
        messages = agent.invoke({"messages": [HumanMessage(user.content)]})["messages"]
    except GraphRecursionError:
        log.warning("The model went round in circles; what it had chosen stands.")
        messages = []
    except (OpenAIError, httpx.HTTPError) as error:
        raise EngineError(
            f"The language model did not work with tools: {error}.",
            "Serve a model with tool calling (vLLM: --enable-auto-tool-choice), or leave agent mode.",
        ) from error
    _count(messages, usage)
    return Found(tuple(toolbox.chosen[:n]), _words(messages) if toolbox.chosen else "")


class Working:
    """Work out the picks of a turn with the tools; the pipeline's picks stand where that fails.

    Args:
        rooms: The loaded parts.
        prompt: The prompt `tools`.
    """

    def __init__(self, rooms: Rooms, prompt: Prompt) -> None:
        self._rooms, self._prompt = rooms, prompt

    def moved(self, rooms: Rooms) -> Working:
        """Return the same for other rooms."""
        return Working(rooms, self._prompt)

    def __call__(
        self, llm: ChatModel, choice: Choice, asked: Asked, gone: Gone, n: int, reply: Reply
    ) -> tuple[Choice, ChatModel]:
        """Return the choice with the model's picks in the model's order, and what writes about them."""
        model = getattr(llm, "langchain", None)
        if model is None or not choice.picks:
            return choice, llm
        try:
            found = find(model, self._prompt, self._rooms, asked, gone, n, reply.usage)
        except EngineError as error:
            log.warning("The pipeline stands in for the agent: %s", error)
            return choice, llm
        if not found.item_ids:
            log.warning("The agent recommended nothing; the picks of the pipeline stand.")
            return choice, llm
        rows = [self._rooms.row(item_id) for item_id in found.item_ids]
        scored = choosing.score_items(self._rooms, asked.person, rows, asked.state)
        picks = sorted(scored, key=lambda pick: found.item_ids.index(pick.item_id))
        chosen = replace(choice, picks=picks, chances=(), pool=(), usual=-1)  # no chance in these picks
        return chosen, Drafted(llm, found.text) if found.text else llm


def working_of(settings: Settings, rooms: Rooms, library: Library) -> Working | None:
    """Return what works picks out with tools where the settings ask for agent mode, else None."""
    return Working(rooms, library.get("tools")) if settings.mode == "agent" else None


class Drafted:
    """A chat model that says what has been written already, so that it passes the guard like any stream."""

    def __init__(self, llm: ChatModel, text: str) -> None:
        self._llm, self._text, self.engine = llm, text, llm.engine

    def state(self) -> LLMState:
        """Return the state of the model that wrote it."""
        return self._llm.state()

    def complete_json(
        self, messages: Sequence[Message], schema: dict[str, Any], usage: Usage, max_tokens: int
    ) -> str:
        """Ask the model that wrote it."""
        return self._llm.complete_json(messages, schema, usage, max_tokens)

    def stream(
        self, messages: Sequence[Message], usage: Usage, max_tokens: int, temperature: float
    ) -> Iterator[str]:
        """Yield the text."""
        yield self._text


def _standing(asked: Asked) -> str:
    """Return what stands in the session as one line of JSON, without what only says what was shown."""
    kept = ("wanted", "either", "unwanted", "people", "not_people", "ranges", "toward", "audience", "query")
    held = json.loads(asked.state.model_dump_json(include=set(kept)))
    return as_data(json.dumps({k: v for k, v in held.items() if v}, ensure_ascii=False), 600) or "nothing"


def _person(rooms: Rooms, asked: Asked) -> str:
    """Return the latest things that the person did, and no more than the turn needs: no name, no dates."""
    told = [
        f"{event.kind} {rooms.catalog.item(rooms.row(event.item_id)).label}"
        for event in asked.person.events[-KNOWN:]
        if event.item_id is not None
    ]
    return as_data("; ".join(told), 600) or "nothing yet"


def _count(messages: Sequence[AnyMessage], usage: Usage) -> None:
    for message in messages:
        if isinstance(message, AIMessage):
            usage.calls += 1
            used = message.usage_metadata
            usage.prompt_tokens += used["input_tokens"] if used else 0
            usage.completion_tokens += used["output_tokens"] if used else 0


def _words(messages: Sequence[AnyMessage]) -> str:
    """Return the last answer in words; a notice that the budget is spent falls to the guard."""
    last = messages[-1] if messages else None
    if not isinstance(last, AIMessage) or last.tool_calls or not isinstance(last.content, str):
        return ""
    return last.content
