"""CPCD: playlists made in dialogue, one JSON object a dialogue; what was liked and refused after each answer.

Source of the form: Chaganty et al., SIGIR 2023, arXiv 2303.06791 (github.com/google-research-datasets/cpcd,
files data/cpcd_v1.dialogs.*.jsonl; CC BY 4.0).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from prompts.errors import CaseError
from prompts.talks.lines import json_lines
from prompts.talks.records import TalkItem, Talks, Turn, fresh

FILES = "cpcd_*dialogs*.jsonl"
TEXTS, LISTS = ("user_query", "system_response"), ("liked_results", "disliked_results")


def read(paths: Sequence[Path]) -> Talks:
    """Read dialogues; the target of a turn is what the person liked of the tracks that it brought.

    A turn after which nothing new was liked has no target and is left out. What was searched and found is not
    looked at: it is the answer of the recommender, after the person's words.

    Args:
        paths: Files of dialogues; an id that comes twice over all of them is an error.

    Raises:
        CaseError: When a file is missing or a line has another form; the line is named.
    """
    items: dict[str, TalkItem] = {}
    turns: dict[str, list[Turn]] = {}
    for path in paths:
        for number, row in json_lines(path):
            where = f"{path}:{number}"
            dialogue = _checked(row, where)
            if dialogue["id"] in turns:
                raise CaseError(f"{where}: dialogue {dialogue['id']} comes twice.")
            for key, track in dialogue["tracks"].items():
                items.setdefault(key, _item(key, track, where))
            turns[dialogue["id"]] = list(_turns(dialogue, items, where))
    return Talks(tuple(items.values()), tuple(turn for found in turns.values() for turn in found))


def _turns(dialogue: Mapping[str, Any], items: Mapping[str, TalkItem], where: str) -> Iterator[Turn]:
    context: list[str] = []
    liked: list[str] = []
    refused: list[str] = []
    for number, turn in enumerate(dialogue["turns"]):
        context.append(turn["user_query"].strip())
        targets, repeated = fresh(turn["liked_results"], liked)
        unknown = [key for key in (*targets, *turn["disliked_results"]) if key not in items]
        if unknown:
            raise CaseError(f"{where}: turn {number} names track {unknown[0]!r}, which tracks has not.")
        if targets:
            said = tuple(text for text in context if text)
            name = f"{dialogue['id']}:{number}"
            before = tuple(dict.fromkeys(liked))
            no = tuple(key for key in dict.fromkeys(refused) if key not in liked)
            yield Turn(name, dialogue["id"], said, before, (), targets, repeated, no)
        liked.extend(turn["liked_results"])
        refused.extend(turn["disliked_results"])
        context.append(turn["system_response"].strip())


def _checked(row: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(row, dict) or not isinstance(row.get("id"), str):
        raise CaseError(f"{where}: no dialogue of CPCD: it has no id.")
    if not isinstance(row.get("turns"), list) or not isinstance(row.get("tracks"), dict):
        raise CaseError(f"{where}: turns is no list, or tracks no object.")
    for number, turn in enumerate(row["turns"]):
        for key in TEXTS:
            if not isinstance(turn, dict) or not isinstance(turn.get(key), str):
                raise CaseError(f"{where}: turn {number}: {key} is missing or no text.")
        for key in LISTS:
            if not isinstance(turn.get(key), list) or not all(isinstance(v, str) for v in turn[key]):
                raise CaseError(f"{where}: turn {number}: {key} is missing or no list of track ids.")
    return row


def _item(key: str, track: Any, where: str) -> TalkItem:
    title = track.get("track_titles") if isinstance(track, dict) else None
    if not isinstance(title, str) or not title.strip():
        raise CaseError(f"{where}: track {key!r} has no track_titles.")
    artists = tuple(dict.fromkeys(str(name) for name in track.get("track_artists") or ()))
    album = str(track.get("track_release_titles") or "")
    facets = {"artist": artists} if artists else {}
    return TalkItem(key, facets, f"{title} by {', '.join(artists)}, from {album}" if album else "", title)
