from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from small_world import FILMS, HashEncoder, write_csv

from assistant import cli
from assistant.homes import encoders
from assistant.homes.home import verify_home
from assistant.homes.learning import TrainingRecord
from metalearn.config import TrainConfig
from retriever.catalog import Catalog


@pytest.fixture
def palate(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Any:
    """Run the command in this process with the small encoder and short training."""

    def short(record: TrainingRecord) -> TrainConfig:
        return TrainConfig(algorithm=record.algorithm, steps=2, folds=2)

    monkeypatch.setattr(encoders, "open_encoder", lambda settings, progress=None: HashEncoder())
    monkeypatch.setattr("assistant.agent.open_encoder", lambda settings, progress=None: HashEncoder())
    monkeypatch.setattr("assistant.homes.learning._config", short)
    monkeypatch.setenv("PALATE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PALATE_ENGINE", "off")

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["palate", *map(str, arguments)])
        code = 0
        try:
            cli.main()
        except SystemExit as end:
            code = int(end.code or 0)
        out = capsys.readouterr()
        return code, out.out, out.err

    return run


def films(folder: Path) -> Path:
    """Write the small films under names that nobody would choose, without a log."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [
        f"F{i};{title};{year};{genres.replace(',', '/')};{80 + i},5 min"
        for i, (title, year, genres) in enumerate(FILMS)
    ]
    (folder / "kino.csv").write_text(
        "\n".join(["nr;wie heisst er;aus;sorte;dauer", *rows, "F3;again;2000;;"])
    )
    return folder / "kino.csv"


def _take_links_and_rules(palate: Any, home: Path, folder: Path) -> None:
    """Add triples and rules to a home that stands; a wrong file is named before anything is done."""
    triples, rules = folder / "t.csv", folder / "r.toml"
    triples.write_text("head,relation,tail\nF2,director,Ridley Scott\nF0,director,Ridley Scott\n")
    rules.write_text('[[require]]\ncolumn = "sorte"\nis_not = "Horror"\n[links]\nuse = 7\n')
    given = ("import", "--home", home, "--items", folder / "in" / "kino.csv", "--triples", triples)
    code, _, err = palate(*given, "--rules", rules)
    assert code == 2
    assert (
        "r.toml, line 5, links.use: is neither a name nor a list of names. Keys of [links]: use, weight."
        in err
    )
    rules.write_text(rules.read_text().replace("7", '"director"'))
    code, _, err = palate(*given, "--rules", rules)
    assert code == 0, err
    assert "t.csv: 2 links (director)" in err
    assert "items satisfy what is required" in err
    code, out, _ = palate("chat", "--home", home, "--once", "something", "--json")
    assert all("Horror" not in pick["facets"]["sorte"] for pick in json.loads(out)["picks"])


def test_a_catalogue_without_a_log_becomes_a_home_that_recommends(palate: Any, tmp_path: Path) -> None:
    home = tmp_path / "home"
    code, out, err = palate("import", "--home", home, "--items", films(tmp_path / "in"))
    assert code == 0, err
    assert f"{home} is ready: 32 items, 0 interactions." in out
    assert "items: title <- wie heisst er (short texts" in err
    assert "items: year <- aus (whole numbers that are years)" in err
    assert "--map" in err
    assert "learned from the texts alone" in err
    assert verify_home(home) == []
    catalog = Catalog.load(home / "items.parquet")
    assert catalog.numbers["dauer"][0] == 80.5
    assert catalog.units["dauer"] == "min"
    rejected = [json.loads(line) for line in (home / "rejected.jsonl").read_text().splitlines()]
    assert [(r["reason"], r["row"]["title"]) for r in rejected] == [("same id as an earlier item", "again")]
    code, out, _ = palate("chat", "--home", home, "--once", "something with sci-fi", "--json")
    assert code == 0
    assert {pick["item_id"] for pick in json.loads(out)["picks"]} <= set(catalog.ids)
    _take_links_and_rules(palate, home, tmp_path)
    code, _, err = palate("import", "--home", home, "--items", films(tmp_path / "in"), "--map", "title=nr")
    assert code == 2
    assert "--force" in err


def test_a_folder_is_imported_and_checked_without_writing(palate: Any, tmp_path: Path) -> None:
    data = write_csv(tmp_path / "films")
    code, out, _ = palate("import", "--home", tmp_path / "home", "--data", data, "--check")
    assert code == 0
    assert "kept 32 of 32 items" in out
    assert not (tmp_path / "home").exists()


def test_what_cannot_be_imported_says_what_to_type(palate: Any, tmp_path: Path) -> None:
    code, _, err = palate("import", "--home", tmp_path / "home")
    assert code == 2
    assert "--items FILE and --interactions FILE" in err
    (tmp_path / "empty").mkdir()
    code, _, err = palate("import", "--home", tmp_path / "home", "--data", tmp_path / "empty")
    assert code == 2
    assert "holds no data set of a known form" in err
