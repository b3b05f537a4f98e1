from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompts.template import PromptError, load, parse

GOOD = """---
name: x
version: 1
purpose: test
inputs: [who]
max_tokens: 5
---
## system
Be kind.
## user
Hello {{who}}, {"json": {}}
"""


def test_gaps_are_filled_and_braces_of_json_are_left_alone() -> None:
    messages = parse(GOOD).render({"who": "Ann"})
    assert [(m.role, m.content) for m in messages] == [
        ("system", "Be kind."),
        ("user", 'Hello Ann, {"json": {}}'),
    ]


@given(st.text())
def test_what_is_filled_in_is_never_read_as_a_gap(value: str) -> None:
    assert parse(GOOD).render({"who": value})[1].content == "Hello " + value + ', {"json": {}}'


@pytest.mark.parametrize("variables", [{}, {"who": "a", "what": "b"}, {"what": "b"}])
def test_missing_and_unknown_variables_are_named(variables: dict[str, str]) -> None:
    with pytest.raises(PromptError, match=r"who|what"):
        parse(GOOD).render(variables)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (("purpose: test", "purpse: test"), "purpse"),
        (("max_tokens: 5", "max_tokens: many"), "max_tokens"),
        (("inputs: [who]", "inputs: []"), "gaps"),
        (("{{who}}", ""), "gaps"),
        (("## system\n", ""), "under"),
        (("---\nname", "name"), "front matter"),
    ],
)
def test_a_broken_file_is_refused_by_name(change: tuple[str, str], word: str) -> None:
    with pytest.raises(PromptError, match=word):
        parse(GOOD.replace(*change))


@pytest.mark.parametrize("name", ["intent", "reply"])
def test_the_shipped_prompts_are_sound(name: str) -> None:
    assert load(name).meta.name == name
    with pytest.raises(PromptError, match="99"):
        load(name, 99)
