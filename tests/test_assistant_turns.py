"""Whole turns on given intents: what comes after the reading."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.agent import Assistant
from assistant.conversation import Reply
from assistant.rooms import Rooms
from assistant.store import Store
from assistant.types import Intent

HORROR, COMEDY = {"genres": ("Horror",)}, {"genres": ("Comedy",)}
ROMANCE, SCI_FI = {"genres": ("Romance",)}, {"genres": ("Sci-Fi",)}


class Talk:
    """One session of one person whose messages are read as told."""

    def __init__(self, assistant: Assistant, user: str = "ann") -> None:
        self.assistant, self.user, self.session = assistant, user, None

    def __call__(self, text: str, **slots: object) -> Reply:
        intent = Intent(**slots)  # type: ignore[arg-type]
        self.assistant.read_by(lambda *_: intent)
        reply = self.assistant.chat(self.user, text, self.session)
        reply.read()
        self.session = reply.session_id  # type: ignore[assignment]
        return reply


@pytest.fixture
def talk(assistant: Assistant) -> Talk:
    return Talk(assistant)


def items(reply: Reply) -> list[str]:
    return [pick.item_id for pick in reply.recommendations]


def test_something_else_never_brings_back_what_was_shown(talk: Talk) -> None:
    shown = items(talk("romance", wanted=ROMANCE))
    for _ in range(2):
        more = items(talk("something else", move="critique"))
        assert not set(more) & set(shown)
        shown += more
    rest = talk("something else", move="critique")
    assert not set(items(rest)) & set(shown)
    last = talk("something else", move="critique")
    assert items(last) == []
    assert "Nothing" in last.text or "shown or turned down" in last.text


def test_what_was_shown_comes_back_only_when_asked_or_when_nothing_else_fits(talk: Talk) -> None:
    first = talk("romance", wanted=ROMANCE)
    second = talk("more", move="refine")
    assert not set(items(first)) & set(items(second))
    again = talk("show me those again", move="refine")
    assert items(again) == items(second)
    musicals = talk("musicals", wanted={"genres": ("Musical",)})
    assert len(items(musicals)) <= 2
    once_more = talk("only from 1978", move="refine", ranges={"year": (1978, 1978)})
    assert [p.label for p in once_more.recommendations] == ["Grease (1978)"]


def test_older_is_strictly_older_than_the_middle_of_the_picks(talk: Talk) -> None:
    first = talk("sci-fi", wanted=SCI_FI)
    years = sorted(p.year or 0 for p in first.recommendations)
    older = talk("older", move="critique", toward={"year": "lower"})
    assert older.recommendations
    assert all((p.year or 0) < years[2] for p in older.recommendations)


def test_fewer_picks_are_shown_rather_than_a_constraint_broken(talk: Talk) -> None:
    reply = talk("romance before 1980", wanted=ROMANCE, ranges={"year": (None, 1979)}, count=4)
    assert {p.label for p in reply.recommendations} == {"Casablanca (1942)", "Grease (1978)"}
    assert "Only 2 in the catalogue fit all of that." in reply.text
    assert "Without the limit of year to 1979 there would be" in reply.text
    accepted = talk(reply.options[0].text, move="chat")
    assert len(accepted.recommendations) == 4
    assert all("Romance" in p.facets["genres"] for p in accepted.recommendations)


def test_no_is_no_acceptance(talk: Talk) -> None:
    talk("romance before 1940", wanted=ROMANCE, ranges={"year": (None, 1939)})
    assert talk("no", move="chat").recommendations == []
    assert talk("thanks", move="chat").recommendations == []


def test_references_hold_over_turns_that_show_nothing(talk: Talk) -> None:
    first = talk("sci-fi", wanted=SCI_FI)
    second_pick = first.recommendations[1]
    why = talk("why the second?", move="why", about=("#2",))
    assert (why.recommendations, [p.item_id for p in why.about]) == ([], [second_pick.item_id])
    assert second_pick.label in why.text
    fact = talk("what year is it from?", move="why", about=("#it",))
    assert f"{second_pick.label}: year {second_pick.year}." in fact.text
    talk("hello", move="chat")
    liked = talk("loved it", move="rate", liked=("#it",))
    assert f"you like {second_pick.label}" in liked.text
    assert talk.assistant.stances("ann") == {second_pick.item_id: "like"}
    third = talk("not the third", move="critique", disliked=("#3",))
    assert talk.assistant.stances("ann")[first.recommendations[2].item_id] == "dislike"
    assert not set(items(first)) & set(items(third))


def test_why_tells_where_it_would_stand_without_a_like(talk: Talk, assistant: Assistant) -> None:
    reply = talk("I loved Alien", liked=("Alien",))
    told = talk("why the first?", move="why", about=("#1",))
    assert "Without your like of Alien (1979) it would" in told.text
    like = next(r for r in told.about[0].reasons if r.kind == "like")
    assert "you liked Alien (1979)" in told.text
    assert like.weight != 0
    without = assistant._people.without("ann", assistant.rooms.catalog.ids[2])
    assert without.events == ()
    assert reply.recommendations[0].item_id == told.about[0].item_id


def test_comparing_says_facts_and_whose_score_is_higher(talk: Talk) -> None:
    talk("I loved Alien", liked=("Alien",))
    reply = talk("Aliens or Notting Hill?", move="compare", about=("Aliens", "Notting Hill"))
    lines = reply.text.splitlines()
    assert lines[0] == "|  | Aliens (1986) | Notting Hill (1999) |"
    assert "| year | 1986 | 1999 |" in lines
    assert "scores higher for you" in lines[-1]
    best = max(reply.about, key=lambda pick: pick.score)
    assert lines[-1].startswith(best.label)
    older = talk("which is older?", move="compare", about=("Aliens", "Notting Hill"))
    assert "year: lowest Aliens (1986) (1986), highest Notting Hill (1999) (1999)." in older.text


def test_facts_that_the_catalogue_lacks_are_not_made_up(talk: Talk) -> None:
    reply = talk("what does Alien weigh?", move="why", about=("Alien",))
    assert "does not say" in reply.text
    assert talk("why that?", move="why", about=("Nowhere Film",)).text.startswith("I could not find")


def test_the_audience_is_a_limit_in_every_turn_until_it_is_taken_back(talk: Talk) -> None:
    first = talk("for my kids", audience="kids")
    assert first.recommendations
    for _ in range(4):
        reply = talk("others", move="critique")
        for pick in reply.recommendations:
            assert not {"Horror", "Thriller", "Crime", "War", "Film-Noir"} & set(pick.facets["genres"])
    freed = talk("the kids are in bed", move="refine", withdrawn=("audience",), wanted=HORROR)
    assert freed.recommendations


def test_standing_dislikes_hold_in_other_sessions_and_can_be_deleted(assistant: Assistant) -> None:
    Talk(assistant)("I hate horror", unwanted=HORROR)
    Talk(assistant)("no romance tonight", unwanted=ROMANCE)
    assert assistant.taste("ann").avoided == (("genres", "Horror"),)
    later = Talk(assistant)
    for _ in range(6):
        for pick in later("more sci-fi", wanted=SCI_FI).recommendations:
            assert "Horror" not in pick.facets["genres"]
    asked = Talk(assistant)("horror, for once", wanted=HORROR)
    assert all("Horror" in p.facets["genres"] for p in asked.recommendations)
    assert asked.recommendations
    assert assistant.allow("ann", "genres", "Horror").avoided == ()


def test_a_reset_without_a_wish_shows_nothing_and_forgets(talk: Talk) -> None:
    talk("romance", wanted=ROMANCE)
    reply = talk("start over", move="reset")
    assert (reply.recommendations, "Forgotten" in reply.text) == ([], True)
    anything = talk("anything", move="ask")
    assert {"Sci-Fi"} & {g for p in anything.recommendations for g in p.facets["genres"]}


@pytest.mark.parametrize("move", ["off-topic", "unsafe", "chat"])
def test_what_is_no_request_is_answered_briefly_and_changes_nothing(talk: Talk, move: str) -> None:
    first = talk("romance, no comedy", wanted=ROMANCE, unwanted=COMEDY)
    aside = talk("and now something else entirely", move=move)
    assert aside.recommendations == []
    assert 0 < len(aside.text) < 160
    more = talk("more", move="refine")
    for pick in (*first.recommendations, *more.recommendations):
        assert "Romance" in pick.facets["genres"]
        assert "Comedy" not in pick.facets["genres"]


def test_answers_come_in_the_language_of_the_person(talk: Talk) -> None:
    reply = talk("想看科幻片", wanted=SCI_FI)
    assert reply.recommendations[0].label in reply.text
    assert "：" in reply.text
    assert "得分" in talk("为什么推荐第一部？", move="why", about=("#1",)).text
    assert "记下了" in talk("喜欢第二部", move="rate", liked=("#2",)).text
    assert "目录" in talk("写一首诗", move="off-topic").text
    assert "对你来说" in talk("比较一下第一和第二", move="compare", about=("#1", "#2")).text
    assert talk("and in English?", move="chat").text.startswith("Hello")


def test_a_state_of_an_earlier_version_goes_on(rooms: Rooms, tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/e.db")
    old = '{"wanted": {"genres": ["Romance"]}, "match_any": false, "year_min": 1990, "year_max": null}'
    session = store.start_session("ann", old)
    talk = Talk(Assistant(rooms, store))
    talk.session = session  # type: ignore[assignment]
    for pick in talk("more", move="refine").recommendations:
        assert "Romance" in pick.facets["genres"]
        assert (pick.year or 0) >= 1990
