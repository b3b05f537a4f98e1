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
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    weight: float = Field(default=1.0, gt=0)
    prompts: dict[Literal["intent", "reply"], str] = {}
    model: str = ""
    url: str = ""
    adapter: str = ""

    @model_validator(mode="after")
    def _both(self) -> Variant:
        if bool(self.model) != bool(self.url):
            raise ValueError("give model and url together")
        return self


class Experiment(BaseModel):
    """Variants, the first of them what is in place now.

    Attributes:
        name: Name; part of the hash, so that experiments divide people independently.
        variants: At least two.
        metric: What a person's outcome is.
        guardrails: Outcomes that must not get worse.
        alpha: Chance of calling a difference where there is none, however often one looks.
        days: Days after a person's first turn from which their outcome is final.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    variants: tuple[Variant, ...] = Field(min_length=2, max_length=8)
    metric: Literal["liked", "likes", "answered"] = "liked"
    guardrails: tuple[Literal["disliked", "slow", "fallback"], ...] = ("disliked", "slow", "fallback")
    alpha: float = Field(default=0.05, gt=0, lt=0.5)
    days: float = Field(default=7.0, ge=0)

    @model_validator(mode="after")
    def _names(self) -> Experiment:
        names = [variant.name for variant in self.variants]
        if len(set(names)) < len(names):
            raise ValueError("two variants have the same name")
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
    wealth, best = {1: 0.0, -1: 0.0}, {1: 0.0, -1: 0.0}  # logarithms
    total, squares, mean = 0.0, 1.0, 0.5
    for seen, (of_b, outcome) in enumerate(zip(b.tolist(), y.tolist(), strict=True), 2):
        z = (outcome - mean) * (1 / share_b if of_b else -1 / (1 - share_b))
        bet = min(max(total / squares, -most), most)
        side = 1 if bet >= 0 else -1
        wealth[side] += float(np.log1p(bet * z))
        best[side] = max(best[side], wealth[side])
        total, squares = total + z, squares + z * z
        mean += (outcome - mean) / seen
    return Evidence(
        len(y),
        float(y[~b].mean()) if (~b).any() else float("nan"),
        float(y[b].mean()) if b.any() else float("nan"),
        float(np.exp(best[1])),
        float(np.exp(best[-1])),
        min(1.0, 2.0 * float(np.exp(-max(best.values())))),
    )
