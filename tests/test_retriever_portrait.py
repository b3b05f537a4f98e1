from __future__ import annotations

import re
from html.parser import HTMLParser

import polars as pl

from retriever.datasets.cleaning import clean
from retriever.datasets.portrait import duplicates, portrait, suspects

NOW = 1_700_000_000


def data() -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return raw items, two of them alike and one with markup; and a log with a burst and a flat rater."""
    items = [(str(i), f"Thing {i}", None, "A|B") for i in range(100)]
    items += [("x", "<script>alert(1)</script>", None, "<b>"), ("y", "thing-7", None, "A")]
    bot = [("bot", str(i), str(1 + i % 5), str(NOW + i // 10)) for i in range(80)]
    flat = [("flat", str(i), "5", str(NOW + 86_400 * i)) for i in range(25)]
    person = [("ann", str(i), str(1 + i % 5), str(NOW + 3_000_000 * i)) for i in range(10)]
    schema = ["item_id", "title", "year", "genres"]
    log = pl.DataFrame(
        [*bot, *flat, *person], schema=["user_id", "item_id", "rating", "timestamp"], orient="row"
    )
    return pl.DataFrame(items, schema=dict.fromkeys(schema, pl.String), orient="row"), log


def test_bursts_flat_raters_and_twins_are_found() -> None:
    found = clean("set", *data(), films=False)
    doubtful = suspects(found.interactions, found.timed)
    assert doubtful.bursts.rows() == [("bot", 80)]
    assert doubtful.flat.rows() == [("flat", 25)]
    assert suspects(found.interactions, False).bursts.is_empty()
    assert duplicates(found.items).select("title", "count").rows() == [("Thing 7", 2)]


def test_the_page_is_whole_by_itself_and_runs_nothing_of_the_data() -> None:
    page = portrait(clean("<set>", *data(), films=False))
    assert "<script" not in page
    assert not re.search(r"(?:src|href)\s*=", page)
    assert "&lt;set&gt;" in page
    assert "115" in page  # interactions
    opened: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            opened.append(tag)

    Reader().feed(page)
    known = "html head meta title style body h1 h2 p table tr td svg rect small br"
    assert set(opened) <= set(known.split())
    assert opened.count("svg") == 3


def test_a_catalogue_without_a_log_has_a_page_too() -> None:
    items, log = data()
    page = portrait(clean("set", items, log.clear(), films=False, bare=True))
    assert "What can be asked for" in page
    assert "<svg" not in page
