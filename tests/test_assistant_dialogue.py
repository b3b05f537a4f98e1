from __future__ import annotations

import json
import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import folding
from assistant.dialogue import DialogueState, fold
from assistant.errors import StoreError
from assistant.reading import audience
from assistant.reading.said import Said, asks_again, referred, resolve
from assistant.types import Intent
from retriever.catalog import Catalog

ROWS = [
    ("a", "Heat", 1995, ["Crime", "Thriller"], ["Mann"], 10.0),
    ("b", "Big", 1988, ["Comedy", "Fantasy"], ["Marshall"], 20.0),
    ("c", "Fargo", 1996, ["Comedy", "Crime"], ["Coen", "Coen Two"], 30.0),
    ("d", "Alien", 1979, ["Horror", "Sci-Fi"], ["Scott"], None),
    ("e", "Shrek", 2001, ["Comedy", "Children"], ["Jenson"], 40.0),
    ("f", "Platoon", 1986, ["War", "Drama"], ["Stone"], 50.0),
]
CATALOG = Catalog.from_frame(
    pl.DataFrame(
        {
            "item_id": [r[0] for r in ROWS],
            "title": [r[1] for r in ROWS],
            "year": [r[2] for r in ROWS],
            "genres": [r[3] for r in ROWS],
            "director": [r[4] for r in ROWS],
            "price (EUR)": [r[5] for r in ROWS],
            "shelf": [["left"], ["right"], ["left"], ["right"], ["left"], ["right"]],
        }
    )
)
COMEDY, HORROR, CRIME = ({"genres": (name,)} for name in ("Comedy", "Horror", "Crime"))
NOBODY = Said()


def after(*intents: Intent | tuple[Intent, Said], state: DialogueState | None = None) -> DialogueState:
    state = state or DialogueState()
    for entry in intents:
        intent, said = entry if isinstance(entry, tuple) else (entry, NOBODY)
        state = fold(state, intent, said, CATALOG)
    return state


def titles(state: DialogueState, banned: folding.Facets | None = None) -> set[str]:
    mask = CATALOG.mask(state.constraints(frozenset(), banned))
    return {CATALOG.titles[row] for row in mask.nonzero()[0]}


def refine(**slots: object) -> Intent:
    return Intent(move="refine", **slots)  # type: ignore[arg-type]


def critique(**slots: object) -> Intent:
    return Intent(move="critique", **slots)  # type: ignore[arg-type]


def test_a_refinement_adds_and_a_new_request_replaces() -> None:
    first = after(Intent(wanted=COMEDY, unwanted=HORROR, year_min=1990, query="witty"))
    refined = after(refine(wanted=CRIME), state=first)
    assert refined.wanted == {"genres": ("Comedy", "Crime")}
    assert (refined.ranges, refined.query, refined.unwanted) == ({"year": (1990, None)}, "witty", HORROR)
    fresh = after(Intent(wanted={"genres": ("War",)}), state=refined)
    assert (fresh.wanted, fresh.ranges, fresh.query) == ({"genres": ("War",)}, {}, "")
    assert fresh.unwanted == HORROR


def test_values_that_no_item_has_together_replace_each_other() -> None:
    assert after(Intent(wanted=COMEDY), refine(wanted={"genres": ("War",)})).wanted == {"genres": ("War",)}
    assert after(Intent(wanted={"shelf": ("left",)}), refine(wanted={"shelf": ("right",)})).wanted == {
        "shelf": ("right",)
    }


def test_what_is_wanted_again_is_no_longer_unwanted_and_the_other_way_round() -> None:
    assert after(Intent(unwanted=HORROR), refine(wanted=HORROR)).unwanted == {}
    assert after(Intent(wanted=HORROR), refine(unwanted=HORROR)).wanted == {}
    assert after(Intent(wanted=COMEDY, match_any=True), refine(unwanted=COMEDY)).either == ()


