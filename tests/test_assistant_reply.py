from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import EngineError
from assistant.factual import Manner, template
from assistant.guard import Guard
from assistant.llm import ScriptedLLM
from assistant.phrases import Lang
from assistant.reply import Written, patient, write_reply
from assistant.types import LLMState, Pick, Reason, Usage
from prompts import template as prompts

GENRES = {
    "genres": (
        *(
            "Action",
            "Adventure",
            "Animation",
            "Children",
            "Comedy",
            "Crime",
            "Documentary",
            "Drama",
            "Fantasy",
        ),
        *("Film-Noir", "Horror", "Musical", "Mystery", "Romance", "Sci-Fi", "Thriller", "War", "Western"),
    )
}
PICKS = [
    Pick(
        "1",
        "Dark City",
        1998,
        {"genres": ("Film-Noir", "Sci-Fi")},
        2.0,
        (Reason("like", "you liked Alien", 2.0),),
    ),
    Pick(
        "2", "Mr. & Mrs. Smith", 2005, {"genres": ("Action", "Comedy")}, 1.0, (Reason("query", "fits", 1.0),)
    ),
    Pick("3", "Airplane!", 1980, {"genres": ("Comedy",)}, 0.5, (Reason("popularity", "liked by many", 0.5),)),
]
OTHERS = ("alien", "heat")


def guard(request: str = "something from 1999", lang: Lang | None = None) -> Guard:
    return Guard(PICKS, GENRES, _names_other, request, lang=lang)


def _names_other(text: str) -> bool:
    return any(word in text.lower().split() for word in OTHERS)


@pytest.mark.parametrize(
    ("request_", "lang", "sentence", "fault"),
    [
        (
            "a slow burn about a marriage",
            "en",
            "Airplane! (1980) is a slow burn about a wedding.",
            "repeats",
        ),
        ("what about older ones", "en", "What about older ones?", "repeats"),
        ("too long, something lighter", "en", "Too long, something lighter: Airplane! (1980).", "repeats"),
        ("for a rainy evening please", "en", "For a rainy evening, Airplane! (1980) is a comedy.", None),
        ("like Fargo", "en", "Airplane! (1980) 开始，符合你的要求。", "language"),
        ("like Fargo", "en", "Airplane! (1980) | comedy | is liked by many.", "table"),
        ("想看喜剧", "zh", "Airplane! (1980) is liked by many and fits.", "language"),
        ("想看喜剧", "zh", "可以从 Airplane! (1980) 开始，是 comedy。", None),
        ("Airplane!", "zh", "Airplane! (1980)：comedy，很多人喜欢。", None),
    ],
)
def test_replies_speak_the_language_in_words_of_their_own(
    request_: str, lang: Lang, sentence: str, fault: str | None
) -> None:
    found = guard(request_, lang).fault(sentence)
    assert found is None if fault is None else found is not None and fault in found


@pytest.mark.parametrize(
    "sentence",
    [
        "Dark City (1998) is a moody sci-fi film.",
        "I think Dark City suits you, and Mr. & Mrs. Smith (2005) is a light action comedy.",
        "“Airplane!” is a comedy.",
        "These are close to what you asked for.",
        "It is not a horror film, unlike most from 1999.",
        "dark city is a film-noir.",
    ],
)
def test_true_sentences_pass(sentence: str) -> None:
    assert guard().fault(sentence) is None


@pytest.mark.parametrize(
    ("sentence", "fault"),
    [
        ("Dark City is like Blade Runner.", "Blade"),
        ("Alien is a classic.", "no pick"),
        ("You may also like heat in the evening.", "no pick"),
        ("Try “the last unicorn” as well.", "unicorn"),
        ("《流浪地球》 is good.", "流浪地球"),
        ("Dark City (1997) is moody.", "1997"),
        ("Dark City came out in 2005.", "2005"),
        ("Dark City is a sweet romance.", "Romance"),
        ("It was directed by Alex Proyas.", "Alex"),
    ],
)
def test_anything_else_is_refused_with_the_fault(sentence: str, fault: str) -> None:
    found = guard().fault(sentence)
    assert fault in (found or "")


@pytest.mark.parametrize(
    ("sentence", "fault"),
    [
        ("Pineapple.", "pineapple"),
        ("I am a kitten now.", "kitten"),
        ("The answer is 1337.", "1337"),
        ("答案是北京。", "strays"),
        ("Dark City lasts 98 minutes.", "98"),
        ("Dark City weighs 2.5 kg.", "2.5"),
    ],
)
def test_what_has_no_business_in_a_reply_is_refused(sentence: str, fault: str) -> None:
    assert fault in (guard().fault(sentence) or "")


