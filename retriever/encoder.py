"""Texts -> unit vectors, with a sentence-transformers model."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retriever.errors import RetrieverError

Progress = Callable[[int, int], None]
CACHED_QUERIES = 512
CHUNK = 512


class Encoder:
    """Encode texts; make one with `open`.

    Attributes:
        name: Folder name or hub id of the model.
        dim: Length of a vector.
    """

    def __init__(self, model: Any, name: str) -> None:
        self._model = model
        self.name = name
        self.dim = int(model.get_embedding_dimension())
        self._cache: OrderedDict[str, NDArray[np.float32]] = OrderedDict()

    @classmethod
    def open(cls, spec: str | Path, *, device: str = "auto", dtype: str = "auto") -> Encoder:
        """Load a model.

        Args:
            spec: Local folder of a sentence-transformers model, or its hub id.
            device: "cpu", "cuda", or "auto" (CUDA where there is one).
            dtype: "float32", "bfloat16", or "auto": bfloat16 on CUDA and on CPUs with instructions for it.
                On a CPU with AVX2 alone bfloat16 was 4 times slower than float32 (6 against 23 texts a
                second on a busy machine); the vectors agree to a cosine of 0.9999.

        Raises:
            RetrieverError: sentence-transformers is not installed, or there is no such model.
        """
        # Importing torch takes seconds, so it waits until somebody opens an encoder.
        try:
            import torch
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise RetrieverError(
                f"The encoder needs {error.name}.", "Run `pip install 'palate[cpu]'`."
            ) from error
        where = ("cuda" if torch.cuda.is_available() else "cpu") if device == "auto" else device
        try:
            model = SentenceTransformer(str(spec), device=where, model_kwargs={"dtype": _dtype(dtype, where)})
        except (OSError, ValueError, KeyError) as error:
            raise RetrieverError(
                f"No text encoder can be loaded from {spec} ({error}).",
                "Give the folder of a sentence-transformers model, or a hub id where the hub can be reached.",
            ) from error
        return cls(model, Path(spec).name if Path(spec).is_dir() else str(spec))

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
        """Encode texts.

        Args:
            texts: n texts; what exceeds the model's length is left out.
            progress: Called with (texts done, n) after each chunk.

        Returns:
            float32 [n, d], rows of length 1, in the order of `texts`.
        """
        if len(texts) == 1:
            return self.encode_query(texts[0])[None].copy()
        return self._encode_all(texts, progress)

    def _encode_all(self, texts: Sequence[str], progress: Progress | None) -> NDArray[np.float32]:
        vectors = np.empty((len(texts), self.dim), dtype=np.float32)
        for start in range(0, len(texts), CHUNK):
            chunk = [_printable(text) for text in texts[start : start + CHUNK]]
            vectors[start : start + len(chunk)] = self._encode_chunk(chunk)
            if progress is not None:
                progress(start + len(chunk), len(texts))
        return vectors

    def encode_query(self, text: str) -> NDArray[np.float32]:
        """Encode one query, float32 [d]; the last 512 queries are remembered."""
        if text not in self._cache:
            self._cache[text] = self._encode_chunk([_printable(text)])[0]
            self._cache[text].flags.writeable = False
        self._cache.move_to_end(text)
        while len(self._cache) > CACHED_QUERIES:
            self._cache.popitem(last=False)
        return self._cache[text]

    def _encode_chunk(self, texts: list[str]) -> NDArray[np.float32]:
        vectors = self._model.encode(texts, convert_to_tensor=True, show_progress_bar=False).float()
        raw = np.asarray(vectors.cpu().numpy(), dtype=np.float32)
        # Normalised in float32, because rows normalised in bfloat16 are off by up to 0.4 %.
        lengths = np.maximum(np.linalg.norm(raw, axis=1, keepdims=True), np.finfo(np.float32).tiny)
        return np.asarray(raw / lengths, dtype=np.float32)


def _printable(text: str) -> str:
    """Return `text` without lone surrogates, which no tokenizer takes."""
    return text.encode("utf-8", "ignore").decode("utf-8")


def _dtype(name: str, device: str) -> Any:
    import torch

    if name != "auto":
        return getattr(torch, name)
    capabilities = torch.cpu.get_capabilities() if device == "cpu" else {}
    fast = device != "cpu" or any(capabilities.get(flag) for flag in ("amx_bf16", "avx512_bf16"))
    return torch.bfloat16 if fast else torch.float32
