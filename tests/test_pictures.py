"""Pictures of items: generated here, taken in, made small, told apart, learned from and shown."""

from __future__ import annotations

import contextlib
import csv
import io
import struct
import zlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import silent
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from small_world import HashEncoder

from assistant.agent import Assistant
from assistant.homes import learning
from assistant.homes.applying import apply
from assistant.homes.changing import change_items
from assistant.homes.importing import REPORT, Import
from assistant.homes.picture_report import report_pictures, told_of
from assistant.homes.pictures import Album, Pictures, allow_remote
from assistant.homes.setup import Job, set_up
from assistant.rooms import Rooms
from assistant.store import Store
from assistant.types import Pick
from assistant.ui.views import CardList, cards
from metalearn.config import TrainConfig
from metalearn.taste import TasteAdapter
from metalearn.train import train
from retriever.catalog import Catalog
from retriever.errors import RetrieverError
from retriever.intake.image_roles import image_column
from retriever.intake.profiles import profile
from retriever.looks import Clip, Histograms, apart, open_image_encoder
from retriever.pictures import BadPicture, file_of, is_address, named, open_picture, small_copy

COLOURS = {"red": (200, 40, 40), "green": (40, 170, 60), "blue": (40, 60, 200)}
EACH, PEOPLE = 8, 24


def painted(colour: str, seed: int) -> Image.Image:
    noise = np.random.default_rng(seed).normal(0, 18, (40, 30, 3))
    return Image.fromarray(np.clip(np.array(COLOURS[colour]) + noise, 0, 255).astype(np.uint8))


