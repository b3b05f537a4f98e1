"""The column that names a picture of every item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from retriever.intake.guesses import Guess
from retriever.intake.names import WORDS, words_of
from retriever.intake.profiles import Profile
from retriever.pictures import SUFFIXES, is_address, named

NAMED, UNNAMED = 0.5, 0.9  # share of the cells that must name pictures, by whether the column is called so
SMALLER = frozenset(("small", "thumb", "thumbnail", "icon", "backdrop", "s", "xs", "mini", "tiny"))
LARGER = frozenset(("large", "l", "big", "cover", "poster", "main", "primary", "hi", "full"))


def image_column(free: Mapping[str, Profile]) -> Guess | None:
    """Find the column of pictures: by its name and what is in it, or by file names of pictures alone.

    Of several the one that promises the larger picture counts, then the first.
    """
    found: list[tuple[float, str]] = []
    for name, column in free.items():
        words = words_of(name)
        called = bool(words & WORDS["image"])
        share = _share(column.sample, any_address=called)
        if share < (NAMED if called else UNNAMED):
            continue
        found.append((2.0 * called + bool(words & LARGER) - bool(words & SMALLER) + column.unique, name))
    if not found:
        return None
    best = max(found, key=lambda pair: pair[0])[1]
    shown = [cell for cell in map(named, free[best].sample) if cell]
    far = sum(map(is_address, shown)) > 0.5 * len(shown)
    what = "addresses of pictures" if far else "files of pictures"
    return Guess("items", "image", best, f"{what} in the table's folder" if not far else what)


def _share(sample: Sequence[str], any_address: bool) -> float:
    """Return the share of cells that name a picture; with `any_address` an address needs no suffix."""
    if not sample:
        return 0.0
    names = [name for name in map(named, sample) if name is not None]
    return sum(_is_picture(name, any_address) for name in names) / len(sample)


def _is_picture(name: str, any_address: bool) -> bool:
    if not is_address(name):
        return name.lower().endswith(SUFFIXES)
    return any_address or urlsplit(name).path.lower().endswith(SUFFIXES)
