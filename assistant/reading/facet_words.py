"""What a message says of facet values, people and ranges, once it is known where they stand."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from assistant.intents import Range
from assistant.reading.bounds import Bound
from assistant.reading.cues import OR
from assistant.reading.message import overlaps
from assistant.reading.numeric import YEAR
from assistant.reading.people_words import Name
from assistant.reading.polarity import Stance, stances
from assistant.reading.vocabulary import Found, Pair, Vocabulary
from assistant.reading.years import Stretch

Values = dict[str, tuple[str, ...]]
# "comedies. no wait, thrillers": what stands before it of the same column no longer counts.
CORRECTION = re.compile(
    r"\b(?:no,? wait|wait,? no|no no|wait|scratch that|strike that|on second thoughts?|i mean|"
    r"i meant|make that|correction|or rather|no,? actually|sorry,|oops|my mistake|hang on|"
    r"change of plan|no,? make it|nah,|hmm,? no)\b|"
    r"[.,;!?-] ?actually,? (?=an?\b|some|make|let|rather)|\bbut (?:today|tonight|this time|now|right "
    r"now|for once)\b|"
    r"但(?:是)?(?:今天|今晚|这次|现在|这回)|不对|等等|等一下|说错了|我是说|我的意思是|"
    r"算了[,.]?(?:还是|要|来|看|换)|啊不|哦不|不不|改主意了|还是(?:看|听|来|要|换).{0,8}吧"
)


_WIDENS = re.compile(
    r"(?: ones?)? (?:would|could|can) be\b|(?: ones?)? works? too|.{0,4}也(?:可以|行|能接受)"
)
_TOO = re.compile(
    r"(?:'s| is| was| are| were| looks| sounds| seems)? (?:a bit |a little |way |far |much |"
    r"just |all )*too |也?有?点?太"
)


class Said(NamedTuple):
    """Hold a finding and what is said of it."""

    found: Found
    stance: Stance


@dataclass(frozen=True)
class Facets:
    """What a message says of facet values; each maps facet name -> values.

    Attributes:
        found: Where values stand, in order; those that were corrected are among them.
        allowed: Values that are "fine": taken back where they stood; an empty value stands for all.
    """

    wanted: Values = field(default_factory=dict)
    unwanted: Values = field(default_factory=dict)
    implied: Values = field(default_factory=dict)
    more: Values = field(default_factory=dict)
    less: Values = field(default_factory=dict)
    match_any: bool = False
    allowed: tuple[Pair, ...] = ()
    found: tuple[Found, ...] = ()


def read_facets(
    plain: str,
    vocabulary: Vocabulary,
    *,
    shown: bool = False,
    based: bool = False,
    others: Sequence[tuple[int, int]] = (),
    subjects: Sequence[int] = (),
) -> Facets:
    """Sort the facet values of a message; what is unwanted is never wanted too.

    Args:
        plain: The message, made plain; titles, names and numbers covered.
        vocabulary: Finds values.
        shown: Whether there are picks that "more" and "less" can be measured against.
        based: Whether a title is named that they can be measured against.
        others: Where adjectives stand that say nothing of values: "not an expensive rake" rules out no rake.
        subjects: Where references to picks end: "the second is too scary" turns it down and shifts nothing.
    """
    found = vocabulary.find(plain)
    spoken = [f for f in found if f.kind != "hint"]
    said = _with_stances(plain, spoken, others)
    said = [s for s in said if not _blames_pick(plain, s, subjects)]
    said = _only_modifiers(plain, _corrected(plain, [_settled(s, shown or based) for s in said]))
    unwanted = _values(s for s in said if s.stance == "unwant" and s.found.kind == "said")
    wanted = _values(s for s in said if s.stance == "want" and s.found.kind == "said")
    hints = [f for f in found if f.kind == "hint"]
    if shown or based:
        spoken_hints = zip(hints, stances(plain, [(f.start, f.end) for f in hints]), strict=True)
        said += [Said(f, s) for f, s in spoken_hints if s == "more" and len(f.pairs) == 1]
    implied = _values(
        Said(f, s)
        for f, s in zip(hints, stances(plain, [(f.start, f.end) for f in hints]), strict=True)
        if s in ("want", "more")
    )
    less = _values(s for s in said if s.stance == "less")
    more = _values(s for s in said if s.stance == "more")
    wanted = _without(wanted, unwanted)
    return Facets(
        wanted=wanted,
        unwanted=unwanted,
        implied=_joined(_without(_without(implied, wanted), unwanted), _widened(plain, said)),
        more=_without(more, unwanted),
        less=less,
        match_any=_alternatives(plain, [s for s in said if s.stance == "want" and s.found.kind == "said"]),
        allowed=tuple(
            (facet, "" if _WIDENS.match(plain, s.found.end) else value)
            for s in said
            if s.stance == "allow"
            for facet, value in s.found.pairs
        ),
        found=tuple(found),
    )


def _with_stances(plain: str, spoken: Sequence[Found], others: Sequence[tuple[int, int]]) -> list[Said]:
    """Return what is said of each value; an adjective right before it takes the negation upon itself."""
    free = [span for span in others if not overlaps(span, [(f.start, f.end) for f in spoken])]
    spans = sorted([*((f.start, f.end) for f in spoken), *free])
    by_place = dict(zip(spans, stances(plain, spans), strict=True))
    said = []
    for found in spoken:
        stance = by_place[found.start, found.end]
        absorbed = any(
            re.fullmatch(r"[ -]|的", plain[end : found.start]) for start, end in free if end <= found.start
        )
        said.append(Said(found, "want" if absorbed and stance in ("unwant", "less", "soft") else stance))
    return said


def _blames_pick(plain: str, said: Said, subjects: Sequence[int]) -> bool:
    """Say whether "too scary" is said of one pick."""
    gaps = (plain[end : said.found.start] for end in subjects if end <= said.found.start)
    return said.stance == "less" and any(_TOO.fullmatch(gap) for gap in gaps)


def _settled(said: Said, measured: bool) -> Said:
    """Turn a comparative into "more", and "more" without anything to measure against into a wish."""
    found, stance = said
    if found.kind == "more":
        stance = {"want": "more", "unwant": "less"}.get(stance, stance)  # type: ignore[assignment]
    if found.kind == "shift" and (stance not in ("less", "more") or not measured):
        return Said(found, "open")
    if stance == "soft":
        return Said(found, "unwant")
    if stance == "less" and not measured:
        return Said(found, "open")
    if stance == "more" and not measured and found.kind != "shift":
        return Said(found._replace(kind="said"), "want")
    return Said(found, stance)


def _corrected(plain: str, said: list[Said]) -> list[Said]:
    """Leave out what a later word of the same facet corrects."""
    for match in CORRECTION.finditer(plain):
        after = {facet for s in said if s.found.start >= match.start() for facet, _ in s.found.pairs}
        said = [
            s for s in said if s.found.end > match.start() or not any(f in after for f, _ in s.found.pairs)
        ]
    return said


def _only_modifiers(plain: str, said: list[Said]) -> list[Said]:
    """Let "not a petrol mower" rule out petrol, not mowers: of two facets the first is meant."""
    kept: list[Said] = []
    for number, one in enumerate(said):
        before = said[number - 1] if number else None
        phrase = (
            before is not None
            and re.fullmatch(r"[ -]?|[的制]", plain[before.found.end : one.found.start]) is not None
        )
        negated = before is not None and before.stance == one.stance in ("unwant", "less")
        apart = before is not None and not _facets_of(before) & _facets_of(one)
        if phrase and negated and apart:
            one = Said(one.found, "want")
        kept.append(one)
    return kept


def _facets_of(said: Said) -> set[str]:
    return {facet for facet, _ in said.found.pairs}


def _alternatives(plain: str, wanted: Sequence[Said]) -> bool:
    """Say whether two wishes are joined by "or"."""
    for a, b in itertools.pairwise(wanted):
        gap = plain[a.found.end : b.found.start]
        if OR.fullmatch(gap) or (
            len(gap) < 40
            and re.search(r"\beither\b[^.;]*$", plain[: a.found.start])
            and re.search(r"\bor\b", gap)
        ):
            return True
    return False


def _widened(plain: str, said: Iterable[Said]) -> Values:
    """Return the values that are fine besides what stands: "and mains would be okay as well"."""
    return _values(s for s in said if s.stance == "allow" and _WIDENS.match(plain, s.found.end))


def _joined(a: Values, b: Values) -> Values:
    return {
        name: tuple(dict.fromkeys((*a.get(name, ()), *b.get(name, ())))) for name in dict.fromkeys((*a, *b))
    }


def _values(said: Iterable[Said]) -> Values:
    out: dict[str, dict[str, None]] = {}
    for one in said:
        for facet, value in one.found.pairs:
            out.setdefault(facet, {})[value] = None
    return {facet: tuple(values) for facet, values in out.items()}


def _without(kept: Values, gone: Values) -> Values:
    left = {facet: tuple(v for v in values if v not in gone.get(facet, ())) for facet, values in kept.items()}
    return {facet: values for facet, values in left.items() if values}


# "She has read everything by Bea Lomax": nothing more of hers.
_KNOWN_ALL = re.compile(
    r"\b(?:read|seen|heard|watched|owns?|has|have|know|got|played) (?:everything|all|every \w+)(?: \w+)?"
    r" (?:by|from|of) $"
)


def sort_names(plain: str, names: Sequence[Name]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the people wanted and those ruled out."""
    said = stances(plain, [(n.start, n.end) for n in names])
    said = ["unwant" if _KNOWN_ALL.search(plain[: n.start]) else s for n, s in zip(names, said, strict=True)]
    out = tuple(dict.fromkeys(n.person for n, s in zip(names, said, strict=True) if s in ("unwant", "less")))
    for match in CORRECTION.finditer(plain):
        if any(n.start >= match.start() for n in names):
            names, said = _later(names, said, match.start())
    wanted = (n.person for n, s in zip(names, said, strict=True) if s in ("want", "more"))
    return tuple(p for p in dict.fromkeys(wanted) if p not in out), out


