"""Lengths, prices, makers and countries that are asked for where the catalogue does not tell them.

Such words ("shorter", "under two hours") say nothing that could be searched for: held against titles,
"shorter" would find "The Big Short". They are left out of the request, and the answer says what is not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from assistant.reading import lexicon
from assistant.reading.columns import Columns
from assistant.reading.numeric import ColumnWords

_MUCH = (
    r"(?:under|over|below|above|less than|more than|at most|at least|up to|within|about|around|max(?:imum)?|"
    r"no longer than)"
)
_THING = r"(?:ones?|films?|movies?|songs?|tracks?|books?|games?|episodes?|shows?|articles?|read|watch)"
_SOME = r"(?:\d+(?:\.\d+)?|an?|one|two|three|half an|[一二两三四五六七八九十半]+)"
_DEGREE = r"(?:too|so|very|really|fairly|not (?:so|too|very)|nothing (?:too )?)"
# Topic of `assistant.phrases` -> kinds of columns that tell it, and the words that ask for it.
ASKED: dict[str, tuple[frozenset[str], re.Pattern[str]]] = {
    "length": (
        frozenset(("duration", "pages", "size")),
        re.compile(
            rf"\b(?:a (?:bit|little) )?(?:shorter|longer|lengthier|shortest|longest)\b|"
            rf"\b{_DEGREE} (?:short|long|lengthy)\b|\b(?:short|long|lengthy)(?= {_THING}\b)|"
            rf"\b(?:{_MUCH} )?{_SOME}[ -]?(?:hours?|hrs?|minutes?|mins?)\b"
            r"(?: (?:or less|or so|max|at most|tops|long))?|"
            r"(?:再|更|太|稍微?)?[短长](?:一?[点些])|太[短长]|时长|片长|"
            rf"{_SOME} ?个?半?(?:小时|钟头|分钟)(?:以内|以上|之内|左右|以下)?"
        ),
    ),
    "price": (
        frozenset(("price",)),
        re.compile(
            r"\b(?:cheap|cheaper|cheapest|inexpensive|affordable|pricey|pricier|expensive)\b|"
            rf"\b(?:{_MUCH} )?[$€£¥]? ?\d+ ?(?:euros?|dollars?|bucks|pounds|quid|eur|usd|yuan|rmb)\b|"
            rf"(?:\b{_MUCH} )?[$€£¥] ?\d+\b|便宜|(?:太|更|别太)贵|\d+ ?(?:块钱?|元)(?:以内|以下|左右)?"
        ),
    ),
    "calories": (
        frozenset(("calories",)),
        re.compile(
            rf"\b(?:{_MUCH} )?\d+ ?(?:k?cal|kilo-?calories|calories)\b|\blow[- ]calorie\b|\bcalories\b|"
            r"\d+ ?(?:大卡|千卡|卡路里)(?:以内|以下|左右)?|低热量|低卡"
        ),
    ),
    "people": (
        frozenset(("people",)),
        re.compile(
            r"\b(?:directed|written|sung|composed|performed) by\b|\b(?:starring|featuring)\b|"
            r"(?:导演的|主演的|演唱的|写的)"
        ),
    ),
    "country": (
        frozenset(("country",)),
        re.compile(
            r"\b(?:korean|japanese|chinese|french|german|italian|spanish|indian|british|swedish|danish|norwegian|"
            r"finnish|dutch|polish|russian|turkish|greek|iranian|brazilian|mexican|argentin(?:e|ian)|canadian|"
            r"australian|irish|foreign)\b|(?:韩国|日本|法国|德国|意大利|西班牙|印度|英国|美国|瑞典|丹麦|俄罗斯|泰国)的?"
        ),
    ),
}
PLACES = frozenset(
    ("country", "countries", "nation", "nationality", "origin", "language", "languages", "region", "cuisine")
)


def told_kinds(columns: Columns, numbers: Iterable[ColumnWords]) -> frozenset[str]:
    """Return what a catalogue tells: kinds of its numbers, people, and what its facets are called.

    Where items are described, what is not a column may stand in the text.
    """
    kinds = {column.kind for column in numbers} | ({"people"} if columns.people else set())
    for kind, words in lexicon.column_kinds().items():
        kinds |= {kind} & {kind for name in columns.facets if name.casefold() in words.names}
    places = {name.casefold() for name in columns.facets} & PLACES
    return frozenset(kinds | ({"country"} if places or columns.described else set()))


def find_untold(plain: str, told: frozenset[str]) -> dict[str, list[tuple[int, int]]]:
    """Return topic -> where it is asked for, for what no column tells.

    Args:
        plain: The message, made plain; what is read otherwise is covered.
        told: What the catalogue tells.
    """
    found = {
        topic: [match.span() for match in pattern.finditer(plain)]
        for topic, (telling, pattern) in ASKED.items()
        if not telling & told
    }
    return {topic: places for topic, places in found.items() if places}
