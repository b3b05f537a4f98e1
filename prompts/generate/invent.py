"""Invented catalogues - tools, recipes, hotels ... - so that a tuned model learns to read any columns."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from prompts.catalogs import PEOPLE, CaseCatalog
from prompts.generate.words import data

ITEMS = (30, 60)


def invent(seed: int, name: str | None = None) -> CaseCatalog:
    """Return an invented catalogue of 30 to 60 items; the same for the same seed.

    Args:
        seed: Decides the domain, the values it has, its people and its titles.
        name: A domain of `domains.yaml`; any but films if not given.
    """
    rng = random.Random(f"catalog {seed}")
    domains = data("domains")
    name = name or rng.choice([key for key in domains if key != "films"])
    domain, n = domains[name], rng.randint(*ITEMS)
    titles = _titles(rng, domain["titles"], n)
    facets = {facet: _facet(rng, spec, n) for facet, spec in domain["facets"].items()}
    people = {facet for facet in facets if facet in PEOPLE}
    plain = {facet: values for facet, values in facets.items() if facet not in people}
    kept = {
        facet: values for facet, values in facets.items() if facet in {*people, *_some(rng, plain, least=1)}
    }
    units = _some(rng, domain.get("numbers", {}), least=1)
    numbers = {column: _numbers(rng, column, units[column], n) for column in units}
    years = numbers.get("year", (None,) * n)
    return CaseCatalog(
        name=f"{name}-{seed}",
        ids=tuple(f"i{row}" for row in range(n)),
        titles=tuple(titles),
        labels=tuple(f"{t} ({y:g})" if y else t for t, y in zip(titles, years, strict=True)),
        facets=kept,
        numbers=numbers,
        units=dict(units),
    )


def _some(rng: random.Random, columns: Mapping[str, Any], least: int) -> dict[str, Any]:
    """Return most of the columns, the first one always, in their order."""
    names = list(columns)
    dropped = (
        set(rng.sample(names[1:], rng.randint(0, max(0, len(names) - least)))) if len(names) > 1 else set()
    )
    return {name: columns[name] for name in names if name not in dropped}


def _titles(rng: random.Random, kind: str, n: int) -> list[str]:
    names = data("names")
    nouns = [noun for key in kind.split() for noun in names["noun"][key]]
    made = [f"{a} {b}" for a in names["adjective"] for b in nouns] + [f"The {b}" for b in nouns] + list(nouns)
    made += (
        [f"{b} of the {c}" for b in nouns[:5] for c in nouns[5:]]
        + names["ordinary"]
        + names["chinese_titles"]
    )
    return rng.sample(sorted(set(made)), n)


def _facet(rng: random.Random, spec: Mapping[str, Any], n: int) -> tuple[tuple[str, ...], ...]:
    if "names" in spec:
        people = bool(spec.get("people"))
        values = [_person(rng) if people else brand(rng) for _ in range(spec["names"])]
        return tuple((rng.choice(values),) for _ in range(n))
    values = rng.sample(sorted(map(str, spec)), rng.randint(max(3, len(spec) * 2 // 3), len(spec)))
    rows = [tuple(sorted(rng.sample(values, rng.choice((1, 1, 2))))) for _ in range(n)]
    return (*((value,) for value in values), *rows)[:n]


def _person(rng: random.Random) -> str:
    return rng.choice(data("names")["chinese_names"]) if rng.random() < 0.25 else person(rng)


def person(rng: random.Random) -> str:
    """Return the name of somebody who does not exist."""
    return f"{rng.choice(data('names')['first'])} {brand(rng)}"


def brand(rng: random.Random) -> str:
    """Return an invented surname or brand."""
    return str(rng.choice(data("names")["start"])) + str(rng.choice(data("names")["end"]))


def _numbers(rng: random.Random, column: str, unit: str, n: int) -> tuple[float | None, ...]:
    low, high, step = data("columns")[column]["span"]
    scale = 60 if unit == "s" else 1  # a length in seconds is spoken of in minutes
    return tuple(float(scale * rng.randrange(low, high + 1, step)) for _ in range(n))
