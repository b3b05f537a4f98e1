"""What the command line prints: progress, tables, errors, and the JSON forms of picks and replies."""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from assistant.conversation import Reply
from assistant.types import Pick
from retriever.files import write_atomically, write_text

ERR = Console(stderr=True)
OUT = Console(width=None if sys.stdout.isatty() else 120)  # tables in a file must not be cut
NEWS = 10.0  # seconds between lines where the output is no terminal


class Steps:
    """Show the progress of long steps: a bar on a terminal, a line now and then elsewhere."""

    def __init__(self, bar: Progress | None) -> None:
        self._bar, self._task, self._told, self._name = (
            bar,
            None if bar is None else bar.add_task(""),
            0.0,
            "",
        )

    def __call__(self, what: str, share: float) -> None:
        """Show that `share` (0..1) of `what` is done."""
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, description=what, completed=share * 100)
            return
        name = re.sub(r"\d[\d,.]*", "#", what.split(":")[0])
        if name != self._name or share >= 1 or time.monotonic() - self._told > NEWS:
            print(f"  {what} ({share:.0%})", file=sys.stderr, flush=True)
            self._told, self._name = time.monotonic(), name


@contextmanager
def steps() -> Iterator[Steps]:
    """Show the progress of long steps on standard error."""
    if not ERR.is_terminal:
        yield Steps(None)
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=ERR, transient=True) as bar:
        yield Steps(bar)


def pick_json(pick: Pick) -> dict[str, Any]:
    """Return a pick as plain data."""
    return {
        "item_id": pick.item_id,
        "title": pick.title,
        "year": pick.year,
        "facets": {name: list(values) for name, values in pick.facets.items()},
        "numbers": dict(pick.numbers),
        "score": round(pick.score, 6),
        "reasons": [asdict(reason) for reason in pick.reasons],
    }


def reply_json(reply: Reply) -> dict[str, Any]:
    """Return a finished reply as plain data."""
    return {
        "session_id": reply.session_id,
        "intent": reply.intent.model_dump(),
        "picks": [pick_json(pick) for pick in reply.recommendations],
        "about": [pick_json(pick) for pick in reply.about],
        "notes": list(reply.notes),
        "question": reply.question,
        "options": [asdict(option) for option in reply.options],
        "reply": reply.text.strip(),
        "timings_ms": {k: None if v is None else round(v, 2) for k, v in asdict(reply.timings).items()},
        "llm": asdict(reply.usage),
        "fallback": reply.fallback,
    }


def print_json(data: Any) -> None:
    """Print one JSON object on standard output."""
    print(json.dumps(data, ensure_ascii=False, indent=2))


def write_json(path: Path, data: Any) -> None:
    """Write one JSON object to a file, whole or not at all."""
    text = json.dumps(data, ensure_ascii=False, indent=2) + "\n"
    write_atomically(path, lambda temporary: write_text(temporary, text))


def print_picks(picks: Sequence[Pick]) -> None:
    """Print picks as a table."""
    table = Table("", "title", "facets", "score", "why", box=None, pad_edge=False)
    for place, pick in enumerate(picks, 1):
        facets = ", ".join(value for values in pick.facets.values() for value in values)
        table.add_row(str(place), pick.label, facets, f"{pick.score:.2f}", pick.why)
    OUT.print(table)
