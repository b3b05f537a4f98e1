"""How long reading, guessing and cleaning take, and how much memory, by the number of interactions.

    python benchmarks/intake_scale.py --interactions 1000000 --items 100000

Writes a made-up catalogue and log to a temporary folder, reads them in another process, and prints one JSON
line with seconds and peak memory. Encoding and training are not part of it.
"""

from __future__ import annotations

import argparse
import json
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
    """Read both tables; seconds and peak GB of this process."""
    from retriever.intake.building import Tables, take_in

    begin = time.perf_counter()
    with tempfile.TemporaryDirectory() as work:
        intake = take_in(Tables("scale", str(folder / "items.csv"), str(folder / "log.csv")), Path(work))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    kept = intake.data.interactions.height
    return {"kept": kept, "seconds": round(time.perf_counter() - begin, 1), "peak_gb": round(peak, 2)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--interactions", type=int, default=1_000_000)
    parser.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.read:
        print(json.dumps(measure(given.read)))
        return
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), given.items, given.interactions)
        line = [sys.executable, __file__, "--read", folder]
        done = subprocess.run(line, capture_output=True, text=True, check=True)
    print(json.dumps({"items": given.items, "interactions": given.interactions, **json.loads(done.stdout)}))


if __name__ == "__main__":
    main()
