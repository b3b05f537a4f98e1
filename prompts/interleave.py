"""Two rankers in one list: team-draft interleaving."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import binomtest


@dataclass(frozen=True)
class Mixed:
    """One list from two rankings: its items, and the team ("A" or "B") that drafted each."""

    items: tuple[str, ...]
    teams: tuple[str, ...]

    def credit(self, liked: Collection[str]) -> int:
        """Return 1 where more liked items are of B, -1 where more are of A, 0 where neither."""
        teams = [team for item, team in zip(self.items, self.teams, strict=True) if item in liked]
        return int(np.sign(teams.count("B") - teams.count("A")))


def team_draft(a: Sequence[str], b: Sequence[str], n: int, rng: np.random.Generator) -> Mixed:
    """Mix two rankings; in every round a coin says who drafts first. Radlinski et al., CIKM 2008.

    Args:
        a: Ranking of A, best first.
        b: Ranking of B.
        n: Length of the list, at most.
        rng: Where the coin comes from.
    """
    left = {"A": list(dict.fromkeys(a)), "B": list(dict.fromkeys(b))}
    items: list[str] = []
    teams: list[str] = []
    while len(items) < n and any(left.values()):
        for team in ("A", "B") if rng.random() < 0.5 else ("B", "A"):
            left[team] = [item for item in left[team] if item not in items]
            if left[team] and len(items) < n:
                items.append(left[team].pop(0))
                teams.append(team)
    return Mixed(tuple(items), tuple(teams))


def preference(credits: Sequence[int]) -> tuple[float, float]:
    """Return the share of decided lists that B wins (.5 where none is), and the p-value of the sign test."""
    wins, losses = sum(c > 0 for c in credits), sum(c < 0 for c in credits)
    if not wins + losses:
        return 0.5, 1.0
    return wins / (wins + losses), float(binomtest(wins, wins + losses).pvalue)
