"""Assistants for labelled cases: a home for each catalogue, and items planted into it."""

from __future__ import annotations

import csv
import hashlib
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import polars as pl

from assistant.agent import Assistant
from assistant.homes.encoders import open_encoder
from assistant.homes.setup import Job, set_up
from assistant.llm import ChatModel
from assistant.rooms import Rooms
from assistant.settings import Settings
from assistant.store import Store
from prompts.cases import Plant
from prompts.catalogs import find_catalog
from retriever.catalog import Catalog, text_line
from retriever.encoder import Encoder

Progress = Callable[[str, float], None]
CROWD = 12  # likes of a made-up person
NEEDED = "item_id", "title"


@dataclass
class CaseHomes:
    """Open the rooms of each catalogue once, and assistants with stores of their own in them.

    The films have a home already. For a CSV file a home is made once and kept in the cache; since nobody has
    rated its items, the adapter is trained on made-up people, each of whom likes the items of one value.

    Attributes:
        settings: Where homes and caches are.
        films: Home of the films.
        llm: The chat model; None reads by rules and writes by templates.
        progress: Told what is made.
        encoder: Opens the text encoder; that of the settings unless a test brings its own.
    """

    settings: Settings
    films: Path
    llm: ChatModel | None = None
    progress: Progress = field(default=lambda what, share: None)
    encoder: Callable[[], Encoder] | None = None
    _rooms: dict[str, Rooms] = field(default_factory=dict)
    _encoder: list[Encoder] = field(default_factory=list)
    _opening: threading.Lock = field(default_factory=threading.Lock)

    def assistant(self, name: str, beside: Path, plants: Sequence[Plant] = ()) -> Assistant:
        """Return an assistant of a catalogue that knows nobody.

        Args:
            name: Name of the catalogue.
            beside: The case file; a catalogue beside it is found first.
            plants: Items to add; they take the places of the least known ones.
        """
        rooms = self.rooms(name, beside)
        rooms = planted(rooms, plants) if plants else rooms
        return Assistant(rooms, Store(f"sqlite:///{mkdtemp(prefix='palate-')}/events.db"), self.llm)

    def rooms(self, name: str, beside: Path) -> Rooms:
        """Return the rooms of a catalogue; its home is made where there is none."""
        path = find_catalog(name, beside)
        key = str(path or name)
        if key not in self._rooms:
            home = self.films if path is None else self._home(path)
            self._rooms[key] = Rooms(home, self._open)
        return self._rooms[key]

    def _open(self) -> Encoder:
        with self._opening:  # two models loaded at a time get each other's number format
            if not self._encoder:
                self._encoder.append(self.encoder() if self.encoder else open_encoder(self.settings))
            return self._encoder[0]

    def _home(self, path: Path) -> Path:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
        root = self.settings.cache / "case-homes" / f"{path.stem}-{digest}"
        data = root / "data"
        if not (data / "interactions.csv").is_file():
            data.mkdir(parents=True, exist_ok=True)
            (data / "items.csv").write_bytes(path.read_bytes())
            _write_crowd(data)
        set_up(Job(root / "home", "csv", data, lambda progress: self._open(), self.progress))
        return root / "home"


def _write_crowd(data: Path) -> None:
    """Write likes of made-up people: a handful for each value of each facet, spread over its items."""
    with (data / "items.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    groups: dict[str, list[str]] = {}
    for row in rows:
        for column, cell in row.items():
            for value in cell.split("|") if column not in (*NEEDED, "aliases") else ():
                groups.setdefault(f"{column}={value}", []).append(row["item_id"])
    everything = [row["item_id"] for row in rows]
    rng = np.random.default_rng(0)
    lines = []
    for number, items in enumerate(group for group in groups.values() if len(group) > 2):
        likes = list(dict.fromkeys((*rng.permutation(items)[: CROWD // 2], *rng.permutation(everything))))
        lines += [[f"p{number}", item] for item in likes[:CROWD]]
    with (data / "interactions.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["user_id", "item_id"], *lines])


def planted(rooms: Rooms, plants: Sequence[Plant]) -> Rooms:
    """Return rooms in which the least known items have given way to planted ones."""
    frame = rooms.catalog.frame
    rows = [int(row) for row in rooms.catalog.by_popularity[::-1][: len(plants)]]
    records = frame.to_dicts()
    for row, plant in zip(rows, plants, strict=True):
        record: dict[str, object] = dict.fromkeys(frame.columns)
        record |= {
            "item_id": f"planted-{row}",
            "title": plant.title,
            "aliases": [],
            "popularity": 1,
            "edition": 1,
        }
        record |= {facet: list(plant.facets.get(facet, ())) for facet in rooms.catalog.facet_values}
        headers = {header.partition(" (")[0]: header for header in frame.columns}
        record |= {headers[name]: value for name, value in plant.numbers.items() if name in headers}
        records[row] = {**record, "text": ""}
    changed = pl.DataFrame(records, schema=frame.schema, strict=False)
    lines = changed.drop("text").select(text_line(changed.drop("text")).alias("text"))["text"]
    changed = changed.with_columns(
        pl.when(pl.col("text") == "").then(lines).otherwise(pl.col("text")).alias("text")
    )
    vectors = rooms.vectors.copy()
    for row in rows:
        vectors[row] = rooms.encode_query(changed["text"][row])
    return rooms.with_catalog(Catalog.from_frame(changed), vectors)