def test_one_of_several_is_enough() -> None:
    either = after(Intent(wanted={"genres": ("Comedy", "War")}, match_any=True))
    assert titles(either) == {"Big", "Fargo", "Shrek", "Platoon"}
    across = after(Intent(wanted={"genres": ("War",), "shelf": ("left",)}, match_any=True))
    assert titles(across) == {"Heat", "Fargo", "Shrek", "Platoon"}
    brands = after(Intent(wanted={"genres": ("Crime", "War"), "shelf": ("left",)}, match_any=True))
    assert titles(brands) == {"Heat", "Fargo"}
    assert titles(after(refine(wanted=CRIME), state=either)) == {"Heat", "Fargo"}


def test_withdrawing() -> None:
    state = after(
        Intent(
            wanted=COMEDY,
            unwanted={"genres": ("Horror", "War")},
            year_min=1990,
            ranges={"price": (None, 30)},
            people=("Coen",),
            audience="kids",
            count=3,
            query="witty",
        )
    )
    assert state.ranges == {"year": (1990, None), "price": (None, 30)}
    assert after(refine(withdrawn=("year",)), state=state).ranges == {"price": (None, 30)}
    value = after(refine(withdrawn=("genres:Horror",)), state=state)
    assert (value.wanted, value.unwanted) == (COMEDY, {"genres": ("War",)})
    facet = after(refine(withdrawn=("genres",)), state=state)
    assert (facet.wanted, facet.unwanted) == ({}, {})
    slots = after(refine(withdrawn=("audience", "count", "query", "people")), state=state)
    assert (slots.audience, slots.count, slots.query, slots.people) == (None, None, "", ())


@pytest.mark.parametrize(
    ("old", "new", "result"),
    [
        (None, (1990, None), (1990, None)),
        ((1990, None), (None, 1999), (1990, 1999)),  # narrowed
        ((None, 50), (None, 80), (None, 80)),  # widened
        ((1990, 1999), (1995, None), (1995, 1999)),
        ((2005, None), (None, 1999), (None, 1999)),  # contradicted
        ((1990, 1999), (1970, 1979), (1970, 1979)),
    ],
)
def test_ranges_are_narrowed_widened_and_contradicted(
    old: tuple[int, int] | None, new: tuple[int, int], result: tuple[int, int]
) -> None:
    assert folding.narrow(old, new) == result


def test_a_critique_is_strict_for_this_turn_and_a_direction_then() -> None:
    shown = DialogueState().showing(["a", "b", "c", "d"])  # prices 10, 20, 30, unknown
    cheaper = after(critique(toward={"price": "lower"}), state=shown)
    assert cheaper.bounds["price"] == (None, math.nextafter(20.0, -math.inf))
    assert titles(cheaper) == {"Heat"}
    later = after(refine(wanted=CRIME), state=cheaper)
    assert (later.bounds, later.toward) == ({}, {"price": "lower"})
    assert after(Intent(toward={"price": "lower"})).bounds == {}
    assert after(refine(ranges={"price": (None, 30)}), state=later).toward == {}


def test_older_than_the_range_that_stands_gives_up_its_low_end() -> None:
    state = after(Intent(year_min=1995, year_max=2001)).showing(["a"])
    older = after(critique(direction="older"), state=state)
    assert older.ranges == {"year": (None, 2001)}
    assert titles(older) == {"Big", "Alien", "Platoon"}


def test_older_is_fine_replaces() -> None:
    state = after(Intent(year_min=1995, wanted=COMEDY))
    assert titles(state) == {"Fargo", "Shrek"}
    assert titles(after(refine(withdrawn=("year",)), state=state)) == {"Fargo", "Shrek", "Big"}


def test_stretches_ruled_out_add_up_until_they_are_asked_for() -> None:
    state = after(Intent(not_ranges={"year": (1990, 1999)}), refine(not_ranges={"year": (1970, 1979)}))
    assert titles(state) == {"Big", "Shrek", "Platoon"}
    assert titles(after(refine(ranges={"year": (1995, 1996)}), state=state)) == {"Heat", "Fargo"}


