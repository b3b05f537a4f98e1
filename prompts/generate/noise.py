"""Noise of typed messages: typos, titles in lower case or without their article, lost punctuation."""

from __future__ import annotations

import random

TYPO, LOWER, NO_ARTICLE, TITLE_TYPO = 0.04, 0.15, 0.3, 0.06


def typo(rng: random.Random, text: str, share: float = TYPO) -> str:
    """Return the text with two letters swapped, or one lost or doubled, in a share of the cases."""
    places = [i for i in range(1, len(text) - 2) if text[i].isalpha() and text[i + 1].isalpha()]
    if len(text) < 6 or not places or rng.random() >= share:
        return text
    place, kind = rng.choice(places), rng.choice(("swap", "lose", "double"))
    if kind == "swap":
        return text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    return text[:place] + (text[place + 1 :] if kind == "lose" else text[place] + text[place:])


def title(rng: random.Random, name: str, chinese: bool) -> str:
    """Return a title as people type it; ordinary words keep their capital, else they would be no title."""
    words = name.split()
    if words[0] in ("The", "A", "An") and len(words) > 2 and rng.random() < NO_ARTICLE:
        name = " ".join(words[1:])
    if len(words) > 1 and rng.random() < LOWER:
        name = name.lower()
    return name if chinese or len(words) < 2 else typo(rng, name, TITLE_TYPO)


def casual(rng: random.Random, text: str) -> str:
    """Return a message with the punctuation of a hurried hand."""
    share = rng.random()
    if share < 0.25:
        return text.rstrip(".!?。！？")
    if share < 0.3:
        return text.rstrip(".!?。！？") + rng.choice(("!", "!!", "...", " please", " pls"))
    return text
