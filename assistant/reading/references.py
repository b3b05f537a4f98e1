"""Words that point at picks: "the second one", "the last two", "that one", 第二个, 刚才那部."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from assistant.reading.numerals import NUMBER, value_of

ORDINALS = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "fifth": 5,
    "5th": 5, "sixth": 6, "6th": 6, "seventh": 7, "7th": 7, "eighth": 8, "8th": 8, "ninth": 9, "9th": 9,
    "tenth": 10, "10th": 10, "last": -1, "final": -1, "bottom": -1, "top": 1,
}  # fmt: skip
_ORD = "|".join(ORDINALS)
_NOUN = (
    r"(?:ones?|picks?|options?|choices?|suggestions?|recommendations?|films?|movies?|songs?|"
    r"tracks?|tunes?|pieces?|titles?|items?|results?|books?|games?|products?|tools?|things?|"
    r"guys?|artists?|albums?)"
)
_SMALL = {"two": 2, "three": 3, "four": 4, "2": 2, "3": 3, "4": 4, "couple": 2, "both": 2}
_MEASURE = (
    r"(?:个|盆|株|棵|束|部|首|款|瓶|碗|盘|盒|袋|本|把|件|台|张|条|双|只|支|项|种|副|名|位|片|辆|根|套|曲|家|门|篇|节|道|期|趟|"
    r"场|间|份|堂|则|档|号)"
)
_COUNTER = rf"(?:{_MEASURE}|电影|歌|片子|推荐|选项)"

_RANKED = re.compile(
    rf"(?<![\w'])(?:the |that |your |this |my )?(?:(?:very )?(?P<ord>{_ORD})(?P<last> to last|"
    rf" last)?(?: (?P<many>two|three|four|2|3|4|couple|few)(?: of (?:them|these|those))?)?"
    rf"(?: {_NOUN})?(?!\w)|(?:{_NOUN} )?(?:number|no\.?|nr\.?|#|option|pick|"
    rf"choice) ?(?P<num>\d{{1,2}}|one|two|three|four|five|six)(?!\w)|#(?P<hash>\d{{1,2}})(?!\w))"
)
_ALL = re.compile(
    r"(?<![\w'])(?:(?:all|any|none|each|which|either|both|neither|one|most|"
    r"some)(?: one)? of (?:these|those|them)|(?:these|those)(?: (?:ones|films|movies|songs|picks|"
    r"options|suggestions|recommendations|tracks|tools|books|games|two|three))?(?! (?:days|years|"
    r"things))|"
    r"all (?:three|four|five|of that)|the lot|they(?: all)?(?= (?:look|sound|are|were|seem))|"
    r"your (?:picks|suggestions|recommendations|choices))(?![\w'])"
)
_REST = re.compile(
    r"(?<![\w'])the (?:others?(?: (?:one|two|three|ones))?|rest)(?![\w'])(?! (?:day|week|hand|"
    r"way|side))|其[他它余](?:的|[两三四]?(?:个|部|首|本|款|集|道|些|家|瓶|把|门|篇))|其余|另外[两三]?[部首个]|剩下的"
)
_THAT_ONE = re.compile(rf"(?<![\w'])(?:that|this) {_NOUN}(?! of|'s (?:artist|brand|director))(?![\w'])")
_PRONOUN = re.compile(r"(?<![\w'-])(?:it|that|this)(?![\w-])(?!'ll)")
_BEFORE_PRONOUN = re.compile(
    r"\b(?:lov(?:ed?|ing)|hat(?:ed?|ing)|lik(?:ed?|ing)|enjoy(?:ed)?|seen|saw|watched|know|own|"
    r"heard|dislik(?:ed?|ing)|adored?|have|bought|read|played|tried|got|than|does|did|is|was|"
    r"finished|recommend|suggest|picked|pick|why|take|compare|explain|both|about|of|on|with|for|"
    r"like|got|skip|rewatched|finish|stand|into|to|by|in|instead of|returned|"
    r"return)(?: (?:really|already|all))? $"
)
# "that" is a conjunction or stands before its noun there, "it" means the weather or the whole.
_NO_PRONOUN = re.compile(
    r" (?!a lot|so much|very much)(?:kind|sort|type|film|movie|song|year|artist|band|brand|singer|"
    r"director|genre|category|i|"
    r"he|she|they|we|you|way|good|much|many|long|old|a|an|the|my|time|is (?:a|an|the|not a|my|"
    r"why|too late|enough|all|set|about|in|from|by|made|what|how)|would|could|should|are|can|"
    r"makes?|have|don't|doesn't|aren't|isn't|won't|takes?|feels?|goes|will|of|night|evening|"
    r"weekend|week|decade|century|month|afternoon|again|all|happens|i'm|you're|works (?:for|on)|"
    r"shows?|one|ones|matters?|maker|actor|author|company|same|[a-z]+ (?:artist|singer|band|"
    r"brand|director))\b|'s (?:a|an|the|all|it|my|what|not a|set|about|for|in|by|from|made|why|"
    r"how|enough|ok|fine|easy|light|cheap|short)\b"
)
_NO_IT = re.compile(
    r"(?:'s| is|s)? (?:too late|raining|cold|hot|getting|time|late|my|for (?:my|a|the|me|us)|all|"
    r"takes?|been|up to|not for|fine|ok|okay|enough)\b"
)
_START_PRONOUN = re.compile(
    r"^(?:'s| is| was| looks| sounds| seems| has| does| did|s)\b(?!(?: \w+)? (?:for|my|a|an|the|"
    r"what|all|fine|ok|okay|enough|raining|getting|late|up|how|i|why|just|only|also|nothing|"
    r"there|because|to|his|her|our|your|been)\b)"
)
_THEM = re.compile(
    r"\b(?:all(?: of)?|like|loved?|hated?|liked|seen|know|own|dislike|disliked|about|between|of|"
    r"enjoyed|than|compare|explain|with|have|watched|heard|bought) (?P<them>them)(?: all)?(?!\w)"
)
_ZH = re.compile(
    rf"(?P<ord>(?<![\d月第])(?P<hao>[一二三四五六1-6])号(?![线楼])|第(?P<n>{NUMBER}){_COUNTER}?|最后(?:那|这)?一?{_COUNTER}|"
    rf"倒数第(?P<back>{NUMBER}){_COUNTER}?|头一{_COUNTER}|首个)|"
    rf"(?P<firsts>前(?P<many>[两二三四五2345]){_MEASURE})|"
    rf"(?P<all>这些(?!年)|那些(?!年)|这几{_MEASURE}|那几{_MEASURE}|这两{_MEASURE}|那两{_MEASURE}|"
    rf"这[三四五]{_MEASURE}|它们|全都|(?<![个部首本款道集家瓶把门篇只])[都全](?=[看听读买]过|有了|知道|(?:很|"
    rf"挺|真|太)?(?:不错|好[看听吃用玩]|喜欢|超))|这两者|两{_MEASURE}都|"
    rf"(?<![\d元块年分秒钟级星斤克米页集季小时天个%])以上(?!的)|刚才(?:推荐|那些|那几){_MEASURE}?的?|你推荐的)|"
    rf"(?P<it>(?:刚才|刚刚|上面|之前)?(?:那|这)(?:一)?{_MEASURE}(?!人|月|星期|方面|意思|类|样|歌手|乐队|导演|演员|牌子|品牌|艺人|作者|"
    rf"价|类型|风格|年代|厂)(?:电影|歌(?!手)|片子)?|它|这首歌|那首歌|这电影|那电影|"
    rf"刚才那{_MEASURE})"
)
# "seen 1 and 3", "1 and 2 are great": bare numbers in a list.
_NUMBERS = re.compile(
    r"(?:^|\b(?:seen|liked?|loved?|hated?|not|no|skip|drop|know|own|have|got|watched|read|keep|swap|replace|"
    r"remove|nor|both|"
    r"about) |[,.;!] ?)(?P<list>[1-9](?:(?: ?, ?| ?& ?| and | or |,? and )[1-9])+)(?=\W*$| (?:are|were|"
    r"is|was|look|sound|but|please|"
    r"already|we|i|seem|no|yes|not)\b|[,.;!] )"
)
_ONE_NUMBER = re.compile(
    r"\b(?:seen|liked|loved|hated|love|hate|like|skip|drop|remove|not|keep|own|swap|enjoyed|"
    r"disliked) (?P<n>[1-9])(?=\W*$|[,.;!]| (?:and|but) "
    r"(?:seen|liked|loved|hated|love|hate|not|the|i|skip|drop))"
)
_LONE_NUMBER = re.compile(
    r"[,;.] ?(?:but |and )?(?P<n>[1-9])(?= (?:not|was|is|wasn't|isn't|no|yes|too|sounds|looks|i|we|meh|"
    r"boring)\b)"
)
_MIDDLE = re.compile(rf"(?<![\w'])the (?:middle|centre|center) {_NOUN}(?!\w)")
_COUNT_WORDS = re.compile(r"(?:only|just|the) (?:one|two|three)")


class Reference(NamedTuple):
    """Hold words that point at picks: where they stand, and what they point at ("#2", "#*", "#it")."""

    start: int
    end: int
    targets: tuple[str, ...]


def find_references(plain: str, shown: int, *, named: bool = False) -> list[Reference]:
    """Return what points at the last picks, in order, without overlaps; nothing where none were shown.

    Args:
        plain: The message, made plain.
        shown: Number of the last picks.
        named: Whether titles are named, which "it" and "the first" may mean where no picks were shown.
    """
    if not shown and not named:
        return []
    found: list[Reference] = []
    for reference in [*numbered(plain, shown), *_ranked(plain), *_chinese(plain), *_loose(plain)]:
        if all(reference.end <= other.start or other.end <= reference.start for other in found):
            found.append(reference)
    return sorted(found)


def numbered(plain: str, shown: int) -> list[Reference]:
    """Find picks called by bare numbers in a list, and the one in the middle."""
    found = []
    for match in _NUMBERS.finditer(plain):
        numbers = [int(digit) for digit in re.findall(r"\d", match["list"])]
        if max(numbers) <= shown:
            found.append(Reference(match.start("list"), match.end("list"), tuple(f"#{n}" for n in numbers)))
    lone = [*_ONE_NUMBER.finditer(plain), *(_LONE_NUMBER.finditer(plain) if found else ())]
    for match in lone:
        found += (
            [Reference(match.start("n"), match.end("n"), (f"#{match['n']}",))]
            if int(match["n"]) <= shown
            else []
        )
    if shown % 2:
        middle = f"#{(shown + 1) // 2}"
        found += [Reference(m.start(), m.end(), (middle,)) for m in _MIDDLE.finditer(plain)]
    return found


def _ranked(plain: str) -> list[Reference]:
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
        if (
            match["ord"] in ("top", "final", "bottom")
            and match["many"] is None
            and not words.startswith("the ")
        ):
            return False
        if match["ord"] == "top" and match["many"]:
            return words.startswith("the ")
        return not re.match(r" (?:i|we) (?:ever|saw|watched|bought|heard)", plain[match.end() :])
    if match["ord"] in ("top", "final", "bottom"):
        return False
    after = plain[match.end() :]
    named = re.match(
        r"\s*(?:for something|side\b|together|against|$|[.,!?;:=]|and\b|or\b|is\b|was\b|but\b|please|"
        r"looks|sounds|gets?\b|grows?\b|serves?\b|comes?\b|pls|plz|then|though|seems|feels|felt|can|could|would|should|will|might|did|didn|don|"
        r"won|got|"
        r"already|put|made|bored|runs?\b|lasts?\b|takes?\b|weigh\b|needs|not\b|yet|on (?:the|your|that)|"
        r"in (?:the|your|"
        r"that)|of (?:the|"
        r"your|those|these)|i'|we'|\d+/|!|\)|never|was\b|were|always|also\b|actually|"
        r"weighs?\b|costs?\b|any|better|instead|again|one's|for me|are\b|were\b|have\b|look|has\b|too\b|"
        r"though|vs|does|have|"
        r"about|over|than|cost|if|with|more|'s\b|isn't|wasn't)",
        after,
    )
    if match["ord"] == "last":
        return words.startswith(("the ", "that ", "your ")) and named is not None
    return named is not None and (
        words.startswith(("the ", "that ", "your ", "this "))
        or not re.search(r"\w", plain[: match.start()])
        or re.search(
            r"[.;,!] ?$"
            if re.match(r" ?[:=]", after)
            else r"\b(?:and|or|not|swap|replace|change|skip|drop|lose|liked?|loved?|hated?|seen)(?: the)? $",
            plain[: match.start()],
        )
        is not None
    )


def _loose(plain: str) -> list[Reference]:
    found = [Reference(m.start(), m.end(), ("#*",)) for m in _ALL.finditer(plain)]
    found += [Reference(m.start("them"), m.end("them"), ("#*",)) for m in _THEM.finditer(plain)]
    found += [Reference(m.start(), m.end(), ("#rest",)) for m in _REST.finditer(plain)]
    found += [Reference(m.start(), m.end(), ("#it",)) for m in _THAT_ONE.finditer(plain)]
    return found + [
        Reference(m.start(), m.end(), ("#it",)) for m in _PRONOUN.finditer(plain) if _means_pick(plain, m)
    ]


def _means_pick(plain: str, match: re.Match[str]) -> bool:
    """Say whether "it", "that" or "this" means a pick."""
    after = plain[match.end() :]
    before = plain[max(0, match.start() - 24) : match.start()]
    no_pick = _NO_IT if match.group() == "it" else _NO_PRONOUN
    if no_pick.match(after):
        return False
    if _BEFORE_PRONOUN.search(before):
        return not (
            match.group() != "it"
            and re.match(r" [a-z]+", after)
            and not re.match(
                r" (?:one|and|but|so|too|please|is|was|already|or|instead|again|better|then|now|yet|at|much|"
                r"because|last|as|very|though|more)\b",
                after,
            )
        )
    return _START_PRONOUN.match(after) is not None


def _chinese(plain: str) -> list[Reference]:
    found = []
    for match in _ZH.finditer(plain):
        if match["n"] or match["hao"]:
            targets: tuple[str, ...] = (f"#{int(value_of(match['n'] or match['hao']) or 1)}",)
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


def others_of(
    shown: Sequence[str], titles: Sequence[str], references: Sequence[Reference]
) -> dict[int, tuple[str, ...]]:
    """Return what "the others" mean where some of the picks are named: place in the message -> targets.

    Args:
        shown: Labels of the last picks.
        titles: Titles named in the message.
        references: What points at picks.
    """
    named = {target for reference in references for target in reference.targets}
    called = [title.casefold() for title in titles]
    left = []
    for number, label in enumerate(shown, 1):
        bare = re.sub(r"\s*\(\d{4}\)$", "", label.casefold())
        if f"#{number}" not in named and f"#{number - len(shown) - 1}" not in named and bare not in called:
            left.append(f"#{number}")
    if not left or len(left) == len(shown):
        return {}
    return {r.start: tuple(left) for r in references if r.targets == ("#rest",)}
