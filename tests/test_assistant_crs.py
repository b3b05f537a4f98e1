from __future__ import annotations

import csv
import gzip
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from assistant import cli
from assistant.errors import BadInput
from assistant.measuring.crs_bench import bench_crs
from assistant.measuring.crs_files import TalkSet
from assistant.settings import Settings
from prompts.errors import CaseError
from prompts.talks import iard, inspired, processed
from prompts.talks.records import without_year
from retriever.datasets.cleaning import Dataset, clean

COLOURS = ("Blue", "Red", "Green", "White", "Black", "Grey")
TITLES = [f"{word} Story ({1990 + n})" for n, word in enumerate(COLOURS)]
N_TALKS = 24


def encode(texts: Sequence[str]) -> NDArray[np.float32]:
    """Stand in for the encoder: letters counted, the length of rows one."""
    counts = np.array([[text.lower().count(chr(97 + k)) + 0.1 for k in range(26)] for text in texts])
    return np.asarray(counts / np.linalg.norm(counts, axis=1, keepdims=True), dtype=np.float32)


def log() -> Dataset:
    ids = [str(n) for n in range(len(TITLES))]
    items = pl.DataFrame(
        {
            "item_id": ids,
            "title": [title[:-7] for title in TITLES],
            "year": [title[-5:-1] for title in TITLES],
            "genres": ["Drama"] * len(ids),
        }
    )
    rows = [
        (str(user), ids[(user + k) % len(ids)], "5", str(10**9 + k)) for user in range(8) for k in range(3)
    ]
    names = ["user_id", "item_id", "rating", "timestamp"]
    return clean("small", items, pl.DataFrame(rows, schema=names, orient="row"))


def pair(n: int) -> tuple[str, str]:
    first = n % 3 * 2
    return TITLES[first], TITLES[first + 1]


def talks(folder: Path, name: str, start: int = 0) -> None:
    with (folder / name).open("w") as file:
        for n in range(start, start + N_TALKS):
            liked, told = pair(n)
            row = {
                "dialog_id": n,
                "turn_id": 1,
                "context": [f"I liked {liked}"],
                "entity": [liked],
                "rec": [told, liked],
            }
            file.write(json.dumps(row) + "\n")


def graph(folder: Path) -> None:
    info = {str(n): {"name": title, "genre": ["drama"], "plot": "A story."} for n, title in enumerate(TITLES)}
    (folder / processed.INFO).write_text(json.dumps(info))
    (folder / processed.IDS).write_text(json.dumps({title: n for n, title in enumerate(TITLES)}))
    (folder / processed.ITEMS).write_text(json.dumps(list(range(len(TITLES)))))


def inspired_rows(folder: Path, tsv: str, table: str, start: int = 0) -> None:
    with (folder / table).open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["", "full_situation", "movies"])
        for n in range(N_TALKS):
            liked, told = (title[:-7] for title in pair(n))
            writer.writerow(
                [start + n, f"\nSystem: Hi {start + n}\nUser: I liked {liked}\nSystem: ", [told, liked]]
            )
    with (folder / tsv).open("w") as file:
        file.write("\t".join(inspired.TSV) + "\n")
        for n in range(N_TALKS):
            liked, told = pair(n)
            file.write(f"{start + n}\tSEEKER\t1\tI liked it\t{liked}\tdrama\t\n")
            file.write(f"{start + n}\tRECOMMENDER\t2\tTry it\t{told}\t\t\n")


def run(
    dataset: TalkSet, data: Path, test: Path | None, export: Path | None, *, alone: bool = False
) -> dict[str, object]:
    told: list[float] = []
    settings = Settings(cache=data / "cache")
    report = bench_crs(
        settings,
        dataset,
        data,
        test,
        export,
        lambda _, share: told.append(share),
        folds=2,
        log=log(),
        encode=encode,
        alone=alone,
    )
    assert told[-1] == 1.0
    return dict(report)


def exported(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(gzip.decompress(path.read_bytes()).decode().splitlines()))


