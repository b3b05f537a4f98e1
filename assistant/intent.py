"""Words to an Intent: the LLM proposes within a schema, the sentence and the catalogue dispose."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Mapping, Sequence

from pydantic import ValidationError

from assistant.errors import EngineError
from assistant.llm import ChatModel
from assistant.reading import compact, ensemble
from assistant.reading.checking import holds_anything, merge
from assistant.reading.columns import Columns
from assistant.reading.message import Span
from assistant.reading.proposals import Proposal, schema
from assistant.reading.rules import read
from assistant.types import Intent, Usage
from prompts.template import Prompt

log = logging.getLogger(__name__)
MAX_CONTEXT = 5
SIZE = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)([bm])(?![a-z])", re.I)  # weights, in the name of a model
SMALL = 2.0  # billions
ALONE = ("chat", "why", "compare", "unsafe", "off-topic", "rate", "reset")  # moves that the rules read alone


def infer_intent(
    llm: ChatModel | None,
    prompt: Prompt,
    text: str,
    columns: Columns,
    titles: Sequence[Span],
    shown: Sequence[str],
    usage: Usage,
    is_title: Callable[[str], bool] = lambda _: False,
) -> Intent:
    """Read one message.

    Args:
        llm: The model, or None to read by rules alone.
        prompt: The intent prompt.
        text: The message, cleaned.
        columns: The columns of the catalogue.
        titles: Where the linker found items in the message.
        shown: Labels of the last picks, best first.
        usage: Counts the call.
        is_title: Tells whether words are the whole title of an item.

    Returns:
        The rules' reading, completed by what the LLM proposed and the sentence bears out. The rules alone
        where there is nothing to interpret, or no usable answer.
    """
    rules = read(text, columns, titles, shown)
    if llm is None:
        return rules
    if prompt.meta.model:
        if leaves_nothing_open(rules) and not reads_nothing(rules):
            return rules
        tuned = compact.propose(llm, prompt, text, columns, shown, usage)
        return (
            rules if tuned is None else ensemble.combine(rules, tuned, text, columns, titles, shown, is_title)
        )
    small = is_small(llm.state().model) and holds_anything(rules.changed(query=""))
    if small or rules.move in ALONE or leaves_nothing_open(rules):
        return rules
    proposal = propose(llm, prompt, text, columns.facets, shown, usage)
    return rules if proposal is None else merge(rules, proposal, text, columns, titles)


def propose(
    llm: ChatModel,
    prompt: Prompt,
    text: str,
    facet_values: Mapping[str, Sequence[str]],
    shown: Sequence[str],
    usage: Usage,
) -> Proposal | None:
    """Ask the LLM to read one message; None where there is no usable answer."""
    values = sorted({value for values in facet_values.values() for value in values})
    context = ", ".join(shown[:MAX_CONTEXT]) or "nothing"
    messages = prompt.render({"values": ", ".join(values), "context": context, "text": text})
    try:
        answer = llm.complete_json(messages, schema(facet_values), usage, prompt.meta.max_tokens)
        return Proposal.model_validate(json.loads(answer))
    except (EngineError, ValueError, ValidationError) as error:
        log.warning("The intent was read by rules: %s", type(error).__name__)  # its text quotes the person
        return None


def is_small(model: str) -> bool:
    """Say whether a model has fewer than two billion weights by its name, as "qwen2.5-coder-0.5b" has.

    Such a model, unless it is tuned, is not asked about a message in which the rules have read a slot: to 98
    messages of which they had left a word, the 0.5B added no slot, and guesses for the ranking that were
    mostly wrong (docs/LOG.md, "The small model, tuned again"). Larger models have not been measured.
    """
    size = SIZE.search(model)
    return size is not None and float(size[1]) * {"b": 1.0, "m": 0.001}[size[2].lower()] < SMALL


def leaves_nothing_open(rules: Intent) -> bool:
    """Say whether the rules explain the whole message ("only from the 90s"): the LLM could add nothing."""
    return not rules.query and (rules.move != "ask" or rules != Intent())


def reads_nothing(rules: Intent) -> bool:
    """Say whether the rules only know that a message goes on: no slot, and no word that tells its move."""
    return rules.move in ensemble.CATCH_ALL and not holds_anything(rules)
