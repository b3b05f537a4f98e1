"""Whole dialogues: a request, then changes, questions, opinions, with what every turn's picks must obey."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from typing import Any

from prompts.cases import Dialogue, Must, MustNot
from prompts.catalogs import CaseCatalog
from prompts.fits import fitting
from prompts.generate.draft import Draft, NoWay, Scene
from prompts.generate.grammar import write
from prompts.generate.single import sound
from prompts.generate.words import Words, data, words_of

# rule and move of the turns after the first, with their weights
NEXT = {("refine", "refine"): 5, ("critique", "critique"): 5, ("why", "why"): 2, ("rate", "rate"): 2,
        ("compare", "compare"): 1, ("chat", "chat"): 1, ("reset", "reset"): 1}  # fmt: skip
PICKING = ("ask", "refine", "critique")
ENOUGH = 3  # items that must be left; people do not ask for what cannot be


def dialogues(catalog: CaseCatalog, n: int, seed: int, chinese: float = 0.4) -> Iterator[Dialogue]:
    """Yield n dialogues of 3 to 6 turns about a catalogue, the same for the same seed."""
    rng, words = random.Random(f"dialogues {catalog.name} {seed}"), words_of(catalog)
    for number in range(n):
        lang = "zh" if rng.random() < chinese else "en"
        turns = _turns(catalog, words, lang, rng)
        name = f"gen-{catalog.name}-{seed}-d{number}"
        yield Dialogue.model_validate({"id": name, "catalog": catalog.name, "lang": lang, "turns": turns})


def _turns(catalog: CaseCatalog, words: Words, lang: str, rng: random.Random) -> list[dict[str, Any]]:
    rules = data("chinese" if lang == "zh" else "english")
    wanted, length = _Standing(), rng.randint(3, 6)
    turns: list[dict[str, Any]] = []
    while len(turns) < length:
        rule, move = rng.choices(list(NEXT), list(NEXT.values()))[0] if turns else ("ask", "ask")
        shown = tuple(f"pick {place}" for place in range(1, 6)) if turns else ()
        try:
            message = write(Scene(catalog, words, lang, rules, rng, shown), rule)
        except (NoWay, KeyError):
            continue
        if not sound(message) or not _plain(message.draft, first=not turns):
            continue
        standing = copy.deepcopy(wanted)
        standing.fold(move, message.draft.slots)
        duties = standing.duties()
        if move in PICKING and len(_fitting(catalog, duties)) < ENOUGH:
            continue
        wanted = standing
        turn: dict[str, Any] = {"text": message.text, "move": move, "slots": message.draft.slots}
        turns.append({**turn, "may": message.draft.may, **(duties if move in PICKING else {})})
    return turns


def _fitting(catalog: CaseCatalog, duties: dict[str, Any]) -> list[int]:
    must, must_not = Must.model_validate(duties["must"]), MustNot.model_validate(duties["must_not"])
    return fitting(catalog, must, must_not)


def _plain(draft: Draft, first: bool) -> bool:
    """Say whether the duties of a message can be told without knowing what the assistant shows."""
    refers = any(
        text.startswith("#") for slot in ("liked", "disliked", "seen") for text in draft.slots.get(slot, ())
    )
    return not (refers and first) and "same" not in draft.slots and not draft.slots.get("match_any")


class _Standing:
    """Fold the labels of turns into what every pick must obey from then on."""

    def __init__(self) -> None:
        self._facets: dict[str, dict[str, list[str]]] = {"wanted": {}, "unwanted": {}}
        self._people: dict[str, list[str]] = {"people": [], "not_people": []}
        self._ranges: dict[str, dict[str, Any]] = {"ranges": {}, "not_ranges": {}}

    def fold(self, move: str, slots: dict[str, Any]) -> None:
        """Take in one turn; a reset or a new request drops what stood."""
        if move in ("reset", "ask"):
            self.__init__()  # type: ignore[misc]
        for taken in slots.get("withdrawn", ()):
            self._take_back(taken.split("|")[0])
        for slot, other in (("wanted", "unwanted"), ("unwanted", "wanted")):
            for facet, values in slots.get(slot, {}).items():
                held = self._facets[slot].setdefault(facet, [])
                held += [value for value in values if value not in held]
                against = self._facets[other].get(facet, [])
                self._facets[other][facet] = [value for value in against if value not in values]
        for slot in self._people:
            self._people[slot] += [name for name in slots.get(slot, ()) if name not in self._people[slot]]
        for slot in self._ranges:
            self._ranges[slot] |= slots.get(slot, {})

    def _take_back(self, taken: str) -> None:
        column, _, value = taken.partition(":")
        self._ranges["ranges"].pop(column, None)
        self._ranges["not_ranges"].pop(column, None)
        for facets in self._facets.values():
            if column in facets:
                facets[column] = [held for held in facets[column] if value and held != value]
        if column == "people":
            self._people = {"people": [], "not_people": []}

    def duties(self) -> dict[str, Any]:
        """Return `must` and `must_not` of a turn, as they are now."""
        now = copy.deepcopy(self)
        facets = {slot: {f: v for f, v in held.items() if v} for slot, held in now._facets.items()}
        must = {"facets": facets["wanted"], "people": now._people["people"]}
        must_not = {"facets": facets["unwanted"], "people": now._people["not_people"]}
        return {
            "must": {**must, "ranges": now._ranges["ranges"]},
            "must_not": {**must_not, "ranges": now._ranges["not_ranges"]},
        }
