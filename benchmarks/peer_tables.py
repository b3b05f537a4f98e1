"""Rankings of the peers, scored by Palate's own metrics, as Markdown tables."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from metalearn.exchange import Handed, add_rankings
from metalearn.report import Rankings, Row, tables


def score(handed: Handed, files: Mapping[str, Path]) -> list[Row]:
    """Return one row per model and support size: NDCG@10 with interval, Recall@50, coverage@10, people.

    Args:
        handed: data and splits.
        files: rankings (csv.gz) by model.

    Raises:
        BadLog: when a file lacks a person or a ranking is too short.
    """
    rankings = Rankings(handed.data, handed.ks)
    for model, path in files.items():
        add_rankings(handed, rankings, model, path)
    return tables(rankings, "").test


def results(folder: Path, digest: str) -> dict[str, dict[str, Any]]:
    """Return what every finished peer says of itself, by model; runs on other data are left out."""
    told = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))}
    return {model: record for model, record in told.items() if record["sha256"] == digest}


def markdown(title: str, rows: Sequence[Row], told: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the tables of a data set: NDCG@10, Recall@50 and coverage@10, costs."""
    ks = sorted({int(str(row["K"])) for row in rows})
    models = sorted({str(row["model"]) for row in rows}, key=lambda m: -_mean(rows, m))
    people = {row["K"]: row["n_users"] for row in rows}
    header = " | ".join(f"K = {k} ({people[k]})" for k in ks)
    blocks = [f"### {title}", "NDCG@10 [95 %], people in brackets:"]
    blocks.append(_table(f"model | {header}", [[m, *(_ndcg(_cell(rows, m, k)) for k in ks)] for m in models]))
    blocks.append("Recall@50 / coverage@10:")
    header = " | ".join(f"K = {k}" for k in ks)
    blocks.append(
        _table(f"model | {header}", [[m, *(_reach(_cell(rows, m, k)) for k in ks)] for m in models])
    )
    blocks.append("Costs:")
    header = "model | fit, s | adapt, µs | and score all, µs | bytes a person | chosen on validation people"
    blocks.append(_table(header, [_costs(m, told[m]) for m in models if m in told]))
    return "\n\n".join(blocks) + "\n"


def _mean(rows: Sequence[Row], model: str) -> float:
    """Return NDCG@10 averaged over K > 0."""
    values = [float(str(r["ndcg10"])) for r in rows if r["model"] == model and r["K"]]
    return sum(values) / max(len(values), 1)


def _cell(rows: Sequence[Row], model: str, k: int) -> Row:
    return next(row for row in rows if row["model"] == model and row["K"] == k)


def _ndcg(row: Row) -> str:
    return f"{_short(row['ndcg10'])} [{_short(row['low'])}, {_short(row['high'])}]"


def _reach(row: Row) -> str:
    return f"{_short(row['recall50'])} / {_short(row['coverage10'])}"


def _short(value: object) -> str:
    """Return .413 for 0.4131."""
    return f"{float(str(value)):.3f}".removeprefix("0")


def _costs(model: str, record: Mapping[str, Any]) -> list[str]:
    fixed = {"n_threads", "n_iter", "K1"}
    knobs = ", ".join(f"{name} {value:g}" for name, value in record["chosen"].items() if name not in fixed)
    micro = (f"{record[name]:,.0f}" for name in ("adapt_microseconds", "adapt_and_score_microseconds"))
    return [model, f"{record['fit_seconds']:.2g}", *micro, f"{record['state_bytes']:,}", knobs]


def _table(header: str, lines: Sequence[Sequence[str]]) -> str:
    width = header.count("|") + 1
    return "\n".join(
        [f"| {header} |", "|" + " --- |" * width, *(f"| {' | '.join(line)} |" for line in lines)]
    )
