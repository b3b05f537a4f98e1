"""Words that point at picks: "the second one", "the last two", "that one", "all of them", 第二个, 刚才那部."""

from __future__ import annotations

import re
from typing import NamedTuple

from assistant.numerals import NUMBER, value_of

ORDINALS = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "fifth": 5, "5th": 5,
    "sixth": 6, "6th": 6, "seventh": 7, "7th": 7, "eighth": 8, "8th": 8, "ninth": 9, "9th": 9, "tenth": 10, "10th": 10,
    "last": -1, "final": -1, "bottom": -1, "top": 1,
}  # fmt: skip
_ORD = "|".join(ORDINALS)
_NOUN = r"(?:ones?|picks?|options?|choices?|suggestions?|recommendations?|films?|movies?|songs?|tracks?|tunes?|pieces?|titles?|items?|results?|books?|games?|products?|tools?|things?|guys?|artists?|albums?)"
_SMALL = {"two": 2, "three": 3, "four": 4, "2": 2, "3": 3, "4": 4, "couple": 2, "both": 2}
_MEASURE = r"(?:个|部|首|款|本|把|件|台|张|条|双|只|支|项|种|副|名|位|片|辆|根|套|曲)"
_COUNTER = rf"(?:{_MEASURE}|电影|歌|片子|推荐|选项)"

_RANKED = re.compile(
    rf"(?<![\w'])(?:the |that |your |this |my )?(?:(?:very )?(?P<ord>{_ORD})(?P<last> to last| last)?(?: (?P<many>two|three|four|2|3|4|couple|few)(?: of (?:them|these|those))?)?"
    rf"(?: {_NOUN})?(?!\w)|(?:{_NOUN} )?(?:number|no\.?|nr\.?|#|option|pick|choice) ?(?P<num>\d{{1,2}}|one|two|three|four|five|six)(?!\w)|#(?P<hash>\d{{1,2}})(?!\w))"
)
_ALL = re.compile(
    r"(?<![\w'])(?:(?:all|any|none|each|which|either|both|neither|one|most|some)(?: one)? of (?:these|those|them)|(?:these|those)(?: (?:ones|films|movies|songs|picks|options|suggestions|recommendations|tracks|tools|books|games|two|three))?(?! (?:days|years|things))|"
    r"(?:all|like|love|loved|hate|hated|liked|seen|know|own|dislike|disliked|about|between|of|enjoyed|than|compare|explain) them(?: all)?|all (?:three|four|five|of that)|the lot|they(?: all)?(?= (?:look|sound|are|were|seem))|your (?:picks|suggestions|recommendations|choices))(?![\w'])"
)
_IT = re.compile(
    rf"(?<![\w'])(?:(?:that|this) (?:{_NOUN})(?! of)|(?:loved|love|hated|hate|like|liked|enjoyed|seen|saw|watched|know|own|about|heard|disliked|dislike|adored|have|bought|read|played|tried|got|than|with|does|is|was|did|of|for|finished|recommend|suggest|picked|pick|why|take|compare|explain|with|both|why) (?:it|that|this)(?! (?:kind|sort|type|one|film|movie|song|year|artist|band|brand|singer|director|genre|category|i\b|is|was|he|she|they|we|you|way|good|much|many|long|old|would|has|have|are|can|could|should|doesn))|"
    rf"(?<!\w)(?:it|that|this)(?:'s| is| was| looks| sounds| seems| has| does| did|'s not|s)(?! (?:for|my|a|an|the|what|it|all|fine|ok|okay|enough|raining|getting|time|late|me|not for|up|how|i|why|just|only|also|nothing|anything|there|because|to|his|her|our|your|been|their|about time)\b))(?![\w'])"
)
_ZH = re.compile(
    rf"(?P<ord>第(?P<n>{NUMBER}){_COUNTER}?|最后(?:那|这)?一?{_COUNTER}|倒数第(?P<back>{NUMBER}){_COUNTER}?|头一{_COUNTER}|首个)|"
    rf"(?P<firsts>前(?P<many>[两二三四五2345]){_MEASURE})|"
    rf"(?P<all>这些(?!年)|那些(?!年)|这几{_MEASURE}|那几{_MEASURE}|这两{_MEASURE}|那两{_MEASURE}|这[三四五]{_MEASURE}|它们|他们|都不|全都|这两者|两{_MEASURE}都|以上(?!的)|刚才(?:推荐|那些|那几){_MEASURE}?的?|你推荐的)|"
    rf"(?P<it>(?:刚才|刚刚|上面|之前)?(?:那|这)(?:一)?{_MEASURE}(?:电影|歌|片子)?(?!人|月|星期|方面|意思|类|样)|它|这首歌|那首歌|这电影|那电影|刚才那{_MEASURE})"
)
_COUNT_WORDS = re.compile(r"(?:only|just|the) (?:one|two|three)")


