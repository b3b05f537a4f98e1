"""Leaves of the grammar that label no item: numbers, wishes, audience, count, themes, what is taken back."""

from __future__ import annotations

from collections.abc import Callable

from prompts.catalogs import PEOPLE
from prompts.generate import numbers
from prompts.generate.draft import Draft, NoWay, Scene
from prompts.generate.invent import person
from prompts.generate.values import choose_value
from prompts.generate.words import forms_of

WITH = ("with ", "not ", "that ", "from ", "lower ")


def single(column: str) -> str:
    """Return the name of a column in the singular."""
    return column.removesuffix("s") if column != "series" else column


def called(scene: Scene, column: str) -> str:
    """Return what people call a column."""
    named = scene.rules.get("columns", {}).get(column)
    return str(scene.rng.choice(named)) if named else single(column)


def _range(scene: Scene, draft: Draft, form: str) -> str:
    columns = [name for name in scene.catalog.numbers if form != "price" or name == form]
    column = draft.use(scene.rng, columns)
    phrase = _phrase(scene, column, "years" if column == "year" else "numbers")
    draft.slots.setdefault("ranges", {})[column] = list(phrase.bounds)
    draft.said.setdefault("ranges", {})[column] = phrase.term
    return phrase.text


def _not_range(scene: Scene, draft: Draft, _: str) -> str:
    if "year" not in scene.catalog.numbers or "year" in draft.used:
        raise NoWay
    draft.used.add("year")
    phrase = _phrase(scene, "year", "not_years")
    draft.slots["not_ranges"] = {"year": list(phrase.bounds)}
    draft.said["not_ranges"] = {"year": phrase.term}
    return phrase.text


def _phrase(scene: Scene, column: str, ways: str) -> numbers.Phrase:
    entry, rules, unit = scene.words.columns[column], scene.rules, scene.catalog.units.get(column, "")
    if column == "year":
        return numbers.years(scene.rng, rules[ways], entry["span"], scene.chinese)
    return numbers.amounts(scene.rng, rules["numbers"], column, entry, unit, scene.chinese)


def _toward(scene: Scene, draft: Draft, form: str) -> str:
    """Write a wish without a number; `plain` and `plaincmp` are mere words, as in a question."""
    rng, column = scene.rng, draft.use(scene.rng, list(scene.catalog.numbers))
    side = rng.choice(("low", "high"))
    if form not in ("plain", "plaincmp"):
        draft.slots.setdefault("toward", {})[column] = "lower" if side == "low" else "higher"
    entry = scene.words.columns[column]
    if scene.chinese and form in ("too", "plain"):
        told = scene.rules["too"].get(column)
        if not told:
            raise NoWay
        return str(told[side == "high"] if form == "too" else rng.choice(told))
    if scene.chinese:
        said = rng.choice(forms_of(entry[side]["zh"]))
        return said.removesuffix("的") if form == "bare" else said
    other = {"low": "high", "high": "low"}[side]
    ways = forms_of(entry[other if form == "against" else side]["cmp" if form.endswith("cmp") else "adj"])
    if form in ("against", "plain", "adj"):
        ways = tuple(way for way in ways if not way.startswith(WITH))
    if not ways:
        raise NoWay
    return rng.choice(ways)


def _audience(scene: Scene, draft: Draft, form: str) -> str:
    if "audience" in draft.slots:
        raise NoWay
    kind = scene.rng.choice(("kids", "kids", "family", "teens", "adults"))
    key = "who_plain" if form in ("who", "plain") else "audience"
    (young, old), (younger, older) = scene.rules["ages"]
    said = scene.rng.choice(scene.rules[key][kind])
    if form != "plain":
        draft.slots["audience"] = kind
        close = {"kids": "child", "family": "famil"}.get(kind, "no such value")
        for facet, values in scene.words.values.items():
            near = [value for value in values if close in value.casefold()]
            draft.may |= {"wanted": {facet: near}} if near else {}
    return str(said.format(age=scene.rng.randint(young, old), teen=scene.rng.randint(younger, older)))


def _count(scene: Scene, draft: Draft, _: str) -> str:
    if "count" in draft.slots:
        raise NoWay
    count = scene.rng.choice([n for n in scene.rules["counts"] for _ in range(1 if n == 1 else 2)])
    draft.slots["count"] = count
    said = scene.rng.choice(scene.rules["counts"][count])
    return f"{said}{scene.words.measure}" if scene.chinese else str(said)


def _theme(scene: Scene, draft: Draft, form: str) -> str:
    if "query" in draft.slots:
        raise NoWay
    theme = draft.use(scene.rng, scene.rules["themes"])
    draft.slots["query"] = theme
    return theme if form == "words" else str(scene.rng.choice(scene.rules["theme"])).format(t=theme)


def _vibe(scene: Scene, draft: Draft, form: str) -> str:
    """Write a mood that no value of the catalogue names; it can only be searched for."""
    ways = [
        way for values in scene.words.values.values() for forms in values.values() for way in forms.items()
    ]
    known = " ".join(word for _, words in ways for word in words)
    vibe = draft.use(scene.rng, [word for word in scene.rules["vibes"] if word not in known])
    said = draft.slots.get("query")
    if (said is not None) != (form == "more"):
        raise NoWay
    draft.slots["query"] = f"{said} {vibe}" if said else vibe
    return vibe


def _stranger(scene: Scene, draft: Draft, _: str) -> str:
    """Write a person where no column holds people: the name can only be searched for."""
    if scene.people_columns or "query" in draft.slots:
        raise NoWay
    draft.slots["query"] = name = person(scene.rng)
    return name


def _withdrawn(scene: Scene, draft: Draft, form: str) -> str:
    share = scene.rng.random()
    if form == "what" or share < 0.5:
        columns = [*scene.catalog.numbers, *(f for f in scene.catalog.facets if f not in PEOPLE)]
        column = draft.use(scene.rng, columns)
        draft.slots["withdrawn"] = [column]
        said = called(scene, column)
        return f"the {said}" if form == "what" else _one(scene, "free").format(col=said)
    if share < 0.85:
        facet, value = choose_value(scene, draft, "decoy", "noun")
        draft.used.add(f"{facet}={value}")
        draft.slots["withdrawn"] = [f"{facet}:{value}|{facet}"]
        ways = scene.words.values[facet][value]["zh" if scene.chinese else "noun"]
        return _one(scene, "free_value").format(v=scene.rng.choice(ways))
    rules = scene.rules["free_slot"]
    slot = scene.rng.choice([slot for slot in rules if slot != "people" or scene.people_columns])
    draft.slots["withdrawn"] = [slot]
    return str(scene.rng.choice(rules[slot]))


def _one(scene: Scene, rule: str) -> str:
    return str(scene.rng.choice(scene.rules[rule]))


LEAVES: dict[str, Callable[[Scene, Draft, str], str]] = {
    "range": _range,
    "not_range": _not_range,
    "toward": _toward,
    "audience": _audience,
    "count": _count,
    "theme": _theme,
    "stranger": _stranger,
    "vibe": _vibe,
    "withdrawn": _withdrawn,
}
