"""Answers that ask for no new picks, from facts alone: reasons, facts, comparisons, acknowledgements."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from assistant import asking
from assistant.phrases import Lang, listed, number, ordinal, say
from assistant.reading.said import Said
from assistant.types import Pick
from retriever.catalog import Catalog
from retriever.columns import YEAR

TOLD = 3  # items that an answer in prose speaks of
TABLED = 5  # items that a table compares
EVEN = 0.05  # difference of scores that is none
THANKS = ("thank", "thx", "cheers", "谢", "多谢")
SELF = (
    "who are you",
    "what are you",
    "are you a",
    "your name",
    "what can you",
    "你是谁",
    "你是什么",
    "你叫",
    "你能",
)


class Place(NamedTuple):
    """Where an item would stand if one event had never been.

    Attributes:
        what: The event in words: "your like of Alien (1979)".
        now: Place among the candidates, from 1.
        without: Place among them without the event.
    """

    what: str
    now: int
    without: int


def small_talk(text: str, move: str, lang: Lang) -> str:
    """Answer what is no matter of the catalogue, and steer back."""
    low = text.lower()
    if move in ("off-topic", "unsafe"):
        return say(lang, move)
    if any(word in low for word in SELF):
        return say(lang, "self")
    return say(lang, "thanks" if any(word in low for word in THANKS) else "greeting")


def rated(said: Said, label: Callable[[str], str], lang: Lang) -> str:
    """Acknowledge opinions: what was stored, and how to go on."""
    sides = (("liked", said.liked), ("disliked", said.disliked), ("seen", said.seen))
    lines = [say(lang, key, items=listed([label(i) for i in ids], lang)) for key, ids in sides if ids]
    return " ".join([*(lines or [say(lang, "rated")]), say(lang, "go on")])


def why(picks: Sequence[Pick], places: dict[str, Place], lang: Lang) -> str:
    """Explain picks by the terms that moved their scores most, and by what one event has done.

    Args:
        picks: Items asked about.
        places: Item id -> its place without the event that raises it most.
        lang: Language of the answer.
    """
    lines = []
    for pick in picks[:TOLD]:
        told = [f"{r.text} ({r.weight:+.2f})" for r in pick.reasons[:4] if abs(r.weight) >= 0.005]
        line = say(lang, "scores", label=pick.label, score=f"{pick.score:.2f}", terms=_terms(told, lang))
        place = places.get(pick.item_id)
        lines.append(f"{line} {_place(place, lang)}" if place is not None else line)
    return "\n\n".join(lines)


def _terms(told: Sequence[str], lang: Lang) -> str:
    return ("、" if lang == "zh" else ", ").join(told)


def _place(place: Place, lang: Lang) -> str:
    now, without = ordinal(place.now, lang), ordinal(place.without, lang)
    if place.now == place.without:
        return say(lang, "place same", what=place.what, now=now)
    return say(lang, "place", what=place.what, place=without, now=now)


def facts(picks: Sequence[Pick], text: str, catalog: Catalog, lang: Lang) -> str:
    """Answer a question from the catalogue: the columns asked for, or all that it says."""
    columns = asking.asked_columns(text, catalog)
    absent = [] if columns else asking.absent_columns(text, catalog)
    lines = [say(lang, "unknown column", column=say(lang, f"topic {name}")) for name in absent]
    return "\n\n".join([*lines, *(_facts(pick, columns, catalog, lang) for pick in picks[:TOLD])])


def _facts(pick: Pick, columns: Sequence[str], catalog: Catalog, lang: Lang) -> str:
    if not columns:
        told = fact_list(pick, catalog.units, lang)
        if not told:
            return say(lang, "no facts", label=pick.label)
        return say(lang, "fact", label=pick.label, facts=_terms(told, lang))
    lines = []
    for column in columns:
        value = cell(pick, column, catalog.units.get(column, ""))
        key = "fact column" if value else "no fact"
        lines.append(say(lang, key, label=pick.label, column=column, value=value))
    return " ".join(lines)


def fact_list(pick: Pick, units: dict[str, str], lang: Lang) -> list[str]:
    """Return all that the catalogue says of an item: "genres: Action, Crime", "price: 42 EUR"."""
    names = [YEAR, *pick.facets, *pick.numbers]
    cells = ((name, cell(pick, name, units.get(name, ""))) for name in names)
    return [f"{name}: {value}" for name, value in cells if value]


def cell(pick: Pick, column: str, unit: str = "") -> str:
    """Return what an item has in a column, as text; empty where the catalogue does not say."""
    if column == YEAR:
        return str(pick.year) if pick.year else ""
    if column in pick.facets:
        return ", ".join(pick.facets[column])
    return number(pick.numbers[column], unit) if column in pick.numbers else ""


def compare(picks: Sequence[Pick], text: str, catalog: Catalog, lang: Lang) -> str:
    """Compare items in a small table of catalogue facts, and say whose score is higher for the person."""
    shown = list(picks[:TABLED])
    columns = [YEAR, *catalog.facet_values, *(n for n in catalog.numbers if n != YEAR)]
    head = ["", *(pick.label for pick in shown)]
    rows = [[name, *(cell(p, name, catalog.units.get(name, "")) for p in shown)] for name in columns]
    rows = [row for row in rows if any(row[1:])]
    rows.append([say(lang, "your score"), *(f"{pick.score:.2f}" for pick in shown)])
    table = "\n".join([_row(head), _row(["---"] * len(head)), *map(_row, rows)])
    return "\n\n".join([table, *_verdicts(shown, text, catalog, lang)])


def _verdicts(picks: Sequence[Pick], text: str, catalog: Catalog, lang: Lang) -> list[str]:
    """Return the line on the numbers asked for, and the line on the scores."""
    lines = []
    for column in asking.asked_columns(text, catalog):
        known = [p for p in picks if cell(p, column)]
        if column in catalog.numbers and len(known) > 1:
            ranked = sorted(known, key=lambda p: _value(p, column))
            low, high, unit = ranked[0], ranked[-1], catalog.units.get(column, "")
            lines.append(
                say(
                    lang,
                    "least most",
                    column=column,
                    low=low.label,
                    low_value=cell(low, column, unit),
                    high=high.label,
                    high_value=cell(high, column, unit),
                )
            )
    best = sorted(picks, key=lambda p: -p.score)[:2]
    even = len(best) > 1 and best[0].score - best[1].score < EVEN
    return [*lines, say(lang, "even") if even else say(lang, "higher", label=best[0].label)]


def _value(pick: Pick, column: str) -> float:
    return float(pick.year or 0) if column == YEAR else pick.numbers[column]


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "/").replace("\n", " ") for cell in cells) + " |"
