"""Numbers in sentences: years, decades, prices, with the term that the tuned model writes for them."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from prompts import terms

SMALL = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
]
DECADES = {
    30: "thirties",
    40: "forties",
    50: "fifties",
    60: "sixties",
    70: "seventies",
    80: "eighties",
    90: "nineties",
}
DIGITS = "零一二三四五六七八九"


class Phrase(NamedTuple):
    """A way to say bounds: the words, the term, and what it means."""

    text: str
    term: str
    bounds: terms.Bounds


def years(rng: random.Random, ways: Sequence[str], span: Sequence[float], chinese: bool) -> Phrase:
    """Return a phrase about years within `span`; `ways` are lines "words => term" with gaps n, m, d, e."""
    low, high = int(span[0]), int(span[1])
    first = rng.randint(low, max(low, high - 12))
    last = min(first + rng.randint(3, 20), high + 1)
    if rng.random() < 0.4:
        first, last = first - first % 10, last - last % 10 + 10
    decade = rng.choice([d for d in range(1930, 2020, 10) if low - 9 <= d <= high] or [1990])
    said, short = _decade(rng, decade, chinese)
    later, later_short = _decade(rng, min(decade + rng.choice((10, 20)), 2010), chinese)
    gaps = {
        "n": (str(first), str(first)),
        "m": (str(last), str(last)),
        "d": (said, short),
        "e": (later, later_short),
    }
    return _phrase(rng.choice(ways), gaps, terms.YEAR, "")


def _decade(rng: random.Random, decade: int, chinese: bool) -> tuple[str, str]:
    """Return how a decade is said and its term: ("nineties", "90s")."""
    short = f"{decade % 100:02d}s" if decade < 2000 else f"{decade}s"
    if chinese:
        digits = f"{decade % 100:02d}"
        spelled = f"{DIGITS[int(digits[0])]}十" if digits[0] not in "01" else digits
        if decade >= 2000:
            return f"{decade}年代" if decade > 2000 else rng.choice(("2000年代", "零零年代")), short
        return rng.choice((f"{digits}年代", f"{spelled}年代", f"上世纪{spelled}年代", f"{digits}年代")), short
    ways = [f"{decade}s", short if decade < 2000 else f"{decade}s"]
    ways += [DECADES[decade % 100]] if decade < 2000 and decade % 100 in DECADES else []
    return rng.choice(ways), short


def amounts(
    rng: random.Random, ways: Sequence[str], column: str, entry: Mapping[str, Any], unit: str, chinese: bool
) -> Phrase:
    """Return a phrase about a numeric column; `entry` is its entry of `columns.yaml`."""
    low, high, step = entry["span"]
    first = rng.randrange(low, high + 1, step)
    last = first + step * rng.randint(1, 6)
    said = rng.choice(entry["zh" if chinese else "say"])
    told = unit if entry.get("unit") in (None, unit) else str(entry["unit"])
    suffix = f" {told}" if told != unit else ""
    bare = rng.choice(("{n}", said)) if column == "price" else said
    gaps = {
        "n": (said.format(n=_spell(rng, first, chinese)), f"{first}{suffix}"),
        "k": (f"{_spell(rng, first, chinese)}" if said == bare else str(first), str(first)),
        "m": (said.format(n=_spell(rng, last, chinese)), f"{last}{suffix}"),
    }
    return _phrase(rng.choice(ways), gaps, column, unit)


def _phrase(way: str, gaps: Mapping[str, tuple[str, str]], column: str, unit: str) -> Phrase:
    words, _, term = way.partition(" => ")
    text = words.format(**{name: said for name, (said, _) in gaps.items()})
    written = term.format(**{name: short for name, (_, short) in gaps.items()})
    meant = terms.bounds(written, column, unit)
    if meant is None:
        raise ValueError(f"{way} gives the term {written}, which means nothing")
    return Phrase(text, written, meant)


def _spell(rng: random.Random, number: int, chinese: bool) -> str:
    """Return a number in digits, or in words now and then."""
    if chinese and 100 < number < 1000 and number % 100 % 10 == 0 and number % 100 and rng.random() < 0.1:
        return f"{DIGITS[number // 100]}百{DIGITS[number % 100 // 10]}"  # 一百五 is 150
    if chinese and number < 1000 and rng.random() < 0.35:
        return chinese_number(number)
    return SMALL[number] if not chinese and number < len(SMALL) and rng.random() < 0.3 else str(number)


def chinese_number(number: int) -> str:
    """Return 0 to 999 in Chinese: 12 -> 十二, 50 -> 五十, 105 -> 一百零五."""
    if number < 10:
        return DIGITS[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return ("" if tens == 1 else DIGITS[tens]) + "十" + (DIGITS[ones] if ones else "")
    hundreds, rest = divmod(number, 100)
    between = "零" if 0 < rest < 10 else "一" if 10 <= rest < 20 else ""
    return f"{DIGITS[hundreds]}百{between}{chinese_number(rest) if rest else ''}"
