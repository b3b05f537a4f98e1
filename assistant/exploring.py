"""A little chance in what is shown, with its probability, so that logs can judge other rankers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

GOOD = 50  # best candidates among which chance chooses


@dataclass(frozen=True)
class Dice:
    """Say how much chance there is.

    Attributes:
        share: Probability that the last place is drawn at random, 0..1.
        rng: Where chance comes from.
    """

    share: float = 0.0
    rng: np.random.Generator = field(default_factory=np.random.default_rng)


class Shown(NamedTuple):
    """What chance has left and made.

    Attributes:
        positions: Positions in the order of places.
        chances: Probability that each is shown at its place.
        pool: Positions among which the last place was drawn; empty where nothing was.
        usual: Position that the last place has without chance; -1 where nothing was drawn.
    """

    positions: list[int]
    chances: tuple[float, ...]
    pool: tuple[int, ...] = ()
    usual: int = -1


def explore(chosen: Sequence[int], order: Sequence[int], dice: Dice) -> Shown:
    """Draw the last place anew with probability `dice.share`, among the best that have no place yet.

    All places but the last stay as they are (probability 1). For the last one, the choice that was made has
    probability 1 - share + share / m, any other of the m candidates share / m.

    Args:
        chosen: Positions that were chosen, best first.
        order: All candidates, best first; each obeys every constraint.
        dice: How much chance there is.
    """
    kept, sure = list(chosen[:-1]), (1.0,) * max(len(chosen) - 1, 0)
    pool = [position for position in order[: GOOD + len(chosen)] if position not in kept][:GOOD]
    if not chosen or len(pool) < 2 or dice.share <= 0:
        return Shown(list(chosen), (1.0,) * len(chosen))
    if chosen[-1] not in pool:
        pool.append(chosen[-1])
    last = int(pool[dice.rng.integers(len(pool))]) if dice.rng.random() < dice.share else int(chosen[-1])
    chance = dice.share / len(pool) + (1 - dice.share if last == chosen[-1] else 0.0)
    return Shown([*kept, last], (*sure, chance), tuple(map(int, pool)), int(chosen[-1]))
