"""People as adapted to: kinds of feedback, the watch on drift, friends, states rebuilt from the store."""

from __future__ import annotations

import csv
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from small_world import FILMS, HashEncoder, write_csv

import assistant.people as people_module
from assistant.agent import Assistant
from assistant.errors import BadInput
from assistant.homes.setup import Job, set_up
from assistant.people import NOTE, People
from assistant.rooms import Rooms
from assistant.store import Store
from assistant.types import Event
from assistant.ui.taste_view import panel
from metalearn.feedback import DISLIKE, SKIP
from metalearn.online import Prequential

ROMANCES = ("Pretty Woman", "Love Actually", "You've Got Mail", "Sleepless in Seattle")


def ids(assistant: Assistant, *titles: str) -> list[str]:
    catalog = assistant.rooms.catalog
    return [catalog.ids[catalog.titles.index(title)] for title in titles]


def mean_score(assistant: Assistant, user: str, *titles: str) -> float:
    return float(np.mean([pick.score for pick in assistant.picks(user, ids(assistant, *titles))]))


class TestKinds:
    def test_what_was_passed_over_may_come_back_and_what_was_seen_does_not(
        self, assistant: Assistant
    ) -> None:
        first, second = (p.item_id for p in assistant.recommend("bob", 2))
        assistant.feedback("bob", first, "skip")
        assistant.feedback("bob", second, "consume")
        listed = [p.item_id for p in assistant.recommend("bob", 32)]
        assert first in listed
        assert second not in listed

    def test_a_skip_weighs_less_than_a_dislike(self, assistant: Assistant) -> None:
        film = ids(assistant, "Notting Hill")[0]
        before = mean_score(assistant, "new", *ROMANCES)
        assistant.feedback("ann", film, "skip")
        assistant.feedback("bob", film, "dislike")
        skipped, disliked = (mean_score(assistant, user, *ROMANCES) for user in ("ann", "bob"))
        assert disliked < skipped < before

    def test_a_dislike_counts_as_attention_only_where_the_film_was_seen(self, assistant: Assistant) -> None:
        film = ids(assistant, "Notting Hill")[0]
        assistant.feedback("ann", film, "dislike", at=2.0)
        assert not assistant._people.get("ann").state.attended.any()
        assistant.feedback("ann", film, "consume", at=1.0)
        state = assistant._people.get("ann").state
        assert state.kinds.tolist() == [DISLIKE]
        assert state.attended.all()

    def test_every_kind_is_a_reason_in_words(self, assistant: Assistant) -> None:
        films = ids(assistant, "Alien", "Big", "Contact", "Moon")
        for film, kind in zip(films, ("hide", "consume", "skip", "dislike"), strict=True):
            assistant.feedback("ann", film, kind)  # type: ignore[arg-type]
        pick = assistant.explain("ann", ids(assistant, "Gattaca")[0])
        said = " ".join(reason.text for reason in pick.reasons)
        assert all(words in said for words in ("you hid", "you have seen", "you passed over", "you disliked"))
        assert pick.score == pytest.approx(sum(r.weight for r in pick.reasons), abs=1e-5)


