from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from conftest import silent
from small_world import HashEncoder

from assistant.agent import Assistant
from assistant.errors import BadInput, HomeError
from assistant.homes import setup
from assistant.homes.applying import apply
from assistant.homes.changing import Change, add_interactions, change_items
from assistant.homes.home import read_manifest, record, verify_home, write_manifest
from assistant.homes.versions import FOLDER, POINTER, build, serving
from assistant.rooms import Rooms
from assistant.store import Store
from metalearn.config import TrainConfig
from metalearn.train import train

NEW = 'item_id,title,year,genres\n101,Solaris,1972,"Drama, Sci-Fi"\n1,Blade Runner (again),1982,Action\n'


def write(path: Path, text: str) -> str:
    path.write_text(text)
    return str(path)


def switch(home: Path, change: Change) -> Path:
    return apply(home, change, lambda _: HashEncoder(), silent)  # type: ignore[arg-type,return-value]


def short(log: Any, features: Any, config: TrainConfig | None, *rest: Any, **more: Any) -> Any:
    quick = replace(config or TrainConfig(), steps=1, folds=2)
    return train(log, features, quick, *rest, **more)


def test_a_running_assistant_serves_on_and_picks_up_the_new_version(
    small_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup, "train", short)
    rooms = Rooms(small_home, HashEncoder)  # type: ignore[arg-type]
    assistant = Assistant(rooms, Store(f"sqlite:///{tmp_path}/events.db"))
    reply = assistant.chat("ann", "I loved Alien. Something with sci-fi")
    reply.read()
    shown = reply.recommendations[0].item_id
    added = change_items(small_home, "add", write(tmp_path / "new.csv", NEW))
    assert added.told == "1 items added, 1 known already: use update"
    change = replace(added, items=added.items.filter(added.items["item_id"] != shown))
    log = change.interactions.filter(change.interactions["item_id"] != shown)
    version = switch(small_home, replace(change, interactions=log))
    assert serving(small_home) == version
    assert verify_home(version) == []
    assert shown in assistant.rooms.catalog
    assert assistant.refresh()
    assert not assistant.refresh()
    assert shown not in assistant.rooms.catalog
    assert assistant.rooms.catalog.item(assistant.rooms.row("101")).label == "Solaris (1972)"
    # The old texts were not encoded again, and the session goes on although what it showed is gone.
    old, new = rooms.vectors[rooms.row("5")], assistant.rooms.vectors[assistant.rooms.row("5")]
    assert (old == new).all()
    later = assistant.chat("ann", "older than that", reply.session_id)
    later.read()
    assert shown not in {pick.item_id for pick in later.recommendations}
    assert len(assistant.recommend("ann", 3)) == 3
    assistant.close()


def test_an_interrupted_change_leaves_the_old_version_serving(
    small_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    change = change_items(small_home, "add", write(tmp_path / "new.csv", NEW))
    with monkeypatch.context() as patch:
        patch.setattr(setup, "train", killed)
        with pytest.raises(KeyboardInterrupt):
            switch(small_home, change)
    assert serving(small_home) == small_home
    assert verify_home(small_home) == []


def test_items_are_updated_in_their_place_and_removed_with_their_interactions(
    small_home: Path, tmp_path: Path
) -> None:
    path = write(tmp_path / "new.csv", NEW)
    updated = change_items(small_home, "update", path)
    assert updated.told == "1 items updated, 1 not known: use add"
    assert updated.items["title"][0] == "Blade Runner (again)"
    assert updated.items["genres"][0].to_list() == ["Action"]
    assert updated.items.height == 32
    added = change_items(small_home, "add", path).items
    assert added["genres"][-1].to_list() == ["Drama", "Sci-Fi"]
    removed = change_items(small_home, "remove", write(tmp_path / "gone.txt", "1\n2\n77\n"))
    assert removed.told == "2 items removed"
    assert not {"1", "2"} & {*removed.items["item_id"], *removed.interactions["item_id"]}
    every = "\n".join([*removed.items["item_id"], "1", "2"])
    with pytest.raises(BadInput, match="No item would be left"):
        change_items(small_home, "remove", write(tmp_path / "all.txt", every))
    same = change_items(small_home, "remove", write(tmp_path / "none.txt", "item_id\n777\n"))
    assert not same.changed


def test_interactions_are_appended_and_the_latest_of_a_pair_holds(small_home: Path, tmp_path: Path) -> None:
    rows = "user_id,item_id,rating,timestamp\n1,1,1.0,1700000000\nnew,2,5,1700000001\nnew,999,5,1700000002\n"
    before = change_items(small_home, "remove", write(tmp_path / "x.txt", "id\n777\n")).interactions
    change = add_interactions(small_home, write(tmp_path / "log.csv", rows))
    last = dict(change.interactions.tail(2).select("user_id", "rating").rows())
    assert last == {"1": 1.0, "new": 5.0}
    assert "999" not in set(change.interactions["item_id"])
    again = set(before.select("user_id", "item_id").rows()) | {("1", "1"), ("new", "2")}
    assert change.interactions.height == len(again)
    path = small_home / "interactions.parquet"
    pl.read_parquet(path).with_columns(pl.lit(7.0, dtype=pl.Float32).alias("amount")).write_parquet(path)
    manifest = read_manifest(small_home)
    files = manifest.files | record(small_home, ["interactions.parquet"])
    write_manifest(small_home, manifest.model_copy(update={"files": files}))
    counted = add_interactions(small_home, write(tmp_path / "log.csv", rows)).interactions
    assert counted.tail(3)["amount"].to_list() == [7.0, 1.0, 1.0]
    bare = "user_id,item_id\nnew,2\n"
    with pytest.raises(BadInput, match="has times and the new one has none"):
        add_interactions(small_home, write(tmp_path / "bare.csv", bare))


def test_two_changes_at_once_are_refused_and_old_versions_go(small_home: Path) -> None:
    inside, go = threading.Event(), threading.Event()

    def slow(folder: Path) -> None:
        inside.set()
        go.wait(10)
        (folder / "x").write_text("x")

    thread = threading.Thread(target=build, args=(small_home, slow))
    thread.start()
    assert inside.wait(10)
    with pytest.raises(HomeError, match="Another change"):
        build(small_home, slow)
    go.set()
    thread.join()
    for _ in range(3):
        build(small_home, slow)
    names = sorted(path.name for path in (small_home / FOLDER).iterdir() if path.is_dir())
    assert names == ["000003", "000004"]
    (small_home / POINTER).write_text("../../etc")
    with pytest.raises(HomeError, match="which is not there"):
        serving(small_home)
