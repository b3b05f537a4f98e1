"""The domain kit of a home: what the page says, examples, and audience limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.audience import LIMITS, Table
from retriever import kits
from retriever.catalog import Catalog
from retriever.files import write_atomically, write_text

KIT = "kit.txt"


@dataclass(frozen=True)
class Greeting:
    """What the page says before anybody has said anything.

    Attributes:
        about: One line below the name.
        welcome: What it asks.
        hint: What to answer.
        placeholder: What stands in the empty field.
        examples: Messages to try.
    """

    about: str = "Films that fit your taste, learned as you go"
    welcome: str = "What would you like to watch?"
    hint: str = "Name a few films you love, say what you are in the mood for, or what to leave out."
    placeholder: str = "What are you in the mood for?"
    examples: tuple[str, ...] = (
        "I loved Blade Runner and The Matrix. Something smart and dark, no horror, after 1995",
        "A warm comedy for a rainy evening",
        "Something like Alien, but older",
    )


def check_kit(name: str | None) -> None:
    """Refuse a kit that does not exist.

    Raises:
        BadData: There is none of that name.
    """
    if name is not None:
        kits.load(name)


def set_kit(home: Path, name: str | None) -> None:
    """Note the kit of a home; None takes the note away."""
    if name is None:
        (home / KIT).unlink(missing_ok=True)
    else:
        write_atomically(home / KIT, lambda temporary: write_text(temporary, name + "\n"))


def kit_of(home: Path) -> kits.Kit | None:
    """Return the kit of a home; None where it has none.

    Raises:
        BadData: It names one that does not exist.
    """
    path = home / KIT
    return kits.load(path.read_text(encoding="utf-8").strip()) if path.is_file() else None


def greeting(home: Path, catalog: Catalog) -> Greeting:
    """Return what the page says; without a kit, what suits films."""
    kit = kit_of(home)
    if kit is None:
        return Greeting()
    return Greeting(kit.about, kit.welcome, kit.hint, kit.placeholder, kit.examples_for(catalog))


def limits(home: Path, given: Mapping[str, Sequence[str]]) -> Table:
    """Return the audience limits of a home: Palate's, those of its kit, and those that were set."""
    kit = kit_of(home)
    more = {} if kit is None else kit.audience
    added = {who: (*LIMITS.get(who, ()), *values) for who, values in more.items()}
    return {**LIMITS, **added, **given}
