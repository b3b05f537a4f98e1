"""Words to an Intent: the LLM proposes within a schema, the sentence and the catalogue dispose."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from rapidfuzz import fuzz

from assistant import compact, ensemble
from assistant.columns import Columns
from assistant.errors import EngineError
from assistant.llm import ChatModel
from assistant.message import Span, plain_of
from assistant.reading import lexis_of, read
from assistant.types import Intent, Move, Usage
from prompts.template import Prompt

log = logging.getLogger(__name__)
SAID = 82.0  # fuzz.partial_ratio from which a title counts as said; typos pass, other titles do not
MAX_CONTEXT = 5
PROPOSED: tuple[Move, ...] = (
    "ask",
    "refine",
    "critique",
    "compare",
    "why",
    "chat",
)  # moves the prompt explains


class Proposal(BaseModel):
    """Hold what the LLM answered, in the short keys of the prompt."""

    model_config = ConfigDict(extra="forbid")

    move: Move
    like: list[str] = Field(max_length=8)
    dislike: list[str] = Field(max_length=8)
    want: list[str] = Field(max_length=8)
    avoid: list[str] = Field(max_length=8)
    query: str = Field(max_length=400)


def schema(facet_values: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Return the JSON schema of a proposal; its enums are the values of the catalogue at hand."""
    values = sorted({value for values in facet_values.values() for value in values})
    title = {"type": "array", "items": {"type": "string", "maxLength": 80}, "maxItems": 6}
    facet = {"type": "array", "items": {"type": "string", "enum": values}, "maxItems": 4}
    properties: dict[str, Any] = {"move": {"type": "string", "enum": list(PROPOSED)}}
    properties |= {"like": title, "dislike": title, "want": facet, "avoid": facet}
    properties["query"] = {"type": "string", "maxLength": 120}
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def infer_intent(
    llm: ChatModel | None,
    prompt: Prompt,
    text: str,
    columns: Columns,
    titles: Sequence[Span],
    shown: Sequence[str],
    usage: Usage,
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

    Returns:
        The rules' reading, completed by what the LLM proposed and the sentence bears out. The rules alone
        where there is nothing to interpret, or no usable answer.
    """
    rules = read(text, columns, titles, shown)
    if llm is None or leaves_nothing_open(rules):
        return rules
    if prompt.meta.model:
        tuned = compact.propose(llm, prompt, text, columns, shown, usage)
        return rules if tuned is None else ensemble.combine(rules, tuned, text, columns, titles, shown)
    if rules.move in ("chat", "why", "compare"):
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
        log.warning("The intent was read by rules: %s", error)
        return None


def merge(
    rules: Intent,
    proposal: Proposal,
    text: str,
    columns: Columns,
    titles: Sequence[Span],
) -> Intent:
    """Complete the rules' reading by what the LLM proposed, as far as the sentence bears it out.

    Titles must have been said; a facet value filters only where a word for it was said, otherwise it merely
    ranks; nothing is both wanted and unwanted; years and counts are the rules' alone.
    """
    found = [span.text.lower() for span in titles]
    facet_values, plain = columns.facets, plain_of(text)
    vocabulary = lexis_of(columns).vocabulary
    disliked = tuple(t for t in proposal.dislike if _is_new_title(t, text, found, facet_values))
    liked = tuple(
        t for t in proposal.like if _is_new_title(t, text, found, facet_values) and t not in disliked
    )
    unwanted, implied = dict(rules.unwanted), dict(rules.implied)
    for facet, values in facet_values.items():
        taken = {*rules.wanted.get(facet, ()), *rules.unwanted.get(facet, ())}
        ruled_out = [
            v for v in proposal.avoid if v in values and v not in taken and vocabulary.says(plain, v)
        ]
        suggested = [v for v in proposal.want if v in values and v not in taken and v not in ruled_out]
        unwanted = _extend(unwanted, facet, ruled_out)
        if not implied.get(facet):  # a word that suggests a value beats a guess
            implied = _extend(implied, facet, list(dict.fromkeys(suggested)))
        implied[facet] = tuple(v for v in implied.get(facet, ()) if v not in unwanted.get(facet, ()))
    return rules.model_copy(
        update={
            "move": choose_move(rules, proposal.move),
            "liked": rules.liked + liked,
            "disliked": rules.disliked + disliked,
            "unwanted": unwanted,
            "implied": {facet: values for facet, values in implied.items() if values},
            "query": rules.query or (proposal.query if _is_said(proposal.query, text) else ""),
            "source": "llm",
        }
    )


def choose_move(rules: Intent, proposed: Move) -> Move:
    """Prefer the rules; let the LLM decide only where they read nothing at all.

    On the shipped cases the rules tell moves better than the small models do (docs/LOG.md).
    """
    opinions, facets = (rules.liked, rules.disliked, rules.seen), (rules.wanted, rules.unwanted)
    read = any((*opinions, *facets, rules.year_min, rules.year_max, rules.query))
    return rules.move if rules.move != "ask" or read else proposed


def leaves_nothing_open(rules: Intent) -> bool:
    """Say whether the rules explain the whole message ("only from the 90s"): the LLM could add nothing."""
    return not rules.query and (rules.move != "ask" or rules != Intent())


def _is_new_title(
    title: str, text: str, found: Sequence[str], facet_values: Mapping[str, Sequence[str]]
) -> bool:
    """Say whether a proposed title was said, is not one the linker has, and is no facet value."""
    low = title.strip().lower()
    known = {value.lower() for values in facet_values.values() for value in values}
    if len(low) < 2 or low in known or any(low in other or other in low for other in found):
        return False
    return fuzz.partial_ratio(low, text.lower()) >= SAID and len(low) <= len(text)


def _is_said(query: str, text: str) -> bool:
    """Say whether at least four fifths of the words of `query` stand in `text`."""
    words, said = query.lower().split(), text.lower()
    return bool(words) and sum(word.strip(".,!?'\"")[:6] in said for word in words) >= 0.8 * len(words)


def _extend(
    facets: dict[str, tuple[str, ...]], facet: str, values: Sequence[str]
) -> dict[str, tuple[str, ...]]:
    return {**facets, facet: (*facets.get(facet, ()), *values)} if values else facets
