"""Playlists and music sessions, and any talks as cases that the harness runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from test_assistant_evaluating import OneHome
from typer.testing import CliRunner

from assistant.cli import app
from assistant.errors import BadInput
from assistant.measuring.evaluating import Wanted, evaluate
from assistant.rooms import Rooms
from assistant.settings import Settings
from prompts.cases import load_rankings
from prompts.catalogs import read_catalog
from prompts.errors import CaseError
from prompts.library import Library
from prompts.lint import lint
from prompts.suites import suite_of
from prompts.talks import music, playlists
from prompts.talks.records import TalkItem, Turn
from prompts.talks.turned import turned

TITLES = ("Grey Kettle", "Low Tide", "Low Tide", "Paper Boats", "Ninth Street", "Marsh Song", "Old Brass")
ARTISTS = ("Ada", "Ada", "Ben", "Ben", "Ada", "Ben", "Dov")


def asked(query: str, answer: str, liked: list[str], refused: list[str]) -> dict[str, Any]:
    found = {"search_queries": ["x"], "search_results": [["t6"]]}
    return {"user_query": query, "system_response": answer, **found} | {
        "liked_results": liked,
        "disliked_results": refused,
    }


def playlist(**changes: Any) -> dict[str, Any]:
    tracks = {
        f"t{n}": {"track_titles": t, "track_artists": [a], "track_release_titles": "", "track_ids": f"t{n}"}
        for n, (t, a) in enumerate(zip(TITLES, ARTISTS, strict=True))
    }
    turns = [
        asked("Hello, a list for cleaning", "Whom do you like?", [], []),
        asked("Ada, mostly", "I added some.", ["t0", "t1"], ["t6"]),
        asked("More, but slower", "There.", ["t0", "t3"], []),
        asked("Thanks", "Bye.", [], []),
    ]
    return {"id": "d1", "turns": turns, "tracks": tracks, "goal_playlist": ["t0", "t1", "t3"], **changes}


def write(path: Path, *rows: Any) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_the_target_of_a_playlist_turn_is_what_was_newly_liked(tmp_path: Path) -> None:
    talks = playlists.read([write(tmp_path / "cpcd_v1.dialogs.dev.jsonl", playlist())])
    assert [turn.turn_id for turn in talks.turns] == ["d1:1", "d1:2"]
    first, second = talks.turns
    assert first.context == ("Hello, a list for cleaning", "Whom do you like?", "Ada, mostly")
    assert (first.mentioned, first.refused, first.targets) == ((), (), ("t0", "t1"))
    assert (second.mentioned, second.refused) == (("t0", "t1"), ("t6",))
    assert (second.targets, second.repeated) == (("t3",), 1)
    assert "There." not in second.context
    assert len(talks.items) == 7


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ({"turns": []}, "no id"),
        (playlist(turns=[{"user_query": "a"}]), "turn 0: system_response"),
        (playlist(turns=[asked("a", "b", ["t99"], [])]), "'t99', which tracks has not"),
        (playlist(tracks={"t0": {}}), "no track_titles"),
    ],
)
def test_a_damaged_playlist_is_named_by_line(tmp_path: Path, row: Any, fault: str) -> None:
    path = write(tmp_path / "x.jsonl", playlist(id="d0"), row)
    with pytest.raises(CaseError, match=rf"x\.jsonl:2: .*{fault}"):
        playlists.read([path])


def test_a_playlist_that_comes_twice_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "x.jsonl", playlist(), playlist())
    with pytest.raises(CaseError, match="comes twice"):
        playlists.read([path])


SESSION = {
    "session_id": "s1",
    "conversations": [
        {"turn_number": 1, "role": "user", "content": "Something for the sea", "thought": "wants m1"},
        {"turn_number": 1, "role": "music", "content": "m1", "thought": ""},
        {"turn_number": 1, "role": "assistant", "content": "Here is a calm one.", "thought": "m2 next"},
        {"turn_number": 2, "role": "user", "content": "And brass?", "thought": ""},
        {"turn_number": 2, "role": "music", "content": "m2", "thought": ""},
        {"turn_number": 2, "role": "assistant", "content": "Old brass.", "thought": ""},
        {"turn_number": 3, "role": "user", "content": "Again!", "thought": ""},
        {"turn_number": 3, "role": "music", "content": "m2", "thought": ""},
    ],
}
TRACKS = [
    {"track_id": "m1", "track_name": ["Low Tide"], "artist_name": ["Ada"], "tag_list": ["calm", "sea"]},
    {"track_id": "m2", "track_name": ["Old Brass"], "artist_name": ["Dov"], "tag_list": ["brass"]},
]


@pytest.mark.parametrize("form", ["parquet", "jsonl"])
def test_the_target_of_a_music_turn_is_its_track(tmp_path: Path, form: str) -> None:
    dated = [{**track, "album_name": ["A"], "release_date": "1999-05-01"} for track in TRACKS]
    if form == "parquet":
        pl.DataFrame([SESSION]).write_parquet(tmp_path / "test-0.parquet")
        pl.DataFrame(dated).write_parquet(tmp_path / "all_tracks-0.parquet")
        pl.DataFrame({"user_id": ["u"], "age": [3]}).write_parquet(tmp_path / "users.parquet")
    else:
        write(tmp_path / "s.jsonl", SESSION, *dated)
    talks = music.read(sorted(tmp_path.iterdir()))
    assert [(turn.turn_id, turn.targets, turn.mentioned) for turn in talks.turns] == [
        ("s1:1", ("m1",), ()),
        ("s1:2", ("m2",), ("m1",)),
    ]
    assert talks.turns[1].context == ("Something for the sea", "Here is a calm one.", "And brass?")
    assert not any("m2" in text or "wants" in text for turn in talks.turns for text in turn.context)
    low = talks.items[0]
    assert (low.title, low.facets) == (
        "Low Tide",
        {"artist": ("Ada",), "tag": ("calm", "sea"), "year": ("1999",)},
    )


def test_damaged_sessions_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="No row is a track"):
        music.read([write(tmp_path / "s.jsonl", SESSION)])
    with pytest.raises(CaseError, match="plays 'm2', of which there is no metadata"):
        music.read([write(tmp_path / "s.jsonl", SESSION, TRACKS[0])])
    bad = {"session_id": "s2", "conversations": [{"role": "bot", "content": "hi"}]}
    with pytest.raises(CaseError, match=r"s\.jsonl:2: entry 0 has no role"):
        music.read([write(tmp_path / "s.jsonl", TRACKS[0], bad)])
    (tmp_path / "x.parquet").write_text("no parquet")
    with pytest.raises(CaseError, match="cannot be read"):
        music.read([tmp_path / "x.parquet"])


def test_items_of_one_title_are_told_apart() -> None:
    items = [
        TalkItem(f"t{n}", {"artist": (a,)}, "", t)
        for n, (t, a) in enumerate(zip(TITLES, ARTISTS, strict=True))
    ]
    items += [TalkItem("Alien (1979)"), TalkItem("x", {"artist": ("Ada",)}, "", "Low Tide")]
    turn = Turn("d:1", "d", ("hello", "and now?"), ("t1",), (), ("t2", "Alien (1979)"), refused=("t0",))
    (case,) = turned([turn], items, "few").cases
    assert case.id == "d-1"
    assert case.request == "and now?"
    assert case.relevant == {"Low Tide - Ben": 1.0, "Alien (1979)": 1.0}
    assert [(past.kind, past.title) for past in case.history] == [
        ("like", "Low Tide - t1"),
        ("dislike", "Grey Kettle"),
    ]
    with pytest.raises(CaseError, match="names 't2'"):
        turned([turn], items[:2], "few")
    with pytest.raises(CaseError, match="No turn"):
        turned([], items, "few")


def test_talks_become_cases_that_the_harness_runs(rooms: Rooms, tmp_path: Path) -> None:
    out, data = tmp_path / "lists.jsonl", tmp_path / "data"
    data.mkdir()
    with pytest.raises(BadInput, match="Give the data folder of CPCD"):
        CliRunner().invoke(
            app,
            ["cases", "from-talks", "--dataset", "cpcd", "--data", str(data), "--out", str(out)],
            catch_exceptions=False,
        )
    films = {"t6": "Alien", "t7": "Aliens", "t8": "Titanic"}
    tracks = {key: {"track_titles": title, "track_artists": ["Ada"]} for key, title in films.items()}
    last = [asked("Horror only", "Here.", ["t6"], ["t8"]), asked("More", "Bye", ["t7"], [])]
    second = playlist(id="d2", turns=last, tracks=tracks)
    write(data / "cpcd_v1.dialogs.dev.val.jsonl", second)
    done = CliRunner().invoke(
        app, ["cases", "from-talks", "--dataset", "cpcd", "--data", str(data), "--out", str(out)]
    )
    assert done.exit_code == 0, done.output
    assert "2 cases" in done.output
    assert len(load_rankings(out)) == 2
    table = read_catalog(tmp_path / "catalogs" / "lists.csv")
    assert list(table.titles) == list(films.values())
    assert lint([out], lambda name, beside: table, 0).faults == []
    settings = Settings(cache=tmp_path / "cache", engine="off", llm_url=None)
    homes = OneHome(rooms, tmp_path)
    run = evaluate(
        Wanted("ranking", out), settings, tmp_path, Library(), None, lambda what, share: None, homes
    )  # type: ignore[arg-type]
    assert run.failed == {}
    figures = run.figures(suite_of("ranking"))
    assert figures["recall@10"] == 1.0
    assert 0 < figures["ndcg@10"] <= 1
