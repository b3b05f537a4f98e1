"""Whether a sentence means a title by words that could also be ordinary ones."""

from __future__ import annotations

import re

from retriever.commonwords import (
    AFTER_CUES,
    ANSWERS,
    ANTI_CUES,
    ARTICLES,
    BEFORE_YEARS,
    COMMON,
    FUNCTION,
    GENRE,
    PAIRS,
    PHRASE_ENDS,
    SUBJECT_VERBS,
    TITLE_CUES,
    VERDICT_VERBS,
    VERDICTS,
)  # fmt: skip
from retriever.sentence import Sentence
from retriever.titleindex import Hit
from retriever.titlekeys import content

# Words after which a title of a list may end.
ENDS = ("", "and", "or", "but", "和", "与", "跟", "还", "哪", "的", "了", "都", "这", "以")
PRONOUNS = frozenset(
    [
        "it",
        "this",
        "that",
        "they",
        "those",
        "these",
        "he",
        "she",
        "we",
        "you",
        "all",
        "both",
        "everything",
        "nothing",
        "one",
        "who",
        "what",
        "which",
    ]
)
# A single word as short as this is too near to others to be mended.
TYPO_WORD = 5
WHOLE_ENOUGH = 0.85
# What is told of a title that plain words make: "casino comes second", "heat was the last thing I saw".
_TOLD = re.compile(
    r"\s*(?:(?:is|was|'s|has to be|might be|must be|remains) (?:(?:still|probably|easily|actually|by far|"
    r"just|simply|also|"
    r"one of) )*(?:my|our|the) (?:(?:absolute|very|single|two|three) )*(?:all[- ]?time|last|first|only|best|"
    r"greatest|"
    r"worst|favou?rites?|number one|finest|funniest|scariest|saddest|top|film|movie)\b|"
    r"comes? (?:a close |in )?(?:first|second|third|next|close|out on top)\b|"
    r"(?:ruined|bored|moved|scared|blew|changed|wrecked|haunted|left|gave|put|drove|traumati[sz]ed|"
    r"disappointed) "
    r"(?:me|us|my|our|every|all)\b|,? what an? (?:\w+ )?(?:film|movie|book|song|game|read|masterpiece|ride|"
    r"story)\b|"
    r"did (?:nothing|it) for (?:me|us)\b)",
    re.IGNORECASE,
)


def is_title_cue(sentence: Sentence, hit: Hit) -> bool:
    """Return whether the word before says that a title follows, as in "loved X" and "the film X"."""
    before = sentence.previous(hit)
    if before in ("as", "of") and hit.first > 1:
        at = hit.first - 1 - (sentence.words[hit.first - 1].norm in ARTICLES)
        return at > 0 and sentence.words[at - 1].norm in (
            "such",
            "fan",
            "fans",
            "la",
            "plot",
            "ending",
            "story",
            "cast",
            "summary",
            "synopsis",
            "copy",
            "director",
            "vein",
            "style",
            "spirit",
            "instead",
        )
    if before == "about" and hit.first > 1:
        at = hit.first - 1 - (sentence.words[hit.first - 1].norm in ARTICLES)
        return at > 0 and sentence.words[at - 1].norm in ("what", "how", "me")
    if before == "to" and hit.first > 1:
        at = hit.first - 1 - (sentence.words[hit.first - 1].norm in ARTICLES)
        return at > 0 and sentence.words[at - 1].norm == "similar"
    return before in TITLE_CUES and before not in hit.norms


def is_verdict(sentence: Sentence, hit: Hit) -> bool:
    """Return whether an opinion follows, as in "X was great"."""
    if sentence.following(hit) in AFTER_CUES:
        return True
    after = [word.norm for word in sentence.words[hit.last : hit.last + 2]]
    return (
        len(after) == 2
        and after[0] in VERDICT_VERBS
        and after[1] in VERDICTS
        and sentence.previous(hit) == ""
    )


