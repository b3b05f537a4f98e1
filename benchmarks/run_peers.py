"""Run the peers of the few-shot adapter on a data set, score their rankings, print and keep the tables.

Run from the repository: python benchmarks/run_peers.py --dataset ml-100k --data DIR. Data, splits, rankings
and tables go to benchmarks/.peers/<name of the folder>; what has been run is kept.
"""

from __future__ import annotations

import argparse
import os
import subprocess
from pathlib import Path

from peer_envs import HERE, environment
from peer_tables import markdown, results, score

from metalearn.exchange import Handed, read_protocol

# Peers in the order they run, fast ones first.
PEERS = ("popularity", "implicit", "irspack", "rectools", "fewshot")
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dataset", required=True, help="form of the data, as for `palate bench adapter`")
    parser.add_argument("--data", type=Path, help="folder with the data files")
    parser.add_argument("--peers", nargs="*", choices=PEERS, default=PEERS)
    parser.add_argument("--models", nargs="*", help="only these models of the peers")
    parser.add_argument("--index", help="one more package index, such as one with CPU builds of torch")
    parser.add_argument("--also", nargs="*", default=[], metavar="NAME=FILE", help="more rankings to score")
    asked = parser.parse_args()
    name = asked.data.resolve().name if asked.data else asked.dataset
    work = HERE / ".peers" / name
    if not (work / "split" / "protocol.json").is_file():
        hand_out(asked.dataset, asked.data, work / "split")
    for peer in asked.peers:
        print(f"{name}: {peer}", flush=True)
        run(peer, environment(peer, asked.index), work, asked.models)
    also = {given.partition("=")[0]: Path(given.partition("=")[2]) for given in asked.also}
    tables = tabulate(name, read_protocol(work / "split"), work / "rankings", also)
    (work / "tables.md").write_text(tables, encoding="utf-8")
    print(tables)


def hand_out(dataset: str, data: Path | None, folder: Path) -> None:
    """Write data and splits; what reads and encodes them is imported only here, for it is slow to load."""
    from assistant.commands.console import steps
    from assistant.measuring.benching import export_protocol
    from assistant.settings import Settings

    with steps() as progress:
        export_protocol(Settings(), dataset, data, folder, progress)


def run(peer: str, python: Path, work: Path, models: list[str] | None) -> None:
    """Run the models of a peer in its own environment, on one thread.

    Raises:
        subprocess.CalledProcessError: when it fails.
    """
    command = [str(python), str(HERE / "peers" / peer / "run.py")]
    command += ["--split", str(work / "split"), "--out", str(work / "rankings")]
    command += ["--models", *models] if models else []
    surroundings = {**os.environ, **ONE_THREAD, "PYTHONPATH": str(HERE / "kit")}
    subprocess.run(command, env=surroundings, check=True)


def tabulate(name: str, handed: Handed, folder: Path, also: dict[str, Path]) -> str:
    """Score all rankings in a folder and those named besides; return the tables."""
    told = results(folder, handed.digest)
    files = {model: folder / f"{model}.csv.gz" for model in told}
    return markdown(name, score(handed, {**files, **also}), told)


if __name__ == "__main__":
    main()