class Reference(NamedTuple):
    """Hold words that point at picks: where they stand, and what they point at ("#2", "#*", "#it")."""

    start: int
    end: int
    targets: tuple[str, ...]


def find_references(plain: str, shown: int) -> list[Reference]:
    """Return what points at the last picks, in order, without overlaps; nothing where none were shown.

    Args:
        plain: The message, made plain.
        shown: Number of the last picks.
    """
    if not shown:
        return []
    found: list[Reference] = []
    for reference in [*_ranked(plain, shown), *_chinese(plain, shown), *_loose(plain)]:
        if all(reference.end <= other.start or other.end <= reference.start for other in found):
            found.append(reference)
    return sorted(found)


def _ranked(plain: str, shown: int) -> list[Reference]:
    found = []
    for match in _RANKED.finditer(plain):
        if match["ord"] and not _points(plain, match):
            continue
        if match["ord"]:
            number = ORDINALS[match["ord"]]
            if match["last"]:
                number = -number if number > 0 else -1
            many = _SMALL.get(match["many"] or "", 1)
            targets = tuple(f"#{number + i if number > 0 else number - many + 1 + i}" for i in range(many))
        else:
            said = match["num"] or match["hash"]
            targets = (f"#{int(value_of(said) or 1)}",)
        found.append(Reference(match.start(), match.end(), targets))
    return found


def _points(plain: str, match: re.Match[str]) -> bool:
    """Say whether an ordinal points at a pick: "the second one", "the second", not "for the first time"."""
    words = match.group()
    has_noun = re.search(rf"{_NOUN}$", words) is not None or match["many"] or match["last"]
    if has_noun:
        if match["ord"] in ("top", "final", "bottom") and match["many"] is None and not words.startswith("the "):
            return False
        if match["ord"] == "top" and match["many"]:
            return words.startswith("the ")
        return not re.match(r" (?:i|we) (?:ever|saw|watched|bought|heard)", plain[match.end() :])
    if match["ord"] in ("top", "final", "bottom"):
        return False
    after = plain[match.end() :]
    named = re.match(r"\s*(?:$|[.,!?;]|and\b|or\b|is\b|was\b|but\b|please|looks|sounds|weighs?\b|costs?\b|any|better|instead|again|one's|for me|has\b|too\b|though|vs|does|have|about|over|than|cost|if|with|more|'s\b|isn't|wasn't)", after)
    if match["ord"] == "last":
        return words.startswith(("the ", "that ", "your ")) and named is not None
    return named is not None and (words.startswith(("the ", "that ", "your ", "this ")) or not re.search(r"\w", plain[: match.start()]) or re.search(r"\b(?:and|or|not|liked?|loved?|hated?|seen)(?: the)? $", plain[: match.start()]) is not None)


def _loose(plain: str) -> list[Reference]:
    found = [Reference(m.start(), m.end(), ("#*",)) for m in _ALL.finditer(plain)]
    return found + [Reference(m.start(), m.end(), ("#it",)) for m in _IT.finditer(plain)]


def _chinese(plain: str, shown: int) -> list[Reference]:
    found = []
    for match in _ZH.finditer(plain):
        if match["n"]:
            targets: tuple[str, ...] = (f"#{int(value_of(match['n']) or 1)}",)
        elif match["back"]:
            targets = (f"#-{int(value_of(match['back']) or 1)}",)
        elif match["firsts"]:
            targets = tuple(f"#{i + 1}" for i in range(int(value_of(match["many"]) or 1)))
        elif match["ord"]:
            targets = ("#1",) if match["ord"].startswith(("头", "首")) else ("#-1",)
        else:
            targets = ("#*",) if match["all"] else ("#it",)
        found.append(Reference(match.start(), match.end(), targets))
    return found
