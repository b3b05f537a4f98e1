"""`palate retrain`, and its start in the background when enough has changed."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from assistant.commands import console
from assistant.settings import Settings

LOG = "retraining.log"
GENTLY = 10  # added to the niceness, so that what serves people goes first


def retrain_home(
    home: Annotated[Path, typer.Option("--home", help="The home; a running assistant picks the result up.")],
) -> None:
    """Train the adapter anew on what serves, while it serves and changes; a stopped run goes on."""
    from assistant.homes.applying import retrain
    from assistant.homes.encoders import open_encoder
    from retriever.looks import open_image_encoder

    settings, notes = Settings(), list[str]()
    os.nice(GENTLY)
    with console.steps() as progress:
        see = partial(open_image_encoder, settings.image_encoder)
        version = retrain(home, partial(open_encoder, settings), progress, see, notes)
    for note in notes:
        print(note, file=sys.stderr)
    print(f"The adapter is trained anew; version {version.name} serves.")


def when_due(home: Path, settings: Settings) -> str:
    """Start a training in the background where more has changed than the settings allow.

    Returns:
        What to tell the person; empty where nothing is due.
    """
    from assistant.homes.learning import record_of
    from assistant.homes.versions import serving

    share = record_of(serving(home)).share
    if share <= settings.retrain_share:
        return ""
    command = [sys.executable, "-m", "assistant.cli", "retrain", "--home", str(home.absolute())]
    log = start(home, command)
    new = f"{share:.0%}".replace("%", " %")
    return f"{new} is new since the adapter was trained, so it is trained anew in the background: {log}"


def start(home: Path, command: list[str]) -> Path:
    """Start a process that outlives this one; return the file that gets what it says.

    A second one ends at once, because the first holds the lock; that is in the file too.
    """
    path = home / LOG
    with path.open("ab") as log:
        subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
    return path
