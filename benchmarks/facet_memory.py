"""What a facet of many values costs: `python benchmarks/facet_memory.py [ITEMS VALUES]`, made-up items."""

from __future__ import annotations

import resource
import sys
import time

import numpy as np
import polars as pl

from assistant.homes.linking_up import links_of
from retriever.catalog import Catalog
from retriever.constraints import Constraints
from retriever.series import SeriesIndex


def main(items: int = 200_000, values: int = 20_000) -> None:
    rng = np.random.default_rng(0)
    brands = [[f"Brand {n}"] for n in rng.integers(0, values, items)]
    kinds = [[f"Kind {n}"] for n in rng.integers(0, 40, items)]
    ids = [str(n) for n in range(items)]
    titles = [f"Thing {n} of {n % 977}" for n in range(items)]
    frame = pl.DataFrame({"item_id": ids, "title": titles, "brand": brands, "kind": kinds})
    told("items made", 0.0)
    catalog = Catalog.from_frame(frame)
    for what, call in (
        (
            "catalogue, one brand asked for",
            lambda: catalog.mask(Constraints(include_all={"brand": ("Brand 7",)})),
        ),
        ("facet matrix", lambda: catalog.facet_matrix("brand")),
        ("series", lambda: SeriesIndex(catalog)),
        ("links of facets and series", lambda: links_of(catalog)),
    ):
        start = time.process_time()
        call()
        told(what, time.process_time() - start)


def told(what: str, seconds: float) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"{what}: {seconds:.1f} s of processor, peak {peak:.2f} GB", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
