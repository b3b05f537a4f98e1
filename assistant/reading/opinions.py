"""What a message says of the titles and picks it names: liked, disliked, seen, asked about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from assistant.reading import opinion_cues as cues
from assistant.reading.message import MASK, sentence_end
from assistant.reading.verdicts import own_stretch, verdict_after, verdict_before

Side = Literal["liked", "disliked", "seen", "about", "none"]
CLAUSE = re.compile(r"[.;!?\n]|(?<!anything )(?<!everything )\bbut\b|但是?|不过|倒是|反而|反倒")
REACH = 110  # characters before a title in which a word counts


class Mention(NamedTuple):
    """Hold a title or a reference: where it stands, and what stands for it in the slots."""

    start: int
    end: int
    labels: tuple[str, ...]
    reference: bool


class Opinions(NamedTuple):
    """Titles and references by what is said of them."""

    liked: tuple[str, ...] = ()
    disliked: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    about: tuple[str, ...] = ()


def read_opinions(plain: str, mentions: Sequence[Mention], default: Side = "liked") -> Opinions:
    """Sort titles and references by the nearest word of praise or blame in their clause.

    Args:
        plain: The message, made plain, with the titles covered.
        mentions: Titles and references, in order.
        default: What a title without such a word counts as: `liked`, or `about` where it is asked about. A
            reference without such a word is left out, unless it is asked about.
    """
    sides: list[Side] = []
    evident: list[bool] = []
    for number, mention in enumerate(mentions):
        previous = mentions[number - 1] if number else None
        limit = mentions[number + 1].start if number + 1 < len(mentions) else len(plain)
        joined = previous is not None and cues.JOINED.fullmatch(plain[previous.end : mention.start])
        before = None if joined else _before(plain, mention, previous, default)
        after = _after(plain, mention, limit)
        told = default != "about" or _is_told(plain, mention)
        if told and before is None and not joined:
            before = _clause_before(plain, mention, previous)
        if (
            told
            and after in (None, "seen")
            and (before not in ("liked", "disliked") or _turned_down(plain, mention))
        ):
            after = _clause_after(plain, mentions, number) or after
        if not told or (before == "disliked" and cues.LIKENESS.match(plain, mention.end)):
            after = None
        side: Side
        if joined and sides[-1] != "none":
            side = sides[-1]
        else:
            side = after or before or _unsaid(mention, default)
            if before in ("liked", "disliked") and after == "seen" and not _turned_down(plain, mention):
                side = before
        alone = _next(mentions, number, plain) == len(plain) and not (
            previous and previous.labels != ("#it",)
        )
        if (
            side == "seen"
            and default != "about"
            and alone
            and cues.ALIKE.match(plain[mention.end : _next(mentions, number, plain)])
        ):
            side = "liked"
        if after and joined:
            side = _spread_back(plain, mentions, sides, number, after)
        sides.append(side)
        evident.append(bool(after or before or joined))
    listed, sides = _resolve_listed(mentions, _resolve_it(plain, mentions, sides, evident))
    return _gather(plain, listed, sides)


def _next(mentions: Sequence[Mention], number: int, plain: str) -> int:
    """Return where the next mention begins that is more than a pronoun; the end where there is none."""
    return next((m.start for m in mentions[number + 1 :] if m.labels not in (("#it",), ("#*",))), len(plain))


def _spread_back(plain: str, mentions: Sequence[Mention], sides: list[Side], number: int, side: Side) -> Side:
    """Let words after a list hold for all of it, where nothing else was said of its beginning."""
    at = number
    while at and cues.JOINED.fullmatch(plain[mentions[at - 1].end : mentions[at].start]):
        at -= 1
    if _before(plain, mentions[at], mentions[at - 1] if at else None) is None:
        for place in range(at, number):
            sides[place] = side
        return side
    gap = plain[mentions[number - 1].end : mentions[number].start]
    own = "," in gap or cues.SINGULAR.match(plain, mentions[number].end)
    return side if own else sides[-1]


def _turned_down(plain: str, mention: Mention) -> bool:
    """Say whether nothing but "no" stands before a title: "no Shrek, we own it" tells that it is known."""
    return cues.NO_TITLE.search(plain[max(0, mention.start - 24) : mention.start]) is not None


def _clause_after(plain: str, mentions: Sequence[Mention], number: int) -> Side | None:
    """Return what the clause of a mention and the sentences about it say."""
    mention = mentions[number]
    end = _next(mentions, number, plain)
    text = plain[mention.end : end]
    if cues.HEARSAY.search(plain[max(0, mention.start - 40) : mention.start]):
        text = text[min(sentence_end(text, 0), *(text.find(w) % (len(text) + 1) for w in (" but ", "但"))) :]
    return verdict_after(text[: own_stretch(text)] if end < len(plain) else text)


def _clause_before(plain: str, mention: Mention, previous: Mention | None) -> Side | None:
    begin = max(previous.end if previous else 0, mention.start - REACH)
    text = plain[begin : mention.start]
    side = verdict_before(text[own_stretch(text) :] if previous else CLAUSE.split(text)[-1])
    return "disliked" if side == "liked" and cues.NOT_BEHIND.match(plain, mention.end) else side


def _unsaid(mention: Mention, default: Side) -> Side:
    return "none" if mention.reference and default != "about" else default


def _resolve_it(
    plain: str, mentions: Sequence[Mention], sides: list[Side], evident: Sequence[bool]
) -> list[Side]:
    """Let "it" after a title mean that title: "seen Heat, loved it"."""
    out = list(sides)
    for number, mention in enumerate(mentions):
        named = [place for place in range(number) if mentions[place].labels != ("#it",)]
        if mention.labels != ("#it",) or not named:
            continue
        before = named[-1]
        if cues.OTHERS.search(plain[max(0, mention.start - 50) : mention.start]):
            out[number] = "none"
            continue
        said = re.search(
            r"\b(?:liked|lov(?:ed?|ing)|enjoyed|adored?|(?:i|we)(?: \w+)? like) $", plain[: mention.start]
        )
        if out[number] == "seen" and (out[before] == "none" or not evident[before]):
            out[before] = "seen"
        if out[number] == "disliked" or (out[number] == "liked" and (said or out[before] == "none")):
            out[before] = out[number]
        out[number] = "none"
    return out


def _resolve_listed(mentions: Sequence[Mention], sides: list[Side]) -> tuple[list[Mention], list[Side]]:
    """Let "the first" and "the others" after several titles mean those: "Rust and Grid: loved the first"."""
    titles = [m for m in mentions if not m.reference]
    out, kept = list(sides), list(mentions)
    for number, mention in enumerate(mentions):
        before = [t for t in titles if t.end <= mention.start]
        if not mention.reference or len(before) < 2 or sides[number] == "none":
            continue
        meant = _listed(mention, before, [k for k in kept[:number] if k.reference])
        for title in meant:
            out[mentions.index(title)] = sides[number]
        if meant:
            kept[number] = mention._replace(labels=tuple(t.labels[0] for t in meant))
    return kept, out


def _listed(mention: Mention, titles: Sequence[Mention], earlier: Sequence[Mention]) -> list[Mention]:
    label = mention.labels[0]
    if label == "#rest":
        named = {name for other in earlier for name in other.labels}
        return [t for t in titles if t.labels[0] not in named]
    if label == "#*":
        return list(titles)
    if re.fullmatch(r"#-?\d+", label):
        place = int(label[1:])
        place = place - 1 if place > 0 else len(titles) + place
        return [titles[place]] if 0 <= place < len(titles) else []
    return []


def _gather(plain: str, mentions: Sequence[Mention], sides: Sequence[Side]) -> Opinions:
    found: dict[str, list[str]] = {name: [] for name in Opinions._fields}
    for mention, side in zip(mentions, sides, strict=True):
        if side == "liked" and mention.labels == ("#*",) and cues.MORE_LIKE.search(plain[: mention.start]):
            continue  # "more like these" praises nothing
        if side != "none" and mention.labels != ("#rest",):
            found[side] += mention.labels
    once = {side: tuple(dict.fromkeys(labels)) for side, labels in found.items()}
    once["liked"] = tuple(t for t in once["liked"] if t not in once["disliked"])
    once["seen"] = tuple(t for t in once["seen"] if t not in (*once["liked"], *once["disliked"]))
    return Opinions(**once)


def _after(plain: str, mention: Mention, limit: int) -> Side | None:
    end = min(
        limit + 1, max(sentence_end(plain, mention.end) + 24, mention.end)
    )  # one more shows what follows
    text = plain[mention.end : end]
    stop = re.search(r"[;\n]|\.\s(?!i |we )", text)
    text = text[: stop.start()] if stop else text
    if cues.HEARSAY.search(plain[max(0, mention.start - 40) : mention.start]):
        return None
    match = cues.AFTER.match(text)
    if match and (_governs_next(plain, mention, match) or _belongs_next(plain, mention, match, limit)):
        match = None  # "I like Heat, hate Alien": the second verb belongs to what follows
    if match is None and (verdict := cues.SCORED.match(text)):
        return "liked" if cues.is_high(verdict) else "disliked"
    side = _side_of(match) if match else None
    later = cues.LATER.match(text)
    if later and side in (None, "seen") and not _governs_next(plain, mention, later):
        bad = any(later[name] for name in ("bad", "bad2", "bad3", "bad_zh"))
        return "disliked" if bad else "liked"
    return side


def _governs_next(plain: str, mention: Mention, match: re.Match[str]) -> bool:
    verb = cues.GOVERNS.search(match.group())
    return verb is not None and cues.OBJECT.match(plain, mention.end + match.end()) is not None


def _belongs_next(plain: str, mention: Mention, match: re.Match[str], limit: int) -> bool:
    """Say whether words behind a stop belong to the next title: "As good as Alien? Didn't like Aliens"."""
    rest = plain[mention.end + match.end() : limit]
    return (
        limit < len(plain)
        and re.match(r"[\"')*》]*\s*(?:[,.!?;:]|and\b|but\b)", match.group()) is not None
        and re.fullmatch(r"[ \w'\"]{0,14}", rest) is not None
    )


def _side_of(match: re.Match[str]) -> Side:
    names: dict[str, Side] = {"dis_zh": "disliked", "lik_zh": "liked", "see_zh": "seen"}
    group = str(match.lastgroup)
    return names.get(group, group)  # type: ignore[arg-type]


def _before(plain: str, mention: Mention, previous: Mention | None, default: Side = "liked") -> Side | None:
    begin = max(_begin(plain, mention, previous), mention.start - REACH)
    text = plain[begin : mention.start]
    clause = CLAUSE.split(text)[-1].replace(MASK, "")
    if cues.UNKNOWN.search(clause):
        return None if default == "about" else "none"
    if cues.NO_TITLE.search(text):
        return "disliked"
    if cues.ONCE_MORE.search(clause) and cues.AGAIN.match(plain, mention.end):
        return "liked"
    if cues.RATHER.search(clause):
        if cues.SAME_VIBE.match(plain, mention.end):
            return "liked"
        return None if default == "about" else "none"
    if cues.NEGATED_REF.search(clause) and cues.AGAIN.match(plain, mention.end):
        return "disliked"
    if cues.NEGATED_REF.search(clause):
        return "disliked" if mention.reference or cues.BUT_NOT.search(text) else "none"
    side: Side | None = None
    for match in cues.BEFORE.finditer(clause):
        if "," in clause[match.end() :] and not re.fullmatch(
            r" ?(?:bad|half bad)?,(?: (?:that|the|this|my))? ?[\"']*", clause[match.end() :]
        ):
            continue
        if cues.HOPED.search(clause[: match.start()]):
            continue
        side = _side_of(match)
        if re.match(r"hat|dislik|loath|detest", match.group()) and cues.FLIPPED.search(
            clause[: match.start()]
        ):
            side = "liked"
        if side == "seen" and cues.NOT_YET.search(clause[: match.start()]):
            side = None if default == "about" else "none"
    if side and default == "about" and not cues.TELLS.search(clause):
        return None
    return side


def _begin(plain: str, mention: Mention, previous: Mention | None) -> int:
    """Return where the words begin that may be about a mention and not about the one before it."""
    if previous is None:
        return 0
    gap = plain[previous.end : mention.start]
    return previous.end + (0 if cues.JOINED.fullmatch(gap) else own_stretch(gap))


def _is_told(plain: str, mention: Mention) -> bool:
    """Say whether a question tells an opinion by the way: "why Heat? I hated it"."""
    return cues.TELLS.search(plain[mention.end : sentence_end(plain, mention.end) + 24]) is not None
