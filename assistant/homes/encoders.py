"""The text encoder that the settings name, and a cache of its vectors."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.settings import Settings
from metalearn.checkpoint import replace_file
from retriever.encoder import Encoder

DEFAULT = "all-minilm-l6-v2"


def open_encoder(settings: Settings, progress: Callable[[str, float], None] | None = None) -> Encoder:
    """Open the text encoder, fetching its weights where they are not cached.

    Raises:
        WeightsError: When they cannot be had.
    """
    from assistant.models.weights import resolve

    folder = resolve(settings.encoder or DEFAULT, settings.cache, progress)
    return Encoder.open(folder)


def encoded(
    settings: Settings, texts: Sequence[str], progress: Callable[[str, float], None], prefix: str = ""
) -> NDArray[np.float32]:
    """Return unit vectors of texts, float32 [n, d]: from the cache, else encoded now and kept there.

    Args:
        settings: Say which encoder, and where the cache is.
        texts: What to encode; the name of the file in the cache follows from them.
        progress: Called with what is being done and the share that is done, 0..1.
        prefix: Goes before that name.
    """
    key = "\0".join([str(settings.encoder or DEFAULT), *texts])
    digest = hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:24]
    kept = settings.cache / "vectors" / f"{prefix}{digest}.npy"
    if kept.is_file():
        return np.asarray(np.load(kept, allow_pickle=False), dtype=np.float32)
    encoder = open_encoder(settings, progress)
    vectors = encoder.encode(texts, lambda n, total: progress("encoding texts", n / total))
    kept.parent.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    np.save(buffer, vectors)
    replace_file(kept, buffer.getvalue())
    return np.asarray(vectors, dtype=np.float32)
