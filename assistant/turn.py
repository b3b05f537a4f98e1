"""One turn: words to intent, intent to picks, picks to prose."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence

from assistant import choosing, explain
from assistant.conversation import Reply
from assistant.dialogue import DialogueState, fold
from assistant.guard import Guard
from assistant.intent import infer_intent
from assistant.llm import ChatModel
from assistant.naming import Naming, name_items
from assistant.people import People, Person
from assistant.reply import Written, write_reply
from assistant.rooms import Rooms
from assistant.safety import clean
from assistant.store import Store
from assistant.types import Intent, Usage
from prompts import template

PICKS = 5
GREETING = "Hello! Tell me a few titles you like, or what you are in the mood for, and I will find something."
NO_LLM = {
    "loading": "The language model is still loading; I read your message by rules.",
    "down": "The language model is down; I read your message by rules.",
    "failed": "The language model could not be started; I read your message by rules.",
}


class Turns:
    """Answer messages.

    Attributes:
        llm: The chat model; None reads by rules and writes by templates.
    """

    def __init__(self, rooms: Rooms, store: Store, people: People, llm: ChatModel | None) -> None:
        self.rooms, self.store, self._people, self.llm = rooms, store, people, llm
        served = llm.state().model if llm is not None else ""
        self._intent_prompt = template.load("intent", model=served)
        self._reply_prompt = template.load("reply", model=served)

    def answer(self, user_id: str, text: str, session_id: str | None) -> Reply:
        """Answer one message; see `Assistant.chat`."""
        start = time.perf_counter()
        state = self.load_state(user_id, session_id)
        cleaned = clean(text)
        if cleaned.answer:
            return _say(session_id or "", Intent(move="chat"), cleaned.answer)
        session_id = session_id or self.store.start_session(user_id)
        llm, notes = self._usable_llm()
        reply = Reply(session_id, Intent(), [], notes, fallback=llm is None, _start=start)
        spans = name_items(self.rooms.linker, cleaned.text)
        shown = [self._label(item_id) for item_id in state.last]
        reply.intent = infer_intent(
            llm, self._intent_prompt, cleaned.text, self.rooms.columns, spans.titles, shown, reply.usage
        )
        reply.timings.intent = (time.perf_counter() - start) * 1000
        return self._act(user_id, cleaned.text, state, reply, spans, llm)

    def warm_up(self) -> None:
        """Send both prompts once; see `Assistant.warm_up`."""
        if self.llm is None:
            return
        infer_intent(self.llm, self._intent_prompt, "a film", self.rooms.columns, [], (), Usage())
        messages = self._reply_prompt.render({"request": "a film", "picks": "none"})
        for _ in self.llm.stream(messages, Usage(), 1, 0.0):
            pass

    def load_state(self, user_id: str, session_id: str | None) -> DialogueState:
        """Return what stands in a session; nothing where there is none yet.

        Raises:
            UnknownSession: When this person has no such session.
        """
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

    def _act(
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
        years = [y for y in (catalog.item(self.rooms.row(i)).year for i in state.last) if y]
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
        exclude = frozenset(self.rooms.row(item_id) for item_id in gone)
        n = reply.intent.count or PICKS
        choice = choosing.choose(self.rooms, person, state, n, exclude, reply.timings)
        reply.recommendations, reply.notes = choice.picks, reply.notes + choice.notes

    def _talk(
        self, intent: Intent, state: DialogueState, person: Person, named: Sequence[int], reply: Reply
    ) -> Iterator[str]:
        """Answer a move that asks for no new picks, from facts alone."""
        both = intent.move == "compare" and len(named) > 1
        rows = list(named) if both else [self.rooms.row(item_id) for item_id in state.last]
        if intent.move == "chat" or not rows:
            return iter([GREETING])
        request = choosing.Request.of(state)
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
        return self.rooms.catalog.item(self.rooms.row(item_id)).label


def _say(session_id: str, intent: Intent, line: str) -> Reply:
    """Return a reply that says one line and stores nothing."""
    return Reply(session_id, intent, [], fallback=True, _pieces=iter([line]))
