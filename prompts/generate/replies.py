"""Grounded replies for tuning: a request and picks with facts -> sentences that say only the facts."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Any, NamedTuple

from prompts.catalogs import PEOPLE, CaseCatalog
from prompts.generate.single import singles
from prompts.generate.words import Words, data, words_of

MOVES = ("ask", "refine", "critique")
PICKS = (2, 3, 3)
NAMES = frozenset({"brand", "label", "publisher", "series", "maker", "studio", "platform"})
NUMBERED = 0.2  # share of picks with a number that the request is about
ALL_VALUES = 0.2  # share of picks of which every value is told; of the others, one or two
MADE_BY = 0.6  # share of picks of which it is told who made them


class ReplyExample(NamedTuple):
    """What the reply prompt is given, and an answer that holds to it."""

    request: str
    picks: str
    answer: str


def replies(catalog: CaseCatalog, n: int, seed: int, chinese: float = 0.4) -> Iterator[ReplyExample]:
    """Yield n examples about a catalogue, in the language of the request; the same for the same seed."""
    rng, words = random.Random(f"replies {catalog.name} {seed}"), words_of(catalog)
    asked = (made.case for made in singles(catalog, 4 * n, seed, chinese, words) if made.case.move in MOVES)
    for case in list(asked)[:n]:
        rows = rng.sample(range(len(catalog.ids)), min(rng.choice(PICKS), len(catalog.ids)))
        told = [_Pick.of(catalog, row, rng) for row in rows]
        facts = "\n".join(f"{p.label} | {', '.join(p.facts)} | {p.why(case.lang)}" for p in told)
        asked_for = {value for values in case.slots.wanted.values() for value in values}
        short = [pick.shortened(asked_for, rng) for pick in told]
        yield ReplyExample(case.text, facts, _prose(short, case.lang, words, rng))


class _Pick(NamedTuple):
    """What a pick's line holds: values that name a kind, people, other names, a number, kinds of reasons."""

    label: str
    values: tuple[str, ...]
    people: tuple[str, ...]
    names: tuple[str, ...]
    numbers: tuple[str, ...]
    reasons: tuple[str, ...]
    facts: tuple[str, ...]

    def why(self, lang: str) -> str:
        rules = data("replies")[lang]
        return str(rules["why"]).join(rules["reasons"][reason] for reason in self.reasons)

    def shortened(self, asked_for: Set[str], rng: random.Random) -> _Pick:
        """Return what is told of it: mostly one or two values, those asked for before others."""
        if rng.random() < ALL_VALUES:
            return self
        order = sorted(self.values, key=lambda value: (value not in asked_for, rng.random()))
        kept = order[: rng.choice((1, 1, 2))]
        values = tuple(value for value in self.values if value in kept)
        if rng.random() < MADE_BY or not values:
            return self._replace(values=values)
        return self._replace(values=values, people=(), names=())

    @classmethod
    def of(cls, catalog: CaseCatalog, row: int, rng: random.Random) -> _Pick:
        held = [(name, value) for name, column in catalog.facets.items() for value in column[row]][:5]
        people = tuple(value for name, value in held if name in PEOPLE)
        names = tuple(value for name, value in held if name in NAMES)
        values = tuple(value for name, value in held if name not in PEOPLE | NAMES)
        known = [
            f"{column[row]:g} {catalog.units.get(name, '')}".strip()
            for name, column in catalog.numbers.items()
            if name != "year" and column[row] is not None
        ]
        numbers = (rng.choice(known),) if known and rng.random() < NUMBERED else ()
        spelled = (value if name in PEOPLE | NAMES else value.lower() for name, value in held)
        kinds = tuple(rng.sample(list(data("replies")["en"]["reasons"]), rng.choice((0, 1, 1, 2, 2))))
        return cls(catalog.labels[row], values, people, names, numbers, kinds, (*spelled, *numbers))


def _prose(picks: Sequence[_Pick], lang: str, words: Words, rng: random.Random) -> str:
    rules, sentences, taken = data("replies")[lang], list[str](), set[str]()
    for place, pick in enumerate(picks):
        key = "first" if place == 0 else "last" if place == len(picks) - 1 and rng.random() < 0.6 else "next"
        bare = "bare_first" if place == 0 else "bare"
        ways = [
            w
            for w in rules[key if pick.reasons else bare]
            if w not in taken and (pick.values or "{v}" not in w)
        ]
        way = rng.choice(ways)
        taken.add(way)
        side = rng.choice(pick.values) if pick.values else ""
        side = _kind(side, words) if lang == "zh" else side.lower()
        kind = _chinese(pick, words, rules) if lang == "zh" else _english(pick, words, rules)
        said = way.replace("{0}", pick.label).replace("{k}", kind).replace("{r}", pick.why(lang))
        said = said.replace("{v}", side)
        sentences.append(said)
    return ("" if lang == "zh" else " ").join(sentences)


def _english(pick: _Pick, words: Words, rules: Mapping[str, Any]) -> str:
    """Return "a crime and comedy film from Acme by Ada Lo (120 min)"."""
    kind = " ".join(filter(None, (_listed([value.lower() for value in pick.values], rules), words.things[0])))
    made = f" from {_listed(pick.names, rules)}" if pick.names else ""
    made += f" by {_listed(pick.people, rules)}" if pick.people else ""
    article = "an" if kind[:1] in "aeiou" else "a"
    return f"{article} {kind}{made}" + "".join(f" ({number})" for number in pick.numbers)


def _chinese(pick: _Pick, words: Words, rules: Mapping[str, Any]) -> str:
    """Return "Ada Lo的犯罪片和喜剧（120 min）"."""
    kind = _listed([_kind(value, words) for value in pick.values], rules) or words.zh[0]
    owners = _listed([*pick.names, *pick.people], rules)
    return (f"{owners}的" if owners else "") + kind + "".join(f"（{number}）" for number in pick.numbers)


def _kind(value: str, words: Words) -> str:
    forms: Any = next((known[value] for known in words.values.values() if value in known), None)
    return str(forms["zh"][0]).removesuffix("的") if forms else value


def _listed(words: Sequence[str], rules: Mapping[str, Any]) -> str:
    *before, last = words or [""]
    return f"{rules['stop'].join(before)}{rules['and']}{last}" if before else last