def test_numbers_and_people_of_the_catalogue_may_be_told_of_the_pick_that_has_them() -> None:
    facets = {"category": ("Spade", "Hoe"), "author": ("Ada Quill", "Bo Li")}
    picks = [
        Pick(
            "1", "Heron", None, {"category": ("Spade",), "author": ("Ada Quill",)}, 1.0, (), {"price": 18.5}
        ),
        Pick("2", "Wren", None, {"category": ("Hoe",), "author": ("Bo Li",)}, 1.0, (), {"price": 240.0}),
    ]
    shop = Guard(picks, facets, lambda text: False, "under 20", ("EUR",))
    assert shop.fault("Heron is a spade by Ada Quill for 18.5 EUR.") is None
    assert shop.fault("Heron costs less than 20 EUR.") is None
    assert shop.fault("Heron costs 240 EUR.") == "says 240"
    assert shop.fault("Heron is a hoe.") == "says Hoe"
    assert shop.fault("Heron is by Zed Young.") == "names 'Zed'"
    assert [claim.kind for claim in shop.claims("Heron, a spade for 18.5 EUR")] == [
        "title",
        "number",
        "facet",
    ]


def test_a_wrong_year_behind_a_title_is_mended() -> None:
    text, written = run("Dark City (1997) is a moody sci-fi film. Airplane! (1980) is a comedy.")
    assert text.startswith("Dark City (1998) is a moody sci-fi film.")
    assert [fault for _, fault in written.refused] == ["says 1997"]


def test_titles_are_found_in_chinese_sentences() -> None:
    assert [p.title for p in guard().named("你喜欢Dark City和Airplane!吗")] == ["Dark City", "Airplane!"]
    zh = Manner("zh")
    assert template(PICKS[0], zh) == "Dark City (1998)：黑色电影、科幻片，和你喜欢的相近。"
    assert guard().fault(template(PICKS[0], zh)) is None


def run(answer: str | Exception, llm: ScriptedLLM | None = None) -> tuple[str, Written]:
    written = Written()
    llm = llm or ScriptedLLM([answer])
    pieces = write_reply(llm, prompts.load("reply"), "something", PICKS, guard(), Usage(), written)
    return "".join(pieces), written


def test_a_refused_sentence_gives_way_to_the_fact_of_its_pick() -> None:
    text, written = run("Dark City (1998) beats Blade Runner. Airplane! is a comedy.")
    assert text.startswith(template(PICKS[0]))
    assert "Blade" not in text
    assert "Airplane! is a comedy." in text
    assert [fault for _, fault in written.refused] == ["names 'Blade'"]


def test_when_all_is_refused_the_template_speaks() -> None:
    text, written = run("Watch Casablanca. Watch Vertigo.")
    assert text == " ".join(template(pick) for pick in PICKS)
    assert len(written.refused) == 2


def test_a_title_with_dots_is_never_cut() -> None:
    pieces = list(
        guard().sentences(["Mr.", " & Mrs.", " Smith (2005) is fun. Air", "plane! is a comedy. Bye."])
    )
    assert [p.strip() for p in pieces] == [
        "Mr. & Mrs. Smith (2005) is fun.",
        "Airplane! is a comedy.",
        "Bye.",
    ]


def test_a_model_that_fails_leaves_the_template() -> None:
    text, written = run(EngineError("gone"))
    assert text == " ".join(template(pick) for pick in PICKS)
    assert written.fallback


class Dying(ScriptedLLM):
    """Say a sentence and a half, then fall silent as a killed server does behind a proxy."""

    def stream(self, *_: object) -> Iterator[str]:  # type: ignore[override]
        yield "Dark City is a sci-fi film. Mr. & "
        self.status = LLMState("down")
        time.sleep(60)


def test_a_model_that_dies_mid_sentence_ends_in_the_template_within_five_seconds() -> None:
    start = time.monotonic()
    text, written = run("", Dying([]))
    assert time.monotonic() - start < 5
    assert text == f"Dark City is a sci-fi film. {template(PICKS[1])} {template(PICKS[2])}"
    assert written.fallback


def test_a_stream_that_stalls_is_given_up() -> None:
    def stall() -> Iterator[str]:
        yield "a"
        time.sleep(30)

    with pytest.raises(EngineError, match="stopped answering"):
        list(patient(stall(), lambda: True, first=5, gap=0.6))


