"""INSPIRED: dialogues as tab-separated utterances (dev.tsv), or turns with the whole talk before them (csv).

Sources of the forms: Hayati et al. 2020, arXiv 2009.14306 (github.com/sweetpeach/Inspired); the csv form is
that of github.com/allenai/instructLF.
"""

from __future__ import annotations

import ast
import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from prompts.errors import CaseError
from prompts.talks.records import Turn, fresh, title_key

RECOMMENDER = "RECOMMENDER"
TSV = ("dialog_id", "speaker", "turn_id", "text", "movies", "genres", "people_names")
CSV = ("full_situation", "movies")
_SPEAKER = re.compile(r"^(?:System|User): ?", re.MULTILINE)
_OPEN_END = re.compile(r"System: ?\s*$")
_ESCAPED = {"QUOTATION_MARK": '"'}


def read_tsv(path: Path) -> tuple[Turn, ...]:
    """Read the recommender's turns; names are title keys, all lines of a turn belong together.

    Only the columns `movies`, `genres` and `people_names` of earlier lines are looked at, never the
    dictionaries of the whole dialogue that stand beside every line.

    Raises:
        CaseError: When the file is missing or has another form.
    """
    rows = _table(path, "\t", TSV)
    turns: list[Turn] = []
    for dialogue, lines in groupby(rows, key=lambda row: row["dialog_id"]):
        turns.extend(_tsv_turns(dialogue, list(lines)))
    return tuple(turns)


def read_csv(path: Path) -> tuple[Turn, ...]:
    """Read turns; a row whose talk goes on that of the row before belongs to the same dialogue.

    Raises:
        CaseError: When the file is missing or has another form.
    """
    turns: list[Turn] = []
    before = ""
    dialogue = 0
    said: list[str] = []
    for number, row in enumerate(_table(path, ",", CSV), 2):
        talk = _OPEN_END.sub("", row["full_situation"]).strip()
        if not (before and talk.startswith(before)):
            dialogue, said = dialogue + 1, []
        before = talk
        named = _titles(row["movies"], f"{path}:{number}")
        context = tuple(part.strip() for part in _SPEAKER.split(talk) if part.strip())
        whole = f" {title_key(' '.join(context))} "
        # A title of one word ("It", "Us") stands in many sentences that do not mean it.
        spoken = [name for name in named if " " in name and f" {name} " in whole]
        targets, repeated = fresh(named, (*said, *spoken))
        mentioned = tuple(dict.fromkeys((*said, *spoken)))
        first = row.get("") or row.get("Unnamed: 0") or str(number - 2)
        name = f"{path.name}:{dialogue}"
        turns.append(Turn(f"{path.name}:{first}", name, context, mentioned, (), targets, repeated))
        said.extend(named)
    return tuple(turns)


def labels(path: Path) -> dict[str, str]:
    """Return title key -> title with its year, as the lines of a tsv file write it.

    Raises:
        CaseError: When the file is missing or has another form.
    """
    found: dict[str, str] = {}
    for row in _table(path, "\t", TSV):
        for title in _parts(row["movies"]):
            found.setdefault(title_key(title), title)
    return found


def spellings(path: Path) -> dict[str, str]:
    """Return title key -> title as the rows of a csv file write it, without a year.

    Raises:
        CaseError: When the file is missing or has another form.
    """
    found: dict[str, str] = {}
    for number, row in enumerate(_table(path, ",", CSV), 2):
        for title in _literal(row["movies"], f"{path}:{number}"):
            found.setdefault(title_key(title), title)
    return found


def _tsv_turns(dialogue: str, lines: Sequence[Mapping[str, str]]) -> Iterator[Turn]:
    context: list[str] = []
    said: list[str] = []
    names: list[str] = []
    for (turn, speaker), group in groupby(lines, key=lambda row: (row["turn_id"], row["speaker"])):
        rows = list(group)
        named = [title_key(title) for row in rows for title in _parts(row["movies"])]
        if speaker == RECOMMENDER and named:
            targets, repeated = fresh(named, said)
            mentioned = tuple(dict.fromkeys(said))
            kept = tuple(dict.fromkeys(names))
            yield Turn(f"{dialogue}:{turn}", dialogue, tuple(context), mentioned, kept, targets, repeated)
        said.extend(named)
        names.extend(part for row in rows for key in ("genres", "people_names") for part in _parts(row[key]))
        text = " ".join(row["text"].strip() for row in rows)
        for mark, plain in _ESCAPED.items():
            text = text.replace(mark, plain)
        context.append(text)


def _parts(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(";") if part.strip()]


def _titles(cell: str, where: str) -> list[str]:
    return [key for value in _literal(cell, where) if (key := title_key(value))]


def _literal(cell: str, where: str) -> list[str]:
    try:
        values = ast.literal_eval(cell)
    except (ValueError, SyntaxError):
        values = None
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise CaseError(f"{where}: movies is no list of titles: {cell[:60]!r}.")
    return values


def _table(path: Path, separator: str, columns: Sequence[str]) -> list[dict[str, str]]:
    csv.field_size_limit(10_000_000)
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file, delimiter=separator)
            missing = [name for name in columns if name not in (reader.fieldnames or ())]
            if missing:
                raise CaseError(f"{path}: no column {', '.join(missing)}.")
            rows = list(reader)
    except FileNotFoundError:
        raise CaseError(f"{path} is missing.") from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CaseError(f"{path} cannot be read: {error}.") from error
    for number, row in enumerate(rows, 2):
        if any(row[name] is None for name in columns):
            raise CaseError(f"{path}: row {number} is cut short.")
    return [{key: value or "" for key, value in row.items() if key is not None} for row in rows]
