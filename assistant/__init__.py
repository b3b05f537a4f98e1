"""One chat turn: intent, candidates, adapt and rank, reply."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.agent import Assistant

__all__ = ["Assistant"]


def __getattr__(name: str) -> Any:
    """Import `Assistant` when it is asked for: the command line must not wait for numerics to load."""
    if name == "Assistant":
        from assistant.agent import Assistant

        return Assistant
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
