"""HTML from plain values: everything that is not `Markup` is cleaned and escaped."""

from __future__ import annotations

from html import escape

SHOWN_CHARACTERS = 2000
EMPTY = frozenset({"img"})  # elements without content and end
ALIVE_IN_MARKDOWN = frozenset("<>&\\`*_#[]()!~|$")


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def tag(name: str, *children: str, **attributes: str | int | float | None) -> Markup:
    """Return one element.

    Args:
        name: Element name.
        children: Content; a plain string is escaped, `Markup` is not.
        attributes: Attributes; `data_item` stands for `data-item`, `class_` for `class`; None leaves it out.
    """
    pairs = ((key.strip("_").replace("_", "-"), value) for key, value in attributes.items())
    written = "".join(f' {key}="{escape(clean(str(value)))}"' for key, value in pairs if value is not None)
    return Markup(f"<{name}{written}>" if name in EMPTY else f"<{name}{written}>{joined(*children)}</{name}>")


def joined(*children: str) -> Markup:
    """Return `children` one after the other, plain strings escaped."""
    parts = (child if isinstance(child, Markup) else escape(clean(child)) for child in children)
    return Markup("".join(parts))


def clean(text: str) -> str:
    """Return `text` without null bytes and lone surrogates, which neither JSON nor a page can carry."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")


def said_by_person(text: str) -> str:
    """Return a person's message as it goes into the chat: shortened, literal, no markup of any kind."""
    text = clean(text)
    text = text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + " …"
    return "".join(f"&#{ord(mark)};" if mark in ALIVE_IN_MARKDOWN else mark for mark in text)


def said_by_palate(text: str) -> str:
    """Return a reply as it goes into the chat: Markdown stays, HTML and images do not."""
    return escape(clean(text), quote=False).replace("![", "&#33;[")


def sentence(text: str) -> str:
    """Return `text` with its first letter raised."""
    return text[:1].upper() + text[1:]


def signed(value: float) -> str:
    """Return a number with its sign and two decimals; minus is the typographic one."""
    return f"{value:+.2f}".replace("-", "−")
