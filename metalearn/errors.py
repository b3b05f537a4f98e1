"""Errors of the metalearn package; each message says what is wrong and how to mend it."""

from __future__ import annotations

from pathlib import Path


class MetalearnError(Exception):
    """Anything that learning or applying taste can refuse."""


class BadLog(MetalearnError):
    """Raise when an interaction log or its features cannot be learned from."""


class BadSupport(MetalearnError):
    """Raise when a person's events cannot be used; ``rows`` names the offending catalogue rows."""

    def __init__(self, message: str, rows: tuple[int, ...] = ()) -> None:
        super().__init__(message)
        self.rows = rows


class DamagedAdapter(MetalearnError):
    """Raise when a saved adapter is missing, damaged or of another format; ``path`` is the file."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}. Train it again with `palate setup`.")
        self.path = path


class NeedsTraining(MetalearnError):
    """Raise when what was learned does not fit what is known now, so that a refresh cannot keep it."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"a refresh is not enough: {reason}; train the adapter anew")
        self.reason = reason


class UnknownAlgorithm(MetalearnError):
    """Raise when a meta-learner is named that does not exist."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(f"there is no meta-learner {name!r}; choose one of {', '.join(known)}")


class BadConfig(MetalearnError):
    """Raise when a hyper-parameter is out of its range."""


class UnknownLoss(BadConfig):
    """Raise when an outer loss is named that does not exist."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(f"there is no loss {name!r}; choose among {', '.join(known)}")


class MissingPackage(MetalearnError):
    """Raise when something optional is asked for and its package is not installed."""

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(f'{package} is not installed; run `pip install "palate[{extra}]"`')
