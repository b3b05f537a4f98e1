"""Words of a message that name facet values: wanted, unwanted or implied."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from assistant import lexicon

MASK = "\N{REPLACEMENT CHARACTER}"


class Span(NamedTuple):
    """A stretch of the message: the words as written and where they stand, in characters."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Facets:
    """What a message says of facet values; each maps facet name -> values."""

    wanted: dict[str, tuple[str, ...]] = field(default_factory=dict)
    unwanted: dict[str, tuple[str, ...]] = field(default_factory=dict)
    implied: dict[str, tuple[str, ...]] = field(default_factory=dict)
    match_any: bool = False


def blank(text: str, spans: Sequence[Span]) -> str:
    """Return `text` in lower case with every span replaced by a placeholder of the same length."""
    chars = list(text.lower()) if len(text.lower()) == len(text) else list(text)
    for span in spans:
        chars[span.start : span.end] = MASK * (span.end - span.start)
    return "".join(chars).replace("’", "'")


def read_facets(plain: str, facet_values: Mapping[str, Sequence[str]]) -> Facets:
    """Find facet values, each wanted, unwanted or merely implied; what is unwanted is never wanted too."""
    wanted: dict[str, dict[str, None]] = {}
    unwanted: dict[str, dict[str, None]] = {}
    implied: dict[str, dict[str, None]] = {}
    where: list[re.Match[str]] = []
    for facet, values in facet_values.items():
        said, hints, meaning = _patterns(tuple(values))
        for match in said.finditer(plain) if said else ():
            negated = is_negated(plain, match.start())
            target = unwanted if negated else wanted
            where += [] if negated else [match]
            target.setdefault(facet, {}).update(dict.fromkeys(meaning[match.group().strip()]))
        for match in hints.finditer(plain) if hints else ():
            if not is_negated(plain, match.start()):
                implied.setdefault(facet, {}).update(dict.fromkeys(meaning["~" + match.group().strip()]))
    return Facets(
        wanted=_without(wanted, unwanted),
        unwanted=_without(unwanted, {}),
        implied=_without(_join(implied, {}), _join(wanted, unwanted)),
        match_any=any(
            re.fullmatch(r"\W*(?:or|and/or)\W+(?:an? )?", plain[a.end() : b.start()])
            for a, b in itertools.pairwise(where)
        ),
    )


def without_facets(plain: str, facet_values: Mapping[str, Sequence[str]]) -> str:
    """Return the message without the words that say a facet value outright."""
    for values in facet_values.values():
        said = _patterns(tuple(values)).said
        plain = said.sub(" ", plain) if said else plain
    return plain


def mentions_value(text: str, value: str) -> bool:
    """Say whether `text` holds a word that says or suggests `value`, wanted or not."""
    patterns = _patterns((value,))
    low = text.lower().replace("’", "'")
    return any(p is not None and p.search(low) is not None for p in (patterns.said, patterns.hints))


def is_negated(plain: str, position: int) -> bool:
    """Say whether the words before `position` negate what stands there, within its clause."""
    left = plain[max(0, position - 80) : position]
    clause = re.split(rf"[.;:!?\n]|(?<!anything )\b(?:{_alternatives(lexicon.CLAUSE_BREAKS)})\b", left)[-1]
    clause = re.sub(r"\bwhy not\b|\bnot only\b|\bno (?:problem|worries|idea)\b|\bno more than\b", "", clause)
    negator = None
    for match in re.finditer(rf"(?<![\w'])(?:{_alternatives(lexicon.NEGATORS)})(?![\w'])", clause):
        negator = match
    if negator is None:
        return False
    between = clause[negator.end() :]
    return "," not in between or _continues_list(plain, position, between)


def _continues_list(plain: str, position: int, between: str) -> bool:
    """Say whether a comma after a negator carries on its list ("no horror, romance or war")."""
    short = all(len(part.split()) <= 2 for part in between.split(","))
    rest = re.split(r"[.;!?\n]", plain[position:])[0]
    return short and (
        bool(re.match(r"[\w' -]+?,? (?:or|nor|and) ", rest))
        or bool(re.search(r"\b(?:or|nor|and) $", between))
    )


class _Patterns(NamedTuple):
    said: re.Pattern[str] | None
    hints: re.Pattern[str] | None
    meaning: dict[str, tuple[str, ...]]


@lru_cache(maxsize=32)
def _patterns(values: tuple[str, ...]) -> _Patterns:
    """Compile the words that say or suggest the values of one facet."""
    known = {value.lower(): value for value in values}
    meaning: dict[str, tuple[str, ...]] = {}
    for low, value in known.items():
        for word in (low, low + "s", low.replace("-", " "), *lexicon.SYNONYMS.get(low, ())):
            also = tuple(known[other] for other in lexicon.ALSO.get(word, ()) if other in known)
            meaning.setdefault(word, (value, *also))
        for word in lexicon.HINTS.get(low, ()):
            if word not in known:
                meaning["~" + word] = (*meaning.get("~" + word, ()), value)
    said = [word for word in meaning if not word.startswith("~")]
    hints = [word[1:] for word in meaning if word.startswith("~") and word[1:] not in meaning]
    return _Patterns(_any_word(said), _any_word(hints), meaning)


def _any_word(words: Sequence[str]) -> re.Pattern[str] | None:
    return re.compile(rf"(?<![\w-])(?:{_alternatives(words)})(?![\w-])") if words else None


def _alternatives(words: Sequence[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _join(a: Mapping[str, dict[str, None]], b: Mapping[str, dict[str, None]]) -> dict[str, dict[str, None]]:
    return {facet: {**a.get(facet, {}), **b.get(facet, {})} for facet in {**a, **b}}


def _without(
    kept: Mapping[str, dict[str, None]], gone: Mapping[str, dict[str, None]]
) -> dict[str, tuple[str, ...]]:
    left = {facet: tuple(v for v in values if v not in gone.get(facet, {})) for facet, values in kept.items()}
    return {facet: values for facet, values in left.items() if values}
