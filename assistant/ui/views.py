"""Cards, state of the language model and import report as HTML.

Buttons carry `data-item` and `data-kind`, which is what a press sends (a pressed like sends `clear`), and
`data-button`, which is what the button is; `web/cards.js` turns a press into one event of the page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from zlib import crc32

from assistant.phrases import number
from assistant.types import ImportReport, LLMState, Pick
from assistant.ui.markup import Markup, clean, joined, sentence, signed, tag
from retriever.columns import PEOPLE

LLM_WORDS = {
    "off": "Working without a language model",
    "loading": "Language model is loading",
    "ready": "Language model ready",
    "down": "Language model is down",
    "failed": "Language model failed to start",
}
ICONS = {
    "like": "M12 20C6 16 3 13 3 9a4.5 4.5 0 0 1 9-1.5A4.5 4.5 0 0 1 21 9c0 4-3 7-9 11z",
    "dislike": "M5.5 5.5 18.5 18.5 M18.5 5.5 5.5 18.5",
    "more": "M4 7h10 M4 12h7 M4 17h7 M17 11v8 M13 15h8",
    "hide": "M3 12s3.5-6 9-6 9 6 9 6-3.5 6-9 6-9-6-9-6z M4 20 20 4",
}
WORDS = {"like": "Like", "dislike": "Dislike", "more": "More like this", "hide": "Hide"}
STANCES = ("like", "dislike")
EACH, CHIPS, NUMBERS = 3, 6, 2  # values of one facet, of all facets, and numbers on a card


@dataclass(frozen=True)
class CardList:
    """What the list of cards shows.

    Attributes:
        heading: Line above the cards.
        picks: The picks, in order.
        stances: Item id -> current stance of the person.
        notices: Lines about what changed, oldest first.
        left: The pick that just left the list and can be brought back, or None.
        pictures: Item id -> `src` of its picture, empty where it has none; None where no item has one.
    """

    heading: str
    picks: tuple[Pick, ...] = ()
    stances: Mapping[str, str] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    left: Pick | None = None
    pictures: Mapping[str, str] | None = None


def cards(view: CardList) -> str:
    """Return the list of pick cards with its heading and notices."""
    rows = [_card(pick, rank, view) for rank, pick in enumerate(view.picks, 1)]
    heading = tag("h2", view.heading, id="picks-heading")
    fresh = _press("fresh", "", "Best for you", class_="quiet")
    return tag(
        "section",
        tag("header", heading, fresh),
        tag("div", _notices(view), class_="notices", role="status", aria_live="polite"),
        tag("ol", *rows, class_="cards", aria_labelledby="picks-heading"),
        *([] if rows else [tag("p", "Nothing on the list. Ask for something in the chat.", class_="empty")]),
        class_="picks",
        aria_label="Picks",
    )


def _press(
    button: str, item_id: str, *children: str, kind: str | None = None, **attributes: str | None
) -> Markup:
    data = {"data_button": button, "data_kind": kind or button, "data_item": item_id}
    return tag("button", *children, type="button", **data, **attributes)


def _notices(view: CardList) -> Markup:
    lines = [tag("p", line) for line in view.notices]
    if view.left is not None:
        spoken = f"Undo: bring back {view.left.label}"
        undo = _press("undo", view.left.item_id, "Undo", kind="clear", class_="quiet", aria_label=spoken)
        lines.append(tag("p", f"{view.left.label} left the list. ", undo))
    return joined(*lines)


def _card(pick: Pick, rank: int, view: CardList) -> Markup:
    stance, first = (
        view.stances.get(pick.item_id, ""),
        tag("span", str(rank), class_="rank", aria_hidden="true"),
    )
    if view.pictures is not None:
        first = tag("div", *_picture(pick, view.pictures.get(pick.item_id, "")), first, class_="look")
    return tag(
        "li",
        first,
        tag("div", *_body(pick, stance), class_="body"),
        class_="card" if view.pictures is None else "card seen",
        style=f"--hue:{_hue(pick)}",
        data_item=pick.item_id,
        data_rank=rank,
        data_score=f"{pick.score:.4f}",
        data_stance=stance,
    )


def _picture(pick: Pick, source: str) -> list[Markup]:
    """Return the picture of an item; its box is there, and as large, without one and until it has come."""
    if not source:
        return []
    # Whoever keeps a picture that lies elsewhere need not learn which page shows it.
    return [
        tag(
            "img",
            src=source,
            alt=f"Picture of {pick.label}",
            width=84,
            height=112,
            loading="lazy",
            decoding="async",
            referrerpolicy="no-referrer",
        )
    ]


def _body(pick: Pick, stance: str) -> list[Markup]:
    year = [Markup(" "), tag("span", str(pick.year), class_="year")] if pick.year else []
    chips = [tag("li", value, class_="chip") for value in _values(pick)]
    chips += [tag("li", text, class_="chip number") for text in _numbers(pick)]
    return [
        tag("h3", tag("span", pick.title, class_="title"), *year),
        *([tag("ul", *chips, class_="chips", aria_label="What it is")] if chips else []),
        tag("p", sentence(pick.why), class_="why"),
        _reasons(pick),
        tag("div", *[_button(pick, kind, stance) for kind in WORDS], class_="actions"),
    ]


def _values(pick: Pick) -> list[str]:
    """Return what tells most of an item: its genres, or the first values of each facet, people last."""
    if pick.facets.get("genres"):
        return list(pick.facets["genres"])
    names = sorted(pick.facets, key=lambda name: name.casefold() in PEOPLE)
    values = [value for name in names for value in pick.facets[name][:EACH]]
    return list(dict.fromkeys(value.replace("_", " ") for value in values))[:CHIPS]


def _numbers(pick: Pick) -> list[str]:
    """Return the numbers of an item: "18.5 EUR", "tempo 120"."""
    known = list(pick.numbers.items())[:NUMBERS]
    return [number(v, pick.units[n]) if pick.units.get(n) else f"{n} {number(v)}" for n, v in known]


def _hue(pick: Pick) -> int:
    """Return a colour angle in degrees that is the same for every item of one leading value."""
    leading = next(iter(_values(pick)), pick.title)
    return (crc32(clean(leading).encode()) >> 8) % 360


def _button(pick: Pick, kind: str, stance: str) -> Markup:
    spoken = f"{'More like' if kind == 'more' else WORDS[kind]} {pick.label}"
    icon = tag("svg", tag("path", d=ICONS[kind]), viewBox="0 0 24 24", aria_hidden="true")
    pressed = str(stance == kind).lower() if kind in STANCES else None
    sends = "clear" if stance == kind else kind
    word = tag("span", "Liked" if stance == kind == "like" else WORDS[kind])
    return _press(
        kind, pick.item_id, icon, word, kind=sends, aria_pressed=pressed, aria_label=spoken, title=spoken
    )


def _reasons(pick: Pick) -> Markup:
    if not pick.reasons:
        return Markup("")
    cells = [(sentence(reason.text), signed(reason.weight)) for reason in pick.reasons[:6]]
    rows = [tag("tr", tag("td", text), tag("td", weight, class_="number")) for text, weight in cells]
    return tag("details", tag("summary", "How the score adds up"), tag("table", tag("tbody", *rows)))


def llm(state: LLMState) -> str:
    """Return the pill that says how the language model is."""
    detail = "" if state.status == "off" else state.detail or state.model
    return tag(
        "p",
        tag("i", class_="dot", aria_hidden="true"),
        tag("span", LLM_WORDS[state.status], class_="word"),
        *([tag("span", detail, class_="detail")] if detail else []),
        class_="llm",
        role="status",
        data_status=state.status,
        title=detail,
    )


def imported(report: ImportReport) -> str:
    """Return what came of a history import: what was linked, what was not, and why."""
    linked = len(report.liked) + len(report.disliked) + len(report.seen)
    counts = f": {len(report.liked)} liked, {len(report.disliked)} disliked, {len(report.seen)} seen."
    unknown, bad = _lines("Not in the catalogue", report.unknown), _lines("Could not be read", report.bad)
    return tag(
        "div", tag("p", tag("b", f"{linked} linked"), counts), unknown, bad, class_="report", role="status"
    )


def _lines(name: str, lines: Sequence[str]) -> Markup:
    if not lines:
        return Markup("")
    rows = [tag("li", line[:160]) for line in lines[:10]]
    rows += [tag("li", f"and {len(lines) - 10} more")] if len(lines) > 10 else []
    return tag("details", tag("summary", f"{name}: {len(lines)}"), tag("ul", *rows), open="")


def trouble(message: str) -> str:
    """Return one polite line about something that could not be done."""
    return tag("div", tag("p", message), class_="report trouble", role="alert")