def is_subject(sentence: Sentence, hit: Hit) -> bool:
    """Return whether a capital word opens a sentence as a name: "Gladiator bored me"."""
    return sentence.opens(hit) and (
        sentence.following(hit) in SUBJECT_VERBS
        or (sentence.following(hit) == "" and sentence.next_word(hit) in ANSWERS)
    )


def is_paired(sentence: Sentence, hit: Hit) -> bool:
    """Return whether the two words before say that a title follows, as in "obsessed with X"."""
    at = hit.first - 1
    while at > 0 and sentence.words[at].norm in ARTICLES:
        at -= 1
    first = at - 1 - (at > 1 and sentence.words[at - 1].norm in ("me", "us", "him", "her"))
    return at > 0 and sentence.words[first].norm in PAIRS.get(sentence.words[at].norm, ())


def is_told(sentence: Sentence, hit: Hit) -> bool:
    """Return whether what follows is only said of a title, whose own words must not be a noun with "the"."""
    at = hit.first - 1
    noun = at >= 0 and sentence.words[at].norm in (*ARTICLES, "this", "that", "your", "these", "those")
    return not noun and not hit.typos and _TOLD.match(sentence.after(hit)) is not None


def by_artist(sentence: Sentence, hit: Hit) -> bool:
    """Return whether a maker is named after it: "Happy by Pixie Dynamo"."""
    capitals = all(word.capital for word in sentence.words[hit.first : hit.last])
    after = sentence.words[hit.last : hit.last + 2]
    return capitals and not hit.typos and len(after) == 2 and after[0].norm == "by" and after[1].capital


def ordinal_tells(sentence: Sentence, hit: Hit) -> bool:
    """Return whether "first" before a hit shows a title: "the first Alien film", not "the first kiss"."""
    named = sentence.following(hit) in ("film", "movie", "1", "part") or sentence.has_capital(hit)
    return named or any(norm not in COMMON for norm in hit.norms)


def year_tells(sentence: Sentence, hit: Hit) -> bool:
    """Return whether a year beside a hit shows a title: "made in 2001" is not the film "Made"."""
    if any(norm not in COMMON for norm in hit.norms) or sentence.has_capital(hit):
        return True
    return not re.match(r"\s*(?:in|of)\b", sentence.after(hit), re.IGNORECASE)


def is_meant(sentence: Sentence, hit: Hit, *, said: bool, known: bool, famous: bool) -> bool:
    """Decide whether a hit is a title in this sentence, going by the hit and the words around it.

    Args:
        sentence: The sentence.
        hit: The words that are a key of a title.
        said: Whether the year of the title, or its place in its series, is said beside it.
        known: Whether one title in five at most is more popular.
        famous: Whether one title in twenty at most is more popular.
    """
    if sentence.is_quoted(hit) or (said and year_tells(sentence, hit)):
        return True
    if by_artist(sentence, hit):
        return True
    cue, capital = is_title_cue(sentence, hit), sentence.has_capital(hit)
    number = content(hit.norms)
    weak = hit.entries[0].weak
    if number == 0 and len(hit.norms) >= 4:
        return capital or sentence.is_whole(hit)
    if number == 0:
        return _bare_words_meant(sentence, hit, cue=cue, capital=capital)
    if all(norm in GENRE or norm in FUNCTION for norm in hit.norms):
        return capital or _called(sentence, hit)
    if number == 1:
        return _one_word_meant(sentence, hit, cue=cue, capital=capital, weak=weak, known=known, famous=famous)
    common = all(norm in COMMON for norm in hit.norms)
    if cue or sentence.is_whole(hit) or is_verdict(sentence, hit):
        return not weak or (not sentence.names_more(hit) and (capital or not common or len(hit.norms) > 2))
    if weak and hit.entries[0].confidence < WHOLE_ENOUGH:
        placed = sentence.previous(hit) in ANTI_CUES
        return len(hit.norms) > 2 and ((capital and not placed) or (known and not common))
    if common:
        # "the lion king" with its article and "as good as it gets" are hardly said by chance.
        titled = famous and hit.norms[0] == "the" and sentence.words[hit.last - 1].norm == hit.norms[-1]
        return capital or titled or (len(hit.norms) >= 4 and known)
    return capital or known