def test_more_and_less_shift_and_do_not_filter() -> None:
    state = after(Intent(unwanted=COMEDY), critique(more=COMEDY))
    assert (state.unwanted, state.more) == ({}, COMEDY)
    state = after(critique(less=COMEDY), state=state)
    assert (state.more, state.less) == ({}, COMEDY)
    assert len(titles(state)) == len(ROWS)


def test_people_are_spelled_and_ruled_out() -> None:
    assert titles(after(Intent(people=("coen",)))) == {"Fargo"}
    assert titles(after(Intent(people=("Coen",)), refine(people=("Scott",)))) == {"Alien"}
    assert "Fargo" not in titles(after(Intent(people=("Coen",)), refine(not_people=("Coen",))))
    assert after(Intent(people=("Nobody",))).people == ()


def test_same_shares_a_value_of_a_pick() -> None:
    director = after((refine(same={"director": "#3"}), Said(same={"director": "c"})))
    assert titles(director) == {"Fargo"}
    year = after((refine(same={"year": "#1"}), Said(same={"year": "a"})))
    assert titles(year) == {"Heat"}
    assert titles(after((refine(same={"price": "#1"}), Said(same={"price": "a"})))) == {"Heat"}


def test_nothing_said_five_turns_ago_is_lost() -> None:
    state = after(Intent(wanted=COMEDY, unwanted=HORROR, ranges={"price": (None, 35)}, audience="family"))
    for move in ("critique", "why", "rate", "chat", "refine", "off-topic", "compare", "unsafe"):
        state = after(Intent(move=move), state=state)  # type: ignore[arg-type]
    assert (state.wanted, state.unwanted, state.audience) == (COMEDY, HORROR, "family")
    assert titles(state) == {"Big", "Fargo"}


def test_a_critique_turns_the_last_picks_down_and_other_moves_do_not() -> None:
    state = DialogueState().showing(["a", "b"])
    assert after(critique(), state=state).rejected == ("a", "b")
    for move in ("refine", "why", "chat", "rate"):
        assert after(Intent(move=move), state=state).rejected == ()  # type: ignore[arg-type]
    disliked = after((Intent(move="rate"), Said(disliked=("b",))), state=state)
    assert (disliked.rejected, disliked.named) == (("b",), ("b",))


def test_a_reset_drops_all_but_what_was_turned_down() -> None:
    state = after(Intent(wanted=COMEDY, unwanted=HORROR, audience="kids")).showing(["a"])
    state = after(critique(), Intent(move="reset", wanted=CRIME), state=state)
    assert state == DialogueState(wanted=CRIME, allowed=CRIME, rejected=("a",))


def test_the_audience_is_a_hard_limit_where_the_catalogue_can_tell() -> None:
    state = after(Intent(audience="kids"))
    banned = audience.ruled_out(state.audience, CATALOG)
    assert titles(state, banned) == {"Big", "Shrek"}
    assert audience.suited("kids", CATALOG) == {"genres": ("Children",)}
    assert audience.ruled_out("teens", CATALOG) == {}
    assert audience.ruled_out("kids", CATALOG, {"kids": ("comedy",)}) == {"genres": ("Comedy",)}
    shop = Catalog.from_frame(pl.DataFrame({"item_id": ["1"], "title": ["Nail"], "size": [["big"]]}))
    assert not audience.can_tell("kids", shop)
    assert audience.can_tell("kids", CATALOG)
    assert audience.can_tell(None, shop)


@pytest.mark.parametrize(
    ("reference", "items"),
    [
        ("#1", ("a",)),
        ("#3", ("c",)),
        ("#-1", ("c",)),
        ("#-2", ("b",)),
        ("#*", ("a", "b", "c")),
        ("#it", ("a",)),
        ("#4", ()),
        ("#0", ()),
        ("#x", ()),
    ],
)
def test_references(reference: str, items: tuple[str, ...]) -> None:
    assert referred(reference, ["a", "b", "c"]) == items
    assert referred("#it", ["a"], "z") == ("z",)


