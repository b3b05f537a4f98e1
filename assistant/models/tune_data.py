"""What `palate tune-llm` learns from: generated readings and replies, each a function of seed and step."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.models.packing import Example
from assistant.reading.compact import messages_of
from prompts import template
from prompts.catalogs import CaseCatalog
from prompts.generate.gold import Gold
from prompts.generate.invent import invent
from prompts.generate.replies import replies
from prompts.generate.single import singles
from prompts.generate.words import Words, words_of


@dataclass(frozen=True)
class Mixture:
    """Say what the packs hold.

    Attributes:
        readings: Messages of one pack.
        replies: Replies of one pack of replies.
        reply_share: Share of packs that hold replies.
        own_share: Share of packs about the catalogue at hand, where there is one; the others are invented.
        gold_share: Share of packs of readings that hold labelled messages, where there are any.
        chinese: Share of messages in Chinese.
        seed: Decides everything.
    """

    readings: int = 8
    replies: int = 3
    reply_share: float = 0.3
    own_share: float = 0.25
    gold_share: float = 0.4
    chinese: float = 0.4
    seed: int = 0


@dataclass
class Packs:
    """Make the examples of each step.

    Attributes:
        mixture: What packs hold.
        model: Name of the tuned model; chooses the prompts.
        own: Catalogues at hand; none is possible.
        gold: Labelled messages, those of one catalogue together; none is possible.
    """

    mixture: Mixture
    model: str
    own: Sequence[CaseCatalog] = ()
    gold: Sequence[Sequence[Gold]] = ()
    _words: dict[str, Words] = field(default_factory=dict)

    def examples(self, step: int) -> list[Example]:
        """Return the examples of one step: one catalogue, one prompt."""
        mixture = self.mixture
        rng = random.Random(f"pack {mixture.seed} {step}")
        seed = rng.randrange(1 << 30)
        about_replies, labelled = rng.random() < mixture.reply_share, rng.random() < mixture.gold_share
        if self.gold and labelled and not about_replies:
            return self._labelled(rng)
        own = bool(self.own) and rng.random() < mixture.own_share
        catalog = rng.choice(self.own) if own else invent(seed)
        if about_replies:
            prompt = template.load("reply", model=self.model)
            made = replies(catalog, mixture.replies, seed, mixture.chinese)
            return [Example(prompt.render({"request": r.request, "picks": r.picks}), r.answer) for r in made]
        prompt = template.load("intent", model=self.model)
        words = self._words.setdefault(catalog.name, words_of(catalog)) if own else None
        written = singles(catalog, mixture.readings, seed, mixture.chinese, words)
        return [
            Example(messages_of(prompt, each.columns, len(each.case.shown), each.case.text), each.answer)
            for each in written
        ]

    def _labelled(self, rng: random.Random) -> list[Example]:
        """Return labelled messages of one catalogue, which is chosen by how many it has."""
        prompt = template.load("intent", model=self.model)
        one = rng.choices(self.gold, [len(group) for group in self.gold])[0]
        examples = []
        for each in rng.sample(one, min(self.mixture.readings, len(one))):
            text, answer = each.example(rng)
            examples.append(Example(messages_of(prompt, each.columns, each.shown, text), answer))
        return examples
