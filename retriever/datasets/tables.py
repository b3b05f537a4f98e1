"""Text tables of any kind -> frames of strings, with errors that name file, column and mend."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from retriever.errors import BadData


def check_folder(folder: Path, expected: str, mend: str) -> None:
    """Refuse what is no folder.

    Raises:
        BadData: `folder` is none.
    """
    if not folder.is_dir():
        raise BadData(f"{folder} is no folder; expected one with {expected}.", mend)


def read_csv(
    path: Path, columns: Sequence[str], mend: str, optional: Sequence[str] | None = ()
) -> pl.DataFrame:
    """Read a comma separated table with a header and quotes; a row that is too long is an error.

    Args:
        path: The file, in UTF-8.
        columns: Columns that must be there.
        mend: What to do about a file that is none of this.
        optional: Columns to keep where they are there; None keeps every column.

    Returns:
        All str | null: `columns`, then the optional ones found.

    Raises:
        BadData: The file or a column is missing, or it is no such table.
    """
    expected = f"expected a CSV file with the columns {', '.join(columns)}"
    frame = _read(path, expected, mend)
    _require(path, frame, columns, expected, mend)
    more = frame.columns if optional is None else optional
    return frame.select(*columns, *(n for n in more if n in frame.columns and n not in columns))


def read_lines(
    path: Path,
    columns: Sequence[str],
    mend: str,
    *,
    separator: str = "\t",
    header: bool = True,
    encoding: str | None = None,
) -> pl.DataFrame:
    """Read a table without any quoting; what is no UTF-8 is replaced, what exceeds a row is left out.

    Args:
        path: The file. Without a header it is taken as Latin-1, as GroupLens wrote its early sets.
        columns: Columns that must be there; without a header, the names of the leading columns.
        mend: What to do about a file that is none of this.
        separator: Between the fields.
        encoding: As polars names it; None for UTF-8 with a header and Latin-1 without one.
        header: Whether the first line names the columns.

    Returns:
        All columns of the file, str | null.

    Raises:
        BadData: The file or a column is missing, or it is no such table.
    """
    kind = "a header with" if header else "lines of"
    expected = f"expected {kind} {', '.join(columns)}, divided by {separator!r}"
    encoding = encoding or ("utf8-lossy" if header else "latin-1")
    frame = _read(path, expected, mend, separator, header=header, encoding=encoding, quote=None)
    if not header:
        frame = frame.rename(dict(zip(frame.columns, columns, strict=False)))
    _require(path, frame, columns, expected, mend)
    return frame


def _read(
    path: Path,
    expected: str,
    mend: str,
    separator: str = ",",
    *,
    header: bool = True,
    encoding: str = "utf8",
    quote: str | None = '"',
) -> pl.DataFrame:
    if not path.is_file():
        raise BadData(f"{path} is missing; {expected}.", mend)
    try:
        return pl.read_csv(
            path,
            infer_schema=False,
            separator=separator,
            has_header=header,
            encoding=encoding,
            quote_char=quote,
            truncate_ragged_lines=quote is None,
        )
    except (pl.exceptions.PolarsError, OSError) as error:
        raise BadData(f"{path} cannot be read ({error}); {expected}.", mend) from error


def _require(path: Path, frame: pl.DataFrame, columns: Sequence[str], expected: str, mend: str) -> None:
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise BadData(f"{path} lacks {', '.join(missing)}; {expected}.", mend)