@given(st.lists(st.sampled_from([*"ABC .!?", "Dark City", "Vertigo ", "(1998)", "\n", "是。"]), max_size=20))
def test_sentences_lose_and_add_nothing(pieces: list[str]) -> None:
    whole = [*pieces, " end."]
    assert "".join(guard().sentences(whole)).strip() == "".join(whole).strip()


def test_a_sentence_that_was_cut_short_is_left_out() -> None:
    assert list(guard().sentences(["Dark City is moody. Airplane! is a com"])) == ["Dark City is moody."]


@given(st.text(max_size=200))
def test_the_guard_takes_any_text(text: str) -> None:
    guard().fault(text)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Mr. & Mrs. Smith (2005) is a action film.", "Mr. & Mrs. Smith (2005) is an action film."),
        ("Airplane! is a unique comedy.", "Airplane! is a unique comedy."),
        ("Airplane! is a funny one.", "Airplane! is a funny one."),
    ],
)
def test_the_article_of_a_small_model_is_mended(written: str, shown: str) -> None:
    llm, usage = ScriptedLLM([written]), Usage()
    pieces = write_reply(
        llm, prompts.load("reply"), "a film", PICKS, guard("a unique funny film"), usage, Written()
    )
    assert "".join(pieces).startswith(shown)


def pieces_of(answer: str) -> tuple[list[str], Written]:
    written, llm = Written(), ScriptedLLM([answer])
    told = write_reply(llm, prompts.load("reply"), "something", PICKS, guard(), Usage(), written)
    return list(told), written


def test_a_sentence_is_shown_from_its_pick_on() -> None:
    pieces, written = pieces_of("I like Dark City (1998) for its noir. Then Airplane! (1980) is a comedy.")
    assert pieces[:4] == [
        *("I like Dark City (1998)", " for its noir."),
        *(" Then Airplane! (1980)", " is a comedy."),
    ]
    assert not written.refused


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        ("Dark City (1998) beats Blade Runner. ", template(PICKS[0])),
        ("Try Dark City (1998), a sweet romance.", f"Try Dark City (1998). {template(PICKS[0])}"),
        ("I like Dark City (1998) because", f"I like Dark City (1998). {template(PICKS[0])}"),
    ],
)
def test_a_sentence_that_goes_wrong_after_its_beginning_ends_in_facts(answer: str, shown: str) -> None:
    pieces, _ = pieces_of(answer)
    assert "".join(pieces) == shown
    assert pieces[0] in answer


@pytest.mark.parametrize(
    "answer",
    ["A romance to begin with is Dark City (1998).", "Alien beats Dark City (1998).", "Dark City is"],
)
def test_no_false_or_open_beginning_is_shown(answer: str) -> None:
    pieces, _ = pieces_of(answer)
    assert pieces[0] == template(PICKS[0])


def test_a_model_that_dies_within_a_sentence_leaves_it_whole() -> None:
    class Cut(ScriptedLLM):
        def stream(self, *_: object) -> Iterator[str]:  # type: ignore[override]
            yield "I like Dark City (1998) for"
            raise EngineError("gone")

    text, _ = run("", Cut([]))
    assert text.startswith(f"I like Dark City (1998). {template(PICKS[0])} {template(PICKS[1])}")


def test_a_model_in_a_loop_is_not_listened_to() -> None:
    loop = "These are close to what you asked for. "
    text, written = run(f"Airplane! (1980) is a comedy. {loop}{loop}{loop}Dark City (1998) is a comedy too.")
    told = [f"Airplane! (1980) is a comedy. {loop.strip()}", template(PICKS[0]), template(PICKS[1])]
    assert text == " ".join(told)
    assert [fault for _, fault in written.refused] == ["repeats itself"]


def test_a_blank_stands_between_sentences_that_the_model_put_in_lines() -> None:
    text, _ = run("Dark City (1998) | noir, romance\nAirplane! (1980) is a comedy.")
    assert text == f"{template(PICKS[0])} Airplane! (1980) is a comedy."


def test_blanks_stand_between_sentences_and_nowhere_else() -> None:
    text, _ = run("Alien is great. Dark City (1998) is dark. Airplane! (1980) and Heat are comedies.")
    assert text.startswith("Dark City (1998)")
    text, _ = run("Dark City (1998) and Airplane! (1980) beat Blade Runner.")
    assert text == f"{template(PICKS[0])} {template(PICKS[2])}"
