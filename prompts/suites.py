"""The suites: which figures each one has, the one that decides first."""

from __future__ import annotations

from prompts.errors import RunError
from prompts.runs import Measure, Suite

COST = (
    Measure("seconds", {"seconds": 1.0}, better="lower", empty=0.0),
    Measure("prompt_tokens", {"prompt_tokens": 1.0}, better="lower", empty=0.0),
    Measure("completion_tokens", {"completion_tokens": 1.0}, better="lower", empty=0.0),
)
SLOTS = (
    Measure("slot_f1", {"hits": 2.0}, {"hits": 2.0, "extra": 1.0, "missed": 1.0}),
    Measure("slot_precision", {"hits": 1.0}, {"hits": 1.0, "extra": 1.0}),
    Measure("slot_recall", {"hits": 1.0}, {"hits": 1.0, "missed": 1.0}),
    Measure("move_accuracy", {"moves_right": 1.0}, {"moves": 1.0}),
)


def _share(name: str, top: str, bottom: str) -> Measure:
    return Measure(name, {top: 1.0}, {bottom: 1.0})


def _mean(name: str, empty: float = 0.0) -> Measure:
    return Measure(name, {name: 1.0}, empty=empty)


INTENT = Suite(
    "intent",
    (*SLOTS, _share("query_recall", "query_hits", "query_words"), _mean("all_right"), *COST),
)
DIALOGUE = Suite(
    "dialogue",
    (
        _share("turns_right", "turns_right", "moves"),
        *SLOTS,
        _share("constraint_obedience", "obeyed", "constrained"),
        _share("claims_supported", "claims_held", "claims"),
        Measure("off_catalogue", {"off_catalogue": 1.0}, {"moves": 1.0}, "lower", 0.0),
        Measure("rejected_reoffered", {"reoffered": 1.0}, {"moves": 1.0}, "lower", 0.0),
        _share("picks_as_asked", "picks_right", "moves"),
        _share("references_right", "references_right", "references"),
        _share("questions_right", "questions_right", "moves"),
        _share("says_as_asked", "says_right", "says"),
        *COST,
    ),
)
REPLY = Suite(
    "reply",
    (
        _share("kept_by_guard", "kept", "sentences"),
        _share("grounding", "claims_held", "claims"),
        _share("title_guard", "titles_held", "titles"),
        _share("picks_named", "named", "told"),
        _mean("in_language"),
        _share("says_as_asked", "says_right", "says"),
        _mean("own_words"),
        *COST,
    ),
)
RANKING = Suite(
    "ranking",
    (
        _mean("ndcg@10"),
        _mean("recall@10"),
        _mean("recall@50"),
        _mean("mrr"),
        _mean("ndcg@10_with_repeated"),
        _mean("recall@10_with_repeated"),
        _mean("mrr_with_repeated"),
        _mean("diversity"),
        _mean("novelty"),
        _mean("popularity_bias", 0.5),
        COST[0],
    ),
)
SIMULATE = Suite(
    "simulate",
    (
        _mean("success"),
        Measure("success_at_once", {"at_once": 1.0}, empty=0.0),
        Measure("turns_to_success", {"turns_won": 1.0}, {"success": 1.0}, "lower", 0.0),
        Measure("regret", {"regret": 1.0}, better="lower", empty=0.0),
        *COST,
    ),
)
REPLAY = Suite(
    "replay",
    (_mean("same_picks"), _mean("same_move"), _mean("same_slots"), _mean("own_words"), *COST),
)
SUITES = {suite.name: suite for suite in (INTENT, DIALOGUE, REPLY, RANKING, SIMULATE, REPLAY)}


def suite_of(name: str) -> Suite:
    """Return a suite by name.

    Raises:
        RunError: When there is none.
    """
    if name not in SUITES:
        raise RunError(f"There is no suite {name!r}; there are {', '.join(SUITES)}.")
    return SUITES[name]
