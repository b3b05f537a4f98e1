"""Titles and references of a message ("#2", "#it") -> item ids."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from assistant.intents import Intent

ALL, IT = "#*", "#it"
AGAIN = re.compile(
    r"\b(?:those|these|them|that|the (?:first|last|earlier|previous)[\w ]*) (?:again|once more)\b|"
    r"\b(?:go )?back to (?:the (?:first|earlier|previous|last)|those|them)\b|"
    r"再(?:看|给我看)(?:一?[遍次下])?(?:刚才|之前|那)|"
    r"(?:刚才|之前|上次|前面)(?:的)?那?[些几个].{0,6}(?:再|重新)|重新(?:看|显示)(?:刚才|之前)",
    re.I,
)


@dataclass(frozen=True)
class Said:
    """Items that a message speaks of, as item ids.

    Attributes:
        liked: Items liked.
        disliked: Items disliked.
        seen: Items known already.
        about: Items asked about or compared.
        same: Column -> item whose value a pick must share.
        unknown: Titles that no item of the catalogue has.
    """

    liked: tuple[str, ...] = ()
    disliked: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    same: dict[str, str] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()

    @property
    def items(self) -> tuple[str, ...]:
        """Return every item, each once, in the order liked, disliked, seen, asked about."""
        return tuple(dict.fromkeys((*self.liked, *self.disliked, *self.seen, *self.about)))

    @property
    def focus(self) -> str:
        """Return the item that "it" means next; empty where the message speaks of none or of several."""
        spoken = tuple(dict.fromkeys((*self.items, *self.same.values())))
        return spoken[0] if len(spoken) == 1 else ""


def resolve(intent: Intent, last: Sequence[str], focus: str, find: Callable[[str], str | None]) -> Said:
    """Find the items of the title slots and of `same`.

    Args:
        intent: What the message says.
        last: Item ids of the last picks, best first.
        focus: Item spoken of last, empty where there is none.
        find: Title -> item id, None where the catalogue has no such title.
    """
    unknown: list[str] = []

    def items(names: Sequence[str]) -> tuple[str, ...]:
        found: list[str] = []
        for name in names:
            meant = referred(name, last, focus) if name.startswith("#") else _titled(name, find)
            found += meant
            unknown.extend(() if meant or name.startswith("#") else (name,))
        return tuple(dict.fromkeys(found))

    same = {column: items((name,))[:1] for column, name in intent.same.items()}
    return Said(
        liked=items(intent.liked),
        disliked=items(intent.disliked),
        seen=items(intent.seen),
        about=items(intent.about),
        same={column: found[0] for column, found in same.items() if found},
        unknown=tuple(dict.fromkeys(unknown)),
    )


def referred(reference: str, last: Sequence[str], focus: str = "") -> tuple[str, ...]:
    """Return the items of a reference: "#2", "#-1", "#*", "#it"; none where there is no such pick."""
    if reference == ALL:
        return tuple(last)
    if reference == IT:
        return (focus,) if focus else tuple(last[:1])
    place = int(reference[1:]) if re.fullmatch(r"#-?[1-9]\d*", reference) else 0
    index = place - 1 if place > 0 else len(last) + place
    return (last[index],) if place and 0 <= index < len(last) else ()


def _titled(name: str, find: Callable[[str], str | None]) -> tuple[str, ...]:
    found = find(name)
    return () if found is None else (found,)


def asks_again(text: str, intent: Intent) -> bool:
    """Say whether what was shown is asked for once more: "show me those again", "the second one again"."""
    refers = any(name.startswith("#") for name in intent.about)
    return intent.move in ("ask", "refine", "critique") and (AGAIN.search(text) is not None or refers)
