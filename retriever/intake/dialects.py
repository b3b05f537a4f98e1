"""The first lines of a table -> delimiter, quotes, header and the names of its columns."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from retriever.errors import BadData

CANDIDATES = ("\t", "::", ",", ";", "|", "^", "~", "\x01", "\x1f")
NAMES = {"\t": "tabs", ",": "commas", ";": "semicolons", "|": "bars", " ": "spaces", "::": "double colons"}
SAMPLE = 200
LONGEST = 4 << 20
NUMBER = re.compile(r"[-+]?[\d.,]+(?:[eE][-+]?\d+)?")
DATED = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.*")
ATOMIC = re.compile(r"\s*(?P<name>[^:]+):(?P<type>token|token_seq|float|float_seq)\s*")


@dataclass(frozen=True)
class Dialect:
    """Say how a text table is written.

    Attributes:
        delimiter: Between fields; may have two characters.
        quote: Around fields that hold delimiters; None where there are none.
        skip: Lines before the first row.
        names: Column names, unique; "column_1", ... where the file names none.
        types: RecBole types of the columns, empty elsewhere.
        header: Whether the names come from the file.
        why: How all this is known, in words.
    """

    delimiter: str
    quote: str | None
    skip: int
    names: tuple[str, ...]
    types: dict[str, str]
    header: bool
    why: tuple[str, ...]


class _Split(NamedTuple):
    delimiter: str
    width: int
    share: float


def sniff(lines: Sequence[str], *, delimiter: str | None = None, header: bool | None = None) -> Dialect:
    """Find out how a table is written.

    Args:
        lines: Its first lines, without line ends.
        delimiter: As told; None looks for it.
        header: As told; None looks for it.

    Raises:
        BadData: There is no line with anything in it.
    """
    sample = [line for line in lines[:SAMPLE] if line.strip()]
    if not sample:
        raise BadData("The file holds no line with anything in it.", "Export it again.")
    best = _by_spaces(sample) if delimiter is None else _split_of(sample, delimiter)
    quote = _quote(sample, best.delimiter)
    rows = [_split_or_whole(line, best.delimiter, quote) for line in sample]
    first = next((i for i, row in enumerate(rows) if len(row) == best.width), 0)
    named = _has_header(rows[first:]) if header is None else header
    skip = _lines_before(lines, first + (1 if named else 0))
    names, types = _names(rows[first], best.width, named)
    called = NAMES.get(best.delimiter, repr(best.delimiter))
    apart = "one column" if best.width == 1 else f"divided by {called} ({best.share:.0%} of the first lines)"
    why = (apart, "the first row names the columns" if named else "no row names the columns")
    return Dialect(best.delimiter, quote, skip, names, types, named, why)


def split(line: str, delimiter: str, quote: str | None) -> list[str]:
    """Divide one record into its fields.

    Raises:
        csv.Error: The quotes do not fit.
    """
    if len(delimiter) > 1:
        return line.split(delimiter)
    if quote is None or quote not in line:
        return line.split(delimiter)
    return next(csv.reader(line.splitlines(keepends=True), delimiter=delimiter, quotechar=quote), [""])


def _split_or_whole(line: str, delimiter: str, quote: str | None) -> list[str]:
    try:
        return split(line, delimiter, quote)
    except csv.Error:
        return line.split(delimiter)


def _by_spaces(sample: Sequence[str]) -> _Split:
    """Take the delimiter that divides most lines alike; spaces only where nothing else does."""
    found = [_split_of(sample, candidate) for candidate in CANDIDATES]
    found = [split for split in found if split.width > 1]
    # Ties in the share of like lines go to more columns: a comma inside one text field divides less evenly.
    best = max(found, key=lambda s: (round(s.share, 1), s.delimiter in "\t::", s.width), default=None)
    if best is not None and best.share >= 0.5:
        return best
    spaces = _split_of(sample, " ")
    if spaces.width > 1 and spaces.share > 0.95 and all(_plain(line) for line in sample[1:20]):
        return spaces
    return best or _Split(",", 1, 1.0)


def _plain(line: str) -> bool:
    return all(NUMBER.fullmatch(field) or len(field) < 12 for field in line.split(" "))


def _split_of(sample: Sequence[str], delimiter: str) -> _Split:
    quote = '"' if len(delimiter) == 1 else None
    widths = Counter(len(_split_or_whole(line[:LONGEST], delimiter, quote)) for line in sample)
    width, count = widths.most_common(1)[0]
    return _Split(delimiter, width, count / len(sample))


def _quote(sample: Sequence[str], delimiter: str) -> str | None:
    """Say whether quotes stand around fields, or are characters like others."""
    if len(delimiter) > 1:
        return None
    edge = re.escape(delimiter)
    opened = sum(len(re.findall(rf'(?:^|{edge})"', line)) for line in sample)
    closed = sum(len(re.findall(rf'"(?=$|{edge})', line)) for line in sample)
    if not opened:
        return '"' if delimiter in ",;" else None
    # Where a quote is a character like any other, some fields begin with one and end with none.
    return '"' if closed >= (0.5 if delimiter in ",;" else 0.97) * opened else None


def _has_header(rows: Sequence[Sequence[str]]) -> bool:
    first, rest = rows[0], rows[1:]
    cells = [cell.strip() for cell in first]
    if all(ATOMIC.fullmatch(cell) for cell in cells):
        return True
    if any(_is_value(cell) for cell in cells) or len({c.lower() for c in cells if c}) < len(
        [*filter(None, cells)]
    ):
        return False
    if not rest:
        return True
    for place, cell in enumerate(cells):
        below = [row[place].strip() for row in rest if len(row) > place and row[place].strip()]
        if below and sum(map(_is_value, below)) > 0.8 * len(below):
            return True
        if cell and len(cell) <= 40 and below and cell not in below and len(set(map(len, below))) == 1:
            return len(cell) != len(below[0])
    return all(len(cell) <= 40 for cell in cells) and not _alike(cells, rest)


def _is_value(cell: str) -> bool:
    return bool(NUMBER.fullmatch(cell) or DATED.fullmatch(cell))


def _alike(cells: Sequence[str], rest: Sequence[Sequence[str]]) -> bool:
    """Say whether the first row looks like any other: a cell of it comes again in its column."""
    return any(
        sum(row[place].strip() == cell for row in rest if len(row) > place) > 0
        for place, cell in enumerate(cells)
        if cell
    )


def _lines_before(lines: Sequence[str], rows: int) -> int:
    """Return how many lines come before that many rows are over, blank lines counted."""
    seen = 0
    for place, line in enumerate(lines):
        if seen == rows and line.strip():
            return place
        seen += bool(line.strip())
    return len(lines)


def _names(row: Sequence[str], width: int, named: bool) -> tuple[tuple[str, ...], dict[str, str]]:
    names: list[str] = []
    types: dict[str, str] = {}
    for place in range(width):
        cell = row[place].strip().strip('"').lstrip("\ufeff") if named and place < len(row) else ""
        atomic = ATOMIC.fullmatch(cell)
        name = (atomic["name"].strip() if atomic else cell)[:80] or f"column_{place + 1}"
        while name in names:
            name += "_2"
        names.append(name)
        if atomic:
            types[name] = atomic["type"]
    return tuple(names), types
