"""Dialogue sets by name: their files, turns and candidates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from assistant.errors import BadInput
from assistant.measuring.crs_beside import NOTHING, Beside
from assistant.measuring.crs_catalogue import films
from prompts.talks import iard, inspired, processed
from prompts.talks.records import TalkItem, Turn, fresh, title_key
from prompts.talks.spoken import SpokenTitles
from retriever.datasets.cleaning import Dataset

TRAIN, VALID, TEST = (f"{part}_data_processed.jsonl" for part in ("train", "valid", "test"))
INSPIRED_TESTS = (("test.tsv", inspired.read_tsv), ("inspired_test.csv", inspired.read_csv))


class TalkSet(StrEnum):
    """Name a dialogue set."""

    redial = "redial"
    inspired = "inspired"
    opendialkg = "opendialkg"


@dataclass(frozen=True)
class TalkFiles:
    """Hold what was read.

    Attributes:
        items: Candidates.
        keys: Name by which turns refer to each candidate.
        shown: Name of each candidate in the files, for rankings.
        turns: Turns of other sets to learn from, those of this set, then those to test on.
        parts: File that each turn comes from.
        lent: How many of the turns, at the front, are of other sets; they are never measured.
        tested: How many of the turns, at the end, are for the test; 0 without a test folder.
        described: How many of the candidates, from the front, are known apart from the turns.
    """

    items: tuple[TalkItem, ...]
    keys: tuple[str, ...]
    shown: tuple[str, ...]
    turns: tuple[Turn, ...]
    parts: tuple[str, ...]
    lent: int
    tested: int
    described: int


def read(
    dataset: TalkSet, data: Path, test: Path | None, log: Dataset, beside: Beside = NOTHING
) -> TalkFiles:
    """Read the files of a set, and what other sets lend to it.

    Raises:
        BadInput: When a folder is missing, or the test folder has no file of the set's form.
        CaseError: When a file is missing or has another form.
    """
    for folder in (data, test):
        if folder is not None and not folder.is_dir():
            raise BadInput(f"There is no folder {folder}.", "Give the folder of the files.")
    if dataset is TalkSet.inspired:
        return _inspired(data, test, log, beside)
    return _processed(dataset, data, test, beside)


def _processed(dataset: TalkSet, data: Path, test: Path | None, beside: Beside) -> TalkFiles:
    items = processed.read_items(data)
    names = tuple(item.name for item in items)
    known = frozenset(names)
    learned = [TRAIN, VALID] if dataset is TalkSet.opendialkg or (data / TRAIN).is_file() else [VALID]
    found = [(name, processed.read_turns(data / name, known)) for name in learned]
    if test is not None:
        # A set without a test file of its own is tested on a file in the form of the validation file.
        name = TEST if (test / TEST).is_file() or dataset is TalkSet.redial else VALID
        found.append((name, processed.read_turns(test / name, known)))
    tested = len(found[-1][1]) if test is not None else 0
    lent: tuple[Turn, ...] = ()
    if dataset is TalkSet.redial and beside.iard is not None:
        here = {turn.dialogue for _, turns in found for turn in turns}
        lent = iard.read_turns(beside.iard / iard.FILE, known, here)
        found.insert(0, (iard.FILE, lent))
    return TalkFiles(items, names, names, *_laid_out(found), len(lent), tested, len(items))


def _inspired(data: Path, test: Path | None, log: Dataset, beside: Beside) -> TalkFiles:
    train, dev = data / "inspired_train.csv", data / "dev.tsv"
    found = [(train.name, inspired.read_csv(train)), (dev.name, inspired.read_tsv(dev))]
    others = [processed.read_items(folder) for folder in (beside.redial, beside.opendialkg) if folder]
    catalogue = films(log, others)
    described = len(catalogue)
    # Titles that only other sets have are left out: many of one word mean no film here.
    heard_of = {title_key(title) for title in log.items["title"]}
    for turn in (*found[0][1], *found[1][1]):
        for key in (*turn.targets, *turn.mentioned):
            catalogue.setdefault(key, TalkItem(key))
            heard_of.add(key)
    items, keys = tuple(catalogue.values()), tuple(catalogue)
    labels = {**inspired.spellings(train), **inspired.labels(dev)}
    shown = tuple(labels.get(key, item.name) for key, item in zip(keys, items, strict=True))
    tested = 0
    if test is not None:
        given = [(test / name, reader) for name, reader in INSPIRED_TESTS if (test / name).is_file()]
        if not given:
            names = " or ".join(name for name, _ in INSPIRED_TESTS)
            raise BadInput(f"{test} has no {names}.", "Give the folder with the test files.")
        found += [(path.name, reader(path)) for path, reader in given]
        tested = sum(len(turns) for _, turns in found[2:])
    spoken = SpokenTitles(sorted(heard_of))
    heard = [(name, tuple(_heard(turn, spoken) for turn in turns)) for name, turns in found]
    return TalkFiles(items, keys, shown, *_laid_out(heard), 0, tested, described)


def _heard(turn: Turn, spoken: SpokenTitles) -> Turn:
    """Add the titles found in the words before the turn; what was said is no target any more."""
    mentioned = tuple(dict.fromkeys((*turn.mentioned, *spoken.find(turn.context))))
    targets, repeated = fresh(turn.targets, mentioned)
    return replace(turn, mentioned=mentioned, targets=targets, repeated=turn.repeated + repeated)


def _laid_out(read: Sequence[tuple[str, tuple[Turn, ...]]]) -> tuple[tuple[Turn, ...], tuple[str, ...]]:
    turns = tuple(turn for _, of in read for turn in of)
    return turns, tuple(name for name, of in read for _ in of)
