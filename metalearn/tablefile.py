"""A table of episodes as plain arrays, for the disk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from metalearn.data import Tensors
from metalearn.episodes import Episode
from metalearn.evidence import FixedBlocks
from metalearn.features import Blocks
from metalearn.tables import Extract, Table

# Fields of a table that are arrays, and fields of an episode that are arrays of any length.
PLAIN = tuple(f.name for f in fields(Table) if f.name not in ("evidence", "episodes"))
RAGGED = tuple(name for name in Episode._fields if name not in ("person", "now"))


def arrays_of(table: Table) -> Tensors:
    """Return a table as arrays by name; the features stay in 16 bits, as they are."""
    kept: Tensors = {name: getattr(table, name) for name in PLAIN}
    kept["person"] = np.array([e.person for e in table.episodes], np.int64)
    kept["now"] = np.array([e.now for e in table.episodes], np.float64)
    for name in RAGGED:
        parts = [getattr(e, name) for e in table.episodes]
        whole = np.concatenate(parts)
        # Rows and places: no catalogue and no history has more than two thousand million.
        kept[f"{name} of all"] = whole.astype(np.int32) if whole.dtype == np.int64 else whole
        kept[f"{name} ends"] = np.cumsum([len(p) for p in parts], dtype=np.int64)
    evidence = table.evidence
    kept["fame"], kept["collab"] = evidence.fame, evidence.blocks.collab
    kept["popularity"] = evidence.blocks.popularity
    kept["prior names"], kept["event names"] = np.array(evidence.prior_names), np.array(evidence.event_names)
    return kept


def table_of(kept: Tensors, fixed: FixedBlocks) -> Table:
    """Return the table back from ``arrays_of``; the blocks that no interaction enters come from `fixed`.

    Raises:
        KeyError: when an array is missing.
    """
    ragged = {name: _parts(kept, name) for name in RAGGED}
    episodes = [
        Episode(
            person=int(kept["person"][line]),
            now=float(kept["now"][line]),
            **{name: parts[line] for name, parts in ragged.items()},
        )
        for line in range(len(kept["person"]))
    ]
    collab, popular = kept["collab"], kept["popularity"]
    blocks = Blocks(collab, fixed.text, fixed.facets, fixed.numbers, popular, fixed.pictures)
    events = tuple((str(kernel), str(weighting)) for kernel, weighting in kept["event names"])
    extract = Extract(tuple(map(str, kept["prior names"])), events, kept["fame"], blocks)
    return Table(extract, tuple(episodes), **{name: kept[name] for name in PLAIN})


def _parts(kept: Tensors, name: str) -> Sequence[NDArray[Any]]:
    whole = kept[f"{name} of all"]
    wide = whole.astype(np.int64) if whole.dtype == np.int32 else whole
    return np.split(wide, kept[f"{name} ends"][:-1])
