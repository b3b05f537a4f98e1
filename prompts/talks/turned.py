"""Dialogues turned into ranking cases and the catalogue that they are about."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from prompts.errors import CaseError
from prompts.forms import Past, RankingCase
from prompts.talks.records import TalkItem, Turn

_YEAR = re.compile(r"\s*\((?:18|19|20)\d\d\)\s*$")
_ID = re.compile(r"[^\w.-]+")


class Turned(NamedTuple):
    """Cases, and the text of a CSV catalogue that holds every item they may name."""

    cases: list[RankingCase]
    catalog: str


def turned(turns: Sequence[Turn], items: Sequence[TalkItem], catalog: str, limit: int = 0) -> Turned:
    """Turn each turn into a ranking case: what was said last is the request, what came next is relevant.

    Items said before are liked, those turned down disliked; what was said earlier than the last words is not
    kept. Turns without words or with nothing new are left out.

    Args:
        turns: Turns of any set.
        items: All items, the candidates; names of turns are names of items.
        catalog: Name of the catalogue; its file is to lie beside the case file.
        limit: Only so many cases, spread over the turns; 0 takes all.

    Raises:
        CaseError: When nothing is left, or a turn names no item.
    """
    labels, rows = _catalog(items)
    useful = [turn for turn in turns if turn.targets and turn.context]
    if 0 < limit < len(useful):
        useful = [useful[place * len(useful) // limit] for place in range(limit)]
    if not useful:
        raise CaseError("No turn has words before it and something new in it.")
    return Turned([_case(turn, labels, catalog) for turn in useful], _csv(rows))


def _case(turn: Turn, labels: Mapping[str, str], catalog: str) -> RankingCase:
    missing = [n for n in (*turn.targets, *turn.mentioned, *turn.refused) if n not in labels]
    if missing:
        raise CaseError(f"Turn {turn.turn_id} names {missing[0]!r}, which is no item.")
    history = [Past(kind="like", title=labels[name]) for name in turn.mentioned]
    history += [Past(kind="dislike", title=labels[name]) for name in turn.refused]
    return RankingCase(
        id=_ID.sub("-", turn.turn_id),
        catalog=catalog,
        lang="en",
        kind=("talk",),
        history=tuple(history),
        request=turn.context[-1],
        relevant={labels[name]: 1.0 for name in turn.targets},
    )


def _catalog(items: Sequence[TalkItem]) -> tuple[dict[str, str], list[dict[str, str]]]:
    """Return name -> label, and the rows; titles that are shared are told apart by the artist or the name."""
    years = [str(item.year or "") or "".join(item.facets.get("year", ())[:1]) for item in items]
    titles = [_plain(item) for item in items]
    for apart in (lambda item: ", ".join(item.facets.get("artist", ())), lambda item: item.name):
        shared = Counter(zip((t.casefold() for t in titles), years, strict=True))
        for place, item in enumerate(items):
            if shared[titles[place].casefold(), years[place]] > 1 and (more := apart(item)):
                titles[place] = f"{_plain(item)} - {more}"
    labels: dict[str, str] = {}
    rows: list[dict[str, str]] = []
    for number, (item, title, year) in enumerate(zip(items, titles, years, strict=True), 1):
        labels[item.name] = f"{title} ({year})" if year else title
        facets = {kind: "|".join(v.replace("|", "/") for v in values) for kind, values in item.facets.items()}
        rows.append({"item_id": f"t{number}", "title": title, **facets, "year": year})
    return labels, rows


def _plain(item: TalkItem) -> str:
    return " ".join((item.title or _YEAR.sub("", item.name)).split())


def _csv(rows: Sequence[Mapping[str, Any]]) -> str:
    columns = list(dict.fromkeys(key for row in rows for key, value in row.items() if value))
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
