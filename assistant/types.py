"""Records that pass between the stages of a turn."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from assistant.intents import MOVES as MOVES
from assistant.intents import Intent as Intent
from assistant.intents import Move as Move
from retriever.catalog import label_of

Kind = Literal["like", "dislike", "hide", "consume", "skip", "say", "clear", "avoid", "allow"]
ItemKind = Literal["like", "dislike", "hide", "consume", "skip", "clear"]
ITEM_KINDS: tuple[ItemKind, ...] = ("like", "dislike", "hide", "consume", "skip", "clear")


@dataclass(frozen=True)
class Reason:
    """One additive term of a pick's score.

    Attributes:
        kind: What it stems from: a kind of feedback (`like`, `say`, ...), `popularity`, `query`, `facet`,
            `toward` or `link`.
        text: The term in words ("you liked Alien (1979)").
        weight: What it adds to the score, in score units; all weights of a pick sum to its score.
        item_id: The event's item where there is one.
    """

    kind: str
    text: str
    weight: float
    item_id: str | None = None


@dataclass(frozen=True)
class Pick:
    """One recommended item, with the terms that make up its score.

    Attributes:
        item_id: Id in the catalogue.
        title: Display title.
        year: Year, or None where the catalogue has none.
        facets: Facet name -> values of the item.
        score: Sum of the weights of `reasons`.
        reasons: Every additive term, largest effect first.
        numbers: Numeric column -> value of the item where known, the year left out.
        edition: 1, or more where title and year are shared with another item.
        units: Numeric column -> its unit, where it has one.
    """

    item_id: str
    title: str
    year: int | None
    facets: dict[str, tuple[str, ...]]
    score: float
    reasons: tuple[Reason, ...] = ()
    numbers: dict[str, float] = field(default_factory=dict)
    edition: int = 1
    units: dict[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """Return the title with its year, as the catalogue writes it."""
        return label_of(self.title, self.year, self.edition)

    @property
    def why(self) -> str:
        """Return one short line: the strongest terms that raise the score, other than the item itself."""
        raising = [r for r in self.reasons if r.weight > 0 and r.item_id != self.item_id and r.kind != "rest"]
        parts = [reason.text for reason in raising][:2]
        return "; ".join(parts) if parts else "widely liked"


@dataclass(frozen=True)
class Event:
    """One thing a person did or said, as stored.

    Attributes:
        user_id: Whose it is.
        kind: What was done.
        item_id: The item, None for a sentence.
        text: The sentence, empty for an item; "facet:value" where the kind is `avoid` or `allow`.
        at: Unix seconds.
        session_id: Session it came from, None for an import.
    """

    user_id: str
    kind: Kind
    item_id: str | None
    text: str
    at: float
    session_id: str | None = None


@dataclass(frozen=True)
class Affinity:
    """How much the adapter raises one facet value for a person.

    Attributes:
        facet: Facet name ("genres").
        value: Facet value ("Sci-Fi").
        now: Mean personal term over the items of this value, minus the mean over the catalogue; score units.
        before: The same without the latest feedback.
    """

    facet: str
    value: str
    now: float
    before: float


@dataclass(frozen=True)
class Taste:
    """What has been learned about a person.

    Attributes:
        user_id: Whose taste.
        affinities: Facet values, most raised first.
        liked: Titles liked, latest first.
        disliked: Titles disliked, latest first.
        said: Sentences of preference, latest first.
        hidden: Titles hidden, latest first.
        last: The latest feedback in words, empty where there is none.
        n_events: Number of events that count as support.
        note: What the person should know of how they are ranked, empty where there is nothing.
        avoided: (facet, value) pairs that are never picked, until the person deletes them.
    """

    user_id: str
    affinities: tuple[Affinity, ...]
    liked: tuple[str, ...]
    disliked: tuple[str, ...]
    said: tuple[str, ...]
    hidden: tuple[str, ...]
    last: str
    n_events: int
    note: str = ""
    avoided: tuple[tuple[str, str], ...] = ()


@dataclass
class Timings:
    """Milliseconds of each stage of a turn; None where a stage did not run."""

    intent: float | None = None
    search: float | None = None
    score: float | None = None
    pick: float | None = None
    first_token: float | None = None
    total: float | None = None


@dataclass
class Usage:
    """What the LLM was asked in a turn.

    Attributes:
        engine: `vllm`, `openai-compatible`, `scripted`, or `none`.
        model: Name of the served model.
        calls: Number of requests.
        prompt_tokens: Tokens sent, as the server counts them.
        completion_tokens: Tokens received.
    """

    engine: str = "none"
    model: str = ""
    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0


@dataclass(frozen=True)
class LLMState:
    """State of the language model as people see it.

    Attributes:
        status: `off`, `loading`, `ready`, `down` or `failed`.
        detail: One line for a person.
        model: Model name, empty where none.
    """

    status: Literal["off", "loading", "ready", "down", "failed"]
    detail: str = ""
    model: str = ""


@dataclass(frozen=True)
class StoredTurn:
    """One turn of a session, as stored.

    Attributes:
        turn_id: Number within the store.
        session_id: Session it belongs to.
        text: What the person wrote.
        reply: What was answered.
        picks: Item ids shown, in order.
        at: Unix seconds.
    """

    turn_id: int
    session_id: str
    text: str
    reply: str
    picks: tuple[str, ...]
    at: float


@dataclass(frozen=True)
class ImportReport:
    """What came of a history import.

    Attributes:
        liked: Labels of items stored as likes.
        disliked: Labels of items stored as dislikes.
        seen: Labels of items stored as consumed.
        unknown: Lines that matched no item, as written.
        bad: Lines that could not be read, with the reason.
    """

    liked: tuple[str, ...] = ()
    disliked: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    bad: tuple[str, ...] = field(default_factory=tuple)
