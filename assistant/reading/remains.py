"""The free part of a request: words of mood, theme and purpose that nothing else has read."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.reading.lexicon import HAN
from assistant.reading.message import MASK, cover
from assistant.reading.polarity import stance_at
from assistant.reading.stopwords import chinese, english

_COVERED = re.compile(rf"[{MASK}\x00-\x08]+")
_WORD = re.compile(r"[^\W\d_\u3400-\u9fff][^\W_\u3400-\u9fff'-]*(?:['-][^\W_\u3400-\u9fff]+)*")
_OPEN = re.compile(r"\bsurprise (?:me|us)\b")  # asks for anything, not for a surprise
LONGEST = 400


def read_query(plain: str, shown: Sequence[str] = ()) -> str:
    """Return the free words, each once: nothing covered, no numbers, no negated words, no filler.

    Args:
        plain: The message, made plain; all that was read otherwise is covered.
        shown: Labels of the last picks; only whether there are any counts.
    """
    words: list[tuple[int, str]] = []
    plain = cover(plain, [match.span() for match in _OPEN.finditer(plain)], " ")
    for match in _WORD.finditer(plain):
        word = match.group().strip("'-")
        if not word or {word, word.replace("'", "")} & english():
            continue
        if stance_at(plain, match.start(), match.end()) in ("unwant", "allow"):
            continue
        words.append((match.start(), word))
    words += _chinese(plain)
    return " ".join(dict.fromkeys(word for _, word in sorted(words)))[:LONGEST]


def _chinese(plain: str) -> list[tuple[int, str]]:
    """Return runs of Chinese that are left when filler is cut out."""
    left = _COVERED.sub(lambda m: " " * len(m.group()), plain)
    left = chinese().sub(lambda m: " " * len(m.group()), left)
    runs = re.finditer(r"[\u3400-\u9fff]+", left)
    found = []
    for run in runs:
        if len(run.group()) < 2 and not HAN.match(left, run.end()):
            continue
        if stance_at(plain, run.start(), run.end()) not in ("unwant", "allow"):
            found.append((run.start(), run.group()))
    return found
