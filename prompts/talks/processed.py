"""ReDial and OpenDialKG as the iEvaLM-CRS repository prepares them: one JSON object per turn.

Source of the form: Wang et al. 2023, arXiv 2305.13112 (github.com/RUCAIBox/iEvaLM-CRS, data/).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from prompts.errors import CaseError
from prompts.talks.lines import json_lines
from prompts.talks.records import TalkItem, Turn, fresh

INFO, IDS, ITEMS = "id2info.json", "entity2id.json", "item_ids.json"
# Kinds of facets as the rest of the package calls them, by the keys of the files.
KINDS = {"genre": "genre", "director": "director", "writer": "writer", "star": "star", "actor": "star"}


def read_items(folder: Path) -> tuple[TalkItem, ...]:
    """Read the items that a turn may name: those of id2info.json whose graph id is in item_ids.json.

    Raises:
        CaseError: When a file is missing, is no JSON, or its content has another form.
    """
    info, ids, allowed = (read_json(folder / name) for name in (INFO, IDS, ITEMS))
    if not isinstance(info, dict) or not isinstance(ids, dict) or not isinstance(allowed, list):
        raise CaseError(f"{folder}: {INFO} and {IDS} must be objects, {ITEMS} a list; fetch them anew.")
    graph = set(allowed)
    found: dict[str, TalkItem] = {}
    for key, entry in info.items():
        if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
            raise CaseError(f"{folder / INFO}: entry {key!r} has no name.")
        name = entry["name"]
        if ids.get(name) in graph:
            found.setdefault(name, _item(name, entry))
    if not found:
        raise CaseError(f"{folder}: no item of {INFO} is in {ITEMS}; the files do not belong together.")
    return tuple(found.values())


def read_turns(path: Path, items: frozenset[str]) -> tuple[Turn, ...]:
    """Read turns; names of `items` among the entities of the context count as mentioned.

    Args:
        path: JSON lines with dialog_id, turn_id, context, entity, rec.
        items: Names of all items.

    Raises:
        CaseError: When the file is missing, a line is no such turn, or an id comes twice.
    """
    turns: dict[str, Turn] = {}
    for number, row in json_lines(path):
        turn = _turn(row, items, f"{path}:{number}")
        if turn.turn_id in turns:
            raise CaseError(f"{path}:{number}: turn {turn.turn_id} comes twice.")
        turns[turn.turn_id] = turn
    return tuple(turns.values())


def read_json(path: Path) -> Any:
    """Read a JSON file.

    Raises:
        CaseError: When it is missing or broken.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CaseError(f"{path} is missing.") from None
    except (OSError, ValueError) as error:
        raise CaseError(f"{path} cannot be read: {error}.") from error


def _item(name: str, entry: Mapping[str, Any]) -> TalkItem:
    facets: dict[str, tuple[str, ...]] = {}
    for key, kind in KINDS.items():
        values = tuple(dict.fromkeys(str(value) for value in entry.get(key) or ()))
        if values:
            facets[kind] = values
    year = str(entry.get("year") or "")
    if year.isdigit():
        facets["year"] = (year,)
    return TalkItem(name, facets, str(entry.get("plot") or ""))


def _turn(row: Any, items: frozenset[str], where: str) -> Turn:
    if not isinstance(row, dict):
        raise CaseError(f"{where}: no object.")
    for key in ("dialog_id", "turn_id"):
        if not isinstance(row.get(key), str | int):
            raise CaseError(f"{where}: {key} is missing or neither text nor a number.")
    for key in ("context", "entity", "rec"):
        values = row.get(key)
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            raise CaseError(f"{where}: {key} is missing or no list of texts.")
    said = tuple(dict.fromkeys(row["entity"]))
    context = tuple(text.strip() for text in row["context"])
    whole = " ".join(context)
    # The marked entities miss an item now and then; one whose full name stands in the text was said.
    spoken = [name for name in row["rec"] if name not in said and "(" in name and name in whole]
    mentioned = (*(name for name in said if name in items), *dict.fromkeys(spoken))
    targets, repeated = fresh(row["rec"], (*said, *spoken))
    return Turn(
        turn_id=f"{row['dialog_id']}:{row['turn_id']}",
        dialogue=str(row["dialog_id"]),
        context=context,
        mentioned=mentioned,
        names=tuple(name for name in said if name not in items),
        targets=targets,
        repeated=repeated,
    )
