"""A language model as the judge of two answers: both orders, a rubric as a file, its noise reported."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jsonschema import Draft202012Validator
from scipy.stats import binomtest

from prompts.errors import SystemFailure
from prompts.template import Message, Prompt

Ask = Callable[[Sequence[Message], dict[str, Any]], str]
# What could close the frame around judged text, open a role, or look like a mark of a chat template.
FRAMES = re.compile(
    r"<\|[^|>]{0,40}\|?>|</?\s*(?:data|s|system|user|assistant)\s*>|\[/?INST\]|\{\{|\}\}|`{3,}"
    r"|^\s*#{1,6}\s|(?:^|(?<=\s))(?:system|assistant|user|human|answer [12])\s*:",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True)
class Pair:
    """Two answers to one request, and the facts that they may use."""

    id: str
    request: str
    facts: str
    a: str
    b: str


@dataclass(frozen=True)
class Judgement:
    """What a judge said of a pair.

    Attributes:
        id: Id of the pair.
        forward: The better one with A first: "A", "B" or "tie".
        backward: The same with B first.
        asked: False where the answers are the same, so that nobody was asked.
    """

    id: str
    forward: str
    backward: str
    asked: bool = True

    @property
    def score(self) -> float:
        """Return 1 for B, -1 for A, 0 where the judge says tie or contradicts itself."""
        agreed = self.forward == self.backward
        return {"A": -1.0, "B": 1.0}.get(self.forward, 0.0) if agreed else 0.0


@dataclass(frozen=True)
class Panel:
    """All judgements, and how far they can be trusted.

    Attributes:
        judgements: One for each pair.
        mean: Mean score: above 0 B is preferred.
        low: Lower end of its 95 % bootstrap interval.
        high: Upper end.
        asked: Number of pairs that the judge was asked about: those whose answers differ.
        agreement: Share of the pairs asked about of which it says the same in both orders; its noise is the
            rest. 1 where it was asked about none.
        agreement_low: Lower end of the 95 % interval of the agreement (Wilson, 1927).
        agreement_high: Upper end.
        chance: Agreement of a judge that names first, second and tie as often, but without looking.
        first: Share of all verdicts other than tie that name the answer that stands first; .5 has no bias.
    """

    judgements: tuple[Judgement, ...]
    mean: float
    low: float
    high: float
    asked: int
    agreement: float
    agreement_low: float
    agreement_high: float
    chance: float
    first: float

    @property
    def noisy(self) -> bool:
        """Say whether the judge cannot be told from one that does not look."""
        return self.asked > 0 and self.agreement_low <= self.chance


def neutral(text: str) -> str:
    """Return judged text without anything that could end its frame or pose as an instruction's place."""
    plain, before = text, ""
    while plain != before:  # what is taken out may bring two halves of a mark together
        plain, before = FRAMES.sub(" ", plain), plain
    return re.sub(r"\s+", " ", plain.replace("<", "‹").replace(">", "›")).strip()


def judge(pairs: Sequence[Pair], prompt: Prompt, ask: Ask, *, draws: int = 2000, seed: int = 0) -> Panel:
    """Let a model judge every pair twice, the order swapped.

    A verdict counts only where both orders agree: models favour a place (Zheng et al., NeurIPS 2023).

    Args:
        pairs: What to judge; identical answers are a tie without asking.
        prompt: The rubric, with the inputs request, facts, first and second.
        ask: Messages and schema -> JSON text.
        draws: Bootstrap draws of the interval.
        seed: Seed of the draws.

    Raises:
        SystemFailure: When an answer does not obey the schema.
    """
    found = tuple(_judged(pair, prompt, ask) for pair in pairs)
    scores = np.array([judgement.score for judgement in found])
    rng, n = np.random.default_rng(seed), len(found)
    means = scores[rng.integers(0, n, (draws, n))].mean(axis=1) if n else np.zeros(1)
    low, high = np.percentile(means, [2.5, 97.5])
    asked = [j for j in found if j.asked]
    agreed = sum(j.forward == j.backward for j in asked)
    ends = binomtest(agreed, len(asked)).proportion_ci(method="wilson") if asked else (0.0, 1.0)
    places = [j.forward == "A" for j in asked if j.forward != "tie"]
    places += [j.backward == "B" for j in asked if j.backward != "tie"]
    return Panel(
        found,
        float(scores.mean()) if n else 0.0,
        float(low),
        float(high),
        len(asked),
        agreed / len(asked) if asked else 1.0,
        float(ends[0]),
        float(ends[1]),
        _by_chance(asked),
        sum(places) / len(places) if places else 0.5,
    )


def _by_chance(asked: Sequence[Judgement]) -> float:
    """Return the agreement to expect of a judge that names places as often but does not look at the words."""
    verdicts = [*(j.forward for j in asked), *({"A": "B", "B": "A"}.get(j.backward, "tie") for j in asked)]
    first, second, tie = (verdicts.count(v) / max(len(verdicts), 1) for v in ("A", "B", "tie"))
    return 2 * first * second + tie**2


def _judged(pair: Pair, prompt: Prompt, ask: Ask) -> Judgement:
    if pair.a == pair.b:
        return Judgement(pair.id, "tie", "tie", asked=False)
    forward = _verdict(pair, pair.a, pair.b, prompt, ask)
    backward = _verdict(pair, pair.b, pair.a, prompt, ask)
    return Judgement(
        pair.id,
        {"1": "A", "2": "B"}.get(forward, "tie"),
        {"1": "B", "2": "A"}.get(backward, "tie"),
    )


def _verdict(pair: Pair, first: str, second: str, prompt: Prompt, ask: Ask) -> str:
    given = {"request": pair.request, "facts": pair.facts, "first": first, "second": second}
    schema = prompt.meta.output if isinstance(prompt.meta.output, dict) else {}
    answer = ask(prompt.render({name: neutral(text) for name, text in given.items()}), schema)
    try:
        data = json.loads(answer)
    except ValueError as error:
        raise SystemFailure(f"The judge's answer on {pair.id} is no JSON: {answer[:80]!r}.") from error
    faults = [fault.message for fault in Draft202012Validator(schema).iter_errors(data)]
    if faults:
        raise SystemFailure(f"The judge's answer on {pair.id} breaks the schema: {faults[0]}.")
    return str(data["better"])
