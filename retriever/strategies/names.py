"""The names by which candidate sources are switched on."""

from __future__ import annotations

from collections.abc import Iterable

from retriever.errors import BadData

SOURCES = (
    "itemknn",
    "userknn",
    "ials",
    "svd",
    "text",
    "facets",
    "bm25",
    "knowledge",
    "social",
    "popular",
    "recent",
)
# By default the whole catalogue is scored where it is small, and `hybrid` proposes where it is not.
DEFAULT = "fused"
GROUPS = {
    "mf": ("ials", "svd"),
    "content": ("text", "facets", "bm25"),
    "hybrid": SOURCES,
}


def chosen(text: str, where: str = "PALATE_STRATEGIES") -> tuple[str, ...]:
    """Read "itemknn,content" as names of sources, in the order of `SOURCES`; empty for the default.

    Args:
        text: Names of sources and of groups, divided by commas.
        where: What said so, for the message.

    Raises:
        BadData: A name is unknown, or `fused` stands beside others.
    """
    names = [name.strip().casefold() for name in text.split(",") if name.strip()]
    if not names or names == [DEFAULT]:
        return ()
    unknown = [name for name in names if name not in (*SOURCES, *GROUPS)]
    if unknown:
        known = ", ".join((DEFAULT, *GROUPS, *SOURCES))
        reason = "stands alone" if unknown[0] == DEFAULT else "is unknown"
        raise BadData(f"{where}: the strategy {unknown[0]!r} {reason}.", f"Choose among {known}.")
    return in_order(name for given in names for name in GROUPS.get(given, (given,)))


def in_order(names: Iterable[str]) -> tuple[str, ...]:
    """Return names of sources, each once, in the order of `SOURCES`."""
    wanted = set(names)
    return tuple(name for name in SOURCES if name in wanted)
