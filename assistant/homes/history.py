"""A person's own list of titles and ratings, from a CSV file."""

from __future__ import annotations

import csv
import io
import re
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

from assistant.errors import BadInput
from assistant.homes.exports import Export, Line, recognised, watched
from assistant.types import Event, ImportReport, Kind
from retriever.catalog import Catalog
from retriever.linking import Linker

MAX_BYTES = 5_000_000
MAX_JSON = 100_000_000  # a watch history of years
MAX_LINES = 20_000
SURE = 0.8
TITLE = ("title", "name", "movie", "film", "item")
RATING = ("rating", "your rating", "my rating", "score", "stars", "liked")
YEAR = ("year", "release year", "year published")
WORDS = {
    "like": 5.0,
    "liked": 5.0,
    "love": 5.0,
    "yes": 5.0,
    "true": 5.0,
    "dislike": 1.0,
    "no": 1.0,
    "false": 1.0,
}


@dataclass
class History:
    """Events to store, and the report for the person."""

    events: list[Event] = field(default_factory=list)
    report: ImportReport = field(default_factory=ImportReport)


def read_history(path: Path, linker: Linker, catalog: Catalog, user_id: str) -> History:
    """Read titles and ratings, or what a service of `assistant.homes.exports` wrote, and link them to items.

    Ratings above 5 are read as out of 10, above 10 as out of 100. Four fifths of the scale and more is a
    like, two fifths and less a dislike; the rest, and lines without a rating, count as seen.

    Raises:
        BadInput: When the file is too large, is no text, or has no column of titles.
    """
    export = _export(path)
    ratings = [_number(line.rating) for line in export.lines]
    top = export.top or _scale([r for r in ratings if r is not None])
    found: dict[str, list[str]] = {kind: [] for kind in ("like", "dislike", "consume", "unknown", "bad")}
    events: list[Event] = []
    for line, rating in zip(export.lines, ratings, strict=True):
        title = line.title.strip()
        if not title:
            found["bad"].append(f"line {line.number}: no title")
            continue
        mention = linker.resolve(title[:200], _year(line.year))
        if mention is None or mention.confidence < SURE:
            found["unknown"].append(title[:200])
            continue
        kind = _kind(rating, top)
        item = catalog.item(mention.row)
        events.append(Event(user_id, kind, item.item_id, "", time.time()))
        found[kind].append(item.label)
    report = ImportReport(*(tuple(found[k]) for k in ("like", "dislike", "consume", "unknown", "bad")))
    return History(events, report)


def _export(path: Path) -> Export:
    text = _text(path)
    if text.lstrip()[:1] in ("[", "{"):
        export = watched(text, path.name)
        return replace(export, lines=export.lines[:MAX_LINES])
    try:
        dialect: type[csv.Dialect] | str = csv.Sniffer().sniff(text[:4096], delimiters=",;\t|")
    except csv.Error:
        dialect = "excel"
    try:
        reader = csv.DictReader(io.StringIO(text), dialect=dialect)
        header = [name for name in reader.fieldnames or () if name]
        rows = [dict(row) for _, row in zip(range(MAX_LINES), reader, strict=False)]
    except csv.Error as error:
        raise BadInput(
            f"{path.name} is no readable CSV: {error}.", "Export it as CSV with a header."
        ) from error
    known = recognised(header, rows)
    if known is not None:
        return known
    title = _column(header, TITLE)
    if title is None:
        raise BadInput(
            f"{path.name} has no column of titles; its columns are {', '.join(header)[:200] or 'none'}.",
            "Name the column 'title'; 'rating' and 'year' are read too.",
        )
    rating, year = _column(header, RATING), _column(header, YEAR)
    cells = ((row.get(title), rating and row.get(rating), year and row.get(year)) for row in rows)
    return Export(tuple(Line(n, t or "", r or "", y or "") for n, (t, r, y) in enumerate(cells, start=2)))


def _text(path: Path) -> str:
    try:
        size = path.stat().st_size
        most = MAX_JSON if path.suffix.lower() == ".json" else MAX_BYTES
        if size > most:
            raise BadInput(f"{path.name} has {size:,} bytes.", f"Split it; at most {most:,} are read.")
        raw = path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}.", "Give the path of a CSV file.") from error
    if b"\x00" in raw and not raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BadInput(f"{path.name} is no text file.", "Export it as CSV.")
    for encoding in (
        ("utf-16",) if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp1252", "latin-1")
    ):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadInput(f"{path.name} is no readable text.", "Save it as UTF-8.")


def _column(header: list[str], names: tuple[str, ...]) -> str | None:
    known = {name.strip().lower(): name for name in header}
    return next((known[name] for name in names if name in known), None)


def _number(text: str) -> float | None:
    word = text.strip().lower()
    if word in WORDS:
        return WORDS[word]
    match = re.fullmatch(r"(\d{1,3}(?:[.,]\d+)?)(?:\s*/\s*\d+)?", word)
    return float(match[1].replace(",", ".")) if match else None


def _year(text: str) -> int | None:
    match = re.search(r"\b(?:18|19|20)\d\d\b", text)
    return int(match[0]) if match else None


def _scale(ratings: list[float]) -> float:
    highest = max(ratings, default=5.0)
    return 5.0 if highest <= 5 else 10.0 if highest <= 10 else 100.0


def _kind(rating: float | None, top: float) -> Kind:
    if rating is None:
        return "consume"
    return "like" if rating >= 0.8 * top else "dislike" if rating <= 0.4 * top else "consume"
