"""The systems under test of the harness: one callable for each suite."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.agent import Assistant
from assistant.intents import Reader
from assistant.llm import ChatModel
from assistant.measuring import dialogue_bench as dialogues
from assistant.measuring.case_catalogs import CaseRooms
from assistant.measuring.case_homes import CaseHomes
from assistant.measuring.intent_bench import match_intent, read_case
from assistant.measuring.watched import Watched, tokens_of, watch
from assistant.speech import Prompts
from assistant.types import Event, Usage
from prompts.cases import Dialogue, IntentCase
from prompts.forms import Past, RankingCase
from prompts.rank_scorers import diversity, mrr, ndcg, novelty, popularity_bias, recall, without_repeated
from prompts.runs import Outcome, Tokens, Values
from prompts.scorers import words_found

USER = "case"
DEPTH = 50


@dataclass(frozen=True)
class Bench:
    """What the systems of all suites share.

    Attributes:
        file: Case file; catalogues may lie beside it.
        rooms: Opens catalogues in the form of labels.
        homes: Opens assistants.
        llm: The model; None reads by rules and writes by templates.
        prompts: What the model is asked by.
        reader: What reads single messages.
    """

    file: Path
    rooms: CaseRooms
    homes: CaseHomes
    llm: ChatModel | None
    prompts: Prompts
    reader: Reader = Reader.both

    def intent(self, case: IntentCase) -> Outcome:
        """Read one message and compare the reading with its labels."""
        room, llm, usage = self.rooms.room(case.catalog, self.file), watch(self.llm), Usage()
        start = time.perf_counter()
        intent = read_case(case, room, llm, self.reader, usage, self.prompts.intent)
        seconds = time.perf_counter() - start
        _check(llm)
        match = match_intent(intent, case, room)
        found, words = words_found(intent.query, case.slots.query)
        right = intent.move == case.move
        values = {
            "hits": len(match.hits),
            "extra": len(match.extra),
            "missed": len(match.missed),
            "moves": 1,
            "moves_right": right,
            "query_hits": found,
            "query_words": words,
            "all_right": right and match.perfect,
        }
        detail = {
            "text": case.text,
            "move": [intent.move, case.move],
            "extra": [list(pair) for pair in match.extra],
            "missed": [[label.slot, "|".join(sorted(label.values))] for label in match.missed],
            "links": _links(case, room),
        }
        return _outcome(values, tokens_of([usage]), seconds, detail)

    def dialogue(self, case: Dialogue) -> Outcome:
        """Play one dialogue and check every turn."""
        llm = watch(self.llm)
        with self.assistant(case.catalog, llm, case) as assistant:
            turns = dialogues.play(case, assistant, self.rooms.room(case.catalog, self.file))
        _check(llm, any(turn.fallback for turn in turns))
        values: Values = {}
        for turn in turns:
            for name, value in _turn_values(turn).items():
                values[name] = values.get(name, 0.0) + value
        failures = [fault for turn in turns if (fault := dialogues.failure_of(turn))]
        tokens = tokens_of([turn.usage for turn in turns])
        return _outcome(values, tokens, sum(turn.seconds for turn in turns), {"failures": failures})

    def ranking(self, case: RankingCase) -> Outcome:
        """Rank for a person and a request, and compare with the items that belong on top."""
        llm, usage, session = watch(self.llm), Usage(), None
        with self.assistant(case.catalog, llm) as assistant:
            known = remember(assistant, case.history)
            start = time.perf_counter()
            if case.request:
                reply = assistant.chat(USER, case.request)
                session, usage = reply.session_id, reply.usage
            ranked = [pick.item_id for pick in assistant.recommend(USER, DEPTH, session)]
            seconds = time.perf_counter() - start
            relevant = {item: gain for name, gain in case.relevant.items() for item in _one(assistant, name)}
            values = _ranking_values(assistant, ranked, relevant, known)
            labels = [assistant.rooms.catalog.item(assistant.rooms.row(i)).label for i in ranked[:10]]
        _check(llm)
        detail = {"request": case.request, "top": labels, "ranking": ranked}
        return _outcome(values, tokens_of([usage]), seconds, detail)

    @contextlib.contextmanager
    def assistant(
        self, catalog: str, llm: ChatModel | None, case: Dialogue | None = None
    ) -> Iterator[Assistant]:
        """Open an assistant that knows nobody, with the model and prompts under test."""
        assistant = self.homes.assistant(catalog, self.file, case.plant if case else ())
        assistant.llm, assistant.prompts = llm, self.prompts
        try:
            yield assistant
        finally:
            assistant.close()


def remember(assistant: Assistant, history: Sequence[Past]) -> set[str]:
    """Store events of earlier sessions; return the ids of their items."""
    known = set()
    for past in history:
        if past.kind == "say":
            assistant.tell(USER, past.text)
            continue
        for item in _one(assistant, past.title):
            assistant.store.add_event(Event(USER, past.kind, item, "", time.time()))
            known.add(item)
    return known


def _one(assistant: Assistant, name: str) -> tuple[str, ...]:
    return dialogues.items_of(assistant, name)[:1]


def _check(llm: Watched | None, fallback: bool = False) -> None:
    if llm is not None:
        llm.check(fallback)


def _outcome(values: dict[str, Any], tokens: Tokens, seconds: float, detail: dict[str, Any]) -> Outcome:
    cost = {"seconds": seconds, "prompt_tokens": tokens.prompt, "completion_tokens": tokens.completion}
    figures = {name: float(value) for name, value in {**values, **cost}.items()}
    return Outcome(values=figures, tokens=tokens, seconds=seconds, detail=detail)


def _links(case: IntentCase, room: Any) -> list[list[Any]]:
    """Return (stated confidence, whether it is labelled) of every title that the linker found."""
    labelled = {
        room.named.row(title)
        for slots in (case.slots, case.may)
        for name in ("liked", "disliked", "seen", "about")
        for part in getattr(slots, name)
        for title in part.split("|")
    }
    return [[round(float(m.confidence), 4), m.row in labelled] for m in room.linker.link(case.text)]


def _turn_values(turn: dialogues.TurnResult) -> Values:
    right = turn.move == turn.turn.move
    faults, constrained = turn.faults, dialogues.constrained(turn.turn)
    says = bool(turn.turn.say or turn.turn.say_not)
    return {
        "moves": 1.0,
        "moves_right": float(right),
        "turns_right": float(right and turn.match.perfect and not any(faults.values())),
        "hits": float(len(turn.match.hits)),
        "extra": float(len(turn.match.extra)),
        "missed": float(len(turn.match.missed)),
        "constrained": float(constrained),
        "obeyed": float(constrained and not faults["constraint"]),
        "claims": float(len(turn.claims)),
        "claims_held": float(sum(claim.holds for claim in turn.claims)),
        "off_catalogue": float(len(faults["catalogue"])),
        "reoffered": float(len(faults["rejected"])),
        "picks_right": float(not faults["picks"]),
        "references": float(bool(turn.turn.refers_to)),
        "references_right": float(bool(turn.turn.refers_to) and not faults["refers"]),
        "questions_right": float(not faults["question"]),
        "says": float(says),
        "says_right": float(says and not faults["say"]),
    }


def _ranking_values(
    assistant: Assistant, ranked: Sequence[str], relevant: dict[str, float], known: set[str]
) -> Values:
    fresh = without_repeated(ranked, known)
    wanted = {item: gain for item, gain in relevant.items() if item not in known}
    rooms = assistant.rooms
    popularity = dict(zip(rooms.catalog.ids, map(float, rooms.catalog.popularity), strict=True))

    def alike(a: str, b: str) -> float:
        return float(rooms.vectors[rooms.row(a)] @ rooms.vectors[rooms.row(b)])

    return {
        "ndcg@10": ndcg(fresh, wanted),
        "recall@10": recall(fresh, wanted),
        "recall@50": recall(fresh, wanted, 50),
        "mrr": mrr(fresh, wanted),
        "ndcg@10_with_repeated": ndcg(ranked, relevant),
        "recall@10_with_repeated": recall(ranked, relevant),
        "mrr_with_repeated": mrr(ranked, relevant),
        "diversity": diversity(ranked, alike),
        "novelty": novelty(ranked, popularity),
        "popularity_bias": popularity_bias(ranked, popularity),
    }
