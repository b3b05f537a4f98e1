"""Music sessions of the RecSys Challenge 2026 (TalkPlayData): Parquet or JSON lines, one row a session.

Source of the form: Choi, Doh, Nam 2025, arXiv 2509.09685; data sets talkpl-ai/TalkPlayData-2 and
talkpl-ai/TalkPlayData-Challenge-Dataset, with their track metadata beside them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from prompts.errors import CaseError
from prompts.talks.lines import json_lines
from prompts.talks.records import TalkItem, Talks, Turn, fresh

SUFFIXES = (".parquet", ".jsonl")
ROLES = ("user", "assistant", "music")
SESSION, TRACK = ("session_id", "conversations"), ("track_id", "track_name")


def read(paths: Sequence[Path]) -> Talks:
    """Read sessions and tracks; files are told apart by their columns, others are left out.

    A session alternates between the listener's words, a track (role `music`, its content an id) and the
    assistant's words. The target of a turn is its track; before it stand the words up to the listener's last
    ones. Thoughts, goals and profiles, which a recommender does not see, are not looked at.

    Args:
        paths: Parquet or JSON-lines files, of sessions and of track metadata.

    Raises:
        CaseError: When a file cannot be read or a row has another form, when there are no sessions or no
            tracks, or a session plays a track without metadata.
    """
    sessions: list[tuple[str, Mapping[str, Any]]] = []
    items: dict[str, TalkItem] = {}
    for path in paths:
        for where, row in _rows(path):
            if all(key in row for key in SESSION):
                sessions.append((where, row))
            elif all(key in row for key in TRACK):
                items.setdefault(str(row["track_id"]), _item(row, where))
    if not sessions or not items:
        what = "session (session_id, conversations)" if not sessions else "track (track_id, track_name)"
        raise CaseError(f"No row is a {what} in {', '.join(path.name for path in paths) or 'no file'}.")
    turns = [turn for where, row in sessions for turn in _turns(row, items, where)]
    return Talks(tuple(items.values()), tuple(turns))


def _rows(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if path.suffix == ".jsonl":
        for number, row in json_lines(path):
            if not isinstance(row, dict):
                raise CaseError(f"{path}:{number}: no object.")
            yield f"{path}:{number}", row
        return
    try:
        frame = pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise CaseError(f"{path} cannot be read: {error}.") from error
    if all(key in frame.columns for key in SESSION) or all(key in frame.columns for key in TRACK):
        for number, row in enumerate(frame.iter_rows(named=True), 1):
            yield f"{path}: row {number}", row


def _turns(row: Mapping[str, Any], items: Mapping[str, TalkItem], where: str) -> Iterator[Turn]:
    name, context, played = str(row["session_id"]), list[str](), list[str]()
    for number, entry in enumerate(row["conversations"] or ()):
        role = entry.get("role") if isinstance(entry, dict) else None
        if role not in ROLES or not isinstance(entry.get("content"), str):
            raise CaseError(f"{where}: entry {number} has no role of {', '.join(ROLES)}, or no content.")
        content = entry["content"].strip()
        if role != "music":
            context.append(content)
            continue
        if content not in items:
            raise CaseError(f"{where}: entry {number} plays {content!r}, of which there is no metadata.")
        targets, repeated = fresh([content], played)
        turn = f"{name}:{entry.get('turn_number', number)}"
        if targets:
            yield Turn(turn, name, tuple(filter(None, context)), tuple(played), (), targets, repeated)
        played.extend(targets)


def _item(row: Mapping[str, Any], where: str) -> TalkItem:
    title = ", ".join(_texts(row["track_name"])[:1])
    if not title:
        raise CaseError(f"{where}: track {row['track_id']!r} has no track_name.")
    facets = {"artist": _texts(row.get("artist_name")), "tag": _texts(row.get("tag_list"))}
    year = str(row.get("release_date") or "")[:4]
    facets["year"] = (year,) if year.isdigit() and int(year) else ()
    text = "; ".join(_texts(row.get("album_name")))
    return TalkItem(str(row["track_id"]), {k: v for k, v in facets.items() if v}, text, title)


def _texts(value: Any) -> tuple[str, ...]:
    """Return the texts of a cell that is a text or a list of them, each once."""
    values = [value] if isinstance(value, str) else value or ()
    return tuple(dict.fromkeys(text for v in values if (text := str(v).strip())))
