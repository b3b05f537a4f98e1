"""The prompts by which an assistant reads and writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assistant.errors import BadInput
from assistant.llm import ChatModel
from prompts.library import Library
from prompts.template import Prompt

INPUTS = {"intent": ("text",), "reply": ("request", "picks")}  # what a prompt of each name is given at least


@dataclass(frozen=True)
class Prompts:
    """Hold the prompts of one assistant.

    Attributes:
        intent: By which messages are read.
        reply: By which picks are written about.
    """

    intent: Prompt
    reply: Prompt

    @classmethod
    def of(cls, library: Library, llm: ChatModel | None, named: Mapping[Any, str] | None = None) -> Prompts:
        """Return the prompts named, and for the rest the newest ones that the model may read.

        Args:
            library: Where prompts are.
            llm: The model; None where there is none.
            named: `intent` or `reply` -> reference, such as `reply@2`.

        Raises:
            BadInput: When a reference is no such prompt, or is made for another model.
            PromptError: When there is no such prompt.
        """
        model = llm.state().model if llm is not None else ""
        named = named or {}
        if unknown := set(named) - set(INPUTS):
            raise BadInput(f"There is no place for a prompt {sorted(unknown)[0]!r}.", "Use intent or reply.")
        found = {name: library.get(named.get(name, name), model) for name in INPUTS}
        for name, prompt in found.items():
            if prompt.meta.name != name or not set(INPUTS[name]) <= set(prompt.meta.inputs):
                raise BadInput(
                    f"{prompt.name} is no prompt of the kind {name}.", "See `palate prompts list`."
                )
            if model and prompt.meta.model not in ("", model):
                raise BadInput(
                    f"{prompt.name} is made for {prompt.meta.model}, but {model} is served.",
                    "Choose another version, or serve that model.",
                )
        return cls(**found)

    @property
    def marks(self) -> dict[str, str]:
        """Return name -> mark of each prompt, for traces and results."""
        return {"intent": self.intent.mark, "reply": self.reply.mark}
