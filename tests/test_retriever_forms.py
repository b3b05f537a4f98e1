from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from assistant.errors import BadInput
from assistant.homes.setup import load_dataset
from retriever.catalog import Catalog
from retriever.datasets import Dataset, forms, lastfm, ml_100k, plain_csv, recbole, sequences
from retriever.errors import BadData


def write(folder: Path, **files: str | bytes) -> Path:
    """Write files; a double underscore in a name stands for its dot."""
    for name, content in files.items():
        raw = content if isinstance(content, bytes) else content.encode()
        (folder / name.replace("__", ".")).write_bytes(raw)
    return folder


def rows(data: Dataset) -> list[tuple[str, str, float, int]]:
    return data.interactions.select("user_id", "item_id", "rating", "timestamp").rows()


def reasons(data: Dataset) -> dict[str, int]:
    return {finding.reason: finding.count for finding in data.report.findings}


EARLY = {
    "u__genre": "unknown|0\nDrama|1\nComedy|2\n\n",
    "u__item": b'1|Caf\xe9 "Blue", The (1991)|01-Jan-1992|||0|1|1\n2|No Year|02-Feb-1993|||1|0|0\n'
    b"3||||x|0|0|0\n",
    "u__data": "b\t1\t4\t880000009\na\t2\t5\t880000000\na\t1\t4\t880000000\na\t3\tmany\t880000000\n"
    "a\t9\t5\t880000000\nb\t2\t3\tnever\n",
}


def test_ml_100k(tmp_path: Path) -> None:
    data = ml_100k.load(write(tmp_path, **EARLY))
    assert data.items["title"].to_list() == ['The Café "Blue"', "No Year", "Item 3"]
    assert data.items["year"].to_list() == [1991, 1993, None]
    assert data.items["genres"].to_list() == [["Drama", "Comedy"], [], []]
    # Equal times stay in the order of the file.
    assert rows(data) == [("a", "2", 5.0, 880000000), ("a", "1", 4.0, 880000000), ("b", "1", 4.0, 880000009)]
    assert reasons(data)["unknown item"] == reasons(data)["rating outside 0.5 to 5.0"] == 1
    assert reasons(data)["timestamp before 1990, in the future, or no number"] == 1
    assert (data.timed, data.links) == (True, None)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"u__data": "1,2,3,4\n"}, "u.data lacks item_id, rating, timestamp"),
        ({"u__item": "1|Title|||\n"}, "u.item lacks unknown, Drama, Comedy"),
        ({"u__genre": ""}, "u.genre cannot be read"),
    ],
)
def test_ml_100k_names_what_is_missing(tmp_path: Path, change: dict[str, str], expected: str) -> None:
    with pytest.raises(BadData, match=expected) as caught:
        ml_100k.load(write(tmp_path, **(EARLY | change)))
    assert "ml-100k.zip" in caught.value.mend


ARTISTS = (
    'id\tname\turl\tpicture\n1\t"Duo" (1999)\tu\tp\n'
    "2\tBad \xff byte\tu\tp\n3\t\tu\tp\n4\tDuo, The\n5\tDuo, The\n"
).encode("latin-1")
PLAYS = (
    "userID\tartistID\tweight\r\nx\t1\t5\r\nx\t2\t70\r\nx\t3\t5\r\nx\t1\t4\r\n"
    "y\t4\tlots\r\ny\t8\t1\r\ny\t5\t9\r\n"
)


def test_lastfm(tmp_path: Path) -> None:
    friends = "userID\tfriendID\r\nx\ty\r\ny\tx\r\nx\ty\r\ny\ty\r\ny\t\r\n"
    data = lastfm.load(
        write(tmp_path, artists__dat=ARTISTS, user_artists__dat=PLAYS, user_friends__dat=friends)
    )
    assert data.items["title"].to_list() == ['"Duo" (1999)', "Bad � byte", "Item 3", "Duo, The", "Duo, The"]
    assert data.items["edition"].to_list() == [1, 1, 1, 1, 2]
    assert data.items["year"].null_count() == 5
    # The most played first, the equal ones as in the file, the first of a repeated pair.
    of_x = [row for row in rows(data) if row[0] == "x"]
    assert of_x == [("x", "2", 5.0, 0), ("x", "1", 5.0, 1), ("x", "3", 5.0, 2)]
    assert [row for row in rows(data) if row[0] == "y"] == [("y", "5", 5.0, 0)]
    plays = data.interactions.filter(pl.col("user_id") == "x")["amount"]
    assert plays.to_list() == [70.0, 5.0, 5.0]
    assert reasons(data) == {
        "no title": 1,
        "weight that is no number above 0": 1,
        "unknown item": 1,
        "same user and item as an earlier row": 1,
    }
    assert data.links is not None
    assert data.links.rows() == [("x", "y"), ("y", "x")]
    assert not data.timed
    assert not Catalog.from_frame(data.items).facet_values["genres"]


