from __future__ import annotations

import gzip
import json
import os
import pickle
import random
import sqlite3
import zipfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retriever.datasets.cleaning import Dataset
from retriever.errors import BadData
from retriever.intake.building import Intake, Tables, take_in
from retriever.intake.delimited import Options
from retriever.intake.folders import by_contents, tables_in
from retriever.intake.guesses import Told
from retriever.intake.values import as_number, number_style, time_style

QUICK = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
KINDS = ("Lamp", "Chair", "Desk")


def read(
    folder: Path,
    items: str | None = None,
    log: str | None = None,
    told: str = "",
    options: Options | None = None,
) -> Intake:
    work = folder / "work"
    work.mkdir(exist_ok=True)
    specs = [name and (name if "://" in name else str(folder / name)) for name in (items, log)]
    return take_in(Tables("set", *specs, told=Told.parse(told), options=options or Options()), work)


def roles(intake: Intake, table: str) -> dict[str, str]:
    return {guess.role: guess.column for guess in intake.guesses if guess.table == table and not guess.name}


def things(n: int = 60) -> list[tuple[str, str, str, str]]:
    """Code, name, kind, price of made-up things."""
    rng = random.Random(0)
    return [
        (
            f"P-{i:03d}",
            f"{KINDS[i % 3]} number {i}",
            KINDS[i % 3],
            f"{rng.uniform(5, 900):.2f}",
        )
        for i in range(n)
    ]


def visits(n: int = 400) -> list[tuple[str, str, str]]:
    """Who, code, day of made-up purchases."""
    rng = random.Random(1)
    return [
        (
            f"c{rng.randrange(50)}",
            f"P-{rng.randrange(60):03d}",
            f"{1 + rng.randrange(28):02d}.{1 + rng.randrange(12):02d}.2023",
        )
        for _ in range(n)
    ]


def write(
    path: Path,
    header: str,
    rows: list[tuple[str, ...]],
    by: str = ";",
    encoding: str = "utf-8",
) -> None:
    lines = ([header] if header else []) + [by.join(row) for row in rows]
    path.write_bytes(("\n".join(lines) + "\n").encode(encoding))


