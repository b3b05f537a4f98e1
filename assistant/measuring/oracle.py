"""The labels of a case as an Intent: what a reader that makes no mistake would have read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from assistant.intents import Intent
from assistant.measuring.dialogue_checks import AT, SEPARATOR, Played
from prompts.cases import Turn

Values = dict[str, tuple[str, ...]]


def oracle(turn: Turn, played: Played) -> Intent:
    """Return the labels of a turn as an Intent.

    Of alternatives the first that means something is taken; of facet values that are alternatives, any is
    enough. A reference to an earlier turn becomes the label of that pick.

    Args:
        turn: The labels.
        played: What was shown before.
    """
    slots = turn.slots
    wanted = {**slots.wanted, **turn.may.wanted} if turn.may.match_any else slots.wanted
    unwanted = {**turn.may.unwanted, **slots.unwanted}
    alternatives = any(SEPARATOR in v for values in slots.wanted.values() for v in values)
    return Intent.model_validate(
        {
            **slots.model_dump(exclude={"wanted", "unwanted", "more", "less", "same", "withdrawn"}),
            **{
                name: _titles(getattr(slots, name), played) for name in ("liked", "disliked", "seen", "about")
            },
            **{name: _split(getattr(slots, name)) for name in ("more", "less")},
            "wanted": _split(wanted),
            "unwanted": _split(unwanted),
            "match_any": slots.match_any or turn.may.match_any or alternatives,
            "same": {column: _title(name, played) for column, name in slots.same.items()},
            "withdrawn": tuple(name.split(SEPARATOR)[0] for name in slots.withdrawn),
            "move": turn.move,
        }
    )


def _titles(names: Iterable[str], played: Played) -> tuple[str, ...]:
    return tuple(_title(name, played) for name in names)


def _title(name: str, played: Played) -> str:
    """Return the first alternative that means an item, with `#2@1` replaced by the pick's label."""
    labels = {pick.item_id: pick.label for shown in played.picks for pick in shown}
    for part in name.split(SEPARATOR):
        items = played.resolve(part)
        if items:
            return labels[items[0]] if AT.fullmatch(part) and items[0] in labels else part
    return name.split(SEPARATOR)[0]


def _split(facets: Mapping[str, tuple[str, ...]]) -> Values:
    return {
        n: tuple(part for value in values for part in value.split(SEPARATOR)) for n, values in facets.items()
    }
