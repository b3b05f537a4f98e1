"""What a home knows beside its tables: typed links, rules, and the ways that explain a pick."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.homes.linking_up import SERIES, links_of
from assistant.phrases import Lang, say
from assistant.types import Reason
from metalearn.data import FloatArray, IntArray
from retriever.catalog import Catalog
from retriever.errors import BadData
from retriever.files import write_atomically
from retriever.ruled import RuledCatalog, Rulings, held_against
from retriever.rules import read_rules
from retriever.strategies.links import Links, Paths
from retriever.strategies.triples import Triples, read_triples

RULES, TRIPLES = "rules.toml", "triples"
FORMS = (".csv", ".tsv", ".txt", ".parquet", ".jsonl")
# Best or near it on people held back, for directors, stars and writers of ml-latest-small (docs/LOG.md).
WEIGHT = 0.8


@dataclass(frozen=True)
class Ways:
    """The links that count for a pick.

    Attributes:
        paths: Ways from item to item.
        weight: What they count, in deviations of the taste.
    """

    paths: Paths
    weight: float

    def terms(self, liked: IntArray, rows: IntArray) -> FloatArray:
        """Return what the ways from the liked items add to each of k rows, float32 [k]."""
        if not len(liked):
            return np.zeros(len(rows), np.float32)
        found = self.paths.between(liked, rows).sum(axis=0)
        return np.asarray(found * self._unit(liked), dtype=np.float32)

    def reasons(self, liked: IntArray, row: int, catalog: Catalog, lang: Lang) -> list[Reason]:
        """Return every way to a row as a term of its score; their weights sum to `terms`."""
        found = []
        for path in self.paths.to(liked, row):
            item = catalog.item(int(liked[path.event]))
            key = "shares" if path.through else "is linked"
            if path.relation == SERIES:
                key = "same series"
            text = say(lang, key, label=item.label, relation=path.relation, through=path.through)
            found.append(Reason("link", text, path.weight * self._unit(liked), item.item_id))
        return found

    def _unit(self, liked: IntArray) -> float:
        return self.weight / float(np.sqrt(len(liked)))


@dataclass(frozen=True)
class Knowledge:
    """What a home knows of its items.

    Attributes:
        catalog: The items; masks obey the rules.
        links: All typed links: of facets, of series, of the triples.
        strategies: Candidate sources that the rules switch on; empty where they do not say.
        rulings: What the rules say; None without rules.
        ways: Links that count for picks; None where none does.
        told: Lines about what was read.
    """

    catalog: Catalog
    links: Links
    strategies: str = ""
    rulings: Rulings | None = None
    ways: Ways | None = None
    told: tuple[str, ...] = ()

    def too_early(self, known: frozenset[int]) -> frozenset[int]:
        """Return the rows that come after something that somebody does not know yet."""
        return frozenset() if self.rulings is None else self.rulings.too_early(known)


def know(
    home: Path,
    catalog: Catalog,
    *,
    linked: bool = False,
    triples: Path | None = None,
    rules: Path | None = None,
) -> Knowledge:
    """Read the triples and rules of a home, and hold them against its catalogue.

    Args:
        home: The home folder; one without either file knows only what the catalogue says.
        catalog: Its items.
        linked: Look for the links of the catalogue even where neither file asks for them.
        triples: File in the place of that of the home.
        rules: File in the place of that of the home.

    Raises:
        BadData: A file is wrong; the message says where and what to write.
    """
    file, path = triples or triples_file(home), rules or home / RULES
    read = read_rules(path) if path.is_file() or rules is not None else None
    if file is None and read is None:
        return Knowledge(catalog, links_of(catalog) if linked else Links.none(len(catalog)))
    given = Triples(Links.none(len(catalog)), 0, "") if file is None else read_triples(file, catalog)
    links = links_of(catalog) + given.links
    told = () if file is None else (f"{file.name}: {given.to_text()}",)
    if read is None:
        return Knowledge(catalog, links, ways=_ways(links, given.links.relations, WEIGHT), told=told)
    rulings, linking = held_against(read, catalog, links), read.said.links
    relations = given.links.relations if linking.use is None else [name.casefold() for name in linking.use]
    ways = _ways(links, relations, WEIGHT if linking.weight is None else linking.weight)
    told = (*told, f"{RULES}: {int(rulings.fit.sum()):,} of {len(catalog):,} items satisfy what is required")
    return Knowledge(RuledCatalog(catalog.frame, rulings), links, read.strategies, rulings, ways, told)


def _ways(links: Links, relations: Sequence[str], weight: float) -> Ways | None:
    kept = links.only(relations)
    return Ways(Paths(kept), weight) if len(kept) and weight else None


def stamp(home: Path) -> tuple[tuple[str, int, int], ...]:
    """Return name, time and size of the files that `know` reads; others say that it would read anew."""
    found = []
    for path in (home / RULES, *(home / f"{TRIPLES}{form}" for form in FORMS)):
        try:
            about = path.stat()
        except FileNotFoundError:
            continue
        found.append((path.name, about.st_mtime_ns, about.st_size))
    return tuple(found)


def triples_file(home: Path) -> Path | None:
    """Return the triples of a home; None where there are none.

    Raises:
        BadData: There are several files of that name.
    """
    found = [home / f"{TRIPLES}{form}" for form in FORMS if (home / f"{TRIPLES}{form}").is_file()]
    if len(found) > 1:
        raise BadData(f"{home} has {' and '.join(path.name for path in found)}.", "Keep one of them.")
    return found[0] if found else None


def take(home: Path, catalog: Catalog, triples: Path | None, rules: Path | None) -> Knowledge:
    """Copy triples and rules into a home, once they have been held against its catalogue.

    Raises:
        BadData: A file is wrong or of an unknown form; the home is as it was.
    """
    if triples is not None and triples.suffix not in FORMS:
        raise BadData(f"{triples} is of no known form.", f"Its name must end in {', '.join(FORMS)}.")
    found, old = know(home, catalog, triples=triples, rules=rules), triples_file(home)
    if triples is not None:
        content = triples.read_bytes()
        if old is not None:
            old.unlink()
        _write(home / f"{TRIPLES}{triples.suffix}", content)
    if rules is not None:
        _write(home / RULES, rules.read_bytes())
    return found


def _write(path: Path, content: bytes) -> None:
    def fill(temporary: Path) -> None:
        temporary.write_bytes(content)

    write_atomically(path, fill)
