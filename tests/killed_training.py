"""A small training in a process of its own, which says when it is in the middle and waits to be killed.

Arguments: a work folder, how the message of the progress starts at which it waits, the share that is done by
then, and the changes of the configuration as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from tastes import make_features, make_log, small_config

from metalearn.train import train


def main(folder: str, wait_at: str, share: str, changes: str) -> None:
    def progress(what: str, done: float) -> None:
        if what.startswith(wait_at) and done >= float(share):
            print("waiting", flush=True)
            time.sleep(600)

    config = small_config(**json.loads(changes))
    train(make_log(), make_features(), config, progress, folder=Path(folder))


if __name__ == "__main__":
    main(*sys.argv[1:])