def shop(folder: Path, encoding: str = "utf-8") -> None:
    items = [(code, name, kind, price.replace(".", ",")) for code, name, kind, price in things()]
    write(
        folder / "stock.csv",
        "Artikelnr;Bezeichnung;Größe;Preis EUR",
        items,
        encoding=encoding,
    )
    write(folder / "sales.csv", "Kundennr;Artikel;Datum", visits(), encoding=encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_shop_with_odd_names_is_read_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    shop(tmp_path, encoding)
    intake = read(tmp_path, "stock.csv", "sales.csv")
    assert roles(intake, "log") == {
        "item_id": "Artikel",
        "user_id": "Kundennr",
        "timestamp": "Datum",
    }
    assert roles(intake, "items").items() >= {"item_id": "Artikelnr", "title": "Bezeichnung"}.items()
    items = intake.data.items
    assert items.schema["größe"] == pl.List(pl.String)
    assert items["preis (EUR)"].to_list() == [float(price) for _, _, _, price in things()]
    assert intake.data.timed
    assert all(guess.why for guess in intake.guesses)


def test_numbers_and_moments_are_told_apart() -> None:
    cases = {
        ("1.299,00", "3,5"): [1299.0, 3.5],
        ("1,234", "2,000"): [1234.0, 2000.0],
        ("$1,200.00", "$3.50"): [1200.0, 3.5],
        ("90 min", "12 min"): [90.0, 12.0],
    }
    for cells, expected in cases.items():
        frame = pl.DataFrame({"x": cells})
        assert frame.select(as_number("x", number_style(cells))).to_series().to_list() == expected
    assert number_style(["B00X", "A12"]).share == 0
    doubtful = time_style(["01/02/2019", "03/04/2020"])
    assert doubtful is not None
    assert doubtful.doubt == "%m/%d/%Y"
    assert time_style(["3", "5"]) is None


def test_atomic_files_with_odd_names_and_links_need_no_mapping(tmp_path: Path) -> None:
    pairs = [(who, code, str(1 + i % 5)) for i, (who, code, _) in enumerate(visits())]
    write(
        tmp_path / "odd.inter",
        "reader:token\tpaper:token\tstars:float",
        pairs,
        by="\t",
    )
    rows = [(c, n, f"{k} {k}ish", p) for c, n, k, p in things()]
    header = "paper:token\theading:token_seq\tfield:token_seq\tcost_eur:float"
    write(tmp_path / "odd.item", header, rows, by="\t")
    write(
        tmp_path / "odd.net",
        "source_id:token\ttarget_id:token",
        [("c1", "c2"), ("c2", "c2")],
        by="\t",
    )
    found = tables_in(tmp_path, Told())
    assert found is not None
    (tmp_path / "work").mkdir()
    intake = take_in(found.tables, tmp_path / "work")
    assert roles(intake, "log") == {
        "item_id": "paper",
        "user_id": "reader",
        "rating": "stars",
    }
    assert intake.data.items["field"][0].to_list() == ["Lamp", "Lampish"]
    assert "cost (EUR)" in intake.data.items.columns
    assert intake.data.links is not None
    assert intake.data.links.rows() == [("c1", "c2")]


def test_a_log_alone_describes_its_items_and_json_parquet_sql_agree(
    tmp_path: Path,
) -> None:
    known = {code: (name, kind) for code, name, kind, _ in things()}
    frame = pl.DataFrame(
        [(f"{i}", who, code, *known[code], "2") for i, (who, code, _) in enumerate(visits())],
        schema=["Invoice", "CustomerID", "StockCode", "Description", "Line", "Quantity"],
        orient="row",
    )
    frame.write_csv(tmp_path / "log.csv")
    frame.write_parquet(tmp_path / "log.parquet")
    frame.write_ndjson(tmp_path / "log.jsonl")
    (tmp_path / "log.csv.gz").write_bytes(gzip.compress((tmp_path / "log.csv").read_bytes()))
    with sqlite3.connect(tmp_path / "log.db") as db:
        db.execute(f"CREATE TABLE sales ({', '.join(frame.columns)})")
        db.executemany("INSERT INTO sales VALUES (?,?,?,?,?,?)", frame.rows())
    names = [
        "log.csv",
        "log.parquet",
        "log.jsonl",
        "log.csv.gz",
        f"sqlite:///{tmp_path}/log.db#sales",
    ]
    all_read: list[Dataset] = [read(tmp_path, None, name).data for name in names]
    for data in all_read:
        assert data.items.equals(all_read[0].items)
        assert data.interactions.equals(all_read[0].interactions)
    assert all_read[0].items["line"].explode().unique().sort().to_list() == sorted(KINDS)
    assert set(all_read[0].items["title"]) == {known[code][0] for _, code, _ in visits()}


def test_items_without_a_log_and_a_mapping_that_overrides(tmp_path: Path) -> None:
    shop(tmp_path)
    bare = read(tmp_path, "stock.csv").data
    assert (bare.items.height, bare.interactions.height) == (60, 0)
    told = read(
        tmp_path,
        "stock.csv",
        told="title=Artikelnr,facet:name=Bezeichnung,ignore=Größe",
    )
    assert told.data.items["title"][0] == "P-000"
    assert "größe" not in told.data.items.columns
    with pytest.raises(BadData, match=r"'Nme' that is not there.*Artikelnr, Bezeichnung"):
        read(tmp_path, "stock.csv", told="title=Nme")
    with pytest.raises(BadData, match="does not understand 'titel=Name'"):
        Told.parse("titel=Name")
    write(tmp_path / "one.csv", "Artikel", [(code,) for _, code, _ in visits()])
    with pytest.raises(BadData, match=r"log\.user_id=COLUMN"):
        read(tmp_path, "stock.csv", "one.csv")


def test_rows_that_fit_no_table_are_counted_and_cost_only_themselves(
    tmp_path: Path,
) -> None:
    rows = [f'{code},"{name}",{kind},{price}' for code, name, kind, price in things()]
    rows[5] = 'P-005,"never closed,Lamp,3'
    rows[9] += ",one,two"
    rows[11] = "P-011;mixed;Lamp;4"
    rows[13] = f"P-013,{'x' * 1_000_000},Lamp,5"
    rows[15] = "P-015,=cmd|' /C calc'!A0,Lamp,6"
    (tmp_path / "items.csv").write_text("\n".join(["code,name,kind,price", *rows]), encoding="utf-8")
    intake = read(tmp_path, "items.csv")
    counts = {reason: count for (_, reason), count in intake.rejects.counts.items()}
    assert counts == {
        "a quote that is never closed": 1,
        "more fields than the 4 columns": 1,
    }
    titles = dict(intake.data.items.select("item_id", "title").rows())
    assert len(titles["P-013"]) == 300
    assert titles["P-015"].startswith("=cmd")
    assert titles["P-014"] == "Desk number 14"


def test_what_could_run_or_lies_elsewhere_is_refused(tmp_path: Path) -> None:
    class Evil:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.system, (f"touch {tmp_path}/ran",)

    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "items.csv").write_bytes(pickle.dumps(Evil()))
    (folder / "frame.pkl").write_bytes(pickle.dumps(Evil(), protocol=0))
    with zipfile.ZipFile(folder / "z.csv", "w") as archive:
        archive.writestr("../out.csv", "a,b")
    (folder / "bomb.csv.gz").write_bytes(gzip.compress(b"0" * 70_000_000))
    (folder / "cut.csv.gz").write_bytes(gzip.compress(random.Random(0).randbytes(9999))[:500])
    os.mkfifo(folder / "pipe.csv")
    expected = {
        "items.csv": "can run code",
        "frame.pkl": "can run code",
        "z.csv": "zip archive",
        "bomb.csv.gz": "more than 200 times",
        "cut.csv.gz": "damaged or cut short",
        "pipe.csv": "no ordinary file",
        "none.csv": "missing",
    }
    for name, message in expected.items():
        with pytest.raises(BadData, match=message):
            read(folder, name)
    assert not (tmp_path / "ran").exists()
    assert not (tmp_path / "out.csv").exists()


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("user,item\na,b\n")
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "interactions.csv").symlink_to(tmp_path / "secret.csv")
    with pytest.raises(BadData, match="outside"):
        tables_in(folder, Told())


