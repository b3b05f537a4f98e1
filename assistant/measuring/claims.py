"""What the prose of a reply claims of the catalogue, checked against it; for measurements."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from assistant import answers
from assistant.agent import Assistant
from assistant.conversation import Reply
from assistant.guard import Claim, Guard
from assistant.reading.naming import SURE
from assistant.types import Pick

QUOTE = re.compile(r"“([^”]*)”")
# Scores and places are figures of the ranking, not claims about the catalogue.
FIGURES = re.compile(
    r"\([+-]\d+\.\d\d\)|scores -?\d+\.\d\d|得分是 -?\d+\.\d\d|\b\d+(?:st|nd|rd|th)\b|第 \d+ 位"
)


def claims_of(reply: Reply, assistant: Assistant, user_id: str, said: Sequence[str]) -> list[Claim]:
    """Return every claim of the prose.

    Args:
        reply: A reply that was read to the end.
        assistant: Who gave it.
        user_id: To whom.
        said: What the person has said so far, this message included; it may be repeated.
    """
    items = _spoken_of(reply, assistant, user_id)
    request = " ".join((*said, *reply.notes))
    rooms = assistant.rooms
    units = tuple(rooms.catalog.units.values())
    guard = Guard(items, rooms.facet_values, lambda t: _names_item(assistant, t), request, units)
    prose = reply.text
    for note in reply.notes:
        prose = prose.replace(note, "")
    prose = QUOTE.sub(lambda quote: "" if _is_said(quote[1], request) else quote[0], prose)
    table = [line for line in prose.splitlines() if line.startswith("|")]
    plain = FIGURES.sub("", "\n".join(line for line in prose.splitlines() if not line.startswith("|")))
    found = [claim for sentence in guard.sentences([plain + "\n"]) for claim in guard.claims(sentence)]
    return [*found, *_of_table(table, items, assistant)]


def _names_item(assistant: Assistant, text: str) -> bool:
    return any(mention.confidence >= SURE for mention in assistant.rooms.linker.link(text))


def _is_said(words: str, request: str) -> bool:
    """Say whether the person has said all of these words; what they said may be quoted."""
    low = request.casefold()
    return all(word in low for word in words.casefold().split())


def _spoken_of(reply: Reply, assistant: Assistant, user_id: str) -> list[Pick]:
    """Return picks, items asked about, and items that reasons quote."""
    known = [item for item in assistant.stances(user_id) if item in set(assistant.rooms.catalog.ids)]
    others = assistant.picks(user_id, known) if known else []
    return list({p.item_id: p for p in (*reply.recommendations, *reply.about, *others)}.values())


def _of_table(lines: Sequence[str], items: Iterable[Pick], assistant: Assistant) -> list[Claim]:
    """Return one claim for every cell of a comparison."""
    if len(lines) < 3:
        return []
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    by_label = {pick.label.replace("|", "/"): pick for pick in items}
    columns, units = assistant.rooms.catalog.facet_values, assistant.rooms.catalog.units
    claims = [Claim("title", label, label in by_label, f"names {label!r}") for label in rows[0][1:]]
    for name, *cells in rows[2:]:
        if name not in columns and name not in units:
            continue
        for label, cell in zip(rows[0][1:], cells, strict=False):
            true = label in by_label and cell == answers.cell(by_label[label], name, units.get(name, ""))
            claims.append(Claim("facet", cell, true, f"says {cell!r}"))
    return claims
