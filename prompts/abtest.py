"""Experiments on people: who gets what, and a test that may be looked at after every person.

Pure functions of a specification and of outcomes; nothing here knows what a variant changes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,40}$")]
CAUTION = 0.5  # largest share of the bound that a bet may have


class Variant(BaseModel):
    """One way to answer; what is empty stays as the assistant has it.

    Attributes:
        name: Name of the variant.
        weight: Its share of the people, relative to the others.
        prompts: `intent` or `reply` -> reference of a prompt.
        model: Name of a served model; `url` its OpenAI-compatible endpoint.
        url: Endpoint of the model.
        adapter: Folder of another adapter for the same catalogue.
        ranker: `popularity` ranks everybody by the adapter's base score, whatever they liked.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    weight: float = Field(default=1.0, gt=0)
    prompts: dict[Literal["intent", "reply"], str] = {}
    model: str = ""
    url: str = ""
    adapter: str = ""
    ranker: Literal["", "popularity"] = ""

    @model_validator(mode="after")
    def _both(self) -> Variant:
        if bool(self.model) != bool(self.url):
            raise ValueError("give model and url together")
        return self


class Experiment(BaseModel):
    """Variants, the first of them what is in place now.

    Attributes:
        name: Name; part of the hash, so that experiments divide people independently.
        kind: `split` gives each person one variant; `interleave` drafts every list from both of two.
        variants: At least two; of an interleaving exactly two, which differ in how they rank.
        metric: What a person's outcome is; of an interleaving whose cards they `liked` or `clicked`.
        guardrails: Outcomes that must not get worse; of an interleaving only `disliked`.
        alpha: Chance of calling a difference where there is none, however often one looks.
        days: Days after a person's first turn from which their outcome is final.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    kind: Literal["split", "interleave"] = "split"
    variants: tuple[Variant, ...] = Field(min_length=2, max_length=8)
    metric: Literal["liked", "likes", "answered", "clicked"] = "liked"
    guardrails: tuple[Literal["disliked", "slow", "fallback"], ...] = ("disliked", "slow", "fallback")
    alpha: float = Field(default=0.05, gt=0, lt=0.5)
    days: float = Field(default=7.0, ge=0)

    @model_validator(mode="after")
    def _names(self) -> Experiment:
        names = [variant.name for variant in self.variants]
        if len(set(names)) < len(names):
            raise ValueError("two variants have the same name")
        if self.kind == "split" and self.metric == "clicked":
            raise ValueError("clicks are counted in an interleaving only; use liked, likes or answered")
        return self

    @model_validator(mode="after")
    def _rankers(self) -> Experiment:
        if self.kind == "split":
            return self
        if len(self.variants) != 2:
            raise ValueError("an interleaving has two variants")
        if any(v.prompts or v.model or v.weight != 1 for v in self.variants):
            raise ValueError("an interleaving compares rankers: its variants have adapter and ranker only")
        if len({(v.adapter, v.ranker) for v in self.variants}) == 1:
            raise ValueError("the two variants rank alike; give one of them an adapter or a ranker")
        if self.metric not in ("liked", "clicked"):
            raise ValueError("the metric of an interleaving is liked or clicked")
        return self


def assign(experiment: Experiment, user_id: str) -> Variant:
    """Return the variant of a person: the same one always, whoever asks, in proportion to the weights."""
    digest = hashlib.sha256(f"{experiment.name}\0{user_id}".encode()).digest()
    place = int.from_bytes(digest[:8], "big") / 2**64 * sum(v.weight for v in experiment.variants)
    for variant in experiment.variants:
        place -= variant.weight
        if place < 0:
            return variant
    return experiment.variants[-1]


@dataclass(frozen=True)
class Evidence:
    """What a sequential test has found so far.

    Attributes:
        people: Number of people counted, of either variant.
        mean_a: Mean outcome of variant A; nan where nobody has it.
        mean_b: Mean outcome of variant B.
        better: Largest e-value so far against "B is no better than A".
        worse: Largest e-value so far against "B is no worse than A".
        p_value: Always-valid two-sided p-value.
    """

    people: int
    mean_a: float
    mean_b: float
    better: float
    worse: float
    p_value: float


def sequential_test(in_b: Sequence[bool], outcomes: Sequence[float], share_b: float = 0.5) -> Evidence:
    """Test whether B is better or worse than A, valid at every look.

    People come in order, each is in B with probability `share_b`, each has one outcome y in 0..1. With m the
    mean of the outcomes so far, z = (y - m) (1[B] / q - 1[A] / (1 - q)) has the mean E[y | B] - E[y | A] and
    is bounded; m and the bet l depend on the past alone. So the product of 1 + l z is a non-negative
    martingale where the means are equal, and by Ville's inequality exceeds 1 / a with probability a at most,
    over all looks together. Waudby-Smith and Ramdas, JRSS B 2024; its running maximum gives the always-valid
    p-value of Johari et al., 2017.

    Args:
        in_b: Whether each person has B, in the order in which they came.
        outcomes: The outcomes, 0..1.
        share_b: Probability of B.

    Raises:
        ValueError: When an outcome lies outside 0..1 or the share is not between 0 and 1.
    """
    b, y = np.asarray(in_b, bool), np.asarray(outcomes, float)
    if len(y) and not (y.min() >= 0 and y.max() <= 1):
        raise ValueError(f"outcomes lie between {y.min():g} and {y.max():g}, not 0 and 1")
    if not 0 < share_b < 1:
        raise ValueError(f"the share of B is {share_b:g}, not between 0 and 1")
    most = CAUTION * min(share_b, 1 - share_b)
    bets, mean = _Bets(most), 0.5
    for seen, (of_b, outcome) in enumerate(zip(b.tolist(), y.tolist(), strict=True), 2):
        bets.take((outcome - mean) * (1 / share_b if of_b else -1 / (1 - share_b)))
        mean += (outcome - mean) / seen
    mean_a = float(y[~b].mean()) if (~b).any() else float("nan")
    return bets.evidence(len(y), mean_a, float(y[b].mean()) if b.any() else float("nan"))


def paired_test(credits: Sequence[float]) -> Evidence:
    """Test whether people favour B or A where each of them has seen both, valid at every look.

    Where nobody favours either, every credit has the mean 0 given those before it; the bets are those of
    `sequential_test`.

    Args:
        credits: One for each person, in the order in which they came: 1 for B, -1 for A, 0 for neither.

    Returns:
        Evidence whose means are the shares of people who favour A and B.

    Raises:
        ValueError: When a credit lies outside -1..1.
    """
    values = np.asarray(credits, float)
    if len(values) and np.abs(values).max() > 1:
        raise ValueError(f"a credit of {values[np.abs(values).argmax()]:g} is not in -1..1")
    bets = _Bets(CAUTION)
    for value in values.tolist():
        bets.take(value)
    shares = [float((values * side > 0).mean()) if len(values) else float("nan") for side in (-1, 1)]
    return bets.evidence(len(values), *shares)


class _Bets:
    """Two gamblers on numbers of which the mean is 0 where there is no difference: one for each side.

    Args:
        most: Largest share that a bet may have.
    """

    def __init__(self, most: float) -> None:
        self._most, self._total, self._squares = most, 0.0, 1.0
        self._wealth, self._best = {1: 0.0, -1: 0.0}, {1: 0.0, -1: 0.0}  # logarithms

    def take(self, z: float) -> None:
        """Bet what the past says, then see the next number."""
        bet = min(max(self._total / self._squares, -self._most), self._most)
        side = 1 if bet >= 0 else -1
        self._wealth[side] += float(np.log1p(bet * z))
        self._best[side] = max(self._best[side], self._wealth[side])
        self._total, self._squares = self._total + z, self._squares + z * z

    def evidence(self, people: int, mean_a: float, mean_b: float) -> Evidence:
        """Return what the two have won."""
        better, worse = float(np.exp(self._best[1])), float(np.exp(self._best[-1]))
        p_value = min(1.0, 2.0 * float(np.exp(-max(self._best.values()))))
        return Evidence(people, mean_a, mean_b, better, worse, p_value)
