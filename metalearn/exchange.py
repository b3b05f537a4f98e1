"""The protocol as files, for models outside this package: data and splits out, rankings back in.

A folder holds `protocol.json` (sizes, support sizes, checksum), `people.npz` (who liked what, in order of
time, and the people of every fold), `items.csv` (row, id, text) and `features.npz` (what is known of the
items without anybody's ratings). NumPy alone reads it.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from metalearn.checkpoint import replace_file
from metalearn.data import History, IntArray, ItemFeatures
from metalearn.errors import BadLog
from metalearn.protocol import KS, MIN_QUERY, FewShotData, Split
from metalearn.report import Rankings

FORMAT = 1
DEPTH = 100
# Of every entry of an archive, so that the same data give the same bytes.
FIXED_TIME = (1980, 1, 1, 0, 0, 0)


class Handed(NamedTuple):
    """What was handed out, read back.

    Attributes:
        dataset: its name.
        data: likes of all people; their places stand for times.
        folds: people of every fold.
        ks: support sizes.
        digest: checksum of people and folds.
    """

    dataset: str
    data: FewShotData
    folds: tuple[Split, ...]
    ks: tuple[int, ...]
    digest: str


def write_protocol(
    folder: Path,
    dataset: str,
    data: FewShotData,
    folds: Sequence[Split],
    texts: Sequence[str],
    features: ItemFeatures,
    ks: Sequence[int] = KS,
) -> None:
    """Write data and splits; `protocol.json` comes last, so a folder that has it is whole.

    Args:
        folder: where to; made if need be.
        dataset: its name.
        data: people and items the protocol keeps.
        folds: its splits.
        texts: one per item, in the order of ``data.item_ids``.
        features: one row per item, in the same order.
        ks: support sizes.

    Raises:
        BadLog: when texts or features are not one per item.
    """
    if not len(texts) == len(features.text) == data.n_items:
        raise BadLog(f"{data.n_items} items need as many texts and features")
    folder.mkdir(parents=True, exist_ok=True)
    likes = data.likes(np.arange(len(data.people)))
    arrays: dict[str, NDArray[Any]] = {
        "user_ids": np.array(data.user_ids),
        "item_ids": np.array(data.item_ids),
        "bounds": np.cumsum([0, *map(len, likes)]),
        "likes": np.concatenate(likes),
    }
    for number, fold in enumerate(folds):
        arrays |= {f"{part}_{number}": users for part, users in fold._asdict().items()}
    known = {"text": features.text, "facets": features.facets}
    if features.numbers is not None:
        known["numbers"] = features.numbers
    people = _archive(arrays)
    replace_file(folder / "people.npz", people)
    replace_file(folder / "features.npz", _archive(known))
    replace_file(folder / "items.csv", _items(data.item_ids, texts))
    record = {
        "format": FORMAT,
        "dataset": dataset,
        "people": len(likes),
        "items": data.n_items,
        "likes": sum(map(len, likes)),
        "folds": len(folds),
        "ks": list(ks),
        "min_query": MIN_QUERY,
        "depth": DEPTH,
        "sha256": hashlib.sha256(people).hexdigest(),
    }
    replace_file(folder / "protocol.json", (json.dumps(record, indent=2) + "\n").encode())


def read_protocol(folder: Path) -> Handed:
    """Read a folder of `write_protocol` back.

    Raises:
        BadLog: when it is missing, damaged or of another format.
    """
    try:
        record = json.loads((folder / "protocol.json").read_text(encoding="utf-8"))
        payload = (folder / "people.npz").read_bytes()
    except (OSError, ValueError) as error:
        raise BadLog(
            f"{folder} holds no protocol ({error}); write it with `palate bench protocol`"
        ) from error
    if record["format"] != FORMAT or hashlib.sha256(payload).hexdigest() != record["sha256"]:
        raise BadLog(f"{folder} is damaged or of another format; write it anew with `palate bench protocol`")
    with np.load(io.BytesIO(payload), allow_pickle=False) as arrays:
        rows = np.split(arrays["likes"], arrays["bounds"][1:-1])
        people = tuple(History(r, np.ones(len(r), np.float32), np.arange(len(r))) for r in rows)
        users, items = (tuple(map(str, arrays[name])) for name in ("user_ids", "item_ids"))
        folds = tuple(
            Split(*(arrays[f"{part}_{number}"] for part in Split._fields))
            for number in range(record["folds"])
        )
    data = FewShotData(users, items, people, timed=False)
    return Handed(record["dataset"], data, folds, tuple(record["ks"]), record["sha256"])


def add_rankings(handed: Handed, rankings: Rankings, model: str, path: Path) -> None:
    """Read rankings (csv or csv.gz: user,K,items; original ids, best first) of all test people.

    Unknown items, repetitions and the support are left out; a ranking is cut at 100 items.

    Raises:
        BadLog: when a person who is tested has none, or it is shorter than 100 items of a larger catalogue.
    """
    found = _rows(path)
    row_of = {item: row for row, item in enumerate(handed.data.item_ids)}
    for fold in handed.folds:
        for k in rankings.ks:
            users = handed.data.eligible(fold.test, k)
            tops = [_top(handed.data, int(user), k, found, row_of, path) for user in users]
            if tops:
                rankings.add("test", model, k, users, np.stack(tops))


def _top(
    data: FewShotData,
    user: int,
    k: int,
    found: Mapping[tuple[str, int], str],
    row_of: Mapping[str, int],
    path: Path,
) -> IntArray:
    """Return the ranked rows of one person, int64 [100], fewer where the catalogue has fewer."""
    name = data.user_ids[user]
    if (name, k) not in found:
        raise BadLog(f"{path} has no ranking for person {name!r} at K = {k}")
    support = set(data.people[user].likes[:k].tolist())
    rows = dict.fromkeys(row_of[item] for item in found[name, k].split() if item in row_of)
    top = [row for row in rows if row not in support][:DEPTH]
    if len(top) < min(DEPTH, data.n_items - k):
        raise BadLog(f"{path} ranks only {len(top)} items for person {name!r} at K = {k}")
    return np.array(top, dtype=np.int64)


def _rows(path: Path) -> dict[tuple[str, int], str]:
    """Return the items of every (person, K) as one string."""
    try:
        payload = path.read_bytes()
        text = (gzip.decompress(payload) if path.suffix == ".gz" else payload).decode()
        return {(r["user"], int(r["K"])): r["items"] for r in csv.DictReader(io.StringIO(text))}
    except (OSError, EOFError, ValueError, KeyError) as error:
        raise BadLog(f"{path} holds no rankings user,K,items ({error})") from error


def _items(item_ids: Sequence[str], texts: Sequence[str]) -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(["row", "item", "text"])
    writer.writerows((row, item, text) for row, (item, text) in enumerate(zip(item_ids, texts, strict=True)))
    return buffer.getvalue().encode()


def _archive(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Return arrays as npz, the same bytes for the same arrays."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            one = io.BytesIO()
            np.save(one, array, allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", FIXED_TIME)
            archive.writestr(entry, one.getvalue(), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
