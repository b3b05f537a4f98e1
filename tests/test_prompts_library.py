from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.cli import app
from prompts.library import Library, diff, lint
from prompts.template import PromptError, parse

TEXT = """---
name: greet
version: 1
purpose: test
inputs: [who]
output:
  type: object
  required: [answer]
  properties: {answer: {type: string}}
language: en
max_tokens: 5
---
## system
Answer {"in": {json}}.

## user
Hello Ann

## assistant
{"answer": "hi"}

## user
Hello {{who}}
"""


def put(root: Path, text: str, version: int = 1) -> None:
    path = root / "greet" / f"{version}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.replace("version: 1", f"version: {version}"), encoding="utf-8")


def test_the_shipped_prompts_pass_their_own_checks() -> None:
    prompts = Library().prompts()
    assert {prompt.meta.name for prompt in prompts} >= {"intent", "reply"}
    assert lint(prompts) == []
    assert len({prompt.mark for prompt in prompts}) == len(prompts)


def test_own_prompts_stand_beside_the_shipped_ones(tmp_path: Path) -> None:
    put(tmp_path, TEXT)
    put(tmp_path, TEXT.replace("Hello {{who}}", "Hi {{who}}"), 2)
    library = Library.of(tmp_path)
    assert library.get("greet").name == "greet@2"
    assert library.get("greet@1").meta.language == "en"
    assert library.get("reply@2").name == "reply@2"
    changes = diff(library.get("greet@1"), library.get("greet@2"))
    assert "-Hello {{who}}" in changes
    assert "+Hi {{who}}" in changes
    assert diff(library.get("greet@1"), library.get("greet@1")) == ""


@pytest.mark.parametrize("reference", ["greet@9", "nothing", "Greet@1", "greet@x", "../greet"])
def test_what_is_not_there_is_refused_by_name(tmp_path: Path, reference: str) -> None:
    put(tmp_path, TEXT)
    with pytest.raises(PromptError, match=reference.split("@")[0].replace(".", r"\.")):
        Library.of(tmp_path).get(reference)


def test_a_version_lies_in_one_folder_only(tmp_path: Path) -> None:
    put(tmp_path, TEXT)
    with pytest.raises(PromptError, match="greet@1 lies in"):
        Library((tmp_path, tmp_path)).prompts()


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (('{"answer": "hi"}', '{"answer": 3}'), "not of type"),
        (('{"answer": "hi"}', "hi"), "no JSON"),
        (('{"answer": "hi"}', '{"answer": "{{who}}"}'), "gap"),
        (("type: object", "type: objekt"), "no JSON schema"),
        (("## assistant", "## user"), "take turns"),
        (("Hello Ann", ""), "empty"),
    ],
)
def test_lint_names_the_fault(change: tuple[str, str], word: str) -> None:
    faults = lint([parse(TEXT.replace(*change))])
    assert any(word in fault for fault in faults), faults


def test_two_versions_with_the_same_words_are_named() -> None:
    faults = lint([parse(TEXT), parse(TEXT.replace("version: 1", "version: 2"))])
    assert faults == ["greet@2: says the same as greet@1"]


def test_langchain_sends_the_same_messages() -> None:
    prompt = parse(TEXT)
    ours = [message.content for message in prompt.render({"who": "{Bob}"})]
    assert [m.content for m in prompt.langchain().format_messages(who="{Bob}")] == ours


@pytest.mark.parametrize("line", ["language: english", "temperature: 3", "max_tokens: 0", "output: prose"])
def test_front_matter_is_typed(line: str) -> None:
    name = line.split(":")[0]
    text = TEXT.replace("language: en", "") if name == "language" else TEXT
    text = text.replace("max_tokens: 5", "") if name == "max_tokens" else text
    if name == "output":
        text = text[: text.index("output:")] + text[text.index("language:") :]
    with pytest.raises(PromptError, match=name):
        parse(text.replace("purpose: test", f"purpose: test\n{line}"))


def test_the_commands_list_show_copy_diff_render_and_lint(tmp_path: Path) -> None:
    run, own = CliRunner(), ["--prompts", str(tmp_path)]
    copied = run.invoke(app, ["prompts", "copy", "reply@2", *own])
    assert copied.exit_code == 0, copied.output
    path = Path(copied.output.strip())
    path.write_text(path.read_text("utf-8").replace("plain, warm words", "plain words"), encoding="utf-8")
    version = path.stem
    assert f"reply@{version}" in run.invoke(app, ["prompts", "list", *own]).output
    assert run.invoke(app, ["prompts", "lint", *own]).exit_code == 0
    changed = run.invoke(app, ["prompts", "diff", "reply@2", f"reply@{version}", *own])
    assert changed.exit_code == 1
    assert "+You recommend the given picks in plain words" in changed.output
    shown = run.invoke(app, ["prompts", "render", f"reply@{version}", "--set", "request=a war film", *own])
    assert isinstance(shown.exception, PromptError)
    assert "picks" in str(shown.exception)
    given = ["--set", "request=a war film", "--set", "picks=none"]
    assert (
        "<data>a war film</data>"
        in run.invoke(app, ["prompts", "render", f"reply@{version}", *given, *own]).output
    )
