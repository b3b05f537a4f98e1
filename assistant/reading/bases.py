"""What "like X but cheaper" is measured against, and titles that only lend a value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from assistant.intents import REFERENCE
from assistant.reading.opinions import Opinions

_LIKE = re.compile(
    r"\b(?:like|similar|along the lines|in the vein|cousin|version|as good as)\b|像|类似|同类|那种|差不多"
)


def base_of(plain: str, opinions: Opinions) -> Literal["title", "pick", ""]:
    """Return what "like X but cheaper" is measured against."""
    if not opinions.liked or opinions.disliked or not _LIKE.search(plain):
        return ""
    return "pick" if all(REFERENCE.fullmatch(name) for name in opinions.liked) else "title"


def without_same(opinions: Opinions, same: Mapping[str, str]) -> Opinions:
    """Leave out a title or reference that only names whose value is shared."""
    shared = set(same.values())
    if not shared:
        return opinions
    kept = {side: tuple(t for t in getattr(opinions, side) if t not in shared) for side in ("liked", "about")}
    return opinions._replace(**kept)
