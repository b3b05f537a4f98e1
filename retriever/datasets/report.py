"""What cleaning dropped or mended, and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import polars as pl

EXAMPLES = 3


@dataclass(frozen=True)
class Finding:
    """Hold one reason and how often it applied.

    Attributes:
        table: "items" or "interactions".
        reason: What was wrong with the rows.
        action: "dropped", or what was done instead.
        count: Number of rows.
        examples: A few of these rows, in short.
        rows: The rows themselves where they were dropped; they go to a side file, not into the report.
    """

    table: str
    reason: str
    action: str
    count: int
    examples: tuple[str, ...]
    rows: pl.DataFrame | None = field(default=None, repr=False, compare=False)

    def to_dict(self) -> dict[str, Any]:
        """Return the finding as plain data for JSON, without its rows."""
        left = {name: value for name, value in vars(self).items() if name != "rows"}
        return left | {"examples": list(self.examples)}


@dataclass(frozen=True)
class CleaningReport:
    """Hold what cleaning found in one data set.

    Attributes:
        source: Where the data came from.
        items_read: Rows of the item table as read.
        items_kept: Rows left.
        interactions_read: Rows of the interaction table as read.
        interactions_kept: Rows left.
        findings: Reasons that applied at least once.
    """

    source: str
    items_read: int
    items_kept: int
    interactions_read: int
    interactions_kept: int
    findings: tuple[Finding, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain data for JSON."""
        return vars(self) | {"findings": [found.to_dict() for found in self.findings]}

    def to_text(self) -> str:
        """Return the report as a few lines for a person."""
        lines = [
            f"{self.source}: kept {self.items_kept:,} of {self.items_read:,} items and "
            f"{self.interactions_kept:,} of {self.interactions_read:,} interactions."
        ]
        lines += [
            f"  {f.count:,} {f.table} {f.action}: {f.reason} (such as {'; '.join(f.examples)})"
            for f in self.findings
        ]
        return "\n".join(lines)


def finding(table: str, reason: str, action: str, rows: pl.DataFrame) -> Finding:
    """Describe the rows that `reason` applied to."""
    examples = tuple(
        ", ".join(f"{name}={_short(value)}" for name, value in record.items() if name != "position")
        for record in rows.head(EXAMPLES).iter_rows(named=True)
    )
    return Finding(table, reason, action, rows.height, examples, rows if action == "dropped" else None)


def drop(frame: pl.DataFrame, bad: pl.Expr, table: str, reason: str, found: list[Finding]) -> pl.DataFrame:
    """Leave out the rows where `bad` is true or unknown, and add a finding where there are any."""
    rows = frame.filter(bad.fill_null(value=True))
    if rows.is_empty():
        return frame
    found.append(finding(table, reason, "dropped", rows))
    return frame.filter(~bad.fill_null(value=True))


def blank(column: str) -> pl.Expr:
    """Say which values of a column of text are missing, or only space."""
    return pl.col(column).is_null() | (pl.col(column).str.strip_chars() == "")


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 80 else f"{text[:79]}…"
