"""Items of a session that the catalogue no longer has."""

from __future__ import annotations

from assistant.dialogue import DialogueState
from retriever.catalog import Catalog


def without_gone(state: DialogueState, catalog: Catalog) -> DialogueState:
    """Leave out of a session's state the items that the catalogue no longer has."""
    lists = {name: getattr(state, name) for name in ("rejected", "named", "shown", "last")}
    kept = {name: tuple(i for i in ids if i in catalog) for name, ids in lists.items()}
    focus = state.focus if state.focus in catalog else ""
    same = focus == state.focus and all(len(kept[name]) == len(ids) for name, ids in lists.items())
    return state if same else state.changed(**kept, focus=focus)
