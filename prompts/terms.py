"""Numbers as people say them, written short: `<50`, `~1985`, `late 90s`, `<4 min` -> bounds of a column.

The tuned model copies the number and names the relation; the arithmetic is done here, exactly.
"""

from __future__ import annotations

import re

Number = int | float
Bounds = tuple[Number | None, Number | None]
YEAR = "year"
TERM = re.compile(
    r"(?P<op><=|>=|<|>|~)?(?:(?P<part>early|mid|late) )?(?P<low>\d+(?:\.\d+)?)(?P<decade>s)?"
    r"(?:-(?P<high>\d+(?:\.\d+)?)(?P<decade2>s)?)?(?: ?(?P<unit>[A-Za-z]{1,7}))?"
)
_NUMBER = r"[0-9]{1,6}(\.[0-9]{1,2})?s?"
PATTERN = rf"(<=|>=|<|>|~)?((early|mid|late) )?{_NUMBER}(-{_NUMBER})?( [a-z]{{1,3}})?"
PARTS = {"early": (0, 4), "mid": (3, 7), "late": (5, 9)}
YEARS_NEAR, SHARE_NEAR = 2, 0.1
SIZES = {
    **{"s": ("s", 1.0), "sec": ("s", 1.0), "min": ("s", 60.0), "h": ("s", 3600.0), "d": ("s", 86400.0)},
    **{"g": ("g", 1.0), "kg": ("g", 1000.0), "lb": ("g", 453.6), "t": ("g", 1e6)},
    **{"mm": ("m", 0.001), "cm": ("m", 0.01), "m": ("m", 1.0), "km": ("m", 1000.0)},
    **{"months": ("mo", 1.0), "mo": ("mo", 1.0), "years": ("mo", 12.0), "yr": ("mo", 12.0)},
    **{"ml": ("l", 0.001), "cl": ("l", 0.01), "l": ("l", 1.0)},
    **{"mb": ("b", 0.001), "gb": ("b", 1.0), "tb": ("b", 1024.0)},
}


def bounds(term: str, column: str, unit: str = "") -> Bounds | None:
    """Return the inclusive bounds that a term means, None where it means nothing.

    Args:
        term: A relation, a number or a decade, a unit: `<50`, `20-40`, `>=1990`, `mid 90s`, `<4 min`.
        column: Name of the column; years are whole numbers and know decades.
        unit: The column's unit; a number in another unit of the same kind is converted.
    """
    match = TERM.fullmatch(term.strip())
    if match is None:
        return None
    if column == YEAR:
        return _years(match)
    factor = _factor(match["unit"], unit)
    low = _tidy(float(match["low"]) * factor)
    high = _tidy(float(match["high"] or match["low"]) * factor)
    if match["op"] == "~":
        low, high = _tidy(low * (1 - SHARE_NEAR)), _tidy(high * (1 + SHARE_NEAR))
    return _open(match["op"], (low, high), 0) if low <= high else None


def numbers_in(term: str) -> list[str]:
    """Return the numbers of a term as they are written in it."""
    return re.findall(r"\d+(?:\.\d+)?", term)


def _years(match: re.Match[str]) -> Bounds | None:
    first, last = _span(match["low"], match["decade"]), _span(match["high"] or "", match["decade2"])
    if match["part"] and match["decade"]:
        start, end = PARTS[match["part"]]
        first = (first[0] + start, first[0] + end)
    low, high = first[0], last[1] if match["high"] else first[1]
    if match["op"] == "~":
        low, high = low - YEARS_NEAR, high + YEARS_NEAR
    return _open(match["op"], (low, high), 1) if low <= high else None


def _span(number: str, decade: str | None) -> tuple[int, int]:
    """Return the years of `90` + `s`, `1990` + `s`, or of one year."""
    year = int(float(number or 0))
    if len(number) <= 2 and number:
        year += 1900 if year >= 30 else 2000
    return (year - year % 10, year - year % 10 + 9) if decade else (year, year)


def _open(op: str | None, span: tuple[Number, Number], step: int) -> Bounds:
    low, high = span
    ends: dict[str | None, Bounds] = {
        "<": (None, low - step),
        "<=": (None, high),
        ">": (high + step, None),
        ">=": (low, None),
    }
    return ends.get(op, (low, high))


def _factor(said: str | None, unit: str) -> float:
    kind, size = SIZES.get((said or "").lower(), ("", 1.0))
    known, own = SIZES.get(unit.lower(), ("", 1.0))
    return size / own if said and kind and kind == known else 1.0


def _tidy(value: float) -> Number:
    rounded = round(value, 4)
    return int(rounded) if rounded == int(rounded) else rounded