@pytest.mark.parametrize("dataset", list(TalkSet))
def test_turns_of_a_test_folder_are_ranked_and_written(dataset: TalkSet, tmp_path: Path) -> None:
    data, test = tmp_path / "data", tmp_path / "test"
    data.mkdir()
    test.mkdir()
    if dataset is TalkSet.inspired:
        inspired_rows(data, "dev.tsv", "inspired_train.csv")
        inspired_rows(test, "test.tsv", "inspired_test.csv", start=500)
        turns = 2 * N_TALKS
    else:
        graph(data)
        talks(data, "valid_data_processed.jsonl")
        if dataset is TalkSet.opendialkg:
            talks(data, "train_data_processed.jsonl", start=100)
        name = "test_data_processed.jsonl" if dataset is TalkSet.redial else "valid_data_processed.jsonl"
        talks(test, name, start=600)
        turns = N_TALKS
    export = tmp_path / "out.csv.gz"
    report = run(dataset, data, test, export)
    # The item said before is named again in every turn, and counts as no target.
    assert (report["turns"], report["targets"]) == (turns, turns)
    assert report["recall@1"] == 1.0
    assert report["recall@50"] == 1.0
    rows = exported(export)
    assert len({(row["file"], row["turn"]) for row in rows}) == turns
    shown = {title[:-7] for title in TITLES}
    for n, row in enumerate(rows):
        liked, told = pair(n % N_TALKS)
        # The csv form of INSPIRED names titles without a year.
        assert row["item1"] == (told[:-7] if row["file"].endswith(".csv") else told)
        items = {without_year(row[f"item{k}"]) for k in range(1, 51)} - {""}
        assert liked[:-7] not in items
        assert items <= shown
    assert run(dataset, data, test, export)["recall@10"] == report["recall@10"]
    assert exported(export) == rows


def test_without_a_test_folder_dialogues_are_cross_validated(tmp_path: Path) -> None:
    graph(tmp_path)
    talks(tmp_path, "valid_data_processed.jsonl")
    report = run(TalkSet.redial, tmp_path, None, None)
    assert report["measured"] == "cross-validation, 2 folds of dialogues"
    assert (report["turns"], report["recall@1"]) == (N_TALKS, 1.0)


def test_dialogues_of_a_folder_beside_are_learned_from_and_not_measured(tmp_path: Path) -> None:
    data, other = tmp_path / "redial", tmp_path / "labelled"
    data.mkdir()
    other.mkdir()
    graph(data)
    talks(data, "valid_data_processed.jsonl")
    said = [("seeker", f"I liked @1 <{TITLES[0]}>"), ("recommender", f"See @2 <{TITLES[5]}>")]
    lines = {f"U{n}": {"role": role, "utterance_text": text} for n, (role, text) in enumerate(said)}
    many = {str(n): {"dialogue_info": lines} for n in range(N_TALKS - 4, 3 * N_TALKS)}
    (other / iard.FILE).write_text(json.dumps(many))
    alone = run(TalkSet.redial, data, None, tmp_path / "alone.csv.gz", alone=True)
    beside = run(TalkSet.redial, data, None, tmp_path / "beside.csv.gz")
    assert alone["also learned from"] == alone["folders beside"] == {}
    assert beside["folders beside"] == {"iard": "labelled"}
    # Dialogues with the numbers of those that are measured do not count.
    assert beside["also learned from"] == {iard.FILE: 2 * N_TALKS}
    assert alone["turns"] == beside["turns"] == N_TALKS
    for name, expected in (("alone", TITLES[1]), ("beside", TITLES[5])):
        rows = {row["turn"]: row["item1"] for row in exported(tmp_path / f"{name}.csv.gz")}
        assert {rows[f"{n}:1"] for n in range(0, N_TALKS, 3)} == {expected}


def test_missing_folders_and_files_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    graph(tmp_path)
    with pytest.raises(CaseError, match=r"valid_data_processed\.jsonl is missing"):
        run(TalkSet.redial, tmp_path, None, None)
    inspired_rows(tmp_path, "dev.tsv", "inspired_train.csv")
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadInput, match=r"has no test\.tsv or inspired_test\.csv"):
        run(TalkSet.inspired, tmp_path, tmp_path / "empty", None)
    with pytest.raises(BadInput, match="There is no folder"):
        run(TalkSet.inspired, tmp_path, None, tmp_path / "none" / "out.csv.gz")
    gone = ["palate", "bench", "crs", "--dataset", "redial", "--data", str(tmp_path / "gone")]
    monkeypatch.setattr(sys, "argv", gone)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    assert "There is no folder" in capsys.readouterr().err
