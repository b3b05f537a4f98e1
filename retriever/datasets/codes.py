"""Codes of categories -> words that people say: "newspolitics" below "news" becomes "politics"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

SHORTEST_PART = 4  # letters of a word within a code
SHORTEST_ALONE = 4  # letters of what may stand without the word above it: "us" says too little
OFTEN = 3  # times that a word must stand in the texts to part a code
# What says too little without the word above it.
GENERAL = frozenset(
    re.findall(
        r"\w+",
        """news article articles video videos gallery galleries celebrity story stories
    awards topstories other all misc general more""",
    )
)
_WORD = re.compile(r"[^\W\d_]+")


class Codes:
    """Turn codes into words, with what the texts of the catalogue have for words.

    Args:
        texts: Titles and descriptions.
    """

    def __init__(self, texts: Iterable[str | None]) -> None:
        self._known = Counter(word for text in texts for word in _WORD.findall((text or "").lower()))

    def words(self, code: str) -> str:
        """Return a code as words: "foodanddrink" as "food and drink", "real-estate" as "real estate"."""
        return " ".join(self._parted(part) for part in re.split(r"[-_\s]+", code) if part)

    def below(self, code: str, above: str) -> list[str]:
        """Return the values of a code that lies below another one.

        Args:
            code: "football_nfl", whose underscores lead from the general to the special; "newspolitics".
            above: Code of the group that it belongs to: "sports", "news".
        """
        stem = above.removesuffix("s")
        values = []
        for part in filter(None, code.split("_")):
            start = next((s for s in (above, stem) if len(s) > 1 and part.startswith(s)), "")
            rest = self.words(part[len(start) :].strip("-"))
            alone = len(rest) >= SHORTEST_ALONE and rest not in GENERAL
            values.append(rest if alone or not start else self.words(f"{start} {rest}"))
        return list(dict.fromkeys(v for v in values if v not in (above, *GENERAL))) or [self.words(code)]

    def _parted(self, word: str) -> str:
        """Part a word that the texts do not have into two that they have often, at "and" first."""
        if self._known[word] or not word.isalpha():
            return word
        joint = re.fullmatch(r"(.{3,})and(.{3,})", word)
        if joint and all(self._often(half) for half in joint.groups()):
            return f"{joint[1]} and {joint[2]}"
        cuts = range(SHORTEST_PART, len(word) - SHORTEST_PART + 1)
        halves = [(word[:cut], word[cut:]) for cut in cuts]
        fit = [pair for pair in halves if all(map(self._often, pair))]
        return " ".join(max(fit, key=self._weight)) if fit else word

    def _often(self, word: str) -> bool:
        return self._known[word] >= OFTEN

    def _weight(self, pair: Iterable[str]) -> int:
        return min(self._known[word] for word in pair)
