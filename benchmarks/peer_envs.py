"""A virtual environment per peer, under `benchmarks/.envs`; what is installed already is kept."""

from __future__ import annotations

import subprocess
import venv
from pathlib import Path

HERE = Path(__file__).parent


def environment(peer: str, index: str | None = None) -> Path:
    """Return the interpreter of a peer's environment, made and filled if need be.

    Args:
        peer: name of a folder of `benchmarks/peers`.
        index: one more package index, for machines whose own has no CPU build of torch.

    Raises:
        subprocess.CalledProcessError: when pip fails; its output says why.
    """
    folder = HERE / ".envs" / peer
    wanted = (HERE / "peers" / peer / "requirements.txt").read_text(encoding="utf-8")
    stamp, python = folder / "installed.txt", folder / "bin" / "python"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return python
    if not python.is_file():
        venv.create(folder, with_pip=True)
    requirements = str(HERE / "peers" / peer / "requirements.txt")
    command = [str(python), "-m", "pip", "install", "--progress-bar", "off", "-q", "-r", requirements]
    subprocess.run(command + (["--extra-index-url", index] if index else []), check=True)
    stamp.write_text(wanted, encoding="utf-8")
    return python
