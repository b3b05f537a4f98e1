from __future__ import annotations

import itertools
import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.engine import HOPELESS, Engine
from assistant.errors import EngineError, WeightsError
from assistant.models import vllm_server
from assistant.models.vllm_server import Launch
from assistant.settings import Settings

FAKE = Path(__file__).with_name("fake_vllm.py")


def fake_prepare(folder: Path, behaviour: str = "serves") -> Callable[..., Launch]:
    def prepare(settings: Settings, device: str, port: int, progress: object) -> Launch:
        command = [sys.executable, str(FAKE), str(port), "fake-model", str(folder), behaviour]
        return Launch(command, dict(os.environ), "fake-model", port)

    return prepare


def settings_for(folder: Path, **changes: object) -> Settings:
    return Settings(_env_file=None, cache=folder / "cache", engine="cpu", llm_url=None, **changes)  # type: ignore[call-arg]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = Engine(settings_for(tmp_path), prepare=fake_prepare(tmp_path), first_wait=0.2)
    made.start()
    assert made.wait_ready(20), made.detail
    yield made
    made.stop()


def pid_in(folder: Path, name: str) -> int:
    return int((folder / name).read_text())


def running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def until(condition: Callable[[], bool], seconds: float) -> float:
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, "it did not happen in time"
        time.sleep(0.02)
    return time.monotonic() - began


def test_start_returns_at_once_and_names_address_and_model(tmp_path: Path) -> None:
    engine = Engine(settings_for(tmp_path, llm_model="some/fake-model"), prepare=fake_prepare(tmp_path))
    engine.start()
    try:
        assert engine.status == "loading"
        assert engine.base_url.startswith("http://127.0.0.1:")
        assert engine.model == "fake-model"
        assert engine.wait_ready(20)
        assert engine.state().status == "ready"
    finally:
        engine.stop()


def test_switched_off_starts_nothing(tmp_path: Path) -> None:
    engine = Engine(Settings(_env_file=None, cache=tmp_path, engine="off"))  # type: ignore[call-arg]
    engine.start()
    assert (engine.status, engine.pid, engine.wait_ready(0.1)) == ("off", None, False)


@pytest.mark.parametrize("victim", ["server.pid", "core.pid"])
def test_a_killed_process_is_noticed_within_a_second_and_comes_back(
    engine: Engine, tmp_path: Path, victim: str
) -> None:
    old = [pid_in(tmp_path, "server.pid"), pid_in(tmp_path, "core.pid")]
    address = engine.base_url
    os.kill(pid_in(tmp_path, victim), signal.SIGKILL)
    assert until(lambda: engine.status == "down", 5) < 1.5
    until(lambda: engine.status == "ready", 20)
    assert engine.base_url == address
    assert not any(map(running, old))
    assert len(list(tmp_path.glob("start-*"))) == 2


def test_stop_leaves_no_process(engine: Engine, tmp_path: Path) -> None:
    pids = [pid_in(tmp_path, "server.pid"), pid_in(tmp_path, "core.pid"), engine.pid]
    engine.stop()
    assert engine.status == "off"
    assert not any(running(pid) for pid in pids if pid)


def test_waits_between_restarts_grow(tmp_path: Path) -> None:
    engine = Engine(settings_for(tmp_path), prepare=fake_prepare(tmp_path, "dies"), first_wait=0.2)
    engine.start()
    try:
        until(lambda: (tmp_path / "start-4").exists(), 20)
        assert engine.status in ("down", "loading")
        assert "no such kernel" in (tmp_path / "cache" / "logs" / "vllm.log").read_text()
    finally:
        engine.stop()
    times = [float((tmp_path / f"start-{i}").read_text()) for i in (1, 2, 3, 4)]
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert gaps[2] > gaps[0] > 0.2
    assert gaps[2] > 0.8


def test_a_server_that_never_answers_is_given_up_and_nobody_waits_on(tmp_path: Path) -> None:
    engine = Engine(settings_for(tmp_path), prepare=fake_prepare(tmp_path, "dies"), first_wait=0.02)
    engine.start()
    try:
        assert not engine.wait_ready(30)
        assert engine.status == "failed"
        assert "vllm.log" in engine.detail
        assert len(list(tmp_path.glob("start-*"))) == HOPELESS
    finally:
        engine.stop()


def test_healthy_but_unable_to_answer_is_not_ready(tmp_path: Path) -> None:
    prepare = fake_prepare(tmp_path, "dies at the first request")
    engine = Engine(settings_for(tmp_path), prepare=prepare, first_wait=0.2)
    engine.start()
    seen: set[str] = set()

    def started_again() -> bool:
        seen.add(engine.status)
        return (tmp_path / "start-2").exists()

    try:
        until(started_again, 20)
    finally:
        engine.stop()
    assert "ready" not in seen


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        engine = Engine(settings_for(tmp_path, engine_port=port), prepare=fake_prepare(tmp_path))
        engine.start()
        assert engine.status == "failed"
        assert str(port) in engine.detail
        assert "PALATE_ENGINE_PORT" in engine.detail
        engine.stop()


def test_missing_weights_fail_with_the_mend(tmp_path: Path) -> None:
    def prepare(*arguments: object) -> Launch:
        raise WeightsError("The weights are damaged.", "Delete the folder X and run `palate setup`.")

    engine = Engine(settings_for(tmp_path), prepare=prepare)
    engine.start()
    assert not engine.wait_ready(5)
    assert engine.status == "failed"
    assert "palate setup" in engine.detail
    engine.stop()


def test_an_endpoint_of_others_is_only_watched(engine: Engine, tmp_path: Path) -> None:
    settings = Settings(_env_file=None, cache=tmp_path, llm_url=engine.base_url)  # type: ignore[call-arg]
    external = Engine(settings)
    external.start()
    try:
        assert external.wait_ready(10)
        assert (external.model, external.device, external.pid) == ("fake-model", "external", None)
        engine.stop()
        until(lambda: external.status == "down", 10)
    finally:
        external.stop()


def test_nothing_outlives_an_app_that_is_killed(tmp_path: Path) -> None:
    script = f"""
        import sys, time
        sys.path.insert(0, {str(Path(__file__).parent)!r})
        from pathlib import Path
        from test_assistant_engine import Engine, fake_prepare, settings_for
        folder = Path({str(tmp_path)!r})
        engine = Engine(settings_for(folder), prepare=fake_prepare(folder))
        engine.start()
        print(engine.wait_ready(20), flush=True)
        time.sleep(60)
    """
    app = subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)], stdout=subprocess.PIPE)
    assert app.stdout is not None
    assert app.stdout.readline() == b"True\n"
    pids = [pid_in(tmp_path, "server.pid"), pid_in(tmp_path, "core.pid")]
    app.kill()
    app.wait()
    app.stdout.close()
    until(lambda: not any(map(running, pids)), 10)


def test_a_demanded_gpu_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vllm_server, "has_gpu", lambda: False)
    with pytest.raises(EngineError, match="no GPU"):
        vllm_server.device_of(Settings(_env_file=None, engine="cuda"))  # type: ignore[call-arg]


def test_the_command_serves_a_folder_on_this_machine_only(tmp_path: Path) -> None:
    (tmp_path / "weights").mkdir()
    settings = settings_for(tmp_path, llm_model=str(tmp_path / "weights"))
    launch = vllm_server.prepare(settings, "cpu", 1234)
    assert launch.model == "weights"
    assert launch.command[launch.command.index("--host") + 1] == "127.0.0.1"
    assert launch.environment["HF_HUB_OFFLINE"] == "1"
