"""Nearest vectors by inner product, in FAISS, filtered inside the search."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal, NamedTuple

import faiss as typed_faiss
import numpy as np
from numpy.typing import NDArray

from retriever.errors import BadData, DamagedFile, RetrieverError
from retriever.files import sha256, write_atomically, write_text

Kind = Literal["flat", "hnsw"]
# The stubs of faiss-cpu describe the C++ side and not the Python wrappers that take arrays.
faiss: Any = typed_faiss
FORMAT = 1
HNSW_LINKS = 32
HNSW_EF_CONSTRUCTION = 200
HNSW_EF_SEARCH = 256


class SearchResult(NamedTuple):
    """Hold what a search found, best first.

    Attributes:
        rows: int64 [q, k].
        scores: Inner products, float32 [q, k].
    """

    rows: NDArray[np.int64]
    scores: NDArray[np.float32]


class VectorIndex:
    """Search N vectors of d numbers; make one with `build` or `load`.

    Attributes:
        kind: "flat" (exact) or "hnsw" (approximate, for catalogues of a million items).
        n: Number of vectors.
        d: Length of a vector.
    """

    def __init__(self, index: Any, kind: Kind, *, device: str = "cpu") -> None:
        self._cpu = index
        self._index = _on_gpu(index) if device == "cuda" else index
        self.kind = kind
        self.n = int(index.ntotal)
        self.d = int(index.d)

    @classmethod
    def build(
        cls, vectors: NDArray[np.float32], metric: str = "ip", *, kind: Kind = "flat", device: str = "cpu"
    ) -> VectorIndex:
        """Index vectors.

        Args:
            vectors: float32 [N, d], all finite.
            metric: Only "ip", the inner product; unit rows make it the cosine.
            kind: "flat" or "hnsw".
            device: "cpu" or "cuda" (all GPUs; not run on a GPU yet).

        Raises:
            BadData: The array has another shape or holds numbers that are not finite, or the metric is
                not known.
            RetrieverError: `device` is "cuda" and this FAISS has no GPU support.
        """
        if metric != "ip":
            raise BadData(f"Metric {metric!r} is not known.", 'Use "ip", with unit rows for the cosine.')
        array = _checked(vectors)
        index = _empty(kind, array.shape[1])
        index.add(array)
        return cls(index, kind, device=device)

    @classmethod
    def load(cls, path: Path, *, device: str = "cpu") -> VectorIndex:
        """Read the index that `save` wrote.

        Raises:
            DamagedFile: The index or its side file is missing, altered, or of another format.
        """
        about = _read_side_file(path)
        if not path.is_file() or sha256(path) != about["sha256"]:
            raise DamagedFile(path, "the index is missing or is not the one its side file describes")
        try:
            index = faiss.read_index(str(path))
        except RuntimeError as error:
            raise DamagedFile(path, f"FAISS cannot read it ({error})") from error
        if (index.ntotal, index.d) != (about["n"], about["d"]):
            raise DamagedFile(path, f"it holds {index.ntotal} x {index.d}, not {about['n']} x {about['d']}")
        return cls(index, about["kind"], device=device)

    def save(self, path: Path) -> None:
        """Write the index and, beside it, `<name>.json` with kind, shape and SHA-256."""
        write_atomically(path, lambda temporary: faiss.write_index(self._cpu, str(temporary)))
        about = {"format": FORMAT, "kind": self.kind, "n": self.n, "d": self.d, "sha256": sha256(path)}
        text = json.dumps(about, indent=2)
        write_atomically(_side_file(path), lambda temporary: write_text(temporary, text))

    def vectors(self) -> NDArray[np.float32]:
        """Return a copy of the indexed vectors, float32 [N, d]."""
        vectors: NDArray[np.float32] = self._cpu.reconstruct_n(0, self.n)
        return vectors

    def search(
        self, queries: NDArray[np.float32], k: int, allowed: NDArray[np.bool_] | None = None
    ) -> SearchResult:
        """Find the k best vectors of each query among the allowed rows.

        Args:
            queries: float32 [q, d] or [d].
            k: How many; fewer come back only where fewer are allowed.
            allowed: bool [N]; None allows all.

        Returns:
            Rows and inner products, [q, min(k, number allowed)], best first.

        Raises:
            BadData: A shape does not fit, or a number is not finite.
        """
        array = _checked(np.atleast_2d(queries))
        if array.shape[1] != self.d:
            raise BadData(
                f"Queries have {array.shape[1]} numbers, the index has {self.d}.", "Use one encoder."
            )
        if allowed is not None and allowed.shape != (self.n,):
            raise BadData(f"The mask has shape {allowed.shape}, the index {self.n} rows.", "Mask every row.")
        possible = self.n if allowed is None else int(np.count_nonzero(allowed))
        k = max(0, min(k, possible))
        if not k:
            return SearchResult(np.empty((len(array), 0), np.int64), np.empty((len(array), 0), np.float32))
        return self._search(array, k, allowed)

    def _search(
        self, queries: NDArray[np.float32], k: int, allowed: NDArray[np.bool_] | None
    ) -> SearchResult:
        # The selector reads the bits in place, so they must live as long as the search.
        bits = None if allowed is None else np.packbits(allowed, bitorder="little")
        selector = None if bits is None else faiss.IDSelectorBitmap(bits)
        if self.kind == "flat":
            parameters = None if selector is None else faiss.SearchParameters(sel=selector)
            scores, rows = self._index.search(queries, k, params=parameters)
            return SearchResult(rows, scores)
        reach = max(HNSW_EF_SEARCH, 2 * k)
        scores, rows = self._index.search(
            queries, k, params=faiss.SearchParametersHNSW(sel=selector, efSearch=reach)
        )
        if (rows < 0).any():
            # A strict filter can cut the graph apart; the vectors below it are then searched exactly.
            parameters = None if selector is None else faiss.SearchParameters(sel=selector)
            scores, rows = faiss.downcast_index(self._cpu).storage.search(queries, k, params=parameters)
        return SearchResult(rows, scores)


def _empty(kind: Kind, d: int) -> Any:
    if kind == "flat":
        return faiss.IndexFlatIP(d)
    if kind == "hnsw":
        index = faiss.IndexHNSWFlat(d, HNSW_LINKS, faiss.METRIC_INNER_PRODUCT)
        index.hnsw.efConstruction = HNSW_EF_CONSTRUCTION
        return index
    raise BadData(f"Index kind {kind!r} is not known.", 'Use "flat" or "hnsw".')


def _checked(array: NDArray[np.float32]) -> NDArray[np.float32]:
    if array.ndim != 2 or not array.shape[1]:
        raise BadData(f"Vectors have shape {array.shape}.", "Give an array of shape [n, d].")
    if not np.isfinite(array).all():
        raise BadData("Vectors hold numbers that are not finite.", "Encode them again.")
    return np.ascontiguousarray(array, dtype=np.float32)


def _on_gpu(index: Any) -> Any:
    # Not run on a GPU yet: the machines that this was built on have none.
    if not hasattr(faiss, "index_cpu_to_all_gpus"):
        raise RetrieverError("This FAISS has no GPU support.", "Run `pip install 'palate[gpu]'`.")
    return faiss.index_cpu_to_all_gpus(index)


def _side_file(path: Path) -> Path:
    return path.with_name(path.name + ".json")


def _read_side_file(path: Path) -> dict[str, Any]:
    side = _side_file(path)
    try:
        about = json.loads(side.read_text())
    except (OSError, ValueError) as error:
        raise DamagedFile(side, f"the side file of the index cannot be read ({error})") from error
    fields = {"kind": str, "n": int, "d": int, "sha256": str}
    if not isinstance(about, dict) or not all(isinstance(about.get(k), t) for k, t in fields.items()):
        raise DamagedFile(side, "the side file of the index lacks kind, n, d or sha256")
    if about.get("format") != FORMAT or about["kind"] not in ("flat", "hnsw"):
        raise DamagedFile(side, f"the index has format {about.get('format')} and kind {about['kind']}")
    return about
