"""Assistant: chat, recommend, feedback, explain."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import get_args

from assistant import choosing, explain
from assistant.conversation import Reply
from assistant.dialogue import DialogueState, fold
from assistant.encoders import open_encoder
from assistant.errors import BadInput
from assistant.guard import Guard
from assistant.history import read_history
from assistant.intent import infer_intent
from assistant.llm import ChatModel
from assistant.naming import Naming, name_items
from assistant.people import People, Person
from assistant.reply import Written, write_reply
from assistant.rooms import Rooms
from assistant.safety import clean
from assistant.settings import Settings
from assistant.store import Store, check_user_id
from assistant.types import (
    Event,
    ImportReport,
    Intent,
    ItemKind,
    LLMState,
    Pick,
    StoredTurn,
    Taste,
    Timings,
)
from prompts import template
from retriever.errors import UnknownItem

PICKS = 5
GREETING = "Hello! Tell me a few titles you like, or what you are in the mood for, and I will find something."
NO_LLM = {
    "loading": "The language model is still loading; I read your message by rules.",
    "down": "The language model is down; I read your message by rules.",
    "failed": "The language model could not be started; I read your message by rules.",
}


class Assistant:
    """Recommend from one catalogue to many people, and learn from what they say and like.

    Use `Assistant.open`. All methods may be called from several threads.
    """

    def __init__(self, rooms: Rooms, store: Store, llm: ChatModel | None = None) -> None:
        self.rooms, self.store, self.llm = rooms, store, llm
        self._people = People(rooms, store)
        self._intent_prompt, self._reply_prompt = template.load("intent"), template.load("reply")

    @classmethod
    def open(cls, home: Path, *, llm: ChatModel | None = None, settings: Settings | None = None) -> Assistant:
        """Open the assistant of a home folder.

        Args:
            home: Folder that `palate setup` has filled.
            llm: The chat model; None reads by rules and writes by templates.
            settings: Configuration; read from the environment where None.

        Raises:
            HomeError: When the home is missing, damaged or of another version.
            StoreError: When the event store cannot be opened.
        """
        settings, home = settings or Settings(), Path(home)
        rooms = Rooms(home, lambda: open_encoder(settings))
        store = Store(settings.database_url or f"sqlite:///{home.resolve()}/events.db")
        return cls(rooms, store, llm)

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
        start = time.perf_counter()
        check_user_id(user_id)
        state = self._load_state(user_id, session_id)
        cleaned = clean(text)
        if cleaned.answer:
            return _say(session_id or "", Intent(move="chat"), cleaned.answer)
        session_id = session_id or self.store.start_session(user_id)
        llm, notes = self._usable_llm()
        reply = Reply(session_id, Intent(), [], notes, fallback=llm is None, _start=start)
        spans = name_items(self.rooms.linker, cleaned.text)
        shown = [self._label(item_id) for item_id in state.last]
        reply.intent = infer_intent(
            llm, self._intent_prompt, cleaned.text, self.rooms.facet_values, spans.titles, shown, reply.usage
        )
        reply.timings.intent = (time.perf_counter() - start) * 1000
        return self._answer(user_id, cleaned.text, state, reply, spans, llm)

    def recommend(self, user_id: str, n: int = 10) -> list[Pick]:
        """Return n picks for a person without a request.

        Raises:
            BadInput: When the user id is malformed or n is not from 1 to 100.
        """
        if not 1 <= n <= 100:
            raise BadInput(f"Cannot recommend {n} items.", "Ask for 1 to 100.")
        person = self._people.get(check_user_id(user_id))
        return choosing.choose(self.rooms, person, DialogueState(), n, frozenset(), Timings()).picks

    def similar(self, user_id: str, item_id: str, n: int = 5) -> list[Pick]:
        """Return n items like a given one, ranked for the person.

        Raises:
            BadInput: When the user id is malformed or the item unknown.
        """
        person = self._people.get(check_user_id(user_id))
        return choosing.similar(self.rooms, person, self._row(item_id), n, frozenset())

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
            kind: `like`, `dislike`, `hide`, `consume`, or `clear` to take the last word back.
            session_id: Session in which it happened.
            at: Unix seconds; now where None. The same feedback twice is kept once.

        Raises:
            BadInput: When the user id is malformed, or the item or kind unknown; nothing is stored.
        """
        check_user_id(user_id)
        self._row(item_id)
        if kind not in get_args(ItemKind):
            raise BadInput(f"There is no feedback {kind!r}.", f"Use one of {', '.join(get_args(ItemKind))}.")
        if session_id is not None:
            self.store.session_state(user_id, session_id)
        self._people.add(Event(user_id, kind, item_id, "", time.time() if at is None else at, session_id))
        return self.taste(user_id)

    def explain(self, user_id: str, item_id: str) -> Pick:
        """Return an item as a pick, with every additive term of its score for this person.

        Raises:
            BadInput: When the user id is malformed or the item unknown.
        """
        return self.picks(user_id, [item_id])[0]

    def picks(self, user_id: str, item_ids: Sequence[str]) -> list[Pick]:
        """Return items scored for a person as of now, best first.

        Raises:
            BadInput: When the user id is malformed or an item unknown.
        """
        person = self._people.get(check_user_id(user_id))
        return choosing.score_items(self.rooms, person, [self._row(item_id) for item_id in item_ids])

    def taste(self, user_id: str) -> Taste:
        """Return what has been learned about a person, and what the latest feedback changed."""
        return self._people.taste(check_user_id(user_id))

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

    def _load_state(self, user_id: str, session_id: str | None) -> DialogueState:
        if session_id is None:
            return DialogueState()
        return DialogueState.loads(self.store.session_state(user_id, session_id))

    def _usable_llm(self) -> tuple[ChatModel | None, tuple[str, ...]]:
        if self.llm is None:
            return None, ()
        status = self.llm.state().status
        return (
            (self.llm, ()) if status == "ready" else (None, tuple(NO_LLM[s] for s in NO_LLM if s == status))
        )

    def _answer(
        self,
        user_id: str,
        text: str,
        state: DialogueState,
        reply: Reply,
        spans: Naming,
        llm: ChatModel | None,
    ) -> Reply:
        """Fold the intent into the session, choose picks, and prepare the prose."""
        intent, catalog = reply.intent, self.rooms.catalog
        named = spans.rows(intent, self.rooms.linker)
        for event in spans.events(user_id, reply.session_id, intent, text, self.rooms.linker, catalog):
            self._people.add(event)
        years = [y for y in (catalog.item(self._row(i)).year for i in state.last) if y]
        state = fold(state, intent, [catalog.ids[row] for row in named], years)
        person = self._people.get(user_id)
        if intent.move in ("chat", "why", "compare"):
            pieces = self._talk(intent, state, person, named, reply)
        else:
            self._choose(state, person, reply)
            state = state.showing([pick.item_id for pick in reply.recommendations])
            pieces = self._prose(text, reply, llm)
        self.store.save_state(user_id, reply.session_id, state.model_dump_json())
        return self._recorded(user_id, text, reply, pieces)

    def _choose(self, state: DialogueState, person: Person, reply: Reply) -> None:
        """Fill in the picks."""
        gone = {*state.rejected, *state.named}
        if reply.intent.move == "critique":
            gone |= set(state.shown)
        exclude = frozenset(self._row(item_id) for item_id in gone)
        n = reply.intent.count or PICKS
        choice = choosing.choose(self.rooms, person, state, n, exclude, reply.timings)
        reply.recommendations, reply.notes = choice.picks, reply.notes + choice.notes

    def _talk(
        self, intent: Intent, state: DialogueState, person: Person, named: Sequence[int], reply: Reply
    ) -> Iterator[str]:
        """Answer a move that asks for no new picks, from facts alone."""
        rows = (
            list(named) if intent.move == "compare" and len(named) > 1 else [self._row(i) for i in state.last]
        )
        if intent.move == "chat" or not rows:
            return iter([GREETING])
        request = choosing.Request(state.query, dict(state.implied))
        reply.recommendations = choosing.score_items(self.rooms, person, rows, request)
        tell = explain.compare_text if intent.move == "compare" else explain.why_text
        return iter([tell(reply.recommendations)])

    def _prose(self, text: str, reply: Reply, llm: ChatModel | None) -> Iterator[str]:
        """Yield the notes, then what the LLM or the template writes about the picks."""
        for note in reply.notes:
            yield note + "\n\n"
        if not reply.recommendations:
            yield "There is nothing left to show; tell me what I may relax."
            return
        guard = Guard(reply.recommendations, self.rooms.facet_values, self._names_item, text)
        written = Written()
        yield from write_reply(
            llm, self._reply_prompt, text, reply.recommendations, guard, reply.usage, written
        )
        reply.fallback = reply.fallback or written.fallback

    def _names_item(self, text: str) -> bool:
        return bool(self.rooms.linker.link(text))

    def _recorded(self, user_id: str, text: str, reply: Reply, pieces: Iterable[str]) -> Reply:
        """Store the turn now, and what was really said once it has been said."""
        shown = [pick.item_id for pick in reply.recommendations]
        turn = self.store.add_turn(user_id, reply.session_id, text, "", shown, reply.intent.model_dump_json())
        reply._pieces = iter(pieces)
        reply._finish = lambda done: self.store.finish_turn(user_id, turn, done.text)
        return reply

    def _label(self, item_id: str) -> str:
        return self.rooms.catalog.item(self._row(item_id)).label

    def _row(self, item_id: str) -> int:
        try:
            return self.rooms.catalog.row(item_id)
        except UnknownItem as error:
            raise BadInput(
                f"There is no item {str(item_id)[:80]!r} in the catalogue.", "Use an item_id from a pick."
            ) from error


def _say(session_id: str, intent: Intent, line: str) -> Reply:
    """Return a reply that says one line and stores nothing."""
    return Reply(session_id, intent, [], fallback=True, _pieces=iter([line]))
