"""A folder -> which of its files are items, log and links, by known forms or by what is in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from retriever.errors import BadData
from retriever.intake.building import Tables
from retriever.intake.delimited import Options
from retriever.intake.guarded import allowed
from retriever.intake.guesses import Told

READ = (
    ".csv",
    ".tsv",
    ".txt",
    ".dat",
    ".parquet",
    ".jsonl",
    ".json",
    ".gz",
    ".inter",
    ".item",
    ".user",
    ".net",
    ".data",
)
NOT_DATA = ("readme", "license", "licence", "links.csv", "tags.csv", "genome")
MOST_FILES = 500


@dataclass(frozen=True)
class Form:
    """Describe a published form whose files say less than its readers know.

    Attributes:
        name: Of the form.
        items: Patterns of the file of items, the first that is there; empty where there is none.
        log: Patterns of the log.
        told: Columns by role, in the words of `--map`; those that the files lack are left out.
        links: Patterns of the links.
        item_names: Names of the columns of the items, where the file has none.
        log_names: Names of the columns of the log.
    """

    name: str
    items: tuple[str, ...]
    log: tuple[str, ...]
    told: str = ""
    links: tuple[str, ...] = ()
    item_names: tuple[str, ...] = ()
    log_names: tuple[str, ...] = ()

    def fits(self, files: Sequence[Path]) -> bool:
        """Say whether a folder has a log of this form, and items where the form cannot do without."""
        needed = [self.log] if self.name == "RecBole" else [self.log, self.items]
        return all(any(file.match(p) for p in patterns for file in files) for patterns in needed)


FORMS = (
    Form(
        "GroupLens DAT",
        ("movies.dat",),
        ("ratings.dat",),
        item_names=("movieId", "title", "genres"),
        log_names=("userId", "movieId", "rating", "timestamp"),
    ),
    Form(
        "Book-Crossing",
        ("BX-Books.csv", "BX_Books.csv", "Books.csv"),
        ("BX-Book-Ratings.csv", "BX_Book_Ratings.csv", "Book-Ratings.csv", "Ratings.csv"),
        "item_id=ISBN,title=Book-Title,year=Year-Of-Publication,facet:authors=Book-Author,"
        "log.user_id=User-ID,log.rating=Book-Rating",
    ),
    Form(
        "Amazon Reviews",
        ("meta*.json*", "meta*.csv*"),
        ("review*.json*", "*_5.json*", "[!m]*.jsonl*", "[!m]*.json.gz", "[!m]*.json"),
        "items.item_id=parent_asin,log.item_id=parent_asin,items.item_id=asin,log.item_id=asin,"
        "log.user_id=reviewerID,log.user_id=user_id,log.rating=overall,log.rating=rating,"
        "log.timestamp=unixReviewTime,log.timestamp=timestamp,items.title=title,items.text=description",
    ),
    Form(
        "Goodreads",
        ("goodreads_books*.json*", "books.csv", "goodreads_books*.csv"),
        (
            "goodreads_interactions*.json*",
            "goodreads_reviews*.json*",
            "goodreads_interactions*.csv",
            "ratings.csv",
        ),
        "item_id=book_id,log.user_id=user_id,log.rating=rating,items.title=title,log.timestamp=date_updated,"
        "items.year=original_publication_year,items.year=publication_year,items.text=description",
    ),
    Form("RecBole", ("*.item",), ("*.inter",), links=("*.net",)),
    Form("CSV", ("items.csv",), ("interactions.csv",), links=("links.csv",)),
)  # fmt: skip


@dataclass(frozen=True)
class Found:
    """Hold which tables of a folder to read, and the name of its form."""

    form: str
    tables: Tables


def tables_in(folder: Path, given: Told) -> Found | None:
    """Find the tables of a folder by a known form.

    Args:
        folder: The folder.
        given: What `--map` said; it goes before what the form knows.

    Returns:
        None where no form fits.

    Raises:
        BadData: There is no such folder, a file is a link out of it, or several files could be meant.
    """
    files = files_of(folder)
    for form in FORMS:
        if not form.fits(files):
            continue
        log = _first(files, form.log)
        items = _first([file for file in files if file != log], form.items)
        if log is None:
            continue
        links = _first(files, form.links)
        told = Told.parse(_soft(form.told, folder, items, log))
        merged = Told({**told.roles, **given.roles}, {**told.kinds, **given.kinds})
        tables = Tables(
            folder.resolve().name,
            _spec(items),
            str(log),
            _spec(links),
            folder,
            merged,
            Options(names=form.item_names or None),
            Options(names=form.log_names or None),
        )
        return Found(form.name, tables)
    return None


def files_of(folder: Path) -> list[Path]:
    """Return the files of a folder that may be tables, by name.

    Raises:
        BadData: It is no folder, or one of them is a link out of it or may not be read.
    """
    if not folder.is_dir():
        raise BadData(f"{folder} is no folder.", "Give the folder with the files of the data set.")
    found = [p for p in sorted(folder.iterdir()) if p.suffix.lower() in READ and not p.is_dir()]
    found = [
        p for p in found if not any(word in p.name.lower() for word in NOT_DATA) or p.name == "links.csv"
    ]
    if len(found) > MOST_FILES:
        raise BadData(f"{folder} holds {len(found):,} tables.", "Give --items and --interactions.")
    return [path for path in found if allowed(path, folder)]


def _first(files: Sequence[Path], patterns: Sequence[str]) -> Path | None:
    for pattern in patterns:
        fitting = [file for file in files if file.match(pattern)]
        whole = [file for file in fitting if not any(w in file.name for w in ("valid", "train", "test"))]
        tested = [file for file in fitting if "test" in file.name]
        if len(fitting) == 1:
            return fitting[0]
        if len(whole) == 1 or (not whole and len(tested) == 1):
            # Where a log of histories is split, the test file holds the whole of each.
            return (whole or tested)[0]
        if fitting:
            names = ", ".join(file.name for file in fitting[:8])
            raise BadData(
                f"{fitting[0].parent} has several files that could be meant: {names}.",
                "Leave one of them in the folder, or give --items FILE and --interactions FILE.",
            )
    return None


def _soft(told: str, folder: Path, items: Path | None, log: Path) -> str:
    """Keep what the files have columns for, the first of each role."""
    columns = {"items": head_of(items, folder) if items else (), "log": head_of(log, folder)}
    kept: dict[str, str] = {}
    for part in filter(None, told.split(",")):
        role, _, column = part.partition("=")
        table = role.split(".")[0] if "." in role else ""
        names = columns.get(table) or (*columns["items"], *columns["log"])
        if column in names:
            kept.setdefault(role, part)
    return ",".join(kept.values())


def head_of(path: Path, folder: Path) -> tuple[str, ...]:
    """Return the names of the columns that the first rows of a file have."""
    from retriever.intake.peeking import peek

    return peek(path, folder).names


def by_contents(folder: Path, given: Told) -> Found:
    """Find the tables of a folder by what is in them.

    Raises:
        BadData: None of its files is a log or a table of items.
    """
    from retriever.intake.peeking import Peek, peek

    files = [file for file in files_of(folder) if file.name != "links.csv"]
    peeks: Mapping[Path, Peek] = MappingProxyType({file: peek(file, folder) for file in files})
    logs = [file for file in files if peeks[file].log]
    log = max(logs, key=lambda file: file.stat().st_size, default=None)
    items = max(
        (f for f in files if peeks[f].items and f != log), key=lambda f: peeks[f].titles, default=None
    )
    if log is None:
        # Nothing is called after people; the largest other table is tried, and says what it lacks.
        wide = [file for file in files if file != items and len(peeks[file].names) > 1]
        log = max(wide, key=lambda file: file.stat().st_size, default=None) if items else None
    if log is None and items is None:
        listed = ", ".join(file.name for file in files[:10]) or "nothing that is a table"
        raise BadData(
            f"{folder} holds no data set of a known form ({listed}).",
            "Give the tables one by one: --items FILE --interactions FILE.",
        )
    tables = Tables(folder.resolve().name, _spec(items), _spec(log), None, folder, given)
    return Found("its columns", tables)


def _spec(file: Path | None) -> str | None:
    return None if file is None else str(file)
