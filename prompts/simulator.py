"""A simulated person: knows what they like by its attributes, never by its name.

The person is made from the attributes of one item that they would like, the target; its title is not among
them, and a value that shares words with the title is left out. A gate between person and assistant lets no
word of the title through, whoever puts it in: simulators that know the title give it away (Zhu et al., "How
Reliable is Your Simulator?", 2024). Whether a list holds the target is judged outside of the person, by id.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from prompts.runs import Outcome, Tokens

Facets = Mapping[str, Sequence[str]]
WORD = re.compile(r"[^\W_]+")
ELSE = "something else"
WISH = ("i", "am", "looking", "for", "recommend", "me")
ASIDE = ("something", "else", "only", "no", "any", "the")
PLAIN = frozenset((*WISH, *ASIDE))
SHORT = 3  # words of a title with fewer letters give nothing away


@dataclass(frozen=True)
class Target:
    """What the person would like to find, without its name.

    Attributes:
        facets: Facet -> values, those that share words with the title left out.
        years: First and last year of its decade, where it has a year.
    """

    facets: Facets
    years: tuple[int, int] | None = None


def target_of(title: str, facets: Facets, year: int | None) -> Target:
    """Return a target without anything that gives its title away.

    Args:
        title: The title; it is not kept.
        facets: Facet -> values.
        year: Year of the item, where it has one; only the decade is kept, and not where the title has it.
    """
    words = words_of(title)
    kept = {
        facet: tuple(v for v in values if not words & set(WORD.findall(v.casefold())))
        for facet, values in facets.items()
    }
    decade = None if year is None else (year // 10 * 10, year // 10 * 10 + 9)
    if decade and any(re.fullmatch(rf"{decade[0]}s?|{decade[0] // 10}\d|{year}", word) for word in words):
        decade = None
    return Target({facet: values for facet, values in kept.items() if values}, decade)


def words_of(title: str) -> frozenset[str]:
    """Return the words of a title that give it away: all where all are short, else those that are not."""
    words = frozenset(WORD.findall(title.casefold()))
    return frozenset(word for word in words if len(word) >= SHORT) or words


@dataclass(frozen=True)
class Gate:
    """Keep the words of a title from the assistant.

    What every person may say of any item (`PLAIN`) tells nothing and passes.

    Attributes:
        title: The title.
    """

    title: str

    def passes(self, message: str) -> bool:
        """Say whether a message holds no word of the title."""
        said = set(WORD.findall(message.casefold())) - PLAIN
        return not said & words_of(self.title)


@dataclass(frozen=True)
class Shown:
    """What the assistant answered, as far as a person can see it.

    Attributes:
        items: Ids of the picks; the person does not look at them, the judge does.
        facets: Facet -> values of each pick.
        years: Year of each pick, None where it has none.
        facet_asked: Facet that a question asks about; empty where there is no question.
        tokens: What the language model was asked.
        seconds: How long the answer took.
    """

    items: tuple[str, ...]
    facets: tuple[Facets, ...] = ()
    years: tuple[int | None, ...] = ()
    facet_asked: str = ""
    tokens: Tokens = field(default_factory=Tokens)
    seconds: float = 0.0


class Talk(Protocol):
    """Answer a message of one conversation."""

    def __call__(self, message: str) -> Shown:
        """Return what the assistant shows."""


Reword = Callable[[str, Target], str]


@dataclass
class Person:
    """Work through an agenda: state wishes, answer questions, turn down what does not fit.

    Attributes:
        target: What they would like.
        rng: Where chance comes from.
        said: Wishes stated so far.
    """

    target: Target
    rng: np.random.Generator
    said: list[str] = field(default_factory=list)
    _agenda: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        wishes = [value for values in self.target.facets.values() for value in values]
        self._agenda = [wishes[place] for place in self.rng.permutation(len(wishes))]
        if self.target.years is not None:
            self._agenda.insert(min(1, len(self._agenda)), f"the {self.target.years[0]}s")

    def opens(self) -> str:
        """Return the first message."""
        wish = self._next()
        return f"I am looking for {wish}" if wish else "Recommend me something"

    def answers(self, shown: Shown) -> str:
        """Return the next message: an answer, a critique, a further wish, or the wish for something else."""
        if shown.facet_asked:
            values = [v for v in self.target.facets.get(shown.facet_asked, ()) if v not in self.said]
            if values:
                self._agenda = [wish for wish in self._agenda if wish != values[0]]
                self.said.append(values[0])
                return values[0]
            return "any"
        unfit = self._unfit(shown)
        if unfit and self.rng.random() < 0.5:
            return f"no {unfit}"
        wish = self._next()
        return f"only {wish}" if wish else ELSE

    def _next(self) -> str:
        if not self._agenda:
            return ""
        self.said.append(self._agenda.pop(0))
        return self.said[-1]

    def _unfit(self, shown: Shown) -> str:
        """Return a value that most of the picks have and the target has not; empty where there is none."""
        counts: dict[str, int] = {}
        for facets in shown.facets:
            for name, values in facets.items():
                for value in values:
                    if value not in self.target.facets.get(name, ()) and f"no {value}" not in self.said:
                        counts[value] = counts.get(value, 0) + 1
        worst = max(counts, key=lambda value: (counts[value], value), default="")
        if counts.get(worst, 0) * 2 <= len(shown.facets):
            return ""
        self.said.append(f"no {worst}")
        return worst


def as_it_is(message: str, target: Target) -> str:
    """Return a message of the agenda in its own words."""
    return message


def simulate(
    person: Person, target: str, gate: Gate, talk: Talk, turns: int, reword: Reword = as_it_is
) -> Outcome:
    """Let a person talk until the target is shown or the turns are over.

    Regret is summed over the turns: 1 less the share of the target's attributes that the best pick has, 0
    where the target is shown.

    Args:
        person: Who talks; does not know the target's id or title.
        target: Item id of the target, for the judge alone.
        gate: Keeps its title from the assistant: a message that does not pass goes in the agenda's own words,
            and where they do not pass either, as the wish for something else.
        talk: The assistant, in a new conversation.
        turns: Most messages.
        reword: Puts a message of the agenda into other words.
    """
    message, lines, regret = person.opens(), list[dict[str, object]](), 0.0
    tokens, seconds, success, used = Tokens(), 0.0, False, 0
    while used < turns and not success:
        ways = (reword(message, person.target), message)
        said = next((way for way in ways if gate.passes(way)), ELSE)
        shown, used = talk(said), used + 1
        tokens = Tokens(
            calls=tokens.calls + shown.tokens.calls,
            prompt=tokens.prompt + shown.tokens.prompt,
            completion=tokens.completion + shown.tokens.completion,
        )
        seconds += shown.seconds
        success = target in shown.items
        regret += 0.0 if success else 1.0 - _best(person.target, shown)
        lines.append({"said": said, "picks": list(shown.items)})
        message = person.answers(shown)
    values = {"success": float(success), "turns": float(used), "regret": regret, "seconds": seconds}
    values["turns_won"] = float(success) * used
    values["at_once"] = float(success and used == 1)
    values |= {"prompt_tokens": float(tokens.prompt), "completion_tokens": float(tokens.completion)}
    return Outcome(values=values, tokens=tokens, seconds=seconds, detail={"target": target, "talk": lines})


def _best(target: Target, shown: Shown) -> float:
    """Return the largest share of the target's attributes that a pick has; 0 where nothing is shown."""
    wanted = {(name, value) for name, values in target.facets.items() for value in values}
    total = len(wanted) + (target.years is not None)
    shares = [0.0]
    for number, facets in enumerate(shown.facets):
        has = {(name, value) for name, values in facets.items() for value in values}
        year = shown.years[number] if number < len(shown.years) else None
        fits = target.years is not None and year is not None and target.years[0] <= year <= target.years[1]
        shares.append((len(wanted & has) + fits) / total if total else 0.0)
    return max(shares)
