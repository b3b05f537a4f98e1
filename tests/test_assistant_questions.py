from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from assistant.agent import Assistant
from assistant.dialogue import DialogueState
from assistant.questions import answer, entropy, is_vague, question
from assistant.types import Intent
from retriever.catalog import Catalog

N = 40
CATALOG = Catalog.from_frame(
    pl.DataFrame(
        {
            "item_id": range(N),
            "title": [f"t{i}" for i in range(N)],
            "genre": [["A"] if i % 2 else ["B"] for i in range(N)],
            "shop": [["only"] for _ in range(N)],
            "rare": [["x"] if i == 0 else ["y"] for i in range(N)],
        }
    )
)
ASK = Intent()


@pytest.mark.parametrize(("p", "bits"), [(0.0, 0.0), (1.0, 0.0), (0.5, 1.0), (0.25, 0.8113)])
def test_entropy(p: float, bits: float) -> None:
    assert entropy(p) == pytest.approx(bits, abs=1e-4)


def test_the_facet_that_parts_the_candidates_is_asked_about() -> None:
    asked = question(CATALOG, DialogueState(), ASK, 0, range(N))
    assert asked is not None
    assert (asked.facet, set(asked.values), asked.gain) == ("genre", {"A", "B"}, 1.0)


@pytest.mark.parametrize(
    ("state", "intent", "n_events", "candidates"),
    [
        (DialogueState(questioned=True), ASK, 0, range(N)),  # never twice in a row
        (DialogueState(wanted={"genre": ("A",)}), ASK, 0, range(N)),  # not vague
        (DialogueState(query="rainy"), ASK, 0, range(N)),
        (DialogueState(audience="kids"), ASK, 0, range(N)),
        (DialogueState(), ASK, 3, range(N)),  # the taste is known
        (DialogueState(), ASK, 0, range(10)),  # little to narrow down
        (DialogueState(), ASK, 0, range(1, N, 2)),  # all of one kind: no gain
        (DialogueState(), Intent(move="critique"), 0, range(N)),
        (DialogueState(), Intent(move="why"), 0, range(N)),
    ],
)
def test_nothing_is_asked_where_it_would_not_help(
    state: DialogueState, intent: Intent, n_events: int, candidates: range
) -> None:
    assert question(CATALOG, state, intent, n_events, np.array(candidates)) is None


def test_answers_are_understood_and_nothing_else() -> None:
    state = DialogueState(questioned=True, asked="genre")
    assert answer(state, "a", CATALOG) == Intent(move="refine", wanted={"genre": ("A",)})
    assert answer(state, "Any", CATALOG) == Intent(move="refine")
    assert answer(state, "something with dragons", CATALOG) is None
    assert answer(DialogueState(), "A", CATALOG) is None
    assert is_vague(state)


def test_a_newcomer_is_asked_once_and_the_answer_counts(assistant: Assistant) -> None:
    first = assistant.chat("ann", "recommend something")
    assert first.recommendations
    assert first.read().endswith(first.question)
    assert first.question.count("?") == 1
    value = first.options[0].text
    second = assistant.chat("ann", value, first.session_id)
    assert (second.question, bool(second.recommendations)) == ("", True)
    assert all(value in p.facets["genres"] for p in second.recommendations)
    ignored = assistant.chat("bob", "recommend something")
    assert assistant.chat("bob", "show me more", ignored.session_id).question == ""
