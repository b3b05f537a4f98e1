"""Constraints that a message takes back: "any year is fine", "actually horror is ok", 价格无所谓."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from assistant.reading.columns import Columns
from assistant.reading.facet_words import Facets
from assistant.reading.numeric import ColumnWords
from assistant.reading.same import called_names
from assistant.reading.toward import Wish

_ANY = (
    r"(?:any|whatever|whichever|every|all|no particular|no specific|open to any|"
    r"don't mind (?:the|which|what)|doesn't matter (?:which|what)|no matter (?:the|which|what)|"
    r"regardless of(?: the)?|irrespective of(?: the)?|never mind (?:the|about the)|"
    r"forget(?: about)? (?:the|my)|ignore (?:the|my)|drop (?:the|my)|remove (?:the|my)|"
    r"lift (?:the|my)|scrap (?:the|my)|relax (?:the|my)|cancel (?:the|my)|without (?:the|a)|"
    r"no more|no)"
)
_FREE = (
    r"(?:s)?(?: (?:limit|range|restriction|filter|constraint|requirement|cap|preference|bound|"
    r"condition)s?)?(?: (?:really |actually |no longer |anymore )?(?:(?:does|do|did)(?:n'?t|"
    r" not)|no longer|doesnt|dont) (?:really |actually )?(?:matter|count|bother me|"
    r"make a difference)| (?:is|are|'s|was)(?:n't| not| no| un)? ?(?:really |so |that |longer |"
    r"also |totally |all |now |an? )*(?:fine|ok|okay|important|irrelevant|unimportant|issue|"
    r"problem|object|concern|open|good|negotiable|flexible|up to you|relevant|matter|alright|"
    r"welcome|cool)| (?:can|could|may) be (?:anything|any|whatever)| whatever| is open)"
)
_LIMIT = (
    r"(?: (?:limit|range|restriction|filter|constraint|requirement|cap|preference|bound|"
    r"condition|thing|rule|bit|part))"
)
_ANY_ZH = (
    r"(?:不限(?:制|定)?|任何|任意|不管|无论|不论|不在乎|不在意|不用管|别管|取消|去掉|不考虑|"
    r"不关心|随便什么?|什么样的?|哪个)"
)
_FREE_ZH = (
    r"(?:都|也|就|其实|现在)?(?:不限|无所谓|随便|随意|不重要|没关系|都行|都可以|不要紧|没要求|"
    r"没有要求|不要求|没限制|没有限制|不用管|不是问题|不是重点|不在乎|不在意|不管|不用限制|"
    r"放宽(?:一?[点些])?|不设限|不用考虑|任意)"
)
_AUDIENCE = re.compile(
    r"\b(?:not|no longer|isn't|it's not|isnt|aren't) (?:just |only )?for (?:the |my )?(?:kids?|"
    r"children|family|teens?|adults?)(?: any ?more| after all| now)?|\b(?:the )?(?:kids?|"
    r"children|family|little ones) (?:(?:aren't|are not|isn't|is not|won't be|will not be|"
    r"are no longer) (?:watching|coming|joining|here|around|with us)|(?:are|is) (?:in bed|asleep|"
    r"out|away|not here|gone)|(?:have|has) gone to bed)(?: any ?more)?|\bwithout the (?:kids|"
    r"children|family)\b|\bkids? (?:don't|doesn't) matter|\b(?:just|only) (?:for )?(?:me|"
    r"us)(?: now| tonight| after all)\b|"
    r"(?:孩子|小孩|小朋友)(?:们)?(?:不看了?|不在|睡了|不来了|不听了)|不是给(?:孩子|小孩|小朋友)|"
    r"不用(?:适合|考虑|照顾)(?:孩子|小孩|小朋友|家人)"
)
_PEOPLE = re.compile(
    r"\b(?:any(?:one|body)?|whichever|whatever) (?:artist|singer|band|director|actor|author|"
    r"writer|musician|performer|composer)s?\b|\banyone(?: is| else is|'s)? (?:fine|ok|okay)|"
    r"\b(?:doesn't|does not) have to be (?:by|from|with) |\b(?:artist|singer|director|author|"
    r"actor|band)s? (?:doesn't|does not|don't|do not) matter\b|(?:歌手|导演|演员|作者|艺人|谁唱|"
    r"谁演|谁拍|谁写)(?:的)?(?:都|也)?(?:无所谓|不限|随便|都行|都可以|不重要|不管)"
)
_COUNT = re.compile(
    r"\b(?:as many as you (?:like|want|can)|any number|however many|number doesn't matter|"
    r"no matter how many)\b|多少个?都(?:行|可以)|数量(?:不限|无所谓|随便)"
)
_QUERY = re.compile(
    r"\b(?:forget|drop|ignore|scrap|never mind) (?:about )?the (?:theme|mood|topic|setting|"
    r"purpose|dragons|sea|vibe)\b|\bany (?:theme|topic|mood|vibe|setting) (?:is|will|works)|"
    r"主题(?:不限|无所谓|随便)"
)
_ALL = re.compile(
    r"(?:\bno (?:other )?(?:limits?|restrictions?|constraints?|conditions?)\b|\banything goes\b)"
)


def read_withdrawn(
    plain: str,
    columns: Columns,
    numbers: Sequence[ColumnWords],
    facets: Facets,
    wishes: Sequence[Wish],
    shown: bool,
) -> tuple[str, ...]:
    """Return what a message takes back: columns, single values as "column:value", slots.

    Args:
        plain: The message, made plain; titles, names and numbers covered.
        columns: The columns of the catalogue.
        numbers: The numeric columns with their words.
        facets: What is said of facet values.
        wishes: The wishes found.
        shown: Whether anything stands that could be taken back.
    """
    if not shown:
        return ()
    out = [f"{facet}:{value}" if value else facet for facet, value in facets.allowed]
    out += [wish.column for wish in wishes if wish.side is None]
    said = {c.name: c.said for c in numbers}
    for name in (*columns.facets, *columns.people, *columns.numbers):
        if _pattern(called_names(name), said.get(name, ())).search(plain):
            out.append(name)
    for slot, pattern in (("audience", _AUDIENCE), ("people", _PEOPLE), ("count", _COUNT), ("query", _QUERY)):
        if pattern.search(plain) and (slot != "people" or columns.people):
            out.append(slot)
    if "people" in out and any(name in out for name in columns.people):
        out.remove("people")
    return tuple(dict.fromkeys(out))


@cache
def _pattern(called: str, said: tuple[str, ...]) -> re.Pattern[str]:
    words = dict.fromkeys(
        (
            *called.split("|"),
            *(
                re.escape(w)
                for w in said
                if w
                not in (
                    "long",
                    "run",
                    "runs",
                    "last",
                    "lasts",
                    "age",
                    "people",
                    "high",
                    "deep",
                    "wide",
                    "tall",
                    "money",
                    "spend",
                )
            ),
        )
    )
    latin = "|".join(w for w in words if w.isascii()) or "(?!)"
    chinese = "|".join(w for w in words if not w.isascii()) or "(?!)"
    money = (
        (
            r"|\bmoney(?: is|'s) no (?:object|problem|issue)|\bprice is no object|\bi can (?:spend|"
            r"pay) (?:more|anything)|钱不是问题|贵一?点也(?:行|可以|没关系)"
        )
        if "price" in words
        else ""
    )
    years = (
        (
            r"|\bfrom any time\b|\bold or new\b|\bnew or old\b|新老都(?:行|可以)|新旧都|老的新的都|"
            r"老片也(?:行|可以)|什么时候的都"
        )
        if "year" in words
        else ""
    )
    return re.compile(
        rf"(?<![\w'])(?:any|whatever|whichever|every|no particular|no specific|"
        rf"regardless of(?: the)?|irrespective of(?: the)?|open to any|"
        rf"all) (?:{latin})s?(?!\w)(?! (?:like|such|about|with|for|that (?!'s|is)))(?=(?: will do|"
        rf" is (?:fine|ok|okay|good|alright|cool)| are (?:fine|ok|okay|good)| works| goes| now|"
        rf" please| then| at all| would do|'s fine| range| i don't mind)|\W*$|[,.!])|"
        rf"(?<!\w)(?:the |my )?(?:{latin}){_FREE}|"
        rf"(?<![\w'])(?:forget(?: about)?|ignore|drop|remove|lift|scrap|relax|cancel|"
        rf"never mind(?: about)?|don't (?:worry|care) about|do not care about|don't care (?:which|"
        rf"what)|no matter (?:the|which|what)|don't mind (?:the|which|what)|doesn't matter (?:the|"
        rf"which|what)|does not matter (?:which|what)|stop worrying about)(?: (?:the|my|that|which|"
        rf"what))* (?:{latin})s?(?!\w)|"
        rf"\bno (?:{latin})s?{_LIMIT}|(?:{latin}) (?:can|could) be (?:anything|any)|"
        rf"{_ANY_ZH}(?:的)?(?:什么|哪个|哪种)?(?:{chinese})|(?:什么|哪个|哪种|哪一个|"
        rf"任何)(?:{chinese})(?:的)?(?:都|也)(?:行|可以|好)|(?:{chinese})(?:的)?(?:限制|要求|"
        rf"条件)?{_FREE_ZH}{money}{years}"
    )
