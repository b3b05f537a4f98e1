from __future__ import annotations

import pytest

from assistant.dialogue import DialogueState, fold
from assistant.errors import StoreError
from assistant.types import Intent

COMEDY, HORROR = {"genres": ("Comedy",)}, {"genres": ("Horror",)}


def test_a_refinement_adds_and_a_new_request_replaces() -> None:
    first = fold(DialogueState(), Intent(wanted=COMEDY, unwanted=HORROR, year_min=1990, query="witty"), [])
    refined = fold(first, Intent(move="refine", wanted={"genres": ("Crime",)}), [])
    assert refined.wanted == {"genres": ("Comedy", "Crime")}
    assert (refined.year_min, refined.query, refined.unwanted) == (1990, "witty", HORROR)
    fresh = fold(refined, Intent(wanted={"genres": ("War",)}), [])
    assert (fresh.wanted, fresh.year_min, fresh.query) == ({"genres": ("War",)}, None, "")
    assert fresh.unwanted == HORROR


def test_what_is_wanted_again_is_no_longer_unwanted_and_the_other_way_round() -> None:
    state = fold(DialogueState(), Intent(unwanted=HORROR), [])
    assert fold(state, Intent(move="refine", wanted=HORROR), []).unwanted == {}
    wanted = fold(DialogueState(), Intent(wanted=HORROR), [])
    assert fold(wanted, Intent(move="refine", unwanted=HORROR), []).wanted == {}


def test_withdrawing() -> None:
    state = fold(DialogueState(), Intent(wanted=COMEDY, year_min=1990, year_max=1999), [])
    open_years = fold(state, Intent(move="refine", withdrawn=("year",)), [])
    assert (open_years.year_min, open_years.year_max, open_years.wanted) == (None, None, COMEDY)
    assert fold(state, Intent(move="refine", withdrawn=("genres",)), []).wanted == {}


def test_older_and_newer_move_the_years_from_the_last_picks() -> None:
    older = fold(DialogueState(), Intent(move="critique", direction="older"), [], [1980, 1990, 2000])
    newer = fold(DialogueState(), Intent(move="critique", direction="newer"), [], [1980, 1990, 2000])
    assert (older.year_max, newer.year_min) == (1989, 1991)


def test_a_critique_turns_the_last_picks_down() -> None:
    state = DialogueState().showing(["a", "b"])
    assert fold(state, Intent(move="critique"), []).rejected == ("a", "b")
    assert fold(state, Intent(move="refine"), []).rejected == ()


def test_state_survives_json_and_a_damaged_one_is_named() -> None:
    state = fold(DialogueState(), Intent(wanted=COMEDY, year_min=1990), ["x"]).showing(["a"])
    assert DialogueState.loads(state.model_dump_json()) == state
    for text in ("", "[]", '{"wanted": 3}', '{"colour": "red"}'):
        with pytest.raises(StoreError, match="damaged"):
            DialogueState.loads(text)
