from __future__ import annotations

import numpy as np
import polars as pl

from assistant.reading import moods
from assistant.reading.columns import Columns
from assistant.reading.company import widened
from retriever.catalog import Catalog


def test_what_shares_its_people_with_the_matches_matches_too() -> None:
    """Three names match by their letters; two of them share their people, and so does a fourth item."""
    rng = np.random.default_rng(0)
    n, axis = 200, np.eye(64, dtype=np.float32)
    tastes = rng.normal(size=(n, 64)).astype(np.float32)
    tastes[[0, 1, 3]] = axis[0] + 0.05 * rng.normal(size=(3, 64))
    tastes /= np.linalg.norm(tastes, axis=1, keepdims=True)
    cosines = rng.uniform(0, 0.3, n).astype(np.float32)
    cosines[[0, 1, 2]] = 0.6
    cosines[3] = 0.15
    popularity = np.full(n, 10)
    found = widened(cosines, tastes, popularity)
    assert set(np.argsort(-found)[:4]) == {0, 1, 2, 3}
    assert found[2] < found[:2].min()
    popularity[3] = 0
    assert np.argsort(-widened(cosines, tastes, popularity)).tolist().index(3) > 3
    assert np.isfinite(widened(cosines, tastes, np.zeros(n, np.int64))).all()


def bare(titles: list[str], **more: object) -> bool:
    frame = pl.DataFrame({"item_id": [str(i) for i in range(len(titles))], "title": titles, **more})
    return Columns.of(Catalog.from_frame(frame)).bare


def test_only_short_names_without_anything_else_are_bare() -> None:
    assert bare(["Radiohead", "The Cure", "Dead Can Dance"])
    assert not bare(["Radiohead", "The Cure"], genres=[["Rock"], []])
    assert not bare(["A red garden hose of ten metres", "A spade with a handle of ash"])
    assert not bare(["Item 0", "Item 1"])
    assert not bare(
        ["Blur", "Muse"], text=["Blur, four people from London who play", "Muse, three people who play"]
    )


def test_moods_are_no_topic_of_bare_names() -> None:
    assert moods.topic("calmer") == ""
    assert moods.topic("dark reggae") == "reggae"
    assert moods.topic("classical music") == "classical music"
