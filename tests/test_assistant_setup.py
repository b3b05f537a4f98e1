from __future__ import annotations

import errno
import json
from pathlib import Path
from typing import Any

import pytest
from conftest import silent
from small_world import HashEncoder, write_csv

from assistant.errors import BadInput, HomeError
from assistant.homes import learning, setup
from assistant.homes.home import MANIFEST, open_home, verify_home
from assistant.homes.setup import Job, set_up
from metalearn.config import TrainConfig
from metalearn.data import InteractionLog, ItemFeatures
from metalearn.train import train


def job(
    home: Path, data: Path | None, dataset: str = "movielens-latest", said: list[str] | None = None
) -> Job:
    def progress(what: str, share: float) -> None:
        silent(what, share)
        if said is not None:
            said.append(what)

    return Job(home, dataset, data, lambda _: HashEncoder(), progress)  # type: ignore[arg-type,return-value]


def test_a_home_is_whole_and_a_second_run_does_nothing(small_home: Path) -> None:
    manifest = open_home(small_home)
    assert (manifest.items, manifest.dataset) == (32, "movielens-latest")
    assert verify_home(small_home) == []
    said: list[str] = []
    set_up(job(small_home, Path(manifest.source), said=said))
    assert said == []


def test_a_damaged_file_is_named_and_mended_by_set_up(small_home: Path) -> None:
    source, vectors = Path(open_home(small_home).source), small_home / "vectors.npy"
    whole = vectors.read_bytes()
    vectors.write_bytes(whole[:-7])
    with pytest.raises(HomeError, match=r"vectors\.npy is damaged.*palate setup"):
        open_home(small_home)
    said: list[str] = []
    set_up(job(small_home, source, said=said))
    assert vectors.read_bytes() == whole
    assert {line.split(":")[0] for line in said} == {"vectors"}


def test_a_flipped_byte_is_found_by_the_thorough_check(small_home: Path) -> None:
    path = small_home / "index" / "text.faiss"
    raw = bytearray(path.read_bytes())
    raw[-1] ^= 1
    path.write_bytes(bytes(raw))
    assert [p for p in verify_home(small_home) if "text.faiss" in p]


def test_an_interrupted_set_up_goes_on_where_it_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, home = write_csv(tmp_path / "csv"), tmp_path / "home"

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(learning, "train", killed)
        with pytest.raises(KeyboardInterrupt):
            set_up(job(home, data))
    assert not (home / MANIFEST).exists()
    said: list[str] = []
    set_up(job(home, data, said=said))
    assert {line.split(":")[0] for line in said} == {"adapter", "index"}
    assert verify_home(home) == []


def test_training_goes_on_after_a_kill_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def short(log: InteractionLog, features: ItemFeatures, _: None, progress: Any, folder: Path) -> Any:
        return train(log, features, TrainConfig(steps=44), progress, folder=folder)

    def interrupt(what: str, share: float) -> None:
        if "how people differ" in what and share > 0.5:
            raise KeyboardInterrupt

    monkeypatch.setattr(learning, "train", short)
    data, home, said = write_csv(tmp_path / "csv"), tmp_path / "home", []
    stopped, again = job(home, data), job(home, data)
    stopped.progress = interrupt
    with pytest.raises(KeyboardInterrupt):
        set_up(stopped)
    assert (home / learning.TRAINING / "steps.npz").is_file()
    again.progress = lambda what, share: said.append((what, share))
    set_up(again)
    assert min(share for what, share in said if "how people differ" in what) > 0.4
    assert not (home / learning.TRAINING).exists()
    assert verify_home(home) == []
    set_up(job(tmp_path / "other", data))
    file = Path("adapter", "adapter.safetensors")
    assert (home / file).read_bytes() == (tmp_path / "other" / file).read_bytes()


def test_a_full_disk_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(setup, "_save_array", full)
    with pytest.raises(HomeError, match="disk is full"):
        set_up(job(tmp_path / "home", write_csv(tmp_path / "csv")))
    assert not (tmp_path / "home" / "vectors.npy").exists()


def test_a_home_of_another_version_is_left_alone(small_home: Path) -> None:
    path = small_home / MANIFEST
    manifest = json.loads(path.read_text())
    path.write_text(json.dumps({**manifest, "format": 99, "palate": "7.0"}))
    before = {p: p.read_bytes() for p in small_home.rglob("*") if p.is_file()}
    for call in (open_home, lambda home: set_up(job(home, Path(manifest["source"])))):
        with pytest.raises(HomeError, match=r"layout 99.*palate 7\.0.*--force"):
            call(small_home)
    assert {p: p.read_bytes() for p in small_home.rglob("*") if p.is_file()} == before


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("dear")
    with pytest.raises(HomeError, match="not Palate's"):
        set_up(job(tmp_path, write_csv(tmp_path.parent / f"{tmp_path.name}-csv")))
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.txt"]


def test_unknown_data_sets_and_missing_folders_are_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no data set 'x'"):
        set_up(job(tmp_path / "home", None, "x"))
    with pytest.raises(BadInput, match="--data DIR"):
        set_up(job(tmp_path / "home", None))
    assert not (tmp_path / "home").exists()
