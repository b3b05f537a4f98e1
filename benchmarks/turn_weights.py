"""How much the words of a request should count against the personal score: measured on real likes and tags.

    python benchmarks/turn_weights.py --home HOME --data ml-latest-small --json figures.json

A case: a person's K earlier likes, a later like as the only right answer, and a query made of it: either the
tags that people gave that film, or two of its genres in lower case. The adapter of the home must not have
been trained on these people: the default home holds another sample of MovieLens, and whoever is in both is
left out.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from assistant.choosing import Request
from assistant.homes.encoders import open_encoder
from assistant.people import Person
from assistant.ranking import Scale, sharpness_of
from assistant.reading.rules import read
from assistant.rooms import Rooms
from assistant.scoring import candidates, leaning
from assistant.settings import Settings
from metalearn.adapter import Support
from retriever.constraints import Constraints

KS = (0, 1, 3, 10)
QUERY = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0)
FACETS = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0)
LIKE = 4.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--people", type=int, default=120)
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    settings = Settings(engine="off")
    rooms = Rooms(chosen.home, lambda: open_encoder(settings))
    cases = list(make_cases(rooms, chosen.home, chosen.data, chosen.people))
    rows = [measured(rooms, case) for case in cases]
    report = tables(rows)
    print(json.dumps(report, indent=1))
    if chosen.json:
        chosen.json.write_text(json.dumps(report, indent=1))


def make_cases(rooms: Rooms, home: Path, data: Path, people: int) -> list[dict[str, Any]]:
    """Return cases of people whom the home's adapter has not seen, at most `people` of them."""
    ratings = pl.read_csv(data / "ratings.csv").with_columns(pl.col("movieId").cast(pl.String))
    tags = pl.read_csv(data / "tags.csv").with_columns(pl.col("movieId").cast(pl.String))
    known = {item: row for row, item in enumerate(rooms.catalog.ids)}
    strangers = _strangers(ratings, home)
    tagged = tags.group_by("movieId").agg(pl.col("tag").str.to_lowercase().unique(maintain_order=True))
    words = dict(zip(tagged["movieId"], tagged["tag"], strict=True))
    rng, cases = np.random.default_rng(0), []
    for user in rng.permutation(sorted(strangers))[:people]:
        own = ratings.filter((pl.col("userId") == user) & (pl.col("rating") >= LIKE)).sort("timestamp")
        likes = [known[item] for item in own["movieId"] if item in known]
        for k in KS:
            later = likes[max(k, 1) :]
            told = [row for row in later if rooms.catalog.ids[row] in words]
            if len(likes) <= k or not later or not told:
                continue
            target, tagged_row = int(rng.choice(later)), int(rng.choice(told))
            genres = [g.lower() for g in rooms.catalog.item(target).facets["genres"][:2]]
            tag = [str(t) for t in words[rooms.catalog.ids[tagged_row]]]
            support = likes[:k]
            cases.append(
                {"k": k, "support": support, "target": target, "kind": "genres", "query": " ".join(genres)}
            )
            query = " ".join(rng.permutation(tag)[:2])
            cases.append({"k": k, "support": support, "target": tagged_row, "kind": "tags", "query": query})
    return cases


def _strangers(ratings: pl.DataFrame, home: Path) -> list[int]:
    """Return people of whom nobody in the home has the same film at the same second."""
    log = pl.read_parquet(home / "interactions.parquet").select(
        pl.col("item_id").alias("movieId"), "timestamp"
    )
    same = ratings.join(log, on=["movieId", "timestamp"], how="semi")["userId"].unique()
    return [int(u) for u in ratings["userId"].unique() if u not in set(same)]


def measured(rooms: Rooms, case: dict[str, Any]) -> dict[str, Any]:
    """Return the parts of the scores of a case's candidates, and where the right one is among them."""
    support = Support.of_likes(case["support"])
    state = rooms.adapter.adapt(support if case["support"] else Support.empty())
    scores = rooms.adapter.score(state)
    person = Person((), state, scores, Scale.of(scores), frozenset(case["support"]))
    implied = read(case["query"], rooms.columns).implied
    request = Request(case["query"], implied)
    rows = candidates(rooms, person, request, Constraints(exclude_rows=person.known))
    place = np.flatnonzero(rows == case["target"])
    vector = rooms.encode_query(case["query"])
    cosines = rooms.vectors @ vector
    lean = leaning(rooms, request, rows)
    return {
        **case,
        "place": int(place[0]) if len(place) else -1,
        "personal": (scores[rows] - scores[rows].mean()) / scores[rows].std(),
        "match": (cosines[rows] - cosines[rows].mean()) / cosines[rows].std(),
        "old": (scores[rows] - scores.mean()) / scores.std()
        + 1.2 * (cosines[rows] - cosines.mean()) / cosines.std(),
        "lean": np.zeros(len(rows)) if lean is None else lean,
        "implied": lean is not None,
        "sharpness": sharpness_of(np.asarray(cosines, np.float32)),
    }


def gain(scores: np.ndarray, place: int) -> float:
    """Return NDCG@10 with one right answer, 0 where it is no candidate."""
    if place < 0:
        return 0.0
    rank = int(np.count_nonzero(scores > scores[place]))
    return 1.0 / np.log2(rank + 2) if rank < 10 else 0.0


def tables(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the mean NDCG@10 by kind of query, K and weight, and by sharpness."""
    edges = np.quantile([row["sharpness"] for row in rows], [1 / 3, 2 / 3])
    report: dict[str, Any] = {"cases": len(rows), "found": np.mean([r["place"] >= 0 for r in rows])}
    report["sharpness_edges"] = edges.tolist()
    for kind in ("genres", "tags"):
        for k in KS:
            chosen = [r for r in rows if r["kind"] == kind and r["k"] == k]
            report[f"{kind} K={k}"] = {"n": len(chosen), **_by_weight(chosen)}
        for third in range(3):
            chosen = [
                r for r in rows if r["kind"] == kind and np.searchsorted(edges, r["sharpness"]) == third
            ]
            report[f"{kind} sharpness {third}"] = {"n": len(chosen), **_by_weight(chosen)}
    implied = [r for r in rows if r["implied"]]
    report["facets"] = {
        f"q{q} f{f}": _mean(implied, lambda r, q=q, f=f: r["personal"] + q * r["match"] + f * r["lean"])
        for q in (0.5, 1.0, 1.5)
        for f in FACETS
    } | {"n": len(implied)}
    return report


def _by_weight(rows: list[dict[str, Any]]) -> dict[str, float]:
    figures = {f"{w}": _mean(rows, lambda r, w=w: r["personal"] + w * r["match"]) for w in QUERY}
    return {
        **figures,
        "words alone": _mean(rows, lambda r: r["match"]),
        "old": _mean(rows, lambda r: r["old"]),
    }


def _mean(rows: list[dict[str, Any]], score: Any) -> float:
    return round(float(np.mean([gain(score(r), r["place"]) for r in rows])), 4) if rows else 0.0


if __name__ == "__main__":
    main()
