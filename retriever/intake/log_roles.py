"""Columns of a log -> who, what, how good and when."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from retriever.errors import BadData
from retriever.intake.guesses import Guess, Profiles, Told
from retriever.intake.names import WORDS, words_of
from retriever.intake.profiles import Profile

TABLE = "log"
FITS = 0.02  # least share of the log's ids that the items must know
MOST_GRADES = 101
SEVERAL = 0.5
GRADES_TOP = 100.0


def log_roles(
    frame: pl.DataFrame, profiles: Profiles, items: pl.DataFrame | None, item_key: str | None, told: Told
) -> list[Guess]:
    """Guess what the columns of a log hold.

    Args:
        frame: The log, str | null.
        profiles: Of its columns.
        items: The items, where there is a table of them.
        item_key: The column of the items that holds their ids.
        told: What the person said.

    Raises:
        BadData: No column of people or of items is found.
    """
    names = frame.columns
    found = {
        role: Guess(TABLE, role, column, "as told")
        for role in ("user_id", "item_id", "rating", "timestamp", "weight", "event", "history")
        if (column := told.column(TABLE, role, names))
    }
    free = {
        n: p
        for n, p in profiles.items()
        if n not in _taken(found) and told.kinds.get(n, ("",))[0] != "ignore"
    }
    if "item_id" not in found and "history" not in found:
        _add(found, free, _item(frame, free, items, item_key))
    if "history" not in found and items is not None and item_key is not None:
        _add(found, free, _history(free, set(as_set(items[item_key]))))
    if "user_id" not in found:
        _add(found, free, _user(free))
    if "timestamp" not in found:
        _add(found, free, _time(free))
    if "rating" not in found:
        _add(found, free, _rating(free))
    if not found.keys() & {"rating", "event"}:
        _add(found, free, _event(free))
    if not found.keys() & {"rating", "event", "weight"}:
        _add(found, free, _weight(free))
    _require(found, names)
    return list(found.values())


def _taken(found: Mapping[str, Guess]) -> set[str]:
    return {guess.column for guess in found.values()}


def _add(found: dict[str, Guess], free: dict[str, Profile], guess: Guess | None) -> None:
    if guess is not None:
        found[guess.role] = guess
        free.pop(guess.column, None)


def _require(found: Mapping[str, Guess], names: list[str]) -> None:
    missing = [role for role, ok in (
        ("user_id", "user_id" in found), ("item_id", bool(found.keys() & {"item_id", "history"}))
    ) if not ok]  # fmt: skip
    if missing:
        raise BadData(
            f"No column of the log looks like {' and '.join(missing)}; columns: {', '.join(names)[:500]}.",
            f"Say which it is: --map {','.join(f'log.{role}=COLUMN' for role in missing)}.",
        )


def points(name: str, role: str) -> float:
    """Return how much the name of a column speaks for its being the id of a user or an item."""
    words = words_of(name)
    own, other = WORDS[role], WORDS["item" if role == "user" else "user"]
    score = (
        2.0 * bool(words & own)
        - 0.4 * ("session" in words)
        - 1.5 * bool(words & other - own)
        + 0.5 * bool(words & WORDS["id"])
    )
    return score - 2.0 * bool(words & (WORDS["time"] | WORDS["rating"]) - own)


def _item(
    frame: pl.DataFrame, free: Mapping[str, Profile], items: pl.DataFrame | None, key: str | None
) -> Guess | None:
    known = set() if items is None or key is None else as_set(items[key])
    best, top = None, 0.0
    for name, column in free.items():
        if column.times is not None and not points(name, "item") > 0:
            continue
        share = _share_known(column, known)
        several = "" if share >= FITS or not known else _several(column, known)
        covered = min(1.0, column.distinct / max(len(known), 1)) if share >= FITS else 0.0
        score = 3.0 * share + covered + points(name, "item") + (2.0 if several else 0.0)
        why = "by its name" if not share else f"{share:.0%} of its values are ids of the items"
        if known and not share and not several:
            score -= 2.0
        if (column.numeric and not column.whole) or (column.words > 6 and not several):
            score -= 2.0
        if score > top:
            role = "history" if several else "item_id"
            best, top = Guess(TABLE, role, name, "each cell lists ids of items" if several else why), score
    return best


def as_set(column: pl.Series) -> set[str]:
    """Return the ids of a column."""
    return set(column.str.strip_chars().drop_nulls().to_list())


def _history(free: Mapping[str, Profile], known: set[str]) -> Guess | None:
    """Take a column of lists of ids that stands beside the id of the item that came after them."""
    for name, column in free.items():
        if column.words > 1.2 and _several(column, known):
            return Guess(TABLE, "history", name, "each cell lists ids of items, which come before the item")
    return None


def _share_known(column: Profile, known: set[str]) -> float:
    if not known or not column.sample:
        return 0.0
    return sum(cell in known for cell in column.sample) / len(column.sample)


def _several(column: Profile, known: set[str]) -> str:
    """Return the separator of ids inside the cells; empty where a cell holds one."""
    for separator in (" ", ",", "|", ";"):
        cells = [cell.strip("[]").split(separator) for cell in column.sample[:200]]
        parts = [part.strip(" '\"") for cell in cells for part in cell if part.strip()]
        if len(parts) > 1.5 * len(cells) and sum(part in known for part in parts) > SEVERAL * len(parts):
            return separator
    return ""


def _user(free: Mapping[str, Profile]) -> Guess | None:
    """Take the column whose name says so; else the one of ids that come again and again."""
    named = {
        name: points(name, "user")
        for name, column in free.items()
        if column.times is None or points(name, "user") > 1
    }
    best = max(named, key=lambda name: (named[name], free[name].distinct), default=None)
    if best is not None and named[best] >= 1.5:
        return Guess(TABLE, "user_id", best, f"by its name; {free[best].distinct:,} different values")
    able = [c for c in free.values() if c.filled > 0.9 * c.rows and c.times is None and _like_an_id(c)]
    again = [column for column in able if column.unique < 0.9]
    chosen = max(again, key=lambda column: column.distinct, default=None)
    if chosen is None:
        return None
    why = f"no name says so; its {chosen.distinct:,} values come again as those of people do"
    return Guess(TABLE, "user_id", chosen.name, why)


def _like_an_id(column: Profile) -> bool:
    return column.words < 3 and column.distinct > 10 and (not column.numeric or column.whole)


def _time(free: Mapping[str, Profile]) -> Guess | None:
    able = {n: c for n, c in free.items() if c.times is not None}
    named = sorted(able, key=lambda n: bool(words_of(n) & WORDS["time"]), reverse=True)
    if not named:
        ordered = [n for n, c in free.items() if "timestamp" in words_of(n) and c.numeric]
        return Guess(TABLE, "timestamp", ordered[0], "by its name; taken as an order") if ordered else None
    style = able[named[0]].times
    assert style is not None
    doubt = f"; {style.doubt} fits as well: say --dates {style.doubt!r} if so" if style.doubt else ""
    return Guess(TABLE, "timestamp", named[0], f"moments written as {style.form}{doubt}")


def _rating(free: Mapping[str, Profile]) -> Guess | None:
    able = {n: c for n, c in free.items() if _like_a_rating(c)}
    named = [n for n in able if words_of(n) & WORDS["rating"]]
    if named:
        column = able[named[0]]
        return Guess(TABLE, "rating", named[0], f"by its name; {column.low:g} to {column.high:g}")
    plain = [
        n
        for n, c in able.items()
        if not c.flag
        and c.distinct >= 3
        and c.distinct <= 21
        and c.high <= 10
        and not words_of(n) & WORDS["weight"]
        and not words_of(n) & WORDS["id"]
    ]
    if len(plain) == 1:
        column = able[plain[0]]
        why = f"{column.distinct} different numbers from {column.low:g} to {column.high:g}"
        return Guess(TABLE, "rating", plain[0], why)
    return None


def _like_a_rating(column: Profile) -> bool:
    return (
        column.numeric
        and column.low >= -GRADES_TOP
        and column.high <= GRADES_TOP
        and column.distinct <= 2 * MOST_GRADES
    )


def _event(free: Mapping[str, Profile]) -> Guess | None:
    for name, column in free.items():
        if (
            words_of(name) & WORDS["event"]
            and column.distinct <= 20
            and (column.letters > 0.8 or column.flag)
        ):
            values = ", ".join(sorted(set(column.sample))[:6])
            return Guess(TABLE, "event", name, f"by its name; {values}")
    return None


def _weight(free: Mapping[str, Profile]) -> Guess | None:
    for name, column in free.items():
        if words_of(name) & WORDS["weight"] and column.numeric:
            return Guess(TABLE, "weight", name, f"by its name; {column.low:g} to {column.high:g}")
    return None
