"""A message made plain: lower case, half-width, simplified characters, titles covered; lengths are kept."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

MASK = "\N{REPLACEMENT CHARACTER}"
_TRADITIONAL = (
    "電影动画剧戰爭愛紀錄驚懸樂搖滾謠藍調說類輕鬆傷憂夢遊舊貴價錢長時間後這個們還為麼樣給歡討厭過"
    "別換點聽話選"
    "謝請問誰沒從對兩萬鐘歲園藝鋼鐵鋁機無線聲純車軟質風較難簡單開關買賣閱讀書頁導員適裡裏幾幫尋與許應該當"
    "覺國語華會來嗎讓膠氣壺鏟鋤鋸備勵場預體滿師兒頭連雙條張動畫劇"
)
_SIMPLIFIED = (
    "电影动画剧战争爱纪录惊悬乐摇滚谣蓝调说类轻松伤忧梦游旧贵价钱长时间后这个们还为么样给欢讨厌过"
    "别换点听话选"
    "谢请问谁没从对两万钟岁园艺钢铁铝机无线声纯车软质风较难简单开关买卖阅读书页导员适里里几帮寻与许应该当"
    "觉国语华会来吗让胶气壶铲锄锯备励场预体满师儿头连双条张动画剧"
)
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_MARKS = {ord(a): b for a, b in zip("’‘“”„«»。、﹐–—～　", '\'\'""""".、,--~ ', strict=True)}
_TABLE: dict[int, int | str] = {**_WIDE, **_MARKS, **str.maketrans(_TRADITIONAL, _SIMPLIFIED)}


class Span(NamedTuple):
    """A stretch of the message: the words as written and where they stand, in characters.

    `item` is the id or label of the item that the words mean, where that is known.
    """

    text: str
    start: int
    end: int
    item: str = ""


def plain_of(text: str) -> str:
    """Return `text` in lower case, half-width, with plain quotes and simplified characters; same length."""
    low = text.lower() if len(text.lower()) == len(text) else "".join(_lower(char) for char in text)
    return low.translate(_TABLE)


def _lower(char: str) -> str:
    low = char.lower()
    return low if len(low) == 1 else char


def cover(plain: str, spans: Sequence[tuple[int, int]], mark: str = MASK) -> str:
    """Return `plain` with every (start, end) replaced by a placeholder of the same length."""
    chars = list(plain)
    for start, end in spans:
        chars[start:end] = mark * (end - start)
    return "".join(chars)


def blank(text: str, spans: Sequence[Span]) -> str:
    """Return `text` made plain, with the titles replaced by a placeholder of the same length."""
    return cover(plain_of(text), [(span.start, span.end) for span in spans])


def overlaps(span: tuple[int, int], others: Sequence[tuple[int, int]]) -> bool:
    """Say whether a stretch shares a character with any of the others."""
    return any(span[0] < end and start < span[1] for start, end in others)


_STOP = re.compile(r"[.;:!?\n](?!\d)")


def sentence_start(plain: str, position: int) -> int:
    """Return where the sentence around `position` begins; a point inside a number ends none."""
    start = 0
    for match in _STOP.finditer(plain, 0, position):
        start = match.end()
    return start


def sentence_end(plain: str, position: int) -> int:
    """Return where the sentence around `position` ends."""
    match = _STOP.search(plain, position)
    return match.start() if match else len(plain)
