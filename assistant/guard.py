"""The guard: lets a sentence through only when what it claims is what the catalogue says of the picks."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from assistant.manners import Manners
from assistant.phrases import CHINESE, HAN, Lang
from assistant.reading.facet_words import read_facets
from assistant.reading.message import MASK
from assistant.reading.vocabulary import Vocabulary
from assistant.types import Pick
from retriever.columns import PEOPLE
from retriever.commonwords import COMMON

END = re.compile(r"[.!?]+[\"'”’)]*(?=\s)|[。！？]|\n")
FINISHED = re.compile(r"[.!?。！？][\"'”’)]*\s*$")
YEAR = re.compile(r"(?<!\d)(?:18|19|20)\d\d(?!\d)")
NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)?(?![\w%]*\d)")
QUOTED = re.compile(r"[\"“”«»《》„](?!\s)([^\"“”«»《》„]{2,80})[\"“”«»《》]")
PROPER = re.compile(r"(?<![.!?:\n] )(?<!^)(?<![^\W\u3400-\u9fff'’])(?<!['’])[A-Z][A-Za-zÀ-ÿ0-9'’-]*")
# Chinese is written without blanks, so only other letters can make a title part of a longer word.
NO_LETTER_BEFORE, NO_LETTER_AFTER = r"(?<![^\W\u3400-\u9fff])", r"(?![^\W\u3400-\u9fff])"
ALWAYS = frozenset({"I", "I'm", "I'd", "I've", "I'll", "I’m", "I’d", "I’ve", "I’ll", "OK", "TV"})
NEAR = 0.006  # share by which a number may be rounded
# Words of replies that are no everyday words, and the characters that Chinese replies are written in.
TELLING = frozenset(
    ("ask", "suit", "match", "pick", "recommend", "suggest", "request", "mood", "taste", "evening", "unlike")
)
MARKS = frozenset(
    "".join(CHINESE.values()) + "这那些都很是和也就会有在能值得试看听用吧呢了以上下几部首款件适合晚轻松温暖"
)
SMALL = 10  # numbers up to here count things in a sentence ("2 of them")


class Claim(NamedTuple):
    """One thing that a sentence says of the catalogue.

    Attributes:
        kind: `title`, `name`, `year`, `number`, `facet`, or `word` where a sentence strays.
        text: What is said.
        holds: Whether the picks bear it out.
        fault: What is wrong, in words.
    """

    kind: str
    text: str
    holds: bool
    fault: str = ""


class Part(NamedTuple):
    """A piece of prose that can be judged.

    Attributes:
        text: A whole sentence, or the words of one up to and with the first pick that it names.
        opens: Whether it is such a beginning; the whole sentence follows.
    """

    text: str
    opens: bool


class Guard:
    """Check sentences against the picks.

    Args:
        picks: What may be named.
        facet_values: Facet name -> values of the catalogue.
        names_item: Says whether a text names some item of the catalogue.
        request: The person's message; years, numbers and names in it may be repeated.
        words: Words that may be written with a capital: units, names the person has said.
        lang: Language of the reply; None where any will do.
    """

    def __init__(
        self,
        picks: Sequence[Pick],
        facet_values: Mapping[str, Sequence[str]],
        names_item: Callable[[str], bool],
        request: str,
        words: Sequence[str] = (),
        lang: Lang | None = None,
    ) -> None:
        self._picks, self._names_item = picks, names_item
        shared = {n: v for n, v in facet_values.items() if n.casefold() not in PEOPLE}
        self._vocabulary = Vocabulary(shared)
        self._manners = Manners(request, lang)
        self._years_said = set(YEAR.findall(request))
        self._numbers_said = set(_numbers(request))
        held = [value for pick in picks for name in pick.facets for value in pick.facets[name]]
        values = [*held, *(value for known in shared.values() for value in known)]
        # "Crime, Thriller" in a list of values are no titles, although some item may be called so.
        longest_first = sorted({v for v in values if v}, key=len, reverse=True)
        self._values = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first)) or '(?!)'})(?!\w)")
        self._spoken_values = re.compile(self._values.pattern, re.I)
        self._capitals = ALWAYS | {
            word for value in (*values, *words) for word in re.findall(r"[\w'-]+", value)
        }
        self._own = COMMON | TELLING | set(re.findall(r"[a-zà-ÿ'’-]+", " ".join((request, *values)).lower()))
        self._marks = MARKS | set(request)
        names = sorted({name for p in picks for name in (p.label, p.title)}, key=len, reverse=True)
        self._spelled = [name.lower() for name in names]
        self._names = (
            re.compile("|".join(rf"{NO_LETTER_BEFORE}{re.escape(n)}{NO_LETTER_AFTER}" for n in names), re.I)
            if names
            else None
        )

    def mask(self, text: str) -> str:
        """Return `text` with the picks' titles hidden, same length."""
        return self._names.sub(lambda m: MASK * len(m[0]), text) if self._names else text

    def named(self, text: str) -> list[Pick]:
        """Return the picks that `text` names, in the order of the picks."""
        found = {m[0].lower() for m in self._names.finditer(text)} if self._names else set()
        exact = [pick for pick in self._picks if pick.label.lower() in found]
        titled = [pick for pick in self._picks if pick.title.lower() in found and pick not in exact]
        return sorted([*exact, *titled], key=self._picks.index)

    def fault(self, sentence: str) -> str | None:
        """Return what is wrong with a sentence, None where it may be shown."""
        false = next((claim.fault for claim in self.claims(sentence) if not claim.holds), None)
        spoken = self._spoken_values.sub(lambda m: MASK * len(m[0]), self.mask(sentence))
        return false or self._manners.fault(spoken, bool(self.named(sentence)))

    def claims(self, sentence: str) -> list[Claim]:
        """Return what a sentence claims of the catalogue, and whether it holds."""
        rest, named = self.mask(sentence), self.named(sentence)
        found = [Claim("title", pick.label, True) for pick in named]
        for quote in QUOTED.finditer(rest):
            if MASK not in quote[1]:
                found.append(Claim("title", quote[1], False, f"quotes {quote[1]!r}"))
        for word in PROPER.findall(rest.strip()):
            if word not in self._capitals:
                found.append(Claim("name", word, False, f"names {word!r}"))
        if self._names_item(self._values.sub(lambda m: m[0].lower(), rest.replace(MASK, " "))):
            found.append(Claim("title", rest.replace(MASK, " "), False, "names an item that is no pick"))
        if not named and (word := self._stray(rest)):
            found.append(Claim("word", word, False, f"strays: {word!r}"))
        plain = self._without_titles(sentence, named)
        return [*found, *self._years(plain, named), *self._numbers(plain, named), *self._facets(rest, named)]

    def repair(self, sentence: str) -> str:
        """Return a sentence in which every pick that has a year in brackets has its own."""
        for pick in self.named(sentence):
            said = re.compile(
                rf"{NO_LETTER_BEFORE}({re.escape(pick.title)})\s*[(（]\s*\d{{4}}(?:/\w+)?\s*[)）]", re.I
            )
            sentence = said.sub(lambda match, label=pick.label: label, sentence)  # type: ignore[misc]
        return sentence

    def _without_titles(self, sentence: str, named: Sequence[Pick]) -> str:
        """Return a sentence without the titles it names; the years behind them stay."""
        for title in sorted({pick.title for pick in named}, key=len, reverse=True):
            sentence = re.sub(
                rf"{NO_LETTER_BEFORE}{re.escape(title)}{NO_LETTER_AFTER}", " ", sentence, flags=re.I
            )
        return sentence

    def _stray(self, sentence: str) -> str | None:
        """Return a word that has no business in a sentence about no pick: neither common nor the person's.

        A model that was talked into something else says it in a sentence of its own.
        """
        words: list[str] = re.findall(r"[a-zà-ÿ][a-zà-ÿ'’-]+", sentence.lower())
        for word in words:
            if not self._own & {word, *_stems(word)}:
                return word
        marks: list[str] = HAN.findall(sentence)
        return next((mark for mark in marks if mark not in self._marks), None)

    def _years(self, plain: str, named: Sequence[Pick]) -> Iterator[Claim]:
        allowed = self._years_said | {str(p.year) for p in named or self._picks}
        for year in YEAR.findall(plain):
            yield Claim("year", year, year in allowed, f"says {year}")

    def _numbers(self, plain: str, named: Sequence[Pick]) -> Iterator[Claim]:
        known = [value for pick in named or self._picks for value in pick.numbers.values()]
        known += self._numbers_said
        for value in _numbers(YEAR.sub(" ", plain)):
            near = any(abs(value - other) <= NEAR * max(abs(other), 1.0) for other in known)
            if near or value > SMALL or value != int(value) or not known:
                counts = value <= SMALL and value == int(value)
                yield Claim("number", f"{value:g}", near or counts, f"says {value:g}")

    def _facets(self, rest: str, named: Sequence[Pick]) -> Iterator[Claim]:
        said = read_facets(rest.lower(), self._vocabulary).wanted
        for facet, values in said.items() if named else ():
            held = {value for pick in named for value in pick.facets.get(facet, ())}
            for value in values:
                yield Claim("facet", value, value in held, f"says {value}")

    def sentences(self, pieces: Iterable[str]) -> Iterator[str]:
        """Regroup streamed pieces into whole sentences, never cut inside a pick's title.

        A last sentence without an end is left out: the model was cut short there.
        """
        return (part.text for part in self.parts(pieces) if not part.opens)

    def parts(self, pieces: Iterable[str]) -> Iterator[Part]:
        """Regroup streamed pieces into sentences, and tell how each begins as soon as it names a pick.

        Up to there a sentence says little more than which pick it is about, so it can be shown seconds before
        its end.
        """
        buffer, opened = "", False
        for piece in pieces:
            buffer += piece
            found = self._complete(buffer, self._open_title(buffer))
            for sentence in found:
                yield Part(sentence, opens=False)
                buffer, opened = buffer[len(sentence) :], False
            if not opened and (opening := self._opening(buffer)):
                yield Part(opening, opens=True)
                opened = True
        rest = self._complete(f"{buffer.rstrip()} ", len(buffer)) if FINISHED.search(buffer) else ()
        yield from (Part(sentence, opens=False) for sentence in rest)

    def _opening(self, buffer: str) -> str:
        """Return how a sentence begins, up to and with the label of the first pick it names, if whole."""
        found = self._names.search(buffer) if self._names else None
        labels = {pick.label.lower() for pick in self._picks}
        if found is None or found.end() == len(buffer) or found[0].lower() not in labels:
            return ""
        return buffer[: found.end()]

    def _complete(self, buffer: str, limit: int) -> list[str]:
        """Return the sentences of `buffer` that end before `limit`."""
        ends = [match.end() for match in END.finditer(self.mask(buffer)) if match.end() <= limit]
        return [buffer[start:end] for start, end in itertools.pairwise([0, *ends])]

    def _open_title(self, buffer: str) -> int:
        """Return where a title begins that the next piece may complete; the length where there is none."""
        low = buffer.lower()
        starts = [
            len(low) - size
            for name in self._spelled
            for size in range(min(len(name) - 1, len(low)), 1, -1)
            if low.endswith(name[:size])
        ]
        return min(starts, default=len(buffer))


def _numbers(text: str) -> list[float]:
    return [float(found.replace(",", ".")) for found in NUMBER.findall(text)]


def _stems(word: str) -> set[str]:
    """Return what a word may be a form of."""
    bare = word.replace("’", "'").removesuffix("'s")
    return {
        bare,
        bare.split("'")[0],
        *(bare.removesuffix(end) for end in ("s", "es", "d", "ed", "ing", "ly", "er", "est")),
        *(bare.removesuffix(end) + "e" for end in ("ing", "ed", "es")),
        *bare.split("-"),
    }
