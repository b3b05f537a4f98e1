"""One turn: words to intent, intent to picks, picks to prose."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from assistant import choosing, questions
from assistant.choosing import Choice, Gone
from assistant.conversation import Option, Reply
from assistant.dialogue import DialogueState, fold
from assistant.exploring import Dice
from assistant.factual import Manner
from assistant.gone import without_gone
from assistant.guard import Guard
from assistant.intent import infer_intent
from assistant.llm import ChatModel
from assistant.notes import PICKS, notes_of
from assistant.people import People
from assistant.phrases import YES, language_of, say
from assistant.reading import said as spoken
from assistant.reading.lexis import lexis_of
from assistant.reading.message import plain_of
from assistant.reading.naming import Naming, events_of, is_whole_title, name_items
from assistant.reading.said import Said
from assistant.reading.screening import without_orders
from assistant.reply import Written, filled, write_reply
from assistant.rooms import Rooms
from assistant.safety import clean
from assistant.speech import Prompts
from assistant.store import Store
from assistant.talk import TALKS, Asked, talk
from assistant.toolagent import Working
from assistant.tracing import Before, Tracer, trace_of
from assistant.types import Event, Intent, Usage
from prompts.library import Library

Mixing = Callable[[Choice, Asked, Gone, int], Choice]
Read = Callable[[ChatModel | None, str, Naming, Sequence[str], Usage], Intent]
NO_LLM = ("loading", "down", "failed")
# Slots that make a reset a new request.
HELD = ("wanted", "unwanted", "ranges", "query", "liked")
OPENING = (*HELD, "people", "audience", "same", "toward", "implied")


class Turns:
    """Answer messages.

    Attributes:
        llm: The chat model; None reads by rules and writes by templates.
        read: What reads a message; `infer` unless a measurement puts labels in its place.
        prompts: What the model is asked by.
        tracers: Told of every turn.
        working: In agent mode, what works the picks out with tools; None in the pipeline.
        mixing: Where two rankers share every list, what drafts it from both; None otherwise.
        dice: How much chance there is in what is shown.
        variant: `experiment:variant` that these turns belong to, for traces.
        answered: Told of every turn of an experiment: user id, seconds, whether rules stood in for the model.
        clicked: Told of every card that somebody wants more of: user id, item id.
    """

    def __init__(
        self,
        rooms: Rooms,
        store: Store,
        people: People,
        llm: ChatModel | None,
        prompts: Prompts | None = None,
    ) -> None:
        self.rooms, self.store, self.people, self.llm = rooms, store, people, llm
        self.read: Read = self.infer
        self.prompts = prompts or Prompts.of(Library(), llm)
        self.tracers: tuple[Tracer, ...] = ()
        self.dice, self.variant = Dice(), ""
        self.working: Working | None = None
        self.mixing: Mixing | None = None
        self.answered: Callable[[str, float, bool], None] | None = None
        self.clicked: Callable[[str, str], None] | None = None

    def answer(self, user_id: str, text: str, session_id: str | None) -> Reply:
        """Answer one message; see `Assistant.chat`."""
        start = time.perf_counter()
        state = self.load_state(user_id, session_id)
        cleaned = clean(text)
        if cleaned.answer:
            return _say(session_id or "", Intent(move="chat"), cleaned.answer)
        session_id = session_id or self.store.start_session(user_id)
        before = self._before(user_id, cleaned.text, state)
        state = state.changed(lang=language_of(cleaned.text, state.lang))
        llm, notes = self._usable_llm(state)
        reply = Reply(session_id, Intent(), [], notes, fallback=llm is None, _start=start)
        asked = without_orders(cleaned.text)
        spans = name_items(self.rooms.linker, asked)
        shown = [self._label(item_id) for item_id in state.last]
        reply.intent = self.read(llm, asked, spans, shown, reply.usage)
        reply.timings.intent = (time.perf_counter() - start) * 1000
        self._act(user_id, asked, state, reply, spans, llm)
        return self._recorded(user_id, cleaned.text, reply, before)

    def infer(
        self, llm: ChatModel | None, text: str, spans: Naming, shown: Sequence[str], usage: Usage
    ) -> Intent:
        """Read a message by the rules and, where there is one, the LLM."""
        rooms, prompt = self.rooms, self.prompts.intent
        is_title = partial(is_whole_title, rooms.linker)
        return infer_intent(llm, prompt, text, rooms.columns, spans.titles, shown, usage, is_title)

    def warm_up(self) -> None:
        """Send both prompts once; see `Assistant.warm_up`."""
        if self.llm is None:
            return
        infer_intent(self.llm, self.prompts.intent, "a film", self.rooms.columns, [], (), Usage())
        messages = filled(self.prompts.reply, "a film", "none", Manner(wording=self.rooms.wording))
        for _ in self.llm.stream(messages, Usage(), 1, 0.0):
            pass

    def events_of_sentence(self, user_id: str, text: str) -> list[Event]:
        """Return the events that a sentence of an earlier session amounts to, read by rules."""
        plain = without_orders(clean(text).text)
        if not plain:
            return []
        spans = name_items(self.rooms.linker, plain)
        intent = self.infer(None, plain, spans, (), Usage())
        said = self._said(intent, DialogueState(), spans)
        return events_of(user_id, None, intent, said, plain, self._says)

    def load_state(self, user_id: str, session_id: str | None) -> DialogueState:
        """Return what stands in a session; nothing where there is none yet.

        Raises:
            UnknownSession: When this person has no such session.
        """
        if session_id is None:
            return DialogueState()
        state = DialogueState.loads(self.store.session_state(user_id, session_id))
        return without_gone(state, self.rooms.catalog)

    def _usable_llm(self, state: DialogueState) -> tuple[ChatModel | None, tuple[str, ...]]:
        if self.llm is None:
            return None, ()
        status = self.llm.state().status
        if status == "ready":
            return self.llm, ()
        return None, (say(state.lang, f"llm {status}"),) if status in NO_LLM else ()

    def _act(
        self,
        user_id: str,
        text: str,
        state: DialogueState,
        reply: Reply,
        spans: Naming,
        llm: ChatModel | None,
    ) -> None:
        """Fold the intent into the session, choose picks or answer from facts, and prepare the prose."""
        intent = self._accepting(reply.intent, state, text)
        said = self._said(intent, state, spans)
        for event in events_of(user_id, reply.session_id, intent, said, text, self._says):
            self.people.add(event)
        before, state = state, fold(state, intent, said, self.rooms.catalog)
        quiet = state.changed(questioned=False, asked="")
        asked = Asked(user_id, self.people.get(user_id), state, intent, said, text)
        pieces: Iterable[str]
        if intent.move in TALKS:
            talked = talk(self.rooms, self.people, asked)
            reply.about, pieces = talked.about, self._noted(reply, [talked.prose])
        elif intent.move == "reset" and not any(getattr(intent, name) for name in OPENING):
            pieces = self._noted(reply, [say(state.lang, "reset")])
        else:
            quiet, writer = self._pick(asked, before, reply, llm)
            pieces = self._prose(text, state, reply, writer)
        self.store.save_state(user_id, reply.session_id, quiet.model_dump_json())
        reply._pieces = iter(pieces)

    def _accepting(self, intent: Intent, state: DialogueState, text: str) -> Intent:
        """Return the intent; a plain yes takes up an offer to drop a constraint, a button is an answer."""
        if state.offer and YES.fullmatch(text.strip()):
            return Intent(move="refine", withdrawn=(state.offer,))
        return questions.answer(state, text, self.rooms.catalog) or intent

    def _said(self, intent: Intent, state: DialogueState, spans: Naming) -> Said:
        linker, catalog = self.rooms.linker, self.rooms.catalog
        return spoken.resolve(
            intent, state.last, state.focus, lambda title: spans.find(title, linker, catalog)
        )

    def _pick(
        self, asked: Asked, before: DialogueState, reply: Reply, llm: ChatModel | None
    ) -> tuple[DialogueState, ChatModel | None]:
        """Fill in the picks, what is short and what may be done about it.

        Returns:
            The state after them, and the model that writes about them.
        """
        state, intent = asked.state, asked.intent
        if before.last and spoken.asks_again(asked.text, intent):
            items = tuple(asked.said.about) or before.last
            rows = [self.rooms.row(item) for item in items]
            picks = choosing.score_items(self.rooms, asked.person, rows, state)
            reply.recommendations = sorted(picks, key=lambda pick: items.index(pick.item_id))
            reply.notes += (say(state.lang, "again"),)
            return state.showing(items).changed(questioned=False, asked=""), llm
        gone = Gone(
            rejected=self._rows((*state.rejected, *state.named, *asked.said.same.values())),
            shown=self._rows(state.shown),
            may_repeat=intent.move != "critique",
        )
        n = state.count or PICKS
        choice = choosing.choose(self.rooms, asked.person, state, n, gone, reply.timings, self.dice)
        if self.mixing is not None:
            choice = self.mixing(choice, asked, gone, n)
        elif self.working is not None and llm is not None:
            choice, llm = self.working(llm, choice, asked, gone, n, reply)
        reply.recommendations = choice.picks
        if self.tracers:
            reply.decision = choosing.decision_of(self.rooms, choice)
        reply.notes += notes_of(self.rooms, choice, asked)
        if choice.obstacle is not None:
            name = say(state.lang, "drop", name=choice.obstacle.name)
            reply.options = (Option(name, say(state.lang, "yes")),)
            state = state.changed(offer=choice.obstacle.withdrawn, questioned=False, asked="")
        else:
            state = self._question(choice, asked, reply)
        return state.showing([pick.item_id for pick in choice.picks]) if choice.picks else state, llm

    def _question(self, choice: Choice, asked: Asked, reply: Reply) -> DialogueState:
        """Add the question that is worth asking, if any; return the state that remembers it."""
        state, events = asked.state, len(asked.person.events)
        found = questions.question(self.rooms.catalog, state, asked.intent, events, choice.contenders)
        if found is None:
            return state.changed(questioned=False, asked="")
        reply.question = found.text
        answers = (*found.values, say(state.lang, "any"))
        reply.options = tuple(Option(value, value) for value in answers)
        return state.changed(questioned=True, asked=found.facet)

    def _prose(self, text: str, state: DialogueState, reply: Reply, llm: ChatModel | None) -> Iterator[str]:
        """Yield the notes, then what the LLM or the template writes about the picks."""
        yield from self._noted(reply, ())
        if not reply.recommendations:
            return
        units = tuple(self.rooms.catalog.units.values())
        known = self.rooms.facet_values
        guard = Guard(reply.recommendations, known, self._names_item, text, units, state.lang)
        written, columns = Written(), (*state.ranges, *state.bounds, *state.toward)
        told = tuple(dict.fromkeys(columns))
        manner = Manner(state.lang, self.rooms.catalog.units, told, self.rooms.wording)
        yield from write_reply(
            llm, self.prompts.reply, text, reply.recommendations, guard, reply.usage, written, manner
        )
        reply.fallback = reply.fallback or written.fallback
        if reply.question:
            yield "\n\n" + reply.question

    def _noted(self, reply: Reply, prose: Iterable[str]) -> Iterator[str]:
        """Yield the notes, then the prose."""
        for note in reply.notes:
            yield note + "\n\n"
        yield from prose

    def _says(self, words: str, value: str) -> bool:
        return lexis_of(self.rooms.columns).vocabulary.says(plain_of(words), value)

    def _names_item(self, text: str) -> bool:
        return bool(self.rooms.linker.link(text))

    def _rows(self, item_ids: Iterable[str]) -> frozenset[int]:
        return frozenset(self.rooms.row(item_id) for item_id in item_ids)

    def _before(self, user_id: str, text: str, state: DialogueState) -> Before | None:
        """Return what stands before a turn, where somebody wants to know."""
        if not self.tracers:
            return None
        return Before(user_id, self.people.get(user_id).events, state.model_dump_json(), text)

    def _recorded(self, user_id: str, text: str, reply: Reply, before: Before | None) -> Reply:
        """Store the turn now, and what was really said once it has been said."""
        shown = [pick.item_id for pick in reply.recommendations]
        turn = self.store.add_turn(user_id, reply.session_id, text, "", shown, reply.intent.model_dump_json())

        def finish(done: Reply) -> None:
            self.store.finish_turn(user_id, turn, done.text)
            if self.answered is not None:
                self.answered(user_id, (done.timings.total or 0.0) / 1000, done.fallback)
            if before is not None:
                trace = trace_of(before, done, self.prompts.marks, self.variant)
                for tell in self.tracers:
                    tell(trace)

        reply._finish = finish
        return reply

    def _label(self, item_id: str) -> str:
        return self.rooms.catalog.item(self.rooms.row(item_id)).label


def _say(session_id: str, intent: Intent, line: str) -> Reply:
    """Return a reply that says one line and stores nothing."""
    return Reply(session_id, intent, [], fallback=True, _pieces=iter([line]))
