"""A catalogue as arrays for the adapter: the words of its names."""

from __future__ import annotations

import numpy as np
import polars as pl

from assistant.homes.arrays import item_features
from retriever.catalog import Catalog


def test_names_become_words_except_those_made_of_an_id() -> None:
    titles = ["Star Item", "Star Item II", "Item 7", "Item 8"]
    frame = pl.DataFrame({"item_id": ["1", "2", "7", "8"], "title": titles, "year": [1999, 2001, None, None]})
    frame = frame.with_columns(pl.col("year").cast(pl.Int32))
    words = item_features(Catalog.from_frame(frame), np.zeros((4, 2), np.float32)).words
    assert words is not None
    # Were "Item 7" a name, "item" would be in four names of four, which is too many to say anything.
    assert [words[row].nnz for row in range(4)] == [3, 3, 0, 0]
