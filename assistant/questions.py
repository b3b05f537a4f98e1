"""Whether to ask a question back, and which: only where the answer would change the picks a good deal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.dialogue import DialogueState
from assistant.folding import join, standing
from assistant.intents import Intent
from assistant.phrases import say
from retriever.catalog import Catalog

CONTENDERS = 60  # best candidates over which the values of a facet are counted
FEWEST = 15  # candidates below which there is nothing to narrow down
LITTLE_KNOWN = 3  # events of a person from which their taste tells enough
OPTIONS = 4
MOST_VALUES = 60  # of a facet that people can be expected to choose from
GAIN = 0.7  # bits that an answer must bring on average


@dataclass(frozen=True)
class Question:
    """One question with its answers.

    Attributes:
        facet: Facet that it is about.
        text: What is asked.
        values: Values to choose from, as the catalogue spells them.
        gain: Bits that the answer brings on average.
    """

    facet: str
    text: str
    values: tuple[str, ...]
    gain: float


def question(
    catalog: Catalog,
    state: DialogueState,
    intent: Intent,
    n_events: int,
    contenders: Sequence[int] | NDArray[np.int64],
) -> Question | None:
    """Return the question to ask, None where none is worth it.

    Nothing is asked right after a question, so never after its answer; nor of somebody whose taste is known,
    nor where the request says what is wanted.

    Args:
        catalog: The items.
        state: What stands, this message included.
        intent: The message.
        n_events: Number of events known of the person.
        contenders: Rows of the best candidates, best first.
    """
    if state.questioned or intent.move not in ("ask", "refine") or n_events >= LITTLE_KNOWN:
        return None
    if not is_vague(state) or len(contenders) < FEWEST:
        return None
    rows = np.asarray(contenders[:CONTENDERS], np.int64)
    asked = [
        _about(catalog, state, name, rows) for name in catalog.facet_values if name not in catalog.people
    ]
    best = max((q for q in asked if q is not None), key=lambda q: q.gain, default=None)
    return best if best is not None and best.gain >= GAIN else None


def is_vague(state: DialogueState) -> bool:
    """Say whether the session leaves open what kind of thing is wanted."""
    told = (state.wanted, state.either, state.people, state.query, state.implied, state.more, state.audience)
    return not any(told)


def entropy(p: float) -> float:
    """Return the entropy in bits of a yes that has probability p."""
    return 0.0 if p <= 0.0 or p >= 1.0 else float(-p * np.log2(p) - (1 - p) * np.log2(1 - p))


def _about(catalog: Catalog, state: DialogueState, name: str, rows: NDArray[np.int64]) -> Question | None:
    """Return the question about one facet: the values that part the candidates most evenly."""
    values = catalog.facet_values[name]
    if not 2 <= len(values) <= MOST_VALUES:
        return None
    shares = np.asarray(catalog.facet_matrix(name)[rows].mean(axis=0)).ravel()
    settled = join(standing(state.wanted, state.either), state.unwanted).get(name, ())
    open_ones = [(entropy(float(p)), v) for p, v in zip(shares, values, strict=True) if v not in settled]
    chosen = sorted(open_ones, key=lambda entry: -entry[0])[:OPTIONS]
    if len(chosen) < 2:
        return None
    gain = float(np.mean([bits for bits, _ in chosen]))
    return Question(name, say(state.lang, "ask mood"), tuple(value for _, value in chosen), gain)


def answer(state: DialogueState, text: str, catalog: Catalog) -> Intent | None:
    """Return what a pressed answer means, None where the message is none of the answers."""
    if not state.questioned or not state.asked:
        return None
    if text in (say("en", "any"), say("zh", "any")):
        return Intent(move="refine")
    spelled = {value.casefold(): value for value in catalog.facet_values.get(state.asked, ())}
    value = spelled.get(text.strip(" .!。！").casefold())
    return None if value is None else Intent(move="refine", wanted={state.asked: (value,)})
