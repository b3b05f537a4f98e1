"""The panel "Your taste" as HTML: what the adapter has learned and what the latest feedback moved."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.types import Affinity, Taste
from assistant.ui.markup import Markup, sentence, signed, tag

RAISED_ROWS, LOWERED_ROWS, LISTED = 6, 4, 8
MOVED = 0.005  # a change that rounds to 0.00 is not worth a word
LISTS = (("Liked", "liked"), ("Not for you", "disliked"), ("You said", "said"), ("Hidden", "hidden"))
FIRST_STEPS = (
    "Like a few that you already know.",
    "Or say what you love in the chat.",
    "Watch this panel and the order of the picks change with every press.",
)


def panel(taste: Taste) -> str:
    """Return the panel: what moved last, the chart, and what was liked, disliked and said."""
    title = tag("h2", "Your taste")
    if not taste.n_events and not taste.last and not taste.avoided:
        steps = tag("ol", *[tag("li", step) for step in FIRST_STEPS])
        lead = tag("p", "Nothing learned yet.", class_="lead")
        return tag("section", title, lead, steps, class_="taste newcomer", aria_label="Your taste")
    moved = tag("p", moved_sentence(taste), class_="moved", role="status", aria_live="polite")
    note = tag("p", taste.note, class_="note") if taste.note else ""
    never = [_never(taste.avoided)] if taste.avoided else []
    lists = [_list(name, getattr(taste, key), key) for name, key in LISTS]
    parts = (title, moved, note, _chart(taste), *never, *lists)
    return tag("section", *parts, class_="taste", aria_label="Your taste")


def moved_sentence(taste: Taste) -> str:
    """Return what the latest feedback changed: "You liked Alien (1979): Sci-Fi +0.21, Horror +0.10."."""
    if not taste.last:
        return ""
    changes = sorted(taste.affinities, key=lambda a: -abs(a.now - a.before))[:3]
    parts = [f"{a.value} {signed(a.now - a.before)}" for a in changes if abs(a.now - a.before) >= MOVED]
    said = sentence(taste.last.rstrip(". "))
    return f"{said}: {', '.join(parts)}." if parts else f"{said}."


def chart_rows(affinities: Sequence[Affinity]) -> list[Affinity]:
    """Return the rows of the chart: the most raised and the most lowered values, highest first."""
    ranked = sorted(affinities, key=lambda a: -a.now)
    raised = [a for a in ranked if a.now > MOVED][:RAISED_ROWS]
    lowered = [a for a in ranked if a.now < -MOVED][-LOWERED_ROWS:]
    return raised + lowered


def _chart(taste: Taste) -> Markup:
    rows = chart_rows(taste.affinities)
    if not rows:
        return tag("p", "Not enough yet to tell one kind from another.", class_="lead")
    reach = max(max(abs(a.now), abs(a.before)) for a in rows)
    bars = tag(
        "ul", *[_bar(a, reach) for a in rows], class_="bars", aria_label="What raises and lowers your picks"
    )
    now, before = tag("span", class_="key now"), tag("span", class_="key before")
    legend = tag("p", now, "now ", before, "before your last feedback", class_="legend")
    return tag("div", bars, legend, class_="chart")


def _bar(affinity: Affinity, reach: float) -> Markup:
    change = affinity.now - affinity.before
    direction = "up" if change > 0 else "down"
    moved = abs(change) >= MOVED
    return tag(
        "li",
        tag("span", affinity.value, class_="name"),
        _track(affinity, reach),
        tag("span", signed(affinity.now), class_="value number"),
        tag("span", signed(change) if moved else "", class_=f"delta number {direction}"),
        class_="bar",
        data_value=affinity.value,
        data_now=f"{affinity.now:.4f}",
        data_before=f"{affinity.before:.4f}",
    )


def _track(affinity: Affinity, reach: float) -> Markup:
    """Return the bar itself; the middle of the track is zero, its ends are plus and minus `reach`."""
    now, before = (50 * value / reach for value in (affinity.now, affinity.before))
    side = "up" if now > 0 else "down"
    fill = tag("i", class_=f"fill {side}", style=f"left:{50 + min(now, 0):.2f}%;width:{abs(now):.2f}%")
    was = tag("i", class_="was", style=f"left:{50 + before:.2f}%")
    return tag("span", fill, was, class_="track", aria_hidden="true")


def _never(avoided: Sequence[tuple[str, str]]) -> Markup:
    """Return what is never picked, each with a button that deletes it."""
    rows = []
    for facet, value in avoided[:LISTED]:
        spoken = f"Allow {value} again"
        data = {"data_button": "allow", "data_kind": "allow", "data_item": f"{facet}:{value}"}
        button = tag("button", "Delete", type="button", class_="quiet", aria_label=spoken, **data)
        rows.append(tag("li", f"{value} ", button))
    return tag("div", tag("h3", "Never"), tag("ul", *rows), class_="told", data_list="avoided")


def _list(name: str, entries: Sequence[str], key: str) -> Markup:
    if not entries:
        return Markup("")
    rows = [tag("li", entry[:120]) for entry in entries[:LISTED]]
    if len(entries) > LISTED:
        rows.append(tag("li", f"and {len(entries) - LISTED} more", class_="more"))
    heading = tag("h3", f"{name} ", tag("span", str(len(entries)), class_="count"))
    return tag("div", heading, tag("ul", *rows), class_="told", data_list=key)
