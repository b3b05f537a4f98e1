from __future__ import annotations

import json
from typing import Any

import pytest
from test_assistant_reading import FILMS, spans

from assistant.errors import EngineError
from assistant.intent import infer_intent, is_small
from assistant.llm import ScriptedLLM
from assistant.reading.proposals import schema
from assistant.types import Intent, LLMState, Usage
from prompts import template

EMPTY: dict[str, Any] = {"move": "ask", "like": [], "dislike": [], "want": [], "avoid": [], "query": ""}


def ask(
    text: str, answer: dict[str, Any] | str | Exception, *titles: str, shown: tuple[str, ...] = ()
) -> Intent:
    script = answer if isinstance(answer, str | Exception) else json.dumps({**EMPTY, **answer})
    llm = ScriptedLLM([script])
    return infer_intent(llm, template.load("intent"), text, FILMS, spans(text, *titles), shown, Usage())


def test_a_title_that_was_not_said_is_dropped() -> None:
    intent = ask("I loved a film about robots", {"like": ["Blade Runner", "I, Robot"], "dislike": ["Saw"]})
    assert (intent.liked, intent.disliked, intent.source) == ((), (), "llm")


def test_a_said_title_that_the_linker_missed_is_kept_typo_and_all() -> None:
    intent = ask("I loved Stalkr, the old one", {"like": ["Stalker"]})
    assert intent.liked == ("Stalker",)


def test_genres_that_were_not_said_rank_but_never_filter() -> None:
    intent = ask("something set on mars", {"want": ["Sci-Fi"], "avoid": ["Romance"]})
    assert (intent.wanted, intent.unwanted, intent.implied) == ({}, {}, {"genres": ("Sci-Fi",)})


def test_a_guess_is_kept_once_and_only_where_no_word_suggests_a_genre() -> None:
    assert ask("two brothers in Rome", {"want": ["Drama", "Drama"]}).implied == {"genres": ("Drama",)}
    assert ask("dark, in the future", {"want": ["Action", "Sci-Fi"]}).implied == {"genres": ("Sci-Fi",)}


def test_no_genre_is_both_wanted_and_unwanted() -> None:
    intent = ask("no horror, something sad", {"want": ["Horror"], "avoid": []})
    assert (intent.wanted, intent.unwanted, intent.implied) == ({}, {"genres": ("Horror",)}, {})
    assert intent.source == "llm"


def test_years_are_those_said() -> None:
    assert ask("sad films after 1995", {}).year_min == 1996
    assert ask("films about the past", {}).year_min is None


def test_the_words_of_the_message_are_the_query_and_invented_ones_never_are() -> None:
    assert ask("a slow film about the sea", {"query": "fast cars in Tokyo"}).query == "slow sea"
    assert ask("what do you have", {"query": "fast cars in Tokyo"}).query == ""


@pytest.mark.parametrize(
    "answer",
    [EngineError("gone"), "not json", "[]", json.dumps({"move": "dance"}), json.dumps({**EMPTY, "x": 1})],
)
def test_an_unusable_answer_leaves_the_rules_reading(answer: str | Exception) -> None:
    intent = ask("a comedy about sailors, no horror", answer)
    assert (intent.source, intent.wanted) == ("rules", {"genres": ("Comedy",)})


@pytest.mark.parametrize(
    "text", ["hello!", "only from the 90s", "something else", "3 comedies, no musicals", "why?"]
)
def test_what_rules_read_whole_costs_no_call(text: str) -> None:
    llm, usage = ScriptedLLM([]), Usage()
    intent = infer_intent(llm, template.load("intent"), text, FILMS, [], ("Heat (1995)",), usage)
    assert (intent.source, usage.calls, llm.asked) == ("rules", 0, [])


def test_the_schema_holds_the_values_of_the_catalogue() -> None:
    garden = schema({"tool": ("Rake", "Spade"), "brand": ("Acme",)})
    assert garden["properties"]["want"]["items"]["enum"] == ["Acme", "Rake", "Spade"]


@pytest.mark.parametrize(
    ("model", "text", "calls"),
    [
        ("qwen2.5-coder-0.5b-instruct", "something sad about the sea, no horror", 0),
        ("qwen2.5-coder-0.5b-instruct", "two brothers in Rome", 1),
        ("Qwen2.5-7B-Instruct", "something sad about the sea, no horror", 1),
    ],
)
def test_a_small_model_is_asked_only_where_the_rules_hold_nothing(model: str, text: str, calls: int) -> None:
    llm, usage = ScriptedLLM([json.dumps(EMPTY)], status=LLMState("ready", "scripted", model)), Usage()
    infer_intent(llm, template.load("intent"), text, FILMS, spans(text), (), usage)
    assert usage.calls == calls


@pytest.mark.parametrize(
    ("model", "small"),
    [
        *(("palate-0.5b", True), ("SmolLM2-135M-Instruct", True), ("qwen2.5-coder-1.5b-instruct", True)),
        *(("Qwen/Qwen2.5-7B-Instruct", False), ("gpt-4o", False), ("", False), ("llama-3.1-70b", False)),
    ],
)
def test_names_tell_small_models(model: str, small: bool) -> None:
    assert is_small(model) == small