def test_folders_of_known_forms_are_recognised(tmp_path: Path) -> None:
    forms = {
        "Amazon Reviews": {
            "meta_Toys.jsonl": "\n".join(
                json.dumps(
                    {"parent_asin": c, "title": n, "store": k, "price": p, "categories": [k, "All"]}
                )
                for c, n, k, p in things()
            ),
            "Toys.jsonl": "\n".join(
                json.dumps(
                    {"user_id": w, "asin": "V", "parent_asin": c, "rating": 5.0, "timestamp": 1588687728923}
                )
                for w, c, _ in visits()
            ),
        },
        "GroupLens DAT": {
            "movies.dat": "\n".join(f"{i}::{n} (1999)::{k}|All" for i, (_, n, k, _) in enumerate(things())),
            "ratings.dat": "\n".join(
                f"{w[1:]}::{int(c[2:])}::5::97830{i:04d}" for i, (w, c, _) in enumerate(visits())
            ),
        },
        "Book-Crossing": {
            "BX-Books.csv": '"ISBN";"Book-Title";"Book-Author";"Year-Of-Publication"\n'
            + "\n".join(f'"{c}";"{n}";"{k}";"1999"' for c, n, k, _ in things()),
            "BX-Book-Ratings.csv": '"User-ID";"ISBN";"Book-Rating"\n'
            + "\n".join(f'"{w[1:]}";"{c}";"{10 * (i % 2)}"' for i, (w, c, _) in enumerate(visits())),
        },
        "Goodreads": {
            "goodreads_books.json": "\n".join(
                json.dumps({"book_id": c, "title": n, "publication_year": "1999", "authors": [{"id": k}]})
                for c, n, k, _ in things()
            ),
            "goodreads_interactions.json": "\n".join(
                json.dumps({"user_id": w, "book_id": c, "rating": 5}) for w, c, _ in visits()
            ),
        },
    }  # fmt: skip
    for name, files in forms.items():
        folder = tmp_path / name
        (folder / "work").mkdir(parents=True)
        for file, text in files.items():
            (folder / file).write_text(text)
        found = tables_in(folder, Told())
        assert found is not None
        assert found.form == name
        intake = take_in(found.tables, folder / "work")
        assert intake.data.items.height == 60, name
        assert intake.data.items["title"][0] == "Lamp number 0"
        assert intake.data.interactions.height == len({v[:2] for v in visits()}), name