def _bare_words_meant(sentence: Sentence, hit: Hit, *, cue: bool, capital: bool) -> bool:
    """Decide on "It", "Her", "Up", "10": only "the film Up", or "loved Up" with a capital."""
    if hit.typos or sentence.previous(hit) in BEFORE_YEARS:
        return False
    if is_verdict(sentence, hit) and sentence.words[hit.first].capital and not set(hit.norms) & PRONOUNS:
        return True  # "Up was fun"
    if len(hit.norms) == 1 and _called(sentence, hit):
        return capital or hit.norms[0].isdigit()
    if len(hit.norms) > 1 and capital and sentence.previous(hit) and not sentence.names_more(hit):
        return True  # "the Second One, you know"
    ends = sentence.following(hit) in (*ENDS, "for", "with", "from", "please", "pls", "is", "was")
    named = capital and not sentence.names_more(hit)
    return cue and named and ends


def _one_word_meant(
    sentence: Sentence, hit: Hit, *, cue: bool, capital: bool, weak: bool, known: bool, famous: bool
) -> bool:
    word = next(norm for norm in hit.norms if norm not in FUNCTION)
    after = sentence.following(hit)
    ends = after == "" or after in PHRASE_ENDS
    if known and is_told(sentence, hit) and (len(hit.norms) == 1 or word not in COMMON):
        return True
    cue = cue or (is_paired(sentence, hit) and word.isdigit())
    if word.isdigit():
        return (cue or sentence.is_whole(hit)) and ends and sentence.previous(hit) not in BEFORE_YEARS
    if hit.typos and (len(word) <= TYPO_WORD or not cue or word in COMMON):
        return sentence.is_whole(hit) and len(word) > TYPO_WORD
    if weak:
        shown = capital or word not in COMMON
        return (cue or sentence.is_whole(hit)) and shown and not sentence.names_more(hit)
    if sentence.names_more(hit) and (capital or sentence.words[hit.first].capital):
        return False
    if cue and (capital or (ends and (known or word not in COMMON))):
        return True
    if sentence.words[hit.first].capital and (
        sentence.in_chinese(hit) or (known and (is_subject(sentence, hit) or sentence.is_marked(hit)))
    ):
        return True
    paired = is_paired(sentence, hit) and (capital or (known and ends and word not in COMMON))
    if paired or (capital and after in AFTER_CUES):
        return True
    if capital and (len(hit.norms) > 1 or sentence.previous(hit) not in ANTI_CUES):
        return True
    if famous and word not in COMMON and (sentence.words[hit.first].capital or after in ("", "and", "or")):
        return sentence.previous(hit) not in ANTI_CUES - {"of", "for"}
    if is_verdict(sentence, hit):
        return sentence.words[hit.first].capital or word not in COMMON
    shown = word not in COMMON or len(hit.norms) == 1 or sentence.words[hit.last - 1].capital
    return sentence.is_whole(hit) and shown


def _called(sentence: Sentence, hit: Hit) -> bool:
    """Return whether the word before says "a film called ..."."""
    return sentence.previous(hit) in ("film", "movie", "called", "titled")


def is_listed(sentence: Sentence, hit: Hit, neighbour: Hit, *, known: bool) -> bool:
    """Decide whether a hit that stands beside a title in a list is a title as well."""
    left, right = sorted((hit, neighbour), key=lambda h: h.first)
    if not sentence.in_list(left, right) or hit.typos:
        return False
    if sentence.previous(hit) == "number":
        return False  # "my number one, Casino"
    if content(hit.norms) == 0:
        return sentence.has_capital(hit) and sentence.following(hit) in ("", "and", "or")
    words = [norm for norm in hit.norms if norm not in FUNCTION]
    ends = sentence.following(hit) in ENDS
    if any(word in GENRE for word in words) and len(words) == 1:
        return False
    if sentence.words[hit.first].capital or len(words) > 1:
        return ends and not sentence.names_more(hit)
    comma = "," in sentence.gap(left.last - 1, right.first)
    return ends and known and (words[0] not in COMMON or not comma)
