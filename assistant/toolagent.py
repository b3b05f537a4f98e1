"""Agent mode: a model with tool calling finds the picks itself, within a budget of calls."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from typing import Any, NamedTuple

import httpx
from langchain.agents import create_agent
from langchain.agents.middleware import AgentMiddleware, ModelCallLimitMiddleware, ToolCallLimitMiddleware
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage
from langgraph.errors import GraphRecursionError
from openai import OpenAIError

from assistant.choosing import Gone
from assistant.errors import EngineError
from assistant.rooms import Rooms
from assistant.safety import as_data
from assistant.talk import Asked
from assistant.toolbox import Toolbox
from assistant.types import Usage
from prompts.template import Prompt

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
