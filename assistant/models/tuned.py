"""Adapters that come with Palate: which one belongs to which weights, and how it was made."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from assistant.errors import WeightsError
from assistant.models.registry import find

ADAPTER, RECIPE = "adapter.safetensors", "recipe.json"


@dataclass(frozen=True)
class Tuned:
    """Describe one adapter.

    Attributes:
        name: Name under which the tuned model is served; prompts made for it say it.
        base: Name of the weights it was trained on.
        path: The adapter's file.
        sha256: Its checksum.
    """

    name: str
    base: str
    path: Path
    sha256: str

    @property
    def key(self) -> str:
        """Return what tells weights with this adapter from others in a cache."""
        return f"{self.name}-{self.sha256[:8]}"


def tuned_for(spec: str | Path, folder: Path | None = None) -> Tuned | None:
    """Return the adapter for weights named `spec` by name or hub id; None where there is none.

    A folder or a file of the person's own is served as it is.

    Raises:
        WeightsError: When an adapter lies there that is not the one its recipe tells of.
    """
    record = find(str(spec))
    root = folder or Path(str(files("prompts") / "tuned"))
    for recipe in sorted(root.glob(f"*/{RECIPE}")) if record else ():
        found = _read(recipe)
        if record is not None and found.base == record.name:
            return found
    return None


def _read(recipe: Path) -> Tuned:
    adapter = recipe.with_name(ADAPTER)
    try:
        notes = json.loads(recipe.read_text(encoding="utf-8"))
        sha256 = hashlib.sha256(adapter.read_bytes()).hexdigest()
        tuned = Tuned(notes["name"], notes["base"], adapter, sha256)
        if notes["sha256"] != sha256:
            raise ValueError("another checksum than its recipe says")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WeightsError(f"{adapter} cannot be used: {error}.", "Install Palate again.") from error
    return tuned
