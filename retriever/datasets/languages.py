"""In which languages the items are described."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import NamedTuple

import polars as pl
from py3langid.langid import MODEL_FILE, LanguageIdentifier

# On 5,000 titles and 2,000 articles in English, all that was surer than this was right, but for a handful of
# names; titles of three words are hardly ever as sure (docs/LOG.md).
SURE = 0.9
MOST = 20_000  # items that are read; more are sampled evenly


class Languages(NamedTuple):
    """Hold what was found.

    Attributes:
        shares: ISO 639 code -> share of the items that were read, most frequent first.
        unsure: Share of the items whose texts are too short or too mixed to tell.
    """

    shares: dict[str, float]
    unsure: float


def languages(items: pl.DataFrame) -> Languages:
    """Detect the language of each item by its text.

    Source: M. Lui and T. Baldwin, langid.py, ACL 2012, in the form of py3langid.

    Args:
        items: As in `Dataset`; `text` is read.
    """
    texts = items["text"].gather_every(max(1, -(-items.height // MOST))).to_list()
    counts = Counter(_identifier().classify(text)[0] if text else "und" for text in texts)
    unsure = counts.pop("und", 0)
    total = max(len(texts), 1)
    return Languages({code: n / total for code, n in counts.most_common()}, unsure / total)


@cache
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True, min_confidence=SURE)
