"""What became of the pictures of a home, for the person who imports them."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path

from assistant.homes.pictures import ABOUT, remote_allowed
from retriever.datasets.portrait import PICTURES, with_section
from retriever.files import write_atomically, write_text


def told_of(folder: Path) -> str:
    """Return one paragraph: how many pictures were copied, are elsewhere, or could not be used, and why."""
    about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    parts = (
        [f"Pictures: {about['copied']:,} copied and encoded by {about['encoder']}"] if about["copied"] else []
    )
    if about["remote"]:
        parts.append(f"{about['remote']:,} at addresses elsewhere, neither fetched nor encoded")
    parts += [f"{n:,} not used ({why}: {'; '.join(some)})" for why, (n, some) in about["refused"].items()]
    return ", ".join(parts or ["Pictures: none"]) + "."


def report_pictures(home: Path, page: Path) -> None:
    """Write what became of the pictures into the report of a home, where it has one."""
    if not (home / ABOUT).is_file() or not page.is_file():
        return
    shown = "shown on cards" if remote_allowed(home) else "not shown unless you import with --remote-pictures"
    text = escape(told_of(home)) + f" Those elsewhere are {shown}."
    filled = with_section(page.read_text(encoding="utf-8"), PICTURES, f"<h2>Pictures</h2><p>{text}</p>")
    write_atomically(page, lambda temporary: write_text(temporary, filled))
