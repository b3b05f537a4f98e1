"""Errors for people about files and systems of the harness."""

from __future__ import annotations


class CaseError(Exception):
    """Report a case file or catalogue that cannot be used; names file and line."""


class RunError(Exception):
    """Report the record of a run that cannot be used, or two that cannot be compared."""


class SystemFailure(Exception):
    """Report that the system under test could not answer a case; the case has no result then."""
