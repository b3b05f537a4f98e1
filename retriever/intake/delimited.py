"""CSV, TSV and their like -> a frame of strings; what does not fit a row is counted, not fatal."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import polars as pl

from retriever.errors import BadData
from retriever.intake.dialects import LONGEST, SAMPLE, Dialect, sniff, split
from retriever.intake.encodings import rewrite, scan
from retriever.intake.rejects import Rejects

CHUNK = 100_000
MOST_LINES = 200  # of one record; a quote that is still open then was never closed
MOST_COLUMNS = 5_000
REPLACED = "bytes that the encoding does not know"


@dataclass(frozen=True)
class Options:
    """What is known of a text file; None is found out. `names` are those of a file without a header."""

    encoding: str | None = None
    delimiter: str | None = None
    header: bool | None = None
    names: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Text:
    """Hold a text table as read.

    Attributes:
        frame: Every column str | null.
        types: RecBole types by column.
        why: How it was read, in words.
        damaged: Lines with bytes that the encoding does not know, kept with U+FFFD in their place.
    """

    frame: pl.DataFrame
    types: dict[str, str]
    why: tuple[str, ...]
    damaged: int


def read_text(path: Path, table: str, work: Path, options: Options, rejects: Rejects) -> Text:
    """Read a delimited file.

    Args:
        path: The file, unpacked.
        table: Name of the table for `rejects`.
        work: Folder for a copy in UTF-8, where one is needed.
        options: What is known already.
        rejects: Rows that fit no row of the table are added here.

    Raises:
        BadData: It is no text, or holds nothing.
    """
    found = scan(path, options.encoding)
    source, damaged, lines = path, 0, found.lines
    if not found.plain:
        source = work / f"text-{table}-{path.name}.csv"
        damaged = rewrite(path, source, found.encoding)
        lines = scan(source, "utf-8").lines
    with source.open(encoding="utf-8", errors="replace", newline="\n") as file:
        head = [line.rstrip("\r\n") for line in islice(_bounded(file), SAMPLE)]
    dialect = sniff(head, delimiter=options.delimiter, header=False if options.names else options.header)
    if options.names:
        dialect = replace(dialect, names=(*options.names, *dialect.names[len(options.names) :]))
    if len(dialect.names) > MOST_COLUMNS:
        raise BadData(
            f"{path} has {len(dialect.names):,} columns.",
            "Give a table with a row per item or interaction, or say --delimiter.",
        )
    frame = _fast(source, dialect, lines)
    if frame is None and dialect.quote and dialect.delimiter == "\t":
        frame = _without_quotes(source, dialect, lines)
    if frame is None:
        frame = _carefully(source, dialect, table, rejects)
    why = (f"encoding {found.encoding} ({found.why})", *dialect.why)
    return Text(frame, dialect.types, why, damaged)


def _bounded(file: Iterator[str]) -> Iterator[str]:
    """Yield lines, cut where one is longer than any row may be."""
    for line in file:
        yield line[:LONGEST]


def _fast(path: Path, dialect: Dialect, lines: int) -> pl.DataFrame | None:
    """Read with polars; None where it fails, or does not find one row a line."""
    if len(dialect.delimiter) > 1:
        return None
    try:
        frame = pl.read_csv(
            path,
            has_header=False,
            skip_rows=dialect.skip,
            schema=dict.fromkeys(dialect.names, pl.String),
            separator=dialect.delimiter,
            quote_char=dialect.quote,
            raise_if_empty=False,
            glob=False,
        )
    except (pl.exceptions.PolarsError, OSError):
        return None
    # The last line may have no line end, blank lines are no rows: anything else is looked at row by row.
    return frame if lines - dialect.skip <= frame.height <= lines - dialect.skip + 1 else None


def _without_quotes(path: Path, dialect: Dialect, lines: int) -> pl.DataFrame | None:
    """Read a table in which a quote is like any other character; None where lines do not fill columns."""
    frame = _fast(path, replace(dialect, quote=None), lines)
    if frame is None or frame.is_empty():
        return None
    short = frame.select(
        pl.all_horizontal(pl.col(n).is_null() for n in frame.columns[len(frame.columns) // 2 :])
    )
    return frame if float(short.to_series().mean() or 0.0) < 0.02 else None  # type: ignore[arg-type]


def _carefully(path: Path, dialect: Dialect, table: str, rejects: Rejects) -> pl.DataFrame:
    """Read row by row: one row that cannot be read costs that row alone."""
    csv.field_size_limit(LONGEST)  # of the process; the default refuses fields of 128 KB
    width = len(dialect.names)
    schema = dict.fromkeys(dialect.names, pl.String)
    chunks, rows = [], []
    with path.open(encoding="utf-8", errors="replace", newline="\n") as file:
        for record in _records(islice(file, dialect.skip, None), dialect, table, rejects):
            try:
                fields = split(record, dialect.delimiter, dialect.quote)
            except csv.Error:
                rejects.add(table, "quotes that do not fit", record)
                continue
            if len(fields) > width and any(field.strip() for field in fields[width:]):
                rejects.add(table, f"more fields than the {width} columns", record)
                continue
            rows.append(fields[:width] + [None] * (width - len(fields)))
            if len(rows) == CHUNK:
                chunks.append(pl.DataFrame(rows, schema=schema, orient="row"))
                rows = []
    chunks.append(pl.DataFrame(rows, schema=schema, orient="row"))
    return pl.concat(chunks)


def _records(lines: Iterator[str], dialect: Dialect, table: str, rejects: Rejects) -> Iterator[str]:
    """Join lines inside quotes to records; a quote that is never closed costs the line it stands in."""
    waiting: list[str] = []
    while True:
        line = waiting.pop(0) if waiting else next(lines, None)
        if line is None:
            return
        line = line.rstrip("\r\n")
        if len(line) > LONGEST:
            rejects.add(table, f"a line of more than {LONGEST >> 20} MB", line[:100])
        elif not line.strip():
            continue
        elif dialect.quote is None or not line.count(dialect.quote) % 2:
            yield line
        else:
            yield from _joined(line, lines, waiting, dialect.quote, table, rejects)


def _joined(
    line: str, lines: Iterator[str], waiting: list[str], quote: str, table: str, rejects: Rejects
) -> Iterator[str]:
    parts, size = [line], len(line)
    while len(parts) < MOST_LINES and size < LONGEST:
        more = waiting.pop(0) if waiting else next(lines, None)
        if more is None:
            break
        parts.append(more.rstrip("\r\n"))
        size += len(more)
        if more.count(quote) % 2:
            yield "\n".join(parts)
            return
    rejects.add(table, "a quote that is never closed", line)
    waiting[:0] = [part + "\n" for part in parts[1:]]
