"""The guard: lets a sentence through only when its titles, years and facets are those of the picks."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from assistant.facet_words import read_facets
from assistant.message import MASK
from assistant.types import Pick
from assistant.vocabulary import Vocabulary

END = re.compile(r"[.!?]+[\"'”’)]*(?=\s)|[。！？]|\n")
FINISHED = re.compile(r"[.!?。！？][\"'”’)]*\s*$")
YEAR = re.compile(r"\b(?:18|19|20)\d\d\b")
QUOTED = re.compile(r"[\"“”«»《》„](?!\s)([^\"“”«»《》„]{2,80})[\"“”«»《》]")
PROPER = re.compile(r"(?<![.!?:\n] )(?<!^)(?<![\w'’])[A-Z][\w'’-]*")
ALWAYS = frozenset({"I", "I'm", "I'd", "I've", "I'll", "I’m", "I’d", "I’ve", "I’ll", "OK", "TV"})


class Guard:
    """Check sentences against the picks.

    Args:
        picks: What may be named.
        facet_values: Facet name -> values of the catalogue.
        names_item: Says whether a text names some item of the catalogue.
        request: The person's message; years in it may be repeated.
    """

    def __init__(
        self,
        picks: Sequence[Pick],
        facet_values: Mapping[str, Sequence[str]],
        names_item: Callable[[str], bool],
        request: str,
    ) -> None:
        self._picks, self._names_item = picks, names_item
        self._vocabulary = Vocabulary(facet_values)
        self._years_said = set(YEAR.findall(request))
        words = {
            word for values in facet_values.values() for v in values for word in re.findall(r"[\w'-]+", v)
        }
        self._capitals = ALWAYS | words
        names = sorted({name for p in picks for name in (p.label, p.title)}, key=len, reverse=True)
        self._spelled = [name.lower() for name in names]
        self._names = (
            re.compile("|".join(rf"(?<!\w){re.escape(n)}(?!\w)" for n in names), re.I) if names else None
        )

    def mask(self, text: str) -> str:
        """Return `text` with the picks' titles hidden, same length."""
        return self._names.sub(lambda m: MASK * len(m[0]), text) if self._names else text

    def named(self, text: str) -> list[Pick]:
        """Return the picks that `text` names, in the order of the picks."""
        low = " ".join(m[0] for m in self._names.finditer(text)).lower() if self._names else ""
        return [pick for pick in self._picks if pick.title.lower() in low]

    def fault(self, sentence: str) -> str | None:
        """Return what is wrong with a sentence, None where it may be shown."""
        rest, named = self.mask(sentence), self.named(sentence)
        quoted = [m for m in QUOTED.finditer(rest) if MASK not in m[1]]
        if quoted:
            return f"quotes {quoted[0][1]!r}"
        proper = [w for w in PROPER.findall(rest.strip()) if w not in self._capitals]
        if proper:
            return f"names {proper[0]!r}"
        if self._names_item(rest.replace(MASK, " ")):
            return "names an item that is no pick"
        return self._wrong_year(sentence, named) or self._wrong_facet(rest, named)

    def _wrong_year(self, sentence: str, named: Sequence[Pick]) -> str | None:
        without_titles = sentence
        for pick in named:
            without_titles = re.sub(re.escape(pick.title), "", without_titles, flags=re.I)
        allowed = self._years_said | {str(p.year) for p in named or self._picks}
        wrong = [year for year in YEAR.findall(without_titles) if year not in allowed]
        return f"says {wrong[0]}" if wrong else None

    def _wrong_facet(self, rest: str, named: Sequence[Pick]) -> str | None:
        if not named:
            return None
        said = read_facets(rest.lower(), self._vocabulary).wanted
        for facet, values in said.items():
            held = {value for pick in named for value in pick.facets.get(facet, ())}
            wrong = [value for value in values if value not in held]
            if wrong:
                return f"says {wrong[0]}"
        return None

    def sentences(self, pieces: Iterable[str]) -> Iterator[str]:
        """Regroup streamed pieces into whole sentences, never cut inside a pick's title.

        A last sentence without an end is left out: the model was cut short there.
        """
        buffer = ""
        for piece in pieces:
            buffer += piece
            yield from (found := self._complete(buffer, self._open_title(buffer)))
            buffer = buffer[sum(map(len, found)) :]
        yield from self._complete(f"{buffer.rstrip()} ", len(buffer)) if FINISHED.search(buffer) else ()

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
