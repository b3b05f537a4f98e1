"""Leaves of the grammar: values, titles, people, references; each writes words and labels."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from prompts.generate import noise, wishes
from prompts.generate.draft import Draft, NoWay, Scene
from prompts.generate.values import choose_value
from prompts.generate.words import plural

UNLISTED = [
    "The Ninth Lantern",
    "Copper Sky",
    "Nobody's Tuesday",
    "Velvet Engine",
    "Sunday Ghosts",
    "Marrow",
    "Glass Tiger",
]
UNLISTED_ZH = ["第九盏灯", "铜色天空", "没有人的星期二", "玻璃老虎"]
TITLES = ("liked", "disliked", "seen", "about")
VALUES = ("wanted", "unwanted", "more", "less", "decoy")
WITH = ("with ", "not ", "that ", "from ", "lower ")


def leaf(scene: Scene, draft: Draft, name: str, before: str) -> str:
    """Return the words of a leaf and label them in the draft.

    Args:
        scene: What is written about.
        draft: Filled with the labels.
        name: The leaf, `slot.form` or one word; `!none` at its end leaves the label out.
        before: The message so far.

    Raises:
        NoWay: When the scene has no such thing.
    """
    name, _, flag = name.partition("!")
    draft = Draft(used=draft.used) if flag == "none" else draft
    slot, _, form = name.partition(".")
    if slot in VALUES and form != "title":
        return _value(scene, draft, slot, form)
    if name in TITLES or form == "title":
        return _title(scene, draft, slot)
    if slot in ("people", "not_people"):
        return _person(scene, draft, slot)
    if slot in ("ref", "it"):
        return _reference(scene, draft, slot, form)
    if slot[:1] in ("~", "*"):
        return _unspoken(scene, draft, slot)
    if slot in LEAVES:
        return LEAVES[slot](scene, draft, form or before)
    return _word(scene, slot)


def _value(scene: Scene, draft: Draft, slot: str, form: str) -> str:
    facet, value = choose_value(scene, draft, slot, form)
    forms = scene.words.values[facet][value]
    if slot == "decoy":
        draft.used.add(f"{facet}={value}")
    else:
        draft.add_value(slot, facet, value)
    if draft.either and slot == "wanted" and sum(map(len, draft.slots["wanted"].values())) > 1:
        draft.slots["match_any"] = True
    said = _chinese(scene, forms["zh"], form) if scene.chinese else _english(scene, forms, form, facet, value)
    return noise.typo(scene.rng, said) if not scene.chinese else said


def _english(
    scene: Scene, forms: dict[str, Sequence[str]] | object, form: str, facet: str, value: str
) -> str:
    assert isinstance(forms, dict)
    if form == "facet":
        return str(scene.rng.choice((*forms["noun"], f"{value.lower()} {facet}")))
    return str(scene.rng.choice(forms.get(form) or forms["noun"]))


def _chinese(scene: Scene, ways: Sequence[str], form: str) -> str:
    said = scene.rng.choice(ways)
    if form in ("attr", "adj"):
        stem = said.removesuffix("片") if len(said) > 2 else said
        return stem if stem.endswith("的") else stem + scene.rng.choice(("", "", "的"))
    if form == "bare":
        stem = ways[0].removesuffix("的").removesuffix("片")
        return scene.rng.choice((f"更{stem}一点", f"再{stem}一些", f"{stem}一点"))
    return said


def _title(scene: Scene, draft: Draft, slot: str) -> str:
    if scene.rng.random() < 0.12 and slot in TITLES:
        said = scene.rng.choice(UNLISTED_ZH if scene.chinese and scene.rng.random() < 0.5 else UNLISTED)
        draft.said.setdefault(slot, []).append(said)
        return _quoted(scene, said)
    catalog = scene.catalog
    for _ in range(20):
        row = scene.rng.randrange(len(catalog.ids))
        label, said = catalog.labels[row], catalog.titles[row]
        if catalog.row(said) == row and label not in draft.used and len(said) < 42:
            break
    else:
        raise NoWay
    draft.used.add(label)
    said = noise.title(scene.rng, said, scene.chinese)
    if slot in TITLES:
        draft.add(slot, label, said)
    return _quoted(scene, said)


def _quoted(scene: Scene, said: str) -> str:
    share = scene.rng.random()
    if scene.chinese:
        return f"《{said}》" if share < 0.5 else said
    return f'"{said}"' if share < 0.08 else f"'{said}'" if share < 0.12 else said


def _person(scene: Scene, draft: Draft, slot: str) -> str:
    names = sorted(
        {name for column in scene.people_columns for names in scene.catalog.facets[column] for name in names}
    )
    name = draft.use(scene.rng, names)
    draft.add(slot, name)
    return name


def _reference(scene: Scene, draft: Draft, kind: str, slot: str) -> str:
    if not scene.shown:
        raise NoWay
    rng, rules, share = scene.rng, scene.rules, scene.rng.random()
    places = [str(place) for place in range(1, len(scene.shown) + 1)]
    if kind == "it" or (share < 0.15 and slot != "same"):
        said, label = rng.choice(rules["it"]), "#it"
        if "#it" in draft.used:
            raise NoWay
        draft.used.add("#it")
    elif share < 0.25:
        said, label = rng.choice(rules["last"]), "#-1"
    else:
        place = int(draft.use(rng, places))
        said, label = rng.choice(rules["ordinals"][place - 1]), f"#{place}"
    if slot == "same":
        draft.slots["same"] = {draft.slots.pop("same_column"): label}
    else:
        draft.add(slot, label)
    return str(said)


def _unspoken(scene: Scene, draft: Draft, name: str) -> str:
    if not scene.shown:
        raise NoWay
    draft.add(name[1:], "#it" if name[0] == "~" else "#*")
    return ""


def _same(scene: Scene, draft: Draft, form: str) -> str:
    if not scene.shown:
        raise NoWay
    column = scene.rng.choice(list(scene.catalog.facets))
    if form == "it":
        draft.slots["same"] = {column: "#it"}
        if not scene.chinese:
            return f"that {wishes.single(column)}"
        return f"{scene.rng.choice(('那个', '同一个'))}{wishes.called(scene, column)}"
    draft.slots["same_column"] = column
    return wishes.called(scene, column)


def _column(scene: Scene, draft: Draft, _: str) -> str:
    return wishes.called(scene, scene.rng.choice([*scene.catalog.numbers, *scene.catalog.facets]))


def _word(scene: Scene, name: str) -> str:
    """Return a word that labels nothing."""
    rng, words = scene.rng, scene.words
    if name == "num":
        return str(rng.randint(3, 99))
    if name == "measure":
        return words.measure
    if name in ("thing", "things"):
        thing = rng.choice(words.zh if scene.chinese else words.things)
        return thing if scene.chinese or name == "thing" else plural(thing)
    plurals = {"city": "cities", "fix": "fixes"}
    return str(rng.choice(scene.rules[plurals.get(name, f"{name}s")]))


LEAVES: dict[str, Callable[[Scene, Draft, str], str]] = {**wishes.LEAVES, "same": _same, "column": _column}
