"""The read-only parts of an assistant, loaded once from its home folder."""

from __future__ import annotations

import atexit
import copy
import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.errors import BadInput, HomeError
from assistant.homes.home import Manifest, open_home
from assistant.homes.knowing import know, stamp
from assistant.homes.pictures import LOOKS, Pictures, remote_allowed
from assistant.homes.proposing import EXACT, Proposer
from assistant.homes.setup import load_vectors
from assistant.homes.twins import load_groups
from assistant.homes.versions import serving
from assistant.newness import newness
from assistant.reading.audience import LIMITS, Table
from assistant.reading.columns import Columns
from assistant.wording import PLAIN, Wording
from metalearn.taste import TasteAdapter
from retriever.catalog import Catalog
from retriever.encoder import Encoder
from retriever.errors import UnknownItem
from retriever.index import VectorIndex
from retriever.kits import Candidates
from retriever.linking import Linker
from retriever.search import Retriever
from retriever.strategies.names import chosen

FloatArray = NDArray[np.float32]
LOADING = 60.0  # most seconds that the end of a process waits for the encoder
log = logging.getLogger(__name__)


class Rooms:
    """Hold catalogue, indexes, adapter and encoder.

    Args:
        home: A finished home folder.
        open_encoder: Opens the text encoder; called in a thread, since it takes seconds.
        limits: Audience -> facet values in lower case that are ruled out for it.
        strategies: Candidate sources that are switched on; None is what the home says.
        wording: How replies speak.
        half_life: Days after which the newness of an item counts half; None where it does not count.
        sources: Where the kit takes candidates from, unless settings or rules say otherwise.

    Attributes:
        home: The home folder.
        folder: The version of it that these rooms were loaded from.
        manifest: What the home says of itself.
        catalog: The items.
        vectors: float32 [N, d], text vectors.
        adapter: The meta-learned adapter.
        retriever: The candidate search.
        tastes: float32 [N, c], collaborative item vectors, unit rows or zero.
        linker: Finds titles in sentences.
        columns: What messages may speak of.
        proposer: The candidate sources; None where the adapter scores every item instead.
        knowledge: Typed links and rules of the home.
        pictures: What the items look like; None where they have no pictures.
        wording: How replies speak.
        groups: int32 [N], group of nearly the same items, -1 for an item that is like no other.
        newness: float32 [N] in 0..1, how new each item is; None where that does not count.

    Raises:
        HomeError: When the home is not whole.
        BadData: When a strategy is unknown or of no use here, or a rule or triple cannot be used.
        DamagedFile: When a catalogue or an index cannot be used.
        DamagedAdapter: When the adapter cannot be used.
    """

    def __init__(
        self,
        home: Path,
        open_encoder: Callable[[], Encoder],
        limits: Table = LIMITS,
        strategies: str | None = None,
        *,
        wording: Wording = PLAIN,
        half_life: float | None = None,
        sources: Candidates | None = None,
    ) -> None:
        self.home, self.limits, self._strategies = home, limits, strategies
        self.wording, self._half_life, self._sources = wording, half_life, sources or Candidates()
        self._encoder = _in_thread(open_encoder)
        self._load(serving(home))

    def _load(self, folder: Path) -> None:
        self.folder = folder
        self.manifest: Manifest = open_home(folder)
        self.adapter = TasteAdapter.load(folder / "adapter")
        self._collab = VectorIndex.load(folder / "index" / "collab.faiss")
        catalog = Catalog.load(folder / "items.parquet")
        self.pictures = Pictures.load(folder, catalog, remote_allowed(self.home))
        seen = (folder / LOOKS).is_file() and self.pictures is not None
        self._looks = VectorIndex.load(folder / LOOKS) if seen else None
        text = VectorIndex.load(folder / "index" / "text.faiss")
        vectors = load_vectors(folder, catalog)
        self.groups = load_groups(folder, len(catalog))
        self.newness = newness(catalog, folder / "interactions.parquet", self._half_life)
        self._know(catalog, vectors, text)

    def _know(self, catalog: Catalog, vectors: FloatArray, text: VectorIndex) -> None:
        """Read the rules and links of the home; `catalog` is without them."""
        self._bare, self._text, self._read = catalog, text, stamp(self.home)
        self.knowledge = know(self.home, catalog)
        said = self.knowledge.strategies if self._strategies is None else self._strategies
        names, always = chosen(said), bool(chosen(said))
        if not said:
            names, always = self._sources.sources, bool(self._sources.sources) and self._sources.always
        self.proposer: Proposer | None = None
        if always or len(catalog) > EXACT:
            links = know(self.home, catalog, linked=True).links
            opened = (self.folder, self.manifest, catalog, vectors, links, names, log.info)
            self.proposer = Proposer.open(*opened)
        self._furnish(self.knowledge.catalog, vectors, text)

    def outdated(self) -> bool:
        """Say whether another version of the home serves by now."""
        return serving(self.home) != self.folder

    def rules_read(self) -> bool:
        """Say whether the rules and triples of the home are those that were read."""
        return stamp(self.home) == self._read

    def ruled_anew(self) -> Rooms:
        """Return the same rooms under the rules and triples that the home has now.

        Raises:
            BadData: A file is wrong; these rooms stay as they are.
        """
        other = copy.copy(self)
        other._know(self._bare, self.vectors, self._text)
        return other

    def newer(self) -> Rooms:
        """Load the version that serves now; the encoder is shared.

        Raises:
            HomeError: When it is not whole.
        """
        other = copy.copy(self)
        other._load(serving(self.home))
        return other

    def _furnish(self, catalog: Catalog, vectors: FloatArray, text: VectorIndex) -> None:
        self.catalog, self.vectors = catalog, vectors
        parts = (catalog, text, vectors, self._collab, catalog.popularity, self)
        self.retriever = Retriever(*parts, look_index=self._looks)
        self.tastes = self._collab.vectors()
        self.linker = Linker(catalog)
        self.facet_values = catalog.facet_values
        self.columns = Columns.of(catalog)

    def with_catalog(self, catalog: Catalog, vectors: FloatArray) -> Rooms:
        """Return the same rooms with other words in the catalogue: titles, facets, numbers of its rows.

        Args:
            catalog: As many rows as before.
            vectors: float32 [N, d], their text vectors.
        """
        other = copy.copy(self)
        other._furnish(catalog, vectors, VectorIndex.build(vectors))
        return other

    def encode(self, texts: Sequence[str], /) -> FloatArray:
        """Return the unit vectors of texts, float32 [n, d]; the candidate search asks for them."""
        return np.stack([self.encode_query(text) for text in texts])

    def encode_query(self, text: str) -> FloatArray:
        """Return the unit vector of a text, float32 [d]; waits while the encoder is loading."""
        encoder = self._encoder.result()
        if encoder.dim != self.vectors.shape[1]:
            raise HomeError(
                f"The home's vectors were made by {self.manifest.encoder}, not by {encoder.name}.",
                "Set PALATE_ENCODER to that model, or run `palate setup --force`.",
            )
        return encoder.encode_query(text)

    def row(self, item_id: str) -> int:
        """Return the row of an item that somebody named.

        Raises:
            BadInput: There is no such item.
        """
        try:
            return self.catalog.row(item_id)
        except UnknownItem as error:
            raise BadInput(
                f"There is no item {str(item_id)[:80]!r} in the catalogue.", "Use an item_id from a pick."
            ) from error


def _in_thread(call: Callable[[], Encoder]) -> Future[Encoder]:
    """Call in a thread.

    A process that ends meanwhile waits for it: torch aborts one whose threads are cut off while they load.
    """
    future: Future[Encoder] = Future()

    def work() -> None:
        try:
            future.set_result(call())
        except BaseException as error:  # noqa: BLE001 - kept in the future, raised where it is used
            future.set_exception(error)
        finally:
            atexit.unregister(wait)

    thread = threading.Thread(target=work, name="encoder", daemon=True)

    def wait() -> None:
        thread.join(LOADING)

    atexit.register(wait)
    thread.start()
    return future
