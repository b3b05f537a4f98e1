"""How people speak of a catalogue: forms of its values, of its numeric columns, and words for its things."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from prompts.catalogs import PEOPLE, CaseCatalog

FORMS = ("adj", "noun", "cmp", "zh")
SHARED = 0.3  # share of values in common from which a catalogue counts as of a known domain


@cache
def data(name: str) -> dict[str, Any]:
    """Return a data file of this package: `domains`, `columns`, `english`, `chinese`."""
    loaded = yaml.safe_load(files("prompts.generate").joinpath(f"{name}.yaml").read_text(encoding="utf-8"))
    return dict(loaded)


@dataclass(frozen=True)
class Words:
    """Hold the words for one catalogue.

    Attributes:
        things: What its items are called in English, singular.
        zh: What they are called in Chinese.
        measure: The Chinese measure word.
        values: Facet -> value -> form (`adj`, `noun`, `cmp`, `zh`) -> ways to say it.
        columns: Numeric column -> its entry of `columns.yaml`, or one made up from its name and unit.
    """

    things: tuple[str, ...]
    zh: tuple[str, ...]
    measure: str
    values: Mapping[str, Mapping[str, Mapping[str, tuple[str, ...]]]]
    columns: Mapping[str, Mapping[str, Any]]


def words_of(catalog: CaseCatalog) -> Words:
    """Return the words for a catalogue; what no data file knows is called by its own name."""
    domain = _domain(catalog)
    spellings = {
        name: sorted({v for values in column for v in values}) for name, column in catalog.facets.items()
    }
    return Words(
        things=_split(domain.get("things", "one, item, thing")),
        zh=_split(domain.get("zh", "东西")),
        measure=domain.get("measure", "个"),
        values={
            f: {v: _forms(v, domain) for v in values} for f, values in spellings.items() if f not in PEOPLE
        },
        columns={name: _column(name, catalog) for name in catalog.numbers},
    )


def _domain(catalog: CaseCatalog) -> Mapping[str, Any]:
    own = {value for values in catalog.values.values() for value in values}
    best: tuple[float, Mapping[str, Any]] = (0.0, {})
    for domain in data("domains").values():
        known = {str(value).casefold() for facet in domain["facets"].values() for value in facet}
        best = max(
            best, (len(own & known) / max(1, min(len(own), len(known))), domain), key=lambda pair: pair[0]
        )
    return best[1] if best[0] >= SHARED else {}


def _forms(value: str, domain: Mapping[str, Any]) -> Mapping[str, tuple[str, ...]]:
    """Return the ways to say a value: those of its own domain, else of any other, else the value."""
    for known in (domain, *data("domains").values()):
        for facet in known.get("facets", {}).values():
            line = {str(name).casefold(): line for name, line in facet.items()}.get(value.casefold())
            if isinstance(line, str):
                return dict(zip(FORMS, map(_split, line.split("|")), strict=True))
    return {"adj": (value,), "noun": (value,), "cmp": (), "zh": (value,)}


def _column(name: str, catalog: CaseCatalog) -> Mapping[str, Any]:
    """Return how a numeric column is spoken of, with the span of its values."""
    known = data("columns").get(name)
    values = sorted(value for value in catalog.numbers[name] if value is not None)
    low, high = (values[len(values) // 10], values[-1 - len(values) // 10]) if values else (0, 1)
    if known:
        return {**known, "span": known["span"] if name != "year" else [max(low, 1930), high, 1]}
    unit = catalog.units.get(name, "")
    plain = {"adj": f"with a low {name}", "cmp": f"with a lower {name}", "zh": f"{name}低一点的"}
    other = {"adj": f"with a high {name}", "cmp": f"with a higher {name}", "zh": f"{name}高一点的"}
    step = max(1, round((high - low) / 20))
    said = [f"{{n}} {unit}", f"{{n}} {unit} of {name}"] if unit else [f"{name} {{n}}"]
    return {
        "low": plain,
        "high": other,
        "span": [max(1, round(low)), round(high) + 1, step],
        "say": said,
        "zh": said,
    }


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip() not in ("", "-"))


def forms_of(text: str) -> tuple[str, ...]:
    """Return the ways in a comma-separated entry; `-` is none."""
    return _split(text)


def plural(thing: str) -> str:
    """Return the plural of an English thing: dish -> dishes, place to stay -> places to stay."""
    first, *rest = thing.split(" ", 1) if " to " in thing else [thing]
    first += "es" if first.endswith(("sh", "ch", "s", "x")) else "s"
    return " ".join((first, *rest))
