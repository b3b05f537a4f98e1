"""What is guessed of a table, why, and what to type where it is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from retriever.errors import BadData
from retriever.intake.profiles import Profile

ITEM_ROLES = ("item_id", "title", "year", "text", "image")
LOG_ROLES = ("user_id", "item_id", "rating", "timestamp", "weight", "event", "history")
LINK_ROLES = ("source", "target")
KINDS = ("facet", "number", "ignore")
TABLES = ("items", "log")


@dataclass(frozen=True)
class Guess:
    """Say what one column is taken for.

    Attributes:
        table: "items", "log" or "links".
        role: A role, "facet", "number" or "ignore".
        column: The column.
        why: The reason, in words.
        name: Name of the facet or number in the catalogue; empty for roles.
    """

    table: str
    role: str
    column: str
    why: str
    name: str = ""

    def to_text(self) -> str:
        """Return "title <- Name (reason)"."""
        left = f"{self.role} {self.name!r}" if self.name else self.role
        return f"{self.table}: {left} <- {self.column} ({self.why})"


@dataclass
class Told:
    """Hold what `--map` said.

    Attributes:
        roles: (table or "", role) -> column.
        kinds: column -> (kind, name), for facet, number and ignore.
    """

    roles: dict[tuple[str, str], str] = field(default_factory=dict)
    kinds: dict[str, tuple[str, str]] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> Told:
        """Read "item_id=SKU,title=Name,log.item_id=product,facet:brand=Maker,ignore=Notes".

        Raises:
            BadData: A part is no `role=column`, or the role is not known.
        """
        told = cls()
        for part in filter(None, (piece.strip() for piece in text.split(","))):
            left, equals, column = part.partition("=")
            table, dot, role = left.strip().rpartition(".")
            kind, _, name = role.partition(":")
            known = role in {*ITEM_ROLES, *LOG_ROLES, *LINK_ROLES} and table in ("", *TABLES, "links")
            if not equals or not column.strip() or (kind not in KINDS and not known):
                raise BadData(
                    f"--map does not understand {part!r}.",
                    f"Write ROLE=COLUMN with one of {', '.join(dict.fromkeys((*ITEM_ROLES, *LOG_ROLES)))}, "
                    "facet:NAME=COLUMN, number:NAME=COLUMN or ignore=COLUMN, divided by commas.",
                )
            if kind in KINDS:
                told.kinds[column.strip()] = (kind, name.strip())
            else:
                told.roles[table if dot else "", role] = column.strip()
        return told

    def column(self, table: str, role: str, names: Sequence[str]) -> str | None:
        """Return the column that was named for a role, where this table has it.

        Raises:
            BadData: It was named for this very table, which lacks it.
        """
        given = self.roles.get((table, role))
        if given is not None and given not in names:
            raise BadData(f"The {table} have no column {given!r}.", f"Columns: {', '.join(names)[:500]}.")
        either = self.roles.get(("", role))
        return given or (either if either in names else None)

    def check(self, tables: Mapping[str, Sequence[str]]) -> None:
        """Refuse columns that no table has.

        Raises:
            BadData: There is such a column.
        """
        known = {name for names in tables.values() for name in names}
        for column in (*self.roles.values(), *self.kinds):
            if column not in known:
                listed = "; ".join(f"{table}: {', '.join(names)}" for table, names in tables.items())
                raise BadData(
                    f"--map names a column {column!r} that is not there.", f"Columns: {listed[:900]}."
                )


Profiles = Mapping[str, Profile]
