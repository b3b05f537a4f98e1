"""`palate eval run`: a suite over a case file, with the prompts and the model under test."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from assistant.errors import BadInput
from assistant.homes.home import MANIFEST
from assistant.intents import Reader
from assistant.llm import ChatModel
from assistant.measuring import eval_reply
from assistant.measuring.case_catalogs import FILMS, CaseRooms
from assistant.measuring.case_homes import CaseHomes
from assistant.measuring.eval_systems import Bench
from assistant.settings import Settings
from assistant.speech import Prompts
from prompts import cases as forms
from prompts.catalogs import find_catalog
from prompts.harness import Plan, Progress, Sample, System
from prompts.harness import run as run_harness
from prompts.library import Library
from prompts.rank_scorers import calibration_error, gini
from prompts.runs import Result, Run, Values
from prompts.suites import suite_of

ROOT = Path(__file__).parents[2]
PROGRAM = ("assistant", "retriever", "metalearn", "prompts")
USES = {"intent": ("intent",), "reply": ("reply",), "dialogue": ("intent", "reply"), "ranking": ("intent",)}
LOAD: dict[str, Callable[[Path], Sequence[Any]]] = {
    "intent": forms.load,
    "dialogue": forms.load_dialogues,
    "reply": forms.load_replies,
    "ranking": forms.load_rankings,
}
DEFAULT = {name: f"{name}/dev" for name in LOAD}


@dataclass(frozen=True)
class Wanted:
    """What a person wants to have measured.

    Attributes:
        suite: Name of the suite.
        cases: Case file; the shipped development half if not given.
        prompts: References of prompts under test; the newest that the model may read for the rest.
        reader: What reads single messages.
        workers: Cases at a time.
        fresh: Measure anew what has been kept.
        limit: Only so many cases, spread over the file; 0 takes all.
    """

    suite: str
    cases: Path | None = None
    prompts: tuple[str, ...] = ()
    reader: Reader = Reader.both
    workers: int = 1
    fresh: bool = False
    limit: int = 0


class _Parts(NamedTuple):
    system: System
    samples: list[Sample]


def evaluate(
    wanted: Wanted,
    settings: Settings,
    films: Path,
    library: Library,
    llm: ChatModel | None,
    progress: Progress,
    homes: CaseHomes | None = None,
) -> Run:
    """Run a suite.

    Args:
        wanted: What to measure.
        settings: Where homes and caches are.
        films: Home of the films.
        library: Where prompts are.
        llm: The model; None measures rules and templates.
        progress: Told after every case.
        homes: Opens assistants; made from the settings if not given.

    Raises:
        BadInput: When a prompt is asked for that nothing in the run reads.
        CaseError: When the file holds no such cases.
        RunError: When there is no such suite.
    """
    suite = suite_of(wanted.suite)
    if suite.name not in LOAD:
        raise BadInput(f"{suite.name} is no suite over cases.", f"Use one of {', '.join(LOAD)}.")
    if wanted.prompts and llm is None:
        raise BadInput("Rules and templates read no prompt.", "Leave --prompt out, or give a model.")
    file = wanted.cases or forms.shipped(DEFAULT[suite.name])
    prompts = Prompts.of(library, llm, named(wanted.prompts, USES[suite.name]))
    homes = homes or CaseHomes(settings, films, None, progress)
    bench = Bench(file, CaseRooms(films), homes, llm, prompts, wanted.reader)
    parts = _parts(suite.name, bench, wanted.limit)
    for catalog in sorted({sample.case.catalog for sample in parts.samples}):
        bench.rooms.room(catalog, file)
        if suite.name != "intent":
            homes.rooms(catalog, file)  # made once, before several cases ask for it at a time
    setup = setup_of(llm, {name: prompts.marks[name] for name in USES[suite.name]}, films)
    setup |= {"reader": wanted.reader.value if llm is not None else "rules"}
    keep = settings.cache / "evals"
    plan = Plan(keep, wanted.workers, wanted.fresh, lambda results: _extras(suite.name, results, bench))
    return run_harness(suite, parts.samples, parts.system, setup, plan, progress, str(file))


def named(references: Sequence[str], used: Sequence[str]) -> dict[str, str]:
    """Return name -> reference of the prompts asked for.

    Raises:
        BadInput: When two are of one name, or one is of a name that is not used.
    """
    found: dict[str, str] = {}
    for reference in references:
        name = reference.split("@")[0]
        if name not in used:
            raise BadInput(f"Nothing here reads {reference!r}.", f"This uses {' and '.join(used)}.")
        if name in found:
            raise BadInput(f"Both {found[name]} and {reference} are asked for.", "Give one of them.")
        found[name] = reference
    return found


def setup_of(llm: ChatModel | None, marks: dict[str, str], films: Path) -> dict[str, str]:
    """Return what tells one system from another; prompts only where a model reads them."""
    home = films / MANIFEST
    setup = {
        "model": "none" if llm is None else f"{llm.engine}:{llm.state().model}",
        "home": hashlib.sha256(home.read_bytes()).hexdigest()[:12] if home.is_file() else "none",
        "program": program_digest(),
    }
    return setup if llm is None else {**setup, **marks}


def program_digest() -> str:
    """Return 12 hex digits that change with any line of the program or of its tables."""
    digest = hashlib.sha256()
    for package in PROGRAM:
        for path in sorted((ROOT / package).rglob("*")):
            if path.suffix in (".py", ".toml"):
                digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def _parts(suite: str, bench: Bench, limit: int) -> _Parts:
    cases = LOAD[suite](bench.file)
    if not cases:
        raise BadInput(f"{bench.file} holds no case.", "Give a JSONL file as docs/CASES.md describes.")
    if 0 < limit < len(cases):
        cases = [cases[place * len(cases) // limit] for place in range(limit)]
    catalogs = {name: _catalog_digest(name, bench.file) for name in {case.catalog for case in cases}}
    samples = [Sample(c.id, c, f"{c.model_dump_json()} {catalogs[c.catalog]}") for c in cases]
    if suite == "reply":
        return _Parts(lambda case: eval_reply.reply(bench, case), samples)
    systems: dict[str, System] = {
        "intent": bench.intent,
        "dialogue": bench.dialogue,
        "ranking": bench.ranking,
    }
    return _Parts(systems[suite], samples)


def _catalog_digest(name: str, beside: Path) -> str:
    path = find_catalog(name, beside)
    return FILMS if path is None else hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _extras(suite: str, results: Sequence[Result], bench: Bench) -> Values:
    """Return figures over all cases that are no weighted sums."""
    if suite == "intent":
        links = [link for result in results for link in result.detail["links"]]
        return {"link_calibration_error": calibration_error([c for c, _ in links], [r for _, r in links])}
    if suite == "ranking":
        rankings = [result.detail["ranking"] for result in results]
        items = {item for ranking in rankings for item in ranking}
        return {"gini_of_shown": gini(rankings, items), "items_in_top_10": float(_distinct(rankings))}
    return {}


def _distinct(rankings: Sequence[Sequence[str]]) -> int:
    return len({item for ranking in rankings for item in ranking[:10]})
