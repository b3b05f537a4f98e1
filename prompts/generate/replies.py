"""Grounded replies for tuning: a request and picks with facts -> sentences that say only the facts."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from prompts.catalogs import CaseCatalog
from prompts.generate.single import singles
from prompts.generate.words import Words, data, words_of

MOVES = ("ask", "refine", "critique")
PICKS = (2, 3, 3)
ENGLISH: Mapping[str, str] = data("replies")["en"]["reasons"]  # facts are English in every language


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
        facts = "\n".join(f"{p.label} | {', '.join(v.lower() for v in p.values)} | {p.facts}" for p in told)
        yield ReplyExample(case.text, facts, _prose(told, case.lang, words, rng))


class _Pick(NamedTuple):
    label: str
    values: tuple[str, ...]
    reasons: tuple[str, ...]

    @property
    def facts(self) -> str:
        return " and ".join(ENGLISH[reason] for reason in self.reasons)

    @classmethod
    def of(cls, catalog: CaseCatalog, row: int, rng: random.Random) -> _Pick:
        values = tuple(value for column in catalog.facets.values() for value in column[row])[:4]
        return cls(catalog.labels[row], values, tuple(rng.sample(list(ENGLISH), rng.choice((0, 1, 1, 2, 2)))))


def _prose(picks: Sequence[_Pick], lang: str, words: Words, rng: random.Random) -> str:
    rules, sentences = data("replies")[lang], []
    for place, pick in enumerate(picks):
        key = "first" if place == 0 else "last" if place == len(picks) - 1 and rng.random() < 0.6 else "next"
        way = rng.choice(rules[key]) if pick.reasons else rules["bare"]
        kind = _listed([_kind(value, lang, words) for value in pick.values], rules)
        kind = kind if lang == "zh" else f"{'an' if kind[:1] in 'aeiou' else 'a'} {kind} {words.things[0]}"
        reason = _listed([rules["reasons"][name] for name in pick.reasons], {**rules, "stop": rules["and"]})
        sentences.append(way.replace("{0}", pick.label).replace("{k}", kind).replace("{r}", reason))
    return ("" if lang == "zh" else " ").join(sentences)


def _kind(value: str, lang: str, words: Words) -> str:
    forms: Any = next((known[value] for known in words.values.values() if value in known), None)
    if lang == "zh":
        return str(forms["zh"][0]).removesuffix("的") if forms else value
    return value.lower()


def _listed(words: Sequence[str], rules: Mapping[str, Any]) -> str:
    *before, last = words or [""]
    return f"{rules['stop'].join(before)}{rules['and']}{last}" if before else last
