"""The harness measures the project itself: the build fails when quality drops (docs/EVAL.md)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.cli import app
from assistant.commands.evaluate import bars_of, broken
from assistant.errors import BadInput
from assistant.intents import Reader
from assistant.llm import ScriptedLLM
from assistant.measuring.evaluating import Wanted, evaluate, named, program_digest
from assistant.settings import Settings
from prompts.cases import shipped
from prompts.library import Library
from prompts.runs import Result, Run
from prompts.suites import INTENT

BARS = {"slot_f1": 0.90, "move_accuracy": 0.93, "all_right": 0.80}
# Suite -> cases of the films, spread over the development half, and figures below which (costs: above which)
# the build fails. Rules and templates alone; docs/LOG.md has the figures of all cases.
SMALL: dict[str, tuple[int, dict[str, float]]] = {
    "dialogue": (
        5,
        {
            "turns_right": 0.8,
            "slot_f1": 0.95,
            "move_accuracy": 0.95,
            "constraint_obedience": 0.95,
            "claims_supported": 0.95,
            "off_catalogue": 0.0,
            "rejected_reoffered": 0.0,
        },
    ),
    "ranking": (6, {"ndcg@10": 0.3, "recall@50": 0.3}),
    "reply": (12, {"kept_by_guard": 0.98, "grounding": 0.98, "title_guard": 1.0, "picks_named": 1.0}),
}
SPADE = {
    "id": "s1",
    "catalog": "garden",
    "lang": "en",
    "text": "a spade under 30",
    "move": "ask",
    "slots": {"wanted": {"category": ["Spade"]}, "ranges": {"price": [None, 30]}},
}
JAZZ = {
    "id": "s2",
    "catalog": "music",
    "lang": "en",
    "text": "sad jazz",
    "move": "ask",
    "slots": {"wanted": {"genre": ["Jazz"], "mood": ["Sad"]}},
}


def quiet(what: str, share: float) -> None:
    assert what


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "none", cache=tmp_path / "cache", engine="off", llm_url=None)


def test_the_rules_read_the_development_cases_as_well_as_before(tmp_path: Path) -> None:
    settings = Settings(cache=tmp_path / "cache", engine="off", llm_url=None)
    films, wanted = settings.home_for("movielens"), Wanted("intent", shipped("intent/dev"))
    run = evaluate(wanted, settings, films, Library(), None, quiet)
    assert len(run.cases) > 150
    assert broken(run, INTENT, BARS) == []


@pytest.mark.parametrize("suite", SMALL)
def test_small_suites_of_the_films_keep_their_bars(suite: str, tmp_path: Path) -> None:
    """The same command that docs/EVAL.md gives to everybody."""
    limit, bars = SMALL[suite]
    lines = shipped(f"{suite}/dev").read_text("utf-8").splitlines()
    films = [line for line in lines if json.loads(line)["catalog"] == "films"]
    cases, out = tmp_path / "films.jsonl", tmp_path / "run.json"
    cases.write_text("\n".join(films), encoding="utf-8")
    command = ["eval", "run", suite, "--model", "rules", "--cases", str(cases), "--limit", str(limit)]
    command += ["--workers", "1", "--fresh", "--json", str(out)]
    for name, bar in bars.items():
        command += ["--fail-under", f"{name}={bar}"]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    run = json.loads(out.read_text("utf-8"))
    assert len(run["cases"]) == limit
    assert set(bars) <= set(run["figures"])


def test_the_command_writes_a_run_compares_it_and_fails_under_a_bar(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PALATE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PALATE_HOME", str(tmp_path / "none"))
    cases, out, page = tmp_path / "shop.jsonl", tmp_path / "run.json", tmp_path / "report.html"
    cases.write_text(f"{json.dumps(SPADE)}\n{json.dumps(JAZZ)}\n", encoding="utf-8")
    command = ["eval", "run", "intent", "--model", "rules", "--cases", str(cases), "--json", str(out)]
    done = CliRunner().invoke(app, [*command, "--fail-under", "slot_f1=0.9"])
    assert done.exit_code == 0, done.output
    assert json.loads(out.read_text("utf-8"))["figures"]["slot_f1"] == 1.0
    again = CliRunner().invoke(app, [*command, "--fail-under", "slot_f1=1.01"])
    assert again.exit_code == 1
    assert "2 kept from before" in again.output
    assert "slot_f1 is 1.0000, under 1.01" in again.output
    compared = CliRunner().invoke(app, ["eval", "compare", str(out), str(out), "--html", str(page)])
    assert compared.exit_code == 0, compared.output
    assert "no difference" in compared.output
    assert page.read_text("utf-8").startswith("<!doctype html>")


def test_a_prompt_is_measured_by_what_its_model_answers(settings: Settings, tmp_path: Path) -> None:
    cases = tmp_path / "shop.jsonl"
    cases.write_text(json.dumps(SPADE), encoding="utf-8")
    slots = {"like": [], "dislike": [], "want": ["Spade"], "avoid": [], "query": ""}
    llm = ScriptedLLM([json.dumps({"move": "ask", **slots})])
    wanted = Wanted("intent", cases, ("intent@1",), Reader.llm)
    run = evaluate(wanted, settings, tmp_path, Library(), llm, quiet)
    assert run.setup["intent"].startswith("intent@1#")
    assert run.figures(INTENT)["slot_precision"] == 1.0
    assert run.figures(INTENT)["slot_recall"] == 0.5
    assert run.tokens.calls == 1
    assert len(llm.asked) == 1
    kept = evaluate(wanted, settings, tmp_path, Library(), llm, quiet)
    assert kept.cases["s1"].cached
    assert len(llm.asked) == 1
    fresh = Wanted("intent", cases, ("intent@1",), Reader.llm, fresh=True)
    failed = evaluate(fresh, settings, tmp_path, Library(), ScriptedLLM([]), quiet).failed
    assert "no answer left" in failed["s1"]


def test_what_cannot_be_measured_is_refused(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="read no prompt"):
        evaluate(Wanted("intent", prompts=("intent@1",)), settings, tmp_path, Library(), None, quiet)
    with pytest.raises(BadInput, match="Nothing here reads"):
        named(["reply@1"], ["intent"])
    with pytest.raises(BadInput, match="Both"):
        named(["intent@1", "intent@20"], ["intent"])
    with pytest.raises(BadInput, match="no figure 'f1'"):
        bars_of(["f1=1"], INTENT)
    with pytest.raises(BadInput, match="sets no bar"):
        bars_of(["slot_f1=high"], INTENT)


def test_a_cost_is_broken_from_above() -> None:
    run = Run(suite="intent", cases={"a": Result(values={"seconds": 3.0}, content="x")})
    assert broken(run, INTENT, {"seconds": 2.0}) == ["seconds is 3.0000, over 2"]
    assert broken(run, INTENT, {"seconds": 4.0}) == []


def test_the_program_has_one_digest() -> None:
    assert program_digest() == program_digest()
    assert len(program_digest()) == 12
