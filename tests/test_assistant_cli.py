from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant import cli
from assistant.homes import encoders
from metalearn.config import TrainConfig

Run = tuple[int, str, str]
PICK = {"item_id", "title", "score", "reasons"}
TIMINGS = {"intent", "search", "score", "pick", "first_token", "total"}
LLM = {"engine", "model", "calls", "prompt_tokens", "completion_tokens"}


@pytest.fixture
def palate(
    small_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Any:
    """Run the command in this process, on the small home, with the small encoder."""
    from small_world import HashEncoder

    monkeypatch.setattr(encoders, "open_encoder", lambda settings, progress=None: HashEncoder())
    monkeypatch.setattr("assistant.agent.open_encoder", lambda settings, progress=None: HashEncoder())
    monkeypatch.setenv("PALATE_HOME", str(small_home))
    monkeypatch.setenv("PALATE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PALATE_ENGINE", "off")

    def run(*arguments: str) -> Run:
        monkeypatch.setattr(sys, "argv", ["palate", *arguments])
        code = 0
        try:
            cli.main()
        except SystemExit as end:
            code = int(end.code or 0)
        out = capsys.readouterr()
        return code, out.out, out.err

    return run


def test_chat_once_prints_one_json_object(palate: Any) -> None:
    code, out, _ = palate(
        "chat", "--user", "ann", "--once", "I loved Alien. sci-fi after 1995, no horror", "--json"
    )
    answer = json.loads(out)
    assert code == 0
    assert {"intent", "picks", "reply", "timings_ms", "llm"} <= set(answer)
    assert set(answer["picks"][0]) >= PICK
    assert set(answer["timings_ms"]) == TIMINGS
    assert set(answer["llm"]) == LLM
    for pick in answer["picks"]:
        assert pick["score"] == pytest.approx(sum(r["weight"] for r in pick["reasons"]), abs=1e-4)
        assert "Horror" not in pick["facets"]["genres"]
    assert answer["picks"][0]["title"] in answer["reply"]


def test_a_session_goes_on_over_two_commands(palate: Any) -> None:
    first = json.loads(palate("chat", "--once", "a comedy", "--json")[1])
    second = json.loads(
        palate("chat", "--once", "something else", "--session", first["session_id"], "--json")[1]
    )
    assert not {p["item_id"] for p in first["picks"]} & {p["item_id"] for p in second["picks"]}


def test_recommend_as_json_and_as_a_table(palate: Any) -> None:
    picks = json.loads(palate("recommend", "--user", "new", "--n", "7", "--json")[1])["picks"]
    assert len(picks) == 7
    assert picks[0]["title"] in palate("recommend", "--n", "3")[1]


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("chat", "--user", "a/b", "--once", "hi"), "malformed"),
        (("chat", "--once", "hi", "--session", "nope"), "no session 'nope'"),
        (("recommend", "--n", "0"), "1 to 100"),
        (("chat", "--once", "hi", "--home", "/nonexistent"), "palate setup"),
        (("serve", "--home", "/nonexistent"), "palate setup"),
        (("recommend", "--home", "/nonexistent"), "palate setup"),
        (("setup", "--dataset", "x"), "no data set 'x'"),
        (("setup", "--dataset", "movielens-latest"), "--data DIR"),
        (("setup", "--dataset", "movielens-latest", "--data", "/no", "--home", "/tmp/none"), "/no"),
        (("chat", "--wrong"), "wrong"),
    ],
)  # fmt: skip
def test_bad_input_is_named_on_one_line_with_exit_code_2(
    palate: Any, arguments: tuple[str, ...], word: str
) -> None:
    code, out, err = palate(*arguments)
    assert (code, out) == (2, "")
    assert word in err
    assert "Traceback" not in err


