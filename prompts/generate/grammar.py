"""The grammar at work: a template is expanded, rule by rule, into one message with its labels."""

from __future__ import annotations

import re
from typing import NamedTuple

from prompts.generate import noise
from prompts.generate.draft import Draft, NoWay, Scene
from prompts.generate.leaves import leaf

GAP = re.compile(r"\{([^{}]+)\}")
TRIES = 60
GREETED = ("ask", "taste", "refine")  # rules around which people put words that say nothing
ALTERNATIVES = ("any",)  # rules whose values are alternatives


class Message(NamedTuple):
    """A message, its labels, and the words that the tuned model copies."""

    text: str
    draft: Draft


def write(scene: Scene, rule: str) -> Message:
    """Write one message from the templates of a rule.

    Raises:
        NoWay: When no template fits the scene, in 60 tries.
    """
    for _ in range(TRIES):
        draft = Draft()
        try:
            text = _expand(scene, draft, scene.rng.choice(scene.rules[rule]), "")
        except NoWay:
            continue
        if not scene.chinese and scene.rng.random() < 0.5 and text[0].isalpha():
            text = text[0].upper() + text[1:] if not _copied(draft, text) else text
        text = _tidy(text, scene.chinese)
        text = _greeted(scene, text) if rule in GREETED else text
        return Message(noise.casual(scene.rng, text), draft)
    raise NoWay


def _greeted(scene: Scene, text: str) -> str:
    share, bare = scene.rng.random(), text.rstrip(".!?。！？")
    if share < 0.08:
        return str(scene.rng.choice(scene.rules["prefix"])) + text
    return bare + str(scene.rng.choice(scene.rules["suffix"])) if share < 0.16 else text


def _copied(draft: Draft, text: str) -> bool:
    """Say whether the message begins with words that are copied letter by letter."""
    copied = [
        said for slot in ("liked", "disliked", "seen", "about", "people") for said in draft.said.get(slot, ())
    ]
    query = draft.slots.get("query")
    return any(text.startswith(said) for said in (*copied, *([query] if query else [])))


def _expand(scene: Scene, draft: Draft, template: str, before: str) -> str:
    parts, place = [], 0
    for gap in GAP.finditer(template):
        parts.append(template[place : gap.start()])
        parts.append(_gap(scene, draft, gap[1], before + "".join(parts)))
        place = gap.end()
    return "".join((*parts, template[place:]))


def _gap(scene: Scene, draft: Draft, name: str, before: str) -> str:
    rule, _, flag = name.partition("!")
    if flag == "last":
        for slot in ("wanted", "match_any", "toward"):
            draft.drop(slot)
        draft.either = False
    rules = scene.rules.get(rule)
    if "." in rule or not isinstance(rules, list) or rule in ("it", "last", "all", "theme", "audience"):
        return leaf(scene, draft, name, before)
    if rule in ALTERNATIVES:
        if draft.slots.get("wanted"):
            raise NoWay
        draft.either = True
    return _expand(scene, draft, scene.rng.choice(rules), before)


def _tidy(text: str, chinese: bool) -> str:
    if chinese:
        return re.sub(r"的的+", "的", text)
    text = re.sub(r"\ba a\b", "a", re.sub(r"\s+", " ", text)).strip()
    text = re.sub(r"\b(some|a|good) (a|an|the|some) ", r"\2 ", text)
    text = re.sub(r"\b(no|less|more|enough|nor|neither) (?:the|a|an) ", r"\1 ", text)
    return re.sub(r"\b([Aa]) (?=[aeiouAEIO])", r"\1n ", text)