def png_of(width: int, height: int) -> bytes:
    """Return the head of a PNG that says how large it is, and next to nothing of what is on it."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def write_shop(folder: Path) -> tuple[Path, Path]:
    """Write a shop whose people like one colour each; titles say nothing of colours."""
    (folder / "photos").mkdir(parents=True)
    rows: list[list[object]] = []
    for n in range(3 * EACH):
        painted(list(COLOURS)[n % 3], n).save(folder / "photos" / f"{n}.png")
        rows.append([f"p{n}", f"Vase number {n}", f"{n}.png"])
    (folder / "broken.png").write_bytes(b"this is no picture")
    (folder / "bomb.png").write_bytes(png_of(30_000, 30_000))
    (folder.parent / "secret.png").write_bytes(b"outside")
    for name in ("gone.jpg", "broken.png", "bomb.png", "../secret.png", "https://shop.example/a.jpg", ""):
        rows.append([f"x{len(rows)}", f"Odd vase {len(rows)}", name])
    items, log = folder / "items.csv", folder / "log.csv"
    rng = np.random.default_rng(0)
    liked = [[f"u{u}", f"p{3 * n + u % 3}", 5] for u in range(PEOPLE) for n in rng.permutation(EACH)[:6]]
    for path, head, lines in (
        (items, ["sku", "name", "photo"], rows),
        (log, ["customer", "sku", "rating"], liked),
    ):
        with path.open("w", newline="") as file:
            csv.writer(file).writerows([head, *lines])
    return items, log


def short(log: Any, features: Any, config: TrainConfig | None, *rest: Any, **more: Any) -> Any:
    return train(log, features, replace(config or TrainConfig(), steps=2, folds=2), *rest, **more)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("shop")
    items, log = write_shop(root / "data")
    intake = Import(str(items), str(log))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(learning, "train", short)
        job = Job(root / "home", "shop", None, lambda _: HashEncoder(), silent, intake=intake)  # type: ignore[arg-type,return-value]
        job.album = Album(intake.folder, Histograms)
        set_up(job)
        (root / "told.txt").write_text("\n".join(job.notes))
    return root / "home"


def nearest(assistant: Assistant, item_id: str) -> list[str]:
    picks = assistant.similar("ann", item_id, 6)
    return [list(COLOURS)[int(pick.item_id[1:]) % 3] for pick in picks if pick.item_id.startswith("p")]


def test_a_cell_names_an_address_or_a_file() -> None:
    assert named(" a b.png ") == "a b.png"
    assert (
        named('[{"large": "https://x.org/1.jpg", "thumb": "https://x.org/2.jpg"}]') == "https://x.org/1.jpg"
    )
    assert named("['covers/1.jpg', 'covers/2.jpg']") == "covers/1.jpg"
    assert named("") is None
    assert named("[]") is None
    assert named("a\nb.png") is None
    for good in ("https://x.org/a.jpg?w=3", "http://x.org"):
        assert is_address(good)
    for bad in (
        "javascript:alert(1)",
        "https://",
        'https://x.org/"onerror=',
        "data:image/png;base64,",
        "//x.org/a",
    ):
        assert not is_address(bad)


def test_the_column_of_pictures_is_found_by_name_and_by_what_is_in_it() -> None:
    import polars as pl

    def found(**columns: list[str]) -> str | None:
        frame = pl.DataFrame(columns)
        guess = image_column({name: profile(frame, name) for name in frame.columns})
        return None if guess is None else guess.column

    far, small = [f"https://x.org/{n}" for n in range(9)], [f"https://x.org/s/{n}" for n in range(9)]
    assert found(image_small=small, image_large=far) == "image_large"
    assert found(page=far, cover=[f"{n}.jpg" for n in range(9)]) == "cover"
    assert found(datei=[f"{n}.JPG" for n in range(9)]) == "datei"
    assert found(page=far) is None
    assert found(picture=["a painter", "a sculptor"] * 4) is None


def test_a_picture_is_opened_upright_small_and_as_rgb(tmp_path: Path) -> None:
    glass = Image.new("RGBA", (900, 600), (255, 0, 0, 0))
    glass.save(tmp_path / "glass.png")
    seen = open_picture(tmp_path / "glass.png")
    assert (seen.mode, seen.size) == ("RGB", (512, 341))
    assert seen.getpixel((5, 5)) == (255, 255, 255)
    with Image.open(io.BytesIO(small_copy(seen))) as copy:
        assert (copy.format, max(copy.size)) == ("JPEG", 224)


def test_what_is_no_picture_or_too_large_or_elsewhere_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "bomb.png").write_bytes(png_of(30_000, 30_000))
    (tmp_path / "in" / "wide.png").write_bytes(png_of(8_000, 6_000))
    (tmp_path / "in" / "late.png").write_bytes(png_of(300, 300))
    (tmp_path / "in" / "x.svg").write_text("<svg onload='alert(1)'/>")
    (tmp_path / "out.png").write_bytes(b"")
    (tmp_path / "in" / "link.png").symlink_to(tmp_path / "out.png")
    for name, reason in (
        ("bomb.png", "million pixels"),
        ("wide.png", "million pixels"),
        ("late.png", "can be read"),
        ("x.svg", "can be read"),
        ("link.png", "outside"),
        ("../out.png", "outside"),
        ("/etc/passwd", "outside"),
        ("none.png", "no such file"),
        ("a\0b", "no name"),
    ):
        with pytest.raises(BadPicture, match=reason):
            open_picture(file_of(name, tmp_path / "in"))


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=200), st.integers(0, 900), st.sampled_from(["PNG", "JPEG", "GIF", "WEBP", "BMP"]))
def test_damaged_bytes_are_refused_or_shown_but_never_crash(noise: bytes, at: int, form: str) -> None:
    import tempfile

    out = io.BytesIO()
    painted("red", 1).save(out, format=form)
    whole = out.getvalue()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x"
        path.write_bytes(whole[:at] + noise + whole[at + len(noise) // 2 :])
        with contextlib.suppress(BadPicture):
            assert max(open_picture(path).size) <= 512


def test_like_colours_have_like_vectors_and_no_picture_is_like_nothing() -> None:
    rows = Histograms().encode([painted("red", 1), painted("red", 2), painted("blue", 3)])
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1.0, rtol=1e-5)
    assert rows[0] @ rows[1] > 0.9 > 0.5 > rows[0] @ rows[2]
    moved = apart(np.concatenate([rows, np.zeros((1, rows.shape[1]), np.float32)]))
    assert moved[0] @ moved[1] > 0.8
    assert moved[0] @ moved[2] < 0
    assert not moved[3].any()
    lying, standing = Image.new("RGB", (64, 64)), Image.new("RGB", (64, 64))
    lying.paste((255, 255, 255), (0, 0, 64, 20))
    standing.paste((255, 255, 255), (0, 0, 20, 64))
    both = Histograms().encode([lying, lying.transpose(Image.Transpose.FLIP_TOP_BOTTOM), standing])
    edges = both[:, -32:]
    assert edges[0] @ edges[2] < 0.01 < edges[0] @ edges[0]


class Model:
    """What sentence-transformers gives for a model of the CLIP family, in small."""

    def encode(self, pictures: Sequence[Image.Image], **_: object) -> np.ndarray[Any, Any]:
        return np.stack([np.asarray(p.resize((2, 2)), dtype=np.float32).ravel() + 1 for p in pictures])


def test_a_model_gives_unit_rows_and_a_missing_package_is_named() -> None:
    clip = Clip(Model(), "tiny")
    assert (clip.dim, clip.encode([]).shape) == (12, (0, 12))
    np.testing.assert_allclose(np.linalg.norm(clip.encode([painted("red", 1)]), axis=1), 1.0, rtol=1e-5)
    assert open_image_encoder("histograms").name == "histograms"
    with pytest.raises(RetrieverError, match=r"images|reached"):
        open_image_encoder("no/such-model-anywhere")


def test_an_import_copies_what_it_can_and_names_what_it_cannot(shop: Path) -> None:
    told = (shop.parent / "told.txt").read_text()
    assert f"Pictures: {3 * EACH} copied and encoded by histograms, 1 at addresses elsewhere" in told
    for line in ("no such file: x24: gone.jpg", "outside the folder of the table: x27: ../secret.png"):
        assert line.split(": ", 1)[1] in told
    assert "1 not used (no picture that can be read" in told
    report_pictures(shop, shop / REPORT)
    report_pictures(shop, shop / REPORT)
    page = (shop / REPORT).read_text()
    assert page.count("<h2>Pictures</h2>") == 1
    assert "not shown unless you import with --remote-pictures" in page
    assert told_of(shop) in told


def test_items_of_like_colours_are_neighbours_and_phi_has_a_block_of_pictures(
    shop: Path, tmp_path: Path
) -> None:
    rooms = Rooms(shop, HashEncoder)  # type: ignore[arg-type]
    assistant = Assistant(rooms, Store(f"sqlite:///{tmp_path}/events.db"))
    assert nearest(assistant, "p0") == ["red"] * 6
    assert nearest(assistant, "p4") == ["green"] * 6
    # By pictures alone: what search finds without anybody's likes.
    found = rooms.retriever.similar(rooms.row("p2"), 7)
    assert {int(rooms.catalog.ids[row][1:]) % 3 for row in found.rows[found.look > 0.5]} == {2}
    sizes = rooms.adapter.catalogue.sizes
    assert (len(sizes), sizes[-1] > 0, sizes.sum()) == (6, True, rooms.adapter.catalogue.phi.shape[1])
    block = rooms.adapter.catalogue.phi[:, -int(sizes[-1]) :]
    assert not block[rooms.row("x24")].any()
    assert np.linalg.norm(block[rooms.row("p0")]) > 0
    assistant.close()


def test_phi_does_not_grow_without_pictures_and_old_adapters_are_read(
    small_home: Path, tmp_path: Path
) -> None:
    from metalearn import checkpoint

    adapter = TasteAdapter.load(small_home / "adapter")
    assert int(adapter.catalogue.sizes[-1]) == 0
    config, tensors = checkpoint.read(small_home / "adapter")
    for name in ("catalogue.sizes", "projection.gains"):
        tensors[name] = tensors[name][:5]
    checkpoint.write(
        tmp_path / "old", {k: v for k, v in config.items() if k not in ("sha256", "bytes")}, tensors
    )
    old = TasteAdapter.load(tmp_path / "old")
    assert old.catalogue.sizes.tolist() == adapter.catalogue.sizes.tolist()
    assert not (small_home / "pictures").exists()
    assert Pictures.load(small_home, Catalog.load(small_home / "items.parquet")) is None


def test_cards_show_copies_inside_the_page_and_addresses_only_where_the_home_says_so(shop: Path) -> None:
    catalog = Catalog.load(shop / "items.parquet")
    far, near = catalog.row("x28"), catalog.row("p1")
    pictures = Pictures.load(shop, catalog)
    assert pictures is not None
    assert pictures.shown(far) == ""
    allow_remote(shop, True)
    rooms = Rooms(shop, HashEncoder)  # type: ignore[arg-type]
    assert rooms.pictures is not None
    assert rooms.pictures.shown(far) == "https://shop.example/a.jpg"
    allow_remote(shop, False)
    assert pictures.shown(near).startswith("data:image/jpeg;base64,/9j/")
    assert str(shop) not in pictures.shown(near)
    picks = tuple(Pick(i, t, None, {}, 0.0, ()) for i, t in (("a", 'A "quoted" <vase>'), ("b", "B")))
    page = cards(CardList("Picks", picks, pictures={"a": 'https://x.org/a.jpg?"><script>', "b": ""}))
    assert 'src="https://x.org/a.jpg?&quot;&gt;&lt;script&gt;"' in page
    assert 'alt="Picture of A &quot;quoted&quot; &lt;vase&gt;" width="84" height="112" loading="lazy"' in page
    assert page.count('class="look"') == 2
    assert page.count("<img") == 1
    assert "</img>" not in page
    assert 'class="look"' not in cards(CardList("Picks", picks))


def test_a_change_keeps_the_pictures_at_hand_and_takes_new_ones(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning, "train", short)
    painted("blue", 99).save(tmp_path / "new.png")
    painted("green", 98).save(tmp_path / "1.png")  # of the same name as that of an item which is not changed
    (tmp_path / "new.csv").write_text("sku,name,photo\nq1,New vase,new.png\n")
    before = Pictures.load(shop, Catalog.load(shop / "items.parquet"))
    change = change_items(shop, "add", str(tmp_path / "new.csv"))
    version = apply(shop, change, lambda _: HashEncoder(), silent, Histograms)  # type: ignore[arg-type,return-value]
    catalog = Catalog.load(version / "items.parquet")
    after = Pictures.load(version, catalog)
    assert before is not None
    assert after is not None
    assert after.copy_of(catalog.row("p1")) == before.copy_of(catalog.row("p1")) != b""
    assert (after.vectors[: len(before.vectors)] == before.vectors).all()
    looks = after.looks()
    assert looks is not None
    best = np.argsort(-(looks @ looks[catalog.row("q1")]))[1:6]
    assert {int(catalog.ids[row][1:]) % 3 for row in best} == {2}
