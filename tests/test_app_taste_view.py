from __future__ import annotations

import re

from fake_assistant import FakeAssistant

from assistant.types import Affinity, Taste
from assistant.ui.taste_view import chart_rows, moved_sentence, panel


def taste(*affinities: tuple[str, float, float], last: str = "You liked Alien (1979)") -> Taste:
    rows = tuple(Affinity("genres", *row) for row in affinities)
    return Taste("u", rows, ("Alien (1979)",), (), (), (), last, 1)


def test_a_newcomer_is_told_what_to_do() -> None:
    html = panel(FakeAssistant().taste("new"))
    assert "Nothing learned yet" in html
    assert "Like a few that you" in html
    assert 'class="bar"' not in html


def test_the_sentence_names_the_largest_moves_of_the_last_feedback() -> None:
    view = taste(("Sci-Fi", 0.41, 0.2), ("Horror", 0.1, 0.0), ("Drama", 0.3, 0.3), ("War", -0.2, -0.17))
    assert moved_sentence(view) == "You liked Alien (1979): Sci-Fi +0.21, Horror +0.10, War −0.03."
    assert moved_sentence(taste(("Drama", 0.3, 0.3))) == "You liked Alien (1979)."
    assert moved_sentence(taste(last="")) == ""


def test_the_chart_shows_the_most_raised_and_most_lowered_values_once_each() -> None:
    many = [Affinity("genres", f"g{n}", n / 10, 0.0) for n in range(-9, 10)]
    values = [row.value for row in chart_rows(many)]
    assert values == ["g9", "g8", "g7", "g6", "g5", "g4", "g-6", "g-7", "g-8", "g-9"]


def test_bars_carry_now_and_before_and_stay_inside_the_track() -> None:
    html = panel(taste(("Sci-Fi", 0.4, 0.2), ("Horror", -0.8, 0.8)))
    assert 'data-value="Sci-Fi" data-now="0.4000" data-before="0.2000"' in html
    edges = re.findall(r"left:([\d.]+)%;width:([\d.]+)%", html)
    assert edges == [("50.00", "25.00"), ("0.00", "50.00")]


def test_a_taste_taken_back_shows_no_bars_but_says_so() -> None:
    html = panel(
        Taste("u", (Affinity("genres", "War", 0.0, 0.2),), (), (), (), (), "You took back Patton", 0)
    )
    assert "You took back Patton: War −0.20." in html
    assert 'class="bar"' not in html


def test_what_was_said_is_listed_escaped() -> None:
    html = panel(Taste("u", (), (), (), ("no <blink>",) * 12, (), "", 3))
    assert "no &lt;blink&gt;" in html
    assert "and 4 more" in html
