"""Run one server as a group of processes that never outlives the app; a script of the standard library only.

    python engine_guard.py COMMAND...

The app holds the other end of standard input. When that closes - the app stops, or is killed - or when the
server ends, every process of the server's group is ended. The server asks the kernel to be told should this
script die.
"""

from __future__ import annotations

import ctypes
import os
import select
import signal
import subprocess
import sys
import time

PATIENCE = 5.0  # seconds between asking the group to end and killing it
PR_SET_PDEATHSIG = 1


def main(command: list[str]) -> int:
    """Run `command` until it ends or standard input closes; return its exit code."""
    server = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=_die_with_us
    )
    try:
        while server.poll() is None and not _closed(0.2):
            pass
    finally:
        _end_group(server)
    return server.returncode or 0


def _die_with_us() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _closed(seconds: float) -> bool:
    """Wait for standard input; say whether it has closed."""
    readable, _, _ = select.select([0], [], [], seconds)
    return bool(readable) and not os.read(0, 4096)


def _end_group(server: subprocess.Popen[bytes]) -> None:
    """Ask the group to end, then kill what is left of it."""
    deadline = time.monotonic() + PATIENCE
    _signal(server.pid, signal.SIGTERM if server.poll() is None else signal.SIGKILL)
    while time.monotonic() < deadline and _signal(server.pid, 0):
        server.poll()
        time.sleep(0.05)
    _signal(server.pid, signal.SIGKILL)
    server.wait()


def _signal(group: int, number: int) -> bool:
    """Send a signal to a group; say whether the group is still there."""
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    for caught in (signal.SIGTERM, signal.SIGINT):
        signal.signal(caught, lambda number, frame: sys.exit(128 + number))
    sys.exit(main(sys.argv[1:]))
