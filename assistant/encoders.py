"""Opens the text encoder that the settings name."""

from __future__ import annotations

from collections.abc import Callable

from assistant.settings import Settings
from retriever.encoder import Encoder

DEFAULT = "all-minilm-l6-v2"


def open_encoder(settings: Settings, progress: Callable[[str, float], None] | None = None) -> Encoder:
    """Open the text encoder, fetching its weights where they are not cached.

    Raises:
        WeightsError: When they cannot be had.
    """
    from assistant.weights import resolve

    folder = resolve(settings.encoder or DEFAULT, settings.cache, progress)
    return Encoder.open(folder)
