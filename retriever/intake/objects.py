"""JSON lines, a JSON list, and the Python dictionaries of old Amazon files -> a frame of strings."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

from retriever.errors import BadData
from retriever.intake.encodings import rewrite, scan
from retriever.intake.rejects import Rejects

LONGEST = 16 << 20
LARGEST_LIST = 256 << 20
MOST_KEYS = 300
CHUNK = 50_000
VALUES = 50  # of one list
CELL = 4000


def looks_like(path: Path) -> bool:
    """Say whether the file begins as JSON lines or a JSON list of objects do."""
    with path.open("rb") as file:
        head = file.read(4096).lstrip(b"\xef\xbb\xbf \t\r\n")
    return head.startswith(b"{") or (head.startswith(b"[") and head[1:].lstrip().startswith(b"{"))


def read_objects(path: Path, table: str, work: Path, rejects: Rejects) -> pl.DataFrame:
    """Read one object a line, or a list of objects.

    Lists become values divided by bars; objects inside objects become columns "outer.inner", one level deep.

    Raises:
        BadData: It is no text, or holds no object.
    """
    found = scan(path)
    source = path
    if not found.plain:
        source = work / f"text-{table}-{path.name}.json"
        rewrite(path, source, found.encoding)
    keys: dict[str, None] = {}
    rows: list[dict[str, str]] = []
    chunks: list[pl.DataFrame] = []
    for value in _values(source, table, rejects):
        row = _flat(value)
        for key in row.keys() - keys.keys() if len(keys) < MOST_KEYS else ():
            keys[key] = None
        rows.append({key: cell for key, cell in row.items() if key in keys})
        if len(rows) == CHUNK:
            chunks.append(_frame(rows, keys))
            rows = []
    chunks.append(_frame(rows, keys))
    if not keys:
        raise BadData(f"{path} holds no JSON object.", "Write one object a line, with the same keys.")
    return pl.concat(chunks, how="diagonal")


def _frame(rows: list[dict[str, str]], keys: dict[str, None]) -> pl.DataFrame:
    return pl.DataFrame(
        {key: [row.get(key) for row in rows] for key in keys}, schema=dict.fromkeys(keys, pl.String)
    )


def _values(path: Path, table: str, rejects: Rejects) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8", errors="replace") as file:
        if file.read(1).strip() == "[" or path.stat().st_size < 1 << 16:
            file.seek(0)
            whole = _list(file.read(LARGEST_LIST + 1), path) if path.stat().st_size <= LARGEST_LIST else None
            if whole is not None:
                yield from whole
                return
        file.seek(0)
        while line := file.readline(LONGEST):
            if not line.endswith("\n") and len(line) == LONGEST:
                rejects.add(table, f"a line of more than {LONGEST >> 20} MB", line[:100])
                _to_line_end(file)
                continue
            if text := line.strip().rstrip(","):
                value = _object(text)
                if value is None:
                    rejects.add(table, "no JSON object", text)
                else:
                    yield value


def _to_line_end(file: Any) -> None:
    while (rest := file.readline(LONGEST)) and not rest.endswith("\n"):
        continue


def _list(text: str, path: Path) -> list[dict[str, Any]] | None:
    """Return the objects of a JSON list; None where it is none."""
    if not text.lstrip().startswith("["):
        return None
    try:
        found = json.loads(text)
    except RecursionError as error:
        raise BadData(
            f"{path} holds lists within lists without end.", "Write one flat object a line."
        ) from error
    except ValueError:
        return None
    return [value for value in found if isinstance(value, dict)] if isinstance(found, list) else None


def _object(text: str) -> dict[str, Any] | None:
    """Read one object, as JSON or as the literal of a Python dictionary; nothing in it is ever run."""
    try:
        value = json.loads(text)
    except RecursionError:
        return None
    except ValueError:
        if "'" not in text or len(text) > 1 << 20:
            return None
        try:
            value = ast.literal_eval(text)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            return None
    return value if isinstance(value, dict) else None


def _flat(value: dict[str, Any]) -> dict[str, str]:
    row: dict[str, str] = {}
    for key, cell in value.items():
        name = str(key)[:80]
        if isinstance(cell, dict):
            inner = ((f"{name}.{str(k)[:80]}", v) for k, v in list(cell.items())[:VALUES])
            row.update((n, text) for n, v in inner if (text := _text(v)))
        elif text := _text(cell):
            row[name] = text
    return row


def _text(cell: Any) -> str:
    """Write a value as one cell: lists of values, and lists of such lists, with bars between."""
    if cell is None or isinstance(cell, dict):
        return ""
    if isinstance(cell, list | tuple | set):
        parts = [
            part for inner in list(cell)[:VALUES] for part in (inner if isinstance(inner, list) else [inner])
        ]
        plain = (str(part).replace("|", "/") for part in parts if isinstance(part, str | int | float))
        return "|".join(plain)[:CELL]
    return str(cell)[:CELL]
