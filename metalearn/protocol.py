"""The few-shot evaluation protocol: who is tested, on what, and how a ranking is read off scores.

Likes only, in order of time; items with at least 5 likes, then people with at least 10, one pass each.
People are shuffled by a fixed generator; under 3,000 people 5 folds test everybody once and a tenth of the
rest is for validation, otherwise the split is 80/10/10. Support = the first K likes, query = all later ones;
a person counts for K with K + 5 likes. The whole catalogue but the support is ranked, exact ties going to
the item more popular among the training people.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from metalearn.data import FloatArray, History, IntArray, InteractionLog, histories, likes_matrix
from metalearn.errors import BadLog
from metalearn.feedback import LIKE_FROM, RATINGS

MIN_ITEM_LIKES = 5
MIN_USER_LIKES = 10
MIN_QUERY = 5
KS = (0, 1, 3, 5, 10, 20)
FEW_USERS = 3000
N_FOLDS = 5


class RawLog(NamedTuple):
    """Ratings with their original ids, in the order of the source file.

    Attributes:
        users: str [m].
        items: str [m].
        ratings: float32 [m].
        times: int64 [m], unix seconds.
        timed: False where times only say in which order a person's ratings came.
        links: str [l, 2], who is a friend of whom; None where nobody knows.
        amounts: float32 [m], how much of each item was consumed; None where nobody counted.
    """

    users: NDArray[np.str_]
    items: NDArray[np.str_]
    ratings: FloatArray
    times: IntArray
    timed: bool = True
    links: NDArray[np.str_] | None = None
    amounts: FloatArray | None = None


@dataclass(frozen=True)
class FewShotData:
    """A log cut down to the people and items the protocol keeps.

    Attributes:
        user_ids: original ids, sorted as strings; position = person.
        item_ids: original ids, sorted as strings; position = row.
        people: history of every person with the kept items, all labels.
        timed: as in the log.
        links: int64 [l, 2], pairs of positions among the kept people; None where nobody knows.
    """

    user_ids: tuple[str, ...]
    item_ids: tuple[str, ...]
    people: tuple[History, ...]
    timed: bool = True
    links: IntArray | None = None

    @property
    def n_items(self) -> int:
        """Return the size of the catalogue."""
        return len(self.item_ids)

    def likes(self, users: IntArray) -> list[IntArray]:
        """Return the liked rows of the named people, each in order of time."""
        return [self.people[u].likes for u in users]

    def log(self, users: IntArray) -> InteractionLog:
        """Return the ratings of the named people as a log in which they are numbered from 0."""
        chosen = [self.people[u] for u in users]
        owner = np.repeat(np.arange(len(chosen)), [len(h.items) for h in chosen])
        items, times = (np.concatenate([getattr(h, name) for h in chosen]) for name in ("items", "times"))
        ratings = RATINGS[np.concatenate([h.kinds for h in chosen])]
        counted = [h.amounts for h in chosen if h.amounts is not None]
        return InteractionLog(
            owner,
            items,
            ratings,
            times,
            len(chosen),
            self.n_items,
            self.timed,
            self.links_among(users),
            np.concatenate(counted) if counted else None,
        )

    def links_among(self, users: IntArray) -> IntArray | None:
        """Return the links among the named people, who are numbered from 0; None without links."""
        if self.links is None:
            return None
        position = np.full(len(self.people), -1, np.int64)
        position[users] = np.arange(len(users))
        pairs = position[self.links]
        return np.asarray(pairs[(pairs >= 0).all(axis=1)])

    def friends(self, user: int, among: IntArray) -> IntArray | None:
        """Return the positions in `among` of a person's friends; None without links."""
        if self.links is None:
            return None
        linked = self.links[self.links[:, 0] == user, 1]
        return np.flatnonzero(np.isin(among, linked))

    def popularity(self, users: IntArray) -> FloatArray:
        """Return the number of likes of every item among the named people, float32 [N]."""
        counts = likes_matrix(self.likes(users), self.n_items).sum(axis=0)
        return np.asarray(counts, dtype=np.float32).ravel()

    def eligible(self, users: IntArray, k: int) -> IntArray:
        """Return those of the named people who have a support of k likes and a query of at least 5."""
        return np.array([u for u in users if len(self.people[u].likes) >= k + MIN_QUERY], dtype=np.int64)


class Split(NamedTuple):
    """People of one fold, as positions in ``FewShotData.people``."""

    train: IntArray
    validation: IntArray
    test: IntArray


