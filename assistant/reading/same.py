"""Wishes for the value of an item: "that artist", "same brand as the first one", 同一个歌手."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from assistant.reading import lexicon
from assistant.reading.columns import Columns
from assistant.reading.message import Span
from assistant.reading.references import Reference

_BY = re.compile(
    r"\b(?:by|from|with) (?:him|her|them|the same (?:person|people|guy|woman|man|lot|folks|one)|"
    r"that (?:person|guy|woman|man))(?!\w)(?! (?:self|first|second))|他们?的(?:歌|电影|作品|书|"
    r"其他)|她的(?:歌|电影|作品|书|其他)|(?:同一个人|这个人|那个人)(?:唱|拍|写|演)?的"
)
_PEOPLE_COLUMNS = (
    "artist",
    "artists",
    "director",
    "directors",
    "author",
    "authors",
    "composer",
    "writer",
    "performer",
    "brand",
)


@cache
def _pattern(called: str) -> re.Pattern[str]:
    latin = "|".join(w for w in called.split("|") if w.isascii())
    chinese = "|".join(w for w in called.split("|") if not w.isascii()) or "(?!)"
    that = "" if "decade" in called else "that(?: same)?|this(?: same)?|"
    return re.compile(
        rf"\b(?:the )?(?:(?P<same>same|{that}its|their|"
        rf"said)) (?:exact )?(?:{latin})s?(?!\w)(?! (?:of year|than))(?P<as> (?:as|of|like|with|from|"
        rf"that|who))?|"
        rf"\b(?:the )?(?P<of>{latin})s? (?:of|from|behind|who (?:made|did|sang|wrote|directed)|"
        rf"as) (?=the\b|that\b|this\b|it\b|number|\x05|\ufffd)|"
        rf"\x05's (?P<poss>{latin})s?(?!\w)|\ufffd's (?P<poss2>{latin})s?(?!\w)|"
        rf"(?:同一?(?:个|位|款|种|家|支)?|相同的?|一样的?|(?:这|那)(?:个|位|款|种|家|支)|该|它的|"
        rf"他的|她的)(?P<zh>{chinese})|\x05(?:的)?(?P<zh_of>{chinese})|\x05(?:同|一样的?|"
        rf"相同的?)(?:一?个)?(?P<zh_as>{chinese})|(?P<zh_same>{chinese})(?:相同|一样)"
    )


def read_same(
    plain: str, columns: Columns, titles: Sequence[Span], references: Sequence[Reference], shown: bool
) -> dict[str, str]:
    """Return column -> title or reference whose value picks must share.

    Args:
        plain: The message, made plain, with the titles covered.
        columns: The columns of the catalogue.
        titles: The titles named.
        references: The references to picks.
        shown: Whether there are picks that "that artist" can mean.
    """
    if not (shown or titles) or _asks(plain):
        return {}
    marked = _marked(plain.replace("同类型", "类似的"), references)
    found: dict[str, str] = {}
    for name in (*columns.people, *columns.facets, *columns.numbers):
        match = _pattern(called_names(name)).search(marked)
        if match is not None:
            found[name] = _whose(marked, match, titles, references)
    if not found and (match := _BY.search(plain)):
        column = next((c for c in _PEOPLE_COLUMNS if c in columns.people or c in columns.facets), None)
        if column is not None:
            found[column] = _whose(marked, match, titles, references)
    return _narrowed(found)


def says_column(plain: str, column: str) -> bool:
    """Say whether a plain message names a column by one of its words."""
    called = called_names(column)
    latin = "|".join(w for w in called.split("|") if w.isascii())
    chinese = [w for w in called.split("|") if not w.isascii()]
    return bool(re.search(rf"(?<!\w)(?:{latin})s?(?!\w)", plain)) or any(w in plain for w in chinese)


def called_names(name: str) -> str:
    """Return what a column is called, as alternatives of a regular expression."""
    low = name.casefold()
    table = lexicon.called()
    words = "|".join(table.get(low) or table.get(low.rstrip("s")) or ())
    own = re.escape(low.replace("_", " ").rstrip("s") or low)
    return f"{own}|{words}" if words else own


def _asks(plain: str) -> bool:
    return bool(
        re.search(r"^(?:who|what|which|why|when)\b(?! (?:else|other|about))", plain.strip())
    ) and not re.search(r"\b(?:more|something|else|other|another)\b", plain)


def _marked(plain: str, references: Sequence[Reference]) -> str:
    chars = list(plain)
    for reference in references:
        words = plain[reference.start : reference.end]
        if re.match(r"(?:that|this|it)\b", words) and not words.startswith(("that one", "this one")):
            continue
        chars[reference.start : reference.end] = "\x05" * (reference.end - reference.start)
    return "".join(chars)


def _whose(plain: str, match: re.Match[str], titles: Sequence[Span], references: Sequence[Reference]) -> str:
    """Return the item beside the words: one named after "as" or "of", else the last named before."""
    after = [(r.start, r.targets[0]) for r in references if match.start() <= r.start <= match.end() + 16]
    after += [(t.start, t.text) for t in titles if match.start() <= t.start <= match.end() + 16]
    if after:
        return min(after)[1]
    before = [(r.start, r.targets[0]) for r in references if r.start < match.start()]
    before += [(t.start, t.text) for t in titles if t.start < match.start()]
    return max(before)[1] if before else "#it"


def _narrowed(found: dict[str, str]) -> dict[str, str]:
    """Keep one column where several are called alike, the first."""
    return dict(list(found.items())[:1]) if len(found) > 2 else found
