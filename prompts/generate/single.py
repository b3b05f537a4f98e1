"""Single turns: which move, in which context, about which catalogue; labels as docs/CASES.md defines them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from prompts.cases import IntentCase
from prompts.catalogs import CaseCatalog
from prompts.compact import Columns, encode
from prompts.generate.draft import Draft, NoWay, Scene
from prompts.generate.grammar import Message, write
from prompts.generate.words import Words, data, words_of

CHINESE = 0.4
SHOWN = 5
# (rule, move, whether something is shown; None is either) -> weight
KINDS: dict[tuple[str, str, bool | None], float] = {
    ("ask", "ask", None): 26,
    ("taste", "ask", None): 12,
    ("passing", "ask", None): 9,
    ("verdict", "ask", False): 6,
    ("opinion", "ask", False): 4,
    ("fresh", "ask", False): 6,
    ("inject", "ask", None): 1,
    ("refine", "refine", True): 14,
    ("critique", "critique", True): 13,
    ("rate", "rate", True): 6,
    ("opinion", "rate", True): 3,
    ("verdict", "rate", True): 8,
    ("why", "why", True): 4,
    ("why", "why", False): 1,
    ("compare", "compare", True): 3.5,
    ("compare", "compare", False): 1.5,
    ("reset", "reset", None): 4,
    ("chat", "chat", None): 4,
    ("off-topic", "off-topic", None): 5.5,
    ("unsafe", "unsafe", None): 4,
}
DRAWS = 5  # messages drawn for each one that is kept: left to chance, few would hold a rare slot
WORTH = {"ranges": 4.0, "unwanted": 2.0, "query": 3.0, "audience": 9.0, "count": 6.0, "withdrawn": 5.0,
         "match_any": 12.0, "same": 8.0, "people": 12.0, "not_people": 12.0, "not_ranges": 12.0,
         "toward": 3.0, "more": 3.0, "less": 3.0}  # fmt: skip
SILENT = ("off-topic", "unsafe")  # moves whose messages hold no slot, whatever they name


class Written(NamedTuple):
    """A case with what the tuned model should answer, and the catalogue it is about."""

    case: IntentCase
    answer: str
    columns: Columns


def columns_of(catalog: CaseCatalog) -> Columns:
    """Return what a catalogue can be asked for, as the prompt lists it."""
    spelled = {
        name: sorted({v for values in column for v in values}) for name, column in catalog.facets.items()
    }
    facets = {name: values for name, values in spelled.items() if name in catalog.values}
    people = tuple(name for name in spelled if name not in facets)
    return Columns(facets, people, {name: catalog.units.get(name, "") for name in catalog.numbers})


def singles(
    catalog: CaseCatalog, n: int, seed: int, chinese: float = CHINESE, words: Words | None = None
) -> Iterator[Written]:
    """Yield n cases about a catalogue, the same for the same seed; no two have the same words.

    Args:
        catalog: What they are about.
        n: How many.
        seed: Decides everything.
        chinese: Share in Chinese.
        words: How people speak of the catalogue; found by its values if not given.
    """
    rng = random.Random(f"{catalog.name} {seed}")
    words, columns = words or words_of(catalog), columns_of(catalog)
    seen: set[tuple[str, bool]] = set()
    number = misses = 0
    while number < n and misses < 50 * n + 1000:
        made = _one(catalog, words, rng, chinese)
        key = (made.text, bool(made.shown)) if made else ("", False)
        if made is None or key in seen:
            misses += 1
            continue
        seen.add(key)
        yield _written(catalog, columns, f"gen-{catalog.name}-{seed}-{number}", *made)
        number += 1


class _Made(NamedTuple):
    kind: tuple[str, str, bool | None]
    text: str
    shown: tuple[str, ...]
    lang: str
    draft: Draft


def _one(catalog: CaseCatalog, words: Words, rng: random.Random, chinese: float) -> _Made | None:
    kind = rng.choices(list(KINDS), list(KINDS.values()))[0]
    lang = "zh" if rng.random() < chinese else "en"
    before = kind[2] if kind[2] is not None else rng.random() < 0.3
    shown = _shown(catalog, rng) if before else ()
    scene = Scene(catalog, words, lang, data("chinese" if lang == "zh" else "english"), rng, shown)
    drawn = [message for _ in range(DRAWS) if (message := _message(scene, kind[0])) is not None]
    if not drawn:
        return None
    message = rng.choices(drawn, [_worth(message.draft) for message in drawn])[0]
    return _Made(kind, message.text, shown, lang, message.draft)


def _message(scene: Scene, rule: str) -> Message | None:
    try:
        message = write(scene, rule)
    except (NoWay, KeyError):
        return None
    return message if sound(message) else None


def _worth(draft: Draft) -> float:
    """Return the weight of a message among several: what it labels, rare slots more than common ones."""
    return 0.3 + sum(WORTH.get(slot, 1.0) for slot, value in draft.slots.items() if value)


def _shown(catalog: CaseCatalog, rng: random.Random) -> tuple[str, ...]:
    rows = rng.sample(range(len(catalog.ids)), min(SHOWN, len(catalog.ids)))
    labels = [catalog.labels[row] for row in rows if catalog.row(catalog.labels[row]) == row]
    return tuple(labels[: rng.choice((1, 3, 5, 5, 5))])


def sound(message: Message) -> bool:
    """Say whether everything that is copied stands in the message letter by letter."""
    said = message.draft.said
    copied = [
        text for slot in said if "ranges" not in slot for text in said[slot] if not text.startswith("#")
    ]
    query = message.draft.slots.get("query", "").split(" and ")
    words = [word for part in query for word in part.split()]
    return all(text in message.text for text in (*copied, *words))


def _written(
    catalog: CaseCatalog,
    columns: Columns,
    name: str,
    kind: tuple[str, str, bool | None],
    text: str,
    shown: Sequence[str],
    lang: str,
    draft: Draft,
) -> Written:
    slots: dict[str, Any] = {} if kind[1] in SILENT else draft.slots
    said = {} if kind[1] in SILENT else draft.said
    case = IntentCase.model_validate(
        {
            **{"id": name, "catalog": catalog.name, "lang": lang, "kind": [kind[0]], "text": text},
            **{"shown": shown, "move": kind[1], "slots": slots, "may": draft.may},
        }
    )
    return Written(case, encode(kind[1], slots, said), columns)
