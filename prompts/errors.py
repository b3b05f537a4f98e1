"""Errors for people about files of the harness."""

from __future__ import annotations


class CaseError(Exception):
    """Report a case file or catalogue that cannot be used; names file and line."""
