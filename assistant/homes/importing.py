"""`palate import`: anybody's tables or folder -> a home, with every guess told."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from retriever import kits
from retriever.datasets import forms
from retriever.datasets.cleaning import Dataset
from retriever.datasets.portrait import portrait
from retriever.errors import BadData
from retriever.files import sha256, write_atomically, write_text
from retriever.intake.building import Intake, Tables, take_in
from retriever.intake.delimited import Options
from retriever.intake.folders import by_contents, files_of, tables_in
from retriever.intake.guesses import Guess, Told
from retriever.intake.item_roles import FLAG_NAME
from retriever.intake.rejects import Rejects
from retriever.intake.sources import folder_of, is_database

REJECTED, GUESSES, REPORT = "rejected.jsonl", "import.json", "report.html"
# Forms whose own readers know more than their columns say.
OWN_READERS = ("movielens-latest", "ml-100k", "lastfm-hetrec2011", "mind")
MOST_REJECTED = 200_000


@dataclass
class Import:
    """Say what to import.

    Attributes:
        items: File or "URL#table" of the items.
        interactions: The same of the log.
        links: The same of who is linked to whom.
        data: A folder, in the place of the three.
        mapping: What `--map` says.
        options: How text files are written, as told.
        dates: Format of the moments, as told.
        kit: Name of a domain kit, or a kit file of one's own.
        told: Filled with lines for the person: what was read, and what was guessed.
    """

    items: str | None = None
    interactions: str | None = None
    links: str | None = None
    data: Path | None = None
    mapping: str = ""
    options: Options = field(default_factory=Options)
    dates: str | None = None
    kit: str | None = None
    told: list[str] = field(default_factory=list)

    @property
    def source(self) -> str:
        """Say what is read, and how; a file that changed makes another source."""
        specs = [spec for spec in (self.items, self.interactions, self.links) if spec]
        files = (
            files_of(self.data) if self.data else [Path(s).expanduser() for s in specs if not is_database(s)]
        )
        stamps = [[str(p.resolve()), p.stat().st_size, p.stat().st_mtime_ns] for p in files if p.is_file()]
        tables = [_without_password(spec) for spec in specs if is_database(spec)]
        how = {**asdict(self.options), "map": self.mapping, "dates": self.dates, "kit": self._kit_mark}
        given = {name: value for name, value in how.items() if value}
        return json.dumps({"files": stamps, "tables": tables, **given}, sort_keys=True)

    @property
    def _kit_mark(self) -> str | None:
        """Return the name of the kit; of a file of one's own also what is in it."""
        if self.kit is None or self.kit in kits.KITS:
            return self.kit
        return f"{self.kit} {sha256(Path(self.kit).expanduser())[:16]}"

    @property
    def folder(self) -> Path | None:
        """Return the folder of the items, where their pictures lie; None for those of a database."""
        spec = self.items or self.interactions
        return self.data or (None if spec is None else folder_of(spec))

    @property
    def name(self) -> str:
        """Return a name for the data set."""
        spec = self.items or self.interactions
        found = self.data.resolve().name if self.data else (spec or "").rsplit("#")[-1].rsplit("/")[-1]
        return found.split(".")[0] or "data"

    def load(self, home: Path) -> Dataset:
        """Read and clean; `home` gets the rows that could not be used, and the guesses.

        Raises:
            BadData: A table cannot be used; the message says what to type.
        """
        reader = None if self.data is None else _own_reader(self.data)
        if reader is not None and self.data is not None and not self.mapping:
            self.told.append(f"{self.data} has the form {reader}.")
            data, intake = forms.load(reader, self.data), None
        else:
            with tempfile.TemporaryDirectory(dir=home, prefix=".import-") as work:
                intake = take_in(self._tables(), Path(work))
            data = intake.data
            self.told += [*intake.read, *explain(intake.guesses)]
        page = portrait(data)
        write_atomically(home / REPORT, lambda path: write_text(path, page))
        write_rejected(home / REJECTED, data, Rejects() if intake is None else intake.rejects)
        _write_guesses(home / GUESSES, intake)
        return data

    def _tables(self) -> Tables:
        told, kit = Told.parse(self.mapping), kits.load(self.kit) if self.kit else None
        if self.data is None:
            given = (self.items, self.interactions, self.links, None, told, self.options)
            return Tables(self.name, *given, dates=self.dates, kit=kit)
        found = tables_in(self.data, told) or by_contents(self.data, told)
        self.told.append(f"{self.data} was recognised by {found.form}.")
        return replace(found.tables, kit=kit)


def check(given: Import) -> None:
    """Refuse a folder together with files, and neither of them.

    Raises:
        BadData: That is so.
    """
    files = [spec for spec in (given.items, given.interactions) if spec]
    if bool(files) == bool(given.data):
        raise BadData(
            "Give either a folder or tables.", "Use --data FOLDER, or --items FILE and --interactions FILE."
        )


def _without_password(spec: str) -> str:
    address, _, table = spec.rpartition("#")
    scheme, _, rest = address.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}#{table}"


def _own_reader(folder: Path) -> str | None:
    files_of(folder)
    try:
        form = forms.detect(folder)
    except BadData:
        return None
    return form if form in OWN_READERS else None


def explain(guesses: Sequence[Guess]) -> list[str]:
    """Return one line per guess; columns of yes and no that make one facet share a line."""
    lines = [
        f"  {guess.to_text()}" for guess in guesses if guess.name != FLAG_NAME and guess.role != "ignore"
    ]
    flags = [guess.column for guess in guesses if guess.name == FLAG_NAME]
    if flags:
        lines.append(f"  items: facet {FLAG_NAME!r} <- {', '.join(flags)} (columns of yes and no)")
    unused = [f"{guess.column} ({guess.why})" for guess in guesses if guess.role == "ignore"]
    if unused:
        lines.append(f"  not used: {'; '.join(unused)}")
    lines.append(
        "  Wrong? Say --map ROLE=COLUMN,... and --force, such as --map title=NAME,facet:brand=MAKER."
    )
    return ["What the columns were taken for:", *lines]


def write_rejected(path: Path, data: Dataset, rejects: Rejects) -> None:
    """Write every row that was not used, one JSON object a line: table, reason, row."""
    lines: list[dict[str, object]] = [
        {"table": table, "reason": reason, "row": row} for table, reason, row in rejects.rows
    ]
    for found in data.report.findings:
        if found.rows is not None:
            room = max(0, MOST_REJECTED - len(lines))
            dropped = found.rows.head(room).drop("position", "place", "time", strict=False)
            lines += [
                {"table": found.table, "reason": found.reason, "row": _short(r)}
                for r in dropped.iter_rows(named=True)
            ]
    text = "".join(json.dumps(line, ensure_ascii=False, default=str) + "\n" for line in lines)
    write_atomically(path, lambda temporary: write_text(temporary, text))


def _short(row: dict[str, object]) -> dict[str, object]:
    return {name: value[:500] if isinstance(value, str) else value for name, value in row.items()}


def _write_guesses(path: Path, intake: Intake | None) -> None:
    guesses = [] if intake is None else [vars(guess) for guess in intake.guesses]
    read = [] if intake is None else list(intake.read)
    text = json.dumps(
        {"read": read, "guesses": guesses, "top": intake and intake.top}, ensure_ascii=False, indent=1
    )
    write_atomically(path, lambda temporary: write_text(temporary, text))
