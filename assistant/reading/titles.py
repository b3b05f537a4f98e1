"""Which of the linked titles are meant: a title that is also a plain word needs a sign beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.reading import lexicon
from assistant.reading.message import Span, plain_of
from assistant.reading.references import find_references
from assistant.reading.smalltalk import is_chat
from assistant.reading.toward import Adjectives
from assistant.reading.vocabulary import Vocabulary

_NOUN_BEFORE = re.compile(
    r"(?:\b(?:songs?|tracks?|tunes?|pieces?|films?|movies?|books?|games?|titles?|called|titled|"
    r"named|albums?|the one|models?|item)(?: called| named| titled| is)? ?[\"'“”‘’《]?$|"
    r"[\"'“”‘’《「*]$|(?:歌|曲|电影|那首|这首|那部|这部|叫|名为|叫做|片子)[\"'《「]?$)",
)
_VERDICT_AFTER = re.compile(
    r" (?:was|is|were) (?:(?:really|so|very|pretty|quite|too|just|not|absolutely|a) )*(?:fun|"
    r"great|good|boring|amazing|"
    r"awful|bad|terrible|brilliant|excellent|perfect|lovely|overrated|fantastic|wonderful|"
    r"disappointing|dull|ok|okay|"
    r"masterpiece|nice|cool|beautiful|mine)\b"
)
_LIKED_BEFORE = re.compile(
    r"\b(?:loved|liked|enjoyed|hated|seen|watched|finished|(?:half)?way through|sat through|"
    r"got into)(?: the)? $"
)
_AFTER = re.compile(
    r"^[\"'”’》」*]|^ by (?!a\b|an\b|the same\b|candle)|^ \((?:18|19|20)\d\d|^ (?:from|by) [A-Z]|"
    r"^(?:这|那)[首部]"
)


def meant_titles(
    text: str, plain: str, titles: Sequence[Span], vocabulary: Vocabulary, adjectives: Adjectives, shown: bool
) -> list[Span]:
    """Return the titles that are meant as such.

    A title that is a value ("Jazz"), an adjective ("Older"), a turn of phrase ("Something Else") or a pointer
    ("Second One") counts where quotes, a noun ("the song Jazz"), an artist or its capitals show it.
    """
    return [span for span in titles if _is_meant(text, plain, span, titles, vocabulary, adjectives, shown)]


def _is_meant(
    text: str,
    plain: str,
    span: Span,
    others: Sequence[Span],
    vocabulary: Vocabulary,
    adjectives: Adjectives,
    shown: bool,
) -> bool:
    if (
        lexicon.is_chinese(span.text)
        and plain_of(span.text) in lexicon.plain_titles()
        and not (_NOUN_BEFORE.search(plain[: span.start]) or _CUE_ZH.search(plain[: span.start]))
    ):
        return False
    if not _is_plain_word(span, vocabulary, adjectives):
        return True
    before, after = plain[: span.start], text[span.end :]
    if _NOUN_BEFORE.search(before) or _AFTER.search(after) or _VERDICT_AFTER.match(after):
        return True
    if _LIKED_BEFORE.search(before) or _listed(plain, span, others):
        return True
    words = span.text.split()
    if not re.search(r"[A-Za-z]", span.text):
        return False
    capitals = all(
        word[0].isupper() or word.lower() in ("of", "the", "a", "and", "in", "on", "for", "to", "at")
        for word in words
    )
    if re.search(r"[\u4e00-\u9fff]", text) and capitals:
        return True  # in a Chinese sentence a plain word would be Chinese
    starts = not re.search(r"\w", before) or re.search(r"[.!?] *$", before) is not None
    shouting = text.isupper()
    if not capitals or shouting:
        return False
    if len(words) > 1:
        return not starts or (text.istitle() is False and not (shown and _is_pointer(span)))
    if not starts and not vocabulary.find(plain_of(span.text)):
        return True
    return (
        not starts
        and re.search(
            r"\b(?:lov|lik|enjoy|hat|seen|watch|heard|about|compar|similar)\w*(?: to)?(?: the)? $", before
        )
        is not None
    )


def _listed(plain: str, span: Span, others: Sequence[Span]) -> bool:
    """Say whether a number stands in a list of titles: "War Horse and 2012"."""
    before = [other.end for other in others if other.end <= span.start]
    return (
        span.text.isdigit()
        and bool(before)
        and re.fullmatch(r"\s*(?:,|and|or|,\s*and)\s*", plain[max(before) : span.start]) is not None
    )


def _is_plain_word(span: Span, vocabulary: Vocabulary, adjectives: Adjectives) -> bool:
    plain = plain_of(span.text)
    found = vocabulary.find(plain)
    hinted = not span.text[:1].isupper()
    whole = any((f.start, f.end) == (0, len(plain)) and (f.kind != "hint" or hinted) for f in found)
    wishes = adjectives.find(plain)
    wished = any((w.start, w.end) == (0, len(plain)) for w in wishes)
    return (
        whole
        or wished
        or _is_pointer(span)
        or is_chat(plain)
        or plain in lexicon.plain_titles()
        or re.fullmatch(r"(?:18|19|20)\d\d", plain) is not None
    )


def _is_pointer(span: Span) -> bool:
    plain = plain_of(span.text)
    return (
        any(r.end - r.start == len(plain) for r in find_references(plain, 5))
        or plain in lexicon.plain_titles()
    )


_CUE_ZH = re.compile(r"(?:喜欢|爱看?|看过|看完|像|类似于?|叫|电影|片子|比|和|跟|与|推荐过?的?|讨厌)$")
