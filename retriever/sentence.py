"""A text and its words, with what stands around a hit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from retriever.commonwords import ABBREVIATIONS, ARTICLES, FUNCTION
from retriever.titleindex import Hit
from retriever.words import Word, words_of

_YEAR_AFTER = re.compile(
    r"[\"'”’]?\s*,?\s*(?:[(\[]\s*|from\s+|of\s+|in\s+)?((?:18|19|20)\d\d)\b(?!s|\s*[-–])", re.IGNORECASE
)
_YEAR_BEFORE = re.compile(
    r"\b((?:18|19|20)\d\d)(?:['’]s)?\s+(?:film\s+|movie\s+|version of\s+|the\s+)*[\"'“‘]?$", re.IGNORECASE
)
_STOPS = re.compile(r"[.!?;:\n。！？；：，]")
_QUOTES_BEFORE = re.compile(
    r"[\"“„«*_《「『]\s*(?:the\s+|an?\s+)?$|(?:^|\s)['‘`](?:the\s+|an?\s+)?$", re.IGNORECASE
)
_QUOTES_AFTER = re.compile(r"^[.,!?]?\s*[\"”“»*_'’`》」』]")
_LIST_GAP = re.compile(
    r"\s*(?:,|，|、|&|/|\+|and|or|y|und|et|,\s*and|,\s*or|\.\s+(?:and|or|also|plus)|和|跟|与|还有|以及|"
    r"或者?)\s*(?:the\s+|"
    r"an?\s+)?[\"'“‘]?",
    re.IGNORECASE,
)
_HAN = re.compile(r"[\u3400-\u9fff]")
_MARK = re.compile(
    r",? on the other hand|,? (?:vs\.?|versus) |\s*(?:[=:-]|\bis a|"
    r"\bgets an?)?\s*\d{1,3}(?:\.\d)?\s?(?:/|out of)\s?(?:5|10|100)\b"
)
MOST_CAPITALS = 0.75
# "and the": more words than these never stand between two titles of a list.
LIST_WORDS = 2


@dataclass(frozen=True)
class Sentence:
    """Hold a text and its words."""

    text: str
    words: Sequence[Word]

    @classmethod
    def read(cls, text: str) -> Sentence:
        """Split `text` into words."""
        return cls(text, words_of(text))

    @cached_property
    def capitals_tell(self) -> bool:
        """Return whether capitals mark names: not where (nearly) every word has one."""
        long = [word.capital for word in self.words if len(word.norm) > 3]
        return not long or sum(long) <= max(1, MOST_CAPITALS * len(long)) or len(long) <= 2

    def before(self, hit: Hit) -> str:
        """Return the text before a hit, at most 40 characters."""
        start = self.words[hit.first].start
        return self.text[max(0, start - 40) : start]

    def after(self, hit: Hit) -> str:
        """Return the text after a hit, at most 40 characters."""
        end = self.words[hit.last - 1].end
        return self.text[end : end + 40]

    def gap(self, left: int, right: int) -> str:
        """Return the text between two words."""
        return self.text[self.words[left].end : self.words[right].start]

    def year_near(self, hit: Hit) -> int | None:
        """Return the year said with a hit, as in "Heat (1995)" and "the 1995 film Heat"."""
        match = _YEAR_AFTER.match(self.after(hit)) or _YEAR_BEFORE.search(self.before(hit))
        return int(match[1]) if match else None

    def is_quoted(self, hit: Hit) -> bool:
        """Return whether a hit stands in quotation marks or asterisks."""
        return bool(_QUOTES_BEFORE.search(self.before(hit)) and _QUOTES_AFTER.match(self.after(hit)))

    def in_list(self, left: Hit, right: Hit) -> bool:
        """Return whether two hits are joined by a comma, "and" or "or"."""
        if not 0 <= right.first - left.last <= LIST_WORDS:
            return False
        between = self.text[self.words[left.last - 1].end : self.words[right.first].start]
        return bool(_LIST_GAP.fullmatch(re.sub(r"[\"”’')]|\(\d{4}\)", "", between)))

    def breaks(self, hit: Hit) -> bool:
        """Return whether a hit runs over the end of a sentence."""
        places = range(hit.first, hit.last - 1)
        return any(self._is_stop(i) for i in places)

    def _is_stop(self, index: int) -> bool:
        """Return whether a sentence ends after a word."""
        stops = r"[!?;\n]" if self.words[index].norm in ABBREVIATIONS else r"[!?;\n]|[.]\s"
        return bool(re.search(stops, self.gap(index, index + 1)))

    def has_comma(self, hit: Hit) -> bool:
        """Return whether a comma stands between the words of a hit."""
        return any("," in self.gap(i, i + 1) for i in range(hit.first, hit.last - 1))

    def previous(self, hit: Hit) -> str:
        """Return the word before a hit, articles left out; "" at the start of a sentence."""
        at = hit.first - 1
        while at >= 0 and self.words[at].norm in ARTICLES and hit.norms[0] not in ARTICLES:
            at -= 1
        if at < 0 or _STOPS.search(self.gap(at, hit.first)):
            return ""
        return self.words[at].norm

    def following(self, hit: Hit) -> str:
        """Return the word after a hit; "" where a stop or nothing follows."""
        if hit.last >= len(self.words) or re.search(
            r"[.,!?;:\n)\"”。，！？；：、》」]", self.gap(hit.last - 1, hit.last)
        ):
            return ""
        return self.words[hit.last].norm

    def next_word(self, hit: Hit) -> str:
        """Return the word after a hit, whatever stands between; "" at the end."""
        return self.words[hit.last].norm if hit.last < len(self.words) else ""

    def opens(self, hit: Hit) -> bool:
        """Return whether a hit with a capital opens a sentence, without an article before it."""
        return self.words[hit.first].capital and self._starts_at(hit.first)

    def in_chinese(self, hit: Hit) -> bool:
        """Return whether Chinese stands right beside a hit of Latin letters."""
        start, end = self.words[hit.first].start, self.words[hit.last - 1].end
        beside = self.text[max(0, start - 1) : start] + self.text[end : end + 1]
        return self.text[start].isascii() and bool(_HAN.search(beside))

    def is_marked(self, hit: Hit) -> bool:
        """Return whether a mark of a school report follows: "Heat: 8/10"."""
        return _MARK.match(self.after(hit)) is not None

    def has_capital(self, hit: Hit) -> bool:
        """Return whether capitals mark a hit as a name."""
        parts = [w for w in self.words[hit.first : hit.last] if w.norm not in FUNCTION] or self.words[
            hit.first : hit.last
        ]
        if not self.capitals_tell or not all(w.capital or w.norm[0].isdigit() for w in parts):
            return False
        return len(parts) > 1 or not self._starts(hit)

    def is_whole(self, hit: Hit) -> bool:
        """Return whether a hit is all there is, articles and years apart."""
        if len(self.words) - (hit.last - hit.first) > 3:
            return False
        rest = [w.norm for i, w in enumerate(self.words) if not hit.first <= i < hit.last]
        return all(norm in ARTICLES or re.fullmatch(r"(?:18|19|20)\d\d", norm) for norm in rest)

    def names_more(self, hit: Hit) -> bool:
        """Return whether a neighbour with a capital makes it another name, as in "Emma Stone"."""
        goes_on = self.following(hit) in ("of", "for") and self._is_name(hit.last, hit.last + 1, hit.last + 1)
        return self.capitals_tell and (
            goes_on
            or self._is_name(hit.last - 1, hit.last, hit.last)
            or (not self._starts_at(hit.first - 1) and self._is_name(hit.first - 1, hit.first, hit.first - 1))
        )

    def _is_name(self, left: int, right: int, which: int) -> bool:
        """Return whether word `which`, next to the other with nothing but space between, is a name."""
        if left < 0 or right >= len(self.words) or self.gap(left, right).strip():
            return False
        return self.words[which].capital and self.words[which].norm not in FUNCTION

    def _starts(self, hit: Hit) -> bool:
        first = hit.first
        if first and self.words[first - 1].norm in ARTICLES:
            first -= 1
        return self._starts_at(first)

    def _starts_at(self, index: int) -> bool:
        return index <= 0 or bool(_STOPS.search(self.gap(index - 1, index)))
