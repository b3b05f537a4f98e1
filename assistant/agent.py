"""Assistant: chat, recommend, feedback, explain."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import get_args

from assistant import choosing
from assistant.choosing import Gone
from assistant.conversation import Reply
from assistant.errors import BadInput
from assistant.experiments import Split
from assistant.exploring import Dice
from assistant.homes import domain
from assistant.homes.encoders import open_encoder
from assistant.homes.history import read_history
from assistant.homes.renewal import Renewable
from assistant.llm import ChatModel
from assistant.rooms import Rooms
from assistant.settings import Settings
from assistant.speech import Prompts
from assistant.store import Forgotten, Store, check_user_id
from assistant.toolagent import working_of
from assistant.tracing import tracers_of
from assistant.turn import Read, Turns
from assistant.types import Event, ImportReport, ItemKind, LLMState, Pick, StoredTurn, Taste, Timings
from prompts.library import Library


class Assistant(Renewable):
    """Recommend from one catalogue to many people, and learn from what they say and like.

    Use `Assistant.open`. All methods may be called from several threads.
    """

    @classmethod
    def open(
        cls, home: Path | str, *, llm: ChatModel | None = None, settings: Settings | None = None
    ) -> Assistant:
        """Open the assistant of a home folder.

        Args:
            home: Folder that `palate setup` has filled.
            llm: The chat model; None reads by rules and writes by templates.
            settings: Configuration; read from the environment where None.

        Raises:
            HomeError: When the home is missing, damaged or of another version.
            StoreError: When the event store cannot be opened.
        """
        settings, home = settings or Settings(), Path(home).expanduser()
        limits, life = domain.limits(home, settings.audience), domain.half_life(home)
        wording, open_it = domain.wording(home), partial(open_encoder, settings)
        given, sources = (home, open_it, limits, settings.strategies), domain.candidates(home)
        rooms = Rooms(*given, wording=wording, half_life=life, sources=sources)
        store = Store(settings.database_url or f"sqlite:///{home.resolve()}/events.db")
        library = Library.of(settings.prompts)
        it = cls(rooms, store, llm, Prompts.of(library, llm))
        it._turns.tracers, it._turns.dice = tracers_of(settings), Dice(settings.explore)
        it._turns.working = working_of(settings, rooms, library)
        it._split = Split(library)
        return it

    def close(self) -> None:
        """Close the event store."""
        self.store.close()

    def chat(self, user_id: str, text: str, session_id: str | None = None) -> Reply:
        """Answer one message.

        Args:
            user_id: Whose message; a new id starts a new person.
            text: The message.
            session_id: Session to go on with; None starts one.

        Returns:
            A reply whose `recommendations` are there; iterate it for the prose.

        Raises:
            BadInput: When the user id is malformed.
            UnknownSession: When this person has no such session.
        """
        self.aside()
        return self._of(check_user_id(user_id)).answer(user_id, text, session_id)

    def _of(self, user_id: str) -> Turns:
        """Return the turns of a person: those of their variant where an experiment runs."""
        return self._split.turns(user_id, self._turns)

    def warm_up(self) -> None:
        """Let the model read the fixed part of both prompts once; the first turn is quicker for it.

        Raises:
            EngineError: When the model does not answer.
        """
        self._turns.warm_up()

    def read_by(self, read: Read) -> None:
        """Read the next messages in another way; for measurements that put labels in the place of reading."""
        self._turns.read = read

    def tell(self, user_id: str, text: str) -> None:
        """Store a sentence of a person as from an earlier session: what they never want, or their taste.

        Raises:
            BadInput: When the user id is malformed.
        """
        for event in self._turns.events_of_sentence(check_user_id(user_id), text):
            self._people.add(event)

    def recommend(self, user_id: str, n: int = 10, session_id: str | None = None) -> list[Pick]:
        """Return n picks for a person: without a request, or for what stands in a session.

        Raises:
            BadInput: When the user id is malformed or n is not from 1 to 100.
            UnknownSession: When this person has no such session.
        """
        if not 1 <= n <= 100:
            raise BadInput(f"Cannot recommend {n} items.", "Ask for 1 to 100.")
        self.aside()
        turns = self._of(check_user_id(user_id))
        person, state = turns.people.get(user_id), turns.load_state(user_id, session_id)
        return choosing.choose(turns.rooms, person, state, n, Gone(), Timings()).picks

    def similar(self, user_id: str, item_id: str, n: int = 5) -> list[Pick]:
        """Return n items like a given one, ranked for the person.

        Raises:
            BadInput: When the user id is malformed or the item unknown.
        """
        turns = self._of(check_user_id(user_id))
        person, row = turns.people.get(user_id), turns.rooms.row(item_id)
        if turns.clicked is not None:
            turns.clicked(user_id, item_id)
        return choosing.similar(turns.rooms, person, row, n, frozenset())

    def feedback(
        self,
        user_id: str,
        item_id: str,
        kind: ItemKind,
        session_id: str | None = None,
        at: float | None = None,
    ) -> Taste:
        """Store what a person did with an item, adapt to it, and return the taste that results.

        Args:
            user_id: Whose feedback; a new id starts a new person.
            item_id: The item.
            kind: `like`, `dislike`, `hide`, `consume`, `skip` (shown and passed over), or `clear` to take
                the last word back.
            session_id: Session in which it happened.
            at: Unix seconds; now where None. The same feedback twice is kept once.

        Raises:
            BadInput: When the user id is malformed, or the item or kind unknown; nothing is stored.
        """
        check_user_id(user_id)
        self.rooms.row(item_id)
        if kind not in get_args(ItemKind):
            raise BadInput(f"There is no feedback {kind!r}.", f"Use one of {', '.join(get_args(ItemKind))}.")
        if session_id is not None:
            self.store.session_state(user_id, session_id)
        self._people.add(Event(user_id, kind, item_id, "", time.time() if at is None else at, session_id))
        return self.taste(user_id)

    def set_friends(self, user_id: str, friends: Sequence[str]) -> None:
        """Name the people whose likes a person cares for; they replace those named before.

        Friends count who are people of the catalogue's own log, where the data set came with links, for
        only then has the adapter learned what friends are worth. Somebody of that log who has named nobody
        has the friends that the data set gives them.

        Args:
            user_id: Whose friends; a new id starts a new person.
            friends: User ids of the log.

        Raises:
            BadInput: When a user id is malformed; nothing is stored.
        """
        self._circle.give(user_id, friends)
        self._people.forget(user_id)

    def friends(self, user_id: str) -> list[str]:
        """Return the user ids of a person's friends."""
        return self._circle.names(check_user_id(user_id))

    def allow(self, user_id: str, facet: str, value: str) -> Taste:
        """Delete a standing dislike of a facet value, and return the taste that results.

        Raises:
            BadInput: When the user id is malformed, or the catalogue has no such value.
        """
        check_user_id(user_id)
        if value not in self.rooms.facet_values.get(facet, ()):
            raise BadInput(
                f"The catalogue has no {facet!r} called {value[:80]!r}.", "Choose one of the list."
            )
        self._people.add(Event(user_id, "allow", None, f"{facet}:{value}", time.time()))
        return self.taste(user_id)

    def explain(self, user_id: str, item_id: str) -> Pick:
        """Return an item as a pick, with every additive term of its score for this person.

        Raises:
            BadInput: When the user id is malformed or the item unknown.
        """
        return self.picks(user_id, [item_id])[0]

    def picks(self, user_id: str, item_ids: Sequence[str], session_id: str | None = None) -> list[Pick]:
        """Return items scored for a person as of now, best first; as given where rankers are interleaved.

        Args:
            user_id: Whose scores.
            item_ids: The items.
            session_id: Session whose request counts beside the taste; None for taste alone.

        Raises:
            BadInput: When the user id is malformed or an item unknown.
            UnknownSession: When this person has no such session.
        """
        turns = self._of(check_user_id(user_id))
        rows = [turns.rooms.row(item_id) for item_id in item_ids]
        state = turns.load_state(user_id, session_id)
        picks = choosing.score_items(turns.rooms, turns.people.get(user_id), rows, state)
        if turns.mixing is not None:  # one ranker's order would favour its own cards
            return sorted(picks, key=lambda pick: item_ids.index(pick.item_id))
        return picks

    def pictures(self, item_ids: Sequence[str]) -> dict[str, str] | None:
        """Return item id -> what a page shows as its picture, empty without one; None where no item has one.

        It is a data URL with a small copy, or an http(s) address where the home allows those.

        Raises:
            BadInput: When an item is unknown.
        """
        rooms = self.rooms
        if rooms.pictures is None:
            return None
        return {item_id: rooms.pictures.shown(rooms.row(item_id)) for item_id in item_ids}

    def taste(self, user_id: str) -> Taste:
        """Return what has been learned about a person, and what the latest feedback changed."""
        return self._of(check_user_id(user_id)).people.taste(user_id)

    def stances(self, user_id: str) -> dict[str, str]:
        """Return item id -> kind of the feedback that stands."""
        return {item_id: event.kind for item_id, event in self.store.stances(check_user_id(user_id)).items()}

    def import_history(self, user_id: str, path: Path) -> ImportReport:
        """Store a CSV of titles and ratings as feedback.

        Raises:
            BadInput: When the user id is malformed or the file is no such CSV; nothing is stored.
        """
        history = read_history(Path(path), self.rooms.linker, self.rooms.catalog, check_user_id(user_id))
        for event in history.events:
            self._people.add(event)
        return history.report

    def forget(self, user_id: str) -> Forgotten:
        """Delete a person everywhere: events, sessions with their states, turns, and what is in memory.

        Returns:
            What was deleted; all zero where nobody of that id is known.

        Raises:
            BadInput: When the user id is malformed.
        """
        gone = self.store.forget(check_user_id(user_id))
        self._people.forget(user_id)
        return gone

    def users(self) -> list[str]:
        """Return the ids of all people, oldest first."""
        return self.store.users()

    def sessions(self, user_id: str) -> list[str]:
        """Return the session ids of a person, latest first."""
        return self.store.sessions(check_user_id(user_id))

    def turns(self, user_id: str, session_id: str) -> list[StoredTurn]:
        """Return the turns of a session, oldest first.

        Raises:
            UnknownSession: When this person has no such session.
        """
        return self.store.turns(check_user_id(user_id), session_id)

    def llm_state(self) -> LLMState:
        """Return whether the language model answers now."""
        return self.llm.state() if self.llm is not None else LLMState("off", "no language model")
