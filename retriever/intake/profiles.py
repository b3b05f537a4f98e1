"""What the values of a column look like, without regard to its name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from retriever.intake.values import NumberStyle, TimeStyle, as_number, number_style, time_style

SAMPLE = 3_000
FLAGS = frozenset(("0", "1", "true", "false", "yes", "no", "y", "n", "t", "f", "0.0", "1.0"))
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+\.(?:jpe?g|png|gif|webp)")
_LIST = re.compile(r"[\[\(\{].*[\]\)\}]", re.DOTALL)


@dataclass(frozen=True)
class Profile:
    """Describe one column.

    Attributes:
        name: Its name.
        type: RecBole type; empty where the file has none.
        rows: Rows of the table.
        filled: Number of values that are not blank.
        distinct: Number of different values.
        sample: Some of its values.
        numbers: How it writes numbers.
        times: How it writes moments; None where it holds none.
        whole: All sampled numbers are whole.
        low: Least number of the sample, 0 where there is none.
        high: Greatest number.
        length: Characters of the middle value.
        words: Words of the middle value.
        letters: Share of the sample with a letter in it.
        address: Most are addresses of pages or pictures.
        flag: All are yes or no.
        listed: Most are written as lists, in brackets.
    """

    name: str
    type: str
    rows: int
    filled: int
    distinct: int
    sample: tuple[str, ...]
    numbers: NumberStyle
    times: TimeStyle | None
    whole: bool
    low: float
    high: float
    length: float
    words: float
    letters: float
    address: bool
    flag: bool
    listed: bool

    @property
    def unique(self) -> float:
        """Return distinct values over values, 0..1."""
        return self.distinct / max(self.filled, 1)

    @property
    def numeric(self) -> bool:
        """Say whether nearly all values are numbers."""
        return self.numbers.share >= 0.95


def profile(frame: pl.DataFrame, name: str, kind: str = "") -> Profile:
    """Look at one column of text."""
    values = frame[name].str.strip_chars()
    values = values.filter(values.is_not_null() & (values != ""))
    sample = tuple(values.gather_every(max(1, len(values) // SAMPLE)).head(SAMPLE).to_list())
    style = number_style(sample)
    numbers = _numbers(sample, style)
    return Profile(
        name=name,
        type=kind,
        rows=frame.height,
        filled=len(values),
        distinct=values.n_unique(),
        sample=sample,
        numbers=style,
        times=time_style(sample) if not kind or kind in ("float", "token") else None,
        whole=bool(numbers) and all(number == int(number) for number in numbers),
        low=min(numbers, default=0.0),
        high=max(numbers, default=0.0),
        length=_middle([len(cell) for cell in sample]),
        words=_middle([cell.count(" ") + 1 for cell in sample]),
        letters=_mean([any(c.isalpha() for c in cell[:200]) for cell in sample]),
        address=_mean([bool(_ADDRESS.fullmatch(cell[:2000])) for cell in sample]) > 0.8,
        flag=bool(sample) and all(cell.lower() in FLAGS for cell in sample),
        listed=_mean([bool(_LIST.fullmatch(cell[:5000])) for cell in sample]) > 0.8,
    )


def _numbers(sample: Sequence[str], style: NumberStyle) -> list[float]:
    if style.share < 0.5:
        return []
    return pl.DataFrame({"x": sample}).select(as_number("x", style)).to_series().drop_nulls().to_list()


def _middle(values: Sequence[float]) -> float:
    # One field of a megabyte must not make a column of titles one of texts.
    return sorted(values)[len(values) // 2] if values else 0.0


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
