"""Errors of the retriever, each naming what was wrong and what to do about it."""

from __future__ import annotations

from pathlib import Path


class RetrieverError(Exception):
    """Carry a message for a person and the step that mends it.

    Args:
        message: What was wrong and where.
        mend: What to do about it; empty where there is nothing to do.
    """

    def __init__(self, message: str, mend: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.mend = mend

    def __str__(self) -> str:
        return f"{self.message} {self.mend}".strip()


class UnknownItem(RetrieverError, KeyError):
    """Report an item id or row that the catalogue does not have.

    Args:
        item_id: The id or row that was asked for.
    """

    def __init__(self, item_id: object) -> None:
        super().__init__(f"There is no item {item_id!r} in the catalogue.", "Use an id of items.parquet.")
        self.item_id = item_id


class BadData(RetrieverError):
    """Report data, a value or a folder given by the caller that cannot be used."""


class DamagedFile(RetrieverError):
    """Report a file that is missing, cut short, altered or of another format.

    Args:
        path: The file.
        message: What is wrong with it.
        mend: What to do about it.
    """

    def __init__(
        self, path: Path, message: str, mend: str = "Run `palate setup` again to write it anew."
    ) -> None:
        super().__init__(f"{path}: {message}.", mend)
        self.path = path
