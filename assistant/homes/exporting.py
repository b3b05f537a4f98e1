"""`palate export`: a home -> RecBole atomic files, Parquet or CSV, for other programs."""

from __future__ import annotations

import contextlib
from pathlib import Path

import polars as pl
import sqlalchemy as sa

from assistant.circle import LINKS
from assistant.errors import BadInput, HomeError
from assistant.homes.home import open_home
from assistant.homes.versions import serving
from assistant.schema import exposures
from assistant.store import Store
from retriever.files import write_atomically

FORMATS = ("recbole", "parquet", "csv")
# Spreadsheets run a cell that begins so: https://owasp.org/www-community/attacks/CSV_Injection
FORMULA = r"^[=+\-@\t\r]"
PLAIN = r"[\t\r\n]+"
TYPES = {"item_id": "token", "user_id": "token", "source": "token", "target": "token"}


def export_home(home: Path, out: Path, form: str) -> list[Path]:
    """Write items, interactions and links of a home, and who took part in experiments, to the folder `out`.

    In CSV a text that a spreadsheet would take for a formula gets an apostrophe in front; numbers stay.

    Returns:
        The files written.

    Raises:
        BadInput: The format is not known, or `out` lies in the home or holds something already.
        HomeError: The home is not whole, or `out` cannot be written.
    """
    if form not in FORMATS:
        raise BadInput(f"There is no format {form!r}.", f"Use one of {', '.join(FORMATS)}.")
    folder = serving(home)
    manifest = open_home(folder)
    if out.resolve().is_relative_to(home.resolve()) or (
        out.exists() and (not out.is_dir() or any(out.iterdir()))
    ):
        raise BadInput(f"{out} is in the home, or is no empty folder.", "Choose a new folder: --out DIR.")
    frames = {name: pl.read_parquet(folder / f"{name}.parquet") for name in ("items", "interactions")}
    seen = _exposures(home)
    if (folder / LINKS).is_file():
        frames["links"] = pl.read_parquet(folder / LINKS)
    name = "".join(c if c.isalnum() or c in "-_" else "_" for c in manifest.dataset) or "data"
    try:
        written = [_write(frame, table, out, form, name) for table, frame in frames.items()]
        plain = "csv" if form == "recbole" else form  # RecBole has no file for them
        return written if seen is None else [*written, _write(seen, "exposures", out, plain, name)]
    except OSError as error:
        raise HomeError(f"{out} could not be written: {error}.", "Choose another folder.") from error


def _exposures(home: Path) -> pl.DataFrame | None:
    """Return who has had which variant of which experiment since when; None where nobody has."""
    path = home / "events.db"
    if not path.is_file():
        return None
    with contextlib.closing(Store(f"sqlite:///{path.resolve()}")) as store, store.reading() as db:
        query = sa.select(exposures).order_by(exposures.c.at, exposures.c.user_id)
        rows = [dict(row) for row in db.execute(query).mappings().all()]
    return pl.DataFrame(rows) if rows else None


def _write(frame: pl.DataFrame, table: str, out: Path, form: str, name: str) -> Path:
    if form == "parquet":
        path = out / f"{table}.parquet"
        write_atomically(path, lambda temporary: frame.write_parquet(temporary))
        return path
    flat = frame.drop("text", "edition", "popularity", "aliases", strict=False)
    if form == "csv":
        path = out / f"{table}.csv"
        cells = flat.with_columns(
            _joined(flat, "|").cast(pl.String).str.replace(FORMULA, "'${0}") for flat, _ in _columns(flat)
        )
        write_atomically(path, lambda temporary: cells.write_csv(temporary))
        return path
    ends = {"items": "item", "interactions": "inter", "links": "net"}
    path = out / f"{name}.{ends[table]}"
    atomic = _atomic(flat)
    write_atomically(path, lambda temporary: atomic.write_csv(temporary, separator="\t", quote_style="never"))
    return path


def _columns(frame: pl.DataFrame) -> list[tuple[pl.Series, str]]:
    return [(frame[n], n) for n, kind in frame.schema.items() if kind in (pl.String, pl.List(pl.String))]


def _joined(column: pl.Series, by: str) -> pl.Series:
    return column.list.join(by, ignore_nulls=True) if column.dtype == pl.List(pl.String) else column


def _atomic(frame: pl.DataFrame) -> pl.DataFrame:
    """Write columns as RecBole does: name:type, sequences divided by spaces, none of them quoted."""
    out: dict[str, pl.Series] = {}
    renamed = {"source": "source_id", "target": "target_id"}
    for name, kind in frame.schema.items():
        called, column = renamed.get(name, name).replace(":", " ").replace("\t", " "), frame[name]
        if kind == pl.List(pl.String):
            parts = column.list.eval(pl.element().str.replace_all(r"\s+", "_"))
            out[f"{called}:token_seq"] = parts.list.join(" ", ignore_nulls=True)
        elif kind == pl.String:
            type_ = "token" if name in TYPES else "token_seq"
            out[f"{called}:{type_}"] = column.str.replace_all(PLAIN, " ")
        else:
            out[f"{called}:float"] = column.cast(pl.Float64)
    return pl.DataFrame(out)
