"""How a sentence of a reply speaks: in the person's language, in words of its own, as prose."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from assistant.phrases import HAN, Lang

WORD = re.compile(r"[^\W\d_\u3400-\u9fff][^\W_\u3400-\u9fff'’-]*|\d+")
# Words in a row that are taken over from the request: so many may not be said of a pick, or without one.
TAKEN, TAKEN_ALONE = 5, 4
WORDS = 3  # Latin words without any Chinese that make a sentence one of another language


class Manners:
    """Hold sentences against the message that they answer.

    Args:
        request: The person's message.
        lang: Language of the reply; None where any will do.
    """

    def __init__(self, request: str, lang: Lang | None = None) -> None:
        self._lang = lang
        self._said = [word.casefold() for word in WORD.findall(request)]

    def fault(self, rest: str, named: bool) -> str | None:
        """Return what is wrong with the way a sentence speaks, None where nothing is.

        A small model answers English in Chinese now and then, hands back the lines that it was given, or says
        the request over again as if it were true of a pick.

        Args:
            rest: The sentence, titles of picks and values of the catalogue hidden.
            named: Whether it names a pick.
        """
        if "|" in rest:
            return "writes a table"
        words = [word.casefold() for word in WORD.findall(rest)]
        chinese = HAN.search(rest) is not None
        if (self._lang == "en" and chinese) or (self._lang == "zh" and not chinese and len(words) >= WORDS):
            return "is in another language"
        match = SequenceMatcher(None, words, self._said, autojunk=False).find_longest_match()
        all_of_it = match.size == len(self._said) >= WORDS
        if all_of_it or match.size >= (TAKEN if named else TAKEN_ALONE):
            return f"repeats the request: {' '.join(words[match.a : match.a + match.size])!r}"
        return None
