"""What a new version of the catalogue, or new rules, ask of an assistant that is running."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from assistant.circle import Circle
from assistant.errors import PalateError
from assistant.experiments import Split
from assistant.homes.knowing import stamp
from assistant.llm import ChatModel
from assistant.people import People
from assistant.rooms import Rooms
from assistant.speech import Prompts
from assistant.store import Store
from assistant.turn import Turns
from retriever.errors import BadData, RetrieverError

log = logging.getLogger(__name__)


class Renewal:
    """Load the version of a home that serves now, where it is another one.

    Args:
        rooms: Returns the rooms in use.
        settle: Takes new ones into use.
    """

    def __init__(self, rooms: Callable[[], Rooms], settle: Callable[[Rooms], None]) -> None:
        self._rooms, self._settle = rooms, settle
        self._loading = threading.Lock()
        self._refused: tuple[tuple[str, int, int], ...] | None = None  # rules that were wrong

    def now(self) -> bool:
        """Load a new version, or new rules; say whether there were any.

        Raises:
            HomeError: The version is not whole; the old one stays in use.
            BadData: A rule or triple is wrong; the old ones stay in use.
        """
        with self._loading:
            rooms = self._rooms()
            if not rooms.outdated() and rooms.rules_read():
                return False
            self._settle(rooms.newer() if rooms.outdated() else rooms.ruled_anew())
            return True

    def aside(self) -> None:
        """Load a new version in a thread; turns go on with the old one until it is there.

        New rules hold from this very turn on, unless candidate sources have to be fitted for them.
        """
        if self._loading.locked():
            return
        rules, rooms = self._new_rules(), self._rooms()
        if rules and rooms.proposer is None and not self._outdated():
            self._try()
        elif rules or self._outdated():
            threading.Thread(target=self._try, name="renewal", daemon=True).start()

    def _new_rules(self) -> bool:
        """Say whether rules have changed, those aside that were refused as they are."""
        rooms = self._rooms()
        return not rooms.rules_read() and stamp(rooms.home) != self._refused

    def _outdated(self) -> bool:
        try:
            return self._rooms().outdated()
        except PalateError as error:
            log.warning("%s The old version goes on serving.", error)
            return False

    def _try(self) -> None:
        try:
            self.now()
        except BadData as error:
            self._refused = stamp(self._rooms().home)
            log.warning("The rules were not taken, and the old ones stay in use: %s", error)
        except (PalateError, RetrieverError) as error:
            log.warning("The new version was not loaded: %s", error)


class Renewable:
    """Hold what answers people, and replace it as a whole when another version of the home serves."""

    def __init__(
        self,
        rooms: Rooms,
        store: Store,
        llm: ChatModel | None = None,
        prompts: Prompts | None = None,
        *,
        adapts: bool = True,
    ) -> None:
        self.store, self._split = store, Split()
        self.rooms, self._circle = rooms, Circle(rooms.folder, store)
        self._people = People(rooms, store, self._circle, adapts=adapts)
        self._turns = Turns(rooms, store, self._people, llm, prompts)
        self._renewal = Renewal(lambda: self.rooms, self._settle)

    def _settle(self, rooms: Rooms) -> None:
        circle = Circle(rooms.folder, self.store)
        people = People(rooms, self.store, circle)
        turns = moved(self._turns, rooms, people)
        self.rooms, self._circle, self._people, self._turns = rooms, circle, people, turns
        self._split.forget()

    @property
    def prompts(self) -> Prompts:
        """What the model is asked by in the next turns."""
        return self._turns.prompts

    @prompts.setter
    def prompts(self, prompts: Prompts) -> None:
        self._turns.prompts = prompts

    @property
    def llm(self) -> ChatModel | None:
        """The chat model of the next turns."""
        return self._turns.llm

    @llm.setter
    def llm(self, llm: ChatModel | None) -> None:
        self._turns.llm = llm

    def refresh(self) -> bool:
        """Serve from the current version and rules of the home, where they changed; say whether they did.

        Raises:
            HomeError: When the new version is not whole; the old one goes on serving.
        """
        return self._renewal.now()

    def aside(self) -> None:
        """Look for a new version and load it in a thread; `refresh` waits for it instead."""
        self._renewal.aside()


def moved(turns: Turns, rooms: Rooms, people: People) -> Turns:
    """Return turns that answer as those given, from other rooms."""
    other = Turns(rooms, turns.store, people, turns.llm, turns.prompts)
    if turns.read != turns.infer:
        other.read = turns.read
    other.tracers, other.dice, other.variant, other.answered = (
        turns.tracers,
        turns.dice,
        turns.variant,
        turns.answered,
    )
    other.working = None if turns.working is None else turns.working.moved(rooms)
    return other
