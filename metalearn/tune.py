"""`palate tune`: a small search over hyper-parameters, on validation people only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from metalearn.benchmark import features_of, support_of
from metalearn.config import TrainConfig
from metalearn.crossfit import Progress
from metalearn.data import ItemFeatures
from metalearn.errors import BadLog
from metalearn.gradient import DESCENDING
from metalearn.metrics import hits_of, ndcg
from metalearn.protocol import MIN_USER_LIKES, FewShotData, RawLog, Split, few_shot_data, splits, top_rows
from metalearn.taste import TasteAdapter
from metalearn.train import train

if TYPE_CHECKING:
    import optuna

KS = (1, 3, 5, 10, 20)
SEARCHED = (
    *("shrink", "tilt", "ials_alpha"),
    *("rank", "rate", "steps", "batch", "penalty", "shrinkage", "dropout"),
)
SEARCHED_INSIDE = ("inner_steps", "inner_rate")


def tune(
    raw: RawLog,
    item_ids: Sequence[str],
    features: ItemFeatures,
    *,
    trials: int,
    folds: int = 1,
    min_user_likes: int = MIN_USER_LIKES,
    base: TrainConfig | None = None,
    storage: Path | None = None,
    progress: Progress | None = None,
) -> dict[str, object]:
    """Search for better hyper-parameters than the given ones; test people are never read.

    The first trial is the given configuration, so that the best is never worse on these people. The
    objective is the geometric mean over K = 1, 3, 5, 10, 20 of NDCG@10 of validation people.

    Args:
        raw: ratings with original ids.
        item_ids: original ids of the feature rows.
        features: one row per entry of `item_ids`.
        trials: how many configurations are tried, those of an earlier run on the same storage included.
        folds: on how many folds of the protocol each is trained.
        min_user_likes: likes a person needs to take part.
        base: where the search starts.
        storage: SQLite file that keeps finished trials by algorithm, so that a run that was ended goes on.
        progress: told the share of the trials done.

    Returns:
        `best` and `start` objective, `changed` hyper-parameters, `trials` as a list, `people`.

    Raises:
        BadLog: when nobody is left to validate on.
        ImportError: without the extra `tune`.
    """
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    data, start = few_shot_data(raw, min_user_likes), base or TrainConfig()
    known, chosen = features_of(data, item_ids, features), splits(len(data.people))[:folds]
    if not any(len(data.eligible(fold.validation, 1)) for fold in chosen):
        raise BadLog("no validation person has 6 likes; there is nothing to tune on")
    study = optuna.create_study(
        direction="maximize",
        sampler=optuna.samplers.TPESampler(seed=start.seed),
        storage=None if storage is None else f"sqlite:///{storage}",
        study_name="palate" if start.algorithm == "ridge" else f"palate-{start.algorithm}",
        load_if_exists=True,
    )
    if not study.trials:
        study.enqueue_trial(_point(start))
    tell = progress or (lambda _text, _share: None)
    finished = [t for t in study.trials if t.state == optuna.trial.TrialState.COMPLETE]
    for number in range(len(finished), trials):
        tell(f"trial {number + 1} of {trials}", number / trials)
        trial = study.ask()
        study.tell(trial, objective(data, chosen, known, suggested(trial, start)))
    tell("done", 1.0)
    return _report(study, sum(len(fold.validation) for fold in chosen))


def suggested(trial: optuna.trial.Trial, start: TrainConfig) -> TrainConfig:
    """Return the configuration of a trial: ``SEARCHED`` and the weight of the pairwise loss.

    Learners that descend have their ``SEARCHED_INSIDE`` searched as well; the others would not notice.
    """
    kernels = replace(
        start.kernels,
        shrink=trial.suggest_float("shrink", 3.0, 100.0, log=True),
        tilt=trial.suggest_float("tilt", 0.1, 0.6),
        ials_alpha=trial.suggest_float("ials_alpha", 1.0, 20.0, log=True),
    )
    tried = replace(
        start,
        kernels=kernels,
        rank=trial.suggest_int("rank", 1, 3),
        rate=trial.suggest_float("rate", 0.005, 0.1, log=True),
        steps=trial.suggest_int("steps", 100, 800, log=True),
        shrinkage=trial.suggest_float("shrinkage", 1e-5, 1e-1, log=True),
        dropout=trial.suggest_float("dropout", 0.0, 0.5),
        batch=trial.suggest_int("batch", 8, 128, log=True),
        penalty=trial.suggest_float("penalty", 0.1, 10.0, log=True),
    ).with_loss("pairwise", trial.suggest_float("pairwise", 0.0, 3.0))
    if start.algorithm not in DESCENDING:
        return tried
    return replace(
        tried,
        inner_steps=trial.suggest_int("inner_steps", 1, 12),
        inner_rate=trial.suggest_float("inner_rate", 0.05, 1.5, log=True),
    )


def objective(
    data: FewShotData, folds: Sequence[Split], features: ItemFeatures, config: TrainConfig
) -> float:
    """Return the geometric mean over K of NDCG@10 of the validation people of some folds."""
    found: dict[int, list[float]] = {k: [] for k in KS}
    for fold in folds:
        adapter = train(data.log(fold.train), features, config)
        for k in KS:
            found[k] += _ndcg(data, fold, adapter, k)
    means = [np.mean(values) for values in found.values() if values]
    return float(np.exp(np.mean(np.log(np.maximum(means, 1e-6)))))


def _ndcg(data: FewShotData, fold: Split, adapter: TasteAdapter, k: int) -> list[float]:
    users = data.eligible(fold.validation, k)
    if not len(users):
        return []
    states = [adapter.adapt(support_of(data, int(u), k, fold.train)) for u in users]
    supports = [rows[:k] for rows in data.likes(users)]
    queries = [rows[k:] for rows in data.likes(users)]
    top = top_rows(adapter.score_many(states), supports, data.popularity(fold.train), 10)
    return [float(value) for value in ndcg(hits_of(top, queries), np.array([len(q) for q in queries]))]


def _point(config: TrainConfig) -> dict[str, Any]:
    flat = {**asdict(config.kernels), **asdict(config)}
    names = SEARCHED + (SEARCHED_INSIDE if config.algorithm in DESCENDING else ())
    return {**{name: flat[name] for name in names}, "pairwise": config.weight_of("pairwise")}


def _report(study: optuna.study.Study, people: int) -> dict[str, object]:
    done = [t for t in study.trials if t.value is not None]
    first = done[0].params
    changed = {name: value for name, value in study.best_params.items() if value != first.get(name)}
    return {
        "start": done[0].value,
        "best": study.best_value,
        "changed": changed,
        "people": people,
        "trials": [{"value": t.value, **t.params} for t in done],
    }
