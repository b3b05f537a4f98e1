"""Files of one JSON value a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from prompts.errors import CaseError


def json_lines(path: Path) -> Iterator[tuple[int, Any]]:
    """Yield line numbers and values; empty lines are left out.

    Raises:
        CaseError: When the file is missing or unreadable, or a line is no JSON.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        raise CaseError(f"{path} is missing.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise CaseError(f"{path} cannot be read: {error}.") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield number, json.loads(line)
        except ValueError as error:
            raise CaseError(f"{path}:{number}: no JSON ({error}).") from error
