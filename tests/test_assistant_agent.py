from __future__ import annotations

import json
import threading
from pathlib import Path

import numpy as np
import pytest

from assistant.agent import Assistant
from assistant.errors import BadInput, EngineError, UnknownSession
from assistant.llm import ScriptedLLM
from assistant.rooms import Rooms
from assistant.store import Store
from assistant.types import LLMState

INTENT = json.dumps(
    {"move": "ask", "like": [], "dislike": [], "want": [], "avoid": [], "query": "smart dark"}
)
ASK = "I loved Blade Runner and The Matrix. Something smart and dark set in the future, no horror, after 1995"


def ids(assistant: Assistant, *titles: str) -> list[str]:
    catalog = assistant.rooms.catalog
    return [catalog.ids[catalog.titles.index(title)] for title in titles]


def test_picks_are_there_before_the_prose_and_obey_every_constraint(assistant: Assistant) -> None:
    assistant.llm = ScriptedLLM([INTENT, "Dark City (1998) suits you. Contact (1997) is a thoughtful drama."])
    reply = assistant.chat("ann", ASK)
    assert len(reply.recommendations) == 5
    assert (reply.text, reply.usage.calls) == ("", 1)
    for pick in reply.recommendations:
        assert "Horror" not in pick.facets["genres"]
        assert (pick.year or 0) >= 1996
        assert pick.title not in ("Blade Runner", "The Matrix")
    reply.read()
    assert reply.usage.calls == 2
    assert assistant.stances("ann") == dict.fromkeys(ids(assistant, "Blade Runner", "The Matrix"), "like")


def test_the_score_of_a_pick_is_the_sum_of_its_reasons(assistant: Assistant) -> None:
    for pick in assistant.chat("ann", ASK).recommendations:
        assert pick.score == pytest.approx(sum(reason.weight for reason in pick.reasons), abs=1e-5)
        assert {"like", "popularity"} <= {reason.kind for reason in pick.reasons}


def test_no_title_but_a_pick_is_read(assistant: Assistant) -> None:
    assistant.llm = ScriptedLLM([INTENT, "Watch Titanic. Try Solaris too. I suggest Alien."])
    reply = assistant.chat("ann", ASK)
    text = reply.read()
    assert not any(title in text for title in ("Titanic", "Solaris", "Alien"))
    assert reply.recommendations[0].label in text


def test_a_like_moves_the_ranking_and_the_taste(assistant: Assistant) -> None:
    before = [pick.item_id for pick in assistant.recommend("bob", 20)]
    liked = ids(assistant, "Notting Hill")[0]
    taste = assistant.feedback("bob", liked, "like")
    after = [pick.item_id for pick in assistant.recommend("bob", 20)]
    assert after != [item for item in before if item != liked]
    moved = {a.value: a.now - a.before for a in taste.affinities}
    assert moved["Romance"] > 0 > moved["Sci-Fi"]
    assert taste.last == "You liked Notting Hill (1999)"


def test_a_dislike_lowers_what_is_alike(assistant: Assistant) -> None:
    others = ids(assistant, "Pretty Woman", "Love Actually", "You've Got Mail")
    before = {p.item_id: p.score for p in assistant.picks("bob", others)}
    assistant.feedback("bob", ids(assistant, "Notting Hill")[0], "dislike")
    after = {p.item_id: p.score for p in assistant.picks("bob", others)}
    assert np.mean([after[i] for i in others]) < np.mean([before[i] for i in others])


def test_taking_a_like_back_restores_the_scores_exactly(assistant: Assistant) -> None:
    before = assistant.recommend("bob", 10)
    item = ids(assistant, "Alien")[0]
    assistant.feedback("bob", item, "like")
    assert item not in [p.item_id for p in assistant.recommend("bob", 32)]
    assistant.feedback("bob", item, "clear")
    assert assistant.recommend("bob", 10) == before


