"""Rows that could not be used: counted by reason, a bounded number of them kept to be looked at."""

from __future__ import annotations

from dataclasses import dataclass, field

KEPT = 100_000  # rows kept in all, so that a file of nothing but errors stays bounded in memory
LENGTH = 500


@dataclass
class Rejects:
    """Collect what was not read.

    Attributes:
        counts: (table, reason) -> number of rows.
        rows: Table, reason and the start of the row as it stood, at most `KEPT`.
    """

    counts: dict[tuple[str, str], int] = field(default_factory=dict)
    rows: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, table: str, reason: str, row: str) -> None:
        """Count one row."""
        self.counts[table, reason] = self.counts.get((table, reason), 0) + 1
        if len(self.rows) < KEPT:
            self.rows.append((table, reason, row[:LENGTH]))

    def examples(self, table: str, reason: str, n: int = 3) -> tuple[str, ...]:
        """Return the first few rows of a reason, in short."""
        found = (row for t, r, row in self.rows if (t, r) == (table, reason))
        return tuple(row[:80] for row, _ in zip(found, range(n), strict=False))
