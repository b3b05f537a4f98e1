"""What a message says of facet values, once it is known where they stand."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from assistant.reading.cues import CORRECTION, OR
from assistant.reading.message import overlaps
from assistant.reading.polarity import Stance, stances
from assistant.reading.vocabulary import Found, Pair, Vocabulary

Values = dict[str, tuple[str, ...]]
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