def test_hidden_and_disliked_items_never_come_back(assistant: Assistant) -> None:
    first, second = (p.item_id for p in assistant.recommend("bob", 2))
    assistant.feedback("bob", first, "hide")
    assistant.feedback("bob", second, "dislike")
    assert not {first, second} & {p.item_id for p in assistant.recommend("bob", 32)}
    assert not {first, second} & {p.item_id for p in assistant.chat("bob", "anything").recommendations}


def test_feedback_in_any_order_and_twice_at_once_gives_the_same_state(rooms: Rooms, tmp_path: Path) -> None:
    stream = [
        ("Alien", "like", 1.0),
        ("Big", "dislike", 2.0),
        ("Contact", "like", 3.0),
        ("Alien", "like", 1.0),
    ]

    def give(assistant: Assistant, position: int) -> None:
        title, kind, at = stream[position]
        assistant.feedback("ann", ids(assistant, title)[0], kind, at=at)  # type: ignore[arg-type]

    scores = []
    for name, order in (("a", [0, 1, 2, 3]), ("b", [2, 3, 1, 0]), ("together", [])):
        assistant = Assistant(rooms, Store(f"sqlite:///{tmp_path}/{name}.db"))
        for position in order:
            give(assistant, position)
        jobs = [threading.Thread(target=give, args=(assistant, k)) for k in range(0 if order else 4)]
        for job in jobs:
            job.start()
        for job in jobs:
            job.join()
        assert len(assistant.store.events("ann")) == 3
        scores.append(assistant._people.get("ann").scores)
    assert np.array_equal(scores[0], scores[1])
    assert np.array_equal(scores[0], scores[2])


@pytest.mark.parametrize("text", ["", "   ", "\x00\x00", "🎬🍿", "\ud800", "x" * 100_000, "\u200b", "?!"])
def test_unusable_messages_get_a_polite_line_and_store_nothing(assistant: Assistant, text: str) -> None:
    reply = assistant.chat("ann", text)
    assert reply.recommendations == []
    assert 0 < len(reply.read()) < 120
    assert assistant.users() == []


def test_a_message_with_broken_characters_is_cleaned_and_answered(assistant: Assistant) -> None:
    reply = assistant.chat("ann", "a com\x00edy \ud83d from the 90s")
    assert reply.recommendations
    reply.read()
    assert assistant.turns("ann", reply.session_id)[0].text == "a comedy from the 90s"


def test_impossible_constraints_bring_no_pick_and_the_one_to_drop_is_named(assistant: Assistant) -> None:
    reply = assistant.chat("ann", "a musical from before 1930")
    text = reply.read()
    assert reply.recommendations == []
    assert "Without the limit of year to 1929 there would be 2" in text
    accepted = assistant.chat("ann", reply.options[0].text, reply.session_id)
    assert [p.facets["genres"].count("Musical") for p in accepted.recommendations] == [1, 1]


def test_what_was_ruled_out_is_not_what_is_offered_to_drop(assistant: Assistant) -> None:
    text = assistant.chat("ann", "sci-fi before 1950, no horror").read()
    assert "Without the limit of year to 1949" in text


