"""Starts, watches, restarts and stops the local vLLM server, or watches an endpoint that others run."""

from __future__ import annotations

import atexit
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import httpx

from assistant.errors import EngineError, PalateError
from assistant.models import engine_guard
from assistant.models.registry import Progress
from assistant.models.vllm_server import Launch, device_of, prepare, served_name
from assistant.settings import Settings
from assistant.types import LLMState

Status = Literal["off", "loading", "ready", "down", "failed"]
Prepare = Callable[[Settings, str, int, Progress | None], Launch]
POLL = 0.3  # seconds between looks at the server
SLOW = 15.0  # seconds without an answer to /health before a living server counts as down
FIRST_ANSWER = 180.0  # seconds that the first, one-token answer may take
STABLE = 120.0  # seconds of health after which the waiting time before a restart begins anew
LONGEST_WAIT = 60.0
HOPELESS = 5  # servers in a row that died before their first answer; another would die as well


class Engine:
    """Keep one language model server alive.

    `start` returns at once; a thread fetches the weights, starts the server and watches it. Where
    `settings.llm_url` is set, nothing is started and the endpoint is only watched.

    Args:
        settings: Which engine, model, port and cache.
        prepare: Makes a start ready: (settings, device, port, progress) -> Launch.
        first_wait: Seconds before the first restart; doubled each time up to a minute.
    """

    def __init__(self, settings: Settings, *, prepare: Prepare = prepare, first_wait: float = 1.0) -> None:
        self._settings, self._prepare, self._first_wait = settings, prepare, first_wait
        self._device = "off"
        self._state = LLMState("off", "the language model is switched off", "")
        self._base_url, self._port = (settings.llm_url or "").rstrip("/"), 0
        self._changed = threading.Condition()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._guard: subprocess.Popen[bytes] | None = None

    @property
    def base_url(self) -> str:
        """URL of the OpenAI-compatible API up to and with `/v1`; empty before the port is known."""
        return self._base_url

    @property
    def model(self) -> str:
        """Name of the served model; empty where there is none."""
        return self._state.model

    @property
    def device(self) -> str:
        """`cpu`, `cuda`, `external` or `off`."""
        return self._device

    @property
    def status(self) -> Status:
        """`off`, `loading`, `ready`, `down` (it comes back by itself) or `failed` (somebody must act)."""
        return self._state.status

    @property
    def detail(self) -> str:
        """One line for a person on what is going on."""
        return self._state.detail

    @property
    def pid(self) -> int | None:
        """Process id of the guard of the local server, or None where none runs."""
        return self._guard.pid if self._guard and self._guard.poll() is None else None

    def state(self) -> LLMState:
        """Return status, detail and model at one moment."""
        return self._state

    def start(self) -> None:
        """Start in the background; do nothing when started already or switched off.

        Afterwards `base_url` and `model` are known and stay the same over restarts.
        """
        if self._thread or (self._settings.engine == "off" and not self._settings.llm_url):
            return None
        self._stopping.clear()
        self._tell("loading", "starting")
        try:
            run = self._watch_external if self._settings.llm_url else self._place()
        except PalateError as error:
            return self._tell("failed", str(error))
        self._thread = threading.Thread(target=run, name="palate-engine", daemon=True)
        self._thread.start()
        atexit.register(self.stop)
        return None

    def wait_ready(self, timeout: float) -> bool:
        """Wait until the server answers; return False when `timeout` seconds pass or it has failed."""
        with self._changed:
            self._changed.wait_for(lambda: self.status in ("ready", "failed", "off"), timeout)
        return self.status == "ready"

    def stop(self) -> None:
        """Stop watching and end every process that was started."""
        self._stopping.set()
        self._end_server()
        if self._thread and self._thread is not threading.current_thread():
            self._thread.join(timeout=engine_guard.PATIENCE + 5)
        self._thread = None
        self._tell("off", "stopped")
        atexit.unregister(self.stop)

    def _tell(self, status: Status, detail: str, model: str | None = None) -> None:
        with self._changed:
            self._state = LLMState(status, detail, self._state.model if model is None else model)
            self._changed.notify_all()

    def _place(self) -> Callable[[], None]:
        """Settle device, port and model name; return what the thread runs.

        Raises:
            EngineError: If the port is taken, or a GPU is demanded and there is none.
        """
        self._device = device_of(self._settings)
        self._port = _free_port(self._settings.engine_port)
        self._base_url = f"http://127.0.0.1:{self._port}/v1"
        self._tell("loading", "starting", served_name(self._settings, self._device))
        return self._run

    def _run(self) -> None:
        """Start the server, watch it, and start it again when it dies, until stopped or hopeless."""
        wait, stillborn = self._first_wait, 0
        while not self._stopping.is_set():
            try:
                healthy_for = self._one_life()
            except PalateError as error:
                return self._tell("failed", str(error))
            if self._stopping.is_set():
                return None
            wait = self._first_wait if healthy_for > STABLE else wait
            stillborn = 0 if healthy_for else stillborn + 1
            if stillborn == HOPELESS:
                self._end_server()
                fault = f"the server died {stillborn} times before its first answer (log: {self._log})."
                return self._tell("failed", f"{fault} Run `palate doctor`.")
            self._tell("down", f"the server died; it starts again in {wait:.0f} s (log: {self._log})")
            self._end_server()
            self._stopping.wait(wait)
            wait = min(2 * wait, LONGEST_WAIT)
        return None

    def _one_life(self) -> float:
        """Run one server until it dies; return the seconds for which it was healthy.

        Raises:
            PalateError: When it cannot be started, in a way that trying again does not mend.
        """
        self._tell("loading", "looking for the weights")
        launch = self._prepare(self._settings, self._device, self._port, self._progress)
        if self._stopping.is_set():
            return 0.0
        self._spawn(launch)
        self._tell("loading", f"{launch.model} is loading")
        return self._watch_local(launch) if self._until_answers(launch) else 0.0

    def _progress(self, what: str, share: float) -> None:
        self._tell("loading", f"{what} ({share:.0%})")

    @property
    def _log(self) -> Path:
        return self._settings.cache / "logs" / "vllm.log"

    def _spawn(self, launch: Launch) -> None:
        """Start the guard, which starts the server; its output goes to the log.

        Raises:
            EngineError: If the log cannot be written or the program not be run.
        """
        command = [sys.executable, str(Path(engine_guard.__file__).resolve()), *launch.command]
        try:
            self._log.parent.mkdir(parents=True, exist_ok=True)
            with self._log.open("wb") as log:
                # Run beside the log: `python -m` puts the working folder first on the path, where a
                # checkout's stale metadata could hide the vLLM plugin of the installed package.
                self._guard = subprocess.Popen(
                    command, stdin=subprocess.PIPE, stdout=log, stderr=log, env=launch.environment,
                    cwd=self._log.parent, start_new_session=True,
                )  # fmt: skip
        except OSError as error:
            raise EngineError(
                f"The language model cannot be started: {error}.", "Run `palate doctor`."
            ) from error

    def _until_answers(self, launch: Launch) -> bool:
        """Wait for health and a first answer: a healthy server can still die at its first request."""
        while self._alive():
            if _health(launch.port) == "ok" and _answers(launch):
                self._tell("ready", f"{launch.model} is ready")
                return True
            self._stopping.wait(POLL)
        return False

    def _watch_local(self, launch: Launch) -> float:
        began = heard = time.monotonic()
        while self._alive():
            health, now = _health(launch.port), time.monotonic()
            heard = now if health == "ok" else heard
            if health == "refused" or now - heard > SLOW:
                break
            self._stopping.wait(POLL)
        return time.monotonic() - began

    def _alive(self) -> bool:
        return not self._stopping.is_set() and self._guard is not None and self._guard.poll() is None

    def _end_server(self) -> None:
        """Close the guard's standard input, which ends the server's group, and wait for it."""
        guard = self._guard
        if guard is None:
            return
        if guard.stdin:
            guard.stdin.close()
        try:
            guard.wait(timeout=engine_guard.PATIENCE + 3)
        except subprocess.TimeoutExpired:
            guard.terminate()
            guard.wait()

    def _watch_external(self) -> None:
        """Keep the state of an endpoint that others run."""
        self._device, model = "external", self._settings.llm_model or ""
        while not self._stopping.is_set():
            key = {"Authorization": f"Bearer {self._settings.llm_key}"}
            try:
                answer = httpx.get(f"{self._base_url}/models", headers=key, timeout=3)
                answer.raise_for_status()
                model = self._settings.llm_model or str(answer.json()["data"][0]["id"])
                self._tell("ready", f"{model} at {self._base_url} is ready", model)
            except (httpx.HTTPError, ValueError, LookupError) as error:
                self._tell("down", f"{self._base_url} does not answer ({error})", model)
            self._stopping.wait(1.0)


def _free_port(wanted: int) -> int:
    """Return `wanted` where it is free, or any free port for 0.

    Raises:
        EngineError: If `wanted` is taken.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError as error:
            raise EngineError(
                f"Port {wanted} for the language model is taken.",
                "Set PALATE_ENGINE_PORT to another, or to 0.",
            ) from error
        return int(probe.getsockname()[1])


def _health(port: int) -> Literal["ok", "refused", "slow"]:
    """Ask /health: a refusal or an error code means dead, silence may mean busy."""
    try:
        answer = httpx.get(f"http://127.0.0.1:{port}/health", timeout=2)
    except httpx.TimeoutException:
        return "slow"
    except httpx.HTTPError:
        return "refused"
    return "ok" if answer.is_success else "refused"


def _answers(launch: Launch) -> bool:
    """Ask for one token; the first answer also warms the server up."""
    question = {"model": launch.model, "prompt": "Hello", "max_tokens": 1}
    try:
        answer = httpx.post(
            f"http://127.0.0.1:{launch.port}/v1/completions", json=question, timeout=FIRST_ANSWER
        )
    except httpx.HTTPError:
        return False
    return answer.is_success
