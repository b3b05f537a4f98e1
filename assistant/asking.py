"""What a question about items is after: the reasons of a score, or a column of the catalogue."""

from __future__ import annotations

import re
from functools import lru_cache

from retriever.catalog import Catalog
from retriever.columns import PEOPLE, YEAR

WHY = re.compile(
    r"\bwhy\b|\bhow come\b|\breasons?\b|\bwhat makes\b|为什么|为何|理由|原因|怎么会(?:推荐)?|凭什么", re.I
)
# Column name (or a part of it) -> words that ask for it. Only columns that the catalogue has count.
CUES = {
    "price": r"cost|costs|price|prices|priced|expensive|cheap|cheaper|cheapest|how much|"
    r"多少钱|价格|价钱|贵|便宜",
    "weight": r"weighs?|weight|heavy|heavier|heaviest|light|lighter|lightest|多重|重量|重|轻",
    "length": r"length|how long|longer|longest|shorter|shortest|duration|runtime|running time|"
    r"多长|时长|长度|长|短",
    "runtime": r"how long|longer|longest|shorter|shortest|duration|runtime|running time|多长|时长|片长",
    "tempo": r"tempo|bpm|faster|fastest|slower|slowest|fast|slow|节奏|速度|快|慢",
    "warranty": r"warranty|guarantee|guaranteed|保修|质保",
    YEAR: r"what year|which year|how old|year|when|older|oldest|newer|newest|"
    r"哪年|哪一年|年份|什么时候|几几年|新|老",
    "genre": r"genres?|what kind|what sort|kind of|about|类型|什么片|讲什么|风格|关于",
    "mood": r"moods?|心情|氛围|情绪",
    "material": r"materials?|made of|made from|材料|材质|什么做的",
    "power": r"power|powered|battery|electric|engine|motor|动力|电池|电动",
    "brand": r"brands?|who makes|made by|manufacturer|maker|品牌|牌子|哪家",
    "category": r"categor(?:y|ies)|what is it|种类|类别|是什么",
    "voice": r"voice|vocals?|sung|instrumental|人声|声音|唱",
    "people": r"who|by whom|director|directed|author|written|wrote|artist|singer|sings?|actors?|starring|"
    r"cast|composer|谁|导演|作者|歌手|演员|主演|作曲",
}  # fmt: skip


# Topics that have words of their own.
PLAIN = ("price", "weight", "length", "tempo", "warranty", "material", "people")


def wants_reasons(text: str) -> bool:
    """Say whether a question asks for reasons ("why the second one?") and not for facts."""
    return WHY.search(text) is not None


def asked_columns(text: str, catalog: Catalog) -> list[str]:
    """Return the columns of the catalogue that a question asks for; empty where it asks in general."""
    known = [*catalog.facet_values, *catalog.numbers]
    return [name for name in dict.fromkeys(known) if _cue(name).search(text)]


def absent_columns(text: str, catalog: Catalog) -> list[str]:
    """Return what a question asks for although no column of the catalogue holds it."""
    held = [name.casefold() for name in (*catalog.facet_values, *catalog.numbers)]
    there = {key for key in CUES for name in held if key in name or name in key}
    there |= {"people"} if catalog.people else set()
    there |= {"length", "runtime"} if there & {"length", "runtime"} else set()
    return [key for key in PLAIN if key not in there and _cue(key).search(text)]


@lru_cache(maxsize=256)
def _cue(column: str) -> re.Pattern[str]:
    low = column.casefold()
    keys = [key for key in CUES if key in low or low in key]
    keys += ["people"] if low in PEOPLE and "people" not in keys else []
    words = "|".join([re.escape(low), *(CUES[key] for key in keys)])
    latin = [w for w in words.split("|") if w.isascii()]
    other = [w for w in words.split("|") if not w.isascii()]
    parts = [rf"\b(?:{'|'.join(latin)})\b", *other]
    return re.compile("|".join(parts), re.I)