def test_set_up_again_keeps_everything(palate: Any, small_home: Path) -> None:
    before = {p: p.stat().st_mtime_ns for p in small_home.rglob("*.*") if p.name != "events.db"}
    source = json.loads((small_home / "manifest.json").read_text())["source"]
    code, out, _ = palate("setup", "--dataset", "movielens-latest", "--data", source)
    assert (code, "is ready: 32 items" in out) == (0, True)
    assert before == {p: p.stat().st_mtime_ns for p in before}


def test_the_installed_command_answers() -> None:
    command = Path(sys.executable).with_name("palate")
    done = subprocess.run(
        [command, "--help"], capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    for word in ("setup", "serve", "chat", "recommend", "bench", "doctor"):
        assert word in done.stdout


def test_cases_are_checked_and_read_by_rules(palate: Any, tmp_path: Path) -> None:
    file, figures = tmp_path / "mine.jsonl", tmp_path / "figures.json"
    line = {"id": "a", "catalog": "garden", "lang": "en", "text": "a steel rake", "move": "ask"}
    good = {**line, "slots": {"wanted": {"category": ["Rake"], "material": ["Steel"]}}}
    file.write_text(json.dumps(good), encoding="utf-8")
    assert palate("cases", "lint", str(file))[0] == 0
    code, out, _ = palate(
        "bench", "intent", "--cases", str(file), "--reader", "rules", "--json", str(figures)
    )
    assert (code, json.loads(out)["slot_f1"], json.loads(figures.read_text())["failures"]) == (0, 1.0, [])
    file.write_text(json.dumps({**good, "slots": {"wanted": {"material": ["Gold"]}}}), encoding="utf-8")
    code, out, _ = palate("cases", "lint", str(file))
    assert (code, "mine.jsonl:1" in out, "'Gold'" in out) == (1, True, True)
    file.write_text(json.dumps({**line, "slot": {}}), encoding="utf-8")
    code, _, err = palate("cases", "lint", str(file))
    assert (code, "mine.jsonl:1" in err, "Traceback" in err) == (2, True, False)


class TestBenchAdapter:
    @pytest.fixture
    def asked(self, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
        """Take note of what the benchmark is asked for instead of running it."""
        seen: dict[str, Any] = {}

        def run(*_: object, **knobs: Any) -> dict[str, Any]:
            seen.update(knobs)
            return {"dataset": "made up", "validation": [], "test": []}

        monkeypatch.setattr("assistant.measuring.benching.run", run)
        monkeypatch.setattr(
            "assistant.measuring.benching.text_vectors",
            lambda _, __, catalog, ___: np.ones((len(catalog), 4)),
        )
        return seen

    def test_options_reach_the_training(self, palate: Any, asked: dict[str, Any], tmp_path: Path) -> None:
        options = ["--loss", "softmax=1", "--loss", "diversity=0.1", "--patience", "3", "--algorithm", "anil"]
        folders = ["--resume", str(tmp_path / "work"), "--tensorboard", str(tmp_path / "events")]
        assert palate("bench", "adapter", *options, *folders)[0] == 0
        config, traces = asked["config"], asked["traces"]
        assert config.losses == (("softmax", 1.0), ("diversity", 0.1))
        assert (config.patience, config.algorithm) == (3, "anil")
        assert traces.of(1) == (tmp_path / "work" / "fold-2", tmp_path / "events" / "fold-2")

    def test_without_options_nothing_changes(self, palate: Any, asked: dict[str, Any]) -> None:
        assert palate("bench", "adapter")[0] == 0
        assert asked["config"] == TrainConfig()
        assert asked["traces"].of(0) == (None, None)

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ("sofmax=1", "choose among softmax, pairwise"),
            ("softmax", "--loss softmax=1"),
            ("softmax=-1", "0 or"),
        ],
    )
    def test_wrong_losses_are_named(self, palate: Any, given: str, said: str) -> None:
        code, _, err = palate("bench", "adapter", "--loss", given)
        assert code == 2
        assert said in " ".join(err.split())