def test_constraints_stand_across_turns_and_restarts(rooms: Rooms, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/e.db"
    first = Assistant(rooms, Store(url))
    reply = first.chat("ann", "a thriller, no horror")
    reply.read()
    first.close()
    again = Assistant(rooms, Store(url)).chat("ann", "only from the 90s", reply.session_id)
    assert again.recommendations
    for pick in again.recommendations:
        assert "Thriller" in pick.facets["genres"]
        assert "Horror" not in pick.facets["genres"]
        assert 1990 <= (pick.year or 0) <= 1999


def test_something_else_brings_nothing_that_was_shown(assistant: Assistant) -> None:
    first = assistant.chat("ann", "a comedy")
    second = assistant.chat("ann", "something else", first.session_id)
    assert second.recommendations
    assert not {p.item_id for p in first.recommendations} & {p.item_id for p in second.recommendations}


def test_why_and_compare_are_answered_from_the_terms_of_the_score(assistant: Assistant) -> None:
    first = assistant.chat("ann", "I loved Alien. a thriller")
    why = assistant.chat("ann", "why these?", first.session_id).read()
    assert "you liked Alien (1979)" in why
    table = assistant.chat("ann", "compare Contact and Gattaca", first.session_id).read()
    assert table.splitlines()[0].count("|") == 4
    assert "Contact (1997)" in table
    assert "Gattaca (1997)" in table


@pytest.mark.parametrize("status", ["loading", "down", "failed"])
def test_without_a_ready_model_rules_and_templates_answer_and_say_so(
    assistant: Assistant, status: str
) -> None:
    assistant.llm = ScriptedLLM([], status=LLMState(status))  # type: ignore[arg-type]
    reply = assistant.chat("ann", "a comedy from the 90s")
    text = reply.read()
    assert "by rules" in text
    assert reply.recommendations[0].label in text
    assert (reply.usage.calls, reply.fallback) == (0, True)


def test_a_model_that_fails_in_both_calls_still_leaves_a_whole_turn(assistant: Assistant) -> None:
    assistant.llm = ScriptedLLM([EngineError("a"), EngineError("b")])
    reply = assistant.chat("ann", "a comedy from the 90s")
    assert reply.recommendations[0].label in reply.read()
    assert reply.fallback


def test_a_turn_is_stored_once_even_when_the_reader_leaves(assistant: Assistant) -> None:
    assistant.llm = ScriptedLLM([INTENT, "These are for you. They suit a dark evening. Bye."])
    reply = assistant.chat("ann", ASK)
    stream = iter(reply)
    said = next(stream)
    stream.close()  # type: ignore[attr-defined]
    turns = assistant.turns("ann", reply.session_id)
    assert [(t.reply, len(t.picks)) for t in turns] == [(said, 5)]


def test_unknown_things_are_named_and_leave_no_trace(assistant: Assistant) -> None:
    with pytest.raises(BadInput, match="no item 'nope'"):
        assistant.feedback("ann", "nope", "like")
    with pytest.raises(BadInput, match="no feedback 'adore'"):
        assistant.feedback("ann", "1", "adore")  # type: ignore[arg-type]
    with pytest.raises(UnknownSession, match="no session 'nope'"):
        assistant.chat("ann", "hello", "nope")
    with pytest.raises(UnknownSession):
        assistant.feedback("ann", "1", "like", session_id="nope")
    for call in (assistant.recommend, assistant.taste, assistant.sessions, assistant.stances):
        with pytest.raises(BadInput, match="malformed"):
            call("a/b")
    with pytest.raises(BadInput, match="1 to 100"):
        assistant.recommend("ann", 0)
    assert assistant.users() == []


def test_more_like_this_is_alike_and_not_itself(assistant: Assistant) -> None:
    item = ids(assistant, "Notting Hill")[0]
    found = assistant.similar("ann", item, 4)
    assert len(found) == 4
    assert item not in [p.item_id for p in found]


def test_history_is_imported_with_a_report(assistant: Assistant, tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(
        "Title;Year;Rating\nMatrix, The;1999;9\nBig;1988;2\nContact;;6\nNo Such Film;1990;8\n;;\n"
    )
    report = assistant.import_history("ann", path)
    assert (report.liked, report.disliked, report.seen) == (
        ("The Matrix (1999)",),
        ("Big (1988)",),
        ("Contact (1997)",),
    )
    assert report.unknown == ("No Such Film",)
    assert len(assistant.stances("ann")) == 3


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"a,b\n1,2\n", "no column of titles"),
        (b"", "no column of titles"),
        (b"title\n\x00\x01", "no text file"),
    ],
)
def test_a_wrong_history_file_is_named_and_stores_nothing(
    assistant: Assistant, tmp_path: Path, content: bytes, word: str
) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    with pytest.raises(BadInput, match=word):
        assistant.import_history("ann", path)
    with pytest.raises(BadInput, match="cannot be read"):
        assistant.import_history("ann", tmp_path / "none.csv")
    assert assistant.users() == []