def test_lastfm_without_friends_and_without_plays(tmp_path: Path) -> None:
    assert lastfm.load(write(tmp_path, artists__dat=ARTISTS, user_artists__dat=PLAYS)).links is None
    with pytest.raises(BadData, match=r"user_artists.dat lacks weight"):
        lastfm.load(write(tmp_path, user_artists__dat="userID\tartistID\n1\t1\n"))


SEQUENCE = "user_id:token\titem_id_list:token_seq\titem_id:token\n"
SHOP = 'item_id:token\ttitle:token_seq\n0\tPad 1" "wide"\n1\t\n2\tMap\tof\ttabs\n'


def test_sequences_take_the_whole_log(tmp_path: Path) -> None:
    valid, test = SEQUENCE + "b\t0\t1\n", SEQUENCE + "b\t2 0 2\t1\na\t\t7\na\t1\t0\n"
    data = sequences.load(write(tmp_path, S__valid__inter=valid, S__test__inter=test, S__item=SHOP))
    assert data.items["title"].to_list() == ['Pad 1" "wide"', "Item 1", "Map"]
    assert [row for row in rows(data) if row[0] == "b"] == [
        ("b", "2", 5.0, 0),
        ("b", "0", 5.0, 1),
        ("b", "1", 5.0, 2),
    ]
    assert [row[1] for row in rows(data) if row[0] == "a"] == ["1", "0"]
    assert reasons(data)["unknown item"] == reasons(data)["same user and item as an earlier row"] == 1
    assert not data.timed


def test_sequences_that_leave_open_which_log_is_whole(tmp_path: Path) -> None:
    row = SEQUENCE + "b\t0\t1\n"
    with pytest.raises(BadData, match=r"has no .inter file with the column item_id_list"):
        sequences.load(tmp_path)
    assert sequences.load(write(tmp_path, one__inter=row)).items["title"].to_list() == ["Item 0", "Item 1"]
    with pytest.raises(BadData, match=r"one.inter, two.inter"):
        sequences.load(write(tmp_path, two__inter=row))


LOG = "user_id:token\titem_id:token"


def test_recbole_with_all_files(tmp_path: Path) -> None:
    data = recbole.load(
        write(
            tmp_path,
            s__inter=f"{LOG}\trating:float\ttimestamp:float\nu\t1\t5\t1600000000000\nu\t2\t2\t1500000000000\n"
            "u\t1\t4\t1600000000001\nu\t3\tx\t1500000000000\nu\t2\t5\tsoon\n",
            s__item="item_id:token\tmovie_title:token_seq\trelease_year:token\tclass:token_seq\n"
            "1\tHouse, A\t2001\tDrama Comedy\n2\tTree\t2002\t\n3\tRoad\tlate\tDrama|Sci Fi\n",
            s__net="source_id:token\ttarget_id:token\nu\tv\n",
        )
    )
    assert data.items["title"].to_list() == ["A House", "Tree", "Road"]
    assert data.items["year"].to_list() == [2001, 2002, None]
    assert data.items["genres"].to_list() == [["Drama", "Comedy"], [], ["Drama", "Sci Fi"]]
    assert rows(data) == [("u", "2", 2.0, 1500000000), ("u", "1", 4.0, 1600000000)]
    assert reasons(data)["timestamp that is no number"] == 1
    assert reasons(data)["same user and item as a later rating"] == 1
    assert data.links is not None
    assert data.links.rows() == [("u", "v")]
    assert data.timed


def test_recbole_scales_ratings_and_names_items_by_their_id(tmp_path: Path) -> None:
    log = f"{LOG}\trating:float\nu\t1\t4.0\nu\t2\t3.5\nu\t3\t3\nu\t4\t0.1\nu\t5\t0\nu\t6\t\n"
    data = recbole.load(write(tmp_path, s__inter=log))
    ratings = dict(data.interactions.select("item_id", "rating").rows())
    assert ratings == {"1": 5.0, "2": 4.375, "3": 3.75, "4": 0.5, "6": 5.0}
    assert reasons(data)["the highest rating is 4"] == 6
    assert data.items["title"].to_list()[:2] == ["Item 1", "Item 2"]
    assert not data.timed


@pytest.mark.parametrize("start", [0, 1600000000, 1600000000000])
def test_recbole_times_that_are_but_an_order(tmp_path: Path, start: int) -> None:
    log = f"{LOG}\ttimestamp:float\nu\t1\t{start + 2}\nu\t2\t{start + 1}\nu\t3\t{start + 1}\n"
    shop = "item_id:token\ttitle:token_seq\tcategories:token_seq\n" + "".join(
        f"{i}\tThing {i}\t'Old Toys', 'Games'\n" for i in (1, 2, 3)
    )
    data = recbole.load(write(tmp_path, s__inter=log, s__item=shop))
    assert [(row[1], row[3]) for row in rows(data)] == [("2", 0), ("3", 1), ("1", 2)]
    assert data.items["genres"].to_list() == [["Old Toys", "Games"]] * 3
    assert not data.timed


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, "has no .inter file"),
        ({"a__inter": "user_id:token\tthing:token\n1\t2\n"}, "a.inter lacks item_id; its header is"),
        ({"a__inter": f"{LOG}\n1\t2\n", "b__inter": LOG}, "several .inter files: a.inter, b.inter"),
        ({"a__inter": f"{LOG}\titem_id:float\n1\t2\t3\n"}, "two columns of one name"),
        ({"a__inter": f"{LOG}\n1\t2\n", "a__item": "id:token\n2\n"}, "a.item lacks item_id"),
        ({"a__inter": f"{LOG}\n1\t2\n", "a__net": "source_id:token\n2\n"}, "a.net lacks target_id"),
        ({"a__inter": f"{LOG}\trating:float\n1\t2\tgood\n"}, "no usable rows"),
    ],
)
def test_bad_recbole_folders(tmp_path: Path, files: dict[str, str], expected: str) -> None:
    with pytest.raises(BadData, match=expected):
        recbole.load(write(tmp_path, **files))