class TestDrift:
    def test_a_person_whose_likes_are_random_is_ranked_by_the_base_score(self, assistant: Assistant) -> None:
        rows = np.random.default_rng(2).permutation(len(FILMS))[:24]
        for n, row in enumerate(rows):
            assistant.feedback("ann", str(row + 1), "like", at=float(n))
        person = assistant._people.get("ann")
        assert not person.adapted
        base = assistant.rooms.adapter.score(assistant._people.get("nobody").state)
        np.testing.assert_array_equal(person.scores, base)
        taste = assistant.taste("ann")
        assert taste.note == NOTE
        assert NOTE in panel(taste)
        assert {r.kind for p in assistant.recommend("ann", 3) for r in p.reasons} <= {"popularity", "prior"}
        assert len(taste.liked) == 24

    def test_a_steady_person_is_adapted_to(self, assistant: Assistant) -> None:
        for n, film in enumerate(
            ids(assistant, "Alien", "Aliens", "Contact", "Moon", "Gattaca", "Inception")
        ):
            assistant.feedback("ann", film, "like", at=float(n))
        assert assistant._people.get("ann").adapted
        assert assistant.taste("ann").note == ""

    def test_it_is_found_once_for_every_log(
        self, rooms: Rooms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[int] = []

        def watch(_adapter: object, support: object, *, latest: int) -> Prequential:
            asked.append(len(support))  # type: ignore[arg-type]
            return Prequential(np.zeros(0, np.int64), np.zeros(0))

        monkeypatch.setattr(people_module, "prequential", watch)
        assistant = Assistant(rooms, Store(f"sqlite:///{tmp_path}/events.db"))
        for n, film in enumerate(ids(assistant, "Alien", "Contact", "Moon")):
            assistant.feedback("ann", film, "like", at=float(n))
            assistant.recommend("ann", 3)
            assistant.taste("ann")
        assert asked == [1, 2, 3]


class TestRebuilt:
    STREAM = (
        ("Alien", "like", 10.0),
        ("Big", "dislike", 20.0),
        ("Contact", "consume", 30.0),
        ("Alien", "dislike", 40.0),
        ("Moon", "skip", 90_000.0),
        ("Gattaca", "like", 200_000.0),
    )

    def state(self, rooms: Rooms, store: Store) -> tuple[bytes, bytes]:
        person = People(rooms, store).get("ann")
        return person.state.delta.tobytes(), person.scores.tobytes()

    def test_states_are_rebuilt_bit_for_bit_in_any_order_and_after_a_restart(
        self, rooms: Rooms, tmp_path: Path
    ) -> None:
        found = set()
        orders = list(permutations(range(len(self.STREAM))))[::97]
        for number, order in enumerate(orders):
            url = f"sqlite:///{tmp_path}/{number}.db"
            assistant = Assistant(rooms, Store(url))
            for place in order:
                title, kind, at = self.STREAM[place]
                event = Event("ann", kind, ids(assistant, title)[0], "", at)  # type: ignore[arg-type]
                assistant.store.add_event(event)
            found |= {self.state(rooms, assistant.store), self.state(rooms, assistant.store)}
            assistant.close()
            found.add(self.state(rooms, Store(url)))
        assert len(found) == 1

    def test_the_kinds_of_the_stream_are_all_in_the_state(self, rooms: Rooms, tmp_path: Path) -> None:
        assistant = Assistant(rooms, Store(f"sqlite:///{tmp_path}/events.db"))
        for title, kind, at in self.STREAM:
            assistant.feedback("ann", ids(assistant, title)[0], kind, at=at)  # type: ignore[arg-type]
        state = assistant._people.get("ann").state
        assert len(state.kinds) == 5
        assert SKIP in state.kinds
        assert state.nbytes <= 2048


@pytest.fixture(scope="module")
def linked_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of people who are friends of others of their crowd."""
    root = tmp_path_factory.mktemp("linked")
    source, folder = write_csv(root / "csv"), root / "atomic"
    folder.mkdir()
    with (source / "ratings.csv").open() as file:
        rows = list(csv.reader(file))[1:]
    header = "user_id:token\titem_id:token\trating:float\ttimestamp:float"
    (folder / "small.inter").write_text("\n".join([header, *("\t".join(row) for row in rows)]) + "\n")
    with (source / "movies.csv").open() as file:
        films = list(csv.reader(file))[1:]
    lines = ["\t".join([i, title, genres.replace("|", " ")]) for i, title, genres in films]
    head = "item_id:token\tmovie_title:token_seq\tgenre:token_seq"
    (folder / "small.item").write_text("\n".join([head, *lines]) + "\n")
    pairs = [f"{a}\t{b}" for a in range(1, 61) for b in ((a + 1) % 60 + 1, (a + 3) % 60 + 1)]
    (folder / "small.net").write_text("\n".join(["source_id:token\ttarget_id:token", *pairs]) + "\n")
    home = root / "home"
    set_up(Job(home, "recbole", folder, lambda progress: HashEncoder(), lambda what, share: None))  # type: ignore[arg-type,return-value]
    return home


class TestFriends:
    @pytest.fixture
    def friendly(self, linked_home: Path, tmp_path: Path) -> Assistant:
        rooms = Rooms(linked_home, HashEncoder)  # type: ignore[arg-type]
        return Assistant(rooms, Store(f"sqlite:///{tmp_path}/events.db"))

    def leaning(self, assistant: Assistant, user: str) -> float:
        """Return by how much the films of the first crowd score above those of the second."""
        half = len(FILMS) // 2
        scores = {int(p.item_id): p.score for p in assistant.picks(user, list(assistant.rooms.catalog.ids))}
        sides = ([s for i, s in scores.items() if (i <= half) == first] for first in (True, False))
        return float(np.subtract(*map(np.mean, sides)))

    def test_friends_raise_what_they_like(self, friendly: Assistant) -> None:
        alone = self.leaning(friendly, "ann")
        friendly.set_friends("ann", ["2", "4", "6"])
        other = self.leaning(friendly, "ann")
        friendly.set_friends("ann", ["1", "3", "5"])
        assert other < alone < self.leaning(friendly, "ann")

    def test_somebody_of_the_log_has_the_friends_of_the_data_set(self, friendly: Assistant) -> None:
        assert friendly.friends("5") == ["7", "9"]
        assert friendly.friends("ann") == []
        assert self.leaning(friendly, "5") > self.leaning(friendly, "ann")
        friendly.set_friends("5", ["2"])
        assert friendly.friends("5") == ["2"]
        friendly.set_friends("5", [])
        assert friendly.friends("5") == ["7", "9"]

    def test_friends_outside_the_log_change_nothing(self, friendly: Assistant) -> None:
        before = friendly.recommend("ann", 5)
        friendly.set_friends("ann", ["somebody"])
        assert friendly.recommend("ann", 5) == before
        with pytest.raises(BadInput, match="malformed"):
            friendly.set_friends("ann", ["2", "../x"])
        assert friendly.friends("ann") == ["somebody"]

    def test_a_home_without_links_keeps_friends_and_uses_none(self, assistant: Assistant) -> None:
        before = assistant.recommend("ann", 5)
        assistant.set_friends("ann", ["1", "3"])
        assert assistant.friends("ann") == ["1", "3"]
        assert assistant.recommend("ann", 5) == before
