"""A data set as a page for people: one HTML file with its plots, nothing loaded from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

import polars as pl

from retriever.datasets.cleaning import Dataset
from retriever.datasets.languages import languages

WIDTH, HEIGHT = 560, 140
BURST = 60  # interactions of one person within a minute, as hardly anybody makes them by hand
NEAR = "<!-- nearly the same -->"  # `assistant.homes.twins` writes here once texts are encoded
PICTURES = "<!-- pictures -->"  # and `assistant.homes.picture_report` here
END = "<!-- end -->"
STYLE = """body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;
color:#222;background:#fff}h1{font-size:1.6rem}h2{font-size:1.15rem;margin-top:2rem}
table{border-collapse:collapse;width:100%}td{padding:.25rem .6rem;border-bottom:1px solid #ddd;
vertical-align:top;overflow-wrap:anywhere}td:nth-child(1){white-space:nowrap}svg{width:100%;height:auto}
.n{font-weight:600}small{color:#666}@media(prefers-color-scheme:dark){body{background:#161616;color:#ddd}
td{border-color:#444}small{color:#aaa}}"""


class Suspects(NamedTuple):
    """Hold people whose interactions look made by a program.

    Attributes:
        bursts: user_id, at most: most interactions within one minute; empty where there are no times.
        flat: user_id, count: people of twenty ratings or more that are all the same.
    """

    bursts: pl.DataFrame
    flat: pl.DataFrame


def portrait(data: Dataset) -> str:
    """Return the page: counts, long tail, drift, facets, suspects, duplicates, and what was dropped."""
    log, items = data.interactions, data.items
    parts = [
        f"<h1>{escape(data.report.source)}</h1>",
        _counts(data),
        _tail(items),
        _people(log),
        _drift(data),
        _columns(items),
        _languages(items),
        NEAR + END,
        PICTURES + END,
        _doubtful(suspects(log, data.timed), duplicates(items), data.timed),
        _findings(data),
    ]
    title = escape(data.report.source)
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>'
    body = "\n".join(parts)
    return (
        f"<!doctype html><html lang=en><head>{head}<style>{STYLE}</style></head><body>{body}</body></html>\n"
    )


def with_section(page: str, mark: str, section: str) -> str:
    """Return a page with `section` behind `mark`, instead of what stood there; as it is without the mark."""
    before, found, after = page.partition(mark)
    rest = after.partition(END)[2] if END in after else after
    return before + mark + section + END + rest if found else page


def suspects(log: pl.DataFrame, timed: bool) -> Suspects:
    """Find bursts, and people who rate everything alike; they are shown, not dropped."""
    flat = log.group_by("user_id").agg(pl.len().alias("count"), pl.col("rating").n_unique().alias("kinds"))
    rated = log["rating"].n_unique() > 1
    flat = flat.filter((pl.col("count") >= 20) & (pl.col("kinds") == 1) & rated).sort(
        "count", "user_id", descending=True
    )
    minutes = log.group_by("user_id", pl.col("timestamp") // 60).agg(pl.len().alias("at most"))
    most = (
        minutes.group_by("user_id").agg(pl.col("at most").max()).filter((pl.col("at most") >= BURST) & timed)
    )
    return Suspects(most.sort("at most", "user_id", descending=True), flat.select("user_id", "count"))


def duplicates(items: pl.DataFrame) -> pl.DataFrame:
    """Return groups of items that differ in case, space and punctuation alone: title, ids (list), count."""
    plain = pl.col("title").str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]+", "")
    keyed = items.select("item_id", "title", plain.alias("key"), "year")
    groups = keyed.group_by("key", "year", maintain_order=True).agg(
        pl.col("title").first(), pl.col("item_id")
    )
    found = groups.with_columns(pl.col("item_id").list.len().alias("count")).filter(pl.col("count") > 1)
    return found.select("title", pl.col("item_id").alias("ids"), "count").sort("count", descending=True)


def _counts(data: Dataset) -> str:
    n, m = data.items.height, data.interactions.height
    people = data.interactions["user_id"].n_unique()
    cells = [("Items", f"{n:,}"), ("People", f"{people:,}"), ("Interactions", f"{m:,}")]
    if m:
        liked = int((data.interactions["rating"] >= 4).sum())
        cold = int((data.items["popularity"] == 0).sum())
        cells += [
            ("Filled", f"{m / (n * people):.3%} of all pairs of a person and an item"),
            ("Likes", f"{liked:,} ({liked / m:.0%}): ratings of 4 and more of 5"),
            ("Items of nobody", f"{cold:,} ({cold / n:.0%}): found by their texts alone"),
        ]
    if data.links is not None:
        cells.append(("Links between people", f"{data.links.height:,}"))
    rows = "".join(f"<tr><td>{name}</td><td class=n>{text}</td></tr>" for name, text in cells)
    return f"<table>{rows}</table>"


def _tail(items: pl.DataFrame) -> str:
    counts = items["popularity"].sort(descending=True)
    total = int(counts.sum())
    if not total:
        return ""
    head = int(counts.head(max(1, items.height // 10)).sum())
    best = items.sort("popularity", descending=True, maintain_order=True).head(5)
    names = ", ".join(escape(title[:60]) for title in best["title"])
    text = f"The most popular tenth of the items has {head / total:.0%} of the interactions. First: {names}."
    picked = counts.gather_every(max(1, len(counts) // 200)).to_list()
    return f"<h2>Long tail</h2><p>{text}</p>{_bars(picked, 'interactions of each item, most popular first')}"


def _people(log: pl.DataFrame) -> str:
    if log.is_empty():
        return ""
    counts = log.group_by("user_id").len()["len"].sort(descending=True)
    middle = int(counts.median() or 0)  # type: ignore[arg-type]
    text = f"Half of the people have {middle:,} interactions or more; the busiest has {int(counts[0]):,}."
    picked = counts.gather_every(max(1, len(counts) // 200)).to_list()
    return f"<h2>People</h2><p>{text}</p>{_bars(picked, 'interactions of each person, busiest first')}"


def _drift(data: Dataset) -> str:
    if not data.timed or data.interactions.is_empty():
        return "" if data.interactions.is_empty() else "<h2>Time</h2><p>Only the order is known.</p>"
    at = pl.from_epoch("timestamp", time_unit="s")
    months = data.interactions.group_by(at.dt.truncate("1mo").alias("month")).agg(
        pl.len().alias("count"), pl.col("rating").mean().alias("mean")
    )
    months = months.sort("month").upsample("month", every="1mo").with_columns(pl.col("count").fill_null(0))
    first, last = months["month"][0], months["month"][-1]
    text = f"From {first:%B %Y} to {last:%B %Y}."
    if data.interactions["rating"].n_unique() > 1:
        early, late = _ends(months["mean"].drop_nulls())
        text += (
            f" The mean rating was {early:.2f} in the first three months and {late:.2f} in the last three."
        )
    return f"<h2>Time</h2><p>{text}</p>{_bars(months['count'].to_list(), 'interactions a month')}"


def _ends(means: pl.Series) -> tuple[float, float]:
    first, last = means.head(3).to_list(), means.tail(3).to_list()
    return sum(first) / len(first), sum(last) / len(last)


def _columns(items: pl.DataFrame) -> str:
    rows = []
    for name, kind in items.schema.items():
        if kind == pl.List(pl.String) and name != "aliases":
            values = items[name].explode().drop_nulls()
            top = (
                ", ".join(escape(v[:30]) for v in values.value_counts(sort=True)[name].head(6))
                if len(values)
                else ""
            )
            rows.append((name, f"{values.n_unique():,} values: {top}" if top else "no values"))
        elif kind.is_numeric() and name not in ("edition", "popularity", "moment"):
            column = items[name].drop_nulls()
            if len(column):
                share = len(column) / items.height
                numbers, style = column.cast(pl.Float64).to_list(), ".0f" if name == "year" else ",.6g"
                spread = f"{min(numbers):{style}} to {max(numbers):{style}}"
                rows.append((name, f"{spread}; known of {share:.0%}"))
    cells = "".join(f"<tr><td>{escape(name)}</td><td>{text}</td></tr>" for name, text in rows)
    return f"<h2>What can be asked for</h2><table>{cells}</table>" if rows else ""


def _languages(items: pl.DataFrame) -> str:
    """Say in which languages the items are described."""
    found = languages(items)
    if not found.shares:
        return ""
    listed = ", ".join(
        f"{code} {share:.0%}" for code, share in list(found.shares.items())[:6] if share >= 0.005
    )
    unsure = f"; {found.unsure:.0%} are too short or too mixed to tell" if found.unsure >= 0.005 else ""
    return f"<h2>Languages of the texts</h2><p>{listed or 'none that is sure'}{unsure}.</p>"


def _doubtful(found: Suspects, twins: pl.DataFrame, timed: bool) -> str:
    lines = [
        _listed(f"people with {BURST} interactions or more in a minute", found.bursts.rows())
        if timed
        else "",
        _listed("people whose twenty or more ratings are all the same", found.flat.rows()),
        _listed(
            "titles that several items share", [(t, ", ".join(ids[:4])) for t, ids, _ in twins.iter_rows()]
        ),
    ]
    rows = "".join(lines)
    note = "<p>Shown for you to judge; nothing of this was dropped.</p>"
    return f"<h2>Worth a look</h2>{note}<table>{rows}</table>" if rows else ""


def _listed(what: str, rows: Sequence[tuple[object, ...]]) -> str:
    if not rows:
        return ""
    few = "; ".join(f"{escape(str(row[0])[:60])} ({escape(str(row[1])[:60])})" for row in rows[:4])
    return f"<tr><td>{len(rows):,}</td><td>{what}<br><small>{few}</small></td></tr>"


def _findings(data: Dataset) -> str:
    rows = "".join(
        f"<tr><td>{f.count:,}</td><td>{escape(f.table)} {escape(f.action)}: {escape(f.reason)}"
        f"<br><small>{escape('; '.join(f.examples)[:300])}</small></td></tr>"
        for f in data.report.findings
    )
    text = f"<table>{rows}</table>" if rows else "<p>Nothing was dropped or mended.</p>"
    return f"<h2>Dropped and mended</h2>{text}"


def _bars(values: Sequence[int], label: str) -> str:
    """Draw bars as SVG, the highest as high as the plot."""
    highest, step = max([*values, 1]), WIDTH / max(len(values), 1)
    bars = "".join(
        f'<rect x="{i * step:.1f}" y="{HEIGHT * (1 - v / highest):.1f}" width="{max(step - 0.5, 0.5):.1f}" '
        f'height="{HEIGHT * v / highest:.1f}"/>'
        for i, v in enumerate(values)
    )
    view = f'viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}; highest {highest:,}"'
    return f'<svg {view} fill="#b5533c">{bars}</svg><small>{label}; highest {highest:,}</small>'