def few_shot_data(
    raw: RawLog, min_user_likes: int = MIN_USER_LIKES, min_item_likes: int = MIN_ITEM_LIKES
) -> FewShotData:
    """Apply the filters of the protocol to a raw log.

    Args:
        raw: The log.
        min_user_likes: Likes that a person needs.
        min_item_likes: Likes that an item needs.

    Raises:
        BadLog: when nobody is left.
    """
    order = np.argsort(raw.times, kind="stable")
    users, items, liked = raw.users[order], raw.items[order], raw.ratings[order] >= LIKE_FROM
    first = _first_of_pair(users, items, liked)
    item_ids = _at_least(items[first], min_item_likes)
    kept = first[np.isin(items[first], item_ids)]
    user_ids = _at_least(users[kept], min_user_likes)
    kept = kept[np.isin(users[kept], user_ids)]
    if not len(kept):
        raise BadLog(
            f"nobody in the log has {min_user_likes} likes of items with {min_item_likes} likes; "
            "nothing can be measured"
        )
    item_ids = np.unique(items[kept])
    counted = None if raw.amounts is None else raw.amounts[order]
    data = _assemble(users, items, raw.ratings[order], raw.times[order], kept, user_ids, item_ids, counted)
    return replace(data, timed=raw.timed, links=_positions(raw.links, user_ids))


def splits(n_users: int) -> list[Split]:
    """Return the folds of the protocol for this many people."""
    shuffled = np.random.default_rng(0).permutation(n_users)
    if n_users >= FEW_USERS:
        a, b = int(0.8 * n_users), int(0.9 * n_users)
        return [Split(shuffled[:a], shuffled[a:b], shuffled[b:])]
    parts = np.array_split(shuffled, N_FOLDS)
    rests = [np.concatenate([p for g, p in enumerate(parts) if g != f]) for f in range(N_FOLDS)]
    return [Split(r[len(r) // 10 :], r[: len(r) // 10], part) for r, part in zip(rests, parts, strict=True)]


def top_rows(
    scores: NDArray[np.floating], supports: Sequence[IntArray], popularity: FloatArray, n: int
) -> IntArray:
    """Rank scores [m, N] without each support; return int64 [m, n], best first, exact ties by popularity.

    Raises:
        BadLog: when a score is not a number.
    """
    if not np.isfinite(scores).all():
        raise BadLog("scores to rank must be finite")
    values = np.array(scores, dtype=np.float64)
    span = np.maximum(values.max(axis=1) - values.min(axis=1), 1e-12)
    values += 1e-9 * span[:, None] * (popularity / max(float(popularity.max()), 1.0))[None]
    for line, support in zip(values, supports, strict=True):
        line[support] = -np.inf
    n = min(n, values.shape[1])
    best = np.argpartition(-values, n - 1, axis=1)[:, :n]
    order = np.argsort(-np.take_along_axis(values, best, 1), axis=1, kind="stable")
    return np.take_along_axis(best, order, 1)


def _positions(links: NDArray[np.str_] | None, user_ids: NDArray[np.str_]) -> IntArray | None:
    """Return the links between kept people as positions; both directions of a pair are kept as they are."""
    if links is None:
        return None
    known = links[np.isin(links, user_ids).all(axis=1)]
    return np.searchsorted(user_ids, known).astype(np.int64)


def _first_of_pair(users: NDArray[np.str_], items: NDArray[np.str_], liked: NDArray[np.bool_]) -> IntArray:
    """Return the positions of the first like of every (person, item), ascending."""
    where = np.flatnonzero(liked)
    u, i = np.unique(users[where], return_inverse=True)[1], np.unique(items[where], return_inverse=True)[1]
    pair = u.astype(np.int64) * (int(i.max(initial=0)) + 1) + i
    return np.sort(where[np.unique(pair, return_index=True)[1]])


def _at_least(values: NDArray[np.str_], least: int) -> NDArray[np.str_]:
    names, counts = np.unique(values, return_counts=True)
    return names[counts >= least]


def _assemble(
    users: NDArray[np.str_],
    items: NDArray[np.str_],
    ratings: FloatArray,
    times: IntArray,
    likes: IntArray,
    user_ids: NDArray[np.str_],
    item_ids: NDArray[np.str_],
    amounts: FloatArray | None,
) -> FewShotData:
    """Keep the chosen likes and, of all other ratings, those of kept people and items without a like."""
    is_like = np.zeros(len(users), dtype=bool)
    is_like[likes] = True
    known = np.isin(users, user_ids) & np.isin(items, item_ids)
    kept = np.flatnonzero(is_like | (known & (ratings < LIKE_FROM)))
    u, i = np.searchsorted(user_ids, users[kept]), np.searchsorted(item_ids, items[kept])
    pair = u * len(item_ids) + i
    # A like wins over other ratings of the same item; otherwise the first one counts.
    order = np.lexsort((np.arange(len(kept)), ~is_like[kept], pair))
    chosen = np.sort(order[np.concatenate([[True], np.diff(pair[order]) > 0])])
    log = InteractionLog(
        u[chosen],
        i[chosen],
        ratings[kept][chosen],
        times[kept][chosen],
        len(user_ids),
        len(item_ids),
        amounts=None if amounts is None else amounts[kept][chosen],
    )
    return FewShotData(tuple(map(str, user_ids)), tuple(map(str, item_ids)), tuple(histories(log)))
