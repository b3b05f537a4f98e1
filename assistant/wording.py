"""How an assistant speaks in one domain: the tone of its prose, and phrases in other words than its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from string import Formatter

from assistant.phrases import TEXTS, Lang, say
from retriever.errors import BadData

# What a domain may say in its own words.
PICKS = ("pick", "pick bare", "pick plain", "pick only")
PRIORS = ("many", "some", "little", "prior", "recent", "not recent")
MATCHES = ("fits", "near", "is", "is like")
DEEDS = ("you liked", "you disliked", "you have seen", "you hid", "you passed over")
TOLD = ("like", "say", "query", "facet", "toward", "popularity", "recent")
OPEN = frozenset((*PICKS, *PRIORS, *MATCHES, *DEEDS, *(f"why {kind}" for kind in TOLD)))


@dataclass(frozen=True)
class Wording:
    """Hold the words of one domain.

    Attributes:
        tone: How prose is to sound, in a sentence for the language model; empty for Palate's own tone.
        phrases: Language -> phrase -> its text; what is not there is said as Palate says it.
    """

    tone: str = ""
    phrases: Mapping[Lang, Mapping[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, tone: str, phrases: Mapping[str, Mapping[str, str]], where: str) -> Wording:
        """Check the words of a kit.

        Args:
            tone: As above.
            phrases: As above.
            where: What they were read from, for the error.

        Raises:
            BadData: A language or a phrase is not known, or a text has a gap that its phrase does not fill.
        """
        found: dict[Lang, Mapping[str, str]] = {}
        for lang, texts in phrases.items():
            if lang not in TEXTS:
                raise BadData(
                    f"{where}: there is no language {lang!r} in [words].", f"Use {' or '.join(TEXTS)}."
                )
            for key, text in texts.items():
                _check(lang, key, text, where)
            found[lang] = texts
        return cls(tone, found)

    def say(self, lang: Lang, key: str, **values: object) -> str:
        """Return a phrase in a language with its gaps filled."""
        text = self.phrases.get(lang, {}).get(key)
        return say(lang, key, **values) if text is None else text.format(**values)


def _check(lang: str, key: str, text: str, where: str) -> None:
    place = f"{where}: [words.{lang}] {key!r}"
    if key not in OPEN:
        raise BadData(f"{place} is no phrase of a kit.", f"Known are {', '.join(sorted(OPEN))}.")
    gaps = _gaps(TEXTS[lang][key])  # type: ignore[index]
    try:
        wrong = sorted(_gaps(text) - gaps)
    except ValueError as error:
        raise BadData(f"{place} cannot be filled: {error}.", "Write a brace twice to show it.") from error
    if wrong:
        allowed = ", ".join(f"{{{gap}}}" for gap in sorted(gaps)) or "no gap"
        raise BadData(f"{place} has the gap {{{wrong[0]}}}.", f"It may have {allowed}.")


def _gaps(text: str) -> set[str]:
    parts = list(Formatter().parse(text))
    named = {name for _, name, _, _ in parts if name is not None}
    if any(spec or turned for _, _, spec, turned in parts):
        raise ValueError("a gap holds a name and nothing else")
    return named


PLAIN = Wording()
