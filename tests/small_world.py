"""A small catalogue with two crowds of people, made up here, in the form of GroupLens CSV files."""

from __future__ import annotations

import csv
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SCI_FI = """Blade Runner|1982|Action,Sci-Fi,Thriller
Matrix, The|1999|Action,Sci-Fi,Thriller
Alien|1979|Horror,Sci-Fi
Aliens|1986|Action,Adventure,Horror,Sci-Fi
Dark City|1998|Adventure,Film-Noir,Sci-Fi,Thriller
Gattaca|1997|Drama,Sci-Fi,Thriller
Minority Report|2002|Action,Crime,Mystery,Sci-Fi,Thriller
Terminator, The|1984|Action,Sci-Fi,Thriller
Twelve Monkeys (a.k.a. 12 Monkeys)|1995|Mystery,Sci-Fi,Thriller
Contact|1997|Drama,Sci-Fi
Fifth Element, The|1997|Action,Adventure,Comedy,Sci-Fi
Ghost in the Shell|1995|Animation,Sci-Fi
eXistenZ|1999|Action,Sci-Fi,Thriller
Moon|2009|Drama,Mystery,Sci-Fi,Thriller
Inception|2010|Action,Crime,Drama,Mystery,Sci-Fi,Thriller
Event Horizon|1997|Horror,Sci-Fi,Thriller"""
SOFT = """Big|1988|Comedy,Drama,Fantasy,Romance
Notting Hill|1999|Comedy,Romance
Sleepless in Seattle|1993|Comedy,Drama,Romance
You've Got Mail|1998|Comedy,Romance
Pretty Woman|1990|Comedy,Romance
Four Weddings and a Funeral|1994|Comedy,Romance
When Harry Met Sally...|1989|Comedy,Romance
Love Actually|2003|Comedy,Drama,Romance
Bridget Jones's Diary|2001|Comedy,Drama,Romance
Groundhog Day|1993|Comedy,Fantasy,Romance
Amelie|2001|Comedy,Romance
Titanic|1997|Drama,Romance
Casablanca|1942|Drama,Romance
Clueless|1995|Comedy,Romance
Grease|1978|Comedy,Musical,Romance
Moulin Rouge|2001|Drama,Musical,Romance"""
FILMS = [line.split("|") for line in f"{SCI_FI}\n{SOFT}".splitlines()]


class HashEncoder:
    """Encode texts as sums of word vectors that depend on the word alone."""

    name, dim = "hash", 32

    def encode(
        self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None, /
    ) -> NDArray[np.float32]:
        rows = np.stack([self._vector(text) for text in texts])
        if progress:
            progress(len(texts), len(texts))
        return rows

    def encode_query(self, text: str) -> NDArray[np.float32]:
        return self._vector(text)

    def _vector(self, text: str) -> NDArray[np.float32]:
        words = "".join(c if c.isalnum() else " " for c in text.lower()).split() or [""]
        total = sum(np.random.default_rng(zlib.crc32(w.encode())).normal(size=self.dim) for w in words)
        return np.asarray(total / np.linalg.norm(total), dtype=np.float32)


def write_csv(folder: Path, people: int = 60, seed: int = 0) -> Path:
    """Write movies.csv and ratings.csv; half of the people like the first half of the films."""
    folder.mkdir(parents=True, exist_ok=True)
    rng, half = np.random.default_rng(seed), len(FILMS) // 2
    with (folder / "movies.csv").open("w", newline="") as file:
        movies = [[i + 1, f"{t} ({y})", g.replace(",", "|")] for i, (t, y, g) in enumerate(FILMS)]
        csv.writer(file).writerows([["movieId", "title", "genres"], *movies])
    rows: list[list[object]] = [["userId", "movieId", "rating", "timestamp"]]
    for user in range(people):
        mine = rng.permutation(half) + half * (user % 2)
        other = rng.permutation(half) + half * (1 - user % 2)
        seen = [*((i, 4.5) for i in mine[:12]), *((i, 1.5) for i in other[:4])]
        rows += [[user + 1, int(i) + 1, r, 1_000_000_000 + 86_400 * n] for n, (i, r) in enumerate(seen)]
    with (folder / "ratings.csv").open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    return folder
