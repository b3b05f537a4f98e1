"""Columns of the items -> id, title, year, description, facets and numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from retriever.columns import parse_header
from retriever.intake.guesses import Guess, Profiles, Told
from retriever.intake.image_roles import image_column
from retriever.intake.log_roles import points
from retriever.intake.names import FACETS, PEOPLE, WORDS, facet_name, words_of
from retriever.intake.profiles import Profile
from retriever.intake.values import CURRENCIES
from retriever.kits import Kit

TABLE = "items"
SEPARATORS = ("|", ";", ",", " / ", "/", "\t", ":")
LONG_TEXT = 12.0  # words
UNNAMED_TEXT = 8.0  # words from which a column that no name gives away is a description
YEARS = (1000, 2035)
OWN = frozenset(("popularity", "edition", "text", "aliases", "item_id", "title", "year", "image"))
NAMED_VALUE = r"""["'](?i:name|label|title)["']\s*:\s*["']([^"']+)["']"""
FLAG_NAME = "features"
NAMED = re.compile(NAMED_VALUE)
UNNAMED = re.compile(r"column_\d+")


def id_column(frame: pl.DataFrame, profiles: Profiles, log: pl.DataFrame | None, told: Told) -> Guess | None:
    """Find the column of ids: unique, and known to the log.

    Returns:
        None where no column can be one; the rows are then numbered.
    """
    given = told.column(TABLE, "item_id", frame.columns)
    if given:
        return Guess(TABLE, "item_id", given, "as told")
    columns = [] if log is None else [_some(log[name]) for name in log.columns]
    best, top, why = None, 0.4, ""
    for place, (name, column) in enumerate(profiles.items()):
        if column.filled < 0.8 * column.rows or column.unique < 0.8 or column.words > 4:
            continue
        known = set(frame[name].str.strip_chars().drop_nulls().to_list()) if columns else set()
        share = max(
            (sum(cell in known for cell in cells) / len(cells) for cells in columns if cells), default=0.0
        )
        score = points(name, "item") + 2.0 * share + column.unique + (0.5 if place == 0 else 0.0)
        score -= 1.5 * bool(words_of(name) & WORDS["title"] - {"item"} and column.letters > 0.9)
        score -= 2.0 * bool(column.numeric and not column.whole)
        if score > top:
            best, top = name, score
            why = f"{column.distinct:,} different values" + (
                f", {share:.0%} of the log's are among them" if share else ""
            )
    return Guess(TABLE, "item_id", best, why) if best is not None else None


def _some(column: pl.Series) -> list[str]:
    """Return up to 500 values; of cells that list ids, these ids."""
    values = column.drop_nulls()
    cells = values.gather_every(max(1, len(values) // 500)).head(500).str.strip_chars().to_list()
    if cells and sum(cell.count(" ") for cell in cells) > 2 * len(cells):
        return [part for cell in cells for part in cell.split(" ")][:2000]
    return [cell for cell in cells if cell]


def item_roles(profiles: Profiles, key: str | None, told: Told, kit: Kit | None = None) -> list[Guess]:
    """Guess what the columns beside the id hold; a kit names the facets and numbers that it knows."""
    names = list(profiles)
    found = {
        role: Guess(TABLE, role, column, "as told")
        for role in ("title", "year", "text", "image")
        if (column := told.column(TABLE, role, names))
    }
    taken = {key, *(guess.column for guess in found.values())} | told.kinds.keys()
    free = {n: p for n, p in profiles.items() if n not in taken and p.filled}
    for role, guess in (("image", image_column), ("title", _title), ("year", _year), ("text", _text)):
        if role not in found and (made := guess(free)) is not None:
            found[role] = made
            free.pop(made.column, None)
    rest = [
        _told(column, kind, name, profiles)
        for column, (kind, name) in told.kinds.items()
        if column in profiles
    ]
    flags = [name for name, column in free.items() if column.flag and not UNNAMED.fullmatch(name)]
    together = flags if len(flags) >= 3 else []
    rest += [Guess(TABLE, "facet", n, "one of several columns of yes and no", FLAG_NAME) for n in together]
    rest += [_kind(column) for name, column in free.items() if name not in together]
    return [*found.values(), *_apart([_by_kit(guess, kit) for guess in rest])]


def _by_kit(guess: Guess, kit: Kit | None) -> Guess:
    """Call a facet or number as the kit does, where a word of its column is the kit's."""
    if (
        kit is None
        or guess.why == "as told"
        or guess.role not in ("facet", "number")
        or guess.name == FLAG_NAME
    ):
        return guess
    named = kit.names(guess.role)
    called = next((named[word] for word in sorted(words_of(guess.column)) if word in named), None)
    unit = parse_header(guess.name).unit
    full = f"{called} ({unit})" if called and unit else called
    return replace(guess, name=full, why=f"{guess.why}; named by the kit") if full else guess


def _told(column: str, kind: str, name: str, profiles: Profiles) -> Guess:
    called = (
        ""
        if kind == "ignore"
        else name or (_number_name(profiles[column]) if kind == "number" else facet_name(column))
    )
    return Guess(TABLE, kind, column, "as told", called)


def _apart(guesses: Sequence[Guess]) -> list[Guess]:
    """Give columns that would go by one name names of their own."""
    seen: Counter[str] = Counter()
    out = []
    for guess in guesses:
        name = guess.name
        if name and guess.name != FLAG_NAME:
            name = f"{name} column" if name in OWN else name
            seen[name.lower()] += 1
            name = name if seen[name.lower()] == 1 else f"{name} {seen[name.lower()]}"
        out.append(Guess(guess.table, guess.role, guess.column, guess.why, name))
    return out


def _title(free: Mapping[str, Profile]) -> Guess | None:
    able = {
        n: c
        for n, c in free.items()
        if c.letters > 0.5 and not c.address and not c.listed and 1.5 <= c.length <= 300
    }
    best, top = None, 0.5
    for place, (name, column) in enumerate(able.items()):
        words = words_of(name)
        score = 2.0 * bool(words & WORDS["title"]) + bool({"title", "headline"} & words) - 0.1 * place
        score -= 2.0 * bool(
            words & (FACETS | set(PEOPLE)) - {"title", "artist", "series"} and not words & {"title"}
        )
        score -= 1.0 * bool(words & WORDS["id"] - {"name"}) + 0.5 * bool({"original", "orig", "alt"} & words)
        score -= 1.0 * bool(words & WORDS["text"] - words & WORDS["title"] and column.words > LONG_TEXT)
        score += column.unique + (0.5 if 1.2 < column.words < LONG_TEXT else 0.0)
        if score > top:
            best, top = name, score
    if best is None:
        return None
    named = bool(words_of(best) & WORDS["title"])
    column = able[best]
    return Guess(
        TABLE,
        "title",
        best,
        "by its name" if named else f"short texts, {column.unique:.0%} of them different",
    )


def _year(free: Mapping[str, Profile]) -> Guess | None:
    for name, column in free.items():
        numbers = column.numeric and column.whole and YEARS[0] <= column.low and column.high <= YEARS[1]
        loose = column.numeric and _median(column) >= YEARS[0] and _median(column) <= YEARS[1]
        if words_of(name) & WORDS["year"] and (numbers or loose):
            return Guess(TABLE, "year", name, f"by its name; {column.low:.0f} to {column.high:.0f}")
    for name, column in free.items():
        if column.times is not None and (words_of(name) & (WORDS["year"] | WORDS["time"])):
            return Guess(TABLE, "year", name, f"the year of dates written as {column.times.form}")
    plain = [
        n
        for n, c in free.items()
        if c.numeric and c.whole and c.low >= 1850 and c.high <= YEARS[1] and c.distinct > 2
    ]
    if len(plain) == 1 and not words_of(plain[0]) & WORDS["id"]:
        return Guess(TABLE, "year", plain[0], "whole numbers that are years")
    return None


def _median(column: Profile) -> float:
    numbers = sorted(float(c) for c in column.sample if re.fullmatch(r"\d{1,4}(?:\.0)?", c))
    return numbers[len(numbers) // 2] if numbers else 0.0


def _text(free: Mapping[str, Profile]) -> Guess | None:
    able = {
        n: c
        for n, c in free.items()
        if c.words > LONG_TEXT / 2 and c.letters > 0.8 and not c.address and not c.listed
    }
    able = {
        n: c
        for n, c in able.items()
        if separator_of(c) is None or c.words > 3 * LONG_TEXT or words_of(n) & WORDS["text"]
    }
    named = [n for n in able if words_of(n) & WORDS["text"]]
    best = max(
        named or (n for n, c in able.items() if c.words > UNNAMED_TEXT),
        key=lambda n: able[n].words,
        default=None,
    )
    if best is None:
        return None
    return Guess(TABLE, "text", best, f"texts of {able[best].words:.0f} words")


def _kind(column: Profile) -> Guess:
    """Tell facets, numbers, and what is of no use apart."""
    name, words = column.name, words_of(column.name)
    if column.address or words & WORDS["image"]:
        return Guess(TABLE, "ignore", name, "addresses of pages or further pictures")
    if column.distinct <= 1:
        return Guess(TABLE, "ignore", name, "the same everywhere")
    if column.flag and UNNAMED.fullmatch(name):
        return Guess(TABLE, "ignore", name, "yes and no under no name")
    if column.flag:
        return Guess(TABLE, "facet", name, "yes and no", facet_name(name))
    if column.times is not None and not (column.numeric and column.high < 1e7):
        return Guess(TABLE, "ignore", name, f"moments written as {column.times.form}")
    if column.numeric and column.type != "token" and not words & (WORDS["id"] - {"number", "num", "no"}):
        return Guess(TABLE, "number", name, f"{column.low:g} to {column.high:g}", _number_name(column))
    separator = None if holds_objects(column) else separator_of(column)
    values = _values(column, separator)
    each = sum(values.values()) / max(len(values), 1)
    named = bool(words & FACETS or words & set(PEOPLE))
    short = sum(map(len, values)) / max(len(values), 1) <= 40
    if short and column.words <= 4 * LONG_TEXT and (each >= 2 or (named and each >= 1.05)):
        how = f", divided by {separator!r}" if separator else ""
        return Guess(TABLE, "facet", name, f"{len(values):,} values that come again{how}", facet_name(name))
    if column.listed and not holds_objects(column) and "{" in "".join(column.sample[:50]):
        return Guess(TABLE, "ignore", name, "objects without names")
    return Guess(TABLE, "ignore", name, "neither numbers nor values that come again")


def _number_name(column: Profile) -> str:
    """Return "price (EUR)" for a column "price_eur", and for "Price" with cells such as "12 €"."""
    name, unit = facet_name(column.name), column.numbers.unit
    match = re.fullmatch(r"(.+?)\s*\((.+)\)", column.name.strip())
    if match:
        return f"{facet_name(match[1])} ({match[2]})"
    first, _, last = name.rpartition(" ")
    known = {code.lower(): code for code in CURRENCIES.values()} | {
        u: u for u in ("min", "kg", "g", "cm", "mm", "ml")
    }
    if first and last in known and not unit:
        return f"{first} ({known[last]})"
    return f"{name} ({unit})" if unit else name


def holds_objects(column: Profile) -> bool:
    """Say whether the cells list objects with a name each: [{"id": 1, "name": "Drama"}]."""
    full = [cell for cell in column.sample if len(cell) > 4]
    return column.listed and bool(full) and sum(bool(NAMED.search(cell)) for cell in full) > 0.8 * len(full)


def separator_of(column: Profile) -> str | None:
    """Return what divides several values in a cell; None where a cell holds one."""
    cells = [bare(cell) if column.listed else cell for cell in column.sample]
    whole = len(set(cells))
    for separator in (",",) if column.listed else SEPARATORS:
        having = [cell for cell in cells if separator in cell]
        if len(having) < 0.02 * len(cells) or (len(having) < 2 and separator != "|"):
            continue
        parts = Counter(p.strip() for cell in cells for p in cell.split(separator) if p.strip())
        # Values that are combined come again in other combinations; a comma in a sentence leaves rare parts.
        if (
            column.listed
            or (len(parts) < whole and sum(map(len, parts)) / len(parts) < 30)
            or separator == "|"
        ):
            return separator
    if column.type in ("token_seq", "float_seq") and any(" " in cell for cell in cells):
        return " "
    return None


def bare(cell: str) -> str:
    """Return what stands in brackets and quotes: "['a', 'b']" gives "a, b"."""
    return re.sub(r"['\"\[\]{}()]", "", cell)


def _values(column: Profile, separator: str | None) -> Counter[str]:
    if holds_objects(column):
        return Counter(value for cell in column.sample for value in NAMED.findall(cell))
    cells = [bare(cell) if column.listed else cell for cell in column.sample]
    parts = (p.strip() for cell in cells for p in (cell.split(separator) if separator else [cell]))
    return Counter(part for part in parts if part)
