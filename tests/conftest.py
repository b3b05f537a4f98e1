from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from small_world import HashEncoder, write_csv

from assistant.agent import Assistant
from assistant.engine import Engine
from assistant.homes.setup import Job, set_up
from assistant.rooms import Rooms
from assistant.settings import Settings
from assistant.store import Store


def silent(what: str, share: float) -> None:
    assert 0 <= share <= 1, what


@pytest.fixture(scope="session")
def small_home_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home made by set-up from a small made-up data set."""
    root = tmp_path_factory.mktemp("small")
    data = write_csv(root / "csv")
    set_up(Job(root / "home", "movielens-latest", data, lambda progress: HashEncoder(), silent))  # type: ignore[arg-type,return-value]
    return root / "home"


@pytest.fixture
def small_home(small_home_template: Path, tmp_path: Path) -> Path:
    """A copy of the small home that a test may change."""
    return Path(shutil.copytree(small_home_template, tmp_path / "home"))


@pytest.fixture(scope="session")
def rooms(small_home_template: Path) -> Rooms:
    return Rooms(small_home_template, HashEncoder)  # type: ignore[arg-type]


@pytest.fixture
def assistant(rooms: Rooms, tmp_path: Path) -> Iterator[Assistant]:
    """An assistant on the small home, without a language model; set `assistant.llm` for one."""
    with_store = Assistant(rooms, Store(f"sqlite:///{tmp_path}/events.db"))
    yield with_store
    with_store.close()


@pytest.fixture(scope="session")
def home() -> Path:
    """The MovieLens home that `make test` has set up; its absence is a failure, not a skip."""
    path = Settings().home_for("movielens")
    if not (path / "manifest.json").is_file():
        pytest.fail(f"{path} is not set up; run `palate setup` (make test does)")
    return path


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """A real local vLLM server, started for these tests; its absence is a failure, not a skip."""
    started = Engine(Settings())
    started.start()
    try:
        if not started.wait_ready(600):
            pytest.fail(f"the vLLM server is not ready: {started.detail}")
        yield started
    finally:
        started.stop()


@pytest.fixture
def engine_url(engine: Engine) -> str:
    """The URL of the real server, once it answers."""
    assert engine.wait_ready(300), engine.detail
    return engine.base_url
