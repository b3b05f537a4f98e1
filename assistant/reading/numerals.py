"""Numbers as people write them: digits, English words, Chinese characters."""

from __future__ import annotations

import re

_UP_TO_19 = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
)
ONES = {word: number for number, word in enumerate(_UP_TO_19.split(), 1)}
TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90,
}  # fmt: skip
HAN_DIGITS = {
    "零": 0,
    "〇": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
HAN_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10000}

_ONE, _TEN = "|".join(ONES), "|".join(TENS)
_SMALL = rf"(?:(?:{_TEN})(?:[ -](?:{_ONE}))?|{_ONE})"
_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+"
_HAN = r"(?:半|[零〇一二两三四五六七八九十百千万]+(?:点[零一二三四五六七八九]+)?)"
_PART = r"(?: and a half|(?: and)? a quarter)?"
WORD = (
    rf"(?:(?:{_SMALL}|an?) (?:hundred|thousand|grand)(?: and (?:{_SMALL}))?|half a dozen|a dozen|three "
    rf"quarters of an|a quarter of an|a tenner|a fiver|a grand|"
    rf"{_SMALL}{_PART}|half an?)"
)
_ONE_OF = (
    r"(?:hour|minute|second|week|month|year|kilo|kilogram|kg|gram|pound|metre|meter|litre|liter|"
    r"gallon|foot|"
    r"inch|euro|dollar)\b"
)
NUMBER = (
    rf"(?:(?<![\w.])(?:{WORD})(?!\w)|(?<![\w.])an?(?= {_ONE_OF})|"
    rf"(?<![\d.])(?:{_DIGITS})(?: ?k\b(?!g))?|{_HAN})"
)
"""A regular expression for one number, without groups."""


def value_of(text: str) -> float | None:
    """Return the value of what `NUMBER` matched; None where it is no number.

    Args:
        text: Lower case: "1,500", "2.5", "2k", "twenty-five", "one and a half", 两百, 三点五, 半.
    """
    text = text.strip()
    if re.match(r"[\d.]", text):
        return _digits(text)
    return _han(text) if re.match(r"[^\x00-\x7f]", text) else _words(text)


def _digits(text: str) -> float | None:
    thousand = text.endswith("k")
    try:
        return float(text.rstrip("k ").replace(",", "")) * (1000 if thousand else 1)
    except ValueError:
        return None


_SET_WORDS = {
    "three quarters of an": 0.75,
    "a quarter of an": 0.25,
    "a tenner": 10.0,
    "a fiver": 5.0,
    "a grand": 1000.0,
}


def _words(text: str) -> float | None:
    if text in ("a dozen", "half a dozen"):
        return 12 if text == "a dozen" else 6
    if text in _SET_WORDS:
        return _SET_WORDS[text]
    total, seen = 0.0, False
    for word in re.split(r"[ -]", text):
        if word in ONES or word in TENS:
            total, seen = total + ONES.get(word, TENS.get(word, 0)), True
        elif word in ("hundred", "thousand", "grand"):
            total, seen = max(total, 1) * (100 if word == "hundred" else 1000), True
        elif word in ("half", "quarter"):
            total, seen = total + (0.5 if word == "half" else 0.25), True
        elif word in ("a", "an") and not seen:
            total, seen = total, True
    if text in ("a", "an"):
        return 1.0
    return total if seen and total else None


def _han(text: str) -> float | None:
    if text == "半":
        return 0.5
    whole, _, part = text.partition("点")
    if not any(char in HAN_UNITS for char in whole):
        digits = "".join(str(HAN_DIGITS[char]) for char in whole)
        value = float(digits) if digits else 0.0
    else:
        value = _han_whole(whole)
    return value + float("0." + "".join(str(HAN_DIGITS[char]) for char in part)) if part else value


def _han_whole(text: str) -> float:
    """Return 253 for 二百五十三 and 150 for 一百五, in which the last unit is left out."""
    total, digit, last = 0, 0, 10
    for char in text:
        if char in HAN_UNITS:
            unit = HAN_UNITS[char]
            if unit == 10000:
                total, digit = (total + digit) * unit, 0
            else:
                total, digit = total + (digit or 1) * unit, 0
            last = unit
        else:
            digit = HAN_DIGITS[char]
            last = 10 if char in "零〇" else last
    return float(total + digit * (last // 10 if last > 10 and "零" not in text and "〇" not in text else 1))
