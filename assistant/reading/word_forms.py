"""Forms of words that name a value: singular and plural, other words, the adjective of a comparative, kin."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from assistant.reading import lexicon

_TOKEN = re.compile(r"&|[^\W_㐀-鿿]+(?:'[^\W_㐀-鿿]+)*")


def key_of(text: str) -> str:
    """Return the form in which a value and the words for it are looked up."""
    return " ".join(normal(m.group()) for m in _TOKEN.finditer(text.lower())) or text.lower()


def normal(word: str) -> str:
    """Return a word without apostrophes, "and" for an ampersand."""
    return "and" if word == "&" else word.replace("'", "")


def forms_of(key: str) -> tuple[str, ...]:
    """Return singular and plural of a key."""
    if lexicon.is_chinese(key):
        return (key,)
    forms = [key, key + "s"]
    forms += [key[:-1]] if key.endswith("s") and not key.endswith("ss") and len(key) > 4 else []
    forms += [key[:-1] + "ies"] if key.endswith("y") and key[-2:-1] not in "aeiou" else []
    forms += [key + "es"] if re.search(r"(?:s|x|ch|sh)$", key) else []
    return tuple(forms)


def entries_of(value: str) -> list[tuple[str, ...]]:
    """Return the entries of the lexicon that a value belongs to: by their names first, else by a word."""
    forms = {value.lower(), *forms_of(key_of(value))}
    by_name, by_word = _index()
    named = list(dict.fromkeys(by_name[form] for form in sorted(forms) if form in by_name))
    return named or ([by_word[value.lower()]] if value.lower() in by_word else [])


@cache
def _index() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """Return the entries of the lexicon by the forms of their names, and by their words."""
    entries = lexicon.words().entries
    by_name = {form: entry for entry in reversed(entries) for form in (entry[0], *forms_of(key_of(entry[0])))}
    return by_name, {word: entry for entry in reversed(entries) for word in entry[1:]}


def other_words(value: str) -> list[str]:
    """Return the words that the lexicon gives for a value."""
    return [word for entry in entries_of(value) for word in entry]


def bases_of(word: str) -> Iterator[str]:
    """Yield the adjective that a comparative may come from: "funnier" -> "funny"."""
    adjectives = lexicon.words().adjectives
    for base in (word[:-3] + "y" if word.endswith("ier") else "", word[:-2], word[:-1], word[:-3]):
        if word.endswith("er") and base in adjectives:
            yield base


SHORTEST_STEM = 5
_ENDINGS = re.compile(
    r"(?:side|ically|ical|ics|ic|ies|ists?|ism|ings?|ery|eries|ously|ous|ally|al|ations?|ative|ions?|ors?|ers?|ed|"
    r"es|s|y|e|ly|ful)$"
)


def stem_of(word: str) -> str:
    """Return what "political" and "politics" have in common; empty where too little is left.

    Args:
        word: One word in lower case.
    """
    stem = _ENDINGS.sub("", word)
    stem = re.sub(r"([bdgklmnprt])\1$", r"\1", stem)
    return stem if len(stem) >= SHORTEST_STEM and stem.isalpha() else ""


def parts_of(value: str) -> list[str]:
    """Return "food" and "drink" for "Food & Drink"; nothing for a value that names one thing."""
    parts = re.split(r"\s*(?:&|/|\+|,|\band\b)\s*", value.lower())
    return [part for part in parts if len(part) > 2] if len(parts) > 1 else []


def joined(key: str) -> str:
    """Return "glutenfree" for "gluten free"; empty where that is no likely spelling."""
    words = key.split()
    return "".join(words) if len(words) == 2 and len(key) > 7 else ""
