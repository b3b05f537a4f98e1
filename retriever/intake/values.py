"""How a column writes its numbers and its moments, and the same as Float64 and as unix seconds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import polars as pl

CURRENCIES = {
    "€": "EUR",
    "$": "USD",
    "£": "GBP",
    "¥": "JPY",
    "₹": "INR",
    "₽": "RUB",
    "zł": "PLN",
    "kr": "SEK",
}
_AMOUNT = re.compile(
    r"(?P<before>[€$£¥₹₽]|[A-Z]{3})?\s*(?P<digits>[-+]?\d[\d.,'\s]*?|[-+]?[.,]\d+)(?P<exponent>[eE][-+]?\d+)?"
    r"\s*(?P<after>[^\W\d_]{1,12}\.?|[€$£¥₹₽%]|[^\W\d_]{1,3}²)?"
)
SHARE = 0.95
FORMATS = (
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d",
    "%m/%d/%Y %I:%M:%S %p", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y", "%d/%m/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y %H:%M:%S",
    "%d-%m-%Y %H:%M", "%d-%m-%Y", "%m-%d-%Y", "%d/%m/%y %H:%M", "%m/%d/%y %H:%M", "%d/%m/%y", "%m/%d/%y",
    "%d-%b-%Y", "%d %b %Y %H:%M", "%d %b %Y %H:%M:%S", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y",
    "%a %b %d %H:%M:%S %Y", "%d-%b-%y", "%Y%m%d", "%Y%m%d%H%M%S", "%m %d, %Y", "%b %d, %Y, %I:%M:%S %p",
)  # fmt: skip
UNITS = {"seconds": 1.0, "milliseconds": 1e3, "microseconds": 1e6, "nanoseconds": 1e9}
FIRST = datetime(1990, 1, 1, tzinfo=UTC).timestamp()


@dataclass(frozen=True)
class NumberStyle:
    """Say how a column writes numbers.

    Attributes:
        decimal: "." or ",".
        unit: What stands before or after every one of them, empty where nothing does.
        share: Share of the sample that are numbers so.
    """

    decimal: str
    unit: str
    share: float


@dataclass(frozen=True)
class TimeStyle:
    """Say how a column writes moments.

    Attributes:
        form: A format of `strptime`, or one of `UNITS`.
        share: Share of the sample that are moments so.
        doubt: Another format that fits as well, empty where none does.
    """

    form: str
    share: float
    doubt: str = ""


def number_style(sample: Sequence[str]) -> NumberStyle:
    """Find out how numbers are written; ranges, versions and identifiers with letters are none."""
    found = [match for cell in sample if len(cell) < 40 and (match := _AMOUNT.fullmatch(cell.strip()))]
    if not found:
        return NumberStyle(".", "", 0.0)
    units = Counter(match["before"] or match["after"] or "" for match in found)
    unit, count = units.most_common(1)[0]
    if len(units) > 2 or (unit and count < 0.9 * len(found)) or (not unit and count < 0.98 * len(found)):
        return NumberStyle(".", "", 0.0)
    digits = [match["digits"].replace(" ", "").replace("'", "") for match in found]
    return NumberStyle(_decimal(digits), CURRENCIES.get(unit, unit), len(found) / len(sample))


def _decimal(digits: Sequence[str]) -> str:
    commas = sum(
        bool(re.fullmatch(r"[-+]?(?:\d+|\d{1,3}(?:\.\d{3})+)?,(?:\d{1,2}|\d{4,})", d)) for d in digits
    )
    points = sum(bool(re.fullmatch(r"[-+]?(?:\d+|\d{1,3}(?:,\d{3})+)?\.\d+", d)) for d in digits)
    grouped = sum(bool(re.fullmatch(r"[-+]?\d{1,3}(?:,\d{3})+", d)) for d in digits)
    leading = sum(bool(re.fullmatch(r"[-+]?0,\d+", d)) for d in digits)
    return "," if (commas > points and commas >= grouped * 0.05) or (leading and not points) else "."


def as_number(column: str, style: NumberStyle) -> pl.Expr:
    """Read a column of text as Float64; null where it holds no finite number."""
    bare = (
        pl.col(column).str.replace_all(r"[^\d.,eE+-]|[€$£¥₹₽%\s']", "").str.replace_all(r"[eE]+$|^[eE]+", "")
    )
    if style.decimal == ",":
        bare = bare.str.replace_all(".", "", literal=True).str.replace_all(",", ".", literal=True)
    else:
        bare = bare.str.replace_all(",", "", literal=True)
    number = bare.cast(pl.Float64, strict=False)
    return pl.when(number.is_finite()).then(number)


def time_style(sample: Sequence[str]) -> TimeStyle | None:
    """Find out how moments are written; None where the sample holds none."""
    if not sample:
        return None
    numbers = pl.Series(sample).str.strip_chars().cast(pl.Float64, strict=False)
    now = datetime.now(UTC).timestamp() + 86_400
    for unit, size in UNITS.items():
        share = float((numbers / size).is_between(FIRST, now).fill_null(value=False).mean() or 0.0)  # type: ignore[arg-type]
        if share >= SHARE:
            return TimeStyle(unit, share)
    texts = tidy(pl.Series("at", sample))
    shares = {form: _share(texts, form) for form in FORMATS}
    best = max(shares.values())
    if best < SHARE:
        return None
    good = [form for form, share in shares.items() if share >= best - 1e-9]
    swapped = [form for form in good[1:] if _swap(form) == good[0]]
    return TimeStyle(good[0], best, swapped[0] if swapped else "")


def _swap(form: str) -> str:
    return form.replace("%d", "%#").replace("%m", "%d").replace("%#", "%m")


def _share(texts: pl.Series, form: str) -> float:
    return float(parsed(texts, form).is_not_null().mean() or 0.0)  # type: ignore[arg-type]


def tidy(texts: pl.Series) -> pl.Series:
    """Leave out what formats do not tell apart: the T of ISO 8601, fractions of seconds, and time zones."""
    out = texts.str.strip_chars().str.replace(r"^(\d{4}-\d{2}-\d{2})T", "${1} ")
    return out.str.replace(r"(:\d{2})[.,]\d+", "${1}").str.replace(
        r"(:\d{2})\s*(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})", "${1}"
    )


def parsed(texts: pl.Series, form: str) -> pl.Series:
    """Read texts by a format of `strptime`; null where one does not fit."""
    if "%H" in form or "%I" in form:
        return texts.str.to_datetime(form, strict=False, time_unit="us")
    return texts.str.to_date(form, strict=False).cast(pl.Datetime("us"))


def as_seconds(column: pl.Series, style: TimeStyle) -> pl.Series:
    """Read a column of text as unix seconds, Float64; null where it holds no moment."""
    if style.form in UNITS:
        return column.str.strip_chars().cast(pl.Float64, strict=False) / UNITS[style.form]
    moments = parsed(tidy(column), style.form)
    return moments.dt.epoch("us").cast(pl.Float64) / 1e6