def test_titles_and_references_become_items_and_the_focus_moves() -> None:
    find = {"Heat": "a", "Big": "b"}.get
    intent = Intent(liked=("Heat", "#2"), about=("Nowhere",), same={"director": "#it"})
    said = resolve(intent, ["c", "d"], "", find)
    assert (said.liked, said.unknown, said.same) == (("a", "d"), ("Nowhere",), {"director": "c"})
    state = after((Intent(move="why", about=("#2",)), resolve(Intent(about=("#2",)), ["c", "d"], "", find)))
    assert state.focus == "d"
    assert resolve(Intent(liked=("#it",)), ["c", "d"], state.focus, find).liked == ("d",)
    assert state.showing(["e"]).focus == ""


@pytest.mark.parametrize(
    ("text", "intent", "again"),
    [
        ("show me those again", refine(), True),
        ("go back to the first list", refine(), True),
        ("再给我看一遍刚才那些", refine(), True),
        ("the second one again", refine(about=("#2",)), True),
        ("something else", critique(), False),
        ("why those again?", Intent(move="why"), False),
        ("show me more", refine(), False),
    ],
)
def test_asking_for_what_was_shown(text: str, intent: Intent, again: bool) -> None:
    assert asks_again(text, intent) is again


def test_state_survives_json_old_states_load_and_a_damaged_one_is_named() -> None:
    intent = Intent(wanted=COMEDY, year_min=1990, not_ranges={"price": (1, 2)}, audience="teens")
    state = after((intent, Said(liked=("e",)))).showing(["a"])
    assert DialogueState.loads(state.model_dump_json()) == state
    cheaper = after(critique(toward={"price": "lower"}), state=state)
    assert DialogueState.loads(cheaper.model_dump_json()) == cheaper
    old = {"wanted": {"genres": ["Comedy", "War"]}, "match_any": True, "year_min": 1990, "year_max": None}
    loaded = DialogueState.loads(json.dumps({**old, "colour": "red"}))
    assert (loaded.ranges, loaded.wanted) == ({"year": (1990, None)}, {})
    assert loaded.either == ({"genres": ("Comedy", "War")},)
    for text in ("", "[]", '{"wanted": 3}', '{"ranges": {"year": "x"}}'):
        with pytest.raises(StoreError, match="damaged"):
            DialogueState.loads(text)


VALUES = st.fixed_dictionaries(
    {},
    optional={
        "genres": st.lists(st.sampled_from(["Comedy", "Crime", "War", "Horror", "Nonsense"]), max_size=2).map(
            tuple
        )
    },
)
INTENTS = st.builds(
    lambda move, wanted, unwanted, more, any_, low, side: Intent(
        move=move,
        wanted=wanted,
        unwanted=unwanted,
        more=more,
        match_any=any_,
        ranges={} if low is None else {"price": (low, None)},
        toward={"price": side} if side else {},
    ),
    st.sampled_from(["ask", "refine", "critique", "rate", "chat", "reset", "why"]),
    VALUES,
    VALUES,
    VALUES,
    st.booleans(),
    st.none() | st.integers(0, 60),
    st.sampled_from([None, "lower", "higher"]),
)


@given(st.lists(INTENTS, max_size=6))
def test_any_dialogue_folds_into_constraints_that_the_catalogue_takes(intents: list[Intent]) -> None:
    state = DialogueState()
    for intent in intents:
        state = after(intent, state=state)
        mask = CATALOG.mask(state.constraints(frozenset()))
        state = state.showing([CATALOG.ids[row] for row in mask.nonzero()[0][:2]])
        wanted = {v for values in state.wanted.values() for v in values}
        assert not wanted & {v for values in state.unwanted.values() for v in values}
        assert DialogueState.loads(state.model_dump_json()) == state