def _later(names: Sequence[Name], said: list[Stance], place: int) -> tuple[list[Name], list[Stance]]:
    kept = [(n, s) for n, s in zip(names, said, strict=True) if n.start >= place]
    return [n for n, _ in kept], [s for _, s in kept]


def join_ranges(
    plain: str, years: Sequence[Stretch], bounds: Sequence[Bound], *, ruled_out: bool
) -> dict[str, Range]:
    """Return one range for each column: of the year the span of all that are said, else the last word.

    Bounds of either side ("over 20, under 50") are joined.
    """
    corrections = [match.start() for match in CORRECTION.finditer(plain)]
    out: dict[str, Range] = {}
    spans = [Bound(y.start, y.end, YEAR, (y.low, y.high), y.ruled_out) for y in years]
    said = [b for b in (*spans, *bounds) if b.range != (None, None)]
    for column in dict.fromkeys(b.column for b in said):
        some = [b for b in said if b.column == column and b.ruled_out == ruled_out]
        for place in corrections:
            later = [b for b in some if b.start >= place]
            some = later or some
        if some:
            out[column] = _span(some) if column == YEAR else _last(some)
    return out


def _span(some: Sequence[Bound]) -> Range:
    closed = [b.range for b in some if b.range[0] is not None and b.range[1] is not None]
    low = max((b.range[0] for b in some if b.range[0] is not None and b.range[1] is None), default=None)
    high = min((b.range[1] for b in some if b.range[1] is not None and b.range[0] is None), default=None)
    if closed and low is None and high is None:
        return min(r[0] for r in closed if r[0] is not None), max(r[1] for r in closed if r[1] is not None)
    if closed and (low is None or high is None):
        low = low if low is not None else min(r[0] for r in closed if r[0] is not None)
        high = high if high is not None else max(r[1] for r in closed if r[1] is not None)
        # "The 90s, no, nothing from the 90s on": the last word counts.
        return some[-1].range if low > high else (low, high)
    return _in_order(low, high)


def _last(some: Sequence[Bound]) -> Range:
    low, high = some[0].range
    for bound in some[1:]:
        if None not in bound.range:
            low, high = bound.range
        else:
            low = bound.range[0] if bound.range[0] is not None else low
            high = bound.range[1] if bound.range[1] is not None else high
    return _in_order(low, high)


def _in_order(low: float | int | None, high: float | int | None) -> Range:
    return (high, low) if low is not None and high is not None and low > high else (low, high)
