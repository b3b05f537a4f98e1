"""What other services let people take away -> titles, years and ratings: films, books, music, videos.

Letterboxd (ratings, watched, diary), IMDb (ratings), Goodreads (library), Last.fm (plays), YouTube (Takeout).
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.errors import BadInput

OFTEN = 3  # plays or views from which somebody likes what they hear or watch
SERIES = re.compile(r"\s*\([^()]*#\d+[^()]*\)\s*$")
WATCHED = re.compile(r"^(?:Watched|Listened to|Angesehen:|Vous avez regardé|Has visto)\s+", re.IGNORECASE)
GONE = re.compile(r"https?://\S+|.*(?:removed|deleted|private)$", re.IGNORECASE)

Row = Mapping[str, str | None]


@dataclass(frozen=True)
class Line:
    """Hold one line of a list.

    Attributes:
        number: Where it stands in the file.
        title: What was rated.
        rating: As the service writes it; empty where there is none.
        year: As the service writes it.
    """

    number: int
    title: str
    rating: str = ""
    year: str = ""


@dataclass(frozen=True)
class Export:
    """Hold the lines of an export.

    Attributes:
        lines: What can be looked for in the catalogue.
        top: Highest rating that the service has; None where that is not known.
    """

    lines: tuple[Line, ...]
    top: float | None = None


def recognised(header: Sequence[str], rows: Sequence[Row]) -> Export | None:
    """Return the lines of an export of a known service; None where the columns are those of none."""
    names = {name.strip().lower() for name in header}
    if {"letterboxd uri", "name"} <= names:
        return Export(_lines(rows, "Name", "Rating", "Year"), 5.0)
    if {"const", "title", "your rating"} <= names:
        return Export(_lines(rows, "Title", "Your Rating", "Year"), 10.0)
    if {"my rating", "exclusive shelf", "title"} <= names:
        return Export(_books(rows), 5.0)
    if "artist" in names and names & {"uts", "utc_time", "track", "song"}:
        return Export(_played(header, rows), 5.0)
    return None


def _lines(rows: Sequence[Row], title: str, rating: str, year: str) -> tuple[Line, ...]:
    cells = ((row.get(title), row.get(rating), row.get(year)) for row in rows)
    return tuple(Line(n, t or "", r or "", y or "") for n, (t, r, y) in enumerate(cells, start=2))


def _books(rows: Sequence[Row]) -> tuple[Line, ...]:
    """Leave out what is only to be read; a rating of 0 is none, and a series is no part of a title."""
    read = [(n, row) for n, row in enumerate(rows, start=2) if row.get("Exclusive Shelf") != "to-read"]
    return tuple(
        Line(
            n,
            SERIES.sub("", row.get("Title") or ""),
            "" if row.get("My Rating") in ("0", None) else str(row["My Rating"]),
            row.get("Original Publication Year") or row.get("Year Published") or "",
        )
        for n, row in read
    )


def _played(header: Sequence[str], rows: Sequence[Row]) -> tuple[Line, ...]:
    """Count plays of artists and of tracks; often played is liked."""
    lower = {name.strip().lower(): name for name in header}
    counts: Counter[str] = Counter()
    for column in ("artist", "track", "song"):
        if column in lower:
            counts.update(filter(None, ((row.get(lower[column]) or "").strip() for row in rows)))
    return _counted(counts)


def _counted(counts: Counter[str]) -> tuple[Line, ...]:
    pairs = enumerate(counts.most_common(), start=1)
    return tuple(Line(n, title, "5" if times >= OFTEN else "") for n, (title, times) in pairs)


def watched(text: str, name: str) -> Export:
    """Read the watch history of YouTube, as Takeout writes it in JSON: videos and their channels.

    Raises:
        BadInput: It is no such history.
    """
    try:
        found: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadInput(
            f"{name} is no readable JSON.", "Choose JSON, not HTML, when you order the Takeout."
        ) from error
    entries = [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []
    titles = [entry["title"] for entry in entries if isinstance(entry.get("title"), str)]
    if not titles:
        raise BadInput(f"{name} is no watch history.", "Give watch-history.json of a Takeout of YouTube.")
    counts = Counter(WATCHED.sub("", title).strip() for title in titles)
    channels = Counter(channel for entry in entries if (channel := _channel(entry)))
    return Export(
        _counted(Counter({t: n for t, n in (counts + channels).items() if not GONE.fullmatch(t)})), 5.0
    )


def _channel(entry: Mapping[str, Any]) -> str:
    inside = entry.get("subtitles")
    first = inside[0] if isinstance(inside, list) and inside else {}
    return str(first.get("name", ""))[:200] if isinstance(first, dict) else ""
