from __future__ import annotations

import socket
from pathlib import Path

import pytest

from assistant.homes import doctor
from assistant.models.tuned import tuned_for
from assistant.models.vllm_server import CPU_MODEL
from assistant.models.weights import ready_folder
from assistant.settings import Settings


def settings_for(folder: Path, **changes: object) -> Settings:
    given = {"home": folder / "home", "cache": folder / "cache", "engine": "cpu"} | changes
    return Settings(_env_file=None, **given)  # type: ignore[arg-type]


def by_name(checks: list[doctor.Check]) -> dict[str, doctor.Check]:
    return {check.name: check for check in checks}


def test_an_empty_machine_is_told_what_to_do(tmp_path: Path) -> None:
    found = by_name(doctor.diagnose(settings_for(tmp_path), "movielens"))
    for name in ("language model", "text encoder", "home"):
        assert not found[name].ok
        assert "palate setup" in found[name].mend
    assert found["Python"].ok
    assert found["CPU"].ok
    assert found["database"].ok
    assert not (tmp_path / "home").exists(), "a diagnosis changes nothing"
    assert all(check.detail for check in found.values())
    assert all(check.mend for check in found.values() if not check.ok)


def test_a_taken_port_is_named() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        check = doctor.check_port("127.0.0.1", port)
    assert not check.ok
    assert str(port) in check.detail
    assert doctor.check_port("127.0.0.1", port).ok


def test_strays_are_a_fault_only_where_they_do_not_import(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_installed", lambda name: "1.0" if name == "torchvision" else None)
    monkeypatch.setattr(doctor, "_imports", lambda name: False)
    check = doctor.check_strays()
    assert not check.ok
    assert "pip uninstall -y torchvision torchaudio torchcodec" in check.mend
    monkeypatch.setattr(doctor, "_imports", lambda name: True)
    assert doctor.check_strays().ok


def test_damaged_weights_are_named_with_the_folder_to_delete(tmp_path: Path) -> None:
    folder = ready_folder(CPU_MODEL, tmp_path / "cache", tuned=tuned_for(CPU_MODEL))
    folder.mkdir(parents=True)
    (folder / "model.safetensors").write_bytes(b"wrong")
    (folder / "manifest.json").write_text('{"files": {"model.safetensors": {"bytes": 5, "sha256": "0"}}}')
    check = doctor.check_language_model(settings_for(tmp_path))
    assert not check.ok
    assert str(folder) in check.mend


def test_a_broken_manifest_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "cache" / "all-minilm-l6-v2"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text("{")
    assert "cannot be read" in doctor.check_encoder(settings_for(tmp_path)).detail


def test_a_database_that_does_not_answer_is_named_without_its_password(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/missing/folder/events.db"
    check = doctor.check_database(settings_for(tmp_path, database_url=url), tmp_path)
    assert not check.ok
    assert "PALATE_DATABASE_URL" in check.mend


def test_an_endpoint_that_does_not_answer_is_named(tmp_path: Path) -> None:
    check = doctor.check_vllm(settings_for(tmp_path, llm_url="http://127.0.0.1:9/v1"))
    assert not check.ok
    assert "PALATE_LLM_URL" in check.mend


def test_a_check_that_breaks_is_a_finding(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def broken() -> doctor.Check:
        raise RuntimeError("no such file")

    monkeypatch.setattr(doctor, "check_memory", broken)
    found = by_name(doctor.diagnose(settings_for(tmp_path, engine="off"), "movielens"))
    assert not found["memory"].ok
    assert "no such file" in found["memory"].detail
