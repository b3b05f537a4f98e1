"""The domain kit of a home: what the page says, examples, words and tone, recency, and audience limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.reading.audience import LIMITS, Table
from assistant.wording import PLAIN, Wording
from retriever import kits
from retriever.catalog import Catalog
from retriever.files import write_atomically, write_text

KIT, OWN = "kit.txt", "kit.toml"


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
    """Refuse a kit that does not exist, or a file that is none.

    Raises:
        BadData: That is so; what is wrong is named.
    """
    if name is not None:
        _wording_of(kits.load(name), name)


def set_kit(home: Path, name: str | None) -> None:
    """Note the kit of a home; a file of one's own is copied into it. None takes the kit away.

    Raises:
        BadData: There is no such kit, or the file is none.
    """
    check_kit(name)
    own = None if name is None or name in kits.KITS else kits.text_of(Path(name).expanduser())
    for path, text in ((home / OWN, own), (home / KIT, f"{name}\n" if name in kits.KITS else None)):
        if text is None:
            path.unlink(missing_ok=True)
        else:
            _write(path, text)


def _write(path: Path, text: str) -> None:
    write_atomically(path, lambda temporary: write_text(temporary, text))


def kit_of(home: Path) -> kits.Kit | None:
    """Return the kit of a home; None where it has none.

    Raises:
        BadData: It names one that does not exist, or its own file is none.
    """
    if (home / OWN).is_file():
        return kits.load(str(home / OWN))
    path = home / KIT
    return kits.load(path.read_text(encoding="utf-8").strip()) if path.is_file() else None


def greeting(home: Path, catalog: Catalog) -> Greeting:
    """Return what the page says; without a kit, what suits films."""
    kit = kit_of(home)
    if kit is None:
        return Greeting()
    return Greeting(kit.about, kit.welcome, kit.hint, kit.placeholder, kit.examples_for(catalog))


def wording(home: Path) -> Wording:
    """Return how a home speaks; without a kit, in Palate's own words.

    Raises:
        BadData: The kit says something that cannot be said.
    """
    kit = kit_of(home)
    return PLAIN if kit is None else _wording_of(kit, f"the kit of {home}")


def half_life(home: Path) -> float | None:
    """Return the days after which newness counts half in a home; None where age does not count by itself."""
    kit = kit_of(home)
    return None if kit is None else kit.half_life


def candidates(home: Path) -> kits.Candidates:
    """Return where the kit of a home takes candidates from; without a kit, from all sources."""
    kit = kit_of(home)
    return kits.Candidates() if kit is None else kit.candidates


def limits(home: Path, given: Mapping[str, Sequence[str]]) -> Table:
    """Return the audience limits of a home: Palate's, those of its kit, and those that were set."""
    kit = kit_of(home)
    more = () if kit is None else kit.audience.items()
    added: dict[str, Sequence[str]] = {who: (*LIMITS.get(who, ()), *values) for who, values in more}
    return {**LIMITS, **added, **given}


def _wording_of(kit: kits.Kit, where: str) -> Wording:
    return Wording.of(kit.tone, kit.words, where)
