"""Which kind of move a message makes: what stands first in the order of moves wins."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.intents import Move
from assistant.reading import move_cues as cues
from assistant.reading import topics
from assistant.reading.harm import is_unsafe
from assistant.reading.orders import gives_orders
from assistant.reading.smalltalk import is_chat


@dataclass(frozen=True)
class Signs:
    """Hold what was read of a message, as far as its move depends on it.

    Attributes:
        plain: The message, made plain, with the titles covered.
        whole: The same with what is marked as an order.
        fresh: Whether nothing was shown.
        titles: Number of titles named.
        references: Number of references to picks.
        choice: Whether two of these are joined by "or".
        opinions: Whether titles or picks are liked, disliked or seen.
        rejects: Whether picks are disliked or known.
        asks: Whether values, people, ranges, wishes, a number or an audience are said.
        wanted: Whether values, people or ranges are said.
        elsewhere: Where values and ranges are said.
        compared: Whether a wish or a shift is measured against something.
        base: What it is measured against: a "title", a "pick", or nothing that is named.
        withdrawn: Whether something is taken back.
        free: Whether words of mood or theme are left.
        bounded: Whether nothing is said but bounds: "a week at most".
        head: Whether the message opens with what kind of item is wanted.
        shares: Whether the value of an item is to be shared.
        domain: What the catalogue holds, as `topics` calls it.
        own: Words of the catalogue, which are never off topic.
    """

    plain: str
    whole: str
    fresh: bool
    titles: int
    references: int
    choice: bool
    opinions: bool
    rejects: bool
    asks: bool
    wanted: bool
    elsewhere: Sequence[int]
    compared: bool
    base: Literal["title", "pick", ""]
    withdrawn: bool
    free: bool
    bounded: bool
    head: bool
    shares: bool
    domain: str
    own: frozenset[str]


def read_move(signs: Signs) -> Move:
    """Return the move of a message."""
    plain = signs.plain
    if is_unsafe(plain):
        return "unsafe"
    if cues.RESET.search(plain) and not gives_orders(signs.whole):
        return "reset"
    if is_chat(plain) and not (signs.opinions and signs.titles) and not _is_verdict(signs):
        return "off-topic" if gives_orders(signs.whole) else "chat"
    judged = signs.titles > 0 and signs.rejects and not gives_orders(signs.whole)
    if not judged and topics.is_off_topic(signs.whole, signs.domain, signs.own, signs.asks, signs.elsewhere):
        return "off-topic"
    if _compares(signs):
        return "compare"
    if _asks_facts(signs):
        return "why"
    return "ask" if signs.fresh else _move_after_picks(signs)


def _is_verdict(signs: Signs) -> bool:
    """Say whether words that are small talk elsewhere judge the picks here: 无聊."""
    return (
        not signs.fresh
        and re.fullmatch(r"\W*(?:好|真|太)?(?:无聊|没意思|没劲)(?:了|啊|吧)?\W*", signs.plain) is not None
    )


def _compares(signs: Signs) -> bool:
    plain, things = signs.plain, signs.titles + signs.references
    if cues.COMPARE.search(plain) and (things > 0 or not signs.fresh):
        return True
    if re.match(r"\W*(?:so |and |ok |but |hmm )*which of (?:these|those|them)\b", plain) or (
        not signs.fresh and re.match(r"\W*(?:so |and |ok |but |hmm )*which one\b", plain)
    ):
        return True
    if cues.WHICH.search(plain) and (
        things > 1 or (things and cues.LISTED.search(plain)) or (not signs.fresh and not signs.wanted)
    ):
        return not re.search(r"\bwhich (?:is|was) (?:why|a|an|my|so|great)\b|, which\b", plain)
    if things > 1 and cues.BETTER.search(plain) and plain.rstrip().endswith("?"):
        return True
    if things > 1 and re.match(r"\W*(?:and |so |but )?(?:is|are|was|does|do|did) .*\bthan\b", plain):
        return True
    return _either(signs)


def _either(signs: Signs) -> bool:
    return signs.choice and not re.search(
        r"\b(?:like|similar|loved?|liked?|hated?|seen|enjoyed|fan|not|don't|swap|"
        r"recommend|suggest|something|anything)\b|喜欢|像|类似|看过|推荐",
        signs.plain,
    )


def _asks_facts(signs: Signs) -> bool:
    plain, things = signs.plain, signs.titles + signs.references
    if cues.WHY.search(plain) and (things or not signs.fresh or re.match(r"\W*why\W*$|\W*为什么", plain)):
        return True
    asked = cues.FACTS.search(plain) is not None and not signs.withdrawn
    return (
        asked
        and (things > 0 or (not signs.fresh and len(plain.split()) <= 6 and not signs.asks))
        and not _asks_for_more(plain)
    )


def _asks_for_more(plain: str) -> bool:
    return bool(
        re.search(
            r"\b(?:something|anything|similar|recommend|suggest|find me|what (?:else|next|should)|"
            r"any(?:thing)? (?:more|other)|more like|how about|what about)\b|类似|推荐|还有|再来|有没有|"
            r"想看|想听",
            plain,
        )
    )


def _move_after_picks(signs: Signs) -> Move:
    plain = signs.plain
    requests = cues.NEW_REQUEST.search(plain) is not None
    if signs.compared and signs.base:
        return "ask" if signs.base == "title" else "refine"
    if signs.bounded:
        return "refine"
    if cues.BLAMED.search(plain) or (signs.titles and signs.rejects and cues.NOT_AGAIN.search(plain)):
        return "critique"
    if (
        signs.titles
        and signs.opinions
        and not (signs.asks or signs.references or requests)
        and not _wants_else(plain)
    ):
        return "rate"
    if _turns_down(signs) and not (requests and signs.wanted and cues.SOFT_ZH.search(plain)):
        return "critique"
    if signs.shares:
        return "refine"
    if (
        signs.opinions
        and not signs.asks
        and not cues.MORE.search(plain)
        and not requests
        and not plain.rstrip().endswith("?")
    ):
        return "rate"
    if cues.MORE.search(plain) or signs.withdrawn or signs.shares:
        return "refine"
    if cues.TAKES.match(plain) and signs.references and not signs.asks:
        return "rate"
    if signs.references and not signs.asks and cues.LUKEWARM.search(plain):
        return "rate"
    if cues.VERDICT_ZH.fullmatch(plain):
        return "rate"
    verdict = cues.VERDICT.match(plain)
    if (
        verdict
        and not signs.asks
        and not requests
        and "?" not in plain
        and len(plain[verdict.end() :].split()) <= 4
    ):
        return "chat" if re.search(r"\bthank|\bthx\b|谢", plain) and not signs.opinions else "rate"
    if not signs.asks and not signs.titles:
        if cues.ADDS.match(plain):
            return "refine" if not requests else "ask"
        return "ask" if requests else "critique" if "?" in plain else "refine"
    return _adds_or_asks(signs, requests)


def _wants_else(plain: str) -> bool:
    """Say whether other picks are asked for besides: "hated Heat, another one"."""
    rest = re.sub(
        r"\bon the other hand\b|\b(?:every|any)one else\b|\bnot (?:so|really|quite|that|it)\b", " ", plain
    )
    return "?" in rest or cues.MORE.search(rest) is not None or cues.ELSE.search(rest) is not None


def _adds_or_asks(signs: Signs, requests: bool) -> Move:
    """Tell what adds to what stands ("only thrillers") from a new request ("gloves for brambles")."""
    plain = cues.INTERJECTION.sub("", signs.plain, count=1)
    clause = re.search(r"\b(?:that|which|for|who|to)\b", plain) is not None
    short = len(plain.split()) <= 4 and len(plain) <= 40 and not clause
    if cues.ADDS.match(plain) is not None:
        return "refine"
    if signs.titles or requests or cues.NEW_REQUEST.match(plain):
        return "refine" if short and not signs.titles and not requests else "ask"
    return "ask" if signs.head and not short else "refine"


def _turns_down(signs: Signs) -> bool:
    plain = signs.plain
    if signs.compared:
        return True
    if cues.ELSE.search(plain):
        return not (signs.shares and re.search(r"别的|其他|\belse\b|\bother\b", plain))
    words = cues.NOT_COMPARATIVES.sub(" ", plain)
    if cues.TOO.search(words) and not signs.withdrawn:
        return True
    return signs.rejects and bool(
        re.search(
            r"\b(?:more|another|next|other|else|instead|any|something|got|give|show|find)\b|再|换|别|还有",
            plain,
        )
    )
