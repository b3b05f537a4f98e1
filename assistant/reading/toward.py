"""Wishes without a number: "cheaper", "a recent film", "not too heavy", 便宜一点."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from assistant.intents import Toward
from assistant.reading import lexicon
from assistant.reading.message import MASK, cover
from assistant.reading.numeric import YEAR, ColumnWords
from assistant.reading.polarity import Stance, stance_at
from assistant.reading.wish_cues import IDIOMS, NOT_RECENT, RECENT

_FLIPPED: dict[Toward, Toward] = {"lower": "higher", "higher": "lower"}
_DOWN = "less|lower|low|fewer|smaller|reduced|minimal|shorter|lesser"
_UP = "more|higher|high|greater|bigger|larger|longer|increased"
_DOWN_ZH, _UP_ZH = "低|少|短|小|慢|轻|薄", "高|多|长|久|大|快|重|厚"


# "It's a bit heavy" says that it is too heavy.
_A_BIT = re.compile(
    r"(?:'s|\bis|\bare|looks?|seems?|feels?|sounds?) (?:a (?:bit|little|tad|touch)|rather|somewhat|on the) $"
)


class Wish(NamedTuple):
    """Hold a wish for less or more of a column.

    Attributes:
        start: Where its words begin.
        end: Where they end.
        column: Name of the column.
        side: `lower` or `higher`; None where the words take a wish back ("older is fine").
        compared: Whether it is measured against something: "cheaper", "too long".
    """

    start: int
    end: int
    column: str
    side: Toward | None
    compared: bool


class _Adjective(NamedTuple):
    column: str
    side: Toward
    compared: bool


@dataclass(frozen=True)
class Adjectives:
    """Find wishes in plain text.

    Attributes:
        columns: The numeric columns.
    """

    columns: Sequence[ColumnWords]

    @cached_property
    def _by_speed(self) -> list[ColumnWords]:
        """Return the columns, those of speed first: "fast" is a tempo before it is a length."""
        return sorted(self.columns, key=lambda column: column.kind not in ("tempo", "speed"))

    @cached_property
    def _english(self) -> dict[str, list[_Adjective]]:
        """Return adjectives, compared ones too -> what they may say, the likeliest first."""
        out: dict[str, list[_Adjective]] = {}
        for column in self._by_speed:
            for adjective, side in column.sides.items():
                if not lexicon.is_chinese(adjective):
                    out.setdefault(adjective, []).append(
                        _Adjective(column.name, side, _is_comparative(adjective))
                    )
                    for form in _compared(adjective):
                        out.setdefault(form, []).append(_Adjective(column.name, side, True))
        return out

    @cached_property
    def _chinese(self) -> list[tuple[re.Pattern[str], str, Toward]]:
        return [
            (re.compile(_chinese_forms(adjective, column.kind)), column.name, side)
            for column in self._by_speed
            for adjective, side in sorted(column.sides.items(), key=lambda pair: -len(pair[0]))
            if lexicon.is_chinese(adjective)
        ]

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        words = sorted(self._english, key=len, reverse=True)
        return re.compile(rf"(?<![\w'-])(?:{'|'.join(map(re.escape, words))})(?![\w'])") if words else None

    @cached_property
    def _beside(self) -> list[tuple[ColumnWords, re.Pattern[str]]]:
        """Return patterns for an adjective beside the name of a column: "longer warranty", 保修长一点."""
        return [(column, re.compile(_beside(column))) for column in self.columns if column.said]

    def find(self, plain: str) -> list[Wish]:
        """Return the wishes of a message, in order; one for each stretch of it."""
        plain = cover(plain, [m.span() for m in IDIOMS.finditer(plain)], "\x00")
        found = [*self._recent(plain), *self._with_names(plain)]
        plain = cover(plain, [(w.start, w.end) for w in found])
        found += [*self._find_english(plain)]
        found += [*self._find_chinese(plain)]
        return sorted(wish for wish in found if wish.column)

    def _recent(self, plain: str) -> list[Wish]:
        if not any(column.name == YEAR for column in self.columns):
            return []
        return [
            Wish(m.start(), m.end(), YEAR, "higher", False)
            for m in RECENT.finditer(plain)
            if not NOT_RECENT.search(plain[: m.start()])
        ]

    def _with_names(self, plain: str) -> list[Wish]:
        found: list[Wish] = []
        for column, pattern in self._beside:
            for match in pattern.finditer(plain):
                down = match["down"] or match["down_after"] or match["down_zh"]
                words = next(
                    w for w in (down, match["up"], match["up_after"], match["up_zh"], "") if w is not None
                )
                side: Toward = "lower" if down else "higher"
                compared = (
                    words.endswith("er")
                    or words in ("more", "less", "better")
                    or re.search(r"too|更|太|[点些]", match.group()) is not None
                )
                flip = re.search(r"\btoo\b|太|过", match.group()) and not re.search(
                    r"not too|不要太|别太|不太", match.group()
                )
                found.append(
                    self._wish(
                        plain,
                        match.start(),
                        match.end(),
                        column.name,
                        _FLIPPED[side] if flip else side,
                        compared,
                    )
                )
        return _apart(found)

    def _find_english(self, plain: str) -> list[Wish]:
        found = []
        for match in self._pattern.finditer(plain) if self._pattern else ():
            meant = self._english[match.group()][0]
            found.append(
                self._wish(plain, match.start(), match.end(), meant.column, meant.side, meant.compared)
            )
        return found

    def _find_chinese(self, plain: str) -> list[Wish]:
        found: list[Wish] = []
        for pattern, column, side in self._chinese:
            for match in pattern.finditer(plain):
                group = match.lastindex or 0
                word, start = match[group], match.start(group)
                compared = (
                    bool(re.search(r"更|太|再|[点些]", match.group()))
                    or re.search(r"比[^,.]{1,10}$", plain[:start]) is not None
                )
                found.append(self._wish(plain, start, start + len(word), column, side, compared))
        return _apart(found)

    def _wish(self, plain: str, start: int, end: int, column: str, side: Toward, compared: bool) -> Wish:
        stance = stance_at(plain, start, end)
        before = plain[max(0, start - 14) : start]
        too = bool(
            re.search(
                r"(?<!not )(?<!nothing )(?<!anything )(?<!n't )(?<!be )\btoo(?: damn| bloody)?\s*$|"
                r"(?<![不别要])太\s*$|过于$",
                before,
            )
        )
        if not compared and stance in ("want", "more") and _A_BIT.search(plain[:start]):
            stance, too = "less", True
        if (stance == "unwant" and re.search(r"est$|^最", plain[start:end])) or (
            stance == "unwant" and before.endswith("最")
        ):
            return Wish(start, end, "", None, False)  # "not the cheapest" says nothing of a side
        if stance in ("unwant", "less", "soft"):
            negated_too = not too and (stance == "soft" or re.search(r"\bless\b", before) is None)
            return Wish(
                start,
                end,
                column,
                _FLIPPED[side],
                (compared and not negated_too) or too or bool(re.search(r"\bless\b", before)),
            )
        if stance in ("allow", "open"):
            return Wish(start, end, column, None, False)
        return Wish(start, end, column, side, compared or stance == "more")


def _is_comparative(adjective: str) -> bool:
    """Say whether an adjective compares as it stands: "newer", "better rated"."""
    return adjective.endswith("er") or adjective.startswith("better")


def _compared(adjective: str) -> list[str]:
    """Return comparative and superlative of a one-word adjective."""
    if " " in adjective or "-" in adjective or len(adjective) < 3:
        return []
    if adjective.endswith("y"):
        stems = [adjective[:-1] + "i"]
    elif adjective.endswith("e"):
        stems = [adjective[:-1]]
    elif re.search(r"[^aeiou][aeiou][bdgmnpt]$", adjective):
        stems = [adjective + adjective[-1], adjective]
    else:
        stems = [adjective]
    return [stem + ending for stem in stems for ending in ("er", "est")]


def _chinese_forms(adjective: str, kind: str) -> str:
    """Return a pattern in which a short adjective counts only beside a word of degree or 的."""
    word = rf"({adjective})"
    degree = (
        r"(?:不要太|别太|不要那么|没那么|不那么|不太|太|更加?|比较|稍微|最|再|挺|够|不够|偏|要|很|"
        r"特别|非常|不|过于)"
    )
    tail = r"(?:一?[点些]儿?|的|款|版)"
    things = {
        YEAR: r"(?:片子?|电影|歌|曲|书|游戏|音乐)",
        "tempo": "(?:歌|曲|节奏)",
        "duration": "(?:片|歌|曲|电影)",
    }.get(kind, "")
    after = rf"{tail}|{things}" if things else tail
    if len(adjective) > 1:
        return word
    return rf"{degree}{word}|{word}(?={after})"


def _beside(column: ColumnWords) -> str:
    latin = "|".join(
        sorted((re.escape(w) for w in column.said if not lexicon.is_chinese(w)), key=len, reverse=True)
    )
    chinese = (
        "|".join(sorted((re.escape(w) for w in column.said if lexicon.is_chinese(w)), key=len, reverse=True))
        or "(?!)"
    )
    own = {side: [] for side in ("lower", "higher")}  # type: dict[str, list[str]]
    for adjective, side in {**column.sides, **column.bound}.items():
        if not lexicon.is_chinese(adjective) and " " not in adjective:
            own[side] += [re.escape(adjective), *map(re.escape, _compared(adjective))]
    down, up = "|".join([*own["lower"], _DOWN]), "|".join([*own["higher"], _UP])
    noun = rf"(?:{latin})(?!\w)"
    degree_zh = r"(?:要|能|可以|最好|得|不要太|别太|不太|太|更|再|稍微|尽量|比较)*"
    return (
        rf"(?<![\w'-])(?:(?P<down>{down})|(?P<up>{up}))(?: (?:in|on))? {noun}|"
        rf"(?<!\w){noun} (?:is |should be |could be |must be |to be |needs to be |has to be |"
        rf"that is |that's )?(?:a bit |a little |much |way |far )?(?:too |not too |"
        rf"as )?(?:(?P<down_after>{down})|(?P<up_after>{up}))(?!\w)|"
        rf"(?:{chinese}){degree_zh}(?:(?P<down_zh>{_DOWN_ZH})|(?P<up_zh>{_UP_ZH}))(?:一?[点些]儿?|的)?"
    )


def _apart(wishes: Sequence[Wish]) -> list[Wish]:
    """Leave out wishes that overlap an earlier one."""
    kept: list[Wish] = []
    for wish in wishes:
        if all(wish.end <= other.start or other.end <= wish.start for other in kept):
            kept.append(wish)
    return kept


def stance_is_taken_back(stance: Stance) -> bool:
    """Say whether a stance takes a wish back."""
    return stance in ("allow", "open")


__all__ = ["MASK", "Adjectives", "Wish"]
