"""Tables of anybody's -> a clean data set, with every guess on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from retriever.datasets.cleaning import Dataset, clean
from retriever.datasets.kinds import KIND, kinds_of
from retriever.datasets.logs import Log, items_of_log, links_of, named
from retriever.datasets.report import Finding
from retriever.errors import BadData
from retriever.intake.delimited import Options
from retriever.intake.guesses import Guess, Told
from retriever.intake.item_roles import id_column, item_roles
from retriever.intake.items import Items, from_log, items_of
from retriever.intake.log_roles import log_roles
from retriever.intake.logs import Known, log_of
from retriever.intake.names import says
from retriever.intake.profiles import Profile, profile
from retriever.intake.rejects import Rejects
from retriever.intake.sources import Source, read_source
from retriever.kits import Kit

MIXED = 0.02


@dataclass(frozen=True)
class Tables:
    """Name the tables of a data set; at least one of `items` and `log` is there.

    Attributes:
        name: Of the data set.
        items: File or "URL#table" of the items.
        log: Of the interactions.
        links: Of who is linked to whom.
        folder: Where the files must lie; None for files that the person named one by one.
        told: What `--map` said, or a known form says.
        options: How text files are written, as told.
        dates: Format of the moments, as told.
        known: What an earlier part of the log has shown.
        kit: Settings of the kind of catalogue; it names facets and numbers.
        log_options: The same for the log, where it differs.
    """

    name: str
    items: str | None = None
    log: str | None = None
    links: str | None = None
    folder: Path | None = None
    told: Told = field(default_factory=Told)
    options: Options = field(default_factory=Options)
    log_options: Options | None = None
    dates: str | None = None
    known: Known | None = None
    kit: Kit | None = None


@dataclass(frozen=True)
class Intake:
    """Hold what was read.

    Attributes:
        data: The clean data set.
        read: How each file was read, in words.
        guesses: What each column was taken for.
        rejects: Rows that could not be read.
    """

    data: Dataset
    read: tuple[str, ...]
    guesses: tuple[Guess, ...]
    rejects: Rejects
    top: float | None = None


def take_in(tables: Tables, work: Path) -> Intake:
    """Read, guess and clean.

    Args:
        tables: Which.
        work: Folder for temporary files.

    Raises:
        BadData: A table cannot be used; the message says what to type.
    """
    rejects = Rejects()
    given = {"items": tables.items, "log": tables.log, "links": tables.links}
    sources = {name: _read(tables, spec, name, work, rejects) for name, spec in given.items() if spec}
    if not sources.keys() & {"items", "log"}:
        raise BadData(
            "There is neither a table of items nor a log.", "Give --items FILE, --interactions FILE or both."
        )
    tables.told.check({name: source.frame.columns for name, source in sources.items()})
    read = tuple(f"{n}: {s.name}, {s.frame.height:,} rows; {'; '.join(s.why)}" for n, s in sources.items())
    data, guesses = _build(tables, sources, rejects)
    rated = next((g.column for g in guesses if (g.table, g.role) == ("log", "rating")), None)
    top = None if rated is None else profile(sources["log"].frame, rated).high
    return Intake(data, read, tuple(guesses), rejects, top)


def _read(tables: Tables, spec: str, name: str, work: Path, rejects: Rejects) -> Source:
    options = tables.log_options if name == "log" and tables.log_options else tables.options
    return read_source(spec, name, work, options, rejects, tables.folder)


def _profiles(source: Source) -> dict[str, Profile]:
    return {name: profile(source.frame, name, source.types.get(name, "")) for name in source.frame.columns}


def _build(tables: Tables, sources: dict[str, Source], rejects: Rejects) -> tuple[Dataset, list[Guess]]:
    items, log, told = sources.get("items"), sources.get("log"), tables.told
    guesses: list[Guess] = []
    of_items = {} if items is None else _profiles(items)
    of_log = {} if log is None else _profiles(log)
    key = (
        None if items is None else id_column(items.frame, of_items, None if log is None else log.frame, told)
    )
    guesses += [key] if key else []
    found = [_of_rejects(rejects, table, reason) for table, reason in rejects.counts]
    made = None
    if log is not None:
        frame = None if items is None else items.frame
        mine = log_roles(log.frame, of_log, frame, key.column if key else None, told)
        guesses += mine
        made, more = log_of(log.frame, mine, of_log, tables.dates, tables.known)
        found += more
    if items is None:
        assert log is not None
        items, of_items, key = _described_by(log, guesses, made)
    others = item_roles(of_items, key.column if key else None, told, tables.kit)
    taken = items_of(items.frame, key.column if key else None, others, of_items)
    if not any(guess.role == "facet" for guess in others) and not taken.films:
        kinds = kinds_of(taken.frame["title"])
        if kinds is not None:
            taken.extra[KIND] = kinds
            title = next(guess.column for guess in others if guess.role == "title")
            others = [*others, Guess("items", "facet", title, "ends of titles that come again", KIND)]
    links = _links(sources.get("links"))
    return _cleaned(tables.name, taken, made, links, found), guesses + others


def _of_rejects(rejects: Rejects, table: str, reason: str) -> Finding:
    name = {"log": "interactions"}.get(table, table)
    return Finding(name, reason, "not read", rejects.counts[table, reason], rejects.examples(table, reason))


def _described_by(
    log: Source, guesses: Sequence[Guess], made: Log | None
) -> tuple[Source, dict[str, Profile], Guess]:
    """Make the items of a log that came without a table of them."""
    roles = {guess.role: guess.column for guess in guesses}
    if "item_id" in roles and "history" not in roles:
        others = [name for name in log.frame.columns if name not in roles.values()]
        others = [n for n in others if not says(n, "user") and not says(n, "time")]
        frame = from_log(log.frame, roles["item_id"], others)
        source = Source(log.name, frame, log.types)
        why = "there is no table of items, so they are those of the log"
        return source, _profiles(source), Guess("items", "item_id", roles["item_id"], why)
    assert made is not None
    source = Source(log.name, items_of_log(made.frame).select("item_id"))
    return (
        source,
        _profiles(source),
        Guess("items", "item_id", "item_id", "those in the histories of the log"),
    )


def _links(source: Source | None) -> pl.DataFrame | None:
    if source is None:
        return None
    if len(source.frame.columns) < 2:
        raise BadData(f"{source.name} has no two columns of people.", "Give a table of source and target.")
    return links_of(source.frame, *source.frame.columns[:2])


def _cleaned(
    name: str, items: Items, log: Log | None, links: pl.DataFrame | None, found: list[Finding]
) -> Dataset:
    if items.cut:
        found.append(Finding("items", "a title of more than 300 characters", "cut", items.cut, ()))
    nameless = named(items.frame, found)
    empty = pl.DataFrame(schema=dict.fromkeys(("user_id", "item_id", "rating", "timestamp"), pl.String))
    return clean(
        name,
        nameless,
        empty if log is None else log.frame,
        films=items.films,
        timed=log is not None and log.timed,
        rated=log is not None and log.rated,
        links=links,
        findings=found,
        extra=items.extra,
        about=items.about,
        bare=log is None,
    )