def test_plain_csv(tmp_path: Path) -> None:
    items = 'item_id,title,genres,year\n1,"Tea, ""hot""",Drink|Hot,1899\n2,"a\ttab (2001)",,\n3,,,\n'
    log = "user_id,item_id\nv,2\nu,3\nu,1\nu,3\nu,4\n"
    data = plain_csv.load(write(tmp_path, items__csv=items, interactions__csv=log))
    assert data.items["title"].to_list() == ['Tea, "hot"', "a\ttab (2001)", "Item 3"]
    assert data.items["year"].to_list() == [1899, None, None]
    assert data.items["genres"].to_list() == [["Drink", "Hot"], [], []]
    assert sorted(rows(data)) == [("u", "1", 5.0, 1), ("u", "3", 5.0, 0), ("v", "2", 5.0, 0)]
    assert not data.timed


def test_plain_csv_with_ratings_and_times(tmp_path: Path) -> None:
    log = "timestamp,user_id,rating,item_id\n1600000000,u,10,1\n1500000000,u,8,2\n1400000000,u,1,3\n"
    items = "item_id,title\n1,A\n2,B\n3,C\n"
    data = plain_csv.load(write(tmp_path, items__csv=items, interactions__csv=log))
    assert [row[1:] for row in rows(data)] == [
        ("3", 0.5, 1400000000),
        ("2", 4.0, 1500000000),
        ("1", 5.0, 1600000000),
    ]
    assert data.timed


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, "items.csv is missing"),
        ({"items__csv": "item_id,name\n1,x\n"}, "items.csv lacks title"),
        ({"items__csv": "item_id,title\n1,x,y\n"}, "items.csv cannot be read"),
        ({"items__csv": "item_id,title\n1,x\n"}, "interactions.csv is missing"),
    ],
)
def test_bad_plain_csv(tmp_path: Path, files: dict[str, str], expected: str) -> None:
    with pytest.raises(BadData, match=expected) as caught:
        plain_csv.load(write(tmp_path, **files))
    assert "interactions.csv with user_id,item_id" in caught.value.mend


CSV = {"items__csv": "item_id,title\n1,x\n", "interactions__csv": "user_id,item_id\nu,1\n"}
FORMS = [
    ("movielens-latest", {"movies__csv": "", "ratings__csv": ""}),
    ("ml-100k", EARLY),
    ("lastfm-hetrec2011", {"artists__dat": "", "user_artists__dat": "", "also__inter": f"{LOG}\n"}),
    ("amazon-games", {"a__test__inter": SEQUENCE, "a__item": SHOP}),
    ("recbole", {"a__inter": f"{LOG}\n", "a__item": SHOP}),
    ("csv", CSV),
]


@pytest.mark.parametrize(("name", "files"), FORMS)
def test_the_form_of_a_folder_is_found(tmp_path: Path, name: str, files: dict[str, str]) -> None:
    assert forms.detect(write(tmp_path, **files)) == name
    assert name in forms.LOADERS


def test_recbole_reads_histories_whole(tmp_path: Path) -> None:
    write(tmp_path, a__inter=SEQUENCE + "b\t0\t1\n")
    assert len(rows(load_dataset("recbole", tmp_path))) == 2


@pytest.mark.parametrize("name", ["csv", "auto", "my-shop"])
def test_a_folder_is_read_under_any_name(tmp_path: Path, name: str) -> None:
    assert rows(load_dataset(name, write(tmp_path, **CSV))) == [("u", "1", 5.0, 0)]


def test_what_is_no_data_set_is_refused_with_the_known_names(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"'shop'.*movielens, movielens-latest, ml-100k, .*csv, auto"):
        load_dataset("shop", None)
    with pytest.raises(BadInput, match=r"'\.\./shop'"):
        load_dataset("../shop", tmp_path)
    with pytest.raises(BadInput, match="takes no --data"):
        load_dataset("movielens", tmp_path)
    with pytest.raises(BadData, match=r"no data set of a known form.*u.data and u.item \(ml-100k\)"):
        load_dataset("auto", tmp_path)
    with pytest.raises(BadData, match="is no folder"):
        load_dataset("auto", tmp_path / "none")
