"""Dialogues and candidates -> the arrays that rank them: facets, cues, kernel of a rating log, vectors."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import polars as pl
import scipy.sparse as sp
from numpy.typing import NDArray

from assistant.measuring.crs_catalogue import year_of
from assistant.measuring.crs_files import TalkFiles
from metalearn.base import ItemKNN
from metalearn.talk_data import TalkItems, TalkTurns, rows_matrix
from prompts.talks.records import TalkItem, Turn, title_key
from retriever.datasets.cleaning import Dataset

Encode = Callable[[Sequence[str]], NDArray[np.float32]]
Values = dict[tuple[str, str], int]
LIKE = 3.5
# The wish stands at the end of a talk, and the encoder reads no more than about this many letters.
LAST_LETTERS = 900
# Words for genres that are none of the genres' names.
GENRE_WORDS = {
    "scary": "horror", "funny": "comedy", "comedies": "comedy", "romantic": "romance", "sci fi": "sci-fi",
    "scifi": "sci-fi", "science fiction": "sci-fi", "animated": "animation", "kids": "family",
    "superhero": "action", "cartoon": "animation", "suspense": "thriller", "rom com": "romance",
    "romcom": "romance",
}  # fmt: skip


class TalkArrays(NamedTuple):
    """Items and turns as arrays."""

    items: TalkItems
    turns: TalkTurns


class _Log(NamedTuple):
    """What a rating log says of I items: which it has, log(1 + ratings), weights [I, I]."""

    linked: NDArray[np.bool_]
    popularity: NDArray[np.float64]
    kernel: sp.csr_matrix


def arrays(files: TalkFiles, log: Dataset, encode: Encode) -> TalkArrays:
    """Number items, facets and cues of what was read, and encode its texts."""
    values: Values = {}
    facets = [
        [
            values.setdefault((kind, name.casefold()), len(values))
            for kind, of in item.facets.items()
            for name in of
        ]
        for item in files.items
    ]
    words: dict[str, int] = {}
    titles = [[words.setdefault(w, len(words)) for w in title_key(item.name).split()] for item in files.items]
    rated = _log_of(files.items, log)
    items = TalkItems(
        vectors=encode([_text(item) for item in files.items]),
        facets=rows_matrix(facets, len(values)),
        kinds=np.array([kind for kind, _ in values], dtype=np.str_),
        words=rows_matrix(titles, len(words)),
        years=np.array([year_of(item) for item in files.items], dtype=np.float64),
        popularity=rated.popularity,
        linked=rated.linked,
        kernel=rated.kernel,
        described=np.arange(len(files.items)) < files.described,
    )
    return TalkArrays(items, _turns(files, values, encode))


def _turns(files: TalkFiles, values: Values, encode: Encode) -> TalkTurns:
    turns = files.turns
    place = {key: number for number, key in enumerate(files.keys)}
    dialogues: dict[tuple[str, str], int] = {}
    cues: dict[str, int] = {}
    named = [[cues.setdefault(name.casefold(), len(cues)) for name in turn.names] for turn in turns]
    genres = _GenreWords(values)
    return TalkTurns(
        dialogues=np.array(
            [
                dialogues.setdefault((part, turn.dialogue), len(dialogues))
                for part, turn in zip(files.parts, turns, strict=True)
            ],
            dtype=np.int64,
        ),
        lengths=np.array([len(turn.context) for turn in turns], dtype=np.int64),
        mentioned=[[place[name] for name in turn.mentioned if name in place] for turn in turns],
        targets=[[place[name] for name in turn.targets if name in place] for turn in turns],
        wanted=np.array([len(turn.targets) for turn in turns], dtype=np.int64),
        cues=named,
        n_cues=max(len(cues), 1),
        people=_people(turns, values),
        genres=[genres.find(" ".join((*turn.context, *turn.names))) for turn in turns],
        last_genres=[genres.find(_last(turn)) for turn in turns],
        whole=_by_file(
            files,
            [" ".join(part for part in t.context if part)[-LAST_LETTERS:] or "-" for t in turns],
            encode,
        ),
        last=_by_file(files, [_last(turn) or "-" for turn in turns], encode),
    )


def _by_file(files: TalkFiles, texts: Sequence[str], encode: Encode) -> NDArray[np.float32]:
    """Encode one text per turn, file by file: a file that was encoded before need not be again."""
    starts = [n for n, part in enumerate(files.parts) if n == 0 or part != files.parts[n - 1]]
    ends = [*starts[1:], len(texts)]
    return np.concatenate([encode(texts[start:end]) for start, end in zip(starts, ends, strict=True)])


class _GenreWords:
    """Find genres in a text: their names, with a plural, and other words for them."""

    def __init__(self, values: Values) -> None:
        names = {name: number for (kind, name), number in values.items() if kind == "genre"}
        plain = {
            name.removesuffix(" film").removesuffix(" fiction"): number for name, number in names.items()
        }
        self._of = {**plain, **names}
        for word, genre in GENRE_WORDS.items():
            if genre in self._of:
                self._of.setdefault(word, self._of[genre])
        longest = sorted(self._of, key=lambda word: (-len(word), word))
        either = "|".join(re.escape(word) for word in longest) or r"(?!)"
        self._pattern = re.compile(rf"\b(?P<word>{either})(?:e?s)?\b")

    def find(self, text: str) -> list[int]:
        """Return the numbers of the genres, each once."""
        return list(dict.fromkeys(self._of[m["word"]] for m in self._pattern.finditer(text.casefold())))


def _people(turns: Sequence[Turn], values: Values) -> list[list[int]]:
    of: dict[str, list[int]] = {}
    for (kind, name), number in values.items():
        if kind != "genre":
            of.setdefault(name, []).append(number)
    return [[number for name in turn.names for number in of.get(name.casefold(), ())] for turn in turns]


def _last(turn: Turn) -> str:
    return turn.context[-1] if turn.context else ""


def _text(item: TalkItem) -> str:
    people = (*item.facets.get("director", ()), *item.facets.get("star", ())[:5])
    return ". ".join((item.name, ", ".join(item.facets.get("genre", ())), ", ".join(people), item.text))


def _log_of(items: Sequence[TalkItem], log: Dataset) -> _Log:
    """Link items to the log by title and year (one year apart at most), and learn a kernel over its likes."""
    columns = log.items.select("item_id", "title", "year")
    row = {item: number for number, item in enumerate(columns["item_id"])}
    people = {
        user: number for number, user in enumerate(log.interactions["user_id"].unique(maintain_order=True))
    }
    count = np.zeros(len(row))
    rated = log.interactions.select("user_id", "item_id", "rating")
    np.add.at(count, [row[item] for item in rated["item_id"]], 1)
    liked = rated.filter(pl.col("rating") >= LIKE)
    places = ([people[u] for u in liked["user_id"]], [row[i] for i in liked["item_id"]])
    likes = sp.csr_matrix((np.ones(len(liked), np.float32), places), (len(people), len(row)))
    by_title: dict[str, list[tuple[int, int | None]]] = {}
    for number, (title, year) in enumerate(zip(columns["title"], columns["year"], strict=True)):
        by_title.setdefault(title_key(title), []).append((number, year))
    link = np.array([_linked(item, by_title, count) for item in items], dtype=np.int64)
    here = np.flatnonzero(link >= 0)
    chosen = sp.csr_matrix((np.ones(len(here), np.float32), (here, link[here])), (len(items), len(row)))
    kernel = ItemKNN(shrink=20.0, tilt=0.4, k=400).fit(likes).kernel
    popularity = np.where(link >= 0, np.log1p(count[np.maximum(link, 0)]), 0.0)
    return _Log(link >= 0, popularity, sp.csr_matrix(chosen @ kernel @ chosen.T))


def _linked(
    item: TalkItem, by_title: dict[str, list[tuple[int, int | None]]], count: NDArray[np.float64]
) -> int:
    year = year_of(item)
    fitting = [
        number
        for number, other in by_title.get(title_key(item.name), ())
        if not year or other is None or abs(other - year) <= 1
    ]
    return max(fitting, key=lambda number: count[number], default=-1)
