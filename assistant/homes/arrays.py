"""From tables of the catalogue and its interactions to the arrays that learning takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import polars as pl
import scipy.sparse as sp
from numpy.typing import NDArray

from assistant.errors import HomeError
from metalearn.data import InteractionLog, ItemFeatures
from metalearn.protocol import RawLog
from retriever.catalog import Catalog
from retriever.datasets.cleaning import FIRST_TIMESTAMP, Dataset
from retriever.encoder import Encoder
from retriever.namewords import name_words
from retriever.textline import nameless

LIKED = 4.0
# A facet with more values than that links items instead of filling columns.
FEW_VALUES = 64
# Values shared by more items than that, as a share of the catalogue and at most, link nothing.
LINKING_SHARE, MOST_LINKED = 0.02, 2000


def interaction_log(
    catalog: Catalog, interactions: pl.DataFrame, links: pl.DataFrame | None = None
) -> InteractionLog:
    """Return the interactions as arrays; users are numbered in the order of their ids as strings.

    Cleaned times are unix seconds after 1990 or, where the source has none, places 0, 1, 2, ... Links to or
    from people without interactions are left out.
    """
    user_ids = interactions["user_id"].unique().sort().to_list()
    numbers = pl.Series(range(len(user_ids)), dtype=pl.Int64)
    rows = pl.Series(range(len(catalog)), dtype=pl.Int64)
    return InteractionLog(
        users=interactions["user_id"].replace_strict(user_ids, numbers).to_numpy(),
        items=interactions["item_id"].replace_strict(catalog.ids, rows).to_numpy(),
        ratings=interactions["rating"].to_numpy(),
        times=interactions["timestamp"].to_numpy(),
        n_users=len(user_ids),
        n_items=len(catalog),
        timed=bool((interactions["timestamp"] >= FIRST_TIMESTAMP).any()),
        links=None if links is None else _pairs(links, user_ids, numbers),
        amounts=_amounts(interactions),
    )


def teachers(log: InteractionLog) -> int:
    """Return how many people like two items or more, so that something can be learned from them."""
    liked = log.users[log.ratings >= LIKED]
    return int((np.bincount(liked, minlength=1) >= 2).sum()) if len(liked) else 0


def _amounts(interactions: pl.DataFrame) -> NDArray[np.float32] | None:
    """Return how much of each item was consumed, where the source of a log counted it."""
    return interactions["amount"].to_numpy() if "amount" in interactions.columns else None


def _pairs(links: pl.DataFrame, user_ids: list[str], numbers: pl.Series) -> NDArray[np.int64]:
    """Return the links between known people as pairs of their numbers, int64 [l, 2]."""
    known = links.filter(pl.col("source").is_in(user_ids) & pl.col("target").is_in(user_ids))
    ends = [
        known[end].replace_strict(user_ids, numbers, return_dtype=pl.Int64) for end in ("source", "target")
    ]
    return np.stack([end.to_numpy() for end in ends], axis=1).astype(np.int64)


def item_features(
    catalog: Catalog, vectors: NDArray[np.float32], looks: NDArray[np.float32] | None = None
) -> ItemFeatures:
    """Return text vectors, facets and vectors of pictures (None without any) as arrays for the adapter.

    A facet of few values, such as a genre, becomes one column per value. Of a facet of many, such as a
    director or a brand, the values that two items or more but not too many share become links. Names become
    words, except those made of an id.
    """
    few = [name for name in sorted(catalog.facet_values) if len(catalog.facet_values[name]) <= FEW_VALUES]
    many = [name for name in sorted(catalog.facet_values) if name not in few]
    facets = [catalog.facet_matrix(name).toarray() for name in few]
    matrix = np.concatenate(facets, axis=1) if facets else np.zeros((len(catalog), 0), bool)
    years = catalog.years[:, None].astype(np.float32)
    numbers = np.where(years > 0, years, np.nan)
    named = catalog.frame.select(pl.when(nameless()).then(pl.lit("")).otherwise(pl.col("title")))
    words = name_words(named.to_series().cast(pl.String).to_list())
    shared = _shared_values(catalog, many)
    return ItemFeatures(vectors, matrix.astype(np.float32), numbers, shared, words, looks)


def _shared_values(catalog: Catalog, names: list[str]) -> sp.csr_matrix | None:
    """Return which item has which of the values that few share, CSR [N, e]; None where there are none."""
    size, rows, columns = len(catalog), [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    width, most = 0, min(max(int(LINKING_SHARE * size), 2), MOST_LINKED)
    for name in names:
        pairs = catalog.frame.select(pl.col(name)).with_row_index("row").explode(name).drop_nulls().unique()
        counted = pairs.with_columns(pl.len().over(name).alias("items"))
        held = counted.filter(pl.col("items").is_between(2, most))
        ranks = held[name].rank("dense").to_numpy().astype(np.int64)
        rows.append(held["row"].to_numpy().astype(np.int64))
        columns.append(width + ranks - 1)
        width += int(ranks.max(initial=0))
    ends = (np.concatenate(rows), np.concatenate(columns))
    if not width:
        return None
    return sp.csr_matrix((np.ones(len(ends[0]), np.float32), ends), shape=(size, width))


def encode_all(
    encoder: Encoder, texts: Sequence[str], progress: Callable[[int, int], None]
) -> NDArray[np.float32]:
    """Return the vectors of texts, float32 [n, d]; that of an empty text is zero, which is like nothing."""
    said = [row for row, text in enumerate(texts) if text.strip()]
    vectors = np.zeros((len(texts), encoder.dim), np.float32)
    if said:
        vectors[said] = encoder.encode([texts[row] for row in said], progress)
    return vectors


def raw_log(loaded: Dataset) -> RawLog:
    """Return the interactions of a data set with their original ids, in the order of the source."""
    interactions, links = loaded.interactions, loaded.links
    return RawLog(
        users=interactions["user_id"].to_numpy().astype(np.str_),
        items=interactions["item_id"].to_numpy().astype(np.str_),
        ratings=interactions["rating"].to_numpy(),
        times=interactions["timestamp"].to_numpy(),
        timed=loaded.timed,
        links=None if links is None else links.select("source", "target").to_numpy().astype(np.str_),
        amounts=_amounts(interactions),
    )


def load_vectors(home: Path, catalog: Catalog) -> NDArray[np.float32]:
    """Read the text vectors, float32 [N, d].

    Raises:
        HomeError: When the file is damaged or does not fit the catalogue.
    """
    path = home / "vectors.npy"
    try:
        vectors: NDArray[np.float32] = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise HomeError(f"{path} is damaged: {error}.", "Run `palate setup` to mend it.") from error
    if vectors.ndim != 2 or len(vectors) != len(catalog) or not np.isfinite(vectors).all():
        raise HomeError(
            f"{path} does not fit the catalogue of {len(catalog)}.", "Run `palate setup --force`."
        )
    return vectors
