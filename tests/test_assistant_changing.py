from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
import scipy.sparse as sp
from conftest import silent
from small_world import HashEncoder

from assistant.agent import Assistant
from assistant.commands import retraining
from assistant.errors import BadInput, HomeError
from assistant.homes import learning
from assistant.homes.applying import apply, retrain
from assistant.homes.changing import Change, add_interactions, change_items
from assistant.homes.home import read_manifest, record, verify_home, write_manifest
from assistant.homes.versions import FOLDER, POINTER, build, serving
from assistant.rooms import Rooms
from assistant.settings import Settings
from assistant.store import Store
from metalearn.config import TrainConfig
from metalearn.descent import Proximal
from metalearn.errors import NeedsTraining
from metalearn.refresh import refresh
from metalearn.taste import TasteAdapter
from metalearn.train import train
from retriever.catalog import Catalog

NEW = 'item_id,title,year,genres\n101,Solaris,1972,"Drama, Sci-Fi"\n1,Blade Runner (again),1982,Action\n'


def write(path: Path, text: str) -> str:
    path.write_text(text)
    return str(path)


def switch(home: Path, change: Change, full: bool = False) -> Path:
    return apply(home, change, lambda _: HashEncoder(), silent, full=full)  # type: ignore[arg-type,return-value]


def short(log: Any, features: Any, config: TrainConfig | None, *rest: Any, **more: Any) -> Any:
    quick = replace(config or TrainConfig(), steps=1, folds=2)
    return train(log, features, quick, *rest, **more)


def test_a_running_assistant_serves_on_and_picks_up_the_new_version(
    small_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning, "train", short)
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
    for name, full in (("refresh", False), ("train", True)):
        with monkeypatch.context() as patch:
            patch.setattr(learning, name, killed)
            with pytest.raises(KeyboardInterrupt):
                switch(small_home, change, full)
        assert serving(small_home) == small_home
        assert verify_home(small_home) == []


def test_a_refresh_keeps_what_was_learned_and_counts_anew(
    small_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("a refresh must not train")

    before = TasteAdapter.load(small_home / "adapter")
    rows = "".join(f"p{n},101,5,1700000000\np{n},5,5,1700000001\n" for n in range(6))
    with monkeypatch.context() as patch:
        patch.setattr(learning, "train", never)
        switch(small_home, change_items(small_home, "add", write(tmp_path / "new.csv", NEW)))
        log = write(tmp_path / "log.csv", "user_id,item_id,rating,timestamp\n" + rows)
        version = switch(small_home, add_interactions(small_home, log))
    after, catalog = TasteAdapter.load(version / "adapter"), Catalog.load(version / "items.parquet")
    for name, array in before.gates.tensors().items():
        np.testing.assert_array_equal(array, getattr(after.gates, name))
    assert after.kernels == before.kernels != ()
    assert after.moments.likes[catalog.row("101")] == 6
    # A like of the film that these people also like says something of the new one.
    said = after.merged.terms(
        np.array([catalog.row("5")]), np.ones((1, 4), np.float32), np.array([catalog.row("101")])
    )
    assert said[0, 0] != 0
    record = learning.record_of(version)
    assert (record.items, record.new_items) == (32, 1)
    assert record.new_interactions == 12
    assert record.share == 1 / 32


def test_a_refresh_equals_a_training_that_learned_the_same_gates(small_home: Path) -> None:
    catalog, log, features = learning.tables_of(small_home)
    trained = TasteAdapter.load(small_home / "adapter")
    again = refresh(trained, log, features)
    for group in ("merged", "moments"):
        for name, array in getattr(trained, group).tensors().items():
            np.testing.assert_array_equal(array, getattr(again, group).tensors()[name])
    np.testing.assert_array_equal(trained.catalogue.phi, again.catalogue.phi)
    seen = np.ones((len(catalog), 3), np.float32)
    with pytest.raises(NeedsTraining, match="pictures, which they had not"):
        refresh(trained, log, replace(features, pictures=seen * np.arange(3.0, dtype=np.float32)))
    with pytest.raises(NeedsTraining, match=r"the kernels are others \(.*links"):
        refresh(trained, log, replace(features, links=sp.csr_matrix(np.ones((len(catalog), 2), np.float32))))
    fomaml = TasteAdapter(
        trained.catalogue,
        trained.moments,
        None,
        trained.merged,
        trained.projection,
        trained.gates,
        Proximal(seen[0]),
    )
    with pytest.raises(NeedsTraining, match="starts from a place"):
        refresh(fomaml, log, features)


def test_training_anew_goes_on_beside_changes_and_ends_in_a_version_with_both(
    small_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def changed_meanwhile(*given: Any, **more: Any) -> Any:
        with pytest.raises(HomeError, match="A training of"):
            retrain(small_home, lambda _: HashEncoder(), silent)  # type: ignore[arg-type,return-value]
        switch(small_home, change_items(small_home, "add", write(tmp_path / "new.csv", NEW)))
        return short(*given, **more)

    monkeypatch.setattr(learning, "train", changed_meanwhile)
    version = retrain(small_home, lambda _: HashEncoder(), silent)  # type: ignore[arg-type,return-value]
    assert version.name == "000002"
    assert serving(small_home) == version
    assert verify_home(version) == []
    assert "101" in Catalog.load(version / "items.parquet")
    gates = TasteAdapter.load(version / "adapter").gates
    assert not np.array_equal(gates.prior, TasteAdapter.load(small_home / "adapter").gates.prior)
    assert learning.record_of(version).new_items == 1
    monkeypatch.setattr(learning, "train", short)
    last = retrain(small_home, lambda _: HashEncoder(), silent)  # type: ignore[arg-type,return-value]
    assert learning.record_of(last).share == 0
    assert not (small_home / FOLDER / ".training").exists()


def test_a_training_starts_in_the_background_only_when_enough_has_changed(
    small_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr(retraining, "start", lambda home, command: started.append(command) or home / "x.log")
    assert retraining.when_due(small_home, Settings()) == ""
    version = switch(small_home, change_items(small_home, "add", write(tmp_path / "new.csv", NEW)))
    assert retraining.when_due(small_home, Settings(retrain_share=0.05)) == ""
    told = retraining.when_due(small_home, Settings(retrain_share=0.03))
    assert "3 % is new since the adapter was trained" in told
    assert started == [[*started[0][:-3], "retrain", "--home", str(small_home.absolute())]]
    assert serving(small_home) == version


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
