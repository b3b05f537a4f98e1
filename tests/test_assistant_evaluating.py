"""The systems of the suites, on the small home."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from assistant.agent import Assistant
from assistant.errors import EngineError
from assistant.llm import ScriptedLLM
from assistant.measuring.evaluating import Wanted, evaluate
from assistant.rooms import Rooms
from assistant.settings import Settings
from assistant.store import Store
from prompts.cases import Plant
from prompts.library import Library
from prompts.runs import Run
from prompts.suites import suite_of

REPLY = {
    "id": "r1",
    "catalog": "films",
    "lang": "en",
    "request": "something tense in space",
    "picks": ["Alien (1979)", "Event Horizon (1997)"],
    "say_not": ["Titanic"],
}
RANKING = {
    "id": "k1",
    "catalog": "films",
    "lang": "en",
    "history": [{"kind": "like", "title": "Alien (1979)"}],
    "request": "a horror film",
    "relevant": {"Aliens (1986)": 1, "Alien (1979)": 1, "Event Horizon (1997)": 2},
}
DIALOGUE = {
    "id": "d1",
    "catalog": "films",
    "lang": "en",
    "turns": [
        {
            "text": "a comedy from the 90s",
            "move": "ask",
            "slots": {"wanted": {"genres": ["Comedy"]}, "ranges": {"year": [1990, 1999]}},
            "must": {"facets": {"genres": ["Comedy"]}, "ranges": {"year": [1990, 1999]}},
        },
        {
            "text": "no romance",
            "move": "refine",
            "slots": {"unwanted": {"genres": ["Romance"]}},
            "must": {"facets": {"genres": ["Comedy"]}, "ranges": {"year": [1990, 1999]}},
            "must_not": {"facets": {"genres": ["Romance"]}},
        },
        {"text": "thanks", "move": "chat", "picks": [0, 0]},
    ],
}


class OneHome:
    """Open assistants in the one small home."""

    def __init__(self, rooms: Rooms, folder: Path) -> None:
        self._rooms, self._folder, self._number = rooms, folder, 0

    def rooms(self, name: str, beside: Path) -> Rooms:
        return self._rooms

    def assistant(self, name: str, beside: Path, plants: Sequence[Plant] = ()) -> Assistant:
        self._number += 1
        return Assistant(self._rooms, Store(f"sqlite:///{self._folder}/{self._number}.db"))


def measured(
    rooms: Rooms, folder: Path, suite: str, case: object, llm: ScriptedLLM | None = None, *prompts: str
) -> Run:
    file = folder / f"{suite}.jsonl"
    file.write_text(json.dumps(case), encoding="utf-8")
    settings = Settings(home=rooms.home, cache=folder / "cache", engine="off", llm_url=None)
    wanted, homes = Wanted(suite, file, prompts), OneHome(rooms, folder)
    return evaluate(wanted, settings, rooms.home, Library(), llm, lambda what, share: None, homes)  # type: ignore[arg-type]


def test_prose_is_measured_as_the_model_wrote_it(rooms: Rooms, tmp_path: Path) -> None:
    wrote = "Alien (1979) is a horror film. Titanic (1997) is a romance. Event Horizon (1997) is a thriller."
    run = measured(rooms, tmp_path, "reply", REPLY, ScriptedLLM([wrote]), "reply@1")
    figures = run.figures(suite_of("reply"))
    assert run.setup["reply"].startswith("reply@1#")
    assert "intent" not in run.setup
    assert figures["kept_by_guard"] == pytest.approx(2 / 3)
    assert figures["picks_named"] == 1.0
    assert figures["title_guard"] < 1.0
    assert figures["says_as_asked"] == 0.0
    assert figures["own_words"] == 0.0
    assert figures["in_language"] == 1.0
    detail = run.cases["r1"].detail
    assert "Titanic" in detail["wrote"]
    assert "Titanic" not in detail["shown"]
    good = "Alien (1979) is a horror film. Event Horizon (1997) is a thriller."
    again = measured(rooms, tmp_path, "reply", REPLY, ScriptedLLM([good]), "reply@2")
    better = again.figures(suite_of("reply"))
    assert better["kept_by_guard"] == better["title_guard"] == better["own_words"] == 1.0


def test_templates_in_place_of_a_failed_model_are_no_result(rooms: Rooms, tmp_path: Path) -> None:
    run = measured(rooms, tmp_path, "reply", REPLY, ScriptedLLM([EngineError("gone")]))
    assert not run.cases
    assert "gone" in run.failed["r1"]


def test_rankings_are_measured_with_and_without_what_is_known(rooms: Rooms, tmp_path: Path) -> None:
    figures = measured(rooms, tmp_path, "ranking", RANKING).figures(suite_of("ranking"))
    assert figures["recall@10"] == 1.0
    assert figures["recall@10_with_repeated"] == pytest.approx(2 / 3)
    assert 0 < figures["ndcg@10"] <= 1
    assert figures["ndcg@10_with_repeated"] < figures["ndcg@10"]
    assert 0 <= figures["diversity"] <= 2
    assert figures["items_in_top_10"] >= 2


def test_dialogues_are_measured_turn_by_turn(rooms: Rooms, tmp_path: Path) -> None:
    run = measured(rooms, tmp_path, "dialogue", DIALOGUE)
    figures = run.figures(suite_of("dialogue"))
    assert run.cases["d1"].values["moves"] == 3
    assert run.cases["d1"].values["constrained"] == 2
    assert figures["constraint_obedience"] == 1.0
    assert figures["slot_f1"] == 1.0
    wrong = json.loads(json.dumps(DIALOGUE).replace('["Comedy"]', '["Musical"]'))
    wrong["turns"][0]["slots"] = DIALOGUE["turns"][0]["slots"]  # type: ignore[index]
    worse = measured(rooms, tmp_path, "dialogue", wrong).figures(suite_of("dialogue"))
    assert worse["constraint_obedience"] == 0.0
    assert worse["turns_right"] < figures["turns_right"]


def test_a_process_that_ends_early_waits_for_its_encoder() -> None:
    """Torch aborts a process whose thread is cut off while it loads: exit code 134 after a finished run."""
    code = (
        "import time; from assistant.rooms import _in_thread;"
        "_in_thread(lambda: (time.sleep(0.3), print('loaded', flush=True)))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stdout) == (0, "loaded\n")
