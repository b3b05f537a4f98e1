"""How long reading, guessing and cleaning take, and how much memory, by the number of interactions.

    python benchmarks/intake_scale.py --interactions 1000000 --items 100000
    python benchmarks/intake_scale.py --curve 1,2,5,10 --profile

Writes a made-up catalogue and log to a temporary folder, reads them in another process, and prints one JSON
line with seconds, CPU seconds of all threads and peak memory; CPU seconds hold on a machine that has other
work as well. `--curve` takes millions of interactions, a tenth as many items each. `--profile` names the
functions in which most CPU seconds are spent. Encoding and training are not part of it.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import pstats
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

WORDS = (
    "red",
    "small",
    "oak",
    "light",
    "quiet",
    "garden",
    "steel",
    "wool",
    "round",
    "travel",
    "night",
    "river",
)


def write(folder: Path, items: int, interactions: int) -> None:
    """Write items.csv and log.csv; popularity falls as in real logs."""
    rng = np.random.default_rng(0)
    words = np.array(WORDS)[rng.integers(0, len(WORDS), (items, 3))]
    codes = np.char.add("SKU", np.arange(items).astype(str))
    names = np.char.add(np.char.add(np.char.add(words[:, 0], " "), words[:, 1]), codes)
    pl.DataFrame(
        {"sku": codes, "name": names, "kind": words[:, 2], "price": rng.uniform(1, 500, items).round(2)}
    ).write_csv(folder / "items.csv")
    pl.DataFrame(
        {
            "customer": rng.integers(0, max(interactions // 20, 1), interactions),
            "product": codes[(items * rng.random(interactions) ** 3).astype(int)],
            "stars": rng.integers(1, 6, interactions),
            "when": rng.integers(1_500_000_000, 1_700_000_000, interactions),
        }
    ).write_csv(folder / "log.csv")


def measure(folder: Path) -> dict[str, float]:
    """Read both tables; seconds, CPU seconds of all threads and peak GB of this process."""
    from retriever.intake.building import Tables, take_in

    begin, cpu = time.perf_counter(), time.process_time()
    with tempfile.TemporaryDirectory() as work:
        intake = take_in(Tables("scale", str(folder / "items.csv"), str(folder / "log.csv")), Path(work))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    kept = intake.data.interactions.height
    seconds, cpu = time.perf_counter() - begin, time.process_time() - cpu
    return {"kept": kept, "seconds": round(seconds, 1), "cpu": round(cpu, 1), "peak_gb": round(peak, 2)}


def profiled(folder: Path) -> dict[str, object]:
    """Measure with the CPU clock running in every function; adds those of Palate with the most of it."""
    profile = cProfile.Profile(time.process_time)
    figures = profile.runcall(measure, folder)
    spent = pstats.Stats(profile).stats.items()  # type: ignore[attr-defined]
    ours = {
        f"{Path(place[0]).stem}.{place[2]}": round(times[3], 1)
        for place, times in spent
        if "retriever" in place[0] and times[3] >= 0.02 * figures["cpu"]
    }
    return {**figures, "spent": dict(sorted(ours.items(), key=lambda entry: -entry[1])[:16])}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--interactions", type=int, default=1_000_000)
    parser.add_argument("--curve", help="millions of interactions, divided by commas")
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.read:
        print(json.dumps(profiled(given.read) if given.profile else measure(given.read)))
        return
    sizes = [(given.items, given.interactions)]
    if given.curve:
        sizes = [(round(float(n) * 1e5), round(float(n) * 1e6)) for n in given.curve.split(",")]
    for items, interactions in sizes:
        with tempfile.TemporaryDirectory() as folder:
            write(Path(folder), items, interactions)
            line = [sys.executable, __file__, "--read", folder, *(["--profile"] if given.profile else [])]
            done = subprocess.run(line, stdout=subprocess.PIPE, text=True, check=True)
        print(
            json.dumps({"items": items, "interactions": interactions, **json.loads(done.stdout)}), flush=True
        )


if __name__ == "__main__":
    main()
