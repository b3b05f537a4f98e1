"""Checks of case files that go beyond their form: names in the catalogue, ids, halves, languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from prompts.cases import FACETS, TITLES, Case, Dialogue, Injection, IntentCase, Slots, Turn, half, numbered
from prompts.catalogs import CaseCatalog
from prompts.fits import fitting
from prompts.forms import RankingCase, ReplyCase
from prompts.pairs import SEPARATOR

LEAST_CHINESE = 0.3  # share of single turns and of dialogues; a third, less what the split moves
REFERENCE = re.compile(r"#(?:-?[1-9]\d*|\*|it)(?:@[1-9]\d*)?")
OpenCatalog = Callable[[str, Path], CaseCatalog]


@dataclass
class Report:
    """What the checks found.

    Attributes:
        faults: One line each, with file and line.
        counts: (form, catalogue, language) -> number of cases.
    """

    faults: list[str] = field(default_factory=list)
    counts: dict[tuple[str, str, str], int] = field(default_factory=dict)


def lint(paths: Sequence[Path], open_catalog: OpenCatalog, least_chinese: float = LEAST_CHINESE) -> Report:
    """Check case files together.

    Args:
        paths: JSONL files of any form.
        open_catalog: Name and case file -> the catalogue.
        least_chinese: Least share of Chinese cases among single turns and among dialogues.

    Raises:
        CaseError: When a file or catalogue cannot be read, or a line is no case.
    """
    report, seen, texts = Report(), dict[str, str](), dict[tuple[str, ...], str]()
    for path in paths:
        for number, case in numbered(path):
            where = f"{path}:{number}"
            faults = [*_naming_faults(case, open_catalog(case.catalog, path)), *_half_faults(case, path)]
            if case.id in seen:
                faults.append(f"the id {case.id!r} stands at {seen[case.id]} too")
            same = _wording(case)
            if same in texts:
                faults.append(f"the same words stand at {texts[same]} too")
            seen[case.id], texts[same] = where, where
            report.faults += [f"{where} {fault}" for fault in faults]
            key = (type(case).__name__, case.catalog, case.lang)
            report.counts[key] = report.counts.get(key, 0) + 1
    report.faults += _language_faults(report.counts, least_chinese)
    return report


def _wording(case: Case) -> tuple[str, ...]:
    """Return what two cases must not share."""
    if isinstance(case, Dialogue):
        return (case.catalog, *(turn.text for turn in case.turns))
    if isinstance(case, ReplyCase):
        return (case.catalog, case.request, *case.picks)
    if isinstance(case, RankingCase):
        return (case.catalog, case.request, *(past.title + past.text for past in case.history))
    shown = case.shown if isinstance(case, IntentCase) else (case.plain, case.where)
    return (case.catalog, case.text, *shown)


def _half_faults(case: Case, path: Path) -> Iterator[str]:
    if path.stem in ("dev", "test") and half(case.id) != path.stem:
        yield f"belongs to {half(case.id)}.jsonl by its id"


def _language_faults(counts: Mapping[tuple[str, str, str], int], least: float) -> Iterator[str]:
    for form in ("IntentCase", "Dialogue"):
        total = sum(n for (name, _, _), n in counts.items() if name == form)
        chinese = sum(n for (name, _, lang), n in counts.items() if name == form and lang == "zh")
        if chinese < least * total:
            yield f"{form}: {chinese} of {total} are Chinese, fewer than {least:.0%}"


def _naming_faults(case: Case, catalog: CaseCatalog) -> Iterator[str]:
    if isinstance(case, Injection):
        yield from _injection_faults(case)
    elif isinstance(case, ReplyCase | RankingCase):
        named = case.picks if isinstance(case, ReplyCase) else tuple(case.relevant)
        past = [event.title for event in case.history if event.title]
        yield from _title_faults(catalog, (*named, *past), may_refer=False)
    elif isinstance(case, IntentCase):
        yield from _title_faults(catalog, case.shown, may_refer=False)
        for slots in (case.slots, case.may):
            yield from _slot_faults(catalog, slots)
        yield from _reference_faults(case)
    else:
        yield from _title_faults(
            catalog, [past.title for past in case.history if past.title], may_refer=False
        )
        for plant in case.plant:
            yield from _column_faults(plant.facets, catalog.facets, "facet")
            yield from _column_faults(plant.numbers, catalog.numbers, "numeric column")
        for number, turn in enumerate(case.turns, 1):
            yield from (f"turn {number}: {fault}" for fault in _turn_faults(catalog, turn, number, case))


def _injection_faults(case: Injection) -> Iterator[str]:
    if not case.canary and not case.same_picks:
        yield "has neither a canary nor same_picks: obedience could not show"
    if case.canary and case.canary.casefold() in f"{case.text} {case.plain}".casefold():
        yield f"holds its canary {case.canary!r}: a quotation would count as obedience"


def _reference_faults(case: IntentCase) -> Iterator[str]:
    for slots in (case.slots, case.may):
        for title in _titles(slots):
            match = re.fullmatch(r"#(-?\d+)", title)
            if title.startswith("#") and not case.shown:
                yield f"refers to {title}, but nothing is shown"
            elif match and abs(int(match[1])) > len(case.shown):
                yield f"refers to {title}, but {len(case.shown)} are shown"


def _turn_faults(catalog: CaseCatalog, turn: Turn, number: int, case: Dialogue) -> Iterator[str]:
    planted = {plant.title for plant in case.plant}
    for slots in (turn.slots, turn.may):
        yield from _slot_faults(catalog, slots)
    for facets in (turn.must.facets, turn.must.any, turn.must_not.facets):
        yield from _facet_faults(catalog, facets)
    yield from _people_faults(catalog, (*turn.must.people, *turn.must_not.people))
    columns = {**turn.must.ranges, **turn.must.toward, **turn.must_not.ranges}
    yield from _column_faults(columns, catalog.numbers, "numeric column")
    yield from _column_faults(turn.must.same, {**catalog.facets, **catalog.numbers}, "column")
    named = (*turn.must_not.titles, *turn.refers_to, *turn.must.same.values())
    yield from _title_faults(catalog, [title for title in named if title not in planted])
    least = turn.picks[0] if turn.picks else turn.move in ("ask", "refine", "critique")
    try:
        fit = len(fitting(catalog, turn.must, turn.must_not))
    except KeyError:
        return  # named above already
    if fit < least:
        yield f"asks for at least {int(least)} picks, but {fit} items fit"
    for title in (*named, *_titles(turn.slots)):
        at = re.search(r"@(\d+)$", title) if title.startswith("#") else None
        if title.startswith("#") and (number == 1 or (at and int(at[1]) >= number)):
            yield f"refers to {title} before anything was shown there"


def _titles(slots: Slots) -> list[str]:
    named = [title for slot in TITLES for title in getattr(slots, slot)] + list(slots.same.values())
    return [part for title in named for part in title.split(SEPARATOR)]


def _slot_faults(catalog: CaseCatalog, slots: Slots) -> Iterator[str]:
    yield from _title_faults(catalog, _titles(slots))
    for slot in FACETS:
        yield from _facet_faults(catalog, getattr(slots, slot))
    yield from _people_faults(catalog, (*slots.people, *slots.not_people))
    numeric = {**slots.ranges, **slots.not_ranges, **slots.toward}
    yield from _column_faults(numeric, catalog.numbers, "numeric column")
    yield from _column_faults(slots.same, {**catalog.facets, **catalog.numbers}, "column")
    for taken in (part for value in slots.withdrawn for part in value.split(SEPARATOR)):
        column, _, value = taken.partition(":")
        known = {*catalog.facets, *catalog.numbers, "audience", "count", "query", "people"}
        if column not in known:
            yield f"withdraws {column!r}, which is no column and no slot"
        elif value and value.casefold() not in catalog.values.get(column, catalog.people):
            yield f"withdraws {value!r}, which is no value of {column}"


def _facet_faults(catalog: CaseCatalog, facets: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for facet, values in facets.items():
        if facet not in catalog.values:
            yield f"names the facet {facet!r}; {catalog.name} has {', '.join(catalog.values)}"
            continue
        for value in (part for text in values for part in text.split(SEPARATOR)):
            if value.casefold() not in catalog.values[facet]:
                yield f"names {value!r}, which is no value of {facet}"


def _people_faults(catalog: CaseCatalog, names: Sequence[str]) -> Iterator[str]:
    for name in (part for text in names for part in text.split(SEPARATOR)):
        if name.casefold() not in catalog.people:
            yield f"names {name!r}, whom {catalog.name} does not have"


def _column_faults(named: Mapping[str, Any], known: Mapping[str, Any], what: str) -> Iterator[str]:
    for column in named:
        if column not in known:
            yield f"names the {what} {column!r}; there are {', '.join(known)}"


def _title_faults(catalog: CaseCatalog, titles: Sequence[str], may_refer: bool = True) -> Iterator[str]:
    for title in titles:
        refers = may_refer and REFERENCE.fullmatch(title)
        if not refers and catalog.row(title) is None:
            yield f"names the title {title!r}, which {catalog.name} has not or has more than once"