def test_a_folder_of_no_known_form_goes_by_its_columns(tmp_path: Path) -> None:
    shop(tmp_path)
    found = by_contents(tmp_path, Told())
    assert found.tables.items is not None
    assert found.tables.items.endswith("stock.csv")
    assert found.tables.log is not None
    assert found.tables.log.endswith("sales.csv")


@QUICK
@given(
    raw=st.binary(max_size=400),
    cut=st.integers(0, 4000),
    encoding=st.sampled_from(["utf-8", "cp1252", "utf-16"]),
)
def test_no_damage_to_a_file_does_more_than_a_named_error(
    tmp_path: Path, raw: bytes, cut: int, encoding: str
) -> None:
    shop(tmp_path, encoding)
    whole = (tmp_path / "stock.csv").read_bytes()
    (tmp_path / "stock.csv").write_bytes(whole[:cut] + raw + whole[cut + 50 :])
    before = {path for path in tmp_path.iterdir() if path.name != "work"}
    try:
        data = read(tmp_path, "stock.csv", "sales.csv").data
    except BadData:
        pass
    else:
        assert data.items["item_id"].is_unique().all()
        assert set(data.interactions["item_id"]) <= set(data.items["item_id"])
    assert {path for path in tmp_path.iterdir() if path.name != "work"} == before


@QUICK
@given(text=st.text(alphabet=st.sampled_from("ab1.,;|\t\"'\n\r=+-@\x00é{}[]:"), max_size=300))
def test_any_text_is_a_table_or_a_named_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "t.csv").write_text(text, encoding="utf-8", newline="")
    try:
        intake = read(tmp_path, "t.csv")
    except BadData:
        return
    rows = sum(intake.rejects.counts.values()) + intake.data.report.items_read
    assert rows <= max(len(text.splitlines()), len(text.split("\n"))) + text.count("\r")


def test_a_spanish_bookshop_keeps_its_authors_and_descriptions(tmp_path: Path) -> None:
    tales = [
        (code, name, f"Escritora {i % 5}", kind, f"Un libro breve de {kind} sobre la casa número {i}.")
        for i, (code, name, kind, _) in enumerate(things())
    ]
    write(tmp_path / "libros.tsv", "Código\tObra\tEscritor\tTemática\tSinopsis", tales, "\t", "utf-16")
    write(tmp_path / "pedidos.csv", "Cliente;Ref. libro;Fecha compra", visits())
    intake = read(tmp_path, "libros.tsv", "pedidos.csv")
    found = {"item_id": "Código", "title": "Obra", "text": "Sinopsis"}
    assert roles(intake, "items").items() >= found.items()
    assert intake.data.items["authors"].to_list()[6] == ["Escritora 1"]
