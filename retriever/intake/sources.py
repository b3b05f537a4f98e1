"""A file or a table of a database -> a frame of strings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from retriever.errors import BadData
from retriever.intake.delimited import REPLACED, Options, read_text
from retriever.intake.guarded import PARQUET, allowed, starts_with, unpacked
from retriever.intake.objects import looks_like, read_objects
from retriever.intake.rejects import Rejects

BATCH = 50_000


@dataclass(frozen=True)
class Source:
    """Hold a table as read.

    Attributes:
        name: File name, or URL and table without the password.
        frame: Every column str | null.
        types: RecBole types by column.
        why: How it was read, in words.
    """

    name: str
    frame: pl.DataFrame
    types: dict[str, str] = field(default_factory=dict)
    why: tuple[str, ...] = ()


def is_database(spec: str) -> bool:
    """Say whether a source is a database URL with a table: "sqlite:///shop.db#products"."""
    return "://" in spec and "#" in spec


def folder_of(spec: str) -> Path | None:
    """Return the folder in which a table lies; None for one of a database."""
    return None if is_database(spec) else Path(spec).expanduser().absolute().parent


def read_source(
    spec: str, table: str, work: Path, options: Options, rejects: Rejects, folder: Path | None = None
) -> Source:
    """Read a CSV, TSV, Parquet or JSONL file, gzip'd or not, or a table of a database.

    Args:
        spec: Path, or "URL#table".
        table: "items", "log" or "links", for `rejects`.
        work: Folder for temporary files.
        options: What is known of a text file.
        rejects: Rows that cannot be read are added here.
        folder: Where the file must lie; None for a file that the person named.

    Raises:
        BadData: It cannot be read, or holds nothing.
    """
    if is_database(spec):
        return _from_database(spec)
    path = allowed(Path(spec).expanduser(), folder)
    source = unpacked(path, work)
    if starts_with(source, PARQUET):
        return Source(path.name, _from_parquet(source, path), why=("Parquet",))
    if looks_like(source):
        return Source(
            path.name, _filled(read_objects(source, table, work, rejects), path), why=("JSON objects",)
        )
    text = read_text(source, table, work, options, rejects)
    why = text.why + ((f"{text.damaged:,} lines had {REPLACED}",) if text.damaged else ())
    return Source(path.name, _filled(text.frame, path), text.types, why)


def _filled(frame: pl.DataFrame, path: Path) -> pl.DataFrame:
    if frame.is_empty():
        raise BadData(f"{path} holds no rows.", "Export it again.")
    return frame


def _from_parquet(source: Path, path: Path) -> pl.DataFrame:
    try:
        frame = pl.read_parquet(source, glob=False)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise BadData(f"{path} is damaged or cut short ({str(error)[:200]}).", "Write it again.") from error
    return _filled(as_text(frame), path)


def as_text(frame: pl.DataFrame) -> pl.DataFrame:
    """Write every column as text: lists with bars between, moments as unix seconds, bytes not at all."""
    out = {}
    for name, kind in frame.schema.items():
        column = frame[name]
        if isinstance(kind, pl.List) and not kind.inner.is_nested() and kind.inner != pl.Binary:
            out[name] = column.cast(pl.List(pl.String)).list.join("|", ignore_nulls=True)
        elif isinstance(kind, pl.Datetime | pl.Date):
            out[name] = column.cast(pl.Datetime("us")).dt.epoch("s").cast(pl.String)
        elif not kind.is_nested() and kind not in (pl.Binary, pl.Object):
            out[name] = column.cast(pl.String)
    return pl.DataFrame(out)


def _from_database(spec: str) -> Source:
    address, _, table = spec.rpartition("#")
    try:
        engine = sa.create_engine(address)
        shown = f"{engine.url.render_as_string(hide_password=True)}#{table}"
    except (SQLAlchemyError, ImportError, ValueError) as error:
        raise BadData(f"The database URL cannot be used: {error}.", "Write it as SQLAlchemy does.") from error
    if engine.dialect.name == "sqlite" and engine.url.database and not Path(engine.url.database).is_file():
        raise BadData(
            f"{engine.url.database} is missing.", "Give the path of an SQLite file: sqlite:///FILE#TABLE."
        )
    try:
        described = sa.Table(table, sa.MetaData(), autoload_with=engine)
        with engine.connect().execution_options(stream_results=True) as db:
            frames = list(_batches(db.execute(sa.select(described))))
    except SQLAlchemyError as error:
        known = _tables(engine)
        reason = type(error).__name__
        raise BadData(f"{shown} cannot be read ({reason}).", f"Tables there: {known}.") from error
    finally:
        engine.dispose()
    if not frames:
        raise BadData(f"{shown} holds no rows.", "Name a table with rows.")
    return Source(shown, pl.concat(frames), why=(f"a table of {engine.dialect.name}",))


def _tables(engine: sa.Engine) -> str:
    try:
        return ", ".join(sa.inspect(engine).get_table_names())[:500] or "none"
    except SQLAlchemyError:
        return "the database cannot be reached"


def _batches(result: sa.CursorResult[tuple[object, ...]]) -> Iterator[pl.DataFrame]:
    names = list(result.keys())
    while rows := result.fetchmany(BATCH):
        columns = {name: [_cell(row[i]) for row in rows] for i, name in enumerate(names)}
        yield pl.DataFrame(columns, schema=dict.fromkeys(names, pl.String))


def _cell(value: object) -> str | None:
    return None if value is None or isinstance(value, bytes | memoryview) else str(value)
