"""What a catalogue holds, guessed from its columns and values, and what is on topic there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

SHOP = "shop"  # where nothing tells


class _Signs(NamedTuple):
    """What tells a domain: columns of which one is enough, values of which two are, words on topic in it."""

    columns: str
    values: str
    topics: str = ""


# The first domain that is told counts.
_DOMAINS: dict[str, _Signs] = {
    "music": _Signs(
        "tempo bpm album artist artists key", "jazz rock folk blues pop classical ambient techno"
    ),
    "books": _Signs(
        "pages isbn publisher",
        "novel poetry memoir essays cookbook fiction non-fiction biography",
        "story stories poem poems poetry essay lyrics letter recipe recipes travel",
    ),
    "games": _Signs("players platform platforms mechanics", "strategy puzzle shooter rpg simulation racing"),
    "news": _Signs(
        "section sections headline newspaper outlet desk",
        "politics opinion economy world business climate society justice",
        "news headlines today weather forecast election elections stock market stocks football soccer"
        " tennis score "
        "president minister mortgage crypto bitcoin invest lottery tax doctor vaccine landlord 新闻 "
        "股票 股市 天气 "
        "总统 医生 比特币 汇率 世界杯 编程 减肥",
    ),
    "courses": _Signs(
        "teacher teachers instructor instructors lecturer subject subjects lessons course hours",
        "programming photography mathematics languages marketing design drawing piano statistics",
        "learn learning code coding python html javascript sql program programming calculus algebra "
        "essay poem poetry "
        "script write writing translate translation cook bake invest investing tax math maths physics"
        " quantum cv "
        "resume speech letter 编程 翻译 写程序 作业 减肥 股票 做菜 python",
    ),
    "food": _Signs(
        "servings cuisine cuisines ingredients ingredient diet calories serves dish course",
        "soup pasta salad dessert vegetarian vegan breakfast curry stew seafood baking",
        "recipe recipes cook bake boil roast dinner lunch breakfast pizza sushi burger food pasta "
        "cake bread pancakes "
        "coffee omelette tea lasagne lasagna carbonara wine beer calories 菜 做菜 菜谱 餐 饭 火锅 "
        "红烧肉 番茄",
    ),
    "travel": _Signs(
        "nights destination destinations stars area rooms region board departure",
        "beach mountains city hiking sailing hotel hostel safari cruise ski countryside sightseeing",
        "hotel hotels flight flights trip trips beach room holiday weather restaurant restaurants "
        "train trains 酒店 宾馆 "
        "旅馆 景点 机票 天气 餐厅",
    ),
    "films": _Signs("director directors", "comedy drama horror western thriller sci-fi romance animation"),
    "tools": _Signs("", "spade rake mower spades rakes mowers hammer drill shears hoe trimmer"),
    "phones": _Signs("storage ram screen megapixels", "phone tablet laptop camera headphones"),
    "clothes": _Signs("", "dress shirt boots jumper jacket trousers skirt sweater coat"),
}


def domain_of(facets: Mapping[str, Sequence[str]], people: Sequence[str], numbers: Sequence[str]) -> str:
    """Guess what a catalogue holds from its columns and values; "shop" where that is not clear."""
    values = {word for some in facets.values() for value in some for word in value.casefold().split()}
    values |= {value.casefold() for some in facets.values() for value in some}
    names = (*facets, *people, *numbers)
    columns = {word for name in names for word in name.casefold().replace("_", " ").split()}
    for domain, signs in _DOMAINS.items():
        if columns & set(signs.columns.split()) or len(values & set(signs.values.split())) > 2:
            return domain
    if columns & {"author", "authors"}:
        return "books"
    return SHOP


def topics_of(domain: str) -> frozenset[str]:
    """Return words that are on topic in a domain although they are off topic elsewhere."""
    return frozenset(_DOMAINS[domain].topics.split()) if domain in _DOMAINS else frozenset()
