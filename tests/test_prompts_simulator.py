from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompts.simulator import Gate, Person, Shown, simulate, target_of, words_of


class Listening:
    """An assistant that writes down what it hears and shows what it is told to."""

    def __init__(self, *answers: Shown) -> None:
        self.answers, self.heard = list(answers), list[str]()

    def __call__(self, message: str) -> Shown:
        self.heard.append(message)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


WRONG = Shown(("9",), ({"genres": ("War", "Western")},), (1950,))


def talk(
    title: str, facets: dict[str, tuple[str, ...]], year: int | None, listening: Listening, seed: int = 0
):
    person = Person(target_of(title, facets, year), np.random.default_rng(seed))
    return simulate(person, "7", Gate(title), listening, 6)


@pytest.mark.parametrize(
    ("title", "facets", "year"),
    [
        ("Dark City", {"genres": ("Sci-Fi", "Film-Noir"), "tags": ("Dark City", "dark", "city life")}, 1998),
        ("War", {"genres": ("War", "Drama")}, 2007),
        ("Western Union", {"genres": ("Western", "Drama")}, 1941),
        ("1990s Comedy", {"genres": ("Comedy",)}, 1995),
        ("2012", {"genres": ("Action",), "tags": ("2012", "end of the world")}, 2012),
        ("Up", {"genres": ("Animation",), "tags": ("Up", "balloons")}, 2009),
        ("花样年华", {"genres": ("Romance",), "tags": ("花样年华",)}, 2000),
    ],
)
def test_no_word_of_the_title_reaches_the_assistant(
    title: str, facets: dict[str, tuple[str, ...]], year: int
) -> None:
    """Even where the catalogue holds the title as a value, and where picks have such values."""
    poisoned = Shown(("9",), ({"genres": (title, *title.split())},), (year,))
    for seed in range(20):
        for answer in (WRONG, poisoned, Shown(("9",), facet_asked="tags"), Shown(())):
            listening = Listening(answer)
            talk(title, facets, year, listening, seed)
            assert len(listening.heard) == 6
            for message in listening.heard:
                assert Gate(title).passes(message), message
                assert title.casefold() not in message.casefold()


@given(st.text(min_size=1), st.lists(st.text(min_size=1), max_size=4), st.integers(0, 9))
def test_a_title_never_passes_the_gate(title: str, values: list[str], seed: int) -> None:
    listening = Listening(WRONG)
    talk(title, {"genres": (*values, title)}, None, listening, seed)
    assert all(Gate(title).passes(message) for message in listening.heard)


def test_a_writer_that_guesses_the_title_is_not_sent() -> None:
    person = Person(target_of("Alien", {"genres": ("Horror",)}, None), np.random.default_rng(0))
    listening = Listening(WRONG)
    simulate(person, "7", Gate("Alien"), listening, 2, lambda message, target: f"{message}, like Alien")
    assert listening.heard[0] == "I am looking for Horror"
    assert not any("alien" in message.casefold() for message in listening.heard)


def test_what_the_person_knows_holds_no_title() -> None:
    target = target_of("Dark City", {"tags": ("Dark City", "rain")}, 1998)
    assert "city" not in repr(target).casefold()
    assert target.facets == {"tags": ("rain",)}
    assert target.years == (1990, 1999)
    assert target_of("1990s Comedy", {}, 1995).years is None
    assert words_of("It") == {"it"}
    assert words_of("The Thing") == {"the", "thing"}


def test_success_turns_and_regret_by_hand() -> None:
    half = Shown(("8",), ({"genres": ("Horror",)},), (1950,))
    found = talk("Alien", {"genres": ("Horror", "Sci-Fi")}, None, Listening(WRONG, half, Shown(("1", "7"))))
    assert (found.values["success"], found.values["turns"], found.values["turns_won"]) == (1.0, 3.0, 3.0)
    assert found.values["regret"] == pytest.approx(1.0 + 0.5)
    assert found.values["at_once"] == 0.0
    assert talk("Alien", {}, None, Listening(Shown(("7",)))).values["at_once"] == 1.0
    lost = talk("Alien", {"genres": ("Horror", "Sci-Fi")}, None, Listening(Shown(())))
    assert (lost.values["success"], lost.values["turns"], lost.values["turns_won"]) == (0.0, 6.0, 0.0)
    assert lost.values["regret"] == 6.0


def test_questions_are_answered_from_attributes() -> None:
    listening = Listening(Shown(("9",), facet_asked="genres"), Shown(("9",), facet_asked="brand"))
    talk("Alien", {"genres": ("Horror", "Sci-Fi")}, None, listening)
    assert set(listening.heard[:2]) == {"I am looking for Horror", "Sci-Fi"} or set(listening.heard[:2]) == {
        "I am looking for Sci-Fi",
        "Horror",
    }
    assert listening.heard[2] == "any"
