"""What is said of a pick by facts alone: the sentence that needs no model, and what a model is given."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from assistant.phrases import Lang, listed, number
from assistant.reading.lexicon import in_chinese
from assistant.safety import as_data
from assistant.types import Pick, Reason
from assistant.wording import PLAIN as ORDINARY
from assistant.wording import Wording
from retriever.columns import PEOPLE

# From here a reason is told, in score units: the widely liked, not the average.
FELT = {"popularity": 1.0, "recent": 0.5}
# Kinds of reasons that are told.
TELLING = ("like", "say", "query", "facet", "toward", "link", "recent", "popularity")
# Columns of proper names (without a final s); what they hold keeps its capitals in a sentence.
NAMES = (
    PEOPLE
    | {"brand", "label", "publisher", "serie", "maker", "studio", "platform", "manufacturer", "company"}
    | {"country", "countrie", "city", "region", "place", "language", "cuisine", "nationality", "origin"}
    | {"destination", "channel", "network", "nursery"}
)
INNER = re.compile(
    r"(?<!^)(?<![-])[A-Z\d]"
)  # a capital or digit within: "PC", "Xbox 360", "Ravi Thistlewood"


@dataclass(frozen=True)
class Manner:
    """How a reply speaks.

    Attributes:
        lang: Language of the person.
        units: Numeric column -> its unit.
        columns: Numeric columns that the request is about; their values are told.
        wording: Words of the domain.
    """

    lang: Lang = "en"
    units: Mapping[str, str] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    wording: Wording = field(default=ORDINARY)

    @property
    def tone(self) -> str:
        """Return what is added to the instructions of a prompt: nothing, or a sentence after a space."""
        return f" {self.wording.tone}" if self.wording.tone else ""

    def say(self, key: str, **values: object) -> str:
        """Return a phrase in the language of the person and the words of the domain."""
        return self.wording.say(self.lang, key, **values)


PLAIN = Manner()


def facts(picks: Sequence[Pick], manner: Manner = PLAIN) -> str:
    """Return what the LLM may say: one line a pick with label, facts and the reasons in words."""
    lines = ((p.label, ", ".join(_told(p, manner)), listed(phrases(p.reasons, manner))) for p in picks)
    return "\n".join(" | ".join(as_data(part, 300) for part in line) for line in lines)


def template(pick: Pick, manner: Manner = PLAIN) -> str:
    """Return the factual sentence of a pick."""
    lang = manner.lang
    values = map(in_chinese, _told(pick, manner)) if lang == "zh" else _told(pick, manner)
    told = ("、" if lang == "zh" else ", ").join(dict.fromkeys(values))
    why = listed(phrases(pick.reasons, manner), lang)
    key = ("pick" if told else "pick bare") if why else ("pick plain" if told else "pick only")
    return manner.say(key, label=pick.label, facts=told, why=why)


def phrases(reasons: Sequence[Reason], manner: Manner = PLAIN) -> list[str]:
    """Return the strongest raising reasons as phrases that name no title, at most two."""
    raising = [r.kind for r in reasons if r.weight > FELT.get(r.kind, 0.02) and r.kind in TELLING]
    return [manner.say(f"why {kind}") for kind in dict.fromkeys(raising)][:2]


def _told(pick: Pick, manner: Manner) -> list[str]:
    """Return facet values, names spelled as they are, and the numbers that the request is about."""
    values = [
        _small(name, value)
        for name, held in pick.facets.items()
        for value in held
        if not value.startswith("(")
    ]
    numbers = [
        _measured(name, pick.numbers[name], manner.units.get(name, ""))
        for name in manner.columns
        if name in pick.numbers
    ]
    return [*values, *numbers]


def _small(column: str, value: str) -> str:
    """Return a value as it stands within a sentence: common nouns in small letters, names as they are."""
    named = {column.casefold(), column.casefold().removesuffix("s")} & NAMES
    return value if named or INNER.search(value) else value.lower()


def _measured(name: str, value: float, unit: str) -> str:
    """Return a number with what it measures: "40 EUR", "7 days", "tempo 92"."""
    if unit:
        return number(value, unit)
    return number(value, name) if name.endswith("s") else f"{name} {number(value)}"
